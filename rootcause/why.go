package rootcause

import (
	"fmt"

	"earshot/models"
)

// Cite is a sentence of a call that an answer rests on.
type Cite struct {
	Call  string       `json:"call"`
	Turn  int64        `json:"turn"`            // from 0; -1: the call as a whole
	Party models.Party `json:"party,omitempty"` // who says it; empty for the call as a whole
	Quote string       `json:"quote"`           // empty for the call as a whole
}

// Why is a question and the answer that the calls give to it. An answer
// without cites says that they give none.
type Why struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
	Draft    string `json:"draft,omitempty"` // the same in the words of a language model, where one was asked
	Cites    []Cite `json:"cites"`
}

// Facts returns what the answer rests on: itself, as far as it counts, and what
// was said.
func (w Why) Facts() []models.Fact {
	var said []models.Fact
	counted := models.Fact{Text: w.Answer}
	for _, c := range w.Cites {
		counted.Calls = append(counted.Calls, models.ID(c.Call))
		if c.Quote != "" && c.Party != "" {
			said = append(said, models.Fact{Text: c.Quote, Party: c.Party, Calls: []models.ID{models.ID(c.Call)}})
		}
	}
	return append([]models.Fact{counted}, said...)
}

// Facts are what a draft of five whys over one cause is made of.
type Facts struct {
	Cause   *Node
	Name    string // of the cause, to stand in a sentence
	Said    []Cite // what customers complained of
	Reasons []Cite // what agents gave as the reason

	Where      Series // where the cause stands out most; the zero Series: nowhere
	WhereCount int    // complaints of the cause there
	WherePart  float64
	AllPart    float64 // the part of all complaints that is there
	WhereCites []Cite

	Unsettled      int // of the cause's complaints, those left unresolved
	UnsettledCites []Cite
	Again          int // those in which customers said that it was not the first time
	AgainCites     []Cite
}

// FiveWhys drafts the chain of five questions (Ohno, Toyota Production System,
// 1988) from facts alone, in language, en or zh. It is where a person begins:
// what no call says is left open.
func FiveWhys(f Facts, language string) []Why {
	say := func(en, zh string, args ...any) string {
		if language == "zh" {
			return fmt.Sprintf(zh, args...)
		}
		return fmt.Sprintf(en, args...)
	}
	n := f.Cause.Count
	why := func(question, answer string, cites []Cite) Why {
		return Why{Question: question, Answer: answer, Cites: cites}
	}
	// In English the number decides: one complaint was, two complaints were.
	were := func(n int) string {
		if n == 1 {
			return "was"
		}
		return "were"
	}
	complaints := "complaints"
	if n == 1 {
		complaints = "complaint"
	}
	much := fmt.Sprintf("%d %s %s about %s; as long a time before there %s %d.", n, complaints, were(n), f.Name, were(f.Cause.Before), f.Cause.Before)
	if language == "zh" {
		much = fmt.Sprintf("有%d起投诉因为%s；此前同样长的时间里有%d起。", n, f.Name, f.Cause.Before)
	}
	if f.Cause.Label == models.CauseUnknown {
		much = say("Of %d %s no cause is known, `earshot topics` groups them; as long a time before of %d.", "有%[1]d起投诉未能归因，earshot topics 按内容归类；此前同样长的时间里有%[3]d起。", n, complaints, f.Cause.Before)
	}
	whys := []Why{
		why(say("Why do customers complain?", "客户为什么投诉？"), much, f.Said),
		why(say("Why did it happen?", "为什么会发生？"),
			say("Agents gave these reasons.", "坐席给出了以下原因。"), f.Reasons),
		why(say("Why there?", "为什么集中在那里？"),
			say("%d of them (%.0f%%) have the %s “%s”, which has %.0f%% of all complaints.", "其中%d起（%.0f%%）的%s是“%s”，而它只占全部投诉的%.0f%%。",
				f.WhereCount, 100*f.WherePart, f.Where.Dimension, f.Where.Value, 100*f.AllPart), f.WhereCites),
		why(say("Why was it not settled in the call?", "为什么当场没有解决？"),
			say("%[1]d of %[2]d %[3]s left unresolved.", "没有解决的有%[1]d起（共%[2]d起）。", f.Unsettled, n, were(f.Unsettled)), f.UnsettledCites),
		why(say("Why does it go on?", "为什么一再发生？"),
			say("In %d of %d the customer had already been in touch about it.", "客户此前已经反映过的有%d起（共%d起）。", f.Again, n), f.AgainCites),
	}
	open := []string{
		say("No call says it in words.", "没有通话直接说明。"),
		say("No call gives a reason: ask those who handled them.", "没有通话说明原因：请询问经办人员。"),
		say("It stands out nowhere.", "没有明显集中之处。"),
		say("None was left unresolved.", "没有未解决的通话。"),
		say("No customer said that it was not the first time.", "没有客户表示不是第一次。"),
	}
	for i := range whys {
		if len(whys[i].Cites) == 0 {
			whys[i].Cites = []Cite{}
			if i > 0 {
				whys[i].Answer = open[i]
			} else {
				whys[i].Answer += " " + open[i]
			}
		}
	}
	return whys
}
