package redact

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"earshot/models/fold"
)

var patternFolder = fold.New(fold.Width | fold.Case | fold.Digits | fold.Traditional)

var (
	writtenEmail = regexp.MustCompile(`[\p{Latin}0-9._%+'-]*[\p{Latin}0-9_%+-]\s?@\s?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*\.[a-z]{2,}`)
	passportZH   = regexp.MustCompile(`\b(?:[eg][0-9]{8}|e[a-hj-np-z][0-9]{7}|[dspk][0-9]{7,8}|h[km]?[0-9]{8,10})\b`)
	passportAny  = regexp.MustCompile(`\b[a-z]{0,2}[0-9]{6,9}[a-z]?\b`)
	wechat       = regexp.MustCompile(`(?:微信|wechat)(?:搜索?|号码?|账号|帐号| id| number)?(?:就是|是|为|:| is|'s)?\s*([a-z][a-z0-9_-]{5,19})\b`)
	password     = regexp.MustCompile(`(?:password|passcode|pwd|密码|口令)\s?(?:is|:|是|为|=)\s?([!-~]*[0-9][!-~]*)`)
	iban         = regexp.MustCompile(`\b[a-z]{2}[0-9]{2}(?:[ -]?[a-z0-9]){11,30}\b`)
)

// patternAreas returns the private data of one text that is not digits alone.
func patternAreas(text, small string, turn int, signs sign, topicAt func(from, to int) about) []area {
	email := saysEmail(small, signs)
	tells := signs&signHan != 0 && signs&signLower != 0 && strings.Contains(text, "微信")
	if !email && !tells && signs&(signAt|signPlate|signMixed|signIBAN) == 0 {
		return nil
	}
	var out []area
	folded := patternFolder.Fold(text)
	s := folded.String()
	add := func(t Type, from, to int, value string) {
		a, b := spanOf(&folded, s, []int{from, to})
		out = append(out, area{kind: t, value: value, pieces: []piece{{turn, a, b}}})
	}
	if strings.Contains(s, "@") {
		for _, m := range writtenEmail.FindAllStringIndex(s, -1) {
			add(Email, m[0], m[1], strings.ReplaceAll(s[m[0]:m[1]], " ", ""))
		}
	}
	if email && endsDomain(s) {
		for _, m := range spokenEmails(s) {
			add(Email, m[0], m[1], unspoken(s[m[0]:m[1]]))
		}
	}
	if signs&signPlate != 0 {
		out = append(out, plateAreas(text, turn)...)
	}
	if tells || strings.Contains(s, "wechat") {
		for _, m := range wechat.FindAllStringSubmatchIndex(s, -1) {
			if strings.ContainsAny(s[m[2]:m[3]], "0123456789_-") {
				add(Account, m[2], m[3], s[m[2]:m[3]])
			}
		}
	}
	if signs&signIBAN != 0 {
		for _, m := range iban.FindAllStringIndex(s, -1) {
			if from, to, value, ok := trimIBAN(s, m[0], m[1]); ok {
				add(IBAN, from, to, value)
			}
		}
	}
	if signs&signMixed == 0 {
		return out
	}
	if strings.Contains(s, "pass") || strings.Contains(s, "pwd") || strings.Contains(s, "密码") || strings.Contains(s, "口令") {
		for _, m := range password.FindAllStringSubmatchIndex(s, -1) {
			if from, to := m[2], m[2]+len(strings.TrimRight(s[m[2]:m[3]], ".,;!?")); to-from >= 4 {
				add(Code, from, to, s[from:to])
			}
		}
	}
	if !digitsInRow(s, 6) {
		return out
	}
	for _, m := range passportZH.FindAllStringIndex(s, -1) {
		t := topicAt(spanOf(&folded, s, m))
		if letter := s[m[0]]; t.topic == aboutPassport || (letter == 'e' || letter == 'g') && !t.rules(aboutOrder, aboutAmount, aboutAccount) {
			add(Passport, m[0], m[1], s[m[0]:m[1]])
		}
	}
	for _, m := range passportAny.FindAllStringIndex(s, -1) {
		if s[m[0]] >= 'a' && topicAt(spanOf(&folded, s, m)).topic == aboutPassport {
			add(Passport, m[0], m[1], s[m[0]:m[1]])
		}
	}
	return out
}

func spanOf(f *fold.Text, s string, m []int) (from, to int) {
	i := utf8.RuneCountInString(s[:m[0]])
	return f.Span(i, i+utf8.RuneCountInString(s[m[0]:m[1]]))
}

func alphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// trimIBAN looks for an account number at the beginning of bytes from to to:
// the words that follow it may look like a part of it.
func trimIBAN(s string, from, to int) (int, int, string, bool) {
	want := ibanLength[strings.ToUpper(s[from:from+2])]
	value, end := "", from
	for end < to && len(value) < want {
		if alphanumeric(s[end]) {
			value += strings.ToUpper(s[end : end+1])
		}
		end++
	}
	if len(value) != want || end < len(s) && alphanumeric(s[end]) {
		return 0, 0, "", false
	}
	return from, end, value, isIBAN(value)
}
