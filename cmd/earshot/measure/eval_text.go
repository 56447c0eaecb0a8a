// Package measure holds the commands that measure: a step against labelled data,
// models on this machine, and made-up histories to measure on.
package measure

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/eval"
	"earshot/models"
	"earshot/nlp"
	"earshot/nlp/lexicons"
)

// EvalCmd is `earshot eval`.
type EvalCmd struct {
	ASR          evalASRCmd          `cmd:"" name:"asr" help:"Speech: word error rate for English, character error rate for Chinese."`
	Languages    evalLanguagesCmd    `cmd:"" help:"Speech that changes its language in the middle: what that costs."`
	Parties      evalPartiesCmd      `cmd:"" help:"Parties that share a channel: how well they are told apart."`
	Words        evalWordsCmd        `cmd:"" help:"Lexicon words: recall and false hits."`
	Arousal      evalArousalCmd      `cmd:"" help:"Raised, higher and faster voices in made-up calls: how far scores can be trusted."`
	Emotion      evalEmotionCmd      `cmd:"" help:"Feelings: precision, recall and F1 by class."`
	Facts        evalFactsCmd        `cmd:"" help:"What happened in a conversation: greeting, reason, outcome and the like."`
	Satisfaction evalSatisfactionCmd `cmd:"" help:"Predicted satisfaction: rank correlation with given scores."`
	Redact       evalRedactCmd       `cmd:"" help:"Private data: recall, precision and F2 by type."`
	Topics       evalTopicsCmd       `cmd:"" help:"Topics found in made-up histories: purity, mutual information, Rand index."`
	Store        evalStoreCmd        `cmd:"" help:"The running store: times of reports and searches, size of turns."`
	Speed        evalSpeedCmd        `cmd:"" help:"The text steps: documents a second on one core."`
	Bursts       evalBurstsCmd       `cmd:"" help:"The burst alarm over generated months: planted bursts found, false alarms."`
	Summary      evalSummaryCmd      `cmd:"" help:"Summaries: share of facts told, valid citations, length."`
}

// labelled is where the labelled data is, and how to print what came out.
type labelled struct {
	Data string `required:"" type:"existingfile" help:"JSON Lines with labels; docs/benchmarks.md shows the forms."`
	JSON bool   `name:"json" help:"Print JSON, details included."`
}

func readLabelled[T any](l labelled) ([]T, error) {
	f, err := os.Open(l.Data)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	items, err := eval.ReadLines[T](f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.Data, err)
	}
	return items, nil
}

// print prints the whole report as JSON, or what matters of it as a table.
func (l labelled) print(a *app.App, report any, t models.Table) error {
	if !l.JSON {
		return terminal.PrintTable(a.Out, t, "table")
	}
	out := json.NewEncoder(a.Out)
	out.SetIndent("", "  ")
	return out.Encode(report)
}

type evalWordsCmd struct {
	labelled
	Lexicons bool `help:"Look for the phrases of the lexicons in use, not for the words that the data names."`
}

// Run looks for the words that the data names, whether a lexicon has them or
// not: it measures the search. What the lexicons find stands beside it. Data
// that names no word at all, and --lexicons, measure the lexicons.
func (c evalWordsCmd) Run(a *app.App) error {
	items, err := readLabelled[eval.WordsItem](c.labelled)
	if err != nil {
		return err
	}
	step, err := a.NewDetectors()
	if err != nil {
		return err
	}
	r := eval.Words(items, wordsIn(items, step.Words))
	words := eval.Vocabulary(items)
	if !c.Lexicons && len(words) > 0 {
		inUse := r
		search, err := nlp.Only(a.Config.NLP, lexicons.Vocabulary("data", "zh", words))
		if err != nil {
			return fmt.Errorf("%s: %w", c.Data, err)
		}
		r = eval.Words(items, wordsIn(items, search.Words))
		found := make([][]eval.FoundWord, len(items))
		for i, item := range items {
			found[i] = eval.Plainly(item.Text, words)
		}
		plain := eval.Words(items, found)
		r.Vocabulary, r.Plain, r.Lexicons = len(words), &plain, &inUse
	}
	t := models.Table{Columns: terminal.Columns("searched", "texts", "expected", "recall", "precision", "false hits", "per million characters", "in clean texts")}
	add := func(name string, r *eval.WordsReport) {
		if r != nil {
			t.Rows = append(t.Rows, []any{name, r.N, r.Expected, r.Recall, r.Precision, r.FalseHits, r.PerMillion, r.CleanHits})
		}
	}
	name := "lexicons in use"
	if r.Vocabulary > 0 {
		name = fmt.Sprintf("%d %s of the data", r.Vocabulary, terminal.Plural(r.Vocabulary, "word"))
	}
	add(name, &r)
	add("the same, plainly", r.Plain)
	add("lexicons in use", r.Lexicons)
	return c.print(a, r, t)
}

