package redact

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// answersIn returns the names, dates, addresses and number plates that a turn
// answers a question for them with. Numbers are read elsewhere, since one may go on
// over turns: see reading.answer.
func answersIn(text, small string, signs sign, a asks) []found {
	if a == 0 {
		return nil
	}
	var out []found
	if a&asksBirthday != 0 && signs&signNumber|signs&(signLower|signUpper) != 0 {
		out = append(out, datesAnswered(text, small, signs)...)
	}
	if a&asksPostcode != 0 && signs&signDigit != 0 {
		out = append(out, matches(text, postcode, Address)...)
	}
	if a&(asksHouse|asksAddress) != 0 {
		out = append(out, streetsAnswered(text, a)...)
	}
	if a&asksAddress != 0 && signs&signHan != 0 {
		out = append(out, addressesAnsweredZH(text)...)
	}
	if a&asksPlate != 0 && signs&signDigit != 0 {
		out = append(out, platesAnswered(text)...)
	}
	if a&(asksPlate|asksAccount|asksLicense|asksPassport|asksPostcode) != 0 && signs&signNumber != 0 {
		out = append(out, mixedAnswered(text, a)...)
	}
	if a&asksName != 0 {
		if signs&signHan != 0 {
			out = append(out, namesAnsweredZH(text)...)
		}
		if signs&signHan == 0 || signs&signUpper != 0 {
			out = append(out, namesAnswered(text)...)
		}
	}
	return apartFound(out)
}

// apartFound drops what lies over something before it.
func apartFound(all []found) []found {
	out := all[:0]
	for _, f := range all {
		free := true
		for _, o := range out {
			free = free && (f.to <= o.from || o.to <= f.from)
		}
		if free {
			out = append(out, f)
		}
	}
	return out
}

func matches(text string, re *regexp.Regexp, t Type) []found {
	var out []found
	for _, m := range re.FindAllStringIndex(text, -1) {
		out = append(out, found{t, m[0], m[1]})
	}
	return out
}

const streetNames = `street avenue road boulevard lane drive court place square terrace parkway highway crescent close gardens way walk row circle trail alley mews grove hill heights`

var streetWords = set(streetNames)

var (
	// Dates of birth need no more than the question: 八七年十一月二十三, March '87. In
	// English they are put together around the month: one expression is too large for
	// the fast way to match.
	bornMonth    = regexp.MustCompile(`^(?i:` + monthEN + `)\b\.?`)
	bornDayFirst = regexp.MustCompile(`\b(?i:` + dayEN + `)(?: of)? $`)
	bornDay      = regexp.MustCompile(`^ (?i:` + dayEN + `)\b`)
	bornYear     = regexp.MustCompile(`^,? (?:of )?(?i:` + yearEN + `)\b`)
	bornNumeric  = regexp.MustCompile(`\b[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}\b`)
	bornSaid     = regexp.MustCompile(`\b(?i:nineteen|twenty) [a-z]+(?:[ -][a-z]+)?\b`)
	bornZH       = regexp.MustCompile(`(?:农历|阴历|阳历)?(?:` + numZH + `{2,4}\s?年\s?)?(?:` + numZH + `{1,3}|正|腊|冬)\s?月\s?(?:初|十|廿)?` + numZH + `{1,3}\s?[日号號]?|` + numZH + `{2,4}\s?年\s?(?:` + numZH + `{1,3}|正|腊|冬)\s?月|` + numZH + `{4}\s?年|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}`)

	postcode = regexp.MustCompile(`(?i)\b(?:[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2}|[a-z][0-9][a-z] ?[0-9][a-z][0-9]|[0-9]{5}(?:-[0-9]{4})?)\b`)

	// An address in small letters, its number in words.
	streetSaid = regexp.MustCompile(`(?i)\b(?:[0-9]{1,5}[a-z]?|(?:(?:one|two|three|four|five|six|seven|eight|nine|oh|zero|ten|eleven|twelve|[a-z]+teen|[a-z]+ty|hundred|and)[ -])*(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|[a-z]+ty|hundred)),? (?:[\p{L}'’.-]+ ){1,4}(?:` + strings.ReplaceAll(streetNames, " ", "|") + `)\b`)
	streetOnly = regexp.MustCompile(`^(?i:it's |it is |at |and )*([0-9]{1,5}[A-Za-z]?(?: \p{Lu}[\p{L}'’.-]*){1,4})$`) // 42 Ormeau Embankment
	houseOnly  = regexp.MustCompile(`^(?i:it's |it is |number |no\.? |flat |apartment |apt |unit |我?住?在?|是)*([0-9]{1,5}[a-z]?|[零〇一二三四五六七八九十百幺两]{1,5})(?:号|室|號)?$`)

	plateAny = regexp.MustCompile(`\b[A-Z0-9]{1,4}(?:[ -]?[A-Z0-9]{1,4}){1,2}\b|\b[a-zA-Z]*[0-9]+[a-zA-Z]+[a-zA-Z0-9]*\b|\b[a-zA-Z]+[0-9]+\b`)
)

