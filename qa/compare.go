package qa

import (
	"cmp"
	"iter"
	"maps"
	"math"
	"slices"

	"earshot/models"
	"earshot/rules"
)

// Comparison runs a draft of rules and scorecards beside the live ones over
// the same conversations: over stored ones to back-test it before it counts,
// over new ones as a shadow. It changes nothing in them; what it finds out is
// in its Report. It is for one goroutine.
type Comparison struct {
	live, draft *Set
	labels      Labels
	report      Report
	rules       map[string]*RuleReport
	cards       map[string]*CardReport
}

// Labels holds what people say: by conversation and rule, whether it hits.
type Labels map[models.ID]map[string]bool

// Report is what a Comparison found.
type Report struct {
	Interactions int          `json:"interactions"`
	Skipped      int          `json:"skipped,omitempty"` // had no transcript
	Rules        []RuleReport `json:"rules"`
	Cards        []CardReport `json:"cards"`
	Diffs        []Diff       `json:"diffs"`
	ScoreDiffs   []ScoreDiff  `json:"score_diffs"`
	More         int          `json:"more,omitempty"` // differences beyond those listed
}

// Standing says how something of the draft stands to the live set.
type Standing string

// The standings.
const (
	Same    Standing = "same"
	Added   Standing = "added"
	Changed Standing = "changed"
	Removed Standing = "removed"
)

// RuleReport compares one rule. Agreement with people is counted where there
// are labels.
type RuleReport struct {
	Rule        string    `json:"rule"`
	Standing    Standing  `json:"standing"`
	LiveVersion string    `json:"live_version,omitempty"`
	Version     string    `json:"version,omitempty"`
	Live        Outcomes  `json:"live"`
	Draft       Outcomes  `json:"draft"`
	Differ      int       `json:"differ"` // conversations with another outcome, where none counts as a miss
	LiveHuman   Agreement `json:"live_human"`
	Human       Agreement `json:"human"`
	Figures     Figures   `json:"figures"` // of Human
}

// Outcomes counts a rule's verdicts.
type Outcomes struct {
	Applied int `json:"applied"`
	Hits    int `json:"hits"`
	Unsure  int `json:"unsure"`
}

// Figures are what an Agreement comes to; null where there is nothing to work
// them out from.
type Figures struct {
	N         int      `json:"n"`
	Precision *float64 `json:"precision"`
	Recall    *float64 `json:"recall"`
	Kappa     *float64 `json:"kappa"`
	AC1       *float64 `json:"ac1"`
}

// CardReport compares one scorecard.
type CardReport struct {
	Card      string   `json:"card"`
	Standing  Standing `json:"standing"`
	Live      Scores   `json:"live"`
	Draft     Scores   `json:"draft"`
	Both      int      `json:"both"`       // filled in by both
	Differ    int      `json:"differ"`     // of these, with another score
	MeanShift float64  `json:"mean_shift"` // draft less live, over both
	Up        int      `json:"up"`
	Down      int      `json:"down"`
	Passing   int      `json:"passing"` // failed before, pass now
	Failing   int      `json:"failing"` // passed before, fail now
	shift     float64
}

// Scores sums up the scores of a card.
type Scores struct {
	N        int     `json:"n"`
	Mean     float64 `json:"mean"`
	Passed   int     `json:"passed"`
	AutoFail int     `json:"auto_fail"`
	Review   int     `json:"review"`
	sum      float64
}

// Diff is a conversation in which a rule of the draft says something else.
type Diff struct {
	ID       models.ID         `json:"id"`
	Rule     string            `json:"rule"`
	Live     models.Outcome    `json:"live,omitempty"` // empty: there is none
	Draft    models.Outcome    `json:"draft,omitempty"`
	Was      string            `json:"was,omitempty"`     // why the live rule says so
	Because  string            `json:"because,omitempty"` // why the draft says so
	Evidence []models.Evidence `json:"evidence,omitempty"`
	Human    *bool             `json:"human,omitempty"`
}

