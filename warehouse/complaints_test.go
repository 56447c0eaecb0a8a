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

func TestComplaints(t *testing.T) {
	e := ownEngine(t)
	w := open(t, e.Endpoint())
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	day := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	finding := func(kind string, party models.Party) models.Finding {
		return models.Finding{Kind: kind, Party: party, Score: 1, Evidence: []models.Evidence{{Turn: 0, From: 0, To: 1, Quote: "I"}}}
	}
	angry, cause := finding("emotion.anger", models.Customer), finding("complaint.cause", models.Customer)
	said := []*models.Interaction{
		{Findings: []models.Finding{angry, finding("word.threat", models.Customer)}, Queue: "east"},
		{Findings: []models.Finding{angry, cause}},
		{Findings: []models.Finding{cause}},
		{Findings: []models.Finding{angry}, Summary: &models.Summary{Method: "llm"}, Queue: "west"},
		{Findings: []models.Finding{finding("emotion.anger", models.Agent)}},
		{},
	}
	for i, in := range said {
		in.ID, in.Channel, in.Started = models.ID(fmt.Sprint("c", i)), models.WeChat, day.AddDate(0, 0, i)
		in.Transcript = models.MustParse("C: I am number one\nA: not read\nC: 第二句")
		if i == 0 { // a call with times of words: "number" is the third of four
			turn := &in.Transcript.Turns[0]
			for n, at := range []int{0, 2, 5, 12} {
				start := turn.Start + models.Millis(100*n)
				turn.Words = append(turn.Words, models.Word{From: at, To: []int{1, 4, 11, 15}[n], Start: start, End: start + 90})
			}
		}
	}
	storeAll(t, writer, 1, said...)
	reader := connect(t, e.Endpoint(), e.Endpoint().Analyst)
	for _, test := range []struct {
		name  string
		ask   warehouse.Complaints
		ids   []models.ID
		total int
	}{
		{"without a cause", warehouse.Complaints{Most: 10}, []models.ID{"c0", "c3"}, 2},
		{"all", warehouse.Complaints{Most: 10, All: true}, []models.ID{"c0", "c1", "c2", "c3", "c4", "c5"}, 6},
		{"of some days", warehouse.Complaints{Most: 10, From: day.AddDate(0, 0, 1), To: day.AddDate(0, 0, 5)}, []models.ID{"c3"}, 1},
		{"of none", warehouse.Complaints{Most: 10, To: day}, nil, 0},
	} {
		if test.ask.From.IsZero() {
			test.ask.From = day.AddDate(-1, 0, 0)
		}
		if test.ask.To.IsZero() {
			test.ask.To = day.AddDate(1, 0, 0)
		}
		test.ask.By = "queue"
		all, total, err := reader.Complaints(t.Context(), test.ask)
		var ids []models.ID
		for _, c := range all {
			ids = append(ids, c.ID)
			if len(c.Says) != 2 || c.Says[0].Turn != 0 || c.Says[1].Turn != 2 || c.Says[1].Text != "第二句" || c.ID == "c0" && c.By != "east" {
				t.Errorf("%s: %+v", test.name, c)
			}
		}
		if err != nil || total != test.total || !slices.Equal(ids, test.ids) {
			t.Errorf("%s: %v, %d, %v", test.name, ids, total, err)
		}
	}
	quoted := models.Evidence{Turn: 0, From: 5, To: 15, Quote: "number one", Start: 7, End: 9}
	wordless := quoted
	if err := reader.NarrowTimes(t.Context(), map[models.ID][]*models.Evidence{"c0": {&quoted}, "c1": {&wordless}}); err != nil {
		t.Fatal(err)
	}
	if begin := models.MustParse("C: I am number one").Turns[0].Start; quoted.Start != begin+200 || quoted.End != begin+390 || wordless.Start != 7 || wordless.End != 9 {
		t.Errorf("with words %v to %v, without %v to %v", quoted.Start, quoted.End, wordless.Start, wordless.End)
	}
	some := warehouse.Complaints{From: day, To: day.AddDate(0, 1, 0), All: true, Most: 3}
	first, total, err := reader.Complaints(t.Context(), some)
	again, _, _ := reader.Complaints(t.Context(), some)
	if err != nil || total != 6 || len(first) != 3 || len(again) != 3 || first[0].ID != again[0].ID || first[2].ID != again[2].ID {
		t.Errorf("three of them: %v, again %v, of %d, %v", first, again, total, err)
	}
	for _, by := range []string{"text", "attributes.", "queue) --", "customer"} {
		some.By = by
		if _, _, err := reader.Complaints(t.Context(), some); !errors.Is(err, models.ErrBadInput) {
			t.Errorf("by %q: %v", by, err)
		}
	}
}
