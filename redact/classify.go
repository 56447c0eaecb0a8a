package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"earshot/models"
)

// area is a piece of private data: bytes of one or more turns, and the value
// that tells it from others of its type.
type area struct {
	kind   Type
	value  string
	pieces []piece
	answer bool // to a question of the other party for it
}

type piece struct{ turn, from, to int }

// reading is what a run may be read as.
type reading struct {
	turns []models.Turn
	run
	heard bool
	topic about // of the run as a whole
}

var (
	unitAfter      = regexp.MustCompile(`^\s?(?:元|块|万|亿|千|百|十|美元|美金|人民币|港币|欧元|英镑|円|%|％|件|个|台|部|瓶|箱|公里|千米|米|克|斤|公斤|吨|平|度|小时|分钟|天|岁|页|dollars?\b|bucks\b|euros?\b|pounds?\b|cents?\b|usd\b|rmb\b|cny\b|percent\b|million\b|billion\b|kg\b|km\b|miles?\b|items?\b|units?\b|pieces?\b|pcs\b)`)
	currencyBefore = regexp.MustCompile(`(?:[¥￥$€£]|usd|rmb|cny|人民币)\s?$`)
	idLetter       = regexp.MustCompile(`^(?:\s|-|，|,)?(?:[xX×Ｘｘ]|叉|艾克斯|埃克斯|ex\b)`)
)

// areas returns the private numbers in r, none over another. What carries a
// check digit or a form of its own goes first: the rest is guesswork.
func (r *reading) areas() []area {
	if r.amount() {
		return nil
	}
	out := r.numbers()
	for i := 0; i < len(r.tokens) && len(out) == 0; i++ {
		if t := r.tokens[i]; t.apart != "" { // fifty three was fifty, and three
			r.tokens[i].digits = t.apart
			out = r.numbers()
			r.tokens[i].digits = t.digits
		}
	}
	if len(out) == 0 {
		if kind, ok := r.misheard(); ok {
			m := match{kind: kind, to: len(r.tokens), value: r.digits(0, len(r.tokens))}
			if last := r.tokens[m.to-1]; kind == ID && len(m.value) == 17 {
				m.extra = len(idLetter.FindString(r.turns[last.turn].Text[last.to:]))
			}
			out = append(out, r.area(m))
		}
	}
	return out
}

// numbers returns the private numbers in r as its tokens read.
func (r *reading) numbers() []area {
	var out []area
	taken := make([]bool, len(r.tokens))
	for _, strong := range []bool{true, false} {
		for i := 0; i < len(r.tokens); i++ {
			m := r.longest(i, strong, taken)
			if m.to == 0 {
				continue
			}
			out = append(out, r.area(m))
			for k := m.from; k < m.to; k++ {
				taken[k] = true
			}
			i = m.to - 1
		}
	}
	return out
}

// amount reports whether the run is money, or a count of things.
func (r *reading) amount() bool {
	first, last := r.tokens[0], r.tokens[len(r.tokens)-1]
	if after := r.turns[last.turn].Text[last.to:]; after != "" && beginsUnit(after) && unitAfter.MatchString(strings.ToLower(firstRunes(after, 12))) {
		return true
	}
	before := r.turns[first.turn].Text[:first.from]
	return endsCurrency(before) && currencyBefore.MatchString(strings.ToLower(lastRunes(before, 5)))
}

// beginsUnit reports whether text may go on with one of unitAfter.
func beginsUnit(text string) bool {
	r := firstRune(text)
	if r < utf8.RuneSelf && spaceFollows(text) && r != ',' {
		r = firstRune(text[1:])
	}
	return strings.ContainsRune("元块万亿千百十美人港欧英円％件个台部瓶箱公米克斤吨平度小分天岁页%debpcurmkiDEBPCURMKI", r)
}

// match is a private number in a run: tokens from, to not included.
type match struct {
	kind  Type
	from  int
	to    int
	extra int    // bytes of an X that follow
	value string // its digits, without those that were taken back
}

