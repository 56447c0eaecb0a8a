package qa

import (
	"fmt"
	"math"
	"strings"
	"sync"

	"earshot/models"
	"earshot/rules"
)

// Score fills in all scorecards that apply to a conversation, from its
// verdicts and findings, ordered by id; none if it has no transcript.
func (s *Set) Score(in *models.Interaction) []models.Scorecard {
	if in.Transcript == nil {
		return nil
	}
	f := s.filler(in)
	var out []models.Scorecard
	for _, c := range s.cards {
		if card, ok := f.fill(c); ok {
			out = append(out, card)
		}
	}
	f.release()
	return out
}

// filler holds what questions are answered from.
type filler struct {
	set      *rules.Set
	modes    map[string]Mode
	in       *models.Interaction
	verdicts map[string]*models.Verdict
	spoken   string                   // the language of the conversation
	language string                   // of the card
	answers  map[string]models.Answer // of the card's questions so far
}

// fillers keeps the memory of those that are done with.
var fillers = sync.Pool{New: func() any {
	return &filler{verdicts: map[string]*models.Verdict{}, answers: map[string]models.Answer{}}
}}

// release gives the memory of f back, which must not be used any more.
func (f *filler) release() {
	clear(f.verdicts)
	clear(f.answers)
	*f = filler{verdicts: f.verdicts, answers: f.answers}
	fillers.Put(f)
}

func (s *Set) filler(in *models.Interaction) *filler {
	f := fillers.Get().(*filler)
	f.set, f.modes, f.in, f.spoken = s.rules, s.modes, in, rules.Spoken(in)
	for i := range in.Verdicts {
		f.verdicts[in.Verdicts[i].Rule] = &in.Verdicts[i]
	}
	return f
}

// fill fills in one card; ok is false if the card does not apply.
func (f *filler) fill(c *Card) (out models.Scorecard, ok bool) {
	if !c.Applies.FitsIn(f.in, f.spoken) {
		return out, false
	}
	clear(f.answers)
	if holds, _ := f.all(c.When); holds != yes {
		return out, false
	}
	f.language = c.Language
	if f.language == "" {
		f.language, _, _ = strings.Cut(f.spoken, "-")
	}
	questions := 0
	for i := range c.Sections {
		questions += len(c.Sections[i].Questions)
	}
	out = models.Scorecard{Name: c.ID, Title: c.Title.In(f.language), Version: c.Version, Items: make([]models.Item, 0, questions),
		By: models.By{Name: "qa", Version: EngineVersion, Hash: c.hash}}
	for i := range c.Sections {
		f.section(&c.Sections[i], &out)
	}
	c.total(&out)
	for i := range out.Items {
		if out.Items[i].Answer == models.Fail && f.modes[out.Items[i].Rule] == Hybrid {
			out.Review = true
		}
	}
	return out, true
}

// total works out the points of the items from their answers' shares, and
// what they come to. An item's Points holds the share of its weight, 0 to 1,
// before and the points after.
func (c *Card) total(out *models.Scorecard) {
	out.Points, out.Possible, out.AutoFail, out.Review = 0, 0, false, false
	next := 0
	for i := range c.Sections {
		s := &c.Sections[i]
		items := out.Items[next : next+len(s.Questions)]
		next += len(s.Questions)
		struck := false
		for k := range s.Questions {
			q, item := &s.Questions[k], &items[k]
			share := item.Points
			item.Points, item.Possible, item.AutoFail = 0, 0, false
			switch {
			case item.Answer == models.NA:
			case c.Scheme == Points:
				item.Points, item.Possible = pointsFor(q.Points, share)
			default:
				item.Points, item.Possible = round(q.Weight*share), q.Weight
			}
			switch {
			case item.Answer == models.AnswerUnsure:
				out.Review = true
			case item.Answer == models.Fail && q.AutoFail == FailForm:
				item.AutoFail, out.AutoFail = true, true
			case item.Answer == models.Fail && q.AutoFail == FailSection:
				item.AutoFail, struck, out.Review = true, true, true
			}
		}
		for k := range items {
			if struck {
				items[k].Points = min(items[k].Points, 0)
			}
			out.Points += items[k].Points
			out.Possible += items[k].Possible
		}
	}
	switch {
	case c.Scheme == Points:
		out.Possible = 100
		out.Points = min(max(c.Start+out.Points, 0), 100)
		out.Score = round(out.Points)
	case out.Possible > 0:
		out.Score = round(100 * out.Points / out.Possible)
	default:
		// Nothing applied, so nothing was done wrong; a person should look.
		out.Score, out.Review = 100, true
	}
	if out.AutoFail {
		out.Score, out.Review = 0, true
	}
	out.Points = round(out.Points)
	out.Passed = !out.AutoFail && out.Score >= c.PassMark
}

