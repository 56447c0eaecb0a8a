package ask

import (
	"context"
	"math"
	"slices"
	"time"

	"earshot/brief"
	"earshot/models"
	"earshot/report"
	"earshot/rootcause"
	"earshot/topics"
	"earshot/warehouse"
)

// callsOfFact is how many conversations are named for each sentence.
const callsOfFact = 3

// briefFigures counts what a brief is about.
type briefFigures struct {
	causesReader
	zone  *time.Location
	alarm rootcause.BurstConfig
}

// complaint are the complaints of both times.
const complaint = `(SELECT write FROM complaints WHERE ` + inBoth + `)`

// read asks for everything.
func (b briefFigures) read(ctx context.Context) (f brief.Figures, err error) {
	f.From, f.To = b.from.In(b.zone), b.to.In(b.zone)
	for _, part := range []func(context.Context, *brief.Figures) error{b.causes, b.counts, b.places, b.bursts, b.topics} {
		if err := part(ctx, &f); err != nil {
			return f, err
		}
	}
	return f, nil
}

// causes counts the causes, largest first, each with what a customer said, in
// the language of the brief where somebody did.
func (b briefFigures) causes(ctx context.Context, f *brief.Figures) error {
	root, err := b.tree(ctx)
	if err != nil {
		return err
	}
	said, err := b.query(ctx, `SELECT c.cause, c.interaction_id, t.text
FROM (SELECT write, interaction_id, cause, position FROM complaints WHERE `+inRange+`) AS c
INNER JOIN (SELECT write, position, score, "evidence.turn"[1] AS turn FROM findings WHERE `+shown+` AND notEmpty("evidence.turn") AND `+inRange+`) AS f ON f.write = c.write AND f.position = c.position
INNER JOIN (SELECT write, turn, text FROM turns WHERE party = 'customer' AND lengthUTF8(text) BETWEEN 8 AND 160 AND `+inRange+`) AS t ON t.write = f.write AND t.turn = f.turn
ORDER BY `+inLanguage("t.text")+` DESC, f.score DESC, c.interaction_id LIMIT 1 BY c.cause`)
	if err != nil {
		return err
	}
	f.Complaints = brief.Count{Now: root.Count, Before: root.Before, Calls: idsOf(root.Calls)}
	for _, n := range root.All() {
		if len(n.Causes) > 0 || n.Count == 0 {
			continue
		}
		c := brief.Cause{Label: n.Label, Count: brief.Count{Now: n.Count, Before: n.Before, Calls: idsOf(n.Calls)}}
		for _, row := range said {
			if row[0].(string) == n.Label {
				c.Said = append(c.Said, brief.Quote{Call: models.ID(row[1].(string)), Text: row[2].(string)})
			}
		}
		if n.Label == models.CauseUnknown {
			f.Unknown = c.Count
			continue
		}
		f.Causes = append(f.Causes, c)
	}
	slices.SortStableFunc(f.Causes, func(x, y brief.Cause) int { return y.Now - x.Now })
	return nil
}

