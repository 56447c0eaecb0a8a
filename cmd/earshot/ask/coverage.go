package ask

import (
	"context"
	"fmt"

	"earshot/warehouse"
)

// coverage is what came in and what became of it, over all channels.
type coverage struct{ Accepted, Scored, Failed, InFlight int }

// ReadCoverage sums the report coverage.
func ReadCoverage(ctx context.Context, store *warehouse.Warehouse) (coverage, error) {
	var sum coverage
	t, err := store.Report(ctx, "coverage", warehouse.ReportOptions{})
	if err != nil {
		return sum, err
	}
	into := map[string]*int{"accepted": &sum.Accepted, "scored": &sum.Scored, "failed": &sum.Failed, "in_flight": &sum.InFlight}
	for _, row := range t.Rows {
		for i, c := range t.Columns {
			if n := into[c.Name]; n != nil {
				v, err := count(row[i])
				if err != nil {
					return sum, fmt.Errorf("report coverage: column %s: %w", c.Name, err)
				}
				*n += v
			}
		}
	}
	return sum, nil
}

func count(v any) (int, error) {
	switch v := v.(type) {
	case uint64:
		return int(v), nil
	case int64:
		return int(v), nil
	default:
		return 0, fmt.Errorf("%v is no number", v)
	}
}
