package warehouse_test

import (
	"fmt"
	"testing"
	"time"

	"earshot/models"
	"earshot/warehouse"
)

// TestBulk loads copies of a result twice and reads them back: each is there
// once, whole, with its own order number wherever the pattern had one.
func TestBulk(t *testing.T) {
	e := ownEngine(t)
	w := open(t, e.Endpoint())
	in := numbered("pattern", models.Phone, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), 3)
	in.Transcript.Turns[1].Text = "my order AB123456 is late"
	in.Findings[0].Evidence = []models.Evidence{in.Transcript.Quote(1, 9, 17)}
	due := in.Started.Add(time.Hour)
	in.Summary = &models.Summary{Method: "extractive", Text: []models.Statement{}, Promises: []models.Promise{{Party: models.Agent, Text: "AB123456 tomorrow", Due: &due, Cites: []models.Evidence{}}}}
	p, err := warehouse.NewPattern(in)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		b := w.Bulk(t.Context())
		for i := range 40 {
			c := warehouse.Copy{
				ID: models.ID(fmt.Sprint("copy-", i)), Revision: 7, Channel: models.WebChat, Started: in.Started.AddDate(0, 0, i), Agent: fmt.Sprint("a", i%3),
				Attributes: map[string]string{"region": "east"}, Source: "test",
			}
			if err := b.Add(p, c); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := w.Query(t.Context(), `SELECT (SELECT count() FROM interactions), (SELECT count() FROM turns), (SELECT count() FROM findings),
			(SELECT count() FROM score_items), (SELECT count() FROM summaries), (SELECT count() FROM coverage WHERE status = 'scored')`)
		if err != nil || fmt.Sprint(got.Rows) != "[[40 120 120 120 40 40]]" {
			t.Errorf("got %v, %v", got.Rows, err)
		}
	}
	numbers := map[string]bool{}
	err = w.Each(t.Context(), warehouse.Filter{}, func(got *models.Interaction, _ models.Revision) error {
		for _, f := range got.Findings {
			for _, q := range f.Evidence {
				if err := q.Check(got.Transcript); err != nil {
					t.Errorf("%s: %v", got.ID, err)
				}
				numbers[q.Quote] = true
			}
		}
		if d := got.Summary.Promises[0].Due; !d.Equal(got.Started.Add(time.Hour)) {
			t.Errorf("%s: due %s, started %s", got.ID, d, got.Started)
		}
		if got.Channel != models.WebChat || got.Attributes["region"] != "east" {
			t.Errorf("got %+v", got)
		}
		return nil
	})
	if err != nil || len(numbers) < 35 {
		t.Errorf("%d order numbers of 40 copies, %v", len(numbers), err)
	}
}
