package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"
)

// Scan calls fn with every record of a topic, from the oldest to those there
// when Scan was called, one partition after the other. It belongs to no group
// and moves none. It stops at the first error of fn and returns it.
func (b *Bus) Scan(ctx context.Context, topic string, fn func(Message) error) error {
	spans, err := b.spans(ctx, topic)
	if err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	for _, s := range spans {
		if err := b.scan(ctx, topic, s, fn); err != nil {
			return fmt.Errorf("scan %s partition %d: %w", topic, s.Partition, err)
		}
	}
	return nil
}

// What Scan asks for is there, so a fetch that waits is one too many, and would
// only hold up closing.
const scanWait = 20 * time.Millisecond

func (b *Bus) scan(ctx context.Context, topic string, span kafka.PartitionOffsets, fn func(Message) error) error {
	if span.FirstOffset >= span.LastOffset {
		return nil
	}
	r := b.reader(topic, span.Partition, span.FirstOffset, scanWait)
	defer r.Close()
	for at := span.FirstOffset; at < span.LastOffset; {
		m, err := fetchWithin(ctx, r, b.cfg.Timeout)
		switch {
		case err == nil:
			if m.Offset >= span.LastOffset {
				return nil
			}
			if err := fn(message(m)); err != nil {
				return err
			}
			at = m.Offset + 1
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, context.DeadlineExceeded):
			// Retention may have removed what was left to read.
			now, lerr := b.span(ctx, topic, span.Partition)
			if lerr != nil {
				return lerr
			}
			if now.FirstOffset >= span.LastOffset {
				return nil
			}
			return fmt.Errorf("no record came from offset %d on within %s", at, b.cfg.Timeout)
		case !passing(err):
			return err
		}
	}
	return nil
}

func fetchWithin(ctx context.Context, r *kafka.Reader, limit time.Duration) (kafka.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return r.FetchMessage(ctx)
}
