// Package fold brings text that means the same to the same runes, and knows
// for every rune of the result which bytes of the original it came from, so
// that what is found in folded text can be quoted from the original.
//
// It covers width (Ａ = A), case, traditional and simplified Chinese, digits
// of other scripts (① = 1), accents and look-alike letters, invisible
// characters, and for text that tries to hide a word also gaps (退*款),
// repeats (退退款) and letters written as digits (sh1t).
package fold

import (
	"slices"
	"sort"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Options say which differences between texts do not count.
type Options uint16

// The differences. Each is independent of the others.
const (
	Width       Options = 1 << iota // full and half width forms, and the ideographic space
	Case                            // upper and lower case
	Traditional                     // traditional and simplified Chinese characters
	Digits                          // decimal digits of any script, circled and bracketed digits
	Numerals                        // single Chinese numerals in every writing: 一 壹 幺 〇 become 1 1 1 0
	Accents                         // Latin letters with marks, and Greek and Cyrillic letters that look Latin
	Invisible                       // zero-width characters, joiners, variation selectors, combining marks
	Gaps                            // white space, punctuation and symbols are left out
	Repeats                         // a run of one character counts once
	Leet                            // digits and signs read as the letters they resemble; i, l and 1 are one letter
)

const (
	// Search is for finding words as they are written by people who do not
	// hide them.
	Search = Width | Case | Traditional | Digits | Accents | Invisible
	// Tight is for finding words that are hidden: what it finds has to be
	// checked against the original, since it also joins words.
	Tight = Search | Gaps | Repeats | Leet
)

// drop is what a character folds to that is left out.
const drop rune = -1

// Folder folds text in one way. It may be used from many goroutines.
type Folder struct {
	options Options
	table   [0x10000]uint16 // for the basic multilingual plane
}

// What stands in a table, which is small since it is read at each character.
const (
	tableDrop  = 0xFFFF // the character is left out
	tableOther = 0xFFFE // it folds to what the table has no room for
)

var (
	foldersLock sync.Mutex
	folders     = map[Options]*Folder{}
)

// New returns the Folder for the options: there is one, whoever asks.
func New(o Options) *Folder {
	foldersLock.Lock()
	defer foldersLock.Unlock()
	f := folders[o]
	if f == nil {
		f = &Folder{options: o}
		for r := range f.table {
			switch folded := f.fold(rune(r)); {
			case folded == drop:
				f.table[r] = tableDrop
			case folded >= tableOther:
				f.table[r] = tableOther
			default:
				f.table[r] = uint16(folded)
			}
		}
		folders[o] = f
	}
	return f
}

// Rune folds one character; ok is false where f leaves it out.
func (f *Folder) Rune(r rune) (folded rune, ok bool) {
	folded = f.folded(r)
	return folded, folded != drop
}

// folded is fold by the table.
func (f *Folder) folded(r rune) rune {
	if uint32(r) < uint32(len(f.table)) {
		if t := f.table[r]; t < tableOther {
			return rune(t)
		} else if t == tableDrop {
			return drop
		}
	}
	return f.fold(r)
}

func (f *Folder) fold(r rune) rune {
	o := f.options
	if o&Invisible != 0 && invisible(r) {
		return drop
	}
	if o&Width != 0 {
		r = narrow(r)
	}
	if o&Digits != 0 {
		r = digit(r)
	}
	if o&Numerals != 0 {
		r = numeral(r)
	}
	if o&Case != 0 {
		r = unicode.ToLower(r)
	}
	if o&Accents != 0 {
		r = plain(r)
	}
	if o&Traditional != 0 {
		r = simplified(r)
	}
	if o&Leet != 0 {
		r = leet(r)
	}
	if o&Gaps != 0 && gap(r) {
		return drop
	}
	return r
}

// Text is folded text with the place of each rune in the original.
type Text struct {
	Source string
	Runes  []rune
	from   []int32
	to     []int32
}

// Fold folds text. Bytes that are no UTF-8 fold to U+FFFD, one each.
func (f *Folder) Fold(text string) Text {
	var t Text
	f.FoldInto(&t, text)
	return t
}

// FoldInto folds text into t and reuses t's memory. Text beyond 2 GiB is cut.
func (f *Folder) FoldInto(t *Text, text string) {
	if len(text) > 1<<31-1 {
		text = text[:1<<31-1]
	}
	most := len(text)
	t.Source = text
	t.Runes, t.from, t.to = slices.Grow(t.Runes[:0], most)[:most], slices.Grow(t.from[:0], most)[:most], slices.Grow(t.to[:0], most)[:most]
	n := 0 // runes so far
	repeats, leet := f.options&Repeats != 0, f.options&Leet != 0
	last := drop
	for i, size := 0, 0; i < len(text); i += size {
		r := rune(text[i])
		size = 1
		switch {
		case r < utf8.RuneSelf:
		case r > 0xE0 && r < 0xED && i+2 < len(text) && text[i+1]&0xC0 == 0x80 && text[i+2]&0xC0 == 0x80: // most characters, those of Chinese
			r, size = r&0x0F<<12|rune(text[i+1]&0x3F)<<6|rune(text[i+2]&0x3F), 3
		default:
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		folded := f.folded(r)
		if leet && r < utf8.RuneSelf {
			if letter, sign := leetSign(text, i); sign {
				folded = letter
			}
		}
		if folded == drop {
			continue
		}
		if repeats && folded == last {
			t.to[n-1] = int32(i + size)
			continue
		}
		last = folded
		t.Runes[n], t.from[n], t.to[n] = folded, int32(i), int32(i+size)
		n++
	}
	t.Runes, t.from, t.to = t.Runes[:n], t.from[:n], t.to[:n]
}

// Span returns the bytes of the original that folded runes i to j came from,
// j not included. Bytes left out at either end are not part of it.
func (t *Text) Span(i, j int) (from, to int) {
	if i >= j {
		return int(t.from[i]), int(t.from[i])
	}
	return int(t.from[i]), int(t.to[j-1])
}

// Within returns the folded runes i to j, j not included, that came from bytes
// from to to of the original. It may not split a character, or a run that was
// folded to one.
func (t *Text) Within(from, to int) (i, j int) {
	i = sort.Search(len(t.from), func(k int) bool { return int(t.from[k]) >= from })
	j = i + sort.Search(len(t.from)-i, func(k int) bool { return int(t.from[i+k]) >= to })
	return i, j
}

// String returns the folded text.
func (t *Text) String() string { return string(t.Runes) }
