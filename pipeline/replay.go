package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"earshot/bus"
	"earshot/models"
)

// Replayed counts what Replay did.
type Replayed struct {
	Sent       int // records put back on the interactions topic
	Superseded int // left out: a later record of the same key is in the log
	Without    int // left out: the record itself was too large to keep, or never reached the log
	Filtered   int // left out by the caller's filter
}

// HeaderReplay is the header of a record that Replay put back. It holds where
// the record lay on the dead-letter topic.
const HeaderReplay = "replay-of"

// ScanDead calls fn with every record of the dead-letter topic, oldest first
// within a partition. A record redelivered after a crash may be there twice,
// under one ID and Revision. What is no dead letter of ours comes as one that
// says so.
func ScanDead(ctx context.Context, b *bus.Bus, fn func(models.Dead) error) error {
	return scanDead(ctx, b, func(_ bus.Message, d models.Dead) error { return fn(d) })
}

func scanDead(ctx context.Context, b *bus.Bus, fn func(bus.Message, models.Dead) error) error {
	return b.Scan(ctx, TopicDead, func(m bus.Message) error {
		var d models.Dead
		if err := json.Unmarshal(m.Value, &d); err != nil {
			// Somebody else's record must not hide ours.
			d = models.Dead{Step: "unknown", Code: CodeBadInput, Reason: "not a dead letter of Earshot: " + err.Error(), Source: location(m), At: m.Time, Record: m.Value}
		}
		return fn(m, d)
	})
}

// Replay puts records from the dead-letter topic back, byte for byte, for the
// pipeline to try again; which ones, keep decides. Of one key only the record
// that was sent last counts: an older one would replace what is newer. So it is
// safe to replay everything, and twice.
func Replay(ctx context.Context, b *bus.Bus, keep func(models.Dead) bool) (Replayed, error) {
	var done Replayed
	type place struct {
		revision  models.Revision
		partition int
		offset    int64
	}
	last := map[string]place{}
	err := scanDead(ctx, b, func(m bus.Message, d models.Dead) error {
		if key := replayKey(m, d); d.Revision >= last[key].revision {
			last[key] = place{d.Revision, m.Partition, m.Offset}
		}
		return nil
	})
	if err != nil {
		return done, fmt.Errorf("replay: %w", err)
	}
	later := map[string]bool{}
	err = b.Scan(ctx, TopicInteractions, func(m bus.Message) error {
		if p, ok := last[m.Key]; ok && revision(m) > p.revision {
			later[m.Key] = true
		}
		return nil
	})
	if err != nil {
		return done, fmt.Errorf("replay: %w", err)
	}
	err = scanDead(ctx, b, func(m bus.Message, d models.Dead) error {
		key := replayKey(m, d)
		p, known := last[key]
		switch {
		case d.Revision == 0 || len(d.Record) == 0:
			done.Without++
		case !known || p.partition != m.Partition || p.offset != m.Offset:
			// A repeat or an older failure of the same key.
		case later[key]:
			done.Superseded++
		case !keep(d):
			done.Filtered++
		default:
			if err := b.Publish(ctx, TopicInteractions, replayRecord(m, d)); err != nil {
				return err
			}
			done.Sent++
		}
		return nil
	})
	if err != nil {
		return done, fmt.Errorf("replay: %w", err)
	}
	return done, nil
}

func replayKey(m bus.Message, d models.Dead) string {
	if key := m.Headers[headerKey]; key != "" {
		return key
	}
	return string(d.ID)
}

func replayRecord(m bus.Message, d models.Dead) bus.Record {
	headers := map[string]string{}
	for k, v := range m.Headers {
		if name, ours := strings.CutPrefix(k, headerPrefix); ours {
			headers[name] = v
		}
	}
	headers[HeaderReplay] = location(m)
	return bus.Record{Key: replayKey(m, d), Value: d.Record, Headers: headers}
}
