package redact

import (
	"regexp"
	"slices"
	"strings"

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
	heard  bool
	topic  about // of the run as a whole
	across bool  // whether words that are not known are read over
}

var (
	idLetter = regexp.MustCompile(`^(?:\s|-|，|,)?(?:[xX×Ｘｘ]|叉|艾克斯|埃克斯|ex\b)`)
)

// areas returns the private numbers in r, none over another. What carries a
// check digit or a form of its own goes first: the rest is guesswork.
func (r *reading) areas() []area {
	if !r.leaveAmount() {
		return nil
	}
	out, covered := r.numbers()
	if covered == len(r.tokens) {
		return out
	}
	all := r.allSpoken()
	for i := 0; i < len(r.tokens) && len(out) == 0; i++ {
		if t := r.tokens[i]; t.apart != "" { // fifty three was fifty, and three
			r.tokens[i].digits = t.apart
			out, covered = r.numbers()
			r.tokens[i].digits = t.digits
		}
	}
	if covered < len(r.tokens) && (r.announced() || all && r.topic.topic == none) && !tollFree(r.digits(0, len(r.tokens))) {
		if again, more := r.withoutRepeats(); more > covered {
			out, covered = again, more
		}
	}
	if covered < len(r.tokens) {
		if kind, ok := r.misheard(); ok {
			m := match{kind: kind, to: len(r.tokens), value: r.digits(0, len(r.tokens))}
			if last := r.tokens[m.to-1]; kind == ID && len(m.value) == 17 {
				m.extra = len(idLetter.FindString(r.turns[last.turn].Text[last.to:]))
			}
			return []area{r.area(m)}
		}
	}
	return out
}

