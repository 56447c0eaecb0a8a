package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"earshot/models"
	"earshot/rootcause"
	"earshot/warehouse"
)

type causesCmd struct {
	From   day    `placeholder:"DATE" help:"Only complaints of this day or later (default: 30 days before --to)."`
	To     day    `placeholder:"DATE" help:"Only complaints before this day (default: now)."`
	Why    string `placeholder:"CAUSE" help:"Draft the five whys of this branch, field or cause, as process/delivery/late, instead of the largest cause."`
	Lang   string `enum:"zh,en" default:"en" help:"Language of the draft, zh or en."`
	Format string `enum:"table,json" default:"table" help:"table or json."`
}

// causesOf is what the command answers.
type causesOf struct {
	From   time.Time       `json:"from"`
	To     time.Time       `json:"to"`
	Causes *rootcause.Node `json:"causes"`
	Cause  string          `json:"cause"`     // that the whys are of; empty: there are no complaints
	Whys   []rootcause.Why `json:"five_whys"` // a draft
}

// Help implements kong's help provider.
func (causesCmd) Help() string {
	return "Counts complaints by branch (people, process or system), field and cause, against as long a time before, with calls that show each. The draft of the five whys is made of what was said in the calls, word by word: where no call gives a reason it says so."
}

// Run goes down from all complaints to their causes, and drafts the five whys
// of one.
func (c causesCmd) Run(ctx context.Context, a *app) error {
	zone, err := a.cfg.Reports.zone()
	if err != nil {
		return err
	}
	from, to, err := lastDays(30, c.From, c.To, zone)
	if err != nil {
		return err
	}
	store, err := a.connectStore(ctx, asAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	r := causesReader{store: store, from: from, to: to}
	answer := causesOf{From: from, To: to, Whys: []rootcause.Why{}}
	if answer.Causes, err = r.tree(ctx); err != nil {
		return err
	}
	cause := answer.Causes.Largest()
	if c.Why != "" {
		if cause = answer.Causes.Find(c.Why); cause == nil || cause.Count == 0 {
			return models.BadInput("no complaint of %q from %s to %s: `earshot causes` lists what there is", c.Why, from.Format(time.DateOnly), to.Format(time.DateOnly))
		}
	}
	if cause != nil {
		facts, err := r.facts(ctx, cause)
		if err != nil {
			return err
		}
		answer.Cause, answer.Whys = cause.Label, rootcause.FiveWhys(facts, c.Lang)
	} else {
		a.sayWhyEmpty(ctx, store)
	}
	if c.Format == "json" {
		out := json.NewEncoder(a.out)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(answer)
	}
	if err := printTable(a.out, causesTable(answer.Causes), "table"); err != nil {
		return err
	}
	a.printWhys(answer)
	return nil
}

// lastDays is the range asked for; it ends now and has so many days where
// nothing is said.
func lastDays(days int, first, end day, zone *time.Location) (from, to time.Time, err error) {
	from, to = first.in(zone), end.in(zone)
	if to.IsZero() {
		to = time.Now().In(zone)
	}
	if from.IsZero() {
		from = to.AddDate(0, 0, -days)
	}
	if !from.Before(to) {
		return from, to, models.BadInput("from %s is not before to %s", from.Format(time.DateOnly), to.Format(time.DateOnly))
	}
	return from, to, nil
}

func causesTable(root *rootcause.Node) models.Table {
	t := models.Table{Columns: columns("cause", "complaints", "share_percent", "before", "change", "calls"), Rows: [][]any{}}
	for _, n := range root.All() {
		name := strings.Repeat("  ", strings.Count(n.Label, "/")+1) + n.Name
		if n.Label == "" {
			name = "all complaints"
		}
		t.Rows = append(t.Rows, []any{name, int64(n.Count), fmt.Sprintf("%.1f", 100*n.Share), int64(n.Before), fmt.Sprintf("%+d", n.Change()), strings.Join(n.Calls, " ")})
	}
	return t
}

func (a *app) printWhys(c causesOf) {
	if len(c.Whys) == 0 {
		return
	}
	fmt.Fprintf(a.out, "\nFive whys of %s, a draft from the calls:\n", c.Cause)
	for i, w := range c.Whys {
		fmt.Fprintf(a.out, "%d. %s %s\n", i+1, w.Question, w.Answer)
		for _, cite := range w.Cites {
			if cite.Quote == "" {
				fmt.Fprintf(a.out, "   [%s]\n", cite.Call)
			} else {
				fmt.Fprintf(a.out, "   [%s, turn %d] %s\n", cite.Call, cite.Turn, cite.Quote)
			}
		}
	}
}

// causesReader asks the store about the complaints between two times.
type causesReader struct {
	store    *warehouse.Warehouse
	from, to time.Time
}

func (r causesReader) query(ctx context.Context, sql string, args ...any) ([][]any, error) {
	args = append(args, warehouse.Param("before", r.from.Add(r.from.Sub(r.to)).UnixMilli()), warehouse.Param("from", r.from.UnixMilli()), warehouse.Param("to", r.to.UnixMilli()))
	t, err := r.store.Query(ctx, sql, args...)
	return t.Rows, err
}

const inRange = `started >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND started < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`

// tree counts causes, with the gravest and surest complaints as their calls.
func (r causesReader) tree(ctx context.Context) (*rootcause.Node, error) {
	rows, err := r.query(ctx, `SELECT c.label AS label, toInt64(countIf(c.now)) AS complaints, toInt64(countIf(NOT c.now)) AS before,
	arrayMap(x -> x.3, groupArraySortedIf(3)((-i.severity, -c.score, c.interaction_id), c.now)) AS calls
FROM (SELECT interaction_id, label, score, started >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AS now FROM findings
	WHERE kind = 'complaint.cause' AND started >= fromUnixTimestamp64Milli({before:Int64}, 'UTC') AND started < fromUnixTimestamp64Milli({to:Int64}, 'UTC')) AS c
INNER JOIN (SELECT interaction_id, severity FROM interactions WHERE started >= fromUnixTimestamp64Milli({before:Int64}, 'UTC') AND started < fromUnixTimestamp64Milli({to:Int64}, 'UTC')) AS i ON i.interaction_id = c.interaction_id
GROUP BY label`)
	if err != nil {
		return nil, err
	}
	leaves := make([]rootcause.Leaf, len(rows))
	for i, row := range rows {
		leaves[i] = rootcause.Leaf{Label: row[0].(string), Count: int(row[1].(int64)), Before: int(row[2].(int64)), Calls: row[3].([]string)}
	}
	return rootcause.Tree(leaves), nil
}

// ofCause are the complaints of one cause, or of a group of causes.
const ofCause = `(SELECT interaction_id FROM findings WHERE kind = 'complaint.cause' AND (label = {cause:String} OR startsWith(label, concat({cause:String}, '/'))) AND ` + inRange + `)`

// Words with which a reason is given; a question asks for one instead.
const reasonWords = `['because', 'due to', 'the reason', 'caused by', 'turns out', 'went wrong', 'what happened', 'by mistake', 'our mistake', 'a fault', '因为', '由于', '原因', '导致', '造成', '查清', '出了问题', '故障', '失误']`

// facts gathers what a draft of whys is made of.
func (r causesReader) facts(ctx context.Context, cause *rootcause.Node) (f rootcause.Facts, err error) {
	f.Cause = cause
	of := warehouse.Param("cause", cause.Label)
	if f.Said, err = r.cites(ctx, `SELECT interaction_id, toInt64("evidence.turn"[1]) AS turn, quote FROM findings
WHERE kind = 'complaint.cause' AND (label = {cause:String} OR startsWith(label, concat({cause:String}, '/'))) AND quote != '' AND `+inRange+`
ORDER BY score DESC, started DESC, interaction_id LIMIT 1 BY quote LIMIT 3`, of); err != nil {
		return f, err
	}
	// What was said most often comes first, each wording once.
	if f.Reasons, err = r.cites(ctx, `SELECT min((interaction_id, toInt64(turn))).1 AS id, min((interaction_id, toInt64(turn))).2 AS at, text FROM turns
WHERE party = 'agent' AND multiSearchAnyCaseInsensitiveUTF8(replaceAll(text, '’', ''''), `+reasonWords+`) AND NOT match(text, '[?？]') AND interaction_id IN `+ofCause+` AND `+inRange+`
GROUP BY text ORDER BY count() DESC, id LIMIT 3`, of); err != nil {
		return f, err
	}
	if err = r.concentration(ctx, &f, of); err != nil {
		return f, err
	}
	if f.Unsettled, f.UnsettledCites, err = r.having(ctx, "disposition.unresolved", of); err != nil {
		return f, err
	}
	f.Again, f.AgainCites, err = r.having(ctx, "word.repeat", of)
	return f, err
}

// cites reads calls, turns and quotes.
func (r causesReader) cites(ctx context.Context, sql string, args ...any) ([]rootcause.Cite, error) {
	rows, err := r.query(ctx, sql, args...)
	cites := make([]rootcause.Cite, len(rows))
	for i, row := range rows {
		cites[i] = rootcause.Cite{Call: row[0].(string), Turn: row[1].(int64), Quote: row[2].(string)}
	}
	return cites, err
}

// having counts the cause's complaints with a finding of a kind.
func (r causesReader) having(ctx context.Context, kind string, of any) (int, []rootcause.Cite, error) {
	found := `FROM findings WHERE kind = {kind:String} AND interaction_id IN ` + ofCause + ` AND ` + inRange
	n, err := r.query(ctx, `SELECT toInt64(uniqExact(interaction_id)) `+found, of, warehouse.Param("kind", kind))
	if err != nil {
		return 0, nil, err
	}
	cites, err := r.cites(ctx, `SELECT interaction_id, if(empty("evidence.turn"), -1, toInt64("evidence.turn"[1])) AS turn, quote `+found+`
ORDER BY score DESC, started DESC, interaction_id LIMIT 1 BY interaction_id LIMIT 3`, of, warehouse.Param("kind", kind))
	return int(n[0][0].(int64)), cites, err
}

// concentration finds the value of product, region or channel that has
// more of the cause than its part of all complaints lets expect: by three
// complaints and by half as many again at least.
func (r causesReader) concentration(ctx context.Context, f *rootcause.Facts, of any) error {
	rows, err := r.query(ctx, `SELECT pair.1 AS dimension, pair.2 AS value, toInt64(countIf(here)) AS complaints, count() AS everywhere,
	arrayMap(x -> x.2, groupArraySortedIf(3)((-severity, id), here)) AS calls
FROM (SELECT id, severity, arrayJoin(arrayFilter(pair -> pair.1 IN ('product', 'region', 'channel'), series)) AS pair, id IN `+ofCause+` AS here FROM (`+complaintsQuery+`))
GROUP BY dimension, value
ORDER BY complaints - everywhere * {n:Float64} / (SELECT count() FROM findings WHERE kind = 'complaint.cause' AND `+inRange+`) DESC, dimension, value LIMIT 1`,
		of, warehouse.Param("n", float64(f.Cause.Count)))
	if err != nil || len(rows) == 0 {
		return err
	}
	all, err := r.query(ctx, `SELECT toInt64(count()) FROM findings WHERE kind = 'complaint.cause' AND `+inRange)
	if err != nil {
		return err
	}
	row := rows[0]
	n, everywhere := float64(row[2].(int64)), float64(row[3].(uint64))
	f.WherePart, f.AllPart = n/float64(f.Cause.Count), everywhere/float64(max(1, all[0][0].(int64)))
	if usual := f.AllPart * float64(f.Cause.Count); n < usual+3 || n < 1.5*usual {
		return nil
	}
	f.Where, f.WhereCount = rootcause.Series{Dimension: row[0].(string), Value: row[1].(string)}, int(n)
	for _, call := range row[4].([]string) {
		f.WhereCites = append(f.WhereCites, rootcause.Cite{Call: call, Turn: -1})
	}
	return nil
}