// ScoreDiff is a conversation with another score.
type ScoreDiff struct {
	ID    models.ID `json:"id"`
	Card  string    `json:"card"`
	Live  float64   `json:"live"`
	Draft float64   `json:"draft"`
}

// maxDiffs is how many differences of each sort a report lists.
const maxDiffs = 10_000

// NewComparison compares draft with live; labels may be nil.
func NewComparison(live, draft *Set, labels Labels) *Comparison {
	c := &Comparison{live: live, draft: draft, labels: labels, rules: map[string]*RuleReport{}, cards: map[string]*CardReport{},
		report: Report{Diffs: []Diff{}, ScoreDiffs: []ScoreDiff{}}}
	for _, r := range live.rules.Rules() {
		c.rules[r.ID] = &RuleReport{Rule: r.ID, Standing: Removed, LiveVersion: r.Version}
	}
	for _, r := range draft.rules.Rules() {
		old := live.rules.Rule(r.ID)
		switch {
		case old == nil:
			c.rules[r.ID] = &RuleReport{Rule: r.ID, Standing: Added}
		case old.Hash() == r.Hash():
			c.rules[r.ID].Standing = Same
		default:
			c.rules[r.ID].Standing = Changed
		}
		c.rules[r.ID].Version = r.Version
	}
	for _, card := range live.cards {
		c.cards[card.ID] = &CardReport{Card: card.ID, Standing: Removed}
	}
	for _, card := range draft.cards {
		old := live.Card(card.ID)
		switch {
		case old == nil:
			c.cards[card.ID] = &CardReport{Card: card.ID, Standing: Added}
		case old.hash == card.hash:
			c.cards[card.ID].Standing = Same
		default:
			c.cards[card.ID].Standing = Changed
		}
	}
	return c
}

// Backtest compares over a stream of conversations, which need transcripts and
// findings but neither audio nor verdicts. It ends at the stream's first error.
func Backtest(live, draft *Set, stream iter.Seq2[*models.Interaction, error], labels Labels) (*Report, error) {
	c := NewComparison(live, draft, labels)
	for in, err := range stream {
		if err != nil {
			return nil, err
		}
		c.Add(in)
	}
	return c.Report(), nil
}

// Add compares over one more conversation, which it leaves as it is.
func (c *Comparison) Add(in *models.Interaction) { c.Count(c.Judge(in)) }

// Judged is what both sets say of one conversation.
type Judged struct {
	ID          models.ID
	live, draft *judgement // nil without a transcript
}

type judgement struct {
	verdicts []models.Verdict
	cards    []models.Scorecard
}

// Judge asks both sets about a conversation, which it leaves as it is. It may
// be called from many goroutines.
func (c *Comparison) Judge(in *models.Interaction) Judged {
	if in.Transcript == nil {
		return Judged{ID: in.ID}
	}
	return Judged{in.ID, c.live.judge(in), c.draft.judge(in)}
}

func (s *Set) judge(in *models.Interaction) *judgement {
	judged := *in
	judged.Verdicts = s.rules.Evaluate(in)
	return &judgement{judged.Verdicts, s.Score(&judged)}
}

// Count adds what was judged to the report.
func (c *Comparison) Count(j Judged) {
	c.report.Interactions++
	if j.live == nil {
		c.report.Skipped++
		return
	}
	byRule := map[string][2]*models.Verdict{}
	for i := range j.live.verdicts {
		byRule[j.live.verdicts[i].Rule] = [2]*models.Verdict{&j.live.verdicts[i], nil}
	}
	for i := range j.draft.verdicts {
		pair := byRule[j.draft.verdicts[i].Rule]
		pair[1] = &j.draft.verdicts[i]
		byRule[j.draft.verdicts[i].Rule] = pair
	}
	for _, id := range slices.Sorted(maps.Keys(byRule)) {
		c.rule(j.ID, id, byRule[id][0], byRule[id][1])
	}
	c.scores(j.ID, j.live.cards, j.draft.cards)
}

