package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"earshot/models/fold"
)

// token is one piece of a number: written digits, a numeral, a number word.
type token struct {
	turn, from, to int
	digits         string
	spoken         bool   // a numeral or a word
	weak           bool   // a digit only if digits surround it
	sigh           bool   // oh, which may be none
	gap            gap    // to the token before it in the run
	apart          string // its digits where forty one is read as 40 1; empty if it cannot be
}

// spokenWord is what an English word says of a number.
type spokenWord struct {
	kind   wordKind
	digits string
	weak   bool
	sigh   bool // oh
}

type wordKind int

const (
	digitWord  wordKind = iota // four, forty, fourteen
	weakWord                   // what speech recognition makes of a digit now and then
	powerWord                  // hundred, thousand
	repeatWord                 // double, triple
	manyWord                   // zeros, after how many
)

var spokenWords = func() map[string]spokenWord {
	m := map[string]spokenWord{"hundred": {kind: powerWord, digits: "00"}, "thousand": {kind: powerWord, digits: "000"}}
	for digits, words := range map[string]string{
		"0": "zero oh o nought naught nil", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven", "8": "eight", "9": "nine niner",
		"10": "ten", "11": "eleven", "12": "twelve", "13": "thirteen", "14": "fourteen", "15": "fifteen", "16": "sixteen", "17": "seventeen", "18": "eighteen", "19": "nineteen",
		"20": "twenty", "30": "thirty", "40": "forty fourty", "50": "fifty", "60": "sixty", "70": "seventy", "80": "eighty", "90": "ninety", //nolint:misspell // as it is often written
	} {
		for _, w := range strings.Fields(words) {
			m[w] = spokenWord{digits: digits, sigh: w == "oh" || w == "o" || w == "nil"}
		}
	}
	for digits, words := range map[string]string{"2": "to too", "0": "owe", "4": "for fore fourth forth", "1": "won", "8": "ate", "3": "tree free", "6": "sex sics sixth", "9": "nein", "5": "fife", "7": "heaven"} {
		for _, w := range strings.Fields(words) {
			m[w] = spokenWord{kind: weakWord, digits: digits, weak: true}
		}
	}
	for digits, words := range map[string]string{"x2": "double", "x3": "triple treble", "x4": "quadruple"} {
		for _, w := range strings.Fields(words) {
			m[w] = spokenWord{kind: repeatWord, digits: digits, weak: true}
		}
	}
	for digit, words := range map[string]string{"0": "zeros zeroes ohs", "1": "ones", "2": "twos", "3": "threes", "4": "fours", "5": "fives", "6": "sixes", "7": "sevens", "8": "eights", "9": "nines"} {
		for _, w := range strings.Fields(words) {
			m[w] = spokenWord{kind: manyWord, digits: digit}
		}
	}
	return m
}()

// spokenLengths tells by their first letter how long the words of spokenWords are,
// a bit a length.
var spokenLengths = func() (table ['z' - 'a' + 1]uint32) {
	for w := range spokenWords {
		table[w[0]-'a'] |= 1 << len(w)
	}
	return table
}()

var (
	digitFolder   = fold.New(fold.Width | fold.Digits)
	numeralFolder = fold.New(fold.Width | fold.Digits | fold.Numerals)
)

// digitNames are strings of one digit: a token has no memory of its own.
var digitNames = [10]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}

// digitsOf appends the tokens of text, of turn i, to dst. Letters of an
// alphabet right before or after digits make them a part of a word.
func digitsOf(dst []token, text string, i int) []token {
	for at := 0; at < len(text); {
		r, size := rune(text[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[at:])
		}
		switch {
		case latin(r):
			from := at
			for at < len(text) {
				if r, size = rune(text[at]), 1; r >= utf8.RuneSelf {
					r, size = utf8.DecodeRuneInString(text[at:])
				}
				if !latin(r) {
					break
				}
				at += size
			}
			dst = wordToken(dst, text, i, from, at)
			continue
		case r >= '0' && r <= '9':
			from := at
			for at < len(text) && text[at] >= '0' && text[at] <= '9' {
				at++
			}
			if at == len(text) || text[at] < utf8.RuneSelf || digitRune(firstRune(text[at:])) == 0 {
				dst = append(dst, token{turn: i, from: from, to: at, digits: text[from:at]})
				continue
			}
			at = from
			dst, at = foldedDigits(dst, text, i, at)
			continue
		case r < utf8.RuneSelf:
		case digitRune(r) != 0:
			dst, at = foldedDigits(dst, text, i, at)
			continue
		default:
			d, weak := numeralOf(r)
			if d == 0 || r == '一' && (len(dst) == 0 || dst[len(dst)-1].to != at) && strings.ContainsRune("下直共起样樣定般会會些旦切律致概向", firstRune(text[at+size:])) {
				break // 等一下, 一直: no digit
			}
			if weak && alone(dst, at) {
				break
			}
			if strings.HasPrefix(text[at+size:], "位") {
				break // 后四位
			}
			if n := len(dst); !weak && n > 0 && manyTimes(dst[n-1]) && isMeasure(text[dst[n-1].to:at]) { // 四个零
				dst[n-1].digits = strings.Repeat(digitNames[d-'0'], int(dst[n-1].digits[0]-'0'))
				dst[n-1].to = at + size
				break
			}
			dst = append(dst, token{turn: i, from: at, to: at + size, digits: digitNames[d-'0'], spoken: true, weak: weak})
		}
		at += size
	}
	return dst
}

