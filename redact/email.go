package redact

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Top-level domains that are taken for such after a spoken dot.
const domains = `com|net|org|edu|gov|cn|io|co|uk|us|de|fr|info|biz|me|hk|tw|sg|jp|au|ca|in|ai|app|dev|cc|vip|top|xyz`

// numeralZH are the numerals that addresses are said with.
const numeralZH = `〇零洞一幺二两三四五六七拐八九勾`

// atDomain is a spoken address from its @ on. It is small enough for the fast way
// to match; what stands before is looked at backwards.
var atDomain = regexp.MustCompile(`^(?:at,? |(?:@|艾特|爱特|艾塔|圈a|圈 a|小老鼠|at) ?)(?:the )?(?:(?:[a-z0-9] )+[a-z0-9]|[a-z0-9` + numeralZH + `-]+(?: (?:dash|hyphen) [a-z0-9-]+)*)(?:(?: dot | ?(?:\.|点) ?)[a-z0-9-]+)*?(?:(?: dot | ?(?:\.|点) ?)(?:` + domains + `))+\b`)

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

// spokenEmails returns where spoken addresses stand in a text in small letters.
func spokenEmails(s string) [][2]int {
	var out [][2]int
	for at := 0; at < len(s); at++ {
		switch c := s[at]; {
		case c == '@', c >= utf8.RuneSelf && saysAt(s[at:]):
		case c == 'a' && strings.HasPrefix(s[at:], "at") && (at == 0 || !alphabetic(s[at-1])) && (at+2 == len(s) || !alphabetic(s[at+2])):
		default:
			continue
		}
		m := atDomain.FindStringIndex(s[at:])
		if m == nil {
			continue
		}
		least, end := 0, at+m[1]
		if len(out) > 0 {
			least = out[len(out)-1][1]
		}
		before := strings.TrimSuffix(strings.TrimSuffix(s[least:at], " "), ",")
		to := least + len(before)
		if from := localFrom(s, to, least); from < to && !boughtAt(s[:from], s[from:end]) {
			out = append(out, [2]int{from, end})
		}
		at = end - 1
	}
	return out
}

// saysAt reports whether a text begins with what @ is called in Chinese.
func saysAt(s string) bool {
	return strings.HasPrefix(s, "艾") || strings.HasPrefix(s, "爱") || strings.HasPrefix(s, "圈") || strings.HasPrefix(s, "小老鼠")
}

// joins are what is said between the parts of an address.
var joins = set(`dot underscore dash hyphen minus plus point`)

// localFrom returns where the part of an address before its @ begins, which is at
// byte at; at if there is none. It begins at byte least or later.
func localFrom(s string, at, least int) int {
	from := at
	for {
		part := partFrom(s, from, least)
		if part == from {
			return at
		}
		from = part
		before := joinBefore(s, from, least)
		if before == from || partFrom(s, before, least) == before {
			return from
		}
		from = before
	}
}

// joinBefore returns where a join begins that ends at byte end, end if there is none.
func joinBefore(s string, end, least int) int {
	spaced := strings.TrimSuffix(s[least:end], " ")
	for _, sign := range [...]string{".", "_", "-", "点", "下划线", "横杠", "杠", "减号"} {
		if before, ok := strings.CutSuffix(spaced, sign); ok {
			return least + len(strings.TrimSuffix(before, " "))
		}
	}
	from, to := wordBefore(s, end, least)
	if from < to && to < end && joins[s[from:to]] && from > least && s[from-1] == ' ' {
		return from - 1
	}
	return end
}

// wordBefore returns the word of letters, digits and numerals that ends at byte
// end, or a space before it.
func wordBefore(s string, end, least int) (from, to int) {
	if end > least && s[end-1] == ' ' {
		end--
	}
	from = end
	for from > least {
		r, size := utf8.DecodeLastRuneInString(s[least:from])
		if !(r < utf8.RuneSelf && alphanumeric(byte(r))) && !strings.ContainsRune(numeralZH, r) {
			break
		}
		from -= size
	}
	return from, end
}

// partFrom returns where the part of an address begins that ends at byte end: a
// word, or letters one by one, and number words behind it.
func partFrom(s string, end, least int) int {
	start := end
	for {
		from, to := wordBefore(s, start, least)
		if from == to {
			return start
		}
		word := s[from:to]
		switch {
		case saysDigit(word) && len(word) > 1, word[0] >= '0' && word[0] <= '9' && len(word) > 1, word == "double", word == "triple":
			start = from
			continue
		case len(word) > 1:
			if one, ok := initialBefore(s, from, least); ok {
				return one
			}
			return from
		}
		for from > least+1 && s[from-1] == ' ' { // letter by letter
			next, to := wordBefore(s, from, least)
			if to-next != 1 {
				break
			}
			from = next
		}
		if from > least && s[from-1] == '\'' || strings.HasSuffix(s[least:from], "’") { // it's j o h n
			from += len("s ")
		}
		return min(from, end)
	}
}

// initialBefore returns where a single letter stands before a word, with a space
// between: j smith.
func initialBefore(s string, from, least int) (int, bool) {
	one, to := wordBefore(s, from, least)
	if to-one != 1 || to == from || s[one] == 'a' || s[one] == 'i' || isDigit(s[one]) || one > least && (s[one-1] == '\'' || strings.HasSuffix(s[least:one], "’")) {
		return 0, false
	}
	return one, true
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
