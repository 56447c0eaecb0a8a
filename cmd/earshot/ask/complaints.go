package ask

import (
	"context"
	"fmt"
	"time"

	"earshot/rootcause"
	"earshot/warehouse"
)

// seasons is how much history bursts are held against.
const seasons = 56 * 24 * time.Hour

// complaintsQuery has a row for each conversation with a complaint: what it
// counts in as pairs of a dimension and a value. Tags are those of what is
// wrong, not of what is as it should be.
const complaintsQuery = `SELECT c.interaction_id AS id, c.write AS write, c.started AS at, toInt64(greatest(i.severity, 1)) AS severity,
	arrayFilter(pair -> pair.2 != '', arrayConcat(
		[('product', i.product), ('region', i.region), ('channel', toString(c.channel)), ('queue', toString(c.queue)), ('cause', substring(c.cause, position(c.cause, '/') + 1))],
		arrayMap(tag -> ('tag', tag), v.tags))) AS series
FROM (SELECT * FROM complaints WHERE ` + inRange + `) AS c
INNER JOIN (SELECT write, severity, attributes['product'] AS product, attributes['region'] AS region FROM interactions WHERE ` + inRange + `) AS i ON i.write = c.write
LEFT JOIN (SELECT write, groupUniqArrayArray(arrayMap(tag -> toString(tag), tags)) AS tags FROM hits WHERE severity > 0 AND ` + inRange + ` GROUP BY write) AS v ON v.write = c.write`

// LoadComplaints returns what is needed to look for bursts between two times:
// the complaints of each hour of the weeks before, and those one by one that a
// check looks at. Hours are those of the zone.
func LoadComplaints(ctx context.Context, store *warehouse.Warehouse, from, to time.Time, zone *time.Location) (*rootcause.Counts, []*rootcause.Event, error) {
	begin, single := from.Add(-seasons), from.Add(-rootcause.Lookback)
	old, err := store.Query(ctx, `SELECT toStartOfHour(at) AS hour, pair.1 AS dimension, pair.2 AS value, toInt64(count()) AS complaints
FROM (SELECT at, arrayJoin(arrayPushFront(series, ('', ''))) AS pair FROM (`+complaintsQuery+`)) GROUP BY hour, dimension, value`,
		warehouse.Param("from", begin.UnixMilli()), warehouse.Param("to", single.UnixMilli()))
	if err != nil {
		return nil, nil, err
	}
	now, err := store.Query(ctx, `SELECT id, at, severity, arrayMap(pair -> pair.1, series) AS dimensions, arrayMap(pair -> pair.2, series) AS values FROM (`+complaintsQuery+`) ORDER BY at, id`,
		warehouse.Param("from", single.UnixMilli()), warehouse.Param("to", to.UnixMilli()))
	if err != nil {
		return nil, nil, err
	}
	// Before the first complaint there was no service, not a quiet one.
	first := to
	if len(now.Rows) > 0 {
		first = now.Rows[0][1].(time.Time)
	}
	for _, row := range old.Rows {
		if at := row[0].(time.Time); at.Before(first) {
			first = at
		}
	}
	counts := rootcause.NewCounts(first.In(zone), to.In(zone))
	for _, row := range old.Rows {
		at, dimension, value, n := row[0].(time.Time), row[1].(string), row[2].(string), row[3].(int64)
		counts.Add(rootcause.Series{Dimension: dimension, Value: value}, at, float64(n))
	}
	events := make([]*rootcause.Event, len(now.Rows))
	for i, row := range now.Rows {
		e := &rootcause.Event{ID: row[0].(string), At: row[1].(time.Time).In(zone), Severity: row[2].(int64)}
		dimensions, values := row[3].([]string), row[4].([]string)
		if len(dimensions) != len(values) {
			return nil, nil, fmt.Errorf("complaint %s: %d dimensions, %d values", e.ID, len(dimensions), len(values))
		}
		for k := range dimensions {
			e.Values = append(e.Values, rootcause.Series{Dimension: dimensions[k], Value: values[k]})
		}
		counts.AddEvent(e)
		events[i] = e
	}
	return counts, events, nil
}