// Split returns the scores of the critical questions and of the others, each
// 0 to 100, of a filled-in card; 100 where none of them applied. With scheme
// points both are shares of what could be lost and won.
func (c *Card) Split(filled *models.Scorecard) (critical, other float64) {
	var got, of [2]float64
	next := 0
	for i := range c.Sections {
		for k := range c.Sections[i].Questions {
			q, item := &c.Sections[i].Questions[k], &filled.Items[next]
			next++
			if item.Answer == models.NA {
				continue
			}
			side := 1
			if q.Critical {
				side = 0
			}
			if c.Scheme == Points {
				of[side] += math.Abs(q.Points)
				got[side] += item.Points + max(0, -q.Points)
			} else {
				of[side] += item.Possible
				got[side] += item.Points
			}
			if item.AutoFail && q.AutoFail == FailForm {
				got[side] = math.Inf(-1)
			}
		}
	}
	share := func(i int) float64 {
		if of[i] == 0 && got[i] == 0 {
			return 100
		}
		return max(0, round(100*got[i]/max(of[i], 1e-9)))
	}
	return share(0), share(1)
}

// section answers the questions of a section.
func (f *filler) section(s *Section, out *models.Scorecard) {
	for i := range s.Questions {
		q := &s.Questions[i]
		item := f.answer(q)
		item.Question, item.Section, item.Text = q.ID, s.ID, q.Text.In(f.language)
		f.answers[q.ID] = item.Answer
		out.Items = append(out.Items, item)
	}
}

// pointsFor returns what a share of a question adds, and the most it can add.
func pointsFor(points, share float64) (gained, possible float64) {
	if points < 0 {
		return round(points * (1 - share)), 0
	}
	return round(points * share), points
}

// answer answers a question. Points of the result is the share of the weight,
// 0 to 1. What a rule may not deduct by itself is left to a person.
func (f *filler) answer(q *Question) models.Item {
	item := f.machine(q)
	if item.Answer == models.Fail && f.modes[item.Rule] == HumanOnly {
		item.Answer, item.Points = models.AnswerUnsure, 1
		item.Because = f.pick("a person decides: ", "由人工判定：") + item.Because
	}
	return item
}

func (f *filler) machine(q *Question) models.Item {
	switch holds, why := f.all(q.When); holds {
	case no:
		return models.Item{Answer: models.NA, Because: why, Rule: q.Rule}
	case perhaps:
		return models.Item{Answer: models.AnswerUnsure, Points: 1, Because: why, Rule: q.Rule}
	}
	switch {
	case q.Measure != nil:
		return f.measure(q.Measure)
	case q.Options != nil:
		return f.option(q.Options)
	}
	v, why := f.verdict(q.Rule)
	item := models.Item{Rule: q.Rule, Because: why}
	switch {
	case v == nil && why == "":
		item.Answer, item.Because = models.NA, f.pick("the rule does not apply", "规则不适用")
	case v == nil, v.Outcome == models.Unsure:
		item.Answer, item.Points = models.AnswerUnsure, 1
	case v.Outcome == q.PassWhen:
		item.Answer, item.Points = models.Pass, 1
	default:
		item.Answer = models.Fail
	}
	if v != nil {
		item.Because, item.Evidence = v.Because, v.Evidence
		if len(item.Evidence) == 0 {
			item.Evidence = v.Searched
		}
	}
	return item
}