// longest returns the longest private number that begins at token i and holds
// no taken token; to is 0 if there is none.
func (r *reading) longest(i int, strong bool, taken []bool) (best match) {
	var digits, before, after string // all that counts; what was said before the last correction, and since
	fixed := false
	group := 0 // where in digits the last group begins
	for k := i; k < len(r.tokens) && len(digits) < 22 && !taken[k]; k++ {
		if gap := r.tokens[k].gap; k > i && gap.strong() {
			if gap == gapFix { // what was just said does not count
				before, after, fixed = digits, "", true
				digits = digits[:group]
			}
			group = len(digits)
		}
		digits += r.tokens[k].digits
		if fixed {
			after += r.tokens[k].digits
		}
		whole := r.whole(i, k+1)
		if kind, extra, ok := r.kind(i, k+1, digits, whole, strong); ok {
			best = match{kind, i, k + 1, extra, digits}
			continue
		}
		// How much was taken back is anybody's guess: whatever makes a number.
		for n := len(before); fixed && n >= 0 && len(after) > 1; n-- {
			if kind, extra, ok := r.kind(i, k+1, before[:n]+after, whole, strong); ok && (kind != Card || n >= 4 && len(before)-n <= 6 || r.topicAt(i, k+1).topic == aboutCard) {
				best = match{kind, i, k + 1, extra, before[:n] + after}
				break
			}
		}
	}
	return best
}

// whole reports whether tokens i to j stand apart from the rest of the run.
func (r *reading) whole(i, j int) bool {
	return (i == 0 || r.tokens[i].gap.strong()) && (j == len(r.tokens) || r.tokens[j].gap.strong())
}

// kind says what the digits of tokens i to j are, if anything private; strong
// asks for what can be told from the digits.
func (r *reading) kind(i, j int, d string, whole, strong bool) (Type, int, bool) {
	topic := r.topicAt(i, j)
	if strong {
		return r.strongKind(i, j, d, topic, whole)
	}
	if !whole {
		return "", 0, false
	}
	switch {
	case topic.topic == aboutCardCode && (len(d) == 3 || len(d) == 4):
		return CardCode, 0, true
	case topic.topic == aboutExpiry && isExpiry(d):
		return Expiry, 0, true
	case topic.topic == aboutCode && len(d) >= 4 && len(d) <= 8:
		return Code, 0, true
	case topic.topic == aboutPassport && (len(d) == 9 || len(d) >= 7 && r.letterBefore(i) > 0):
		return Passport, 0, true
	case topic.topic == aboutLicense && len(d) >= 6:
		return License, 0, true
	case topic.topic == aboutAccount && len(d) >= 6 && !isMobile(d) && !isNANP(d):
		return Account, 0, true
	case topic.topic == aboutOrder && len(d) >= 8 && !isMobile(d):
		return Order, 0, true
	}
	return r.phone(i, j, d, topic)
}

func (r *reading) strongKind(i, j int, d string, topic about, whole bool) (Type, int, bool) {
	last := r.tokens[j-1]
	if len(d) == 17 && j == len(r.tokens) {
		rest := r.turns[last.turn].Text[last.to:]
		if m := idLetter.FindString(rest); m != "" && isID(d+"X") {
			return ID, len(m), true
		}
	}
	switch {
	case isID(d):
		return ID, 0, whole || topic.topic == aboutID
	case topic.topic == aboutID && isOldID(d):
		return ID, 0, whole
	case isCard(d) && !topic.rules(aboutOrder, aboutAmount, aboutID) && (len(d) != 18 || !idShape(d) || topic.topic == aboutCard):
		return Card, 0, len(d) > 12 && whole || topic.topic == aboutCard
	case isSSN(d) && (topic.topic == aboutSSN || r.shape(i, j) == "3-2-4" && !topic.rules(aboutOrder, aboutPhone)):
		return SSN, 0, whole
	case topic.rules(aboutOrder, aboutAmount, aboutCard):
		return "", 0, false
	case isMobile(d) && r.shape(i, j) != "1-3-3-4":
		return Mobile, 0, whole || topic.topic == aboutPhone
	case whole && isNANP(d) && (topic.topic == aboutPhone || r.phoneShape(i, j) || r.spoken(i, j) || r.plus(i)):
		return Mobile, 0, true
	}
	return "", 0, false
}

// phone says whether the digits of tokens i to j are a telephone number that
// is no mobile one.
func (r *reading) phone(i, j int, d string, topic about) (Type, int, bool) {
	grouped := j-i >= 2 || r.tokens[i].spoken
	switch {
	case topic.rules(aboutOrder, aboutAmount, aboutCard, aboutID, aboutSSN), tollFree(d):
		return "", 0, false
	case isLandline(d):
		return Landline, 0, true
	case topic.topic == aboutPhone && (len(d) == 7 || len(d) == 8) && d[0] >= '2':
		return Landline, 0, true
	case r.plus(i) && len(d) >= 9 && len(d) <= 15:
		return Landline, 0, true
	case topic.topic == aboutPhone && len(d) >= 9 && len(d) <= 14 && grouped:
		return Landline, 0, true
	}
	return "", 0, false
}

