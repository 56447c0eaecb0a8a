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

var errStalled = errors.New("no record came in time: the end of the partition may have been compacted away")

func (b *Bus) scan(ctx context.Context, topic string, span kafka.PartitionOffsets, fn func(Message) error) error {
	if span.FirstOffset >= span.LastOffset {
		return nil
	}
	reading, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	patience := b.cfg.Timeout + fetchWait
	stalled := time.AfterFunc(patience, func() { stop(errStalled) })
	defer stalled.Stop()
	c := b.newCursor(reading, topic, span.Partition, span.FirstOffset)
	defer c.close()
	for c.next < span.LastOffset {
		m, err := c.read()
		switch {
		case reading.Err() != nil:
			return context.Cause(reading)
		case err != nil && (passing(err) || errors.Is(err, kafka.OffsetOutOfRange)):
			select {
			case <-reading.Done():
			case <-time.After(100 * time.Millisecond):
			}
			continue
		case err != nil:
			return err
		case m.Offset >= span.LastOffset:
			return nil
		}
		stalled.Stop() // fn may take its time
		if err := fn(message(m)); err != nil {
			return err
		}
		stalled.Reset(patience)
	}
	return nil
}
