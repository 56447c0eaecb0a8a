package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/segmentio/kafka-go"
)

// Message is a record as it lies in the log.
type Message struct {
	Topic     string
	Partition int
	Offset    int64
	Time      time.Time // when its publisher wrote it, to the millisecond; zero if it did not say
	Key       string
	Value     []byte
	Headers   map[string]string
}

// Delivery is a message handed to one member of a group.
type Delivery struct {
	Message
	mark  *watermark
	epoch int
}

// Done says that the message needs no more work. The group moves past it soon
// after, once every earlier delivery of its partition is done too. Until then
// it is delivered again after a crash. Calling Done twice, or after the
// partition has gone to another member, does nothing.
func (d Delivery) Done() {
	if d.mark != nil {
		d.mark.finish(d.Offset, d.epoch)
	}
}

// Subscription is a membership in a consumer group of one topic.
type Subscription struct {
	bus          *Bus
	topic, group string
	log          *slog.Logger
	members      *kafka.ConsumerGroup
	leash        *leash
	out          chan Delivery
	closed       chan struct{}
	closing      sync.Once
	running      sync.WaitGroup
	marks        map[int]*watermark // of the partitions held; touched by run alone
	lost         atomic.Int64
}

// Subscribe joins a group that shares the partitions of a topic among its
// members. A group that is new starts at the oldest record. The topic must
// exist: an error that wraps ErrNoTopic says that it does not. ctx bounds the
// call, not the subscription, which the caller closes.
func (b *Bus) Subscribe(ctx context.Context, topic, group string) (*Subscription, error) {
	if group == "" {
		return nil, fmt.Errorf("subscribe to %s: the group has no name", topic)
	}
	if _, err := b.partitions(ctx, topic); err != nil {
		return nil, fmt.Errorf("subscribe: %w", err)
	}
	log := b.log.With("topic", topic, "group", group)
	leash := newLeash()
	members, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID: group, Brokers: b.cfg.Brokers, Dialer: leash.dialer(b.dialer), Topics: []string{topic},
		HeartbeatInterval: b.cfg.SessionTimeout / 5, SessionTimeout: b.cfg.SessionTimeout, RebalanceTimeout: b.cfg.SessionTimeout,
		JoinGroupBackoff: 500 * time.Millisecond, Timeout: b.cfg.Timeout,
		WatchPartitionChanges: true, PartitionWatchInterval: 10 * time.Second,
		StartOffset: kafka.FirstOffset,
		ErrorLogger: kafka.LoggerFunc(func(f string, a ...any) { log.Debug("kafka group", "message", fmt.Sprintf(f, a...)) }),
	})
	if err != nil {
		return nil, fmt.Errorf("subscribe to %s as %s: %w", topic, group, err)
	}
	s := &Subscription{
		bus: b, topic: topic, group: group, log: log, members: members, leash: leash,
		out: make(chan Delivery), closed: make(chan struct{}), marks: map[int]*watermark{},
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, errors.Join(ErrClosed, members.Close())
	}
	b.subs[s] = struct{}{}
	s.running.Go(s.run)
	return s, nil
}

// Next returns the next message of the partitions held, waiting for one. It may
// be called from many goroutines. Its error is ctx's, or ErrClosed: an outage of
// the broker is waited for, not returned.
func (s *Subscription) Next(ctx context.Context) (Delivery, error) {
	if err := ctx.Err(); err != nil {
		return Delivery{}, err
	}
	select {
	case d := <-s.out:
		return d, nil
	case <-ctx.Done():
		return Delivery{}, ctx.Err()
	case <-s.closed:
		return Delivery{}, ErrClosed
	}
}

// Lost returns how many records this subscription could not deliver because the
// broker had deleted them, by retention or by losing its log.
func (s *Subscription) Lost() int64 { return s.lost.Load() }

// How long Close waits for the broker to take the last commit and the leave. A
// member that could not leave holds its partitions for a session time-out.
const closeWait = 3 * time.Second

// Close moves the group past what is done and leaves it. Done has no effect
// afterwards.
func (s *Subscription) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.closed)
		hurry := time.AfterFunc(closeWait, s.leash.cut)
		err = s.members.Close()
		hurry.Stop()
		s.running.Wait()
		s.bus.mu.Lock()
		delete(s.bus.subs, s)
		s.bus.mu.Unlock()
	})
	return err
}

func (s *Subscription) run() {
	away := false
	for {
		gen, err := s.members.Next(context.Background())
		switch {
		case errors.Is(err, kafka.ErrGroupClosed):
			return
		case err != nil:
			if !away {
				s.log.Warn("group not reached, trying on", "error", err)
			}
			away = true
			continue
		}
		if away {
			s.log.Info("group reached again")
		}
		away = false
		s.join(gen)
	}
}

// join starts reading the partitions of a generation. The previous generation
// has ended: the consumer group hands out the next one only after every
// goroutine of the last has returned.
func (s *Subscription) join(gen *kafka.Generation) {
	marks := map[int]*watermark{}
	for _, p := range gen.Assignments[s.topic] {
		w := s.marks[p.ID]
		if w == nil || !w.resume(p.Offset) {
			w = newWatermark(p.Offset, s.bus.cfg.Window)
		}
		marks[p.ID] = w
	}
	s.marks = marks
	s.log.Debug("generation", "generation", gen.ID, "partitions", len(marks))
	gen.Start(func(ctx context.Context) { s.commitLoop(ctx, gen, marks) })
	for id, w := range marks {
		gen.Start(func(ctx context.Context) { s.read(ctx, id, w) })
	}
}

func (s *Subscription) commitLoop(ctx context.Context, gen *kafka.Generation, marks map[int]*watermark) {
	tick := time.NewTicker(s.bus.cfg.CommitInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.commit(gen, marks)
		case <-ctx.Done():
			s.commit(gen, marks)
			return
		}
	}
}

// commit notes finished work on the broker. A failure needs no handling: the
// next tick tries again, and if the generation has ended the next owner of the
// partition starts from the last commit.
func (s *Subscription) commit(gen *kafka.Generation, marks map[int]*watermark) {
	due := map[int]int64{}
	for id, w := range marks {
		if offset, ok := w.due(); ok {
			due[id] = offset
		}
	}
	if len(due) == 0 {
		return
	}
	if err := gen.CommitOffsets(map[string]map[int]int64{s.topic: due}); err != nil {
		s.log.Debug("commit failed", "generation", gen.ID, "error", err)
		return
	}
	for id, offset := range due {
		marks[id].commit(offset)
	}
}
