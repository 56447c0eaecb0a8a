package warehouse_test

import (
	"fmt"
	"testing"
	"time"

	"earshot/models"
	"earshot/warehouse"
)

// TestPromises: each state a promise can have, and the row it rests on; nothing
// changes when everything is delivered again.
func TestPromises(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine asks SQL")
	}
	w := open(t, sharedEngine(t))
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	day := time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)
	promise := func(id, customer, action string, due time.Duration) *models.Interaction {
		in := numbered(models.ID(id), models.Phone, day, 2)
		in.Customer = customer
		in.Summary = &models.Summary{Method: "extractive", Reason: "refund/slow", Text: []models.Statement{},
			Promises: []models.Promise{{Party: models.Agent, Action: action, Text: "said", Cites: []models.Evidence{}}}, By: models.By{Name: "nlp", Version: "1", Hash: "x"}}
		if due != 0 {
			at := day.Add(due)
			in.Summary.Promises[0].Due = &at
		}
		return in
	}
	contact := func(id, customer, direction string, after time.Duration, reason string, again bool) *models.Interaction {
		in := numbered(models.ID(id), models.Phone, day.Add(after), 2)
		in.Customer, in.Direction = customer, direction
		in.Summary = &models.Summary{Method: "extractive", Reason: reason, Text: []models.Statement{}, By: models.By{Name: "nlp", Version: "1", Hash: "x"}}
		in.Findings = nil
		if again {
			in.Findings = []models.Finding{{Kind: "word.repeat", Party: models.Customer, Score: 1, By: models.By{Name: "words"}, Evidence: []models.Evidence{}}}
		}
		return in
	}
	const hour = time.Hour
	all := []*models.Interaction{
		promise("pl-kept-event", "pl1", "refund", 72*hour),
		promise("pl-kept-call", "pl2", "callback", 24*hour),
		promise("pl-late", "pl3", "delivery", 24*hour),
		promise("pl-back", "pl4", "refund", 24*hour),
		promise("pl-again", "pl5", "repair", 24*hour),
		promise("pl-quiet", "pl6", "refund", 24*hour),
		promise("pl-wrong-kind", "pl7", "refund", 24*hour),
		promise("pl-nobody", "", "refund", 24*hour),
		promise("pl-no-time", "pl8", "refund", 0),
		promise("pl-future", "pl9", "refund", 24*365*100*hour),
		contact("pl-c2", "pl2", "outbound", 20*hour, "", false),
		contact("pl-c4", "pl4", "inbound", 30*hour, "refund/slow", false),
		contact("pl-c5", "pl5", "inbound", 40*hour, "other/thing", true),
		contact("pl-c6", "pl6", "inbound", 12*hour, "refund/slow", true), // before it is due
	}
	events := []warehouse.Event{
		{Customer: "pl1", Kind: "refund", Happened: day.Add(48 * hour), ID: "R1", Said: "退款成功", Source: "orders.csv:2"},
		{Customer: "pl1", Kind: "refund", Happened: day.Add(-48 * hour), ID: "R0", Said: "refund", Source: "orders.csv:3"},
		{Customer: "pl3", Kind: "delivery", Happened: day.Add(60 * hour), ID: "D3", Said: "shipped", Source: "orders.csv:4"},
		{Customer: "pl7", Kind: "delivery", Happened: day.Add(2 * hour), ID: "D7", Said: "shipped", Source: "orders.csv:5"},
	}
	want := []string{
		"pl-again 1 broken came back interaction pl-c5",
		"pl-back 1 broken came back interaction pl-c4",
		"pl-future 1 unknown not due yet  ",
		"pl-kept-call 1 kept done in time interaction pl-c2",
		"pl-kept-event 1 kept done in time event R1",
		"pl-late 1 broken done late event D3",
		"pl-no-time 1 unknown no due time  ",
		"pl-nobody 1 unknown no customer  ",
		"pl-quiet 1 unknown nothing heard  ",
		"pl-wrong-kind 1 unknown nothing heard  ",
	}
	for delivery := range 2 {
		storeAll(t, writer, models.Revision(1+delivery), all...)
		if err := w.Happened(t.Context(), events); err != nil {
			t.Fatal(err)
		}
		got, err := w.Query(t.Context(), "SELECT interaction_id, position, state, because, evidence, evidence_id FROM promises WHERE startsWith(interaction_id, 'pl-') ORDER BY interaction_id")
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		for _, r := range got.Rows {
			rows = append(rows, fmt.Sprintf("%v %v %v %v %v %v", r...))
		}
		if fmt.Sprint(rows) != fmt.Sprint(want) {
			t.Errorf("delivery %d: got\n%q\nwant\n%q", delivery+1, rows, want)
		}
	}
	got, err := w.Query(t.Context(), "SELECT count() FROM events WHERE startsWith(customer, 'pl')")
	if err != nil || got.Rows[0][0].(uint64) != 4 {
		t.Errorf("%v events, %v", got.Rows, err)
	}
}
