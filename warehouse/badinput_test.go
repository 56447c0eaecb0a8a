package warehouse_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"earshot/models"
	"earshot/warehouse"
)

// TestWriterWaitsForRoom fills the disk, as far as the store can tell, while
// interactions come in. Nothing is lost, and nothing is there twice once there
// is room again.
func TestWriterWaitsForRoom(t *testing.T) {
	e := ownEngine(t)
	w := open(t, e.Endpoint())
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	at := e.Endpoint()
	execute(t, at, "ALTER TABLE earshot_raw.verdicts MODIFY SETTING min_free_disk_bytes_to_perform_insert = 1000000000000000")
	const n = 20
	stored := make(chan error, n)
	for i := range n {
		go func() {
			stored <- writer.Store(t.Context(), numbered(models.ID(fmt.Sprint("room-", i)), models.Phone, time.Unix(1.7e9, 0), 3), 1)
		}()
	}
	short, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
	defer cancel()
	err := writer.Store(short, numbered("impatient", models.Phone, time.Unix(1.7e9, 0), 3), 1)
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, models.ErrBadInput) {
		t.Errorf("got %v, want a deadline that was missed", err)
	}
	select {
	case err := <-stored:
		t.Fatalf("acknowledged without room: %v", err)
	default:
	}
	if got, err := w.Query(t.Context(), "SELECT (SELECT count() FROM interactions), (SELECT count() FROM turns)"); err != nil || fmt.Sprint(got.Rows) != "[[0 0]]" {
		t.Errorf("half a result counts: %v, %v", got.Rows, err)
	}
	execute(t, at, "ALTER TABLE earshot_raw.verdicts RESET SETTING min_free_disk_bytes_to_perform_insert")
	for range n {
		if err := <-stored; err != nil {
			t.Error(err)
		}
	}
	got, err := w.Query(t.Context(), "SELECT count(), uniqExact(interaction_id), (SELECT count() FROM verdicts) FROM interactions WHERE interaction_id != 'impatient'")
	if err != nil || got.Rows[0][0] != uint64(n) || got.Rows[0][1] != uint64(n) || got.Rows[0][2].(uint64) < 3*n {
		t.Errorf("got %v, %v", got.Rows, err)
	}
}

// TestOddQuestions asks an empty store, over a decade, and with SQL where a
// value belongs.
func TestOddQuestions(t *testing.T) {
	e := ownEngine(t)
	open(t, e.Endpoint())
	reader := connect(t, e.Endpoint(), e.Endpoint().Analyst)
	day := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, o := range map[string]warehouse.ReportOptions{
		"all of it":  {},
		"ten years":  {From: day, To: day.AddDate(10, 0, 0)},
		"SQL inside": {Where: map[string]string{"agent": "x' OR 1 = 1; DROP TABLE earshot_raw.turns; --"}},
	} {
		if got, err := reader.Report(t.Context(), "volume", o); err != nil || len(got.Rows) != 0 {
			t.Errorf("%s: %v, %v", name, got.Rows, err)
		}
	}
	for name, o := range map[string]warehouse.ReportOptions{
		"SQL as a column": {By: "day; DROP TABLE turns"}, "SQL as a filter": {Where: map[string]string{"1 = 1 OR agent": "x"}},
	} {
		if _, err := reader.Report(t.Context(), "volume", o); !errors.Is(err, models.ErrBadInput) {
			t.Errorf("%s: got %v, want ErrBadInput", name, err)
		}
	}
}

// TestNoTablesYet asks a store that no serve has brought up to date.
func TestNoTablesYet(t *testing.T) {
	e := ownEngine(t)
	reader := connect(t, e.Endpoint(), e.Endpoint().Analyst)
	_, err := reader.Query(t.Context(), "SELECT count() FROM turns")
	if err == nil || !strings.Contains(err.Error(), "earshot serve") {
		t.Errorf("got %v, want what to do", err)
	}
}

// TestDaysAfter2149 groups conversations beyond what the type Date can hold by
// day, week and month.
func TestDaysAfter2149(t *testing.T) {
	e := ownEngine(t)
	w := open(t, e.Endpoint())
	if latest, err := w.Latest(t.Context()); err != nil || latest != 0 {
		t.Errorf("the latest record of an empty store: %d, %v", latest, err)
	}
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	var far []*models.Interaction
	for i, started := range []time.Time{time.Date(1991, 3, 5, 12, 0, 0, 0, time.UTC), time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC), time.Date(2199, 3, 5, 12, 0, 0, 0, time.UTC)} {
		far = append(far, numbered(models.ID(fmt.Sprint("far-", i)), models.Phone, started, 2))
	}
	storeAll(t, writer, 1, far...)
	for by, want := range map[string]string{
		"day": "1991-03-05 2026-03-05 2199-03-05", "week": "1991-03-04 2026-03-02 2199-03-04", "month": "1991-03-01 2026-03-01 2199-03-01",
	} {
		table, err := w.Report(t.Context(), "volume", warehouse.ReportOptions{By: by})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range table.Rows {
			got = append(got, row[0].(time.Time).Format(time.DateOnly))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("by %s: %v, want %s", by, got, want)
		}
	}
	if err := writer.Accept(t.Context(), []models.Accepted{{ID: "far-1", Channel: models.Phone, Started: time.Unix(1.7e9, 0), Revision: models.NewRevision(time.Unix(1.7e9, 0), 7)}}); err != nil {
		t.Fatal(err)
	}
	if latest, err := w.Latest(t.Context()); err != nil || latest != models.NewRevision(time.Unix(1.7e9, 0), 7) {
		t.Errorf("the latest record: %d, %v", latest, err)
	}
}