func wordsIn(items []eval.WordsItem, search func(string) []lexicons.Match) [][]eval.FoundWord {
	found := make([][]eval.FoundWord, len(items))
	for i, item := range items {
		for _, m := range search(item.Text) {
			found[i] = append(found[i], eval.FoundWord{From: m.From, To: m.To, Word: m.Word, Score: m.Score})
		}
	}
	return found
}

type evalEmotionCmd struct{ labelled }

func (c evalEmotionCmd) Run(a *app.App) error {
	items, err := readLabelled[eval.EmotionItem](c.labelled)
	if err != nil {
		return err
	}
	step, err := a.NewDetectors()
	if err != nil {
		return err
	}
	felt := make([]eval.FeltAs, len(items))
	for i, item := range items {
		sentiment, names := step.Feel(item.Text)
		felt[i] = eval.FeltAs{Label: sentiment.Label(), Names: names}
	}
	r := eval.Emotion(items, felt)
	t := countsTable("class", r.Classes)
	t.Rows = append(t.Rows, []any{"macro", nil, nil, nil, r.Precision, r.Recall, r.MacroF1})
	return c.print(a, r, t)
}

// countsTable is a row for each name, in their order.
func countsTable(title string, counts map[string]*eval.Counts) models.Table {
	t := models.Table{Columns: terminal.Columns(title, "right", "false", "missed", "precision", "recall", "F1")}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		n := counts[name]
		t.Rows = append(t.Rows, []any{name, n.True, n.False, n.Missed, n.Precision, n.Recall, n.F1})
	}
	return t
}

type evalSatisfactionCmd struct{ labelled }

func (c evalSatisfactionCmd) Run(ctx context.Context, a *app.App) error {
	items, err := readLabelled[eval.SatisfactionItem](c.labelled)
	if err != nil {
		return err
	}
	step, err := a.NewDetectors()
	if err != nil {
		return err
	}
	predicted := make([]float64, len(items))
	for i, item := range items {
		transcript, err := transcriptOf(item.Turns)
		if err != nil {
			return fmt.Errorf("%s: conversation %d: %w", c.Data, i+1, err)
		}
		if value, _, ok := step.Satisfaction(ctx, transcript); ok {
			predicted[i] = value
		} else {
			predicted[i] = 3
		}
	}
	r := eval.Satisfaction(items, predicted)
	t := models.Table{Columns: terminal.Columns("n", "Spearman", "Pearson", "mean predicted"), Rows: [][]any{{r.N, r.Spearman, r.Pearson, r.Mean}}}
	return c.print(a, r, t)
}

// transcriptOf makes a transcript of the turns of a conversation. No times are
// given; any that keep the order will do.
func transcriptOf(turns []eval.LabelledTurn) (*models.Transcript, error) {
	t := &models.Transcript{Grade: models.GradeText, Turns: []models.Turn{}}
	for n, turn := range turns {
		at := models.Millis(n) * 10_000
		t.Turns = append(t.Turns, models.Turn{Party: models.Party(turn.Party), Text: turn.Text, Start: at, End: at + 5000})
	}
	return t, t.Validate()
}
