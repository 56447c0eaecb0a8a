package judge

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
)

type reviewImportCmd struct {
	File  string `arg:"" type:"existingfile" help:"CSV with a header line. Columns: interaction_id, rule or question, verdict; and where they help scorecard, reviewer, at, reason."`
	By    string `help:"Who decided, where the file has no column reviewer."`
	Draft string `type:"existingpath" placeholder:"DRAFT" help:"Folder or file of a draft whose rules were judged."`
}

// maxShown is how many lines that were left out are named.
const maxShown = 20

// Run keeps every line that makes sense, and names the others. The same file
// again changes nothing.
func (c reviewImportCmd) Run(ctx context.Context, a *app.App) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	entries, wrong, err := readReviews(filepath.Base(c.File), data, c.By, info.ModTime())
	if err != nil {
		return err
	}
	store, err := a.ConnectStore(ctx, app.AsWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	reviewer := newReviewer(a, store)
	if c.Draft != "" {
		live, err := a.LoadBook()
		if err != nil {
			return err
		}
		if reviewer.draft, err = readDraft(a, live, c.Draft, ""); err != nil {
			return err
		}
	}
	finals, more, err := reviewer.keep(ctx, entries)
	if err != nil {
		return err
	}
	for i, e := range append(wrong, more...) {
		if i == maxShown {
			fmt.Fprintf(a.Err, "and %d more\n", len(wrong)+len(more)-i)
			break
		}
		fmt.Fprintln(a.Err, "left out:", e)
	}
	fmt.Fprintf(a.Out, "%s kept, %d left out; %s changed\n", terminal.Counted(len(entries)-len(more), "decision"), len(wrong)+len(more), terminal.Counted(changedScores(finals), "score"))
	if len(wrong)+len(more) > 0 {
		return app.ExitError(1)
	}
	return nil
}

func changedScores(finals []models.FinalScore) int {
	n := 0
	for _, f := range finals {
		if f.Score != f.Machine {
			n++
		}
	}
	return n
}

// The columns of a sheet of decisions, and other names they go by.
var reviewColumns = map[string]string{
	"interaction_id": "interaction_id", "id": "interaction_id", "会话": "interaction_id", "会话id": "interaction_id",
	"rule": "rule", "规则": "rule", "question": "question", "题目": "question", "scorecard": "scorecard", "评分表": "scorecard",
	"verdict": "verdict", "answer": "verdict", "label": "verdict", "结论": "verdict", "人工结论": "verdict",
	"reviewer": "reviewer", "by": "reviewer", "质检员": "reviewer", "复核人": "reviewer",
	"at": "at", "reviewed_at": "at", "时间": "at", "reason": "reason", "理由": "reason", "备注": "reason",
}

// The words for verdicts.
var reviewVerdicts = map[string]string{
	"hit": "hit", "yes": "hit", "1": "hit", "true": "hit", "命中": "hit", "是": "hit",
	"miss": "miss", "no": "miss", "0": "miss", "false": "miss", "未命中": "miss", "否": "miss",
	"pass": "pass", "通过": "pass", "合格": "pass", "fail": "fail", "不通过": "fail", "不合格": "fail", "n/a": "n/a", "na": "n/a", "不适用": "n/a",
}

// readReviews reads a sheet of decisions. Lines without a verdict have not been
// filled in and are passed over; those that cannot be read are in wrong.
func readReviews(file string, data []byte, by string, at time.Time) (entries []entry, wrong []error, err error) {
	sheet, err := terminal.OpenSheet(file, data, reviewColumns)
	if err != nil {
		return nil, nil, err
	}
	if !sheet.Has("interaction_id") || !sheet.Has("verdict") || !sheet.Has("rule") && !sheet.Has("question") {
		return nil, nil, models.BadInput("%s:1: want the columns interaction_id, verdict, and rule or question; found %s", file, strings.Join(sheet.Header, ", "))
	}
	wrong, err = sheet.EachRow(func(r terminal.Row) error {
		e := entry{at: fmt.Sprintf("%s:%d", file, r.Line)}
		skip, err := e.fill(r.Get, by, at)
		if err == nil && !skip {
			entries = append(entries, e)
		}
		return err
	})
	return entries, wrong, err
}

// fill reads a decision from the fields of a line; skip if there is none.
func (e *entry) fill(field func(string) string, by string, at time.Time) (skip bool, err error) {
	text := strings.ToLower(field("verdict"))
	if text == "" {
		return true, nil
	}
	e.Interaction, e.Scorecard, e.Question, e.Rule = models.ID(field("interaction_id")), field("scorecard"), field("question"), field("rule")
	e.By, e.Reason, e.At = field("reviewer"), field("reason"), at.UTC().Truncate(time.Millisecond)
	if err := e.Interaction.Validate(); err != nil {
		return false, e.wrong("%w", err)
	}
	if e.By == "" {
		e.By = by
	}
	if e.By == "" {
		return false, e.wrong("nobody is named as reviewer: fill in the column reviewer, or give --by")
	}
	if when := field("at"); when != "" {
		if e.At, err = terminal.ParseWhen(when); err != nil {
			return false, e.wrong("%w", err)
		}
	}
	verdict, ok := reviewVerdicts[text]
	if !ok {
		return false, e.wrong("verdict %q: want hit or miss of a rule; pass, fail or n/a of a question", text)
	}
	switch verdict {
	case "hit", "miss":
		if e.Rule == "" {
			return false, e.wrong("verdict %s, but no rule is named", verdict)
		}
		e.Question, e.Scorecard, e.Label = "", "", models.Outcome(verdict)
	default:
		if e.Question == "" {
			return false, e.wrong("verdict %s, but no question is named", verdict)
		}
		e.Rule, e.Answer = "", models.Answer(verdict)
	}
	return false, nil
}
