package bus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"
)

// ErrTooLarge is wrapped by a *TooLargeError.
var ErrTooLarge = errors.New("record too large")

// TooLargeError says that a record does not fit its topic. No retry helps.
type TooLargeError struct {
	Topic string
	Key   string
	Size  int // bytes of key, value and headers
	Max   int // bytes the topic takes; 0 if only the broker knows
}

// Error names the record and both sizes.
func (e *TooLargeError) Error() string {
	if e.Max == 0 {
		return fmt.Sprintf("topic %s: record %.80q of %d bytes: %v for the broker", e.Topic, e.Key, e.Size, ErrTooLarge)
	}
	return fmt.Sprintf("topic %s: record %.80q of %d bytes: %v, the limit is %d", e.Topic, e.Key, e.Size, ErrTooLarge, e.Max)
}

// Unwrap returns ErrTooLarge.
func (e *TooLargeError) Unwrap() error { return ErrTooLarge }

// Record is what a publisher sends.
type Record struct {
	Key     string // not empty; records of one key keep their order
	Value   []byte
	Headers map[string]string
}

func (r Record) size() int {
	n := len(r.Key) + len(r.Value)
	for k, v := range r.Headers {
		n += len(k) + len(v)
	}
	return n
}

// The writer sends a batch when it is full or this old: a lone record waits
// this long, records in a hurry travel together.
const (
	batchTimeout = 5 * time.Millisecond
	batchRecords = 250
)

// writer returns the writer of all topics with the same limit, or nil after
// Close.
func (b *Bus) writer(limit int) *kafka.Writer {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	w := b.writers[limit]
	if w == nil {
		w = newWriter(b.cfg, limit, b.transport, b.log)
		b.writers[limit] = w
	}
	return w
}

func newWriter(cfg Config, limit int, transport *kafka.Transport, log *slog.Logger) *kafka.Writer {
	return &kafka.Writer{
		Addr:      kafka.TCP(cfg.Brokers...),
		Transport: transport,
		// The partitioner of Java clients: whoever else writes these topics
		// puts a key into the same partition.
		Balancer:     &kafka.Murmur2Balancer{},
		RequiredAcks: kafka.RequireAll, // the zero value asks for none, and loses
		BatchTimeout: batchTimeout,
		BatchSize:    batchRecords,
		BatchBytes:   int64(limit) + 1024,
		ReadTimeout:  cfg.Timeout,
		WriteTimeout: cfg.Timeout,
		Compression:  kafka.Zstd,
		ErrorLogger:  kafka.LoggerFunc(func(f string, a ...any) { log.Debug("kafka writer", "message", fmt.Sprintf(f, a...)) }),
	}
}

// Publish sends records to a topic and returns nil once all of them are on all
// in-sync replicas. After an error some may be, and sending them again may
// repeat them. Failures that may pass are tried again until ctx is done or for
// Config.RetryFor; records of one key keep their order unless Publish fails.
//
// A record that is too large gives a *TooLargeError and none is sent; a topic
// that does not exist gives an error that wraps ErrNoTopic.
func (b *Bus) Publish(ctx context.Context, topic string, records ...Record) error {
	limit := b.maxRecordBytes(topic)
	w := b.writer(limit)
	if w == nil {
		return ErrClosed
	}
	messages := make([]kafka.Message, len(records))
	for i, r := range records {
		if r.Key == "" {
			return fmt.Errorf("publish to %s: record %d has no key: every record needs one to keep its order", topic, i)
		}
		if n := r.size(); n > limit {
			return &TooLargeError{Topic: topic, Key: r.Key, Size: n, Max: limit}
		}
		messages[i] = kafka.Message{Topic: topic, Key: []byte(r.Key), Value: r.Value, Headers: headers(r.Headers), Time: b.clock.now(time.Now())}
	}
	failed, giveUp := false, time.Now().Add(b.cfg.RetryFor)
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
		rest, err := write(ctx, w, messages)
		if err == nil {
			return nil
		}
		messages = rest
		if err := b.final(ctx, topic, rest, err); err != nil {
			return err
		}
		if time.Now().After(giveUp) {
			return fmt.Errorf("publish to %s: given up after %s: %w", topic, b.cfg.RetryFor, err)
		}
		if !failed {
			b.log.Warn("publish failed, trying on", "topic", topic, "records", len(rest), "error", err)
		}
		failed = true
		select {
		case <-ctx.Done():
			return fmt.Errorf("publish to %s: %w: %w", topic, ctx.Err(), err)
		case <-time.After(pause):
		}
	}
}

// write returns the messages not known to be durable, and one of the reasons.
func write(ctx context.Context, w *kafka.Writer, messages []kafka.Message) ([]kafka.Message, error) {
	err := w.WriteMessages(ctx, messages...)
	var each kafka.WriteErrors
	if err == nil || !errors.As(err, &each) || len(each) != len(messages) {
		return messages, err
	}
	var rest []kafka.Message
	var first error
	for i, e := range each {
		if e == nil {
			continue
		}
		m := messages[i]
		rest = append(rest, kafka.Message{Topic: m.Topic, Key: m.Key, Value: m.Value, Headers: m.Headers, Time: m.Time})
		// A reason that will not pass decides.
		if first == nil || passing(first) {
			first = e
		}
	}
	return rest, first
}

// final turns an error that will not pass into what Publish returns, and any
// other into nil.
func (b *Bus) final(ctx context.Context, topic string, rest []kafka.Message, err error) error {
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("publish to %s: %w", topic, err)
	case b.isClosed():
		return ErrClosed
	case errors.Is(err, kafka.MessageSizeTooLarge) || errors.As(err, new(kafka.MessageTooLargeError)):
		m := slices.MaxFunc(rest, func(x, y kafka.Message) int { return cmp.Compare(len(x.Value), len(y.Value)) })
		return &TooLargeError{Topic: topic, Key: string(m.Key), Size: len(m.Key) + len(m.Value)}
	case errors.Is(err, kafka.UnknownTopicOrPartition):
		// Perhaps another client has just made it and our picture is old.
		if _, err := b.partitions(ctx, topic); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
		return nil
	case passing(err):
		return nil
	case errors.Is(err, kafka.Unknown):
		return fmt.Errorf("publish to %s: the broker could not keep the records, most often because its disk is full; its own log says why: %w", topic, err)
	}
	return fmt.Errorf("publish to %s: %w", topic, err)
}

func (b *Bus) maxRecordBytes(topic string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := b.limits[topic]; n > 0 {
		return n
	}
	return b.cfg.MaxRecordBytes
}

func headers(h map[string]string) []kafka.Header {
	if len(h) == 0 {
		return nil
	}
	list := make([]kafka.Header, 0, len(h))
	for k, v := range h {
		list = append(list, kafka.Header{Key: k, Value: []byte(v)})
	}
	slices.SortFunc(list, func(x, y kafka.Header) int { return cmp.Compare(x.Key, y.Key) })
	return list
}
