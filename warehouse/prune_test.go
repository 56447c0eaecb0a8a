package warehouse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"earshot/models"
	"earshot/warehouse/engine"
)

func TestPruneDeletesOnlyWhatDoesNotCount(t *testing.T) {
	e := ownEngine(t)
	w := open(t, e.Endpoint())
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	for revision := range 3 {
		var all []*models.Interaction
		for i := range 4 {
			all = append(all, numbered(models.ID(fmt.Sprint("pruned-", i)), models.Phone, time.Date(2026, 1+time.Month(revision), 1, 0, 0, 0, 0, time.UTC), 2))
		}
		storeAll(t, writer, models.Revision(revision), all...)
	}
	const everything = `
		SELECT (SELECT groupArray(t) FROM (SELECT * FROM (SELECT tuple(*) AS t FROM earshot.turns) ORDER BY t)),
			(SELECT count() FROM earshot.interactions), (SELECT count() FROM earshot.verdicts), (SELECT count() FROM earshot.trace)`
	before, err := w.Query(t.Context(), everything)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := w.Prune(t.Context()); err != nil || n != 0 {
		t.Errorf("%d rows that are still young were deleted, %v", n, err)
	}
	age(t, e.Endpoint())
	n, err := w.Prune(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := uint64(4 * 2 * (1 + 2*7 + 1 + 2)); n != want { // two stale revisions of four, one interaction, two of each section and two hits, one set of rules, two sheets
		t.Errorf("%d rows deleted, want %d", n, want)
	}
	after, err := w.Query(t.Context(), everything)
	if err != nil || fmt.Sprint(after.Rows) != fmt.Sprint(before.Rows) {
		t.Errorf("the views changed from\n%v\nto\n%v\n%v", before.Rows, after.Rows, err)
	}
	if n, err := w.Prune(t.Context()); err != nil || n != 0 {
		t.Errorf("a second time: %d, %v", n, err)
	}
}

// age makes all writes three hours old.
func age(t *testing.T, e engine.Endpoint) {
	t.Helper()
	ageIn(t, e, "earshot_raw")
}

func ageIn(t *testing.T, e engine.Endpoint, database string) {
	t.Helper()
	for _, s := range []string{
		"CREATE TABLE {db}.copy AS {db}.unsettled",
		"INSERT INTO {db}.copy SELECT * REPLACE (at - INTERVAL 3 HOUR AS at) FROM {db}.unsettled",
		"EXCHANGE TABLES {db}.copy AND {db}.unsettled", "DROP TABLE {db}.copy SYNC",
	} {
		execute(t, e, strings.ReplaceAll(s, "{db}", database))
	}
}
