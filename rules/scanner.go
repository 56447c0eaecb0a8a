package rules

import (
	"earshot/models/fold"
)

// scanner is the memory a scan needs.
type scanner struct {
	source  string
	begin   []int32 // of each character that counted: its first byte
	touched []int32 // sources with hits in this turn

	// Made when a source asks for them.
	folded    fold.Text
	written   string // folded
	runes     []rune
	index     []int32 // of each rune in folded
	token     []token
	isFolded  bool
	tokenized bool
}

// text returns the turn in the form in which it is searched.
func (sc *scanner) text() []rune {
	if !sc.isFolded {
		folder.FoldInto(&sc.folded, sc.source)
		sc.runes, sc.index = spaced(sc.folded.Runes, sc.runes[:0], sc.index[:0])
		sc.isFolded = true
	}
	return sc.runes
}

// span returns the bytes of the original that runes i to j came from.
func (sc *scanner) span(i, j int) (from, to int32) {
	sc.text()
	f, t := sc.folded.Span(int(sc.index[i]), int(sc.index[j-1])+1)
	return int32(f), int32(t)
}

// string returns the folded text of the turn.
func (sc *scanner) string() string {
	if sc.written == "" {
		sc.text()
		sc.written = sc.folded.String()
	}
	return sc.written
}

// reset makes the scanner ready for a text.
func (sc *scanner) reset(text string) {
	sc.source, sc.written, sc.isFolded, sc.tokenized, sc.touched = text, "", false, false, sc.touched[:0]
}