// countsDigits reports whether text goes on as behind a word that says how many
// digits there are: the sixteen digits on the front.
func countsDigits(text string) bool {
	return len(text) > 6 && (text[0] == ' ' || text[0] == '-') && text[1] == 'd' && strings.HasPrefix(text[2:], "igit")
}

// alone reports whether no token of dst is near byte at: what is a digit only
// beside others is none there.
func alone(dst []token, at int) bool {
	return len(dst) == 0 || at-dst[len(dst)-1].to > longestGap
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// foldedDigits appends the token of digits of any script at byte at, and
// returns where it ends.
func foldedDigits(dst []token, text string, i, at int) ([]token, int) {
	from := at
	var b strings.Builder
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		d := digitRune(r)
		if d == 0 {
			break
		}
		b.WriteByte(d)
		at += size
	}
	return append(dst, token{turn: i, from: from, to: at, digits: b.String()}), at
}

func wordToken(dst []token, text string, i, from, to int) []token {
	w, known := spokenWordOf(text[from:to])
	if !known {
		return dst
	}
	if w.kind == weakWord && alone(dst, from) || countsDigits(text[to:]) {
		return dst
	}
	t := token{turn: i, from: from, to: to, spoken: true, digits: w.digits, weak: w.weak}
	n := len(dst)
	switch w.kind {
	case digitWord:
		// Oh is a digit beside another, else it is a sigh.
		near := n > 0 && strings.Trim(text[dst[n-1].to:from], " -") == ""
		if w.sigh {
			t.sigh = true
			t.weak = !(near && dst[n-1].spoken && (!dst[n-1].weak || dst[n-1].sigh))
		}
		for k := n - 1; near && k >= 0 && dst[k].sigh && dst[k].weak; k-- { // oh oh seven
			dst[k].weak = false
			if k > 0 && strings.Trim(text[dst[k-1].to:dst[k].from], " -") != "" {
				break
			}
		}
		// twenty one is 21.
		if n > 0 && len(t.digits) == 1 && t.digits != "0" && tens(dst[n-1]) && strings.Trim(text[dst[n-1].to:from], " -") == "" {
			if text[from-1] == ' ' {
				dst[n-1].apart = dst[n-1].digits + t.digits
			}
			dst[n-1].digits = dst[n-1].digits[:1] + t.digits
			dst[n-1].to = to
			return dst
		}
		if n > 0 && repeatPending(dst[n-1]) && strings.TrimSpace(text[dst[n-1].to:from]) == "" && len(t.digits) == 1 {
			times := int(dst[n-1].digits[1] - '0')
			dst[n-1] = token{turn: i, from: dst[n-1].from, to: to, spoken: true, digits: strings.Repeat(t.digits, times)}
			return dst
		}
	case powerWord:
		if n == 0 || !dst[n-1].spoken || dst[n-1].weak || len(dst[n-1].digits) > 2 || len(dst[n-1].digits) == 2 && w.digits != "00" { // sixty-two hundred, not twelve thousand
			return dst
		}
		dst[n-1].digits, dst[n-1].apart = dst[n-1].digits+w.digits, ""
		dst[n-1].to = to
		return dst
	case manyWord: // four zeros
		if n == 0 || !manyTimes(dst[n-1]) || strings.TrimSpace(text[dst[n-1].to:from]) != "" {
			return dst
		}
		dst[n-1].digits = strings.Repeat(w.digits, int(dst[n-1].digits[0]-'0'))
		dst[n-1].to = to
		return dst
	case repeatWord, weakWord:
	}
	return append(dst, t)
}

// spokenWordOf returns what an English word says of a number.
func spokenWordOf(word string) (spokenWord, bool) {
	const longest = 9 // seventeen
	if word == "" || len(word) > longest {
		return spokenWord{}, false
	}
	var buf [longest]byte
	lower := buf[:len(word)]
	for k := range lower {
		if lower[k] = word[k]; word[k] >= 'A' && word[k] <= 'Z' {
			lower[k] += 'a' - 'A'
		}
	}
	if c := lower[0] - 'a'; int(c) >= len(spokenLengths) || spokenLengths[c]>>len(lower)&1 == 0 {
		return spokenWord{}, false
	}
	w, ok := spokenWords[string(lower)]
	return w, ok
}

// saysDigit reports whether an English word is a digit or a number below a
// hundred.
func saysDigit(word string) bool {
	w, ok := spokenWordOf(word)
	return ok && w.kind == digitWord
}

// manyTimes reports whether a token may say how many of a digit follow.
func manyTimes(t token) bool {
	return t.spoken && !t.weak && len(t.digits) == 1 && t.digits >= "2" && t.digits <= "8"
}

func isMeasure(between string) bool { return between == "个" || between == "個" }

func tens(t token) bool {
	return t.spoken && len(t.digits) == 2 && t.digits[1] == '0' && t.digits[0] >= '2' && t.to-t.from >= 5
}

func repeatPending(t token) bool { return len(t.digits) == 2 && t.digits[0] == 'x' }

func latin(r rune) bool {
	return r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') || r >= 0xC0 && r < 0x250 && unicode.IsLetter(r)
}

// digitRune returns the digit that r is written as, 0 if it is none.
func digitRune(r rune) byte {
	if r >= '0' && r <= '9' {
		return byte(r)
	}
	if r < utf8.RuneSelf || r >= hanTableBegin && r < hanTableEnd {
		return 0
	}
	if f, ok := digitFolder.Rune(r); ok && f >= '0' && f <= '9' {
		return byte(f)
	}
	return 0
}
