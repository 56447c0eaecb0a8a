package redact

import (
	"regexp"
	"strings"

	"earshot/models"
)

// answersIn returns the names, dates, addresses and number plates that turn i
// answers a question for them with. Numbers are read elsewhere, since one may go on
// over turns: see reading.answer.
func answersIn(turns []models.Turn, i int, small string, signs sign, a asks) []found {
	if a == 0 {
		return nil
	}
	text := turns[i].Text
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
	if a&asksPlate != 0 && signs&signDigit != 0 {
		out = append(out, platesAnswered(text)...)
	}
	if a&(asksPlate|asksAccount|asksLicense|asksPassport) != 0 && signs&signNumber != 0 {
		out = append(out, mixedAnswered(text, a)...)
	}
	if a&asksName != 0 {
		if signs&signHan != 0 {
			out = append(out, namesAnsweredZH(text)...)
		} else {
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

var (
	// Dates of birth need no more than the question: 八七年十一月二十三, March '87.
	bornEN = regexp.MustCompile(`(?i)\b(?:` + dateEN + `|` + monthEN + `,? (?:of )?` + yearEN + `|(?:nineteen|twenty) [a-z]+(?:[ -][a-z]+)?\b)`)
	bornZH = regexp.MustCompile(`(?:农历|阴历|阳历)?(?:` + numZH + `{2,4}\s?年\s?)?(?:` + numZH + `{1,3}|正|腊|冬)\s?月\s?(?:初|十|廿)?` + numZH + `{1,3}\s?[日号號]?|` + numZH + `{4}\s?年|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}`)

	postcode = regexp.MustCompile(`(?i)\b(?:[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2}|[a-z][0-9][a-z] ?[0-9][a-z][0-9]|[0-9]{5}(?:-[0-9]{4})?)\b`)

	// An address in small letters, its number in words.
	streetSaid = regexp.MustCompile(`(?i)\b(?:[0-9]{1,5}[a-z]?|(?:(?:one|two|three|four|five|six|seven|eight|nine|oh|zero|ten|eleven|twelve|[a-z]+teen|[a-z]+ty|hundred|and)[ -])*(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|[a-z]+ty|hundred)),? (?:[\p{L}'’.-]+ ){1,4}(?:street|avenue|road|boulevard|lane|drive|court|place|square|terrace|parkway|highway|crescent|close|gardens|way|walk|row|circle|trail|alley|mews|grove|hill|heights)\b`)
	houseOnly  = regexp.MustCompile(`^(?i:it's |it is |number |no\.? |flat |apartment |apt |unit |我?住?在?|是)*([0-9]{1,5}[a-z]?|[零〇一二三四五六七八九十百幺两]{1,5})(?:号|室|號)?$`)

	plateAny = regexp.MustCompile(`\b[A-Z0-9]{1,4}(?:[ -]?[A-Z0-9]{1,4}){1,2}\b|\b[a-zA-Z]*[0-9]+[a-zA-Z]+[a-zA-Z0-9]*\b|\b[a-zA-Z]+[0-9]+\b`)

	// Letters and digits one by one: K X one nine V D E.
	spelledMixed = regexp.MustCompile(`(?i)\b(?:[a-z]|zero|oh|one|two|three|four|five|six|seven|eight|nine|double|[0-9]+)(?:[ ,.-]+(?:[a-z]|zero|oh|one|two|three|four|five|six|seven|eight|nine|double|[0-9]+)){4,}\b`)
	mixedWord    = regexp.MustCompile(`\b(?:[A-Za-z]+-?[0-9]|[0-9]+-?[A-Za-z])[A-Za-z0-9-]*(?: [0-9]{2,})*\b`)
)

// datesAnswered returns the dates in an answer to when somebody was born.
func datesAnswered(text, small string, signs sign) []found {
	if signs&signHan != 0 {
		return matches(text, bornZH, Birthday)
	}
	if signs&signDigit == 0 && !namesMonth(text) && !strings.Contains(small, "teen ") && !strings.Contains(small, "twenty ") {
		return nil
	}
	return matches(text, bornEN, Birthday)
}

// streetsAnswered returns the addresses in an answer to a question for one, or
// the number of a house where that was asked for.
func streetsAnswered(text string, a asks) []found {
	var out []found
	if a&asksAddress != 0 {
		out = matches(text, streetSaid, Address)
	}
	if a&asksHouse == 0 {
		return out
	}
	for _, c := range clausesOf(text) {
		if m := houseOnly.FindStringSubmatchIndex(text[c.from:c.to]); m != nil {
			out = append(out, found{Address, c.from + m[2], c.from + m[3]})
		}
	}
	return out
}

// platesAnswered returns the number plates of any country in an answer to a
// question for one.
func platesAnswered(text string) []found {
	var out []found
	for _, m := range plateAny.FindAllStringIndex(text, -1) {
		letters, digits := countMixed(text[m[0]:m[1]])
		if n := letters + digits; letters > 0 && digits > 0 && n >= 5 && n <= 8 {
			out = append(out, found{Plate, m[0], m[1]})
		}
	}
	return out
}

// mixedAnswered returns numbers that have letters in them.
func mixedAnswered(text string, a asks) []found {
	t := Account
	switch {
	case a&asksPlate != 0:
		t = Plate
	case a&asksLicense != 0:
		t = License
	case a&asksPassport != 0:
		t = Passport
	}
	var out []found
	for _, m := range spelledMixed.FindAllStringIndex(text, -1) {
		if letters, digits := countSpelled(text[m[0]:m[1]]); letters > 0 && digits >= 2 {
			out = append(out, found{t, m[0], m[1]})
		}
	}
	for _, m := range mixedWord.FindAllStringIndex(text, -1) {
		if letters, digits := countMixed(text[m[0]:m[1]]); letters > 0 && digits >= 3 && letters+digits >= 5 {
			out = append(out, found{t, m[0], m[1]})
		}
	}
	return out
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

// countSpelled counts letters, and digits that are said one by one.
func countSpelled(s string) (letters, digits int) {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,.-", r) }) {
		switch {
		case isDigit(w[0]), len(w) > 1:
			digits++
		default:
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