func (c *Comparison) rule(id models.ID, rule string, live, draft *models.Verdict) {
	r := c.rules[rule]
	human, labelled := c.labels[id][rule]
	count := func(o *Outcomes, a *Agreement, v *models.Verdict) models.Outcome {
		if v == nil {
			return ""
		}
		o.Applied++
		switch v.Outcome {
		case models.Hit:
			o.Hits++
		case models.Unsure:
			o.Unsure++
		}
		if labelled {
			if v.Outcome == models.Unsure {
				a.Unsure++
			} else {
				a.add(v.Outcome == models.Hit, human)
			}
		}
		return v.Outcome
	}
	was, now := count(&r.Live, &r.LiveHuman, live), count(&r.Draft, &r.Human, draft)
	if cmp.Or(was, models.Miss) == cmp.Or(now, models.Miss) {
		return // a rule that is not there says as much as one that misses
	}
	r.Differ++
	if len(c.report.Diffs) >= maxDiffs {
		c.report.More++
		return
	}
	d := Diff{ID: id, Rule: rule, Live: was, Draft: now}
	if live != nil {
		d.Was, d.Evidence = live.Because, live.Evidence
	}
	if draft != nil {
		d.Because, d.Evidence = draft.Because, draft.Evidence
	}
	if labelled {
		d.Human = &human
	}
	c.report.Diffs = append(c.report.Diffs, d)
}

func (c *Comparison) scores(id models.ID, live, draft []models.Scorecard) {
	was := map[string]*models.Scorecard{}
	for i := range live {
		was[live[i].Name] = &live[i]
		c.cards[live[i].Name].Live.add(&live[i])
	}
	for i := range draft {
		now := &draft[i]
		r := c.cards[now.Name]
		r.Draft.add(now)
		old := was[now.Name]
		if old == nil {
			continue
		}
		r.Both++
		r.shift += now.Score - old.Score
		if old.Passed != now.Passed {
			if now.Passed {
				r.Passing++
			} else {
				r.Failing++
			}
		}
		if old.Score == now.Score {
			continue
		}
		r.Differ++
		if now.Score > old.Score {
			r.Up++
		} else {
			r.Down++
		}
		if len(c.report.ScoreDiffs) >= maxDiffs {
			c.report.More++
			continue
		}
		c.report.ScoreDiffs = append(c.report.ScoreDiffs, ScoreDiff{id, now.Name, old.Score, now.Score})
	}
}

func (s *Scores) add(card *models.Scorecard) {
	s.N++
	s.sum += card.Score
	if card.Passed {
		s.Passed++
	}
	if card.AutoFail {
		s.AutoFail++
	}
	if card.Review {
		s.Review++
	}
}

// Report returns what was found so far, ordered by rule, card and the order of
// conversations.
func (c *Comparison) Report() *Report {
	out := c.report
	out.Diffs, out.ScoreDiffs = slices.Clone(out.Diffs), slices.Clone(out.ScoreDiffs)
	for _, id := range slices.Sorted(maps.Keys(c.rules)) {
		r := *c.rules[id]
		r.Figures = r.Human.Figures()
		out.Rules = append(out.Rules, r)
	}
	for _, id := range slices.Sorted(maps.Keys(c.cards)) {
		r := *c.cards[id]
		for _, s := range []*Scores{&r.Live, &r.Draft} {
			if s.N > 0 {
				s.Mean = round(s.sum / float64(s.N))
			}
		}
		if r.Both > 0 {
			r.MeanShift = round(r.shift / float64(r.Both))
		}
		out.Cards = append(out.Cards, r)
	}
	return &out
}

// Figures returns what the agreement comes to.
func (a *Agreement) Figures() Figures {
	f := Figures{N: a.N()}
	for _, v := range []struct {
		to   **float64
		from float64
	}{{&f.Precision, a.Precision()}, {&f.Recall, a.Recall()}, {&f.Kappa, a.Kappa()}, {&f.AC1, a.AC1()}} {
		if !math.IsNaN(v.from) && !math.IsInf(v.from, 0) {
			value := round(v.from)
			*v.to = &value
		}
	}
	return f
}

// Rules returns the rules that the set's cards are answered by.
func (s *Set) Rules() *rules.Set { return s.rules }
