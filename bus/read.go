package bus

import (
	"context"
	"time"

	"github.com/segmentio/kafka-go"
)

// read hands out the records of one partition until its generation ends.
func (s *Subscription) read(ctx context.Context, partition int, w *watermark) {
	c := s.bus.newCursor(ctx, s.topic, partition, w.position())
	defer c.close()
	c.skipped = func(from, to int64) {
		s.lost.Add(to - from)
		s.log.Error("records lost: the broker deleted them before they were read; raise the topic's retention",
			"partition", partition, "from", from, "to", to-1, "records", to-from)
	}
	c.rewound = func(to int64) {
		s.log.Error("the log is shorter than the group's progress: reading it from its start", "partition", partition, "offset", c.next, "start", to)
		w.rewind(to)
	}
	for w.reserve(ctx.Done()) {
		m, err := s.next(c)
		if err != nil {
			w.unreserve()
			return
		}
		d := Delivery{Message: message(m), mark: w, epoch: w.hand(m.Offset)}
		select {
		case s.out <- d:
		case <-ctx.Done():
			w.takeBack()
			return
		}
	}
}

// next returns the next record, waiting through outages. It fails only when the
// cursor's context is done.
func (s *Subscription) next(c *cursor) (kafka.Message, error) {
	away := false
	for {
		m, err := c.read()
		switch {
		case err == nil:
			if away {
				s.log.Info("partition read again", "partition", c.partition)
			}
			return m, nil
		case c.ctx.Err() != nil:
			return m, err
		case !away:
			s.log.Warn("partition not read, trying on", "partition", c.partition, "error", err)
			away = true
		}
		select {
		case <-c.ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
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