func idsOf(calls []string) []models.ID {
	ids := make([]models.ID, 0, callsOfFact)
	for _, c := range calls {
		if id := models.ID(c); len(ids) < callsOfFact && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// counts fills in what is counted in one sum.
func (b briefFigures) counts(ctx context.Context, f *brief.Figures) error {
	const finding = `uniqExactIf(interaction_id, ` + isNow + `), uniqExactIf(interaction_id, NOT ` + isNow + `), arrayMap(x -> x.2, groupArraySortedIf(12)((-score, interaction_id), ` + isNow + `)) FROM findings WHERE ` + inBoth
	for _, c := range []struct {
		into *brief.Count
		sql  string
	}{
		{&f.Conversations, `countIf(` + isNow + `), countIf(NOT ` + isNow + `), arrayMap(x -> x.2, groupArraySortedIf(12)((-severity, interaction_id), ` + isNow + `)) FROM interactions WHERE ` + inBoth},
		{&f.Unresolved, finding + ` AND kind = 'disposition.unresolved' AND write IN ` + complaint},
		{&f.Again, finding + ` AND kind = 'word.repeat' AND write IN ` + complaint},
		{&f.Threats, finding + ` AND kind = 'word.threat' AND party = 'customer'`},
		{&f.Broken, `countIf(` + isNow + `), countIf(NOT ` + isNow + `), arrayMap(x -> x.2, groupArraySortedIf(12)((-toUnixTimestamp(started), interaction_id), ` + isNow + `)) FROM promises WHERE party = 'agent' AND state = 'broken' AND ` + inBoth},
	} {
		rows, err := b.query(ctx, "SELECT "+c.sql)
		if err != nil {
			return err
		}
		row := rows[0]
		*c.into = brief.Count{Now: int(row[0].(uint64)), Before: int(row[1].(uint64)), Calls: idsOf(row[2].([]string))}
	}
	rows, err := b.query(ctx, `SELECT avgIf(value, `+isNow+`), avgIf(value, NOT `+isNow+`), arrayMap(x -> x.2, groupArraySortedIf(12)((value, interaction_id), `+isNow+`)) FROM findings WHERE kind = 'satisfaction' AND `+inBoth)
	if err != nil {
		return err
	}
	mean := func(v any) float64 {
		if x, ok := v.(float64); ok && !math.IsNaN(x) {
			return x
		}
		return 0
	}
	f.Satisfaction = brief.Satisfaction{Now: mean(rows[0][0]), Before: mean(rows[0][1]), Calls: idsOf(rows[0][2].([]string))}
	return nil
}

// places finds, in each dimension, the value with most complaints above what
// its conversations let expect: by five complaints and half as many again at
// least.
func (b briefFigures) places(ctx context.Context, f *brief.Figures) error {
	if f.Conversations.Now == 0 {
		return nil
	}
	rate := float64(f.Complaints.Now) / float64(f.Conversations.Now)
	rows, err := b.query(ctx, `SELECT pair.1 AS dimension, pair.2 AS value, countIf(complained) AS complaints, count() AS conversations,
	arrayMap(x -> x.2, groupArraySortedIf(3)((-severity, interaction_id), complained)) AS calls
FROM (SELECT interaction_id, severity, write IN `+complaint+` AS complained,
	arrayJoin([('product', attributes['product']), ('region', attributes['region']), ('channel', toString(channel)), ('queue', toString(queue))]) AS pair
	FROM interactions WHERE `+inRange+`)
WHERE value != ''
GROUP BY dimension, value
HAVING complaints >= conversations * {rate:Float64} + 5 AND complaints >= 1.5 * conversations * {rate:Float64}
ORDER BY complaints - conversations * {rate:Float64} DESC, dimension, value LIMIT 1 BY dimension`, warehouse.Param("rate", rate))
	for _, row := range rows {
		dimension := row[0].(string)
		f.Places = append(f.Places, brief.Place{Dimension: dimension, Value: b.named(rootcause.Series{Dimension: dimension, Value: row[1].(string)}), Complaints: int(row[2].(uint64)), Conversations: int(row[3].(uint64)), Calls: idsOf(row[4].([]string))})
	}
	return err
}

// bursts looks for bursts as the service does. Of a range too long for that
// there are none.
func (b briefFigures) bursts(ctx context.Context, f *brief.Figures) error {
	if b.to.Sub(b.from) > longestScan {
		return nil
	}
	counts, events, err := LoadComplaints(ctx, b.store, b.from, b.to, b.zone)
	if err != nil {
		return err
	}
	for _, p := range b.alarm.Scan(counts, events, b.from, b.to) {
		burst := brief.Burst{From: p.From, To: p.To, Dimension: p.Dimension, Value: b.named(p.Series), Count: p.Count, Usual: p.Expected, Calls: idsOf(p.IDs)}
		// Tags are what rules found in the same calls, no reason for them.
		seen := map[string]bool{p.Dimension: true, "tag": true}
		for _, s := range p.Contributions {
			if seen[s.Dimension] || 2*s.Count <= p.Count || len(burst.Drivers) == mostDrivers {
				continue
			}
			seen[s.Dimension] = true
			burst.Drivers = append(burst.Drivers, brief.Driver{Dimension: s.Dimension, Value: b.named(s.Series)})
		}
		f.Bursts = append(f.Bursts, burst)
	}
	return nil
}

const mostDrivers = 2

// named is a value as people call it; causes are put into words later.
func (b briefFigures) named(s rootcause.Series) string {
	if s.Dimension == "cause" {
		return s.Value
	}
	return report.Cell(s.Dimension, s.Value, b.language)
}

// topics groups complaints that no cause covers.
func (b briefFigures) topics(ctx context.Context, f *brief.Figures) error {
	found, _, _, err := findTopics(ctx, b.store, warehouse.Complaints{From: b.from.Add(b.from.Sub(b.to)), To: b.to, Most: mostRead}, topics.Options{Since: b.from, Examples: callsOfFact})
	for _, t := range found.Topics {
		if t.Count == 0 {
			continue
		}
		topic := brief.Topic{Name: t.Name, Count: brief.Count{Now: t.Count, Before: t.Before}}
		for _, e := range t.Examples {
			topic.Calls = append(topic.Calls, e.ID)
		}
		f.Topics = append(f.Topics, topic)
	}
	return err
}
