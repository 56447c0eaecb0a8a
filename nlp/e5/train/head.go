package main

import (
	"math"

	"earshot/nlp"
)

const (
	folds   = 5
	penalty = 3.0

	// plainWeight is how much a sentence of a conversation counts for the
	// probabilities: the single utterances were written to do something, in
	// conversations few sentences do.
	plainWeight = 4.0

	// precision is the least share of utterances told of a label that have it.
	precision = 0.8
	// addedPrecision is that of those that word lists do not tell it of, where
	// they are not few.
	addedPrecision = 0.75
	few            = 30
	// talkPrecision is the share of conversations that shall be right of those in
	// which the label is told for the first time; word lists tell it in knownShare
	// of conversations that they were not written by (docs/benchmarks.md).
	talkPrecision = 0.7
	knownShare    = 2.0 / 3
	// alonePrecision is that of utterances where no conversation can show the label.
	alonePrecision = 0.85
	// A label that is told of fewer utterances is left out.
	leastRight  = 4
	leastRecall = 0.1
)

// Limits that are tried, as probabilities: what is less likely than the first is
// as good as nothing to rules.
const (
	leastLimit = 0.5
	mostLimit  = 0.9
	limitStep  = 0.01
)

// outcome is how well a label is told by heads that did not learn from what they
// are tried on.
type outcome struct {
	meaning nlp.Meaning
	head    *nlp.Head // nil: not well enough
	limit   float64
	n       int   // utterances with the label
	words   count // by word lists alone
	at      tally // at the limit
}

// count is how often something was told that is so, and that is not.
type count struct{ right, wrong int }

func (c count) precision() float64 { return float64(c.right) / float64(max(1, c.right+c.wrong)) }

func (c *count) add(right bool) {
	if right {
		c.right++
	} else {
		c.wrong++
	}
}

// tally is what is told at a limit: of all utterances; of what word lists do not
// tell; of conversations.
type tally struct{ lines, added, talks count }

// good reports whether a tally is good enough: findings that word lists
// lack must not be wrong oftener than what word lists find.
func (t tally) good() bool {
	if t.lines.precision() < precision {
		return false
	}
	switch {
	case t.added.right+t.added.wrong < few: // the hardest of the lines that word lists were written by
		if t.added.right <= t.added.wrong {
			return false
		}
	case t.added.precision() < addedPrecision:
		return false
	}
	if t.talks.right == 0 {
		return t.talks.wrong == 0 && t.lines.precision() >= alonePrecision
	}
	fresh := (1 - knownShare) * float64(t.talks.right)
	return fresh/(fresh+float64(t.talks.wrong)) >= talkPrecision
}

// held is a line that was held out, with its score and then its probability.
type held struct {
	*line
	score float64
}

// learn fits the head of a label: five times on four fifths, to find out how
// likely a label is at which score, and what is to be the limit; then on all.
func learn(lines []line, m nlp.Meaning, mean []float64) outcome {
	out := outcome{meaning: m}
	var all []held
	for fold := range folds {
		w := fit(examples(lines, &m, func(l *line) bool { return l.group%folds != fold }), penalty)
		for i := range lines {
			if l := &lines[i]; l.party == m.Party && l.group%folds == fold {
				all = append(all, held{l, dot(w, l.x)})
			}
		}
	}
	slope, offset := calibrate(all, m.Label)
	for i := range all {
		h := &all[i]
		h.score = 1 / (1 + math.Exp(-slope*h.score-offset))
		if h.not == nil && h.is(m.Label) {
			out.n++
		}
		if h.not == nil && h.told(&m) {
			out.words.add(h.is(m.Label))
		}
	}
	for limit := leastLimit; limit <= mostLimit && out.limit == 0; limit += limitStep {
		if t := tallyOf(all, &m, limit); t.good() {
			out.limit, out.at = limit, t
		}
	}
	if out.limit == 0 || out.at.lines.right < leastRight || float64(out.at.lines.right) < leastRecall*float64(out.n) {
		return out
	}
	w := fit(examples(lines, &m, func(*line) bool { return true }), penalty)
	h := &nlp.Head{Label: m.Label, Least: out.limit, Bias: slope*w[0] + offset, Weights: make([]float64, nlp.Dims)}
	for k := range h.Weights {
		h.Weights[k] = slope * scale * w[1+k]
		h.Bias -= h.Weights[k] * mean[k]
	}
	out.head = h
	return out
}

func tallyOf(all []held, m *nlp.Meaning, limit float64) (t tally) {
	talks := map[int]bool{} // by group, whether the label may be true of it
	for _, h := range all {
		if h.score < limit {
			continue
		}
		is := h.is(m.Label)
		if h.not == nil {
			t.lines.add(is)
		} else if not, known := h.not[m.Label]; known {
			talks[h.group] = !not
		}
		if h.knows(m.Label) && !h.told(m) {
			t.added.add(is)
		}
	}
	for _, is := range talks {
		t.talks.add(is)
	}
	return t
}

func examples(lines []line, m *nlp.Meaning, use func(*line) bool) []example {
	var set []example
	for i := range lines {
		if l := &lines[i]; l.party == m.Party && l.knows(m.Label) && use(l) {
			set = append(set, example{l.x, l.is(m.Label), 1})
		}
	}
	return set
}

// calibrate returns the logistic function of scores that gives probabilities
// (Platt, Advances in Large Margin Classifiers 1999).
func calibrate(all []held, label string) (slope, offset float64) {
	var set []example
	for _, h := range all {
		if !h.knows(label) {
			continue
		}
		weight := 1.0
		if h.not != nil {
			weight = plainWeight
		}
		set = append(set, example{[]float32{1, float32(h.score)}, h.is(label), weight})
	}
	w := fit(set, 1e-3)
	return w[1], w[0]
}
