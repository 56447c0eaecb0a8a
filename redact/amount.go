package redact

import (
	"regexp"
	"strings"
)

var (
	unitAfter      = regexp.MustCompile(`^\s?(?:元|块|万|亿|千|百|十|美元|美金|人民币|港币|欧元|英镑|円|%|％|件|个|台|部|瓶|箱|公里|千米|米|克|斤|公斤|吨|平|度|小时|分钟|天|岁|页|dollars?\b|bucks\b|euros?\b|pounds?\b|cents?\b|usd\b|rmb\b|cny\b|percent\b|million\b|billion\b|kg\b|km\b|miles?\b|items?\b|units?\b|pieces?\b|pcs\b)`)
	currencyBefore = regexp.MustCompile(`(?:[¥￥$€£]|usd|rmb|cny|人民币)\s?$`)
)

// unitBegins are the characters that unitAfter matches first.
const unitBegins = "DdBbEePpCcUuRrMmKkIi%％元块万亿千百十美人港欧英円件个台部瓶箱公米克斤吨平度小分天岁页"

// unitFollows reports whether text goes on behind a number as behind an amount.
func unitFollows(text string) bool {
	r := firstRune(strings.TrimPrefix(text, " "))
	if text == "" || r > ' ' && !strings.ContainsRune(unitBegins, r) {
		return false
	}
	return unitAfter.MatchString(strings.ToLower(firstRunes(text, 12)))
}

// leaveAmount takes money and counts of things off the ends of the run, and
// reports whether anything is left.
func (r *reading) leaveAmount() bool {
	last := r.tokens[len(r.tokens)-1]
	if unitFollows(r.turns[last.turn].Text[last.to:]) {
		cut := len(r.tokens) - 1
		for cut > 0 && !r.tokens[cut].gap.strong() {
			cut--
		}
		r.tokens = r.tokens[:cut]
	}
	if len(r.tokens) == 0 {
		return false
	}
	first := r.tokens[0]
	before := r.turns[first.turn].Text[:first.from]
	if !endsCurrency(before) || !currencyBefore.MatchString(strings.ToLower(lastRunes(before, 5))) {
		return true
	}
	cut := 1
	for cut < len(r.tokens) && !r.tokens[cut].gap.strong() {
		cut++
	}
	r.tokens = r.tokens[cut:]
	return len(r.tokens) > 0
}
