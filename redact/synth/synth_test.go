package synth

import (
	"testing"

	"earshot/models"
	"earshot/redact"
)

// goal is the least share of secrets of which nothing may be left.
const goal = 0.998

func TestNumbersAreMasked(t *testing.T) {
	const n = 10_000
	m := New(1)
	s, err := redact.New(redact.Default())
	if err != nil {
		t.Fatal(err)
	}
	missed, of := map[redact.Type]int{}, map[redact.Type]int{}
	total := 0
	for range n {
		c := m.Numbers()
		in := c.Interaction("g")
		if _, err := s.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		of[c.Kind]++
		if c.Leaks(texts(in)) {
			missed[c.Kind]++
			if total++; total <= 40 {
				t.Logf("%s %s: %q became %q", c.Kind, c.Secret, texts(c.Interaction("g")), texts(in))
			}
		}
	}
	recall := 1 - float64(total)/n
	t.Logf("recall %.4f over %d; missed %v of %v", recall, n, missed, of)
	if recall < goal {
		t.Errorf("recall %.4f, want at least %.3f", recall, goal)
	}
}

func TestNearMissesAreKept(t *testing.T) {
	m := New(2)
	s, err := redact.New(redact.Default())
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for range 10_000 {
		c := m.NearMiss()
		in := c.Interaction("g")
		if _, err := s.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if got, want := texts(in)[0], c.Turns[0].Text; got != want {
			if wrong++; wrong <= 10 {
				t.Errorf("%q became %q", want, got)
			}
		}
	}
}

// TestWordsAreMasked measures Chinese names and addresses.
func TestWordsAreMasked(t *testing.T) {
	m := New(3)
	s, err := redact.New(redact.Default())
	if err != nil {
		t.Fatal(err)
	}
	right, missed, wrong := 0, 0, 0
	for range 4000 {
		c := m.Words()
		in := c.Interaction("g")
		if _, err := s.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		switch {
		case c.Secret == "" && texts(in)[0] != c.Turns[0].Text:
			if wrong++; wrong <= 5 {
				t.Logf("%q became %q", c.Turns[0].Text, texts(in)[0])
			}
		case c.Secret == "":
		case c.Leaks(texts(in)):
			if missed++; missed <= 10 {
				t.Logf("%s: %q became %q", c.Kind, c.Turns[0].Text, texts(in)[0])
			}
		default:
			right++
		}
	}
	recall, precision := float64(right)/float64(right+missed), float64(right)/float64(right+wrong)
	t.Logf("recall %.3f, precision %.3f", recall, precision)
	if recall < 0.95 || precision < 0.95 {
		t.Errorf("recall %.3f, precision %.3f: want 0.95 of both", recall, precision)
	}
}

func texts(in *models.Interaction) []string {
	var out []string
	for i := range in.Transcript.Turns {
		out = append(out, in.Transcript.Turns[i].Text)
	}
	return out
}
