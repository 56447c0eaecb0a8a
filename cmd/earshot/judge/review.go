package judge

import (
	"context"
	"fmt"
	"os/user"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/warehouse"
)

// ReviewCmd is `earshot review`.
type ReviewCmd struct {
	List   reviewListCmd   `cmd:"" help:"List scorecards that wait for a person, those with most at stake first."`
	Set    reviewSetCmd    `cmd:"" help:"Enter what a person decides about a question or a rule of one conversation."`
	Show   reviewShowCmd   `cmd:"" help:"Show what people decided about one conversation, beside what the machine said."`
	Sheet  reviewSheetCmd  `cmd:"" help:"Print a CSV sheet for people to fill in: what rules say of some conversations, and why."`
	Import reviewImportCmd `cmd:"" help:"Read decisions from a CSV file, such as a filled-in sheet."`
}

type reviewListCmd struct {
	Scorecard string `help:"Only this scorecard."`
	Limit     int    `default:"50" help:"Most rows."`
	Format    string `enum:"table,csv,json" default:"table" help:"table, csv or json."`
}

const reviewQueue = `SELECT f.interaction_id AS interaction_id, f.started AS started, f.agent AS agent, f.scorecard AS scorecard, round(f.machine_score, 1) AS score,
	arrayStringConcat(groupUniqArrayIf(i.question, i.answer = 'unsure'), ', ') AS unsure,
	arrayStringConcat(groupUniqArrayIf(i.question, i.auto_fail), ', ') AS fails_all
FROM final_scores AS f
LEFT JOIN (SELECT interaction_id, scorecard, question, answer, auto_fail FROM score_items WHERE answer = 'unsure' OR auto_fail) AS i
	ON i.interaction_id = f.interaction_id AND i.scorecard = f.scorecard
WHERE f.open AND (f.scorecard = {card:String} OR {card:String} = '')
GROUP BY interaction_id, started, agent, scorecard, score
ORDER BY fails_all = '', score, started, interaction_id, scorecard
LIMIT {limit:UInt32}`

func (c reviewListCmd) Run(ctx context.Context, a *app.App) error {
	store, err := a.ConnectStore(ctx, app.AsAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	t, err := store.Query(ctx, reviewQueue, warehouse.Param("card", c.Scorecard), warehouse.Param("limit", uint32(max(1, c.Limit))))
	if err != nil {
		return err
	}
	return terminal.PrintTable(a.Out, t, c.Format)
}

type reviewSetCmd struct {
	ID        models.ID `arg:"" help:"The interaction's id."`
	Name      string    `arg:"" help:"A question of a scorecard, or a rule."`
	Answer    string    `arg:"" enum:"pass,fail,n/a,hit,miss" help:"Of a question pass, fail or n/a; of a rule hit or miss."`
	Scorecard string    `help:"The scorecard, where several have the question."`
	By        string    `help:"Who decides; default: the user of this machine."`
	Reason    string    `help:"Why."`
}

// Run keeps the decision beside the machine's answer and prints the score that
// counts from now on.
func (c reviewSetCmd) Run(ctx context.Context, a *app.App) error {
	r := models.Review{Interaction: c.ID, At: time.Now().UTC().Truncate(time.Millisecond), By: c.By, Reason: c.Reason, Scorecard: c.Scorecard}
	if u, err := user.Current(); r.By == "" && err == nil {
		r.By = u.Username
	}
	if c.Answer == string(models.Hit) || c.Answer == string(models.Miss) {
		r.Rule, r.Label = c.Name, models.Outcome(c.Answer)
	} else {
		r.Question, r.Answer = c.Name, models.Answer(c.Answer)
	}
	store, err := a.ConnectStore(ctx, app.AsWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	finals, errs, err := newReviewer(a, store).keep(ctx, []entry{{Review: r}})
	if err != nil {
		return err
	}
	if len(errs) > 0 {
		return errs[0]
	}
	fmt.Fprintf(a.Out, "noted: %s %s %s, by %s\n", c.ID, c.Name, c.Answer, r.By)
	for _, f := range finals {
		printFinal(a, f)
	}
	return nil
}

func printFinal(a *app.App, f models.FinalScore) {
	state := "not passed"
	switch {
	case f.AutoFail:
		state = "auto-fail"
	case f.Passed:
		state = "passed"
	}
	fmt.Fprintf(a.Out, "%s: the machine says %.1f; after review %.1f, %s, %s changed", f.Scorecard, f.Machine, f.Score, state, terminal.Counted(f.Changed, "answer"))
	if f.Open {
		fmt.Fprint(a.Out, "; some answers still wait for a person")
	}
	fmt.Fprintln(a.Out)
}

type reviewShowCmd struct {
	ID     models.ID `arg:"" help:"The interaction's id."`
	Format string    `enum:"table,csv,json" default:"table" help:"table, csv or json."`
}

func (c reviewShowCmd) Run(ctx context.Context, a *app.App) error {
	store, err := a.ConnectStore(ctx, app.AsWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	reviews, err := store.Reviews(ctx, c.ID)
	if err != nil {
		return err
	}
	t := models.Table{Columns: terminal.Columns("at", "by", "scorecard", "question", "rule", "machine", "decided", "reason"), Rows: [][]any{}}
	for _, r := range reviews {
		decided := string(r.Answer)
		if decided == "" {
			decided = string(r.Label)
		}
		t.Rows = append(t.Rows, []any{r.At, r.By, r.Scorecard, r.Question, r.Rule, r.Machine, decided, r.Reason})
	}
	if err := terminal.PrintTable(a.Out, t, c.Format); err != nil || c.Format != "table" {
		return err
	}
	finals, err := store.FinalScores(ctx, c.ID)
	for _, f := range finals {
		printFinal(a, f)
	}
	return err
}
