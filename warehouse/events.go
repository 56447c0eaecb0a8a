package warehouse

import (
	"context"
	"time"
)

// Event is something that happened to a customer outside of conversations, as
// another system tells it: a refund, a delivery, a visit.
type Event struct {
	Customer string    // as conversations key their customers
	Kind     string    // as promises name their actions, such as refund
	Happened time.Time // with milliseconds
	ID       string    // in the system it comes from
	Said     string    // what it is called there
	Source   string    // file and line
}

type eventRow struct {
	Customer string    `ch:"customer"`
	Kind     string    `ch:"kind"`
	Happened time.Time `ch:"happened"`
	ID       string    `ch:"id"`
	Said     string    `ch:"said"`
	Source   string    `ch:"source"`
	NotedAt  time.Time `ch:"noted_at"`
}

// Happened keeps events, against which promises are judged. The same event
// again changes nothing.
func (w *Warehouse) Happened(ctx context.Context, events []Event) error {
	now := time.Now().UTC()
	rows := make([]eventRow, len(events))
	for i, e := range events {
		rows[i] = eventRow{e.Customer, e.Kind, storable(e.Happened), e.ID, e.Said, e.Source, now}
	}
	return insert(ctx, w, "events", rows)
}
