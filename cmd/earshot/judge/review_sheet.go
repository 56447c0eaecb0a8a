package judge

import (
	"context"
	"maps"
	"slices"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/report"
	"earshot/warehouse"
)

type reviewSheetCmd struct {
	Rules   []string `arg:"" optional:"" name:"rule" help:"Rules to ask about; default: all that questions of scorecards ask."`
	N       int      `short:"n" default:"50" help:"How many conversations."`
	Outcome string   `enum:"any,hit,miss,unsure" default:"any" help:"Only what the machine says this of. Agreement figures need any: a fair sample."`
	Seed    uint64   `default:"1" help:"Another number gives another sample."`
	Blind   bool     `help:"Leave out what the machine says, so that nobody is led by it."`
	Draft   string   `type:"existingpath" placeholder:"DRAFT" help:"Ask about the new and changed rules of this draft, before it counts."`
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
func (c reviewSheetCmd) Run(ctx context.Context, a *app.App) error {
	filter, err := c.filter()
	if err != nil {
		return err
	}
	live, store, err := liveAndStore(ctx, a)
	if err != nil {
		return err
	}
	defer store.Close()
	if c.Draft != "" {
		return c.ofDraft(ctx, a, live, store, filter)
	}
	if len(c.Rules) == 0 {
		c.Rules = slices.Sorted(maps.Keys(live.Cards.Asked()))
	}
	for _, id := range c.Rules {
		if live.Rules.Rule(id) == nil {
			return models.BadInput("%s", live.Rules.Unknown(id))
		}
	}
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
	return c.print(a, t.Rows)
}

// print prints rows of id, rule, name, outcome, because and quote as a sheet.
func (c reviewSheetCmd) print(a *app.App, rows [][]any) error {
	sheet := models.Table{Columns: terminal.Columns("interaction_id", "rule", "name", "machine", "because", "quote", "verdict", "reviewer", "reason")}
	for _, row := range rows {
		line := append(slices.Clone(row), "", "", "")
		if c.Blind {
			line[3], line[4], line[5] = "", "", ""
		}
		sheet.Rows = append(sheet.Rows, line)
	}
	return report.CSV(a.Out, sheet, "", true)
}

const sampleQuery = `SELECT interaction_id FROM interactions WHERE turns > 0
	AND started >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ({to:Int64} = 0 OR started < fromUnixTimestamp64Milli({to:Int64}, 'UTC'))
ORDER BY sipHash64(interaction_id, {seed:UInt64}) LIMIT {n:UInt32}`

// ofDraft prints the sheet for rules that do not count yet: it asks them about
// a sample of the conversations.
func (c reviewSheetCmd) ofDraft(ctx context.Context, a *app.App, live *app.Rulebook, store *warehouse.Warehouse, filter warehouse.Filter) error {
	d, err := readDraft(a, live, c.Draft, "")
	if err != nil {
		return err
	}
	for _, r := range d.rules.Rules() {
		if old := live.Rules.Rule(r.ID); len(c.Rules) == 0 && (old == nil || old.Hash() != r.Hash()) {
			c.Rules = append(c.Rules, r.ID)
		}
	}
	to := int64(0)
	if !filter.To.IsZero() {
		to = filter.To.UnixMilli()
	}
	t, err := store.Query(ctx, sampleQuery, warehouse.Param("from", filter.From.UnixMilli()), warehouse.Param("to", to),
		warehouse.Param("seed", c.Seed), warehouse.Param("n", uint32(max(1, c.N))))
	if err != nil {
		return err
	}
	var ids []models.ID
	for _, row := range t.Rows {
		ids = append(ids, models.ID(terminal.Cell(row[0])))
	}
	if len(ids) == 0 {
		return nothingStored(ctx, store, filter)
	}
	var rows [][]any
	err = store.Each(ctx, warehouse.Filter{IDs: ids, Bare: true}, func(in *models.Interaction, _ models.Revision) error {
		for _, v := range d.rules.Evaluate(in) {
			if !slices.Contains(c.Rules, v.Rule) || c.Outcome != "any" && string(v.Outcome) != c.Outcome {
				continue
			}
			quote := ""
			if len(v.Evidence) > 0 {
				quote = v.Evidence[0].Quote
			}
			rows = append(rows, []any{string(in.ID), v.Rule, v.Name, string(v.Outcome), v.Because, quote})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.print(a, rows)
}
