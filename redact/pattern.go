package redact

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"earshot/models/fold"
)

var patternFolder = fold.New(fold.Width | fold.Case | fold.Digits | fold.Traditional)

// Top-level domains that are taken for such after a spoken dot.
const domains = `com|net|org|edu|gov|cn|io|co|uk|us|de|fr|info|biz|me|hk|tw|sg|jp|au|ca|in|ai|app|dev|cc|vip|top|xyz`

const (
	emailJoin = `(?: ?(?:\.|_|-|点|下划线|杠|横杠|减号) ?| (?:dot|underscore|dash|hyphen|minus|plus|point) )`
	digitSaid = `(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|(?:double |triple )?(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|[0-9]+)`
	numeralZH = `〇零洞一幺二两三四五六七拐八九勾`
	emailPart = `(?:\b(?:[a-z0-9] )+[a-z0-9]|(?:\b[b-hj-z] )?[a-z0-9` + numeralZH + `]+)(?: ` + digitSaid + `)*` // spelled, or said
	emailAt   = `(?:,? at,? | ?(?:@|艾特|爱特|艾塔|圈a|圈 a|小老鼠|at) ?)`
	emailDot  = `(?: dot | ?(?:\.|点) ?)`
)

var (
	writtenEmail = regexp.MustCompile(`[\p{Latin}0-9._%+'-]*[\p{Latin}0-9_%+-]\s?@\s?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*\.[a-z]{2,}`)
	spokenEmail  = regexp.MustCompile(emailPart + `(?:` + emailJoin + emailPart + `)*` + emailAt +
		`(?:the )?(?:(?:[a-z0-9] )+[a-z0-9]|[a-z0-9` + numeralZH + `-]+(?: (?:dash|hyphen) [a-z0-9-]+)*)(?:` + emailDot + `[a-z0-9-]+)*?(?:` + emailDot + `(?:` + domains + `))+\b`)
	passportZH  = regexp.MustCompile(`\b(?:[eg][0-9]{8}|e[a-hj-np-z][0-9]{7}|[dspk][0-9]{7,8}|h[km]?[0-9]{8,10})\b`)
	passportAny = regexp.MustCompile(`\b[a-z]{0,2}[0-9]{6,9}[a-z]?\b`)
	wechat      = regexp.MustCompile(`(?:微信|wechat)(?:搜索?|号码?|账号|帐号| id| number)?(?:就是|是|为|:| is|'s)?\s*([a-z][a-z0-9_-]{5,19})\b`)
	password    = regexp.MustCompile(`(?:password|passcode|pwd|密码|口令)\s?(?:is|:|是|为|=)\s?([!-~]*[0-9][!-~]*)`)
	iban        = regexp.MustCompile(`\b[a-z]{2}[0-9]{2}(?:[ -]?[a-z0-9]){11,30}\b`)
)

// saysEmail reports whether a text in small letters has what a spoken address, or half a spoken
// one, needs: a sign for @ and one for the dot.
func saysEmail(small string, signs sign) bool {
	if signs&(signLower|signUpper) == 0 {
		return false
	}
	if signs&(signDot|signHan) == 0 && !strings.Contains(small, "dot ") {
		return false
	}
	return signs&signAt != 0 || strings.Contains(small, "at ") || strings.Contains(small, "at, ") || signs&signHan != 0 && strings.Contains(small, "at")
}

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
		for _, m := range spokenEmail.FindAllStringIndex(s, -1) {
			if m[0] > 0 && s[m[0]-1] == '\'' || strings.HasSuffix(s[:m[0]], "’") { // it's psmith at
				m[0] += len("s ")
			}
			if boughtAt(s[:m[0]], s[m[0]:m[1]]) {
				continue
			}
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

// boughtAt reports whether what reads like a spoken address is something that is
// done at a site: I ordered at acme dot com.
func boughtAt(before, said string) bool {
	word, _, _ := strings.Cut(said, " ")
	if !strings.HasPrefix(said[len(word):], " at ") || !isWord(word) {
		return false
	}
	return !strings.Contains(lastBytes(before, 60), "mail") && !strings.HasSuffix(before, "it's ") && !strings.HasSuffix(before, "it is ")
}

// unspoken returns an address as it is written.
func unspoken(s string) string {
	s = strings.NewReplacer(" dot ", ".", "点", ".", " point ", ".", " underscore ", "_", "下划线", "_", " dash ", "-", " hyphen ", "-", "横杠", "-", "杠", "-", " plus ", "+",
		" at ", "@", "艾特", "@", "爱特", "@", "艾塔", "@", "圈a", "@", "圈 a", "@", "小老鼠", "@").Replace(s)
	return strings.ReplaceAll(s, " ", "")
}
