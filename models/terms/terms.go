// Package terms breaks text into the terms by which two texts are compared:
// English words by their stem, Chinese characters one by one, and numbers as
// digits however they are said: "two hundred and ten", 二百一十 and 210 are one
// term. Each term knows the bytes it came from.
package terms

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
	Ordinal  bool     // a number said as fourth, 4th
	han      hanTraits
	known    *lexeme // of a word
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

// token is a piece of text before numbers are read.
type token struct {
	kind     Kind
	text     string  // folded
	known    *lexeme // of a word
	from, to int
	capital  bool
	starts   bool // a number may begin with it
	han      hanTraits
}

// term returns the token as a term, of a number before it is read.
func (t *token) term() Term {
	text := t.text
	if t.kind == Word {
		text = t.known.stem
	}
	return Term{Kind: t.kind, Text: text, From: t.from, To: t.to, Capital: t.capital, han: t.han, known: t.known}
}

// Of returns the terms of text.
func Of(text string) []Term {
	m := memories.Get().(*memory)
	defer memories.Put(m)
	return join(nil, m.split(text))
}

// Counts reports whether there is a number in text.
func Counts(text string) bool {
	m := memories.Get().(*memory)
	defer memories.Put(m)
	tokens := m.split(text)
	for i := range tokens {
		if tokens[i].starts {
			if _, n := numberAt(tokens, i); n > 0 {
				return true
			}
		}
	}
	return false
}

// memory is what a text is cut in.
type memory struct {
	folded fold.Text
	tokens []token
}

var memories = sync.Pool{New: func() any { return new(memory) }}

// split returns the tokens of text. They stand until the next call.
func (m *memory) split(text string) []token {
	folder.FoldInto(&m.folded, text)
	m.tokens = split(m.tokens[:0], &m.folded)
	return m.tokens
}

// join appends the terms of tokens to out, which is empty.
func join(out []Term, tokens []token) []Term {
	out = slices.Grow(out, len(tokens))
	numbers := 0
	for i := 0; i < len(tokens); {
		if tokens[i].starts {
			if t, n := numberAt(tokens, i); n > 0 {
				out = append(out, t)
				numbers++
				i += n
				continue
			}
		}
		out = append(out, tokens[i].term())
		i++
	}
	if numbers < 2 {
		return out
	}
	return joinCents(out)
}

// numberAt returns the number that begins with token i and how many tokens it
// takes; 0: there is none.
func numberAt(tokens []token, i int) (Term, int) {
	t, n := readNumber(tokens[i:])
	if n == 1 && afterWeek(tokens, i) {
		return Term{}, 0
	}
	return t, n
}

// afterWeek: 周五 is a day and no five.
func afterWeek(tokens []token, i int) bool {
	return tokens[i].kind == Han && i > 0 && tokens[i-1].kind == Han && strings.Contains("周期拜", tokens[i-1].text)
}

// split appends the words, characters, digits and marks of a folded text to out.
func split(out []token, f *fold.Text) []token {
	text := f.Source
	out = slices.Grow(out, len(f.Runes)/3+4)
	for i := 0; i < len(f.Runes); {
		r := f.Runes[i]
		switch {
		case r >= '0' && r <= '9':
			n := digits(f.Runes[i:])
			from, to := f.Span(i, i+n)
			out = append(out, token{kind: Number, text: string(f.Runes[i : i+n]), from: from, to: to})
			i += n
		case isHan(r):
			from, to := f.Span(i, i+1)
			out = append(out, token{kind: Han, text: hanText(r), from: from, to: to, han: traitsOf(r)})
			i++
		case isLetter(r):
			n := 1
			for i+n < len(f.Runes) && inWord(f.Runes, i+n) {
				n++
			}
			from, to := f.Span(i, i+n)
			first, _ := utf8.DecodeRuneInString(text[from:])
			out = appendWord(out, written(text[from:to], f.Runes[i:i+n]), from, to, unicode.IsUpper(first))
			i += n
		default:
			if r > ' ' || r == '\n' {
				if k, ok := signs[r]; ok {
					k.from, k.to = f.Span(i, i+1)
					out = append(out, k)
				}
			}
			i++
		}
	}
	for i := range out {
		out[i].starts = startsNumber(&out[i])
	}
	return out
}

