package qa

import (
	"errors"
	"fmt"
	"slices"

	"earshot/models"
	"earshot/rules"
)

// Decision is what a person says of one question of a filled-in card.
type Decision struct {
	Question string        `json:"question"`
	Answer   models.Answer `json:"answer"` // pass, fail or n/a
	By       string        `json:"by"`
	Reason   string        `json:"reason,omitempty"`
}

// Reviewed is a card with what people decided. The machine's own card stays
// beside it, untouched.
type Reviewed struct {
	Machine models.Scorecard `json:"machine"`
	Final   models.Scorecard `json:"final"`
	Changed []Change         `json:"changed,omitempty"`
}

// Change is an answer that a decision changed.
type Change struct {
	Decision
	Was models.Answer `json:"was"`
}

// Review applies decisions to a filled-in card and works out the final score
// by the same form. The last decision on a question counts. It returns an
// error that wraps models.ErrBadInput if the card was filled in by another
// version of the form, or a decision names no question of it.
func (c *Card) Review(machine *models.Scorecard, decisions []Decision) (*Reviewed, error) {
	if machine.Name != c.ID || machine.By.Hash != c.hash {
		return nil, models.BadInput("scorecard %s version %s (%s) cannot be reviewed by %s version %s (%s): load the form it was filled in with",
			machine.Name, machine.Version, machine.By.Hash, c.ID, c.Version, c.hash)
	}
	out := &Reviewed{Machine: *machine, Final: *machine}
	out.Final.Items = slices.Clone(machine.Items)
	open := map[string]bool{}
	for i := range out.Final.Items {
		item := &out.Final.Items[i]
		item.Points = c.shareOf(i, &machine.Items[i])
		open[item.Question] = item.Answer == models.AnswerUnsure
	}
	for _, d := range decisions {
		i := slices.IndexFunc(out.Final.Items, func(item models.Item) bool { return item.Question == d.Question })
		if i < 0 {
			return nil, models.BadInput("scorecard %s has no question %q", c.ID, d.Question)
		}
		item := &out.Final.Items[i]
		switch d.Answer {
		case models.Pass:
			item.Points = 1
		case models.Fail, models.NA:
			item.Points = 0
		default:
			return nil, models.BadInput("question %s: answer %q: a person says pass, fail or n/a", d.Question, d.Answer)
		}
		open[d.Question] = false
		if item.Answer != d.Answer {
			out.Changed = append(out.Changed, Change{d, item.Answer})
			item.Because = fmt.Sprintf("%s: %s", d.By, d.Reason)
		}
		item.Answer = d.Answer
	}
	c.total(&out.Final)
	// What a person has decided needs no further review.
	out.Final.Review = false
	for _, still := range open {
		out.Final.Review = out.Final.Review || still
	}
	return out, nil
}

// shareOf returns the share of its weight that the i-th item got.
func (c *Card) shareOf(i int, item *models.Item) float64 {
	q := c.question(i)
	switch {
	case item.Answer == models.Pass, item.Answer == models.AnswerUnsure:
		return 1
	case item.Answer == models.NA:
		return 0
	case c.Scheme == Points && q.Points < 0:
		return 1 - item.Points/q.Points
	case c.Scheme == Points && q.Points > 0:
		return item.Points / q.Points
	case q.Weight > 0:
		return item.Points / q.Weight
	}
	return 0
}

// question returns the i-th question of the card.
func (c *Card) question(i int) *Question {
	for k := range c.Sections {
		if n := len(c.Sections[k].Questions); i >= n {
			i -= n
			continue
		}
		return &c.Sections[k].Questions[i]
	}
	return nil
}

// CheckLocks returns an error that wraps models.ErrBadInput if the text of a
// card is not that of the card of the same id and version that was used
// before. used maps "id@version" to the hashes that its scores carry. Cards
// that come with Earshot are left out.
func (s *Set) CheckLocks(used map[string][]string) error {
	var errs []error
	for _, c := range s.cards {
		if !c.shipped && !rules.Locked(used[c.ID+"@"+c.Version], c.hash) {
			errs = append(errs, &rules.Problem{Pos: c.Pos, Message: fmt.Sprintf("scorecard %s version %s has been used with other contents: give it a new version", c.ID, c.Version)})
		}
	}
	return errors.Join(errs...)
}

// Label returns what an answer to a question says of the rule that answers it:
// whether that should hit. Both are empty where the question is answered
// otherwise, or the answer is n/a.
func (c *Card) Label(question string, answer models.Answer) (rule string, label models.Outcome) {
	for i := range c.Sections {
		for k := range c.Sections[i].Questions {
			q := &c.Sections[i].Questions[k]
			if q.ID != question || q.Rule == "" {
				continue
			}
			passes := answer == models.Pass
			switch {
			case answer != models.Pass && answer != models.Fail:
				return q.Rule, ""
			case passes == (q.PassWhen == models.Hit):
				return q.Rule, models.Hit
			}
			return q.Rule, models.Miss
		}
	}
	return "", ""
}
