package redact

import (
	"slices"
	"strings"

	"earshot/models"
)

// Between the pieces of a number people say what nobody can list: four oh seven,
// um, where did I put it, one three. Runs with a few words between are read as one
// where they make a number that can be told by its form.

// leastAcross is how many digits the shortest number has that is looked for
// across words.
const leastAcross = 9

// mostBetween is how many bytes such words have, at most.
const mostBetween = 40

// mayGoOn reports whether a number may go on behind words that are not known.
func mayGoOn(words string) bool {
	return len(words) <= mostBetween && !strings.ContainsAny(words, "0123456789[]@/%$￥¥€£。！？!?；;或") && !strings.Contains(words, " or ") && !strings.Contains(words, ". ")
}

// changesSubject reports whether an amount ends where words begin, or they say
// what the number is that follows.
func changesSubject(words string) bool {
	return unitFollows(words) || topicIn(words) != none
}

// numberAreas returns the private numbers in runs, in the order of their turns.
func numberAreas(turns []models.Turn, runs []run, heard bool, scans []scan) []area {
	var out []area
	for k := 0; k < len(runs); {
		n, digits := k+1, runs[k].count()
		for n < len(runs) && runs[n].goesOnFrom(turns, runs[n-1]) {
			digits += runs[n].count()
			n++
		}
		if n-k > 1 && digits >= leastAcross {
			all := run{tokens: slices.Clone(runs[k].tokens)}
			for _, r := range runs[k+1 : n] {
				from := len(all.tokens)
				all.tokens = append(all.tokens, r.tokens...)
				all.tokens[from].gap = gapWords
			}
			out = append(out, readingOf(turns, all, heard).withAnswers(scans, (*reading).acrossWords)...)
			k = n
			continue
		}
		for ; k < n; k++ {
			if runs[k].count() >= leastDigits {
				out = append(out, readingOf(turns, runs[k], heard).withAnswers(scans, (*reading).areas)...)
			}
		}
	}
	return out
}

// goesOnFrom reports whether only words that are not known stand between last
// and r.
func (r run) goesOnFrom(turns []models.Turn, last run) bool {
	end, first := last.tokens[len(last.tokens)-1], r.tokens[0]
	return r.behind > 0 && end.turn == first.turn && end.to == r.behind && !changesSubject(turns[end.turn].Text[end.to:first.from])
}

func readingOf(turns []models.Turn, r run, heard bool) *reading {
	out := &reading{turns: turns, run: r, heard: heard}
	out.topic = topicOf(turns, r.tokens[0].turn, r.tokens[0].from, out.end(0, len(r.tokens)))
	return out
}

// acrossWords returns the private numbers in r, which has words that are not
// known: first what is a number beyond doubt if these are left out.
func (r *reading) acrossWords() []area {
	var out []area
	from, none := 0, make([]bool, len(r.tokens))
	for i := 0; i < len(r.tokens); i++ {
		if i > 0 && !r.tokens[i].gap.strong() || r.longest(i, true, none).to > 0 || isLandline(r.longest(i, false, none).value) {
			continue
		}
		r.across = true
		m := r.longest(i, true, none)
		r.across = false
		if m.to > 0 && r.crosses(i, m.to) {
			out = append(append(out, r.parts(from, i)...), r.area(m))
			from, i = m.to, m.to-1
		}
	}
	return append(out, r.parts(from, len(r.tokens))...)
}

// crosses reports whether words that are not known stand between tokens i to j.
func (r *reading) crosses(i, j int) bool {
	return slices.ContainsFunc(r.tokens[i+1:j], func(t token) bool { return t.gap == gapWords })
}

// parts returns the private numbers in tokens from to to, of which those
// between words that are not known are read by themselves.
func (r *reading) parts(from, to int) []area {
	var out []area
	for from < to {
		end := from + 1
		for end < to && r.tokens[end].gap != gapWords {
			end++
		}
		part := reading{turns: r.turns, run: run{tokens: r.tokens[from:end]}, heard: r.heard, topic: r.topic}
		if from > 0 {
			part.topic = topicOf(r.turns, r.tokens[from].turn, r.tokens[from].from, part.end(0, end-from))
		}
		if part.count() >= leastDigits {
			out = append(out, part.areas()...)
		}
		from = end
	}
	return out
}

// sureKind says what digits are that stand among words that are not known.
func (r *reading) sureKind(i, j int, d string, topic about, whole bool) (Type, int, bool) {
	if topic.topic == none && !allSpoken(r.tokens[i:j]) || topic.rules(aboutOrder, aboutAmount) {
		return "", 0, false
	}
	kind, extra, ok := r.strongKind(i, j, d, topic, whole)
	switch {
	case ok && kind == Mobile && topic.topic != aboutPhone && !isMobile(d): // ten digits, of which many are no telephone
		return "", 0, false
	case !ok && whole && topic.topic == aboutPhone && isLandline(d):
		return Landline, 0, true
	}
	return kind, extra, ok
}
