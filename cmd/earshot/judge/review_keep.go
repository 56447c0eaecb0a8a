package judge

import (
	"context"
	"slices"

	"earshot/cmd/earshot/app"
	"earshot/models"
	"earshot/qa"
	"earshot/qa/releases"
	"earshot/warehouse"
)

// entry is a decision to be kept, and where it was read.
type entry struct {
	models.Review
	at string // such as labels.csv:12, "" if it was typed in
}

func (e *entry) wrong(format string, args ...any) error {
	if e.at != "" {
		format = e.at + ": " + format
	}
	return models.BadInput(format, args...)
}

// reviewer checks decisions against what is stored, keeps them, and works out
// the scores that they come to.
type reviewer struct {
	app   *app.App
	store *warehouse.Warehouse
	books []*qa.Set // the scorecards that count, then earlier ones as they are needed
	tried int       // publications whose scorecards are in books
	draft *draft    // that decisions may be about as well, nil for none
}

// knows reports whether there is a rule that people can judge by, though it has
// not said anything of a conversation yet.
func (r *reviewer) knows(rule string) (bool, error) {
	if r.draft != nil && r.draft.rules.Rule(rule) != nil {
		return true, nil
	}
	set, _, err := r.app.LoadRules()
	return err == nil && set.Rule(rule) != nil, err
}

func newReviewer(a *app.App, store *warehouse.Warehouse) *reviewer {
	return &reviewer{app: a, store: store}
}

// reviewAtOnce is how many conversations are looked at together.
const reviewAtOnce = 500

// keep keeps the entries that make sense, and returns the scores they come to
// and what is wrong with the others.
func (r *reviewer) keep(ctx context.Context, entries []entry) (finals []models.FinalScore, wrong []error, err error) {
	byID := map[models.ID][]*entry{}
	var order []models.ID
	for i := range entries {
		id := entries[i].Interaction
		if byID[id] == nil {
			order = append(order, id)
		}
		byID[id] = append(byID[id], &entries[i])
	}
	for ids := range slices.Chunk(order, reviewAtOnce) {
		before, err := r.store.Reviews(ctx, ids...)
		if err != nil {
			return finals, wrong, err
		}
		decided := map[models.ID][]models.Review{}
		for _, v := range before {
			decided[v.Interaction] = append(decided[v.Interaction], v)
		}
		var reviews []models.Review
		var scores []models.FinalScore
		found := map[models.ID]bool{}
		err = r.store.Each(ctx, warehouse.Filter{IDs: ids}, func(in *models.Interaction, _ models.Revision) error {
			found[in.ID] = true
			fresh, bad, err := r.complete(in, byID[in.ID])
			if err != nil {
				return err
			}
			wrong = append(wrong, bad...)
			reviews = append(reviews, fresh...)
			more, err := r.final(in, append(decided[in.ID], fresh...), fresh)
			scores = append(scores, more...)
			return err
		})
		if err != nil {
			return finals, wrong, err
		}
		for _, id := range ids {
			if !found[id] {
				wrong = append(wrong, byID[id][0].wrong("no result of interaction %s is stored", id))
			}
		}
		if err := r.store.Reviewed(ctx, reviews, scores); err != nil {
			return finals, wrong, err
		}
		finals = append(finals, scores...)
	}
	return finals, wrong, nil
}

// complete adds to decisions on one conversation what the machine had said.
func (r *reviewer) complete(in *models.Interaction, entries []*entry) (reviews []models.Review, wrong []error, err error) {
	for _, e := range entries {
		v := e.Review
		if v.Question == "" {
			i := slices.IndexFunc(in.Verdicts, func(w models.Verdict) bool { return w.Rule == v.Rule })
			if i >= 0 {
				w := &in.Verdicts[i]
				v.Machine, v.Version, v.Hash = string(w.Outcome), w.Version, w.By.Hash
			} else if known, err := r.knows(v.Rule); err != nil {
				return nil, nil, err
			} else if !known {
				wrong = append(wrong, e.wrong("there is no rule %q; name the draft it is in with --draft", v.Rule))
				continue
			}
			reviews = append(reviews, v)
			continue
		}
		card, item, bad := findItem(in, e)
		if bad != nil {
			wrong = append(wrong, bad)
			continue
		}
		v.Scorecard, v.Machine, v.Version, v.Hash = card.Name, string(item.Answer), card.Version, card.By.Hash
		form, err := r.form(card)
		if err != nil {
			return nil, nil, err
		}
		if form == nil {
			wrong = append(wrong, e.wrong("scorecard %s version %s of %s was filled in with a form that is gone: score it again with `earshot rescore %s`", card.Name, card.Version, in.ID, in.ID))
			continue
		}
		v.Rule, v.Label = form.Label(v.Question, v.Answer)
		reviews = append(reviews, v)
	}
	return reviews, wrong, nil
}

