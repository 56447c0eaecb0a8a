package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// withAnswers returns what find finds in the run, what its turn answers a
// question with, and where the other party says that again.
func (r *reading) withAnswers(scans []scan, find func(*reading) []area) []area {
	asked := askedOf(r.turns, scans, r.tokens[0].turn)
	found := find(r)
	if asked == 0 || len(r.tokens) == 0 || !r.leaveAmount() {
		return found
	}
	found = r.answer(asked, found)
	return append(found, echoesOf(r, scans, found)...)
}

// answer adds to what was found in a run what its turn answers a question with:
// numbers without a form or a valid check digit, which by themselves say nothing.
// Who gives a number that they were asked for makes slips, in speech and in
// writing; whoever talks of numbers was not asked for theirs.
func (r *reading) answer(a asks, found []area) []area {
	if a&asksNumbers == 0 {
		return found
	}
	if len(found) == 1 && found[0].kind == Mobile && a&asksPhone == 0 && !r.topic.near && len(found[0].pieces) == 1 {
		// Ten digits look American where an account was asked for.
		if d := r.digits(0, len(r.tokens)); strings.HasSuffix(d, found[0].value) && isNANP(d) && !isMobile(d) {
			if t, from, to := r.answered(0, len(r.tokens), a); t != "" {
				found[0].kind, found[0].value = t, d
				found[0].pieces[0].from, found[0].pieces[0].to = from, to
			}
			return found
		}
	}
	if n := r.count(); len(found) > 0 && (a&asksCard != 0 && n >= 13 && n <= 19 || a&asksID != 0 && (n == 17 || n == 18)) && !r.covers(found) {
		found = nil // a part of it has another form by chance
	}
	if len(found) == 1 && found[0].kind == Order && a&asksNumbers != asksOrder && !r.topic.near {
		found = nil // the question asks for something else as well
	}
	for i := range found {
		if p := &found[i].pieces[0]; found[i].kind == Mobile || found[i].kind == Landline {
			p.from -= zeroBefore(r.turns[p.turn].Text[:p.from])
		}
	}
	out := found
	for i := 0; i < len(r.tokens); {
		if r.covered(i, found) {
			i++
			continue
		}
		j := i + 1
		for j < len(r.tokens) && !r.covered(j, found) {
			j++
		}
		if t, from, to := r.answered(i, j, a); t != "" {
			m := r.area(match{kind: t, from: i, to: j, value: r.digits(i, j)})
			m.pieces[0].from = from
			m.pieces[len(m.pieces)-1].to = to
			out = append(out, m)
		}
		i = j
	}
	return out
}

// covered reports whether token k is under one of some areas.
func (r *reading) covered(k int, found []area) bool {
	t := r.tokens[k]
	for _, f := range found {
		for _, p := range f.pieces {
			if p.turn == t.turn && p.from <= t.from && t.to <= p.to {
				return true
			}
		}
	}
	return false
}

// covers reports whether areas cover the whole run.
func (r *reading) covers(found []area) bool {
	for k := range r.tokens {
		if !r.covered(k, found) {
			return false
		}
	}
	return true
}

// topicAsks are the topics whose words in the answer itself say which of several
// questions it answers.
var topicAsks = map[topic]asks{
	aboutPhone: asksPhone, aboutCard: asksCard, aboutID: asksID, aboutSSN: asksSSN, aboutPassport: asksPassport, aboutAccount: asksAccount,
	aboutLicense: asksLicense, aboutCode: asksCode, aboutOrder: asksOrder,
}

