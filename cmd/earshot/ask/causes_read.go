package ask

import (
	"context"
	"time"

	"earshot/models"
	"earshot/rootcause"
	"earshot/warehouse"
)

// causesReader asks the store about the complaints between two times.
type causesReader struct {
	store    *warehouse.Warehouse
	from, to time.Time
	language string // in which cites come first
}

func (r causesReader) query(ctx context.Context, sql string, args ...any) ([][]any, error) {
	args = append(args, warehouse.Param("chinese", r.language == "zh"), warehouse.Param("before", r.from.Add(r.from.Sub(r.to)).UnixMilli()), warehouse.Param("from", r.from.UnixMilli()), warehouse.Param("to", r.to.UnixMilli()))
	t, err := r.store.Query(ctx, sql, args...)
	return t.Rows, err
}

const (
	isNow   = `started >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`
	inRange = isNow + ` AND started < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`
	inBoth  = `started >= fromUnixTimestamp64Milli({before:Int64}, 'UTC') AND started < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`
)

// tree counts causes, with the gravest and surest complaints as their calls.
func (r causesReader) tree(ctx context.Context) (*rootcause.Node, error) {
	rows, err := r.query(ctx, `SELECT c.cause AS cause, toInt64(countIf(`+isNow+`)) AS complaints, toInt64(countIf(NOT `+isNow+`)) AS before,
	arrayMap(x -> x.4, groupArraySortedIf(3)((-i.severity, -f.score, -toInt64(c.signs), c.interaction_id), `+isNow+`)) AS calls
FROM (SELECT * FROM complaints WHERE `+inBoth+`) AS c
INNER JOIN (SELECT write, severity FROM interactions WHERE `+inBoth+`) AS i ON i.write = c.write
LEFT JOIN (SELECT write, score FROM findings WHERE kind = 'complaint.cause' AND `+inRange+`) AS f ON f.write = c.write
GROUP BY cause`)
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
const ofCause = `(SELECT write FROM complaints WHERE (cause = {cause:String} OR startsWith(cause, concat({cause:String}, '/'))) AND ` + inRange + `)`

// shown tells the findings that show complaints: the cause or, where nobody
// says one, the gravest sign.
const shown = `(write, position) IN (SELECT write, position FROM complaints WHERE ` + inRange + `)`

// Words with which a reason is given; a question asks for one instead.
const reasonWords = `['because', 'due to', 'the reason', 'caused by', 'turns out', 'went wrong', 'what happened', 'by mistake', 'our mistake', 'a fault', '因为', '由于', '原因', '导致', '造成', '查清', '出了问题', '故障', '失误']`

// facts gathers what a draft of whys is made of.
func (r causesReader) facts(ctx context.Context, cause *rootcause.Node) (f rootcause.Facts, err error) {
	f.Cause = cause
	of := warehouse.Param("cause", cause.Label)
	if f.Said, err = r.cites(ctx, turnsFound(shown+` AND quote != ''`), of); err != nil {
		return f, err
	}
	// What was said most often comes first, each wording once.
	if f.Reasons, err = r.cites(ctx, `SELECT min((interaction_id, toInt64(turn))).1 AS id, min((interaction_id, toInt64(turn))).2 AS at, 'agent', text FROM turns
WHERE party = 'agent' AND multiSearchAnyCaseInsensitiveUTF8(replaceAll(text, '’', ''''), `+reasonWords+`) AND NOT match(text, '[?？]') AND write IN `+ofCause+` AND `+inRange+`
GROUP BY text ORDER BY `+inLanguage("text")+` DESC, count() DESC, id LIMIT 3`, of); err != nil {
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

// inLanguage tells texts in the language asked for.
func inLanguage(text string) string { return "match(" + text + `, '\\p{Han}') = {chinese:Bool}` }

// turnsFound asks for the turns that the surest findings rest on, one a call, each
// wording once; of a long turn only the words found.
func turnsFound(which string) string {
	return `SELECT f.interaction_id, f.at, toString(t.party), if(t.text != '' AND lengthUTF8(t.text) <= 200, t.text, f.quote) AS says
FROM (SELECT interaction_id, score, started, quote, if(empty("evidence.turn"), -1, toInt64("evidence.turn"[1])) AS at FROM findings WHERE ` + which + ` AND write IN ` + ofCause + ` AND ` + inRange + `
	ORDER BY score DESC, started DESC, interaction_id LIMIT 1 BY interaction_id) AS f
LEFT JOIN (SELECT interaction_id, toInt64(turn) AS at, party, text FROM turns WHERE write IN ` + ofCause + ` AND ` + inRange + `) AS t ON t.interaction_id = f.interaction_id AND t.at = f.at
ORDER BY ` + inLanguage("says") + ` DESC, f.score DESC, f.started DESC, f.interaction_id LIMIT 1 BY says LIMIT 3`
}

// cites reads calls, turns, parties and quotes.
func (r causesReader) cites(ctx context.Context, sql string, args ...any) ([]rootcause.Cite, error) {
	rows, err := r.query(ctx, sql, args...)
	cites := make([]rootcause.Cite, len(rows))
	for i, row := range rows {
		cites[i] = rootcause.Cite{Call: row[0].(string), Turn: row[1].(int64), Party: models.Party(row[2].(string)), Quote: row[3].(string)}
	}
	return cites, err
}

// having counts the cause's complaints with a finding of a kind.
func (r causesReader) having(ctx context.Context, kind string, of any) (int, []rootcause.Cite, error) {
	found := `FROM findings WHERE kind = {kind:String} AND write IN ` + ofCause + ` AND ` + inRange
	n, err := r.query(ctx, `SELECT toInt64(uniqExact(interaction_id)) `+found, of, warehouse.Param("kind", kind))
	if err != nil {
		return 0, nil, err
	}
	cites, err := r.cites(ctx, turnsFound(`kind = {kind:String}`), of, warehouse.Param("kind", kind))
	return int(n[0][0].(int64)), cites, err
}

// concentration finds the value of product, region or channel that has
// more of the cause than its part of all complaints lets expect: by three
// complaints and by half as many again at least.
func (r causesReader) concentration(ctx context.Context, f *rootcause.Facts, of any) error {
	rows, err := r.query(ctx, `SELECT pair.1 AS dimension, pair.2 AS value, toInt64(countIf(here)) AS complaints, count() AS everywhere,
	arrayMap(x -> x.2, groupArraySortedIf(3)((-severity, id), here)) AS calls
FROM (SELECT id, severity, arrayJoin(arrayFilter(pair -> pair.1 IN ('product', 'region', 'channel'), series)) AS pair, write IN `+ofCause+` AS here FROM (`+complaintsQuery+`))
GROUP BY dimension, value
ORDER BY complaints - everywhere * {n:Float64} / (SELECT count() FROM complaints WHERE `+inRange+`) DESC, dimension, value LIMIT 1`,
		of, warehouse.Param("n", float64(f.Cause.Count)))
	if err != nil || len(rows) == 0 {
		return err
	}
	all, err := r.query(ctx, `SELECT toInt64(count()) FROM complaints WHERE `+inRange)
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
