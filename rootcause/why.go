package rootcause

import "fmt"

// Cite is a sentence of a call that an answer rests on.
type Cite struct {
	Call  string `json:"call"`
	Turn  int64  `json:"turn"`  // from 0; -1: the call as a whole
	Quote string `json:"quote"` // empty for the call as a whole
}

// Why is a question and the answer that the calls give to it. An answer
// without cites says that they give none.
type Why struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
	Cites    []Cite `json:"cites"`
}

// Facts are what a draft of five whys over one cause is made of.
type Facts struct {
	Cause   *Node
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
	whys := []Why{
		{say("Why do customers complain?", "客户为什么投诉？"), say("Of %s: %d complaints, %+d on the time before.", "因为“%s”：%d 起投诉，较前期 %+d。", f.Cause.Label, n, f.Cause.Change()), f.Said},
		{say("Why did it happen?", "为什么会发生？"), say("Agents gave these reasons.", "坐席给出了以下原因。"), f.Reasons},
		{say("Why there?", "为什么集中在那里？"), say("%.0f%% of them (%d) are of %s %s, which has %.0f%% of all complaints.", "其中 %.0f%%（%d 起）属于 %s %s，而它只占全部投诉的 %.0f%%。", 100*f.WherePart, f.WhereCount, f.Where.Dimension, f.Where.Value, 100*f.AllPart), f.WhereCites},
		{say("Why was it not settled in the call?", "为什么当场没有解决？"), say("%d of %d were left unresolved.", "%d 起（共 %d 起）没有解决。", f.Unsettled, n), f.UnsettledCites},
		{say("Why does it go on?", "为什么一再发生？"), say("In %d of %d the customer had already been in touch about it.", "%d 起（共 %d 起）客户此前已经反映过。", f.Again, n), f.AgainCites},
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
