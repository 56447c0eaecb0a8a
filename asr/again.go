package asr

import "context"

const (
	maxSkipped  = Rate * 5 / 2 // of speech without text; then the window is heard again
	shortWindow = 9 * Rate     // recognisers that stumble in long windows seldom do in short ones
)

// hearAgain hears in short pieces what a recogniser doubts, or where it jumped
// over speech. The second hearing counts if it leaves less speech without
// text, or as little of which the recogniser is as sure.
func (s *Step) hearAgain(ctx context.Context, t *track, w packed, first Heard) (Heard, error) {
	var spans []Span
	for _, p := range w.pieces {
		for n := p.n; n > 0; { // halves, thirds … none longer than a short window
			parts := (n + shortWindow - 1) / shortWindow
			step := (n + parts - 1) / parts
			from := p.src + p.n - n
			spans = append(spans, Span{from, from + step})
			n -= step
		}
	}
	again := Heard{Language: first.Language, Sure: first.Sure, NoSpeech: first.NoSpeech, Encoded: first.Encoded, Redone: first.Flaw}
	if again.Redone == "" {
		again.Redone = "speech skipped"
	}
	if err := s.hearParts(ctx, t, w, pack(w.channel, spans, shortWindow), first.Language, &again); err != nil {
		return Heard{}, err
	}
	before, after := skipped(w.speech(), first.Segments), skipped(w.speech(), again.Segments)
	if after < before || first.Flaw != "" && after == before && again.sure() >= first.sure() {
		return again, nil
	}
	first.Encoded, first.Redone = again.Encoded, again.Redone
	return first, nil
}

// sure returns the mean confidence of the words, 0 if there are none.
func (h Heard) sure() float64 {
	sum, n := 0.0, 0
	for _, g := range h.Segments {
		for _, w := range g.Words {
			sum += w.Confidence
			n++
		}
	}
	return sum / float64(max(n, 1))
}
