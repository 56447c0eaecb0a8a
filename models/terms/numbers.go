package terms

import (
	"strconv"
	"strings"
)

// readNumber returns the number that tokens begin with and how many of them it
// takes; 0: they do not begin with a number.
func readNumber(tokens []token) (Term, int) {
	var readings []string
	n := 0
	switch tokens[0].kind {
	case Number:
		readings, n = readDigits(tokens)
	case Han:
		readings, n = readChinese(tokens)
	case Word:
		readings, n = readEnglish(tokens)
	}
	if n == 0 {
		return Term{}, 0
	}
	t := Term{Kind: Number, Text: readings[0], Readings: readings, From: tokens[0].from, To: tokens[n-1].to}
	if last := tokens[n-1]; last.kind == Word {
		_, t.Ordinal = ordinals[last.text]
	} else if n < len(tokens) && tokens[n].kind == Word && tokens[n].from == last.to && isSuffix(tokens[n].text) { // 4th
		t.Ordinal, t.To = true, tokens[n].to
		n++
	}
	return t, n
}

// startsNumber reports whether a number may begin with t.
func startsNumber(t *token) bool {
	switch t.kind {
	case Number:
		return true
	case Han:
		return t.han&(hanNumeral|hanHalf) != 0
	case Word:
		return t.known.number
	}
	return false
}

func isSuffix(w string) bool { return w == "st" || w == "nd" || w == "rd" || w == "th" }

// readDigits reads 1,234.50 and 9:40, with a Chinese unit behind: 3万, 9点半.
func readDigits(tokens []token) ([]string, int) {
	s := strings.ReplaceAll(tokens[0].text, ",", "")
	if len(tokens) > 1 && tokens[1].kind == Han {
		if unit := strings.Index("百千万亿", tokens[1].text); unit >= 0 {
			if v, err := strconv.ParseFloat(s, 64); err == nil {
				return []string{formatFloat(v * chineseUnits[unit/3])}, 2
			}
		}
		if tokens[1].text == "点" {
			if r, n := clockChinese(s, tokens[1:]); n > 0 {
				return r, 1 + n
			}
		}
	}
	return readingsOf(s), 1
}

// readingsOf returns the forms of a number in digits.
func readingsOf(s string) []string {
	if hour, minute, ok := strings.Cut(s, ":"); ok {
		hour = trimZeros(hour)
		if strings.Trim(minute, "0") == "" {
			return []string{hour + ":00", hour}
		}
		return []string{hour + ":" + minute}
	}
	if whole, part, ok := strings.Cut(s, "."); ok {
		if strings.Contains(part, ".") { // a version, a date
			return []string{s}
		}
		if part = strings.TrimRight(part, "0"); part == "" {
			return []string{trimZeros(whole)}
		}
		return []string{trimZeros(whole) + "." + part}
	}
	if len(s) > 1 && s[0] == '0' { // a code or a telephone number, unless it is a date's
		return []string{s, trimZeros(s)}
	}
	return []string{s}
}

func trimZeros(s string) string {
	if t := strings.TrimLeft(s, "0"); t != "" {
		return t
	}
	return "0"
}

