package asr

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestLongSpeechIsCutWhereItIsWeakest(t *testing.T) {
	voice := frames(strings.Repeat("#", 375)) // a minute without a pause
	weak := 20 * Rate / VoiceFrame
	voice[weak] = 0.6
	speech, pauses := cutter().stretches(voice, len(voice)*VoiceFrame)
	var got []Span
	for _, w := range pack(0, speech, pauses, windowMax, mostSlack) {
		if len(w.pieces) != 1 || w.n > windowMax {
			t.Errorf("window %+v", w)
		}
		got = append(got, Span{w.pieces[0].src, w.pieces[0].src + w.n})
	}
	if len(got) != 3 || got[0].To != weak*VoiceFrame+VoiceFrame/2 {
		t.Errorf("got %v, want a cut in frame %d", got, weak)
	}
	for i, s := range got {
		if i > 0 && s.From != got[i-1].To {
			t.Errorf("part %d is %v", i, s)
		}
	}
}

// TestWindowsAreFilled parts speech only in its pauses, of which each part
// keeps what it would have as padding.
func TestWindowsAreFilled(t *testing.T) {
	const unit = 5 * VoiceFrame // what a letter of a drawing stands for
	r := rand.New(rand.NewPCG(3, 4))
	var drawing strings.Builder
	for range 300 {
		drawing.WriteString(strings.Repeat("#", 2+r.IntN(20)))
		drawing.WriteString(strings.Repeat(".", 1+r.IntN(8)))
	}
	voice := frames(drawing.String())
	speech, pauses := cutter().stretches(voice, len(voice)*VoiceFrame)
	ws := pack(0, speech, pauses, windowMax, mostSlack)
	total := 0
	for i, w := range ws {
		if w.n > windowMax || i < len(ws)-1 && w.n < windowMax-22*unit-mostSlack {
			t.Errorf("window %d holds %d samples", i, w.n)
		}
		total += w.n
	}
	if full := float64(total) / windowMax; float64(len(ws)) > full*1.1 {
		t.Errorf("%d windows for what fills %.1f", len(ws), full)
	}
	for f, p := range voice {
		at := f*VoiceFrame + VoiceFrame/2
		times := 0
		for _, w := range ws {
			for _, p := range w.pieces {
				if at >= p.src && at < p.src+p.n {
					times++
				}
			}
		}
		if p > 0.5 && times != 1 {
			t.Fatalf("frame %d of speech is heard %d times", f, times)
		}
	}
}

// TestPackMapsBack checks on random speech that windows hold all of it in
// order, are short enough, and that every place maps back to where it was.
func TestPackMapsBack(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		var speech []Span
		at := 0
		for range r.IntN(60) {
			at += r.IntN(5 * Rate)
			n := 1 + r.IntN(9*Rate)
			speech = append(speech, Span{at, at + n})
			at += n
		}
		ws := pack(0, speech, nil, windowMax, 0)
		var back []Span
		total, longest := 0, 0
		for _, w := range ws {
			total += w.n
			longest = max(longest, w.n)
			for i, p := range w.pieces {
				back = append(back, Span{p.src, p.src + p.n})
				for _, off := range []int{0, p.n / 2, p.n - 1} {
					if got := w.back(p.dst + off); got != p.src+off {
						t.Fatalf("place %d maps back to %d, want %d", p.dst+off, got, p.src+off)
					}
					if got := w.place(p.src + off); got != p.dst+off {
						t.Fatalf("sample %d lies at %d of the window, want %d", p.src+off, got, p.dst+off)
					}
				}
				if i > 0 && p.dst-w.pieces[i-1].dst-w.pieces[i-1].n > maxGap {
					t.Fatalf("a silence of %d samples is left", p.dst)
				}
			}
		}
		if !slices.Equal(back, speech) && len(speech) > 0 {
			t.Fatalf("speech changed:\n%v\n%v", back, speech)
		}
		if longest > windowMax {
			t.Fatalf("a window of %d samples", longest)
		}
	}
}
