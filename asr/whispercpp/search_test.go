package whispercpp

import (
	"math"
	"slices"
	"testing"

	whisper "github.com/ggerganov/whisper.cpp/bindings/go"
)

// script is a decoder that says what may follow a text, and how likely.
type script struct {
	*vocabulary
	after map[string]map[int]float64 // probabilities of tokens; what is not there ends
	said  []string                   // by each beam
}

func (s *script) logits(beam int) []float32 {
	x := make([]float32, s.stamps+100)
	for i := range x {
		x[i] = -30
	}
	switch next, ok := s.after[s.said[beam]]; {
	case s.said[beam] == "": // a phrase begins at once
		x[s.stamps] = 0
	case ok:
		for id, p := range next {
			x[id] = float32(math.Log(p))
		}
	default:
		x[s.stop] = 0
	}
	return x
}

func (s *script) decode(tokens []whisper.Token, parents []int32) error {
	said := make([]string, len(tokens))
	for i, t := range tokens {
		word := "<>"
		if int(t) < s.stop {
			word = s.text[t]
		}
		said[i] = s.said[parents[i]] + word
	}
	s.said = said
	return nil
}

func (s *script) hear(t *testing.T, width int) (text string, looped bool) {
	t.Helper()
	s.said = []string{""}
	p, err := s.search(90, width, s.logits, s.decode)
	if err != nil {
		t.Fatal(err)
	}
	for _, t := range p.tokens {
		if t.id < s.stop {
			text += s.text[t.id]
		}
	}
	return text, p.looped
}

// TestSearchWaitsForWhatFollows has a character that is the likelier one until
// what follows is known.
func TestSearchWaitsForWhatFollows(t *testing.T) {
	v := fakeVocabulary("时", "识", "辟", "别", "的", "。")
	s := &script{vocabulary: v, after: map[string]map[int]float64{
		"<>":    {0: 0.5, 1: 0.4, 4: 0.1},
		"<>时":   {2: 0.3, 3: 0.2, 4: 0.2, 5: 0.2, v.stop: 0.1},
		"<>识":   {3: 0.9, v.stop: 0.1},
		"<>识别":  {5: 0.6, v.stop: 0.3, 4: 0.1}, // the end is no part of what else may follow
		"<>识别。": {v.stop: 1},
	}}
	for width, want := range map[int]string{1: "时辟", 2: "识别。", 4: "识别。"} {
		if got, _ := s.hear(t, width); got != want {
			t.Errorf("%d paths: %q, want %q", width, got, want)
		}
	}
}

func TestSearchLeavesCircles(t *testing.T) {
	v := fakeVocabulary("好", "的")
	s := &script{vocabulary: v, after: map[string]map[int]float64{}}
	for n, said := 0, "<>"; n < 40; n, said = n+1, said+"好" {
		s.after[said] = map[int]float64{0: 0.97, 1: 0.02, v.stop: 0.01}
	}
	if text, looped := s.hear(t, 1); !looped || text != "好" {
		t.Errorf("one path: %q, %t", text, looped)
	}
	if text, looped := s.hear(t, 4); looped {
		t.Errorf("four paths: %q goes round in circles", text)
	}
}

func TestSearchKeepsTheRulesOfTimestamps(t *testing.T) {
	v := fakeVocabulary("a", "b")
	stamp := func(at int) int { return v.stamps + at }
	s := &script{vocabulary: v, after: map[string]map[int]float64{
		"<>":         {0: 1},
		"<>a":        {stamp(40): 0.3, stamp(41): 0.3, 1: 0.4}, // together likelier than any text
		"<>a<>":      {stamp(10): 0.5, stamp(50): 0.4, 1: 0.1}, // none goes back
		"<>a<><>":    {1: 1},
		"<>a<><>b":   {stamp(60): 1},
		"<>a<><>b<>": {v.stop: 1},
	}}
	for _, width := range []int{1, 4} {
		s.said = []string{""}
		p, err := s.search(90, width, s.logits, s.decode)
		if err != nil {
			t.Fatal(err)
		}
		var ids []int
		for _, t := range p.tokens {
			ids = append(ids, t.id)
		}
		if want := []int{stamp(0), 0, stamp(40), stamp(50), 1, stamp(60)}; !slices.Equal(ids, want) {
			t.Errorf("%d paths: %v, want %v", width, ids, want)
		}
	}
}
