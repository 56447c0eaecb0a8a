package app

import (
	"fmt"

	"earshot/brief"
	"earshot/nlp"
	"earshot/report"
)

// NameCauses has reports and words call causes as the taxonomy of the
// configuration does.
func (a *App) NameCauses() error {
	if a.Config.NLP.Causes == "" {
		return nil
	}
	causes, err := nlp.ReadTaxonomy(a.Config.NLP.Causes)
	if err != nil {
		return fmt.Errorf("nlp.causes: %w", err)
	}
	report.SetPaths(causes.Names())
	brief.SetNames(causes.Names())
	return nil
}

// Names returns the words that rules, scorecards and their sections and
// questions have in a language today. Where the rulebook cannot be read,
// reports call them by their codes.
func (a *App) Names(language string) report.Names {
	set, cards, err := a.LoadRules()
	if err != nil {
		a.Log.Warn("reports call rules and questions by their codes: the rulebook cannot be read", "err", err)
		return nil
	}
	names := report.Names{"rule": {}, "question": {}, "section": {}, "scorecard": {}}
	for _, r := range set.Rules() {
		names["rule"][r.ID] = r.Name.In(language)
	}
	for _, c := range cards.Cards() {
		names["scorecard"][c.ID] = c.Title.In(language)
		for _, s := range c.Sections {
			names.Add("section", s.ID, s.Title.In(language))
			for _, q := range s.Questions {
				names.Add("question", q.ID, q.Text.In(language))
			}
		}
	}
	return names
}