// verdict returns a rule's verdict; nil with a reason if there should be one,
// nil without if the rule does not apply.
func (f *filler) verdict(rule string) (*models.Verdict, string) {
	if v := f.verdicts[rule]; v != nil {
		return v, v.Because
	}
	if r := f.set.Rule(rule); r != nil && r.Applies.FitsIn(f.in, f.spoken) {
		return nil, f.pick("there is no verdict of rule "+rule, "缺少规则 "+rule+" 的结果")
	}
	return nil, ""
}

func (f *filler) measure(m *Measure) models.Item {
	value, item := 0.0, models.Item{Rule: m.Hits}
	if m.Hits != "" {
		v, why := f.verdict(m.Hits)
		switch {
		case v == nil && why == "":
			item.Answer, item.Because = models.NA, f.pick("the rule does not apply", "规则不适用")
			return item
		case v == nil || v.Outcome == models.Unsure:
			item.Answer, item.Points, item.Because = models.AnswerUnsure, 1, why
			return item
		}
		item.Because, item.Evidence = v.Because, v.Evidence
		if v.Outcome == models.Hit {
			value = float64(len(v.Evidence))
		}
	} else {
		found := f.finding(m)
		if found == nil {
			item.Answer, item.Because = models.NA, f.pick("not measured", "没有测量值")
			return item
		}
		value, item.Evidence = found.Value, found.Evidence
		item.Because = fmt.Sprintf("%s = %g", m.Finding, round(value))
	}
	share := 0.0
	for i := range m.Ranges {
		if m.Ranges[i].At.Has(value) {
			share = m.Ranges[i].Share
			break
		}
	}
	item.Points, item.Answer = share, graded(share)
	return item
}

// finding returns the last finding of a measure's kind.
func (f *filler) finding(m *Measure) *models.Finding {
	for i := len(f.in.Findings) - 1; i >= 0; i-- {
		v := &f.in.Findings[i]
		if (v.Kind == m.Finding || strings.HasPrefix(v.Kind, m.Finding+".")) && (m.Party == "" || v.Party == m.Party) {
			return v
		}
	}
	return nil
}

// graded returns the answer for a share of the weight: only the full share
// passes.
func graded(share float64) models.Answer {
	if share == 1 {
		return models.Pass
	}
	return models.Fail
}

func (f *filler) option(options []Option) models.Item {
	for _, o := range options {
		if o.Rule == "" {
			return models.Item{Answer: graded(o.Share), Points: o.Share, Because: o.Label.In(f.language)}
		}
		v, why := f.verdict(o.Rule)
		if v == nil && why == "" {
			continue
		}
		if v == nil || v.Outcome == models.Unsure {
			return models.Item{Rule: o.Rule, Answer: models.AnswerUnsure, Points: 1, Because: why}
		}
		want := o.Is
		if want == "" {
			want = models.Hit
		}
		if v.Outcome == want {
			because := v.Because
			if label := o.Label.In(f.language); label != "" {
				because = label + f.pick(": ", "：") + because
			}
			return models.Item{Rule: o.Rule, Answer: graded(o.Share), Points: o.Share, Because: because, Evidence: v.Evidence}
		}
	}
	return models.Item{Answer: models.Fail, Because: f.pick("no option fits", "没有符合的选项")}
}

func (f *filler) pick(en, zh string) string {
	if f.language == "zh" {
		return zh
	}
	return en
}

// round keeps six digits after the point, so that sums of weights print as
// they were written.
func round(v float64) float64 {
	return math.Round(v*1e6) / 1e6
}
