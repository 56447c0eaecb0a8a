package main

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

	"earshot/rootcause"
	"earshot/warehouse"
)

// BurstsConfig says how bursts of complaints are looked for.
type BurstsConfig struct {
	Every time.Duration         `yaml:"every" doc:"how often 'earshot serve' looks for bursts of complaints, 1s to 24h; 0: never; default 1h"`
	Alarm rootcause.BurstConfig `yaml:"alarm" doc:"what counts as a burst"`
}

func (c BurstsConfig) validate() error {
	if c.Every != 0 && (c.Every < time.Second || c.Every > 24*time.Hour) {
		return fmt.Errorf("every %s: want 1s to 24h, or 0 for never", c.Every)
	}
	if err := c.Alarm.Validate(); err != nil {
		return fmt.Errorf("alarm.%w", err)
	}
	return nil
}

// burstWatch is what the service knows of bursts, kept in the data folder so
// that a restart does not tell of them again.
type burstWatch struct {
	rootcause.Watch
	Untold []rootcause.Burst `json:"untold,omitempty"` // that the webhook did not take yet

	file string
}

// openBurstWatch reads what is kept. A file that cannot be read is told of and
// begun anew.
func (a *app) openBurstWatch() *burstWatch {
	w := &burstWatch{file: filepath.Join(a.cfg.Data, "bursts.json")}
	text, err := os.ReadFile(w.file)
	if err == nil {
		err = json.Unmarshal(text, w)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		a.log.Warn("bursts told of before may be told of again", "file", w.file, "error", err)
		*w = burstWatch{file: w.file}
	}
	return w
}

// watchBursts looks for bursts again and again until ctx ends.
func (a *app) watchBursts(ctx context.Context, store *warehouse.Warehouse) error {
	if a.cfg.Bursts.Every == 0 {
		return nil
	}
	zone, err := a.cfg.Reports.zone()
	if err != nil {
		return err
	}
	w := a.openBurstWatch()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(a.cfg.Bursts.Every):
		}
		if err := a.checkBursts(ctx, store, w, time.Now().In(zone)); err != nil && ctx.Err() == nil {
			a.log.Warn("bursts of complaints: this check is incomplete, the next follows", "in", a.cfg.Bursts.Every, "error", err)
		}
	}
}

// checkBursts makes one check, and tells of what is new.
func (a *app) checkBursts(ctx context.Context, store *warehouse.Warehouse, w *burstWatch, now time.Time) error {
	counts, events, err := loadComplaints(ctx, store, now, now, now.Location())
	if err != nil {
		return err
	}
	for _, b := range w.Step(now, a.cfg.Bursts.Alarm.Find(counts, events, now)) {
		dimension, value := nameOf(b.Series)
		a.log.Warn("burst of complaints", "dimension", dimension, "value", value, "complaints", b.Count, "usual", fmt.Sprintf("%.1f", b.Expected),
			"from", b.From, "driven_by", drivers(&b, "en"), "calls", b.IDs[:min(3, len(b.IDs))])
		if a.cfg.Reports.Webhook.URL != "" {
			w.Untold = append(w.Untold, b)
		}
	}
	// First kept, then told: after a crash in between it is told again.
	err = writeJSON(w.file, w)
	for err == nil && len(w.Untold) > 0 && a.cfg.Reports.Webhook.URL != "" {
		if err = a.announceBurst(ctx, w.Untold[0]); err == nil {
			w.Untold = w.Untold[1:]
			err = writeJSON(w.file, w)
		}
	}
	return err
}

// announceBurst tells the webhook. A burst has the same Webhook-Id each time.
func (a *app) announceBurst(ctx context.Context, b rootcause.Burst) error {
	body, err := json.Marshal(struct {
		Type      string          `json:"type"`
		Timestamp time.Time       `json:"timestamp"`
		Data      rootcause.Burst `json:"data"`
	}{"complaints.burst", b.To, b})
	if err != nil {
		return err
	}
	id := fmt.Sprintf("burst_%x_%d", fnvOf(b.Dimension+"\n"+b.Value), b.To.Unix())
	return a.cfg.Reports.Webhook.Send(ctx, id, body)
}

func fnvOf(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // a hash never fails
	return h.Sum64()
}
