package asr

import (
	"cmp"
	"context"
	"slices"
)

const (
	maxSkipped  = Rate * 5 / 2 // of speech without text; then the window is heard again
	shortWindow = 9 * Rate     // recognisers that stumble in long windows seldom do in short ones
	mostAgain   = 24 * Rate    // of speech that is heard again in one piece; more is all but the window it stumbled in
)

// hearAgain hears in short pieces what a recogniser doubts. Where it jumped over
// speech only that is heard again, in one piece, which takes the fewest runs, and in
// short ones what it jumps over in that, too. The second hearing counts if it leaves
// less speech without text, or as little of which the recogniser is as sure.
func (s *Step) hearAgain(ctx context.Context, t *track, w packed, first Heard) (Heard, error) {
	again := Heard{Language: first.Language, Sure: first.Sure, NoSpeech: first.NoSpeech, Encoded: first.Encoded, Width: first.Width, Redone: first.Flaw}
	if again.Redone == "" {
		again.Redone = "speech skipped"
	}
	again.Segments = first.Segments
	for limit := windowMax; limit > 0; {
		again.Segments = slices.DeleteFunc(slices.Clone(again.Segments), func(g Segment) bool { return g.slow(w.speech()) > maxSkipped })
		missing := gaps(w, again.Segments)
		if len(missing) == 0 && limit == windowMax {
			again.Segments, missing, limit = nil, []Span{{0, w.n}}, shortWindow
		}
		if speechIn(w, missing) > mostAgain {
			limit = shortWindow
		}
		longest, err := s.hearGaps(ctx, t, w, missing, limit, &again)
		if err != nil {
			return Heard{}, err
		}
		if limit = shortWindow; longest <= shortWindow {
			limit = 0
		}
	}
	before, after := skipped(w.speech(), first.Segments), skipped(w.speech(), again.Segments)
	if after < before || first.Flaw != "" && after == before && again.sure() >= first.sure() {
		return again, nil
	}
	first.Encoded, first.Width, first.Redone = again.Encoded, again.Width, again.Redone
	return first, nil
}

// gaps returns the places in a window between its segments in which somebody
// speaks for longer than recognisers jump over by right.
func gaps(w packed, segments []Segment) (out []Span) {
	at := 0
	add := func(to int) {
		n := 0
		for _, s := range w.speech() {
			n += max(0, min(s.To, to)-max(s.From, at))
		}
		if n > maxSkipped {
			out = append(out, Span{at, to})
		}
	}
	for _, g := range segments {
		add(g.From)
		at = max(at, g.To)
	}
	add(w.n)
	return out
}

// speechIn returns how many samples of speech lie in parts of a window.
func speechIn(w packed, parts []Span) (n int) {
	for _, part := range parts {
		for _, s := range w.speech() {
			n += max(0, min(s.To, part.To)-max(s.From, part.From))
		}
	}
	return n
}

// hearGaps hears the speech in parts of a window, in windows of at most limit
// samples, and adds what was heard to out. It returns how long the longest was.
func (s *Step) hearGaps(ctx context.Context, t *track, w packed, missing []Span, limit int, out *Heard) (longest int, err error) {
	var spans []Span
	for _, gap := range missing {
		spans = append(spans, spansOf(w, gap, limit)...)
	}
	parts := pack(w.channel, spans, nil, limit, 0)
	for _, p := range parts {
		longest = max(longest, p.n)
	}
	err = s.hearParts(ctx, t, w, parts, out.Language, out)
	slices.SortStableFunc(out.Segments, func(a, b Segment) int { return cmp.Compare(a.From, b.From) })
	return longest, err
}

// spansOf returns the speech in a part of a window, as spans of the track: halves,
// thirds … of the pieces, none longer than limit.
func spansOf(w packed, part Span, limit int) (out []Span) {
	for _, p := range w.pieces {
		from, to := max(part.From, p.dst), min(part.To, p.dst+p.n)
		for n := to - from; n > 0; {
			parts := (n + limit - 1) / limit
			step := (n + parts - 1) / parts
			src := p.src + to - n - p.dst
			out = append(out, Span{src, src + step})
			n -= step
		}
	}
	return out
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
