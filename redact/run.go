package redact

import (
	"strings"

	"earshot/models"
)

// run is a chain of tokens that may be one number, or several.
type run struct {
	tokens []token
}

// digits returns the digits of tokens i to j, j not included.
func (r run) digits(i, j int) string {
	var b strings.Builder
	for _, t := range r.tokens[i:j] {
		b.WriteString(t.digits)
	}
	return b.String()
}

// spoken reports whether any of the tokens is a word or a numeral.
func (r run) spoken(i, j int) bool {
	for _, t := range r.tokens[i:j] {
		if t.spoken {
			return true
		}
	}
	return false
}

// runsOf returns the runs of one turn. heard is true for what speech
// recognition wrote: it puts commas wherever somebody breathes.
func runsOf(text string, i int, heard bool) []run {
	var runs []run
	var current []token
	flush := func() {
		for len(current) > 0 && current[len(current)-1].weak {
			current = current[:len(current)-1]
		}
		if len(current) > 0 {
			runs = append(runs, run{current})
		}
		current = nil
	}
	for _, t := range digitsOf(nil, text, i) {
		if repeatPending(t) {
			continue
		}
		if len(current) == 0 {
			if !t.weak {
				current = append(current, t)
			}
			continue
		}
		last := current[len(current)-1]
		t.gap = between(text[last.to:t.from])
		if t.gap == gapComma && !heard && !(t.spoken && last.spoken) {
			t.gap = gapBreak
		}
		if t.weak && t.gap > gapSpace || last.weak && t.weak {
			t.gap = gapBreak
		}
		if t.gap == gapBreak {
			flush()
			if t.weak {
				continue
			}
			t.gap = gapNone
		}
		current = append(current, t)
	}
	flush()
	return runs
}

// maxTurnsApart is how many turns may lie between two pieces of one number.
const maxTurnsApart = 4

// chain joins the runs of turns: a run at the end of a turn goes on with one
// at the beginning of the same party's next turn.
func chain(turns []models.Turn, byTurn [][]run) []run {
	var out []run
	open := map[models.Party]int{} // index in out plus 1 of the run a party's last turn ended with
	at := map[models.Party]int{}   // that turn
	for i, runs := range byTurn {
		party := turns[i].Party
		for k, r := range runs {
			if n := open[party]; k == 0 && n > 0 && i-at[party] <= maxTurnsApart && leads(turns[i].Text[:r.tokens[0].from]) {
				r.tokens[0].gap = gapTurn
				out[n-1].tokens = append(out[n-1].tokens, r.tokens...)
			} else {
				out = append(out, r)
			}
			open[party] = 0
			if last := r.tokens[len(r.tokens)-1]; k == len(runs)-1 && leads(turns[i].Text[last.to:]) {
				open[party], at[party] = len(out), i
			}
		}
		if len(runs) == 0 && !leads(turns[i].Text) {
			open[party] = 0
		}
	}
	return out
}

// leads reports whether text before or after a number leaves it open that the
// number goes on in another turn.
func leads(text string) bool {
	text = strings.Trim(text, " ,.，。、…;；!！~-\t\n")
	return text == "" || between(" "+text+" ") != gapBreak
}
