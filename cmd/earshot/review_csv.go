package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"earshot/models"
	"earshot/report"
	"earshot/warehouse"
)

type reviewImportCmd struct {
	File string `arg:"" type:"existingfile" help:"CSV with a header line. Columns: interaction_id, rule or question, verdict; and where they help scorecard, reviewer, at, reason."`
	By   string `help:"Who decided, where the file has no column reviewer."`
}

// Run keeps every line that makes sense, and names the others. The same file
// again changes nothing.
func (c reviewImportCmd) Run(ctx context.Context, a *app) error {
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
	store, err := a.connectStore(ctx, asWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	finals, more, err := a.newReviewer(store).keep(ctx, entries)
	if err != nil {
		return err
	}
	for _, e := range append(wrong, more...) {
		fmt.Fprintln(a.err, "left out:", e)
	}
	fmt.Fprintf(a.out, "%s kept, %d left out; %s changed\n", counted(len(entries)-len(more), "decision"), len(wrong)+len(more), counted(changedScores(finals), "score"))
	if len(wrong)+len(more) > 0 {
		return exitError(1)
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
	sheet, err := openSheet(file, data, reviewColumns)
	if err != nil {
		return nil, nil, err
	}
	if !sheet.has("interaction_id") || !sheet.has("verdict") || !sheet.has("rule") && !sheet.has("question") {
		return nil, nil, models.BadInput("%s:1: want the columns interaction_id, verdict, and rule or question; found %s", file, strings.Join(sheet.header, ", "))
	}
	wrong, err = sheet.eachRow(func(r row) error {
		e := entry{at: fmt.Sprintf("%s:%d", file, r.line)}
		skip, err := e.fill(r.get, by, at)
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
		if e.At, err = parseWhen(when); err != nil {
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

func parseWhen(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006/1/2 15:04:05", "2006/1/2 15:04", time.DateOnly, "2006/1/2"} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q: want a time such as 2026-05-01 14:30", text)
}

type reviewSheetCmd struct {
	Rules   []string `arg:"" optional:"" name:"rule" help:"Rules to ask about; default: all that questions of scorecards ask."`
	N       int      `short:"n" default:"50" help:"How many conversations."`
	Outcome string   `enum:"any,hit,miss,unsure" default:"any" help:"Only what the machine says this of. Agreement figures need any: a fair sample."`
	Seed    uint64   `default:"1" help:"Another number gives another sample."`
	Blind   bool     `help:"Leave out what the machine says, so that nobody is led by it."`
	period
}

const sheetQuery = `SELECT v.interaction_id AS interaction_id, v.rule AS rule, v.name AS name, v.outcome AS outcome, v.because AS because, v.quote AS quote
FROM verdicts AS v
WHERE v.interaction_id IN (
	SELECT interaction_id FROM verdicts
	WHERE has({rules:Array(String)}, rule) AND ({outcome:String} = 'any' OR outcome = {outcome:String})
		AND started >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ({to:Int64} = 0 OR started < fromUnixTimestamp64Milli({to:Int64}, 'UTC'))
	GROUP BY interaction_id ORDER BY sipHash64(interaction_id, {seed:UInt64}) LIMIT {n:UInt32})
AND has({rules:Array(String)}, v.rule) AND ({outcome:String} = 'any' OR v.outcome = {outcome:String})
ORDER BY sipHash64(interaction_id, {seed:UInt64}), rule`

// Run prints the sheet; the column verdict is for people to fill in.
func (c reviewSheetCmd) Run(ctx context.Context, a *app) error {
	filter, err := c.filter()
	if err != nil {
		return err
	}
	set, cards, err := a.loadRules()
	if err != nil {
		return err
	}
	if len(c.Rules) == 0 {
		c.Rules = slices.Sorted(maps.Keys(cards.Asked()))
	}
	for _, id := range c.Rules {
		if set.Rule(id) == nil {
			return models.BadInput("%s", set.Unknown(id))
		}
	}
	store, err := a.connectStore(ctx, asAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	to := int64(0)
	if !filter.To.IsZero() {
		to = filter.To.UnixMilli()
	}
	t, err := store.Query(ctx, sheetQuery, warehouse.Param("rules", c.Rules), warehouse.Param("outcome", c.Outcome), warehouse.Param("from", filter.From.UnixMilli()),
		warehouse.Param("to", to), warehouse.Param("seed", c.Seed), warehouse.Param("n", uint32(max(1, c.N))))
	if err != nil {
		return err
	}
	if len(t.Rows) == 0 {
		return models.BadInput("the store has no such verdicts since %s: choose conversations with --days or --from", filter.From.Format(time.DateOnly))
	}
	sheet := models.Table{Columns: columns("interaction_id", "rule", "name", "machine", "because", "quote", "verdict", "reviewer", "reason")}
	for _, row := range t.Rows {
		line := append(slices.Clone(row), "", "", "")
		if c.Blind {
			line[3], line[4], line[5] = "", "", ""
		}
		sheet.Rows = append(sheet.Rows, line)
	}
	return report.CSV(a.out, sheet, "", true)
}
