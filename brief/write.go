package brief

import (
	"fmt"
	"math"

	"earshot/models"
)

// Most of each that is told.
const (
	mostCauses = 6
	mostBursts = 5
	mostTopics = 3
)

// Write puts figures into words, in language, en or zh. Subjects on which there
// is nothing to say are left out. Sentences have one figure a clause, so that
// code can tell whether another sentence says the same.
func Write(f Figures, language string) []Section {
	w := writer{wording: wording{f.To.Sub(f.From), language == "zh", f.Conversations.Before == 0}, f: f}
	var sections []Section
	for _, s := range []struct {
		en, zh string
		facts  []models.Fact
	}{
		{"Complaints", "投诉概况", w.volume()},
		{"Causes", "投诉原因", w.causes()},
		{"Without a known cause", "未归因的投诉", w.unknown()},
		{"Where they stand out", "集中之处", w.places()},
		{"Bursts", "突增", w.bursts()},
		{"What became of them", "处理结果", w.outcomes()},
	} {
		if len(s.facts) > 0 {
			sections = append(sections, Section{w.choose(s.en, s.zh), s.facts})
		}
	}
	return sections
}

type writer struct {
	wording
	f Figures
}

// fact is one sentence in the language that is written.
func (w writer) fact(calls []models.ID, en, zh string) models.Fact {
	return models.Fact{Text: w.choose(en, zh), Calls: calls}
}

func (w writer) volume() []models.Fact {
	all, c := w.f.Conversations, w.f.Complaints
	if all.Now == 0 {
		return nil
	}
	en, zh := w.against(all, ""), w.against(all, "次")
	if w.first {
		en, zh = ", the first: there is nothing to compare with", "，此前没有会话，无从比较"
	}
	facts := []models.Fact{w.fact(all.Calls,
		fmt.Sprintf("%s took place%s.", w.many(all.Now, "conversation"), en), fmt.Sprintf("会话共有%d次%s。", all.Now, zh))}
	if c.Now == 0 {
		return append(facts, w.fact(all.Calls, "None of them was a complaint.", "其中没有投诉。"))
	}
	return append(facts, w.fact(c.Calls,
		fmt.Sprintf("%s (%s of conversations) came in%s.", w.many(c.Now, "complaint"), percent(c.Now, all.Now), w.against(c, "")),
		fmt.Sprintf("其中投诉有%d起（占会话的%s）%s。", c.Now, percent(c.Now, all.Now), w.against(c, "起"))))
}

func (w writer) causes() (facts []models.Fact) {
	for _, c := range w.f.Causes[:min(len(w.f.Causes), mostCauses)] {
		part := percent(c.Now, w.f.Complaints.Now)
		facts = append(facts, w.fact(c.Calls,
			fmt.Sprintf("%s (%s of complaints) %s about %s%s.", w.many(c.Now, "complaint"), part, was(c.Now), CauseName(c.Label, "en"), w.against(c.Count, "")),
			fmt.Sprintf("因为%s的投诉有%d起（占投诉的%s）%s。", CauseName(c.Label, "zh"), c.Now, part, w.against(c.Count, "起"))))
		for _, q := range c.Said {
			facts = append(facts, models.Fact{Text: q.Text, Party: models.Customer, Calls: []models.ID{q.Call}})
		}
	}
	return facts
}

// unknown tells how many complaints have no known cause, and what they are about.
func (w writer) unknown() (facts []models.Fact) {
	if c := w.f.Unknown; c.Now > 0 {
		part := percent(c.Now, w.f.Complaints.Now)
		facts = append(facts, w.fact(c.Calls,
			fmt.Sprintf("%s (%s of complaints) %s without a known cause%s.", w.many(c.Now, "complaint"), part, was(c.Now), w.against(c, "")),
			fmt.Sprintf("未归因的投诉有%d起（占投诉的%s）%s。", c.Now, part, w.against(c, "起"))))
	}
	for _, t := range w.f.Topics[:min(len(w.f.Topics), mostTopics)] {
		facts = append(facts, w.fact(t.Calls,
			fmt.Sprintf("%s without a known cause %s about “%s”%s.", w.many(t.Now, "complaint"), was(t.Now), t.Name, w.against(t.Count, "")),
			fmt.Sprintf("未归因的投诉中有%d起说到“%s”%s。", t.Now, t.Name, w.against(t.Count, "起"))))
	}
	return facts
}