// answered returns what tokens i to j are, where something of their length was
// asked for, and the bytes they take with the letters that belong to them; the
// type is empty if they are no answer.
func (r *reading) answered(i, j int, a asks) (t Type, from, to int) {
	first, last := r.tokens[i], r.tokens[j-1]
	before, after := r.turns[first.turn].Text[:first.from], r.turns[last.turn].Text[last.to:]
	from, to = first.from, last.to
	if topic := r.topicAt(i, j); topic.near && (topic.topic != aboutPhone || len(r.digits(i, j)) < 15) { // 号码是 says little
		if a &= topicAsks[topic.topic] | asksLast; a&asksNumbers == 0 {
			return "", 0, 0
		}
	}
	if counts(before, after) {
		return "", 0, 0
	}
	if first.turn == last.turn && fullDate.MatchString(r.turns[first.turn].Text[first.from:last.to]) {
		a &= asksBirthday // flights on 28/11/17 and 30/11/17
	}
	if n := len(before); n > 0 && alphanumeric(before[n-1]) { // FY7730215586
		a &^= asksPhone | asksID | asksSSN | asksCard | asksCode | asksBirthday | asksPostcode | asksHouse
	}
	d := r.digits(i, j)
	if few := asksPhone | asksID | asksSSN; a&few != 0 && len(d) <= 6 && saysLast(before) {
		a = a&few | asksLast
	}
	if m := idLetter.FindString(after); m != "" && a&asksID != 0 && (len(d) == 17 || a&asksLast != 0 && len(d) < 6) && !letterFollows(after[len(m):]) {
		to += len(m)
		d += "X"
	}
	if a&asksPhone != 0 && len(d) < 10 { // oh after a pause is no sigh here
		d = r.withOhs(i, j)
	}
	t = answerType(d, a, first.spoken)
	switch t {
	case "":
		return "", 0, 0
	case Mobile, Landline:
		from -= zeroBefore(before)
	case License, Passport, Order, Account:
		from -= lettersBefore(before)
		to += lettersAfter(after)
	}
	return t, from, to
}

// answerType says which of what was asked for digits are, by their number.
func answerType(d string, a asks, spoken bool) Type {
	n := len(d)
	in := func(what asks, least, most int) bool { return a&what != 0 && n >= least && n <= most }
	if a&asksLast != 0 && n <= 6 {
		switch {
		case n < 3:
		case a&asksID != 0:
			return ID
		case a&asksSSN != 0:
			return SSN
		case a&asksPhone != 0:
			return Mobile
		case a&asksAccount != 0:
			return Account
		case a&asksCard != 0:
			return CardEnd
		}
		return ""
	}
	switch {
	case in(asksID, 15, 18):
		return ID
	case in(asksLicense, 15, 18):
		return License
	case in(asksCard, 12, 19):
		return Card
	case in(asksSSN, 8, 10):
		return SSN
	case in(asksPhone, 10, 14):
		return Mobile
	case in(asksPhone, 7, 9):
		return Landline
	case in(asksBirthday, 8, 8) && (birthday(d) || birthday(d[4:]+d[:4]) || birthday(d[4:]+d[2:4]+d[:2])), in(asksBirthday, 4, 7) && (spoken || n == 6), in(asksBirthday, 4, 4) && (d[:2] == "19" || d[:2] == "20"):
		return Birthday
	case in(asksPassport, 6, 9):
		return Passport
	case in(asksLicense, 5, 14):
		return License
	case in(asksCode, 3, 8):
		return Code
	case in(asksPostcode, 5, 6), in(asksHouse, 1, 4):
		return Address
	case in(asksAccount, 5, 22):
		return Account
	case in(asksOrder, 6, 22):
		return Order
	}
	return ""
}

// fullDate is a day written in figures.
var fullDate = regexp.MustCompile(`\b[0-3]?\d/[0-3]?\d/(?:\d{4}|\d{2})\b`)

var (
	countBefore = set(`since in about for around ago over under nearly almost last within after before until approximately roughly of by`)
	countAfter  = set(`hours hour minutes minute days day weeks week months month years year times people percent pm am miles dollars pounds euros of per items pieces quid pence cents kilometers degrees`)
)

// saysLast reports whether who answers gives the last digits only.
func saysLast(before string) bool {
	before = lowerASCII(lastBytes(before, 24))
	for _, w := range []string{"尾号", "后四位", "后六位", "last four", "last 4", "ends in", "ending in", "ending"} {
		if strings.Contains(before, w) {
			return true
		}
	}
	return false
}

// counts reports whether the words around a number say that it counts or dates
// something.
func counts(before, after string) bool {
	if word, _ := lastWord(before); lookup(countBefore, word) {
		return true
	}
	switch r, _ := utf8.DecodeRuneInString(after); {
	case strings.ContainsRune("年月点次天分楼期级岁周多几折", r):
		return true
	case r == ' ':
		after = after[1:]
		n := 0
		for n < len(after) && latin(rune(after[n])) {
			n++
		}
		return lookup(countAfter, after[:n])
	}
	return false
}

