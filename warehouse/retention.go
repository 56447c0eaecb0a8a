package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"earshot/models"
)

// Retention says how many days the store keeps what; 0: for ever. Days count
// from the start of the conversation, of dead letters from their failure.
type Retention struct {
	Transcripts int `yaml:"transcripts" doc:"days that what was said is kept; evidence keeps its quotes as long as results (default 0: for ever)"`
	Results     int `yaml:"results" doc:"days that conversations, findings, verdicts, scores and summaries are kept, and so all else about them (default 0: for ever)"`
	Trace       int `yaml:"trace" doc:"days that is kept how long each step took (default 0: for ever)"`
	Dead        int `yaml:"dead" doc:"days that dead letters are kept, which hold what was sent as it was sent (default 0: for ever)"`
}

const mostDays = 36_500

func (r Retention) validate() error {
	for name, days := range map[string]int{"transcripts": r.Transcripts, "results": r.Results, "trace": r.Trace, "dead": r.Dead} {
		if days < 0 || days > mostDays {
			return models.BadInput("warehouse.retention.%s %d: want 0 to %d days", name, days, mostDays)
		}
	}
	return nil
}

// days returns how long the rows of each table are kept, and by which column.
func (r Retention) days() map[string]struct {
	column string
	days   int
} {
	type kept = struct {
		column string
		days   int
	}
	shorter := func(of ...int) int {
		of = slices.DeleteFunc(of, func(d int) bool { return d == 0 })
		if len(of) == 0 {
			return 0
		}
		return slices.Min(of)
	}
	all := map[string]kept{
		"turns": {"started", shorter(r.Transcripts, r.Results)}, "trace": {"started", shorter(r.Trace, r.Results)}, "dead": {"at", r.Dead},
		"current": {"started", r.Results}, "accepted": {"started", r.Results},
	}
	for _, table := range factTables {
		if _, ok := all[table]; !ok {
			all[table] = kept{"started", r.Results}
		}
	}
	return all
}

// retain sets how long each table keeps its rows, where that is not so yet.
// ClickHouse deletes what is older when it merges, a few times a day.
func (w *Warehouse) retain(ctx context.Context) error {
	for table, keep := range w.config.Retention.days() {
		var made string
		if err := w.conn.QueryRow(ctx, "SELECT create_table_query FROM system.tables WHERE database = {database:String} AND name = {table:String}",
			Param("database", w.local()), Param("table", table)).Scan(&made); err != nil {
			return fmt.Errorf("read how long %s keeps rows: %w", table, err)
		}
		want := fmt.Sprintf("TTL toDate32(%s) + toIntervalDay(%d)", keep.column, keep.days)
		has := strings.Contains(made, " TTL ")
		if keep.days == 0 && !has || keep.days > 0 && strings.Contains(made, want+" ") {
			continue
		}
		change := "MODIFY " + want
		if keep.days == 0 {
			change = "REMOVE TTL"
		}
		if err := w.everywhere(ctx, "ALTER TABLE {local}."+table+" {on_cluster} "+change); err != nil {
			return fmt.Errorf("set how long %s keeps rows: %w", table, err)
		}
		w.log.Info("retention changed", "table", table, "days", keep.days)
	}
	return nil
}