func (w writer) places() (facts []models.Fact) {
	usual := percent(w.f.Complaints.Now, w.f.Conversations.Now)
	for _, p := range w.f.Places {
		there, part := w.place(p.Dimension, p.Value), percent(p.Complaints, p.Conversations)
		facts = append(facts, w.fact(p.Calls,
			fmt.Sprintf("%s of the conversations %s were complaints, against %s of all conversations; that is %s.", part, there, usual, w.many(p.Complaints, "complaint")),
			fmt.Sprintf("%s的投诉率为%s，全部会话为%s；共%d起投诉。", there, part, usual, p.Complaints)))
	}
	return facts
}

func (w writer) bursts() (facts []models.Fact) {
	for _, b := range w.f.Bursts[:min(len(w.f.Bursts), mostBursts)] {
		about, aboutZH, drivers := "", "投诉", ""
		if b.Dimension != "" {
			about = " " + w.place(b.Dimension, b.Value)
			aboutZH = w.place(b.Dimension, b.Value) + "的投诉"
		}
		for i, d := range b.Drivers {
			and := w.choose(" and ", "、")
			if i == 0 {
				and = w.choose("; most of these were ", "；大多属于")
			}
			drivers += and + w.place(d.Dimension, d.Value)
		}
		facts = append(facts, w.fact(b.Calls,
			fmt.Sprintf("From %s to %s there were %s%s, where %s are usual%s.", clock(b.From), until(b), w.many(b.Count, "complaint"), about, amount(b.Usual), drivers),
			fmt.Sprintf("%s至%s，%s有%d起，平时约%s起%s。", clock(b.From), until(b), aboutZH, b.Count, amount(b.Usual), drivers)))
	}
	return facts
}

func (w writer) outcomes() (facts []models.Fact) {
	add := func(c Count, unit, en, zh string) {
		if c.Now > 0 {
			facts = append(facts, w.fact(c.Calls, en+w.against(c, "")+".", fmt.Sprintf(zh, c.Now)+w.against(c, unit)+"。"))
		}
	}
	u, a, t, b := w.f.Unresolved, w.f.Again, w.f.Threats, w.f.Broken
	add(u, "起", w.many(u.Now, "complaint")+" "+was(u.Now)+" left unresolved", "没有解决的投诉有%d起")
	add(a, "起", "In "+w.many(a.Now, "complaint")+" the customer had been in touch about it earlier", "客户此前已经反映过的投诉有%d起")
	add(t, "次", "In "+w.many(t.Now, "conversation")+" the customer threatened to go public or to an authority", "客户扬言曝光或向监管部门投诉的会话有%d次")
	add(b, "个", w.many(b.Now, "promise")+" "+was(b.Now)+" broken", "没有兑现的承诺有%d个")
	if s := w.f.Satisfaction; s.Now > 0 {
		than := ""
		if s.Before > 0 {
			d := math.Round(100*s.Now)/100 - math.Round(100*s.Before)/100
			than = w.difference(d, fmt.Sprintf("%.2f", math.Abs(d)), "分", "higher", "lower", "高", "低")
		}
		facts = append(facts, w.fact(s.Calls, fmt.Sprintf("Predicted satisfaction was %.2f on average%s.", s.Now, than), fmt.Sprintf("预测满意度平均%.2f分%s。", s.Now, than)))
	}
	return facts
}
