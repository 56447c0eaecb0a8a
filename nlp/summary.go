package nlp

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"earshot/models"
)

// Limits of an extractive summary.
const (
	summaryShare = 0.32 // of the characters of the conversation
	summaryMost  = 900  // characters
	summaryLeast = 120  // characters a short conversation may use
	leastScore   = 0.5
	sameWords    = 0.5 // of a sentence's pairs said already: it says nothing new
)

// Words that tell what a sentence is for; English ones stand between spaces.
var (
	requestWords = []string{"我想", "我要", "我需要", "想要", "希望", "要求", "能不能", "可不可以", "帮我", "麻烦你", "麻烦您", "给我", "怎么办",
		" i want ", " i need ", " i'd like ", " i would like ", " can you ", " could you ", " please ", " i was wondering ", " i am calling ", " i'm calling ", " help me ", " how do i ", " how can i "}
	problemWords = []string{"问题", "坏", "没", "不能", "不了", "错", "丢", "慢", "投诉", "故障", "扣",
		" not ", " never ", " won't ", " can't ", " cannot ", " didn't ", " doesn't ", " hasn't ", " haven't ", " broken ", " wrong ", " late ", " problem ", " issue ", " error ", " missing ", " charged ", " lost ", " stopped ", " failed ", " damaged "}
	actionWords = []string{"已经", "已为您", "已帮您", "帮您", "为您", "给您", "我会", "我们会", "安排", "登记", "申请", "补发", "退款", "更换",
		" i have ", " i've ", " we have ", " we've ", " i will ", " i'll ", " we will ", " we'll ", " let me ", " i can ", " we can ", " refund ", " replace ", " waive ", " credit ", " schedule ", " escalate ", " send "}
	detailWords = []string{"昨天", "今天", "明天", "上周", "下周", "星期", "周一", "周二", "周三", "周四", "周五", "周六", "周日", "天", "次", "元", "块", "个月", "小时", "号",
		" monday ", " tuesday ", " wednesday ", " thursday ", " friday ", " saturday ", " sunday ", " yesterday ", " today ", " tomorrow ", " last week ", " last month ", " dollars ", " days ", " hours ", " times "}
)

var (
	// How much a finding says for its sentence, and the section it puts it in.
	sectionOf = map[string]struct {
		weight  float64
		section string
	}{
		"word.reason": {3, "reason"}, "word.complaint": {1.5, "request"}, "word.refund": {1.5, "request"}, "word.churn": {2, "request"}, "word.threat": {2, "detail"},
		"word.escalation": {1.5, "request"}, "word.repeat": {2, "detail"}, "promise.made": {3.5, "promise"}, "word.resolved": {3, "action"}, "word.callback": {1.5, "promise"},
		"word.transfer": {1, "action"}, "word.forbidden": {2, "detail"}, "word.safety": {3, "detail"}, "emotion.anger": {0.7, "detail"}, "emotion.disappointment": {0.7, "detail"},
		"word.greeting": {-2, ""}, "word.closing": {-2.5, ""}, "word.identity_check": {-2, ""}, "word.hold_request": {-1.5, ""}, "word.empathy": {-0.8, ""}, "word.apology": {-0.5, ""},
		"word.disrespect": {1.5, "detail"}, "word.abuse": {0.8, "detail"},
	}
	sectionOrder = []string{"reason", "request", "detail", "action", "promise", "outcome"}
)

// summarise chooses the sentences that say most about the cause, the request,
// what was done and promised and how it ended. findings are those of the
// conversation.
func summarise(in *models.Interaction, findings []models.Finding, by models.By) *models.Summary {
	t := in.Transcript
	s := &models.Summary{Method: "extractive", Text: []models.Statement{}, By: by}
	for _, f := range findings {
		switch {
		case f.Kind == "contact.reason":
			s.Reason = f.Label
		case f.Kind == "complaint.cause":
			s.Cause = f.Label
		case strings.HasPrefix(f.Kind, "disposition."):
			s.Outcome = f.Kind[len("disposition."):]
		case f.Kind == "promise.made":
			s.Promises = append(s.Promises, promiseOf(f))
		}
	}
	all, total := sentences(t)
	weigh(all, findings)
	markEnds(t, all)
	budget := int(max(summaryLeast, min(summaryMost, summaryShare*float64(total))))
	if total < 2*summaryLeast {
		budget = total/3 + 1
	}
	chosen := chooseSentences(all, budget)
	slices.SortStableFunc(chosen, func(a, b *sentence) int {
		return cmp.Or(cmp.Compare(slices.Index(sectionOrder, a.section), slices.Index(sectionOrder, b.section)), cmp.Compare(a.turn, b.turn), cmp.Compare(a.from, b.from))
	})
	for _, c := range chosen {
		s.Text = append(s.Text, models.Statement{Section: c.section, Text: lead(c, t.Turns[c.turn].Text), Cites: []models.Evidence{t.Quote(c.turn, c.from, c.to)}})
	}
	return s
}