// datesAnswered returns the dates in an answer to when somebody was born.
func datesAnswered(text, small string, signs sign) []found {
	numeric := signs&signDigit != 0 && strings.ContainsAny(text, "-/.")
	if signs&signHan != 0 {
		if !numeric && signs&(signYear|signMonth) == 0 {
			return nil
		}
		var out []found
		for _, c := range clausesOf(text) { // the expression is slow
			for _, f := range matches(text[c.from:c.to], bornZH, Birthday) {
				out = append(out, found{Birthday, c.from + f.from, c.from + f.to})
			}
		}
		return out
	}
	var out []found
	if numeric {
		out = matches(text, bornNumeric, Birthday)
	}
	for i := 0; i+3 <= len(small); i++ {
		if (i == 0 || !alphanumeric(small[i-1])) && beginsMonth(small[i], small[i+1], small[i+2]) {
			if from, to := dateAround(text, i); to > from {
				out = append(out, found{Birthday, from, to})
				i = to
			}
		}
	}
	if len(out) == 0 && (strings.Contains(small, "nineteen ") || strings.Contains(small, "twenty ")) {
		return matches(text, bornSaid, Birthday)
	}
	return out
}

// dateAround returns the date with a month at byte i; nothing for a month alone.
func dateAround(text string, i int) (from, to int) {
	m := bornMonth.FindStringIndex(text[i:])
	if m == nil {
		return 0, 0
	}
	from, to = i, i+m[1]
	if d := bornDayFirst.FindStringIndex(lastBytes(text[:i], 32)); d != nil {
		from = i - len(lastBytes(text[:i], 32)) + d[0]
	} else if d := bornDay.FindStringIndex(text[to:]); d != nil {
		to += d[1]
	}
	if y := bornYear.FindStringIndex(text[to:]); y != nil {
		to += y[1]
	}
	if from == i && to == i+m[1] {
		return 0, 0
	}
	return from, to
}

// streetsAnswered returns the addresses in an answer to a question for one, or
// the number of a house where that was asked for.
func streetsAnswered(text string, a asks) []found {
	var out []found
	if a&asksAddress != 0 && saysStreet(text) {
		out = matches(text, streetSaid, Address)
	}
	for _, c := range clausesOf(text) {
		if a&asksAddress != 0 {
			if m := streetOnly.FindStringSubmatchIndex(text[c.from:c.to]); m != nil {
				out = append(out, found{Address, c.from + m[2], c.from + m[3]})
			}
		}
		if a&asksHouse == 0 {
			continue
		}
		if m := houseOnly.FindStringSubmatchIndex(text[c.from:c.to]); m != nil {
			out = append(out, found{Address, c.from + m[2], c.from + m[3]})
		}
	}
	return out
}

// addressesAnsweredZH returns the addresses in a Chinese answer to a question for
// one, each over its clause: 民治大道碧水龙庭2栋, 胜太路58号翠屏湾3栋1204.
func addressesAnsweredZH(text string) []found {
	out := addressesInChinese(text)
	for i := range out {
		f := &out[i]
		for _, c := range clausesOf(text) {
			for _, part := range fieldsAt(text, c.from, c.to) {
				if f.from < part.from || f.from >= part.to {
					continue
				}
				if rest := text[min(f.to, part.to):part.to]; strings.ContainsAny(rest, "0123456789") {
					f.to += len(strings.TrimRight(rest, "吧啊呢的哈哦"))
				}
				if before := text[part.from:f.from]; strings.ContainsAny(before, "省市区县镇乡村路街巷道苑园城庭府里") {
					f.from = part.from + len(leadZH.FindString(before))
				}
			}
		}
	}
	return out
}

