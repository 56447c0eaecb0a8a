package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/ask"
	"earshot/rootcause"
	"earshot/warehouse"
)

// burstWatch is what the service knows of bursts, kept in the data folder so
// that a restart does not tell of them again.
type burstWatch struct {
	rootcause.Watch
	Untold []rootcause.Burst `json:"untold,omitempty"` // that the webhook did not take yet

	file string
}

// OpenBurstWatch reads what is kept. A file that cannot be read is told of and
// begun anew.
func OpenBurstWatch(a *app.App) *burstWatch {
	w := &burstWatch{file: filepath.Join(a.Config.Data, "bursts.json")}
	text, err := os.ReadFile(w.file)
	if err == nil {
		err = json.Unmarshal(text, w)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		a.Log.Warn("bursts told of before may be told of again", "file", w.file, "error", err)
		*w = burstWatch{file: w.file}
	}
	return w
}

// watchBursts looks for bursts again and again until ctx ends.
func watchBursts(ctx context.Context, a *app.App, store *warehouse.Warehouse) error {
	if a.Config.Bursts.Every == 0 {
		return nil
	}
	zone, err := a.Config.Reports.Location()
	if err != nil {
		return err
	}
	w := OpenBurstWatch(a)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(a.Config.Bursts.Every):
		}
		if err := CheckBursts(ctx, a, store, w, time.Now().In(zone)); err != nil && ctx.Err() == nil {
			a.Log.Warn("bursts of complaints: this check is incomplete, the next follows", "in", a.Config.Bursts.Every, "error", err)
		}
	}
}

// CheckBursts makes one check, and tells of what is new.
func CheckBursts(ctx context.Context, a *app.App, store *warehouse.Warehouse, w *burstWatch, now time.Time) error {
	counts, events, err := ask.LoadComplaints(ctx, store, now, now, now.Location())
	if err != nil {
		return err
	}
	for _, b := range w.Step(now, a.Config.Bursts.Alarm.Find(counts, events, now)) {
		dimension, value := ask.NameOf(b.Series)
		a.Log.Warn("burst of complaints", "dimension", dimension, "value", value, "complaints", b.Count, "usual", fmt.Sprintf("%.1f", b.Expected),
			"from", b.From, "driven_by", ask.Drivers(&b, "en"), "calls", b.IDs[:min(3, len(b.IDs))])
		if a.Config.Reports.Webhook.URL != "" {
			w.Untold = append(w.Untold, b)
		}
	}
	// First kept, then told: after a crash in between it is told again.
	err = app.WriteJSON(w.file, w)
	for err == nil && len(w.Untold) > 0 && a.Config.Reports.Webhook.URL != "" {
		if err = announceBurst(ctx, a, w.Untold[0]); err == nil {
			w.Untold = w.Untold[1:]
			err = app.WriteJSON(w.file, w)
		}
	}
	return err
}

// announceBurst tells the webhook. A burst has the same Webhook-Id each time.
func announceBurst(ctx context.Context, a *app.App, b rootcause.Burst) error {
	body, err := json.Marshal(struct {
		Type      string          `json:"type"`
		Timestamp time.Time       `json:"timestamp"`
		Data      rootcause.Burst `json:"data"`
	}{"complaints.burst", b.To, b})
	if err != nil {
		return err
	}
	id := fmt.Sprintf("burst_%x_%d", fnvOf(b.Dimension+"\n"+b.Value), b.To.Unix())
	return a.Config.Reports.Webhook.Send(ctx, id, body)
}

func fnvOf(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // a hash never fails
	return h.Sum64()
}
