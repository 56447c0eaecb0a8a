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

// readings.txt lists words whose characters are read otherwise there than by
// themselves, a word and its syllables a line.
//
//go:embed readings.txt
var readingsFile string

type readings struct {
	words   map[string][]string
	longest int // in characters
}

var loadReadings = sync.OnceValue(func() readings {
	r := readings{words: map[string][]string{}}
	for line := range strings.Lines(readingsFile) {
		fields := strings.Fields(line)
		if len(fields) < 2 || strings.HasPrefix(line, "#") {
			continue
		}
		r.words[fields[0]] = fields[1:]
		r.longest = max(r.longest, utf8.RuneCountInString(fields[0]))
	}
	return r
})

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
// neutral tone, and with the punctuation that makes pauses: what the
// synthesiser's pinyin voice reads. Numbers of up to four digits are read as
// numbers, longer ones digit by digit, Latin letters by their names.
// A character without a reading is an error.
func pinyinOf(text string) (string, error) {
	var syllables []string
	known := loadReadings()
	before := ' '
	for rest := []rune(spellNumbers(text)); len(rest) > 0; {
		word, n := known.match(rest)
		switch r := rest[0]; {
		case n > 0:
			syllables = append(syllables, word...)
			before, rest = rest[n-1], rest[n:]
			continue
		case r == '一' && (isDigit(before) || before == '十' || len(rest) > 1 && isDigit(rest[1])):
			syllables = append(syllables, "yi1=") // counted out, not counting something
		case unicode.Is(unicode.Han, r):
			one := pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Tone3})
			if len(one) == 0 {
				return "", models.BadInput("no reading for %q", r)
			}
			syllables = append(syllables, toned(one[0]))
		case letterNames[unicode.ToLower(r)] != "":
			syllables = append(syllables, strings.Fields(letterNames[unicode.ToLower(r)])...)
		case clauseMarks[r] != "":
			if n := len(syllables); n > 0 {
				syllables[n-1] = strings.TrimRight(syllables[n-1], ",.!?") + clauseMarks[r]
			}
		case unicode.IsSpace(r) || unicode.IsPunct(r):
		default:
			return "", models.BadInput("no reading for %q", r)
		}
		before, rest = rest[0], rest[1:]
	}
	changeTones(syllables)
	return strings.Join(syllables, " "), nil
}

// match returns the reading of the longest listed word that text begins with,
// and its length in characters.
func (r readings) match(text []rune) ([]string, int) {
	for n := min(r.longest, len(text)); n > 0; n-- {
		if word, ok := r.words[string(text[:n])]; ok {
			return word, n
		}
	}
	return nil, 0
}

func toned(syllable string) string {
	if last := syllable[len(syllable)-1]; last >= '1' && last <= '5' {
		return syllable
	}
	return syllable + "5"
}

func isDigit(r rune) bool { return slices.Contains(hanDigits, r) }

// changeTones applies the rules of Mandarin for 一 and 不 before other tones;
// the synthesiser does the one for two third tones itself. A syllable with =
// behind it keeps its tone.
func changeTones(syllables []string) {
	for i := range syllables {
		next := ""
		if i+1 < len(syllables) {
			next = strings.TrimRight(syllables[i+1], ",.!?=")
		}
		switch {
		case syllables[i] == "bu4" && strings.HasSuffix(next, "4"):
			syllables[i] = "bu2"
		case syllables[i] == "yi1" && strings.HasSuffix(next, "4"), syllables[i] == "yi1" && next == "ge5":
			syllables[i] = "yi2"
		case syllables[i] == "yi1" && next != "" && !strings.HasSuffix(next, "5"):
			syllables[i] = "yi4"
		}
	}
	for i := range syllables {
		syllables[i] = strings.ReplaceAll(syllables[i], "=", "")
	}
}

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