func formatFloat(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

var (
	englishSmall = wordValues("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 0, 1)
	englishTens  = wordValues("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
	englishScale = map[string]int{"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
	ordinals     = map[string]int{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
		"eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19,
		"twentieth": 20, "thirtieth": 30}
)

func wordValues(words string, from, step int) map[string]int {
	m := map[string]int{}
	for i, w := range strings.Fields(words) {
		m[w] = from + i*step
	}
	return m
}

// readEnglish reads a number in words. Numbers below a hundred that follow
// each other without a scale are a time, an amount or a code: nine forty.
func readEnglish(tokens []token) ([]string, int) {
	var parts []int // complete numbers
	current, n := -1, 0
	hundreds := false // a scale was said: what follows is added
	flush := func() {
		if current >= 0 {
			parts = append(parts, current)
		}
		current, hundreds = -1, false
	}
loop:
	for n < len(tokens) && tokens[n].kind == Word {
		w := tokens[n].text
		small, isSmall := englishSmall[w]
		if w == "oh" && n > 0 && current >= 0 {
			small, isSmall = 0, true
		}
		tens, isTens := englishTens[w]
		scale, isScale := englishScale[w]
		ordinal, isOrdinal := ordinals[w]
		switch {
		case isSmall && current >= 20 && current%10 == 0 && (current < 100 || hundreds && current%100 != 0) && small < 10 && small > 0:
			current += small
		case isSmall && hundreds && current%100 == 0:
			current += small
		case isSmall:
			flush()
			current = small
		case isTens && hundreds && current%100 == 0:
			current += tens
		case isTens:
			flush()
			current = tens
		case isScale && current > 0:
			if scale > 100 && current >= 1000 {
				current = current/1000*1000 + current%1000*scale
			} else {
				current *= scale
			}
			hundreds = true
		case w == "and" && hundreds && n+1 < len(tokens) && tokens[n+1].kind == Word && isNumberWord(tokens[n+1].text):
		case isOrdinal && current >= 20 && current%10 == 0 && ordinal < 10:
			current += ordinal
			n++
			break loop
		case isOrdinal && current < 0 && len(parts) == 0 && ordinal > 3:
			current = ordinal
			n++
			break loop
		case w == "point" && current >= 0 && n+1 < len(tokens) && isNumberWord(tokens[n+1].text):
			return readDecimal(tokens, current, n)
		default:
			break loop
		}
		n++
	}
	flush()
	for n > 0 && tokens[n-1].text == "and" {
		n--
	}
	if len(parts) == 0 {
		return nil, 0
	}
	return joinParts(parts), n
}

// numberWords are the words that a number may begin with.
var numberWords = func() map[string]bool {
	m := map[string]bool{}
	for _, words := range []map[string]int{englishSmall, englishTens, ordinals} {
		for w := range words {
			m[w] = true
		}
	}
	return m
}()

func isNumberWord(w string) bool { return numberWords[w] }

func readDecimal(tokens []token, whole, n int) ([]string, int) {
	s := strconv.Itoa(whole) + "."
	for n++; n < len(tokens); n++ {
		v, ok := englishSmall[tokens[n].text]
		if !ok {
			if v, ok = englishTens[tokens[n].text]; !ok {
				break
			}
		}
		s += strconv.Itoa(v)
	}
	return readingsOf(s), n
}

// joinParts returns how numbers said one after the other may be read.
func joinParts(parts []int) []string {
	if len(parts) == 1 {
		return []string{strconv.Itoa(parts[0])}
	}
	joined, single := "", true
	for _, p := range parts {
		joined += strconv.Itoa(p)
		single = single && p < 10
	}
	if len(parts) == 2 && !single && parts[1] >= 10 && parts[1] < 100 {
		a, b := strconv.Itoa(parts[0]), strconv.Itoa(parts[1])
		readings := []string{a + ":" + b, joined}
		return append(readings, readingsOf(a+"."+b)...)
	}
	if len(parts) == 3 && parts[1] == 0 && parts[2] < 10 && parts[0] >= 1 { // nine oh five
		a, b := strconv.Itoa(parts[0]), "0"+strconv.Itoa(parts[2])
		return []string{joined, a + ":" + b, a + "." + b}
	}
	return []string{joined}
}

// joinCents adds to an amount in dollars the cents said behind it: "fifty four
// dollars and ninety cents" can be read 54.9, too.
func joinCents(all []Term) []Term {
	for i := 0; i+4 < len(all); i++ {
		a, b := &all[i], &all[i+3]
		if a.Kind == Number && all[i+1].Text == "dollar" && all[i+2].Text == "and" && b.Kind == Number && all[i+4].Text == "cent" && len(b.Text) == 2 {
			a.Readings = append(a.Readings, readingsOf(a.Text+"."+b.Text)...)
			b.Readings = append(b.Readings, readingsOf(a.Text+"."+b.Text)...)
		}
	}
	return all
}
