package nlp

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/script"
	"earshot/models/terms"
)

// What is said in every such conversation.
var (
	commonPairs = wordSet(`一下 时候 什么 怎么 这个 那个 可以 没有 现在 知道 帮我 帮您 为您 给您 查询 核实 稍等 请问 这边 我们 你们 您好 谢谢 非常 抱歉 理解 情况 需要 问题 就是 已经 还是 然后
		因为 所以 如果 的话 一个 多少 有没 是不 不是 先生 女士 好的 感谢 来电 服务 客服 很高 高兴 其他 祝您 生活 愉快 再见 对不 不起 麻烦 提供 订单 单号 姓名 号码 手机 查到 系统 显示 处理 登记
		看一 看看 等一 您看 您的 我看 一般 大概 比较 应该 可能 觉得 以后 之后 出来 起来 方便 心情 放心 尽快`)
	commonWords = terms.Stems(`look check let know think see like help call thing get go come take tell say try moment hold sorry apologize understand appreciate course
		sense have want need make give keep find thank speak account number name phone email information customer service able anything else something everything nothing
		today day morning afternoon evening time now minute second good bad fine nice really actually guess mean sound happen work back way kind lot bit little one any some
		dollar hour week month year always never ever big long old whole best better people kid friend family everyone somebody nobody way honest honestly mean stuff love hate funny busy true wrong easy hard
		welcome calling question happy pleasure absolutely definitely perfect bye goodbye wait ask put system show send use hear feel believe hope wish guy people`)
)

// The section a finding puts its sentence in; of several the highest rank counts.
var sectionOf = map[string]struct {
	rank    float64
	section string
}{
	"contact.reason": {1.8, "reason"}, "complaint.cause": {1.2, "reason"}, "word.reason": {0.6, "reason"}, "word.complaint": {0.9, "request"}, "word.refund": {0.6, "request"}, "word.churn": {1.2, "request"}, "word.threat": {1.5, "detail"},
	"word.escalation": {0.9, "request"}, "word.repeat": {0.9, "detail"}, "promise.made": {1.5, "promise"}, "word.resolved": {0.9, "action"}, "word.callback": {0.6, "promise"},
	"word.transfer": {0.3, "action"}, "word.forbidden": {0.9, "detail"}, "word.safety": {1.5, "detail"}, "emotion.anger": {0.3, "detail"}, "emotion.disappointment": {0.3, "detail"},
	"word.disrespect": {0.9, "detail"}, "word.abuse": {0.3, "detail"},
}

// Findings whose sentences let off steam.
var outbursts = []string{"word.abuse", "word.anger", "word.disrespect"}

// weight is what is known of a sentence as a candidate.
type weight struct {
	section string
	rank    float64 // of the finding that section comes from
	found   uint64  // signals of its findings, a bit each
	opening bool    // it says what the customer comes for
	reason  bool    // the contact reason stands in it
	out     bool    // it is not told: a greeting, the number of an account
	vents   bool    // the customer lets off steam, and says no reason
}

