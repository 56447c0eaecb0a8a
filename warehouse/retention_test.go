package warehouse_test

import (
	"fmt"
	"testing"
	"time"

	"earshot/models"
	"earshot/warehouse"
)

// TestRetention keeps transcripts for a year and results for ever: an old
// conversation loses its words, not its verdicts.
func TestRetention(t *testing.T) {
	e := ownEngine(t)
	w := open(t, e.Endpoint())
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	storeAll(t, writer, 1, numbered("kept-0", models.Phone, time.Now().AddDate(0, 0, -1), 2), numbered("kept-1", models.Phone, time.Now().AddDate(0, 0, -800), 2))
	count := func() string {
		t.Helper()
		execute(t, e.Endpoint(), "OPTIMIZE TABLE earshot_raw.turns FINAL")
		got, err := w.Query(t.Context(), "SELECT (SELECT count() FROM turns), (SELECT count() FROM verdicts), (SELECT count() FROM interactions)")
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(got.Rows[0]...)
	}
	if got := count(); got != "4 4 2" {
		t.Errorf("without retention: %s", got)
	}
	at := e.Endpoint()
	for _, r := range []struct {
		retention warehouse.Retention
		want      string
	}{{warehouse.Retention{Transcripts: 365}, "2 4 2"}, {warehouse.Retention{Transcripts: 365}, "2 4 2"}, {warehouse.Retention{}, "2 4 2"}} {
		c := warehouse.Default()
		c.Addr, c.User, c.Password, c.Retention = []string{at.Native}, at.Writer.User, at.Writer.Password, r.retention
		changed, err := warehouse.Open(t.Context(), c, testLog(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := changed.Migrate(t.Context()); err != nil {
			t.Error(err)
		}
		if err := changed.Close(); err != nil {
			t.Error(err)
		}
		if got := count(); got != r.want {
			t.Errorf("%+v: %s, want %s", r.retention, got, r.want)
		}
	}
}
