// Package terms breaks text into the terms by which two texts are compared:
// English words by their stem, Chinese characters one by one, and numbers as
// digits however they are said: "two hundred and ten", 二百一十 and 210 are one
// term. Each term knows the bytes it came from.
package terms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"

	"earshot/models/fold"
)

// Kind says what a term is.
type Kind uint8

// The kinds.
const (
	Word   Kind = iota // of a language written with spaces: its stem
	Han                // one Chinese character, simplified
	Number             // digits; see Term.Readings
	Mark               // the end of a clause or sentence: one of , . ? ! ;
)

// Term is one piece of a text.
type Term struct {
	Kind     Kind
	Text     string   // what is compared; of a number its first reading
	Readings []string // of a number: "nine forty" is 9:40, 940 and 9.4
	From, To int      // bytes of the text
	Capital  bool     // a word that begins with a capital letter
}

// Same reports whether two terms mean the same: for numbers, whether one
// reading of each is the same.
func (t *Term) Same(o *Term) bool {
	if t.Kind != o.Kind {
		return false
	}
	if t.Kind != Number {
		return t.Text == o.Text
	}
	for _, a := range t.Readings {
		for _, b := range o.Readings {
			if a == b {
				return true
			}
		}
	}
	return false
}

var folder = fold.New(fold.Search)

// token is a piece of text before numbers are read and words are stemmed.
type token struct {
	kind     Kind
	text     string // folded
	from, to int
	capital  bool
}

// Of returns the terms of text.
func Of(text string) []Term {
	tokens := split(text)
	out := make([]Term, 0, len(tokens))
	for i := 0; i < len(tokens); {
		if t, n := readNumber(tokens[i:]); n > 0 && !(n == 1 && afterWeek(tokens, i)) {
			out = append(out, t)
			i += n
			continue
		}
		k := tokens[i]
		t := Term{Kind: k.kind, Text: k.text, From: k.from, To: k.to, Capital: k.capital}
		if k.kind == Word {
			t.Text = Stem(k.text)
		}
		out = append(out, t)
		i++
	}
	return joinCents(out)
}

// afterWeek: 周五 is a day and no five.
func afterWeek(tokens []token, i int) bool {
	return tokens[i].kind == Han && i > 0 && tokens[i-1].kind == Han && strings.Contains("周期拜", tokens[i-1].text)
}

// split cuts text into words, characters, digits and marks.
func split(text string) []token {
	f := folder.Fold(text)
	var out []token
	for i := 0; i < len(f.Runes); {
		r := f.Runes[i]
		switch {
		case unicode.Is(unicode.Han, r):
			from, to := f.Span(i, i+1)
			out = append(out, token{kind: Han, text: string(r), from: from, to: to})
			i++
		case r >= '0' && r <= '9':
			n := digits(f.Runes[i:])
			from, to := f.Span(i, i+n)
			out = append(out, token{kind: Number, text: string(f.Runes[i : i+n]), from: from, to: to})
			i += n
		case unicode.IsLetter(r):
			n := 1
			for i+n < len(f.Runes) && inWord(f.Runes, i+n) {
				n++
			}
			from, to := f.Span(i, i+n)
			first, _ := utf8.DecodeRuneInString(text[from:])
			out = appendWord(out, string(f.Runes[i:i+n]), from, to, unicode.IsUpper(first))
			i += n
		default:
			from, to := f.Span(i, i+1)
			if k, ok := signs[r]; ok {
				out = append(out, token{kind: k.kind, text: k.text, from: from, to: to})
			}
			i++
		}
	}
	return out
}