// written returns folded as a string: text itself where folding changes
// nothing.
func written(text string, folded []rune) string {
	if len(text) == len(folded) {
		same := true
		for i, r := range folded {
			same = same && rune(text[i]) == r
		}
		if same {
			return text
		}
	}
	return string(folded)
}

// Most characters are of these blocks; the tables of Unicode are slow.
const firstHan, lastHan = 0x4E00, 0x9FFF

func isHan(r rune) bool {
	if r < 0x2E80 {
		return false
	}
	return r >= firstHan && r <= lastHan || unicode.Is(unicode.Han, r)
}

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r)
}

// allHan holds the characters of the largest block one after the other.
var allHan = func() string {
	var b strings.Builder
	for r := rune(firstHan); r <= lastHan; r++ {
		b.WriteRune(r)
	}
	return b.String()
}()

// hanText is string(r) that costs no memory.
func hanText(r rune) string {
	if r < firstHan || r > lastHan {
		return string(r)
	}
	at := 3 * int(r-firstHan)
	return allHan[at : at+3]
}

// signs are the characters beside letters and digits that say something.
var signs = map[rune]token{
	'$': sign("dollar"), '€': sign("euro"), '£': sign("pound"), '¥': {kind: Han, text: "元"}, '%': sign("percent"),
	',': {kind: Mark, text: ","}, '、': {kind: Mark, text: ","}, '，': {kind: Mark, text: ","}, ':': {kind: Mark, text: ","}, '—': {kind: Mark, text: ","}, '…': {kind: Mark, text: ","},
	'.': {kind: Mark, text: "."}, '。': {kind: Mark, text: "."}, '\n': {kind: Mark, text: "."},
	'!': {kind: Mark, text: "!"}, '?': {kind: Mark, text: "?"}, ';': {kind: Mark, text: ";"},
}

func sign(word string) token { return token{kind: Word, text: word, known: newLexeme(word, word)} }

func inWord(r []rune, i int) bool {
	if isLetter(r[i]) && !isHan(r[i]) || r[i] >= '0' && r[i] <= '9' {
		return true
	}
	return (r[i] == '\'' || r[i] == '’') && i+1 < len(r) && isLetter(r[i+1])
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
	if w != "cannot" && strings.IndexByte(w, '\'') < 0 {
		return append(out, token{kind: Word, text: w, known: lexemeOf(w), from: from, to: to, capital: capital})
	}
	add := func(words ...string) []token {
		for _, x := range words {
			out = append(out, token{kind: Word, text: x, known: lexemeOf(x), from: from, to: to, capital: capital})
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
func Stem(w string) string { return lexemeOf(w).stem }

// Stems returns the set of the stems of words, which stand between spaces.
func Stems(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[Stem(w)] = true
	}
	return m
}

// lexeme is what is known of a word.
type lexeme struct {
	word, stem string
	empty      bool // its stem is one of emptyWords
	number     bool // a number may begin with it
}

func newLexeme(word, stem string) *lexeme {
	return &lexeme{word: word, stem: stem, empty: emptyWords[stem], number: isNumberWord(word)}
}

// lexemeOf returns what is known of a word.
func lexemeOf(w string) *lexeme {
	h := maphash.String(lexemeSeed, w)
	at, other := &lexemes[h%uint64(len(lexemes))], &lexemes[h>>32%uint64(len(lexemes))]
	first := at.Load()
	if first != nil && first.word == w {
		return first
	}
	if l := other.Load(); l != nil && l.word == w {
		return l
	}
	l := newLexeme(strings.Clone(w), stem(w))
	if first != nil {
		other.Store(first)
	}
	at.Store(l)
	return l
}

// lexemes remembers words, each at one of two places: most of what people say is
// said again.
var (
	lexemes    [1 << 13]atomic.Pointer[lexeme]
	lexemeSeed = maphash.MakeSeed()
)

func stem(w string) string {
	if base, ok := irregular[w]; ok {
		w = base
	}
	env := snowballstem.NewEnv(w)
	english.Stem(env)
	return env.Current()
}