// numbers returns the private numbers in r as its tokens read, and how many
// tokens they take.
func (r *reading) numbers() (out []area, covered int) {
	taken := make([]bool, len(r.tokens))
	for _, strong := range []bool{true, false} {
		for i := 0; i < len(r.tokens); i++ {
			m := r.longest(i, strong, taken)
			if m.to == 0 {
				continue
			}
			out = append(out, r.area(m))
			covered += m.to - m.from
			for k := m.from; k < m.to; k++ {
				taken[k] = true
			}
			i = m.to - 1
		}
	}
	return out, covered
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
		if k > i && r.tokens[k].gap == gapWords && !r.across {
			break
		}
		if gap := r.tokens[k].gap; k > i && gap.strong() {
			switch gap {
			case gapFix: // what was just said does not count
				before, after, fixed = digits, "", true
				digits = digits[:group]
			case gapWords: // perhaps it does not
				before, after, fixed = digits, "", true
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
			if kind, extra, ok := r.kind(i, k+1, before[:n]+after, whole, strong); ok && (kind != Card || n >= 4 && len(before)-n <= 6 || r.topicAt(i, k+1).topic == aboutCard) && (!r.across || kind != Mobile || isMobile(before[:n]+after)) {
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
	if topic.topic == none && r.listed(i, j) {
		return "", 0, false
	}
	if r.across {
		return r.sureKind(i, j, d, topic, whole)
	}
	if strong {
		return r.strongKind(i, j, d, topic, whole)
	}
	if n := r.extension(j); n > 0 && !topic.rules(aboutOrder, aboutAmount) && isLandline(d) {
		return Landline, n, true
	}
	if !whole {
		return "", 0, false
	}
	switch {
	case topic.topic == aboutCardCode && (len(d) == 3 || len(d) == 4):
		return CardCode, 0, true
	case topic.topic == aboutExpiry && isExpiry(d):
		return Expiry, 0, true
	case (topic.topic == aboutCode || topic.topic == aboutCardCode) && len(d) >= 4 && len(d) <= 8:
		return Code, 0, true
	case topic.topic == aboutPassport && (len(d) == 9 || len(d) >= 7 && r.letterBefore(i) > 0):
		return Passport, 0, true
	case topic.topic == aboutLicense && len(d) >= 6:
		return License, 0, true
	case topic.topic == aboutAccount && len(d) >= 6:
		return Account, 0, true
	case topic.topic == aboutOrder && len(d) >= 8 && !isMobile(d):
		return Order, 0, true
	}
	return r.phone(i, j, d, topic)
}

// listed reports whether tokens i to j are written numbers with commas between.
func (r *reading) listed(i, j int) bool {
	return slices.ContainsFunc(r.tokens[i+1:j], func(t token) bool { return t.gap == gapList })
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
	case isMobile(d) && r.shape(i, j) != "1-3-3-4" && !(tollFree(d) && slices.ContainsFunc(r.tokens[i:j], saysEightHundred)):
		return Mobile, 0, whole || topic.topic == aboutPhone
	case whole && isNANP(d) && (topic.topic == aboutPhone || r.phoneShape(i, j) || r.spoken(i, j) || r.plus(i)):
		return Mobile, 0, true
	}
	return "", 0, false
}

// saysEightHundred reports whether a token is the area code of numbers that are
// called at no charge, as it is said.
func saysEightHundred(t token) bool { return t.spoken && t.digits == "800" }

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
	case topic.topic == aboutPhone && len(d) >= 9 && len(d) <= 14 && (grouped || topic.near):
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

func isExpiry(d string) bool {
	switch len(d) {
	case 3: // month and year, as in 3/29
		return d[0] > '0' && d[1:] > "23" && d[1:] < "45"
	case 4: // month and year, in either order
		return d[:2] >= "01" && d[:2] <= "12" || d[2:] >= "01" && d[2:] <= "12"
	case 5: // 3/2029
		return d[0] > '0' && d[1:3] == "20"
	case 6:
		return d[:2] >= "01" && d[:2] <= "12" && d[2:4] == "20" || d[:2] == "20" && d[4:] >= "01" && d[4:] <= "12"
	}
	return false
}

// misheard reads the whole run as what it is said to be, though a digit too
// many or too few was recognised, or a wrong one, or more was said again or taken
// back than can be told. Writing is taken at its word.
func (r *reading) misheard() (Type, bool) {
	if r.stated() {
		return ID, true
	}
	if !r.heard && !r.spoken(0, len(r.tokens)) {
		return "", false
	}
	d := r.digits(0, len(r.tokens))
	n, most := len(d), 1
	if r.saidAgain() {
		most = 2
	}
	switch r.topic.topic {
	case aboutCard:
		return Card, n >= 12 && n <= 21*most
	case aboutID:
		return ID, n >= 15 && n <= 20*most
	case aboutPhone:
		return Mobile, n >= 9 && n <= 13*most && !tollFree(d)
	case aboutSSN:
		return SSN, n >= 8 && n <= 10*most
	case aboutAccount:
		return Account, n >= 6
	case aboutPassport:
		return Passport, n >= 7 && n <= 10*most
	case none: // nobody reads out so many digits of anything else
		return Account, n >= 13 && n <= 21*most && r.allSpoken()
	}
	return "", false
}

// allSpoken reports whether all of the run was said, digit by digit.
func (r *reading) allSpoken() bool { return allSpoken(r.tokens) }

func allSpoken(tokens []token) bool {
	return !slices.ContainsFunc(tokens, func(t token) bool { return !t.spoken })
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
	if m.kind == Mobile || m.kind == Landline {
		last.to += len(extension.FindString(firstRunes(r.turns[last.turn].Text[last.to:], 40)))
	}
	first := &a.pieces[0]
	if before := r.turns[first.turn].Text[:first.from]; strings.HasSuffix(before, "+") || strings.HasSuffix(before, "(") && strings.Contains(r.turns[first.turn].Text[first.from:first.to], ")") {
		first.from--
	}
	switch m.kind {
	case Passport, Account, License, Order:
		n := r.letterBefore(m.from)
		if r.topic.near && topicIn(r.turns[first.turn].Text[:first.from-n]) == none { // QQ 12345
			n = 0
		}
		if m.kind == Account {
			n = max(n, lettersBefore(r.turns[first.turn].Text[:first.from]))
		}
		first.from -= n
	}
	if m.kind == Mobile { // with and without a country code is one number
		a.value = a.value[max(0, len(a.value)-10):]
	}
	return a
}
