package e5

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"

	"earshot/models/weights"
)

func open(t testing.TB) *Model {
	t.Helper()
	m, err := Open()
	if errors.Is(err, weights.ErrMissing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func embed(t testing.TB, m *Model, texts ...string) [][]float32 {
	t.Helper()
	v, err := m.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func cosine(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// knownVectors are the first numbers of two vectors by the C code as it was
// published, with its plain product. Rounding to 8 bits makes what another order
// of sums changes about as large as the tolerance.
var knownVectors = [][]float64{
	{0.02479, -0.01991, 0.01826, -0.13300, 0.08767, -0.04932},
	{0.06157, -0.03668, -0.05146, -0.09468, 0.09812, -0.03396},
}

func TestKnownVector(t *testing.T) {
	v := embed(t, open(t), "I want my money back", "我要退款")
	for i, want := range knownVectors {
		for k, w := range want {
			if got := float64(v[i][k]); math.Abs(got-w) > 2e-3 {
				t.Errorf("text %d, number %d: %.5f, want %.5f", i, k, got, w)
			}
		}
		if n := cosine(v[i], v[i]); math.Abs(n-1) > 1e-4 {
			t.Errorf("text %d: the vector's length is %.5f", i, math.Sqrt(n))
		}
	}
}

// TestMeaning: what means alike lies closer than what does not, across languages.
func TestMeaning(t *testing.T) {
	m := open(t)
	pairs := [][2]string{
		{"The parcel has not arrived", "包裹还没有送到"},
		{"I want to speak to your manager", "叫你们经理来接电话"},
		{"The internet is down at my house", "我家断网了"},
		{"May I have your date of birth?", "请问您的出生日期是多少"},
	}
	var texts []string
	for _, p := range pairs {
		texts = append(texts, p[0], p[1])
	}
	v := embed(t, m, texts...)
	for i := range pairs {
		same := cosine(v[2*i], v[2*i+1])
		for k := range pairs {
			if other := cosine(v[2*i], v[2*k+1]); k != i && other >= same {
				t.Errorf("%q is closer to %q (%.3f) than to %q (%.3f)", pairs[i][0], pairs[k][1], other, pairs[i][1], same)
			}
		}
	}
}

// TestAnyText: whatever the text, alone or among others, a vector of length 1.
func TestAnyText(t *testing.T) {
	m := open(t)
	texts := []string{
		"", " ", "\x00", "a\x00b", "a b", "\xff\xfe\x80", "退\xe6款", "\U0010ffff", strings.Repeat("\ufdfa", 300), strings.Repeat("退款", 5000),
		strings.Repeat("x", 3000), strings.Repeat("refund ", 2000), "👩‍👩‍👧‍👦", "plain",
	}
	together := embed(t, m, texts...)
	for i, text := range texts {
		alone := embed(t, m, text)[0]
		if c := cosine(alone, together[i]); math.Abs(c-1) > 1e-4 {
			t.Errorf("text %d, %.20q: alone and among others differ: %f", i, text, c)
		}
	}
	if c := cosine(together[3], together[4]); math.Abs(c-1) > 1e-4 {
		t.Errorf("NUL is no space: %f", c)
	}
	if v := embed(t, m); len(v) != 0 {
		t.Errorf("%d vectors of no text", len(v))
	}
}

func TestManyAtOnce(t *testing.T) {
	m := open(t)
	texts := []string{"我要退款", "where is my parcel", "谢谢，再见", strings.Repeat("a long story ", 60)}
	want := embed(t, m, texts...)
	var done sync.WaitGroup
	for range 6 {
		done.Go(func() {
			for range 5 {
				got, err := m.Embed(t.Context(), texts)
				if err != nil {
					t.Error(err)
					return
				}
				for i := range got {
					for k := range got[i] {
						if got[i][k] != want[i][k] {
							t.Errorf("text %d: others at once make a difference", i)
							return
						}
					}
				}
			}
		})
	}
	done.Wait()
}

func TestStopsWhenTold(t *testing.T) {
	m := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Embed(ctx, []string{"hello"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestMissingModel(t *testing.T) {
	t.Setenv("EARSHOT_CACHE", t.TempDir())
	if _, err := Open(); !errors.Is(err, weights.ErrMissing) || !strings.Contains(err.Error(), "earshot models pull e5-small") {
		t.Errorf("error %v", err)
	}
}

func FuzzClean(f *testing.F) {
	f.Add("退款\x00\xff" + strings.Repeat("退", 500))
	f.Fuzz(func(t *testing.T, text string) {
		c := clean(text)
		if strings.Contains(c, "\x00") || strings.ToValidUTF8(c, "") != c || len(c) > 3*longest {
			t.Errorf("%q became %q", text, c)
		}
	})
}

func BenchmarkSentence(b *testing.B) {
	m := open(b)
	texts := make([]string, 16)
	for i := range texts {
		texts[i] = []string{"I rang last week and was told somebody would come round.", "上次打电话说两天内有人上门，到现在都没人来"}[i%2]
	}
	for b.Loop() {
		embed(b, m, texts...)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(texts)), "µs/sentence")
}

func BenchmarkOpen(b *testing.B) {
	open(b)
	for b.Loop() {
		open(b)
	}
}
