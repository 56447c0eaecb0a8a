package nlp

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/terms"
)

// What is said in every such conversation.
var (
	commonPairs = wordSet(`一下 时候 什么 怎么 这个 那个 可以 没有 现在 知道 帮我 帮您 为您 给您 查询 核实 稍等 请问 这边 我们 你们 您好 谢谢 非常 抱歉 理解 情况 需要 问题 就是 已经 还是 然后
		因为 所以 如果 的话 一个 多少 有没 是不 不是 先生 女士 好的 感谢 来电 服务 客服 很高 高兴 其他 祝您 生活 愉快 再见 对不 不起 麻烦 提供 订单 单号 姓名 号码 手机 查到 系统 显示 处理 登记
		看一 看看 等一 您看 您的 我看 一般 大概 比较 应该 可能 觉得 以后 之后 出来 起来 方便 心情 放心 尽快`)
	commonWords = commonStems(`look check let know think see like help call thing get go come take tell say try moment hold sorry apologize understand appreciate course
		sense have want need make give keep find thank speak account number name phone email information customer service able anything else something everything nothing
		today day morning afternoon evening time now minute second good bad fine nice really actually guess mean sound happen work back way kind lot bit little one any some
		dollar hour week month year always never ever big long old whole best better people kid friend family everyone somebody nobody way honest honestly mean stuff love hate funny busy true wrong easy hard
		welcome calling question happy pleasure absolutely definitely perfect bye goodbye wait ask put system show send use hear feel believe hope wish guy people`)
)

func commonStems(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[terms.Stem(w)] = true
	}
	return m
}

// How much a finding says for its sentence, and the section it puts it in.
var sectionOf = map[string]struct {
	bonus   float64
	section string
}{
	"contact.reason": {1.8, "reason"}, "complaint.cause": {1.2, "reason"}, "word.reason": {0.6, "reason"}, "word.complaint": {0.9, "request"}, "word.refund": {0.6, "request"}, "word.churn": {1.2, "request"}, "word.threat": {1.5, "detail"},
	"word.escalation": {0.9, "request"}, "word.repeat": {0.9, "detail"}, "promise.made": {1.5, "promise"}, "word.resolved": {0.9, "action"}, "word.callback": {0.6, "promise"},
	"word.transfer": {0.3, "action"}, "word.forbidden": {0.9, "detail"}, "word.safety": {1.5, "detail"}, "emotion.anger": {0.3, "detail"}, "emotion.disappointment": {0.3, "detail"},
	"word.disrespect": {0.9, "detail"}, "word.abuse": {0.3, "detail"},
}

// Findings whose sentences are part of every conversation.
var routine = []string{"word.greeting", "word.closing", "word.identity_check", "word.hold_request"}

// weight is what is known of a sentence as a candidate.
type weight struct {
	section string
	factor  float64 // times the worth of its terms
	bonus   float64 // of the finding in it
	bonusAt int     // byte where that finding stands
	opening bool    // it says what the customer comes for
	reason  bool    // the contact reason stands in it
}

// weigh tells for each sentence which section it belongs to and how much its
// words count there: questions, waiting, apologies and identity checks little;
// the opening, problems, requests, causes, actions and promises much.
func weigh(t *models.Transcript, all []sentence, findings []models.Finding, worth *worths) []weight {
	out := slices.Grow(worth.draft.weights[:0], len(all))[:len(all)]
	clear(out)
	worth.draft.weights = out
	firstCustomer, lastCustomer := -1, -1
	answered := firstOf(t, models.Customer)
	for i := range all {
		s, w := &all[i], &out[i]
		w.factor = 1
		if s.party == models.Agent && s.turn < answered {
			w.factor, w.section = 0, "detail" // the greeting
			continue
		}
		w.note(s, findings)
		w.wording(t, s, worth)
		if s.party == models.Customer && w.factor > 0.3 && (w.reason || telling(worth.of(s.turn, s.from, s.to))) {
			if firstCustomer < 0 {
				firstCustomer = i
			}
			lastCustomer = i
		}
	}
	place(t, all, out)
	response(t, all, out)
	if firstCustomer >= 0 {
		w := &out[firstCustomer]
		w.opening, w.factor, w.section = true, max(w.factor, 1.3), "reason"
	}
	if lastCustomer > firstCustomer && all[lastCustomer].turn > len(t.Turns)*3/4 {
		if w := &out[lastCustomer]; w.section == "detail" {
			w.section = "outcome"
		}
	}
	return out
}

