package warehouse

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"earshot/models"
)

// DeadFilter chooses records without a result. Its zero value chooses all.
type DeadFilter struct {
	From, To time.Time // of Dead.At; From counts in, To does not; zero: no bound
	IDs      []models.ID
	Steps    []string
	Codes    []string
	// Open leaves out those that a later record of the same id has replaced,
	// whatever became of that.
	Open bool
}

// Dead returns records without a result, latest first. It needs the rights of
// the owner: the records hold what was sent as it was sent.
func (w *Warehouse) Dead(ctx context.Context, filter DeadFilter) ([]models.Dead, error) {
	where, args := filter.where()
	rows, err := w.conn.Query(ctx, w.expand("SELECT "+columnsOf(reflect.TypeFor[deadRow]()).names+
		" FROM {raw}.dead FINAL WHERE "+where+" ORDER BY at DESC, interaction_id, revision, key"), args...)
	if err != nil {
		return nil, fmt.Errorf("find dead records: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := []models.Dead{}
	err = eachRow(rows, "dead", func(r *deadRow) {
		d := models.Dead{
			ID: models.ID(r.InteractionID), Channel: models.Channel(r.Channel), Step: r.Step, Reason: r.Reason, Code: r.Code,
			Revision: models.Revision(r.Revision), Source: r.Source, At: r.At, Attempts: int(r.Attempts), Truncated: r.Truncated,
		}
		if r.Record != "" {
			d.Record = []byte(r.Record)
		}
		all = append(all, d)
	})
	return all, err
}

func (f DeadFilter) where() (string, []any) {
	conditions, args := []string{"1"}, []any{}
	bind := func(condition, name string, value any) {
		conditions = append(conditions, condition)
		args = append(args, Param(name, value))
	}
	if !f.From.IsZero() {
		bind("at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')", "from", f.From.UnixMilli())
	}
	if !f.To.IsZero() {
		bind("at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')", "to", f.To.UnixMilli())
	}
	if len(f.IDs) > 0 {
		bind("interaction_id IN {ids:Array(String)}", "ids", asStrings(f.IDs))
	}
	if len(f.Steps) > 0 {
		bind("step IN {steps:Array(String)}", "steps", f.Steps)
	}
	if len(f.Codes) > 0 {
		bind("code IN {codes:Array(String)}", "codes", f.Codes)
	}
	if f.Open {
		conditions = append(conditions, "(interaction_id, revision) NOT IN"+
			" (SELECT d.interaction_id, d.revision FROM {raw}.dead AS d INNER JOIN {raw}.accepted AS a"+
			" ON a.interaction_id = d.interaction_id WHERE a.revision > d.revision)")
	}
	return strings.Join(conditions, " AND "), args
}
