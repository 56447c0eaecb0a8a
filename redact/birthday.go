package redact

import (
	"regexp"
	"strings"
)

const (
	cardinalEN = `(?:(?:twenty|thirty)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine)\b)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)\b`
	monthEN    = `(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)`
	dayEN      = `(?:the )?(?:[0-3]?[0-9](?:st|nd|rd|th)?|` + cardinalEN + `|(?:twenty|thirty)?[ -]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth))`
	yearEN     = `(?:(?:19|20)[0-9]{2}|'?[0-9]{2}|(?:nineteen|twenty)[ -][a-z]+(?:[ -][a-z]+)?|two thousand(?: (?:and )?[a-z]+)?)`
	dateEN     = `(?:` + monthEN + `\.? ` + dayEN + `(?:,? (?:of )?` + yearEN + `)?|` + dayEN + ` (?:of )?` + monthEN + `\.?(?:,? ` + yearEN + `)?|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4})`
	numZH      = `[0-9０-９一二三四五六七八九零〇十两]`
	dateZH     = `(?:` + numZH + `{2,4}\s?年\s?(?:` + numZH + `{1,3}\s?月\s?(?:` + numZH + `{1,3}\s?[日号號])?)?|` + numZH + `{1,3}\s?月\s?` + numZH + `{1,3}\s?[日号號]|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4})`
)

// A date is somebody's birthday where the words before it say so.
var bornOn = regexp.MustCompile(`(?i)(?:date of birth|\bd\.?o\.?b\b|birth ?(?:day|date)|\bborn)(?: is| on|'s|:| was| it's|,)*\s*(` + dateEN + `)`)

var bornOnZH = regexp.MustCompile(`(?:生日|出生日期|出生年月日?|出生于|生于|出生)(?:是|为|在|填|写|选|：|:|，)*\s*(` + dateZH + `|[12][0-9]{7})|(` + dateZH + `|[12][0-9]{7})(?:出生|生的|生人)`)

// birthdaysIn returns the dates of birth in a text.
func birthdaysIn(text, small string, signs sign) []found {
	switch {
	case strings.Contains(small, "birth"):
	case signs&signHan == 0:
		if !strings.Contains(small, "dob") && !strings.Contains(small, "d.o.b") && !strings.Contains(small, "born") {
			return nil
		}
	case signs&signBirth == 0 || !strings.Contains(text, "生日") && !strings.Contains(text, "出生") && !strings.Contains(text, "生于") && !strings.Contains(text, "生的") && !strings.Contains(text, "生人"):
		return nil
	}
	var out []found
	for _, m := range bornOn.FindAllStringSubmatchIndex(text, -1) {
		out = append(out, found{Birthday, m[2], m[3]})
	}
	if signs&signHan == 0 {
		return out
	}
	for _, m := range bornOnZH.FindAllStringSubmatchIndex(text, -1) {
		for g := 2; g < len(m); g += 2 {
			if m[g] >= 0 {
				out = append(out, found{Birthday, m[g], m[g+1]})
			}
		}
	}
	return out
}

// monthYear is how the expiry of a card is said in words: September twenty
// twenty nine, 二九年九月.
var monthYear = regexp.MustCompile(`(?i)\b` + monthEN + `\.?,? (?:of )?(?:(?:20)?[0-9]{2}\b|twenty[ -](?:twenty|thirty)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?\b|twenty[ -](?:one|two|three|four|five|six|seven|eight|nine)\b)|` + numZH + `{2,4}\s?年\s?` + numZH + `{1,3}\s?月`)

// expiriesIn returns the expiries of cards that are said in words: months and
// years where those are spoken of.
func expiriesIn(text string, signs sign, topicAt func(from, to int) about) []found {
	if (signs&signYear == 0 || signs&signMonth == 0) && (signs&(signUpper|signLower) == 0 || !namesMonthAndYear(text)) {
		return nil
	}
	var out []found
	for _, m := range monthYear.FindAllStringIndex(text, -1) {
		if topicAt(m[0], m[1]).topic == aboutExpiry {
			out = append(out, found{Expiry, m[0], m[1]})
		}
	}
	return out
}

// namesMonth reports whether a word of text begins as the name of a month does.
func namesMonth(text string) bool {
	for i := 0; i+3 <= len(text); i++ {
		if (i == 0 || !alphanumeric(text[i-1])) && beginsMonth(text[i]|0x20, text[i+1]|0x20, text[i+2]|0x20) {
			return true
		}
	}
	return false
}

// beginsMonth reports whether a month's name begins with three small letters.
func beginsMonth(a, b, c byte) bool {
	switch string([]byte{a, b, c}) {
	case "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec":
		return true
	}
	return false
}
