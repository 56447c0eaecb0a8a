package warehouse_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"earshot/models"
	"earshot/warehouse"
)

// TestBackupIsRestored takes a backup, another on top of it while somebody
// stores, and fills a new store from both.
func TestBackupIsRestored(t *testing.T) {
	if testing.Short() {
		t.Skip("starts two engines")
	}
	folder := t.TempDir()
	e, err := startEngine(t, engineIn(folder), testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	w := open(t, e.Endpoint())
	writer := w.Writer()
	store := func(from, to, revision int) {
		var all []*models.Interaction
		for i := from; i < to; i++ {
			all = append(all, numbered(models.ID(fmt.Sprint("kept-", i)), models.Phone, time.Date(2026, 1, 1+i%28, 0, 0, 0, 0, time.UTC), 2))
		}
		storeAll(t, writer, models.Revision(revision), all...)
	}
	const everything = `
		SELECT (SELECT groupArray(t) FROM (SELECT * FROM (SELECT tuple(*) AS t FROM earshot.turns) ORDER BY t)),
			(SELECT count() FROM earshot.interactions), (SELECT count() FROM earshot.verdicts), (SELECT count() FROM earshot.hits), (SELECT count() FROM earshot.coverage)`
	store(0, 20, 1)
	if err := w.Backup(t.Context(), "first", ""); err != nil {
		t.Fatal(err)
	}
	store(10, 30, 2) // some again
	want, err := w.Query(t.Context(), everything)
	if err != nil {
		t.Fatal(err)
	}
	// As if a result had come in between what counts and the rows.
	execute(t, e.Endpoint(), "INSERT INTO earshot_raw.turns (write, interaction_id, revision, channel, started) VALUES (777, 'kept-0', 9, 'phone', '2026-01-01')")
	if err := w.Backup(t.Context(), "second", "first"); err != nil {
		t.Fatal(err)
	}
	if err := w.Backup(t.Context(), "second", ""); !errors.Is(err, models.ErrBadInput) {
		t.Errorf("the same name again: %v", err)
	}
	for _, name := range []string{"", "../out", "a/b", "x'"} {
		if err := w.Backup(t.Context(), name, ""); !errors.Is(err, models.ErrBadInput) {
			t.Errorf("name %q: %v", name, err)
		}
	}
	if err := w.Restore(t.Context(), "second"); !errors.Is(err, warehouse.ErrNotEmpty) {
		t.Errorf("restored into a full store: %v", err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}

	fresh := t.TempDir()
	if err := os.Rename(filepath.Join(folder, "backups"), filepath.Join(fresh, "backups")); err != nil {
		t.Fatal(err)
	}
	second, err := startEngine(t, engineIn(fresh), testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = second.Close() }()
	into := connect(t, second.Endpoint(), second.Endpoint().Writer)
	if err := into.Restore(t.Context(), "third"); !errors.Is(err, models.ErrBadInput) {
		t.Errorf("a backup that is not there: %v", err)
	}
	if err := into.Restore(t.Context(), "second"); err != nil {
		t.Fatal(err)
	}
	got, err := into.Query(t.Context(), everything)
	if err != nil || fmt.Sprint(got.Rows) != fmt.Sprint(want.Rows) {
		t.Errorf("restored\n%v\nwant\n%v\n%v", got.Rows, want.Rows, err)
	}
	// It takes in what comes.
	again := into.Writer()
	defer func() { _ = again.Close() }()
	if err := again.Store(t.Context(), numbered("kept-0", models.Phone, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 2), 3); err != nil {
		t.Error(err)
	}
	if n, err := into.Query(t.Context(), "SELECT count() FROM interactions"); err != nil || n.Rows[0][0] != uint64(30) {
		t.Errorf("%v conversations after one more revision, %v", n.Rows, err)
	}
}