// lead returns the sentence with who says it, in its language.
func lead(c *sentence, text string) string {
	quote := text[c.from:c.to]
	chinese := strings.ContainsFunc(quote, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	switch {
	case c.party == models.Customer && chinese:
		return "客户：" + quote
	case c.party == models.Agent && chinese:
		return "坐席：" + quote
	case c.party == models.Customer:
		return "Customer: " + quote
	case c.party == models.Agent:
		return "Agent: " + quote
	}
	return quote
}

// weigh scores sentences by what was found in them and how much they tell.
func weigh(all []*sentence, findings []models.Finding) {
	for _, s := range all {
		s.score = 0.35 * math.Log1p(float64(len(s.pairs)))
	}
	for _, f := range findings {
		w, ok := sectionOf[f.Kind]
		if !ok || len(f.Evidence) == 0 {
			continue
		}
		e := f.Evidence[0]
		for _, s := range all {
			if s.turn == e.Turn && s.from < e.To && e.From < s.to {
				s.score += w.weight
				if w.section != "" && (s.section == "" || w.weight > sectionOf["word.reason"].weight) {
					s.section = w.section
				}
			}
		}
	}
}

// markEnds adds what the place and the wording of sentences say.
func markEnds(t *models.Transcript, all []*sentence) {
	first, last := -1, -1
	for k, s := range all {
		text := t.Turns[s.turn].Text[s.from:s.to]
		if s.score += 0.5 * math.Min(3, float64(details(s.said))); strings.Contains(text, "[") {
			s.score -= 1.5 // who it is does not belong in a summary
		}
		question := strings.ContainsAny(text, "?？") || strings.HasSuffix(text, "吗") || strings.HasPrefix(text, "请问")
		switch s.party {
		case models.Customer:
			if anyOf(s.said, requestWords) {
				s.score++
				if s.section == "" || s.section == "detail" {
					s.section = "request"
				}
			}
			if anyOf(s.said, problemWords) {
				s.score++
				if s.section == "" {
					s.section = "reason"
				}
			}
			if len(s.pairs) >= 3 {
				if first < 0 {
					first = k
				}
				last = k
			}
		case models.Agent:
			if question {
				s.score -= 1.2
			} else if anyOf(s.said, actionWords) {
				s.score += 1.2
				if s.section == "" || s.section == "request" || s.section == "reason" {
					s.section = "action"
				}
			}
			if s.section == "request" || s.section == "reason" {
				s.section = "detail"
			}
		}
		if s.section == "" {
			s.section = "detail"
		}
		if len(s.pairs) < 3 {
			s.score--
		}
	}
	if first >= 0 {
		all[first].score += 3
		all[first].opening = true
		if all[first].section == "detail" {
			all[first].section = "reason"
		}
	}
	if last > first {
		all[last].score++
		if all[last].section == "detail" {
			all[last].section = "outcome"
		}
	}
}

func anyOf(said string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(said, w) })
}

// details counts the numbers, times and amounts in what is said.
func details(said string) int {
	n := 0
	inNumber := false
	for _, r := range said {
		digit := r >= '0' && r <= '9'
		if digit && !inNumber {
			n++
		}
		inNumber = digit
	}
	for _, w := range detailWords {
		if strings.Contains(said, w) {
			n++
		}
	}
	return n
}

// chooseSentences takes sentences, best first, that say something new, as long as they
// fit.
func chooseSentences(all []*sentence, budget int) []*sentence {
	ranked := slices.Clone(all)
	slices.SortStableFunc(ranked, func(a, b *sentence) int {
		if a.opening != b.opening {
			if a.opening {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.score/math.Sqrt(float64(b.runes+20)), a.score/math.Sqrt(float64(a.runes+20)))
	})
	said := map[string]bool{}
	var out []*sentence
	for _, s := range ranked {
		if s.score < leastScore || s.runes > budget || len(s.pairs) < 2 {
			continue
		}
		old := 0
		for p := range s.pairs {
			if said[p] {
				old++
			}
		}
		if len(s.pairs) > 0 && float64(old) > sameWords*float64(len(s.pairs)) {
			continue
		}
		for p := range s.pairs {
			said[p] = true
		}
		budget -= s.runes
		out = append(out, s)
	}
	return out
}

// actions tell what was promised.
var actions = []struct {
	name  string
	words *regexp.Regexp
}{
	{"refund", regexp.MustCompile(`退款|退还|退回|退给|到账|到帐|补偿|赔偿|refund|credit|reimburse`)},
	{"callback", regexp.MustCompile(`回电|打电话|致电|回访|call|ring|phone`)},
	{"delivery", regexp.MustCompile(`发货|补发|寄|送达|送到|配送|签收|ship|deliver|dispatch|arrive|receive`)},
	{"repair", regexp.MustCompile(`维修|修好|上门|更换|换货|恢复|解决|处理|repair|visit|fix|replace|technician|resolve|sort`)},
	{"reply", regexp.MustCompile(`回复|答复|反馈|联系|通知|核实|e-?mail|get back|reply|contact|hear|update|follow up|let you know|touch`)},
}

// ActionOf returns what is promised, or was done, by the words for it:
// callback, refund, delivery, repair, reply or other.
func ActionOf(said string) string {
	folded := searchFolder.Fold(said)
	text := folded.String()
	for _, a := range actions {
		if a.words.MatchString(text) {
			return a.name
		}
	}
	return "other"
}

func promiseOf(f models.Finding) models.Promise {
	e := f.Evidence[0]
	p := models.Promise{Party: f.Party, Action: ActionOf(e.Quote), Text: e.Quote, Cites: f.Evidence}
	if due, err := time.Parse(time.RFC3339, f.Label); err == nil {
		p.Due = &due
	}
	return p
}
