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
	spoken         bool // a numeral or a word
	weak           bool // a digit only if digits surround it
	gap            gap  // to the token before it in the run
}

// gap is what stands between two tokens of a run.
type gap int

const (
	gapNone   gap = iota
	gapSpace      // a space, a hyphen or a dot
	gapComma      // what speech recognition writes for a pause
	gapFiller     // uh, 然后
	gapFix        // no wait, 不对
	gapTurn       // the next turn of the same party
	gapBreak      // anything else: no run goes on over it
)

// strong reports whether people leave such a gap between two numbers.
func (g gap) strong() bool { return g >= gapComma }

var numberWords = map[string]string{
	"zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
	"six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13",
	"fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
	"twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
}

// weakWords are what speech recognition makes of a digit now and then.
var (
	weakWords  = map[string]string{"to": "2", "too": "2", "for": "4", "fore": "4", "won": "1", "ate": "8", "tree": "3", "free": "3", "sex": "6", "sics": "6", "nein": "9", "fife": "5", "heaven": "7"}
	weakRunes  = map[rune]byte{}
	weakDigits = map[byte]string{'1': "要腰夭妖邀依衣", '2': "而儿耳尔俩", '3': "散伞山叁", '4': "是似死寺司", '5': "无舞武屋午", '6': "流刘留柳", '7': "期其起妻齐", '8': "把吧爸巴扒", '9': "就酒久旧", '0': "灵林凌令另玲"}
)

func init() {
	for d, all := range weakDigits {
		for _, r := range all {
			weakRunes[r] = d
		}
	}
}

var (
	digitFolder   = fold.New(fold.Width | fold.Digits)
	numeralFolder = fold.New(fold.Width | fold.Digits | fold.Numerals)
)

// digitsOf appends the tokens of text, of turn i, to dst. Letters of an
// alphabet right before or after digits make them a part of a word.
func digitsOf(dst []token, text string, i int) []token {
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if latin(r) {
			from := at
			for at < len(text) {
				if r, size = utf8.DecodeRuneInString(text[at:]); !latin(r) {
					break
				}
				at += size
			}
			dst = wordToken(dst, text, i, from, at)
			continue
		}
		if d := digitRune(r); d != 0 {
			from := at
			var b strings.Builder
			for at < len(text) {
				if r, size = utf8.DecodeRuneInString(text[at:]); digitRune(r) == 0 {
					break
				}
				b.WriteByte(digitRune(r))
				at += size
			}
			dst = append(dst, token{turn: i, from: from, to: at, digits: b.String()})
			continue
		}
		if folded, ok := numeralFolder.Rune(r); ok && folded >= '0' && folded <= '9' {
			dst = append(dst, token{turn: i, from: at, to: at + size, digits: string(folded), spoken: true})
		} else if d, ok := weakRunes[r]; ok {
			dst = append(dst, token{turn: i, from: at, to: at + size, digits: string(d), spoken: true, weak: true})
		}
		at += size
	}
	return dst
}

func wordToken(dst []token, text string, i, from, to int) []token {
	word := strings.ToLower(text[from:to])
	t := token{turn: i, from: from, to: to, spoken: true}
	n := len(dst)
	switch {
	case numberWords[word] != "":
		t.digits = numberWords[word]
		// Oh is a digit after another, else it is a sigh.
		t.weak = (word == "oh" || word == "o" || word == "nil") && !(n > 0 && dst[n-1].spoken && !dst[n-1].weak && strings.Trim(text[dst[n-1].to:from], " -") == "")
		// twenty one is 21.
		if n > 0 && len(t.digits) == 1 && t.digits != "0" && tens(dst[n-1]) && strings.Trim(text[dst[n-1].to:from], " -") == "" {
			dst[n-1].digits = dst[n-1].digits[:1] + t.digits
			dst[n-1].to = to
			return dst
		}
		if n > 0 && repeatPending(dst[n-1]) && strings.TrimSpace(text[dst[n-1].to:from]) == "" && len(t.digits) == 1 {
			times := int(dst[n-1].digits[1] - '0')
			dst[n-1] = token{turn: i, from: dst[n-1].from, to: to, spoken: true, digits: strings.Repeat(t.digits, times)}
			return dst
		}
	case word == "double":
		t.digits, t.weak = "x2", true
	case word == "triple" || word == "treble":
		t.digits, t.weak = "x3", true
	case word == "hundred" && n > 0 && dst[n-1].spoken && len(dst[n-1].digits) == 1:
		dst[n-1].digits += "00"
		dst[n-1].to = to
		return dst
	case word == "thousand" && n > 0 && dst[n-1].spoken && len(dst[n-1].digits) == 1:
		dst[n-1].digits += "000"
		dst[n-1].to = to
		return dst
	case weakWords[word] != "":
		t.digits, t.weak = weakWords[word], true
	default:
		return dst
	}
	return append(dst, t)
}

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
	if r < utf8.RuneSelf {
		return 0
	}
	if f, ok := digitFolder.Rune(r); ok && f >= '0' && f <= '9' {
		return byte(f)
	}
	return 0
}

var fillers = map[string]gap{
	"呃": gapFiller, "嗯": gapFiller, "啊": gapFiller, "额": gapFiller, "那个": gapFiller, "这个": gapFiller, "然后": gapFiller, "然后是": gapFiller, "接着": gapFiller,
	"再": gapFiller, "后面": gapFiller, "后面是": gapFiller, "接下来": gapFiller, "对": gapFiller, "对的": gapFiller, "好": gapFiller, "嗯嗯": gapFiller, "杠": gapSpace, "横杠": gapSpace, "空格": gapSpace, "转": gapBreak,
	"uh": gapFiller, "um": gapFiller, "er": gapFiller, "erm": gapFiller, "then": gapFiller, "and": gapFiller, "and then": gapFiller, "yeah": gapFiller, "ok": gapFiller, "okay": gapFiller, "so": gapFiller, "uh huh": gapFiller,
	"dash": gapSpace, "hyphen": gapSpace, "space": gapSpace, "dot": gapSpace, "area code": gapFiller,
	"不对": gapFix, "错了": gapFix, "不是": gapFix, "更正": gapFix, "应该是": gapFix, "不对不对": gapFix, "说错了": gapFix, "是": gapFiller,
	"no": gapFix, "sorry": gapFix, "wait": gapFix, "no wait": gapFix, "no sorry": gapFix, "sorry no": gapFix, "i mean": gapFix, "correction": gapFix, "rather": gapFix, "actually": gapFix, "scratch that": gapFix, "wait no": gapFix,
}

// between classifies the text between two tokens.
func between(text string) gap {
	switch text {
	case "":
		return gapNone
	case " ", "-", "–", ".", " - ", "·", ") ", ")", ")-", "/":
		return gapSpace
	}
	if len(text) > 60 {
		return gapBreak
	}
	worst := gapSpace
	fields := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		switch r {
		case ',', '，', '、', '。', '…', '；', ';':
			worst = max(worst, gapComma)
			return true
		case ' ', '-', '–', '—', '.', '(', ')', '（', '）', '\t', '"', '~':
			return true
		}
		return false
	})
	if strings.Contains(text, ". ") {
		worst = max(worst, gapComma)
	}
	said := strings.Join(fields, " ")
	if said == "" {
		return worst
	}
	if g, ok := fillers[said]; ok {
		return max(worst, g)
	}
	for _, f := range fields {
		g, ok := fillers[f]
		if !ok {
			return gapBreak
		}
		worst = max(worst, g)
	}
	return worst
}