// weigh tells for each sentence which section it belongs to and how likely each
// of its clauses is worth telling.
func weigh(t *models.Transcript, all []sentence, findings []models.Finding, worth *worths) []weight {
	out := slices.Grow(worth.draft.weights[:0], len(all))[:len(all)]
	clear(out)
	worth.draft.weights = out
	first, last := -1, -1 // of the customer
	answered := firstOf(t, models.Customer)
	answers := purpose(0) // what is answered: the last sentence of the other party
	for i := range all {
		s, w := &all[i], &out[i]
		if s.party == models.Agent && s.turn < answered && len(t.Turns[s.turn].Text) < longGreeting {
			w.out, w.section = true, "detail"
			continue
		}
		w.note(s, findings)
		switch {
		case i > 0 && all[i-1].party != s.party:
			answers = all[i-1].tells
		case i > 0 && all[i-1].turn != s.turn:
			answers = 0
		}
		w.place(t, s, answers)
		if s.party == models.Customer && !w.out && !w.vents && s.tells&(waiting|chatting) == 0 && (w.reason || telling(s.terms)) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first >= 0 {
		out[first].opening, out[first].section = true, "reason"
	}
	if last > first && all[last].turn > len(t.Turns)*3/4 && out[last].section == "detail" {
		out[last].section = "outcome"
	}
	clauses := clausesOf(all)
	for i := range all {
		s, w := &all[i], &out[i]
		if w.out {
			continue
		}
		f := featuresOf(t, s, w, clauses)
		ofSentence := f.sum(0, signals-1)
		for k := range s.clauses {
			c := &s.clauses[k]
			f.ofClause(s, k, t.Turns[s.turn].Text[c.from:c.to])
			c.value = f.worthTelling(s.party, ofSentence)
			f.forget(s.party)
			if w.vents {
				c.value *= ventTimes
			}
		}
	}
	return out
}

// order returns where the section of a sentence stands in a summary.
func (w *weight) order() int { return slices.Index(sectionOrder, w.section) }

// longGreeting is where a turn before the customer says anything is no greeting
// any more, in bytes.
const longGreeting = 250

// ventTimes is what counts of what somebody says who lets off steam.
const ventTimes = 0.3

func isQuestion(text string) bool {
	return strings.Contains(text, "?") || strings.Contains(text, "？") || strings.HasSuffix(text, "吗") || strings.HasSuffix(text, "呢") || strings.HasPrefix(text, "请问")
}

// telling reports whether terms are enough to be what somebody came for.
func telling(all []weighted) bool {
	n := 0
	for _, k := range all {
		if k.worth > worthCommon {
			n++
		}
	}
	return n >= 2
}

// note takes in the findings of a sentence.
func (w *weight) note(s *sentence, findings []models.Finding) {
	for i := range findings {
		f := &findings[i]
		if len(f.Evidence) == 0 {
			continue
		}
		e := &f.Evidence[0]
		if s.turn != e.Turn || s.from >= e.To || e.From >= s.to {
			continue
		}
		if of := findingSignals[f.Kind]; of > 0 {
			w.found |= 1 << of
		}
		w.reason = w.reason || f.Kind == "contact.reason"
		attitude := f.Kind == "word.reason" && strings.HasSuffix(f.Label, "/attitude")
		w.vents = w.vents || attitude || slices.Contains(outbursts, f.Kind)
		if say := sectionOf[f.Kind]; say.rank > w.rank && !attitude {
			w.rank, w.section = say.rank, say.section
		}
	}
	w.vents = w.vents && s.party == models.Customer && !w.reason
}

// place puts a sentence, which answers one for a purpose, into a section by its
// words.
func (w *weight) place(t *models.Transcript, s *sentence, answers purpose) {
	w.out = isCode(t.Turns[s.turn].Text[s.from:s.to]) || w.rank == 0 && identifies(s, answers)
	if s.party == models.Customer {
		switch {
		case s.tells&requesting != 0 && (w.section == "" || w.section == "detail"):
			w.section = "request"
		case s.tells&trouble != 0 && w.section == "" && s.turn < 6 && !w.vents:
			w.section = "reason"
		}
	} else {
		if w.section == "request" || w.section == "reason" {
			w.section = ""
		}
		if s.tells&acting != 0 && !s.question && s.tells&asksFor == 0 && (w.section == "" || w.section == "detail") {
			w.section = "action"
		}
	}
	if w.section == "" {
		w.section = "detail"
	}
}

// firstOf returns the index of the first turn of a party; the number of turns
// if it says nothing.
func firstOf(t *models.Transcript, party models.Party) int {
	for i := range t.Turns {
		if t.Turns[i].Party == party {
			return i
		}
	}
	return len(t.Turns)
}

// identifies reports whether a sentence only tells or asks who it is, which does
// not belong in a summary.
func identifies(s *sentence, answers purpose) bool {
	switch {
	case s.party == models.Agent:
		return (s.question || s.tells&asksFor != 0) && s.tells&identifying != 0
	case s.question || s.tells&(trouble|requesting) != 0 || (s.tells|answers)&identifying == 0:
		return false
	}
	other := 0 // words that are no part of it
	for _, key := range s.terms {
		if key.worth == worthWord || key.worth == worthPair {
			other++
		}
	}
	return other <= mostBeside
}

// mostBeside is how many words somebody says at most who says only who he is.
const mostBeside = 3

// isCode reports whether a text is a name, a number of an order or the like, and
// hardly anything else.
func isCode(text string) bool {
	const fewLetters, fewWords = 4, 3
	digits, most, letters, words, names := 0, 0, 0, 0, 0
	within := false
	for _, r := range text {
		small := r | 0x20 // of an ASCII letter
		latin := 'a' <= small && small <= 'z'
		if '0' <= r && r <= '9' || r >= utf8.RuneSelf && unicode.IsDigit(r) {
			digits++
			most = max(most, digits)
			continue
		}
		digits = 0
		switch {
		case r >= utf8.RuneSelf && script.Han(r):
			letters++
		case !latin && (r < utf8.RuneSelf || !unicode.IsLetter(r)):
			if strings.ContainsRune("$€£¥￥", r) {
				return false
			}
		case !within:
			words++
			if unicode.IsUpper(r) {
				names++
			}
		}
		if within = latin || r >= utf8.RuneSelf && unicode.IsLetter(r); r == '元' || r == '块' || letters > fewLetters || words > fewWords {
			return false
		}
	}
	return most >= 4 || names == words && names > 1 && letters == 0
}
