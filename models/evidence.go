package models

import "fmt"

// Evidence is the place in a conversation that a statement rests on: words of
// one turn, or, with an empty quote, a stretch of time (a silence, a talk-over).
type Evidence struct {
	Turn  int    `json:"turn" jsonschema:"minimum=0,description=Index of the turn; for a stretch of time the turn it follows"`
	From  int    `json:"from" jsonschema:"minimum=0,description=Byte offset of the quote in the turn's text"`
	To    int    `json:"to" jsonschema:"minimum=0"`
	Quote string `json:"quote,omitempty"`
	Start Millis `json:"start_ms"`
	End   Millis `json:"end_ms"`
}

// Quote returns evidence for bytes from to to of turn i, with the audio times
// of the words there, or of the whole turn where words carry no times.
// It panics if the turn or the range does not exist.
func (t *Transcript) Quote(i, from, to int) Evidence {
	turn := &t.Turns[i]
	e := Evidence{Turn: i, From: from, To: to, Quote: turn.Text[from:to], Start: turn.Start, End: turn.End}
	first := true
	for _, w := range turn.Words {
		if w.To <= from || w.From >= to {
			continue
		}
		if first {
			e.Start, first = w.Start, false
		}
		e.End = max(e.Start, w.End)
	}
	return e
}

// QuoteTurn returns evidence for the whole of turn i.
func (t *Transcript) QuoteTurn(i int) Evidence { return t.Quote(i, 0, len(t.Turns[i].Text)) }

// Stretch returns evidence for a stretch of time; after is the index of the
// turn it follows, 0 if it comes before the first.
func Stretch(after int, start, end Millis) Evidence {
	return Evidence{Turn: after, Start: start, End: end}
}

// lasts reports whether e ends before the conversation does. Mostly it ends with
// its turn, and the others need not be looked at.
func (t *Transcript) lasts(e Evidence) bool {
	return e.Turn >= 0 && e.Turn < len(t.Turns) && e.End <= t.Turns[e.Turn].End || e.End <= t.End()
}

// Check returns an error unless e stands in t: the quote is the text at its
// place, and the times lie within the conversation.
func (e Evidence) Check(t *Transcript) error {
	if e.Start < 0 || e.End < e.Start || !t.lasts(e) {
		return fmt.Errorf("evidence %s–%s lies outside the conversation of %s", e.Start, e.End, t.End())
	}
	if e.Quote == "" && e.From == 0 && e.To == 0 {
		if e.Turn != 0 && (e.Turn < 0 || e.Turn >= len(t.Turns)) {
			return fmt.Errorf("evidence after turn %d of %d", e.Turn, len(t.Turns))
		}
		return nil
	}
	if e.Turn < 0 || e.Turn >= len(t.Turns) {
		return fmt.Errorf("evidence in turn %d of %d", e.Turn, len(t.Turns))
	}
	text := t.Turns[e.Turn].Text
	if e.From < 0 || e.To > len(text) || e.From >= e.To {
		return fmt.Errorf("evidence at bytes %d to %d of turn %d, which has %d", e.From, e.To, e.Turn, len(text))
	}
	if text[e.From:e.To] != e.Quote {
		return fmt.Errorf("evidence quotes %q, but turn %d says %q there", e.Quote, e.Turn, text[e.From:e.To])
	}
	return nil
}
