package demo

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"

	"earshot/models"
)

// words.txt lists words, a line each, with their syllables where these are not
// what the characters are read as by themselves.
//
//go:embed words.txt
var wordsFile string

type wordList struct {
	words   map[string][]string // the syllables, or none
	longest int                 // in characters
}

var loadWords = sync.OnceValue(func() wordList {
	l := wordList{words: map[string][]string{}}
	for line := range strings.Lines(wordsFile) {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		l.words[fields[0]] = fields[1:]
		l.longest = max(l.longest, utf8.RuneCountInString(fields[0]))
	}
	return l
})

// match returns how many characters the longest listed word has that text
// begins with, and its syllables if they are listed.
func (l wordList) match(text []rune) (int, []string) {
	for n := min(l.longest, len(text)); n > 0; n-- {
		if syllables, ok := l.words[string(text[:n])]; ok {
			return n, syllables
		}
	}
	return 0, nil
}

// letterNames are the English names of the letters as a Mandarin speaker says them.
var letterNames = map[rune]string{
	'a': "ei1", 'b': "bi4", 'c': "xi1", 'd': "di4", 'e': "yi4", 'f': "ai2 fu5", 'g': "ji4", 'h': "ei1 chi5",
	'i': "ai4", 'j': "zhei4", 'k': "kei4", 'l': "ai2 lou5", 'm': "ai2 mu5", 'n': "en1", 'o': "ou1", 'p': "pi1",
	'q': "kiu1", 'r': "a4", 's': "ai2 si5", 't': "ti4", 'u': "you1", 'v': "wei1", 'w': "da2 bu5 liu5",
	'x': "ai2 ke5 si5", 'y': "wai4", 'z': "zei4",
}

// clauseMarks are the punctuation a synthesiser pauses at.
var clauseMarks = map[rune]string{
	'，': ",", '、': ",", '；': ",", '：': ",", ',': ",", '。': ".", '.': ".", '！': "!", '!': "!", '？': "?", '?': "?", '—': ",", '…': ",",
}

// pinyinOf returns Chinese text as syllables with tone numbers, 5 for the
// neutral tone, words apart, and with the punctuation that makes pauses: what
// the synthesiser's pinyin voice reads. Numbers of up to four digits are read
// as numbers, longer ones digit by digit, Latin letters by their names.
// A character without a reading is an error.
func pinyinOf(text string) (string, error) {
	list := loadWords()
	var out []syllable
	before := ' '
	for rest := []rune(spellNumbers(text)); len(rest) > 0; {
		n, listed := list.match(rest)
		switch r := rest[0]; {
		case len(listed) > 0:
			for i, s := range listed {
				out = append(out, syllable{text: s, joined: i > 0})
			}
		case n > 0 || unicode.Is(unicode.Han, r):
			n = max(n, 1)
			for i := range n {
				s, err := list.read(rest[i:], before)
				if err != nil {
					return "", err
				}
				out = append(out, syllable{text: s, joined: i > 0})
				before = rest[i]
			}
		case letterNames[unicode.ToLower(r)] != "":
			for s := range strings.FieldsSeq(letterNames[unicode.ToLower(r)]) {
				out = append(out, syllable{text: s})
			}
		case clauseMarks[r] != "":
			if len(out) > 0 {
				out[len(out)-1].mark = clauseMarks[r]
			}
		case unicode.IsSpace(r) || unicode.IsPunct(r):
		default:
			return "", models.BadInput("no reading for %q", r)
		}
		n = max(n, 1)
		before, rest = rest[n-1], rest[n:]
	}
	return join(out), nil
}

// syllable is one syllable of speech.
type syllable struct {
	text   string // with its tone
	mark   string // punctuation behind it
	joined bool   // belongs to the same word as the one before
}

// read returns the reading of the first character of text; before is the
// character that precedes it.
func (l wordList) read(text []rune, before rune) (string, error) {
	r := text[0]
	if r == '一' && (isDigit(before) || before == '十' || len(text) > 1 && isDigit(text[1])) {
		return "yi1=", nil // counted out, not counting something
	}
	if listed := l.words[string(r)]; len(listed) == 1 {
		return listed[0], nil
	}
	readings := pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Tone3})
	if len(readings) == 0 {
		return "", models.BadInput("no reading for %q", r)
	}
	return toned(readings[0]), nil
}

// join writes syllables as the synthesiser wants them. It applies the rules of
// Mandarin for 一 and 不 before other tones, except to a syllable with = behind
// it; the synthesiser does the rule for two third tones itself.
func join(syllables []syllable) string {
	var b strings.Builder
	for i, s := range syllables {
		next := ""
		if i+1 < len(syllables) {
			next = strings.TrimSuffix(syllables[i+1].text, "=")
		}
		if i > 0 && !s.joined {
			b.WriteByte(' ')
		}
		b.WriteString(changeTone(s.text, next) + s.mark)
	}
	return b.String()
}

func changeTone(syllable, next string) string {
	switch {
	case syllable == "bu4" && strings.HasSuffix(next, "4"):
		return "bu2"
	case syllable == "yi1" && (strings.HasSuffix(next, "4") || next == "ge5"):
		return "yi2"
	case syllable == "yi1" && next != "" && !strings.HasSuffix(next, "5"):
		return "yi4"
	default:
		return strings.TrimSuffix(syllable, "=")
	}
}

func toned(syllable string) string {
	if last := syllable[len(syllable)-1]; last >= '1' && last <= '5' {
		return syllable
	}
	return syllable + "5"
}

func isDigit(r rune) bool { return slices.Contains(hanDigits, r) }

var (
	digitRun  = regexp.MustCompile(`[0-9]+`)
	hanDigits = []rune("零一二三四五六七八九")
)

// spellNumbers writes digits as the characters they are read as.
func spellNumbers(text string) string {
	return digitRun.ReplaceAllStringFunc(text, func(digits string) string {
		if len(digits) > 4 || len(digits) > 1 && digits[0] == '0' {
			return strings.Map(func(r rune) rune { return hanDigits[r-'0'] }, digits)
		}
		return spellQuantity(digits)
	})
}

// spellQuantity writes a number of one to four digits in characters, such as
// 一千零五 for 1005.
func spellQuantity(digits string) string {
	var out []rune
	zero := false
	for i, d := range digits {
		place := len(digits) - 1 - i
		if d == '0' {
			zero = len(out) > 0
			continue
		}
		if zero {
			out, zero = append(out, '零'), false
		}
		if d != '1' || place != 1 || len(out) > 0 { // 十五, but 一百一十五
			out = append(out, hanDigits[d-'0'])
		}
		if place > 0 {
			out = append(out, []rune("十百千")[place-1])
		}
	}
	if len(out) == 0 {
		return "零"
	}
	return string(out)
}