// saysStreet reports whether a word of a text is one that the names of streets end
// with.
func saysStreet(text string) bool {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !latin(r) }) {
		if lookup(streetWords, w) {
			return true
		}
	}
	return false
}

// platesAnswered returns the number plates of any country in an answer to a
// question for one.
func platesAnswered(text string) []found {
	var out []found
	for _, m := range plateAny.FindAllStringIndex(text, -1) {
		letters, digits := countMixed(text[m[0]:m[1]])
		if n := letters + digits; letters > 0 && digits > 0 && n >= 5 && n <= 8 {
			if r, size := utf8.DecodeLastRuneInString(text[:m[0]]); isProvince(r) {
				m[0] -= size
			}
			out = append(out, found{Plate, m[0], m[1]})
		}
	}
	return out
}

// mixedAnswered returns numbers that have letters in them: C02XK1A, K X one nine.
func mixedAnswered(text string, a asks) []found {
	t := Account
	switch {
	case a&asksPlate != 0:
		t = Plate
	case a&asksLicense != 0:
		t = License
	case a&asksPassport != 0:
		t = Passport
	case a&asksPostcode != 0:
		t = Address
	}
	var out []found
	alone := !strings.ContainsAny(strings.TrimRight(text, ". "), " ,，。")
	var m mixed
	flush := func() {
		if m.private(alone) {
			out = append(out, found{t, m.from, m.to})
		}
		m = mixed{}
	}
	for at := 0; at < len(text); {
		c := text[at]
		if !alphanumeric(c) {
			if !strings.ContainsRune(" ,.-", rune(c)) {
				flush()
			}
			at++
			continue
		}
		from := at
		for at < len(text) && alphanumeric(text[at]) {
			at++
		}
		if !m.takes(text[from:at], from, at) {
			flush()
			m.takes(text[from:at], from, at)
		}
	}
	flush()
	return out
}

// mixed is a row of words that spell a number with letters in it.
type mixed struct {
	from, to               int
	words, letters, digits int
	whole                  bool // it has a word with both
}

// takes adds a word to the row, if it can be one of it.
func (m *mixed) takes(w string, from, to int) bool {
	letters, digits := countMixed(w)
	spoken, known := spokenWords[lowerASCII(w)]
	switch {
	case known && !spoken.weak && len(w) > 1:
		letters, digits = 0, 1
	case letters > 0 && digits == 0 && letters > 1:
		return false
	}
	if m.words == 0 {
		m.from = from
	}
	m.to = to
	m.words++
	m.letters += letters
	m.digits += digits
	m.whole = m.whole || letters > 0 && digits > 0
	return true
}

// private reports whether the row is long enough for a number; alone is set where
// it is the whole answer.
func (m *mixed) private(alone bool) bool {
	return m.letters > 0 && (alone && m.whole && m.letters+m.digits >= 5 || m.whole && m.digits >= 3 && m.letters+m.digits >= 5 || m.words >= 5 && m.digits >= 2)
}

func countMixed(s string) (letters, digits int) {
	for i := range len(s) {
		switch {
		case isDigit(s[i]):
			digits++
		case alphanumeric(s[i]):
			letters++
		}
	}
	return letters, digits
}

// clausesOf returns the pieces of a text between its stops and commas, without
// the white space around them.
func clausesOf(text string) []piece {
	var out []piece
	from := 0
	flush := func(to int) {
		c := text[from:to]
		left := len(c) - len(strings.TrimLeft(c, " "))
		if c = strings.TrimSpace(c); c != "" {
			out = append(out, piece{from: from + left, to: from + left + len(c)})
		}
	}
	for i, r := range text {
		switch r {
		case ',', '，', '.', '。', ';', '；', '、', '!', '！', '?', '？', ':', '：', '\n', '…':
			flush(i)
			from = i + len(string(r))
		}
	}
	flush(len(text))
	return out
}
