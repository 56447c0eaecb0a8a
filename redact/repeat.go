package redact

import "slices"

// announced reports whether it was said what the run is, and that is private.
func (r *reading) announced() bool {
	switch r.topic.topic {
	case none, aboutOrder, aboutAmount, aboutExpiry:
		return false
	}
	return true
}

// saidAgain reports whether a part of the run was taken back, or said twice.
func (r *reading) saidAgain() bool {
	return slices.ContainsFunc(r.tokens, func(t token) bool { return t.gap == gapFix }) || len(r.repeats()) > 0
}

// mostTokens bounds in what run repeats are looked for: two numbers of nineteen
// digits, each said twice.
const mostTokens = 80

// repeats returns the pieces of the run that are said again right after,
// none over another: 幺三八，幺三八.
func (r *reading) repeats() [][2]int {
	if len(r.tokens) > mostTokens {
		return nil
	}
	var out [][2]int
	for i := 0; i+1 < len(r.tokens); i++ {
		for n := min(len(r.tokens)-i, 2*maxRepeat) / 2; n > 0; n-- {
			if r.count2(i, i+n) && r.tokens[i+n].gap > gapNone && r.same(i, i+n, n) {
				out = append(out, [2]int{i, i + n})
				i += n - 1
				break
			}
		}
	}
	return out
}

// maxRepeat is how many tokens are said again at a time, at most: all digits of
// a card's number.
const maxRepeat = 19

// count2 reports whether tokens i to j have two digits or more.
func (r *reading) count2(i, j int) bool { return j-i > 1 || len(r.tokens[i].digits) > 1 }

// same reports whether the n tokens from i on and those from j on have the same
// digits.
func (r *reading) same(i, j, n int) bool {
	for k := range n {
		if r.tokens[i+k].digits != r.tokens[j+k].digits {
			return false
		}
	}
	return true
}

// withoutRepeats reads the run as if one of its repeats, or all of them, were
// said once, and returns what takes the most tokens.
func (r *reading) withoutRepeats() (best []area, covered int) {
	repeats := r.repeats()
	tries := make([][][2]int, 0, len(repeats)+1)
	for _, p := range repeats {
		tries = append(tries, [][2]int{p})
	}
	if len(repeats) > 1 {
		tries = append(tries, repeats)
	}
	tokens := r.tokens
	for _, try := range tries {
		r.tokens = slices.Clone(tokens)
		for _, p := range try {
			for k := p[0]; k < p[1]; k++ {
				r.tokens[k].digits = ""
			}
		}
		if out, n := r.numbers(); n > covered {
			best, covered = out, n
		}
	}
	r.tokens = tokens
	return best, covered
}
