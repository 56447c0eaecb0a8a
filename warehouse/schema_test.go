package warehouse_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"earshot/models"
	"earshot/warehouse"
)

func TestEveryColumnSaysWhatItIs(t *testing.T) {
	w := open(t, sharedEngine(t))
	got, err := w.Query(t.Context(), `
		SELECT concat(database, '.', table, '.', name) FROM system.columns
		WHERE database LIKE 'earshot%' AND table != 'goose_db_version' AND comment = ''
		UNION ALL
		SELECT concat(database, '.', name) FROM system.tables
		WHERE database LIKE 'earshot%' AND name != 'goose_db_version' AND comment = ''`)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range got.Rows {
		t.Errorf("%s has no comment", row[0])
	}
	got, err = w.Query(t.Context(), "SELECT count() FROM system.columns WHERE database LIKE 'earshot%' AND comment != ''")
	if err != nil || got.Rows[0][0].(uint64) < 200 {
		t.Errorf("%v columns have one: %v", got.Rows, err)
	}
}

// TestViewsHaveTheTypesTheyClaim keeps the columns that views list in step with
// those of their tables.
func TestViewsHaveTheTypesTheyClaim(t *testing.T) {
	w := open(t, sharedEngine(t))
	got, err := w.Query(t.Context(), `
		SELECT v.table, v.name, v.type, r.type, v.comment, r.comment
		FROM (SELECT * FROM system.columns WHERE database = 'earshot') AS v
		INNER JOIN (SELECT * FROM system.columns WHERE database = 'earshot_raw') AS r ON r.table = v.table AND r.name = v.name
		WHERE v.type != r.type OR v.comment != r.comment`)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range got.Rows {
		t.Errorf("%v", row)
	}
}

func TestNewerSchemaIsLeftAlone(t *testing.T) {
	e := sharedEngine(t)
	w := open(t, e)
	execute(t, e, "INSERT INTO earshot_raw.goose_db_version (version_id, is_applied) VALUES (99999, 1)")
	defer execute(t, e, "ALTER TABLE earshot_raw.goose_db_version DELETE WHERE version_id = 99999 SETTINGS mutations_sync = 2")
	var newer *warehouse.NewerSchemaError
	if err := w.Migrate(t.Context()); !errors.As(err, &newer) || newer.Found != 99999 {
		t.Errorf("got %v, want NewerSchemaError", err)
	}
}

func TestHalfAppliedSchemaIsFinished(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine asks SQL")
	}
	e := ownEngine(t)
	w := open(t, e.Endpoint())
	execute(t, e.Endpoint(), "DROP VIEW earshot.turns SYNC")
	execute(t, e.Endpoint(), "DROP TABLE earshot_raw.trace SYNC")
	execute(t, e.Endpoint(), "ALTER TABLE earshot_raw.goose_db_version DELETE WHERE version_id > 0 SETTINGS mutations_sync = 2")
	if err := w.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Query(t.Context(), "SELECT count() FROM turns, trace"); err != nil {
		t.Error(err)
	}
}

func TestDead(t *testing.T) {
	w := open(t, sharedEngine(t))
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	at := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	first := models.Dead{
		ID: "dead-1", Channel: models.Phone, Step: "asr", Reason: "empty", Code: "bad-input", Revision: 5, Source: "t/0/1", At: at,
		Attempts: 3, Record: []byte(`{"id":"dead-1"}`),
	}
	second := models.Dead{ID: "dead-2", Step: "nlp", Reason: "slow", Code: "timed-out", Revision: 6, At: at.Add(time.Minute), Truncated: true}
	refused := models.Dead{ID: "dead-1", Step: "ingest", Reason: "no", Code: "bad-input", Source: "a:1", At: at.Add(time.Hour)}
	for _, d := range []models.Dead{first, second, refused, first} {
		if err := writer.Fail(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Accept(t.Context(), []models.Accepted{
		{ID: "dead-1", Revision: 5, Started: at}, {ID: "dead-2", Revision: 6, Started: at}, {ID: "dead-2", Revision: 7, Started: at},
	}); err != nil {
		t.Fatal(err)
	}
	ids := []models.ID{"dead-1", "dead-2"}
	for name, test := range map[string]struct {
		filter warehouse.DeadFilter
		want   []models.Dead
	}{
		"all":      {warehouse.DeadFilter{IDs: ids}, []models.Dead{refused, second, first}},
		"one":      {warehouse.DeadFilter{IDs: ids[1:]}, []models.Dead{second}},
		"step":     {warehouse.DeadFilter{IDs: ids, Steps: []string{"asr", "nlp"}}, []models.Dead{second, first}},
		"code":     {warehouse.DeadFilter{IDs: ids, Codes: []string{"timed-out"}}, []models.Dead{second}},
		"time":     {warehouse.DeadFilter{IDs: ids, From: at.Add(time.Minute), To: at.Add(time.Hour)}, []models.Dead{second}},
		"open":     {warehouse.DeadFilter{IDs: ids[1:], Open: true}, nil},
		"not open": {warehouse.DeadFilter{IDs: ids[:1], Steps: []string{"asr"}, Open: true}, []models.Dead{first}},
	} {
		got, err := w.Dead(t.Context(), test.filter)
		if err != nil {
			t.Fatal(name, err)
		}
		if !slices.EqualFunc(got, test.want, func(a, b models.Dead) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
			t.Errorf("%s: got\n%+v\nwant\n%+v", name, got, test.want)
		}
	}
}