// place adds what the place of a sentence says: what the customer tells before
// much else is said, what the agent says after looking something up, and the
// answer to a question.
func place(t *models.Transcript, all []sentence, out []weight) {
	early, lookedUp := 0, 0
	for i := range all {
		s := &all[i]
		if s.question || out[i].factor == 0 {
			continue
		}
		first := i == 0 || all[i-1].turn != s.turn
		switch {
		case s.party == models.Customer && early < 3 && out[i].factor > 0.3:
			if early++; early > 1 {
				out[i].factor *= 1.7
			}
		case s.party == models.Customer:
		case s.tells&waiting != 0:
			lookedUp = 2
		case lookedUp > 0 && out[i].factor > 0.3:
			out[i].factor *= 1.3
			lookedUp--
		}
		if first && s.turn > 0 && t.Turns[s.turn-1].Party != s.party && isQuestion(strings.TrimSpace(t.Turns[s.turn-1].Text)) {
			if s.party == models.Agent {
				out[i].factor *= 1.2
			} else {
				out[i].factor *= 1.15
			}
		}
	}
}

// response adds what the other party makes of a sentence: a short answer takes it
// in, and what somebody tells of his people is seldom what the call is about.
func response(t *models.Transcript, all []sentence, out []weight) {
	for i := range all {
		s := &all[i]
		if s.tells&private != 0 {
			out[i].factor *= 0.7
		}
		if s.turn+1 < len(t.Turns) && t.Turns[s.turn+1].Party != s.party && isShort(t.Turns[s.turn+1].Text, s.han) {
			out[i].factor *= 1.25
		}
	}
}

// isShort reports whether a text is too short for more than yes, thanks and the
// like.
func isShort(text string, chinese bool) bool {
	if chinese {
		return utf8.RuneCountInString(text) < 10
	}
	return utf8.RuneCountInString(text) < 32
}

func isQuestion(text string) bool {
	return strings.Contains(text, "?") || strings.Contains(text, "？") || strings.HasSuffix(text, "吗") || strings.HasSuffix(text, "呢") || strings.HasPrefix(text, "请问")
}

// telling reports whether terms are enough to be what somebody came for.
func telling(all []weighted) bool {
	n := 0
	for _, k := range all {
		if k.plain > worthCommon {
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
		if slices.Contains(routine, f.Kind) {
			w.factor *= 0.3
		}
		w.reason = w.reason || f.Kind == "contact.reason"
		if say := sectionOf[f.Kind]; say.bonus > w.bonus {
			w.bonus, w.bonusAt, w.section = say.bonus, max(e.From, s.from), say.section
		}
	}
}

// wording adds what the words of a sentence say of its purpose.
func (w *weight) wording(t *models.Transcript, s *sentence, worth *worths) {
	text := t.Turns[s.turn].Text[s.from:s.to]
	switch { // who it is does not belong in a summary
	case s.party == models.Customer && w.bonus == 0 && identifies(text):
		w.factor = 0
	case strings.Contains(text, "[") && strings.Contains(text, "]"):
		w.factor *= 0.2
	}
	if s.tells&waiting != 0 {
		w.factor *= 0.4
	}
	if s.tells&sorrow != 0 {
		w.factor *= 0.5
	}
	if s.tells&chatting != 0 {
		w.factor *= 0.5
	}
	if s.party == models.Customer {
		w.customer(s)
	} else {
		w.agent(s)
	}
	if w.section == "" {
		w.section = "detail"
	}
	if !s.question && w.bonus == 0 && s.tells&(trouble|requesting|acting|giving|threatening) == 0 && !(worth.mayCount(s.turn, s.from, s.to) && terms.Counts(s.said)) {
		w.factor *= 0.8
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

// identifies reports whether a text is a number of an order, a customer or the
// like, and hardly anything else.
func identifies(text string) bool {
	digits, most, letters, words := 0, 0, 0, 0
	within := false
	for _, r := range text {
		if unicode.IsDigit(r) {
			digits++
			most = max(most, digits)
			continue
		}
		digits = 0
		switch {
		case strings.ContainsRune("$€£¥￥元块", r):
			return false
		case hanRune(r):
			letters++
		case unicode.IsLetter(r) && !within:
			words++
		}
		within = unicode.IsLetter(r)
	}
	return most >= 4 && letters <= 4 && words <= 3
}

func (w *weight) customer(s *sentence) {
	if s.question && !w.reason {
		w.factor *= 0.55
	}
	if s.tells&trouble != 0 && w.section == "" && s.turn < 6 {
		w.section = "reason"
	}
	if s.tells&requesting != 0 {
		w.factor *= 1.1
		if w.section == "" || w.section == "detail" {
			w.section = "request"
		}
	}
	if s.tells&threatening != 0 {
		w.factor *= 1.1
	}
}

func (w *weight) agent(s *sentence) {
	if w.section == "request" || w.section == "reason" {
		w.section = ""
	}
	if s.question || s.tells&asksFor != 0 {
		w.factor *= 0.25
		w.bonus *= 0.3
		return
	}
	w.factor *= 1.4
	if s.tells&trouble != 0 {
		w.factor *= 1.1
	}
	if s.tells&giving != 0 {
		w.factor *= 1.15
	}
	if s.tells&acting != 0 {
		w.factor *= 1.1
		if w.section == "" || w.section == "detail" {
			w.section = "action"
		}
	}
}
