package bus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/segmentio/kafka-go"
)

// cursor reads one partition from an offset on. Unlike kafka.Reader it says
// which records the log no longer has, waits for a slow broker as long as
// Config.Timeout, and stops at once when its context is done.
type cursor struct {
	ctx       context.Context
	bus       *Bus
	topic     string
	partition int
	next      int64 // offset to read next; kafka.FirstOffset: the oldest there is

	skipped func(from, to int64) // told of records from up to to that are gone
	rewound func(to int64)       // told that the log is shorter than it was

	conn    *kafka.Conn
	unwatch func() bool
	batch   *kafka.Batch
	beyond  time.Time // since when next lies behind the end of the log
}

const (
	// How long a fetch waits on the broker for a first record.
	fetchWait = 2 * time.Second
	// After a change of leader the new one may not know for a moment how far
	// the log goes. Only after this long is the log taken to be shorter.
	shorterAfter = 5 * time.Second
)

// newCursor returns a cursor that lives as long as ctx; the caller closes it.
func (b *Bus) newCursor(ctx context.Context, topic string, partition int, next int64) *cursor {
	return &cursor{ctx: ctx, bus: b, topic: topic, partition: partition, next: next, skipped: func(int64, int64) {}, rewound: func(int64) {}}
}

// read returns the next record, waiting for one. After an error the next call
// starts afresh where this one stopped.
func (c *cursor) read() (kafka.Message, error) {
	for {
		m, err := c.step()
		switch {
		case c.ctx.Err() != nil:
			return m, c.ctx.Err()
		case err != nil:
			c.close()
			return m, fmt.Errorf("partition %d at offset %d: %w", c.partition, c.next, err)
		case m.Topic == "" || m.Offset < c.next:
			continue // the end of a batch, or its beginning, which we have
		}
		c.pass(m.Offset)
		c.next = m.Offset + 1
		return m, nil
	}
}

// step returns a record, or none at the end of a batch.
func (c *cursor) step() (kafka.Message, error) {
	if c.conn == nil {
		if err := c.dial(); err != nil {
			return kafka.Message{}, err
		}
	}
	if c.batch == nil {
		if err := c.conn.SetReadDeadline(time.Now().Add(fetchWait + c.bus.cfg.Timeout)); err != nil {
			return kafka.Message{}, err
		}
		c.batch = c.conn.ReadBatchWith(kafka.ReadBatchConfig{
			MinBytes: 1, MaxBytes: max(c.bus.maxRecordBytes(c.topic)+batchOverhead, 1<<20), MaxWait: fetchWait,
		})
	}
	if err := c.conn.SetReadDeadline(time.Now().Add(c.bus.cfg.Timeout)); err != nil {
		return kafka.Message{}, err
	}
	m, err := c.batch.ReadMessage()
	if err == nil {
		c.beyond = time.Time{}
		return m, nil
	}
	cerr := c.batch.Close()
	c.batch = nil
	switch {
	case errors.Is(err, io.EOF):
		return kafka.Message{}, cerr
	case errors.Is(err, kafka.RequestTimedOut):
		// How kafka-go ends a batch over which we took our time.
		return kafka.Message{}, nil
	case errors.Is(err, kafka.OffsetOutOfRange):
		return kafka.Message{}, c.outOfRange()
	}
	return kafka.Message{}, err
}

// dial connects to the partition's leader and moves to next.
func (c *cursor) dial() error {
	if err := c.connect(); err != nil {
		return err
	}
	first, err := c.conn.ReadFirstOffset()
	if err != nil {
		return fmt.Errorf("first offset: %w", err)
	}
	if c.next < first {
		c.pass(first)
		c.next = first
	}
	if _, err := c.conn.Seek(c.next, kafka.SeekAbsolute|kafka.SeekDontCheck); err != nil {
		return err
	}
	return c.conn.SetDeadline(time.Time{})
}

// connect leaves a connection whose deadline is one request away.
func (c *cursor) connect() error {
	leader, err := c.leader()
	if err != nil {
		return err
	}
	conn, err := c.bus.dialer.DialPartition(c.ctx, "tcp", "", leader)
	if err != nil {
		return err
	}
	c.conn = conn
	c.unwatch = context.AfterFunc(c.ctx, func() { _ = conn.Close() })
	return conn.SetDeadline(time.Now().Add(c.bus.cfg.Timeout))
}

func (c *cursor) leader() (kafka.Partition, error) {
	found, err := c.bus.topics(c.ctx)
	if err != nil {
		return kafka.Partition{}, err
	}
	for _, p := range found[c.topic] {
		switch {
		case p.ID != c.partition:
		case p.Leader.Host == "":
			return p, kafka.LeaderNotAvailable
		default:
			return p, nil
		}
	}
	return kafka.Partition{}, fmt.Errorf("topic %s has no such partition: %w", c.topic, ErrNoTopic)
}

// pass notes that the log goes on at offset to.
func (c *cursor) pass(to int64) {
	if c.next >= 0 && to > c.next {
		c.skipped(c.next, to)
	}
}

// outOfRange finds out on which side of the log the cursor stands. If on the
// near side, retention has moved on and dialling again puts it right. If on the
// far side the log was cut, or made anew: reading all of it again repeats work,
// going on would skip some.
func (c *cursor) outOfRange() error {
	// kafka-go leaves a connection that got this answer out of step.
	c.close()
	if err := c.connect(); err != nil {
		return err
	}
	first, last, err := c.conn.ReadOffsets()
	switch {
	case err != nil:
		return fmt.Errorf("ends of the log: %w", err)
	case c.next <= last:
		c.beyond = time.Time{}
	case c.beyond.IsZero():
		c.beyond = time.Now()
	case time.Since(c.beyond) > shorterAfter:
		c.rewound(first)
		c.next, c.beyond = first, time.Time{}
	}
	return kafka.OffsetOutOfRange
}

// close gives the connection back. The cursor may be used again.
func (c *cursor) close() {
	if c.conn == nil {
		return
	}
	c.unwatch()
	if c.batch != nil {
		// The connection goes first: a batch closes by reading to its end.
		_ = c.conn.Close()
		_ = c.batch.Close()
	}
	_ = c.conn.Close()
	c.conn, c.batch = nil, nil
}
