package bus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/segmentio/kafka-go"
)

// read hands out the records of one partition until its generation ends.
func (s *Subscription) read(ctx context.Context, partition int, w *watermark) {
	r := s.bus.reader(s.topic, partition, w.position(), fetchWait)
	defer r.Close()
	for {
		if !w.reserve(ctx.Done()) {
			return
		}
		m, err := s.fetch(ctx, r, w, partition)
		if err != nil {
			w.unreserve()
			return
		}
		w.hand(m.Offset)
		select {
		case s.out <- Delivery{Message: message(m), mark: w}:
		case <-ctx.Done():
			w.takeBack()
			return
		}
	}
}

// fetch returns the next record, waiting through outages, and reports records
// that the log no longer has. It fails only when ctx is done.
func (s *Subscription) fetch(ctx context.Context, r *kafka.Reader, w *watermark, partition int) (kafka.Message, error) {
	away := false
	for {
		m, err := r.FetchMessage(ctx)
		switch {
		case err == nil:
			if away {
				s.log.Info("partition read again", "partition", partition)
			}
			want := w.position()
			if m.Offset < want {
				continue
			}
			if want >= 0 && m.Offset > want {
				s.lost.Add(m.Offset - want)
				s.log.Error("records lost: the broker deleted them before they were read; raise the topic's retention",
					"partition", partition, "from", want, "to", m.Offset-1, "records", m.Offset-want)
			}
			return m, nil
		case ctx.Err() != nil || errors.Is(err, io.EOF):
			return m, err
		case errors.Is(err, kafka.OffsetOutOfRange):
			// The log ends before our place in it: it was cut or made anew.
			// Reading all of it again repeats work; going on would skip some.
			s.log.Error("the broker's log is shorter than the group's progress, reading it from its start", "partition", partition, "offset", w.position())
			w.rewind(kafka.FirstOffset)
			if err := r.SetOffset(kafka.FirstOffset); err != nil {
				return m, err
			}
		default:
			if !away {
				s.log.Warn("partition not read, trying on", "partition", partition, "error", err)
			}
			away = true
			select {
			case <-ctx.Done():
				return m, ctx.Err()
			case <-time.After(200 * time.Millisecond):
			}
		}
	}
}

// reader returns a reader of one partition from offset on. A fetch waits on the
// broker for a record, and so may Close.
func (b *Bus) reader(topic string, partition int, offset int64, wait time.Duration) *kafka.Reader {
	r := kafka.NewReader(kafka.ReaderConfig{
		Brokers: b.cfg.Brokers, Dialer: b.dialer, Topic: topic, Partition: partition,
		MinBytes: 1, MaxBytes: max(b.maxRecordBytes(topic)+batchOverhead, 1<<20), MaxWait: wait, ReadBatchTimeout: b.cfg.Timeout,
		QueueCapacity: readAhead, ReadLagInterval: -1, MaxAttempts: 1,
		ReadBackoffMin: 20 * time.Millisecond, ReadBackoffMax: time.Second,
		OffsetOutOfRangeError: true,
		ErrorLogger:           kafka.LoggerFunc(func(f string, a ...any) { b.log.Debug("kafka reader", "message", fmt.Sprintf(f, a...)) }),
	})
	// SetOffset fails only on a closed reader.
	_ = r.SetOffset(offset)
	return r
}

func message(m kafka.Message) Message {
	out := Message{Topic: m.Topic, Partition: m.Partition, Offset: m.Offset, Time: m.Time, Key: string(m.Key), Value: m.Value}
	if len(m.Headers) > 0 {
		out.Headers = make(map[string]string, len(m.Headers))
		for _, h := range m.Headers {
			out.Headers[h.Key] = string(h.Value)
		}
	}
	return out
}