// zeroBefore returns how many bytes before a telephone number are an oh that
// begins it.
func zeroBefore(before string) int {
	word, rest := lastWord(before)
	if n := len(before) - len(rest); len(word) <= 2 && (strings.EqualFold(word, "oh") || strings.EqualFold(word, "o")) && before[len(rest)+len(word):] == " " {
		return n
	}
	return 0
}

// withOhs returns the digits of tokens i to j with each oh before one.
func (r *reading) withOhs(i, j int) string {
	var b strings.Builder
	for k := i; k < j; k++ {
		t := r.tokens[k]
		if k > i && t.turn == r.tokens[k-1].turn && zeroBefore(r.turns[t.turn].Text[r.tokens[k-1].to:t.from]) > 0 {
			b.WriteByte('0')
		}
		b.WriteString(t.digits)
	}
	return b.String()
}

var letterGroup = regexp.MustCompile(`(?:^|[^A-Za-z0-9'’])((?:[A-Z]{1,4}|[a-z]{1,2})(?:[ -]|, )?)$`)

// lettersBefore returns how many bytes before a number are letters that belong to
// it: P2025, FD-220917, KT 553 019.
func lettersBefore(before string) int {
	m := letterGroup.FindStringSubmatch(before)
	if m == nil {
		return 0
	}
	word := strings.ToLower(strings.TrimRight(m[1], " -,"))
	if len(word) > 1 && len(word) < len(m[1]) && (isWord(word) || topicIn(word) != none || m[1][0] > 'Z') || len(word) > 1 && topicIn(word) != none || word == "a" || word == "i" {
		return 0
	}
	return len(m[1])
}

// lettersAfter returns how many bytes after a number are letters written as a part
// of it: 4471B.
func lettersAfter(after string) int {
	n := 0
	for n < len(after) && latin(rune(after[n])) {
		n++
	}
	if n > 2 {
		return 0
	}
	return n
}

func letterFollows(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return r < utf8.RuneSelf && unicode.IsLetter(r)
}

// echoesOf returns the short numbers of answers where the other party says them
// again: 三六二幺，对吗.
func echoesOf(r *reading, scans []scan, found []area) []area {
	var out []area
	i := r.tokens[0].turn
	for _, a := range found {
		if len(a.value) >= 11 || len(a.pieces) != 1 {
			continue
		}
		for k := i + 1; k <= min(i+2, len(r.turns)-1); k++ {
			if r.turns[k].Party == r.turns[i].Party {
				continue
			}
			for _, e := range scans[k].runs {
				if e.digits(0, len(e.tokens)) == a.value {
					out = append(out, area{kind: a.kind, value: a.value, pieces: []piece{{k, e.tokens[0].from, e.tokens[len(e.tokens)-1].to}}})
				}
			}
		}
	}
	return out
}

// stated reports whether the run is an identity number that its speaker says to be
// theirs, though its check character is wrong: 我的身份证是…. Those that somebody
// only writes of are none.
func (r *reading) stated() bool {
	if r.topic.topic != aboutID || !r.topic.near || !idShape(r.digits(0, len(r.tokens))) {
		return false
	}
	first := r.tokens[0]
	text := simplify(r.turns[first.turn].Text)
	return len(text) == len(r.turns[first.turn].Text) && idStated.MatchString(text[:first.from]) && !aboutForm.MatchString(text)
}

var (
	idStated  = regexp.MustCompile(`(?:我|本人|他|她|爸|妈|老公|老婆|爱人|孩子|儿子|女儿)的?(?:身份证|证件)(?:号码|号)?[是为：: ]*$|(?:身份证|证件)(?:号码|号)?[是为][：: ]?$|(?i:\bmy (?:id|identity) (?:card )?(?:number )?is:? ?$)`)
	aboutForm = regexp.MustCompile(`(?i)比如|例如|举例|假如|假设|测试|示例|样例|格式|校验|位数|无效|不通过|不合法|输错|写错|错误|填错|\bexample\b|\btest|invalid|checksum|check digit|for instance`)
)
