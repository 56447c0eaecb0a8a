package whispercpp

import (
	"cmp"
	"slices"

	whisper "github.com/ggerganov/whisper.cpp/bindings/go"
)

// path is one way in which the text of a window may go on.
type path struct {
	tokens []token
	score  float64 // log probability of all of it; of a timestamp, that there is one
	words  int     // tokens of text, the end of it included
	latest int     // the last timestamp; they never go back
	beam   int32   // of the library, that it goes on from
	ended  bool
	looped bool
}

// mean is by which paths of different lengths are compared.
func (p path) mean() float64 { return p.score / float64(max(p.words, 1)) }

// transcribe decodes the encoded window by a search that follows the given number of
// paths, greedily if that is one: at every step the likeliest tokens that Whisper's
// rules for timestamps allow. limit is the length of the audio in timestamp steps;
// phrases cannot begin after it. A path on which the decoder begins to say the same
// thing over and over ends after the first time, and counts only if they all do;
// looped is then true.
//
// The rules: https://github.com/openai/whisper/blob/main/whisper/decoding.py
// (ApplyTimestampRules).
func (e *ear) transcribe(prefix []whisper.Token, limit, width int) (out []token, looped bool, err error) {
	if err := e.step(prefix, 0); err != nil {
		return nil, false, err
	}
	row, past := len(prefix)-1, len(prefix)
	best, err := e.vocab.search(limit, width,
		func(beam int) []float32 { return logits(e.ctx, row+beam) },
		func(tokens []whisper.Token, parents []int32) error {
			err := decodeBeams(e.ctx, tokens, parents, past)
			row, past = 0, past+1
			return err
		})
	return best.tokens, best.looped, err
}

// search returns the likeliest path it finds. logits are those after the last token of
// a beam, of which there is one at first; decode adds a token to each beam, where
// parents are the beams before that they go on from.
func (v *vocabulary) search(limit, width int, logits func(beam int) []float32, decode func(tokens []whisper.Token, parents []int32) error) (path, error) {
	open := []path{{}}
	var ended []path
	for {
		var next []path
		for i, p := range open {
			p.beam = int32(i)
			next = append(next, v.branch(p, logits(i), limit, width)...)
		}
		slices.SortStableFunc(next, func(a, b path) int { return cmp.Compare(b.score, a.score) })
		open = open[:0]
		for _, p := range next[:min(len(next), width)] {
			if p.ended {
				ended = append(ended, p)
			} else {
				open = append(open, p)
			}
		}
		if len(open) == 0 || len(ended) >= width && best(ended).mean() >= best(open).mean() {
			break
		}
		tokens, parents := make([]whisper.Token, len(open)), make([]int32, len(open))
		for i, p := range open {
			tokens[i], parents[i] = whisper.Token(p.tokens[len(p.tokens)-1].id), p.beam
		}
		if err := decode(tokens, parents); err != nil {
			return path{}, err
		}
	}
	if straight := slices.DeleteFunc(slices.Clone(ended), func(p path) bool { return p.looped }); len(straight) > 0 {
		ended = straight // a path in circles is the likelier the longer it is
	}
	return best(ended), nil
}

func best(paths []path) path {
	return slices.MaxFunc(paths, func(a, b path) int { return cmp.Compare(a.mean(), b.mean()) })
}

// branch returns how a path may go on, given the logits after its last token.
func (v *vocabulary) branch(p path, x []float32, limit, width int) (out []path) {
	text, stop, lo, hi := true, true, v.stamps+p.latest, v.stamps+limit+1
	n := len(p.tokens)
	switch {
	case n == 0:
		text, stop, hi = false, false, v.stamps+min(firstStampMax, limit)+1
	case v.isStamp(p.tokens[n-1]) && (n == 1 || v.isStamp(p.tokens[n-2])):
		hi = lo // a phrase follows its start
	case v.isStamp(p.tokens[n-1]):
		text = false // after a phrase's end comes the next one's start, or the end
	}
	found := pick(x, v.mask, v.stop, text, stop, lo, hi, width)
	if len(found.texts) == 0 || found.stamp.id >= 0 && found.stampAll > found.texts[0].log {
		found.texts = nil
	} else if width == 1 {
		found.stamp.id = -1
	}
	if found.stamp.id >= 0 {
		q := p.with(found.stamp, found.stampAll)
		q.latest = found.stamp.id - v.stamps
		q.ended = n > 0 && v.isStamp(p.tokens[n-1]) && q.latest >= limit
		out = append(out, q)
	}
	for _, t := range found.texts {
		if t.id == v.stop {
			q := p
			q.score += float64(t.log)
			q.words++
			q.ended = true
			out = append(out, q)
			continue
		}
		q := p.with(t, t.log)
		q.words++
		if start, found := v.loop(q.tokens); found {
			q.tokens, q.ended, q.looped = q.tokens[:start], true, true
		}
		out = append(out, q)
	}
	if len(out) == 0 {
		p.ended = true
		out = append(out, p)
	}
	for i := range out {
		out[i].ended = out[i].ended || len(out[i].tokens) >= maxTokens
	}
	return out
}

// with returns the path with one token more, of the given log probability.
func (p path) with(t token, log float32) path {
	p.tokens = append(slices.Clip(p.tokens), t)
	p.score += float64(log)
	return p
}
