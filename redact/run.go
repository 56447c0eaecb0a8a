package redact

import (
	"slices"
	"strings"

	"earshot/models"
)

// run is a chain of tokens that may be one number, or several.
type run struct {
	tokens []token
	behind int // where in the turn the run ends behind which this one may go on; 0 if there is none
}

// digits returns the digits of tokens i to j, j not included.
func (r run) digits(i, j int) string {
	var b strings.Builder
	for _, t := range r.tokens[i:j] {
		b.WriteString(t.digits)
	}
	return b.String()
}

// count returns how many digits the run has.
func (r run) count() int {
	return digitsIn(r.tokens)
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

// runsOf returns the runs of one turn, and whether it has a number at all. heard is true for what speech
// recognition wrote: it puts commas wherever somebody breathes. tokens is
// memory to work in, and is returned.
func runsOf(tokens []token, text string, i int, heard bool) (runs []run, numbers bool, memory []token) {
	tokens = outside(digitsOf(tokens[:0], text, i), text)
	if len(tokens) == 0 {
		return nil, false, tokens
	}
	current := 0                           // tokens of the run at the front of tokens: they are moved together
	behind := 0                            // as of the run to come
	far := digitsIn(tokens) >= leastAcross // whether the turn has enough for a number that goes on behind words
	flush := func(next int) {              // next is where the token behind the run begins, 0 if there is none
		for current > 0 && tokens[current-1].weak && !idLetter.MatchString(text[tokens[current-1].to:]) {
			current--
		}
		if current == 0 {
			behind = 0
			return
		}
		end, n := tokens[current-1].to, digitsIn(tokens[:current])
		goesOn := far && n > 1 && next > 0 && mayGoOn(text[end:next])
		kept := n >= leastDigits || n > 1 && (behind > 0 || goesOn) || worthKeeping(text, tokens[:current])
		if kept {
			runs = append(runs, run{append([]token(nil), tokens[:current]...), behind})
		}
		current, behind = 0, 0
		if goesOn && kept {
			behind = end
		}
	}
	skipped, passed := 0, gapNone // the last weak token that was left out, and the worst gap up to it
	for k, t := range tokens {
		if repeatPending(t) {
			continue
		}
		if current == 0 {
			if !t.weak {
				tokens[0], current = t, 1
			}
			continue
		}
		last := tokens[current-1]
		from := last.to
		if skipped > 0 {
			from = skipped
		}
		t.gap = max(between(text[from:t.from]), passed)
		if t.sigh && t.weak && t.gap == gapComma && len(last.digits) == 1 && last.spoken && (current == 1 || last.gap == gapComma) {
			t.weak = false // four, oh, five: digit by digit
		}
		if t.weak && (t.gap > gapSpace || last.weak && current > 1 && tokens[current-2].weak) {
			// A word like any other, or a digit that was heard wrong: a number may go
			// on behind it.
			skipped, passed = t.to, gapBreak
			if last.spoken && t.gap < gapBreak && k+1 < len(tokens) && tokens[k+1].spoken {
				passed = max(t.gap, gapFiller)
			}
			continue
		}
		if from != last.to && t.gap == gapBreak {
			t.gap = between(text[last.to:t.from]) // 是 and the like are known fillers
		}
		skipped, passed = 0, gapNone
		if t.gap == gapComma && !heard && !t.spoken && !last.spoken {
			t.gap = gapList
		}
		if t.gap == gapSpace && text[last.to] == '/' && max(len(last.digits), len(t.digits)) > 4 {
			t.gap = gapBreak // parts of a path, not of a date
		}
		if t.gap == gapBreak {
			flush(t.from)
			t.gap = gapNone
		}
		tokens[current] = t
		current++
	}
	flush(0)
	return runs, true, tokens
}

// worthKeeping reports whether tokens may be a piece of a number that goes on in
// another turn.
func worthKeeping(text string, tokens []token) bool {
	return leads(text[:tokens[0].from]) || leads(text[tokens[len(tokens)-1].to:])
}

func digitsIn(tokens []token) int {
	n := 0
	for i := range tokens {
		n += len(tokens[i].digits)
	}
	return n
}

// maxTurnsApart is how many turns may lie between two pieces of one number.
const maxTurnsApart = 4

// chain joins the runs of turns: a run at the end of a turn goes on with one
// at the beginning of the same party's next turn.
func chain(turns []models.Turn, scans []scan) []run {
	var out []run
	open := map[models.Party]int{} // index in out plus 1 of the run a party's last turn ended with
	at := map[models.Party]int{}   // that turn
	for i := range scans {
		runs, party := scans[i].runs, turns[i].Party
		if open[models.Customer] > 0 && party != models.Customer { // what follows a question answers that
			if a := scans[i].asksOf(); a != 0 && (a != asksElse || len(runs) == 0) && a != askedOf(turns, scans, at[models.Customer]) {
				open[models.Customer] = 0
			}
		}
		for k, r := range runs {
			r.tokens[0].gap = gapNone // where it was joined before
			n := open[party]
			if k == 0 && n > 0 && i-at[party] <= maxTurnsApart && leads(turns[i].Text[:r.tokens[0].from]) {
				r.tokens[0].gap = gapTurn
				out[n-1].tokens = slices.Concat(out[n-1].tokens, r.tokens)
			} else {
				out = append(out, r)
				n = len(out)
			}
			open[party] = 0
			if last := r.tokens[len(r.tokens)-1]; k == len(runs)-1 && leads(turns[i].Text[last.to:]) {
				open[party], at[party] = n, i
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
	return text == "" || between(text) != gapBreak
}