// signs are the characters beside letters and digits that say something.
var signs = map[rune]token{
	'$': {kind: Word, text: "dollar"}, '€': {kind: Word, text: "euro"}, '£': {kind: Word, text: "pound"}, '¥': {kind: Han, text: "元"}, '%': {kind: Word, text: "percent"},
	',': {kind: Mark, text: ","}, '、': {kind: Mark, text: ","}, '，': {kind: Mark, text: ","}, ':': {kind: Mark, text: ","}, '—': {kind: Mark, text: ","}, '…': {kind: Mark, text: ","},
	'.': {kind: Mark, text: "."}, '。': {kind: Mark, text: "."}, '\n': {kind: Mark, text: "."},
	'!': {kind: Mark, text: "!"}, '?': {kind: Mark, text: "?"}, ';': {kind: Mark, text: ";"},
}

func inWord(r []rune, i int) bool {
	if unicode.IsLetter(r[i]) && !unicode.Is(unicode.Han, r[i]) || r[i] >= '0' && r[i] <= '9' {
		return true
	}
	return (r[i] == '\'' || r[i] == '’') && i+1 < len(r) && unicode.IsLetter(r[i+1])
}

// digits returns how many runes from the start are one number in digits, with
// its commas, its decimal point and the colon of a time of day.
func digits(r []rune) int {
	n := 1
	for n < len(r) {
		digit := r[n] >= '0' && r[n] <= '9'
		inside := (r[n] == ',' || r[n] == '.' || r[n] == ':') && n+1 < len(r) && r[n+1] >= '0' && r[n+1] <= '9'
		if !digit && !inside {
			break
		}
		n++
	}
	return n
}

// appendWord adds a word in the form in which it is compared, contractions
// written out.
func appendWord(out []token, w string, from, to int, capital bool) []token {
	w = strings.ReplaceAll(w, "’", "'")
	add := func(words ...string) []token {
		for _, x := range words {
			out = append(out, token{kind: Word, text: x, from: from, to: to, capital: capital})
			capital = false
		}
		return out
	}
	switch w {
	case "won't":
		return add("will", "not")
	case "can't", "cannot":
		return add("can", "not")
	case "let's":
		return add("let", "us")
	case "it's", "that's", "there's", "he's", "she's", "what's":
		return add(w[:len(w)-2], "is")
	}
	for _, c := range contractions {
		if len(w) > len(c[0]) && strings.HasSuffix(w, c[0]) {
			return add(w[:len(w)-len(c[0])], c[1])
		}
	}
	return add(strings.TrimSuffix(strings.ReplaceAll(w, "'s", ""), "'"))
}

var contractions = [][2]string{{"n't", "not"}, {"'re", "are"}, {"'ll", "will"}, {"'ve", "have"}, {"'m", "am"}, {"'d", "would"}}

// irregular forms, which no stemmer brings together.
var irregular = pairs(`bought buy sent send paid pay told tell said say left leave lost lose got get gotten get gave give given give
	went go gone go came come took take taken take broke break broken break made make found find felt feel kept keep
	spoke speak spoken speak did do done do had have has have was be were be is be are be am be been be being be sold sell
	ran run wrote write written write put put cut cut spent spend chose choose chosen choose forgot forget forgotten forget
	brought bring thought think knew know known know saw see seen see met meet heard hear held hold read read woke wake
	grew grow drove drive driven drive flew fly flown fly tore tear torn tear stolen steal stole steal drew draw drawn draw
	fell fall fallen fall rang ring built build caught catch children child people person men man women woman feet foot
	dying die lying lie began begin begun begin won win stood stand understood understand canceled cancel cancelled cancel cancelling cancel
	cancellation cancel shipment ship shipping ship shipped ship delivery deliver deliveries deliver
	payment pay refunded refund replacement replace cannot can`)

func pairs(s string) map[string]string {
	f, m := strings.Fields(s), map[string]string{}
	for i := 0; i+1 < len(f); i += 2 {
		m[f[i]] = f[i+1]
	}
	return m
}

// Stem returns the form of an English word in lower case that its other forms
// share, by the Snowball English stemmer (snowballstem.org) after irregular
// forms are brought together.
func Stem(w string) string {
	if base, ok := irregular[w]; ok {
		w = base
	}
	env := snowballstem.NewEnv(w)
	english.Stem(env)
	return env.Current()
}