// findItem returns the machine's answer that a decision is about.
func findItem(in *models.Interaction, e *entry) (*models.Scorecard, *models.Item, error) {
	var card *models.Scorecard
	var item *models.Item
	for i := range in.Scorecards {
		c := &in.Scorecards[i]
		if e.Scorecard != "" && c.Name != e.Scorecard {
			continue
		}
		for k := range c.Items {
			if c.Items[k].Question != e.Question {
				continue
			}
			if card != nil {
				return nil, nil, e.wrong("both %s and %s of %s ask %q: say which scorecard", card.Name, c.Name, in.ID, e.Question)
			}
			card, item = c, &c.Items[k]
		}
	}
	if card == nil {
		return nil, nil, e.wrong("no scorecard of %s asks %q; `earshot show %s` lists the questions", in.ID, e.Question, in.ID)
	}
	return card, item, nil
}

// final works out the scores of the cards that fresh decisions touch, from all
// decisions on them.
func (r *reviewer) final(in *models.Interaction, all, fresh []models.Review) ([]models.FinalScore, error) {
	slices.SortStableFunc(all, func(a, b models.Review) int { return a.At.Compare(b.At) })
	var out []models.FinalScore
	for i := range in.Scorecards {
		card := &in.Scorecards[i]
		if !slices.ContainsFunc(fresh, func(v models.Review) bool { return v.Scorecard == card.Name }) {
			continue
		}
		form, err := r.form(card)
		if err != nil {
			return nil, err
		}
		f := models.FinalScore{Interaction: in.ID, Scorecard: card.Name, Version: card.Version, Hash: card.By.Hash, Machine: card.Score}
		var decisions []qa.Decision
		for _, v := range all {
			asked := slices.ContainsFunc(card.Items, func(item models.Item) bool { return item.Question == v.Question })
			if v.Scorecard == card.Name && asked { // an earlier version may have asked more
				decisions = append(decisions, qa.Decision{Question: v.Question, Answer: v.Answer, By: v.By, Reason: v.Reason})
				f.At, f.By = v.At, v.By
			}
		}
		reviewed, err := form.Review(card, decisions)
		if err != nil {
			return nil, err
		}
		f.Score, f.Passed, f.AutoFail, f.Open, f.Changed = reviewed.Final.Score, reviewed.Final.Passed, reviewed.Final.AutoFail, reviewed.Final.Review, len(reviewed.Changed)
		out = append(out, f)
	}
	return out, nil
}

// form returns the form that a card was filled in with, nil if it is gone: it
// looks among what counts, then among what was published before.
func (r *reviewer) form(card *models.Scorecard) (*qa.Card, error) {
	if r.books == nil {
		_, cards, err := r.app.LoadRules()
		if err != nil {
			return nil, err
		}
		r.books = []*qa.Set{cards}
	}
	for i := 0; ; i++ {
		if i == len(r.books) {
			more, err := r.earlier()
			if err != nil || more == nil {
				return nil, err
			}
			r.books = append(r.books, more)
		}
		if c := r.books[i].Card(card.Name); c != nil && c.Hash() == card.By.Hash {
			return c, nil
		}
	}
}

// earlier returns the scorecards of the next older publication, nil after the
// first.
func (r *reviewer) earlier() (*qa.Set, error) {
	all, err := r.app.Published().List()
	if err != nil {
		return nil, err
	}
	for r.tried <= len(all) {
		layers, gates := []releases.Layer(nil), (*releases.Release)(nil) // before the first publication
		if r.tried < len(all) {
			gates = &all[len(all)-1-r.tried]
			layers = releases.LayersOf(gates)
		}
		r.tried++
		// One that this Earshot cannot read any more has no form to offer.
		if _, cards, err := r.app.Compile(layers, gates); err == nil {
			return cards, nil
		}
	}
	return nil, nil
}