// rules reports whether the number's own turn says that it is one of these.
func (a about) rules(topics ...topic) bool { return a.near && slices.Contains(topics, a.topic) }

// topicAt returns the topic of tokens i to j.
func (r *reading) topicAt(i, j int) about {
	if i == 0 {
		return r.topic
	}
	t, before := r.tokens[i], r.tokens[i-1]
	if before.turn != t.turn {
		return topicOf(r.turns, t.turn, t.from, r.end(i, j))
	}
	if found := topicIn(r.turns[t.turn].Text[before.to:t.from]); found != none {
		return about{found, true}
	}
	return r.topic
}

// end returns where the tokens from i to j end in the turn of token i.
func (r *reading) end(i, j int) int {
	end := r.tokens[i].to
	for _, t := range r.tokens[i:j] {
		if t.turn == r.tokens[i].turn {
			end = t.to
		}
	}
	return end
}

// shape returns the lengths of the written groups, such as 3-2-4.
func (r *reading) shape(i, j int) string {
	var b strings.Builder
	for k, t := range r.tokens[i:j] {
		if t.spoken || k > 0 && t.gap != gapSpace {
			return ""
		}
		if k > 0 {
			b.WriteByte('-')
		}
		b.WriteByte('0' + byte(min(len(t.digits), 9)))
	}
	return b.String()
}

func (r *reading) phoneShape(i, j int) bool {
	switch r.shape(i, j) {
	case "3-3-4", "1-3-3-4", "3-7", "3-4-4", "4-3-3":
		return true
	}
	return false
}

// plus reports whether a + stands before token i.
func (r *reading) plus(i int) bool {
	t := r.tokens[i]
	before := lastRunes(r.turns[t.turn].Text[:t.from], 6)
	return strings.HasSuffix(before, "+") || strings.HasSuffix(before, "+(") || strings.HasSuffix(strings.ToLower(before), "plus ")
}

// letterBefore returns how many bytes before token i are a single letter, with
// the space after it: the letter that numbers of passports begin with.
func (r *reading) letterBefore(i int) int {
	t := r.tokens[i]
	before := r.turns[t.turn].Text[:t.from]
	n := len(before)
	for n > 0 && before[n-1] == ' ' {
		n--
	}
	if n == 0 || !latin(rune(before[n-1])) || n > 1 && latin(rune(before[n-2])) {
		return 0
	}
	return len(before) - (n - 1)
}

func isExpiry(d string) bool {
	switch len(d) {
	case 4: // month and year, in either order
		return d[:2] >= "01" && d[:2] <= "12" || d[2:] >= "01" && d[2:] <= "12"
	case 6:
		return d[:2] >= "01" && d[:2] <= "12" && d[2:4] == "20" || d[:2] == "20" && d[4:] >= "01" && d[4:] <= "12"
	}
	return false
}

// misheard reads the whole run as what it is said to be, though a digit too
// many or too few was recognised, or a wrong one. Writing is taken at its word.
func (r *reading) misheard() (Type, bool) {
	if r.stated() {
		return ID, true
	}
	if !r.heard {
		return "", false
	}
	n := len(r.digits(0, len(r.tokens)))
	switch r.topic.topic {
	case aboutCard:
		return Card, n >= 14 && n <= 21
	case aboutID:
		return ID, n >= 16 && n <= 20
	case aboutPhone:
		return Mobile, n >= 10 && n <= 13
	case aboutSSN:
		return SSN, n >= 8 && n <= 10
	}
	return "", false
}

func (r *reading) area(m match) area {
	a := area{kind: m.kind, value: m.value}
	for _, t := range r.tokens[m.from:m.to] {
		if n := len(a.pieces); n > 0 && a.pieces[n-1].turn == t.turn {
			a.pieces[n-1].to = t.to
			continue
		}
		a.pieces = append(a.pieces, piece{t.turn, t.from, t.to})
	}
	last := &a.pieces[len(a.pieces)-1]
	last.to += m.extra
	if m.kind == Account {
		a.pieces[0].from -= lettersBefore(r.turns[a.pieces[0].turn].Text[:a.pieces[0].from])
	}
	first := &a.pieces[0]
	if before := r.turns[first.turn].Text[:first.from]; strings.HasSuffix(before, "+") || strings.HasSuffix(before, "(") && strings.Contains(r.turns[first.turn].Text[first.from:first.to], ")") {
		first.from--
	}
	if m.kind == Passport {
		first.from -= r.letterBefore(m.from)
	}
	if m.kind == Mobile { // with and without a country code is one number
		a.value = a.value[max(0, len(a.value)-10):]
	}
	return a
}
