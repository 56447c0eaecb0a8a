package bus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"earshot/bus"
)

func testOrderOfOneKey(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 4)
	s := subscribe(t, b, name, "g-"+name)
	const n = 700
	for part := range slices.Chunk(records(n), 100) {
		publish(t, b, name, part...)
	}
	last := map[string]int{}
	for range n {
		d := next(t, s)
		var i int
		if _, err := fmt.Sscan(string(d.Value), &i); err != nil {
			t.Fatal(err)
		}
		if before, ok := last[d.Key]; ok && i != before+7 {
			t.Fatalf("key %s: %d came after %d", d.Key, i, before)
		}
		if d.Topic != name || time.Since(d.Time).Abs() > time.Minute {
			t.Fatalf("topic %q, time %s", d.Topic, d.Time)
		}
		last[d.Key] = i
		d.Done()
	}
	if s.Lost() != 0 {
		t.Errorf("%d records reported lost", s.Lost())
	}
}

func testRedelivery(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 1)
	publish(t, b, name, records(3)...)
	first := subscribe(t, b, name, "g-"+name)
	d := next(t, first)
	d.Done()
	d.Done() // twice is once
	next(t, first)
	next(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := subscribe(t, b, name, "g-"+name)
	if d := next(t, second); d.Offset != 1 {
		t.Errorf("got offset %d again, want 1: only offset 0 was done", d.Offset)
	}
}

// Work that ends out of order must not move the group past work that has not
// ended.
func testWatermark(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 1)
	group := "g-" + name
	publish(t, b, name, records(10)...)
	s := subscribe(t, b, name, group)
	var ds []bus.Delivery
	for range 10 {
		ds = append(ds, next(t, s))
	}
	for _, i := range []int{9, 4, 2, 1} {
		ds[i].Done()
	}
	time.Sleep(600 * time.Millisecond)
	wantLag(t, b, name, group, 10)
	ds[0].Done()
	wantLag(t, b, name, group, 7) // 0, 1 and 2 are done; 3 is not
	ds[3].Done()
	wantLag(t, b, name, group, 5)
	for _, d := range ds {
		d.Done()
	}
	wantLag(t, b, name, group, 0)
}

func testRebalance(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 4)
	group := "g-" + name
	const n = 4000
	var mu sync.Mutex
	seen := map[string]int{}
	missing := func() int {
		mu.Lock()
		defer mu.Unlock()
		return n - len(seen)
	}
	consume := func(s *bus.Subscription) {
		for {
			d, err := s.Next(t.Context())
			if err != nil {
				return
			}
			mu.Lock()
			seen[string(d.Value)]++
			mu.Unlock()
			d.Done()
		}
	}
	var wg sync.WaitGroup
	one := subscribe(t, b, name, group)
	wg.Go(func() { consume(one) })
	wg.Go(func() {
		for part := range slices.Chunk(records(n), 50) {
			if err := b.Publish(t.Context(), name, part...); err != nil {
				t.Error(err)
				return
			}
			time.Sleep(40 * time.Millisecond)
		}
	})
	time.Sleep(time.Second)
	two := subscribe(t, open(t, addr), name, group)
	wg.Go(func() { consume(two) })
	time.Sleep(1500 * time.Millisecond)
	if err := one.Close(); err != nil {
		t.Error(err)
	}
	for deadline := time.Now().Add(40 * time.Second); missing() > 0 && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
	}
	if m := missing(); m > 0 {
		t.Errorf("%d of %d records never came", m, n)
	}
	if err := two.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	repeats := 0
	for _, times := range seen {
		repeats += times - 1
	}
	t.Logf("%d records, %d repeats", n, repeats)
	if lag, err := b.Lag(t.Context(), name, group); err != nil || lag != 0 {
		t.Errorf("lag %d, %v after all was done and closed", lag, err)
	}
}

// A delivery from before its partition moved away must not move the group.
func testStaleDone(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 1)
	group := "g-" + name
	publish(t, b, name, records(5)...)
	one := subscribe(t, b, name, group)
	var old []bus.Delivery
	for range 5 {
		old = append(old, next(t, one))
	}
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}
	two := subscribe(t, b, name, group)
	for i := range 5 {
		if d := next(t, two); d.Offset != int64(i) {
			t.Fatalf("offset %d, want %d", d.Offset, i)
		}
	}
	for _, d := range old {
		d.Done()
	}
	time.Sleep(600 * time.Millisecond)
	wantLag(t, b, name, group, 5)
}

// A broker answers a member that joins only when all others have joined, too,
// or their session is over. Close does not wait that long.
func testCloseWhileJoining(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 1)
	group := "g-" + name
	publish(t, b, name, records(1)...)
	// A member that vanishes without leaving.
	ghost, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.ConsumerGroup(group), kgo.InstanceID("ghost"), kgo.ConsumeTopics(name),
		kgo.SessionTimeout(25*time.Second), kgo.Balancers(kgo.RangeBalancer()), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	ghost.PollFetches(t.Context())
	ghost.Close()
	s := subscribe(t, b, name, group)
	if d, err := nextWithin(t, s, time.Second); err == nil {
		t.Fatalf("got offset %d: the test needs a group that keeps a member waiting", d.Offset)
	}
	start := time.Now()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 6*time.Second {
		t.Errorf("Close took %s", took)
	}
}

// Records that the broker deleted before they were read are no silent loss.
func testLost(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 1)
	group := "g-" + name
	publish(t, b, name, records(10)...)
	s := subscribe(t, b, name, group)
	next(t, s).Done()
	wantLag(t, b, name, group, 9)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	deleteBelow(t, addr, name, 6)
	again := subscribe(t, b, name, group)
	if d := next(t, again); d.Offset != 6 {
		t.Errorf("got offset %d, want 6", d.Offset)
	}
	if n := again.Lost(); n != 5 {
		t.Errorf("%d records reported lost, want 5", n)
	}
	wantLag(t, b, name, group, 4)
	wantRecords(t, b, name, 4)
}

func deleteBelow(t *testing.T, addr, topic string, offset int64) {
	t.Helper()
	admin, err := kgo.NewClient(kgo.SeedBrokers(addr))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	p := kmsg.NewDeleteRecordsRequestTopicPartition()
	p.Offset = offset
	dt := kmsg.NewDeleteRecordsRequestTopic()
	dt.Topic, dt.Partitions = topic, append(dt.Partitions, p)
	req := kmsg.NewPtrDeleteRecordsRequest()
	req.Topics, req.TimeoutMillis = append(req.Topics, dt), 10_000
	res, err := req.RequestWith(t.Context(), admin)
	if err == nil {
		err = kerr.ErrorForCode(res.Topics[0].Partitions[0].ErrorCode)
	}
	if err != nil {
		t.Fatalf("delete records: %v", err)
	}
}

// Unfinished work is bounded: beyond the window nothing more is handed out.
func testWindow(t *testing.T, addr string) {
	b := open(t, addr, func(c *bus.Config) { c.Window = 5 })
	name := topic(t, b, 1)
	publish(t, b, name, records(20)...)
	s := subscribe(t, b, name, "g-"+name)
	var ds []bus.Delivery
	for range 5 {
		ds = append(ds, next(t, s))
	}
	ds[3].Done() // not the oldest: makes no room
	if d, err := nextWithin(t, s, 300*time.Millisecond); err == nil {
		t.Fatalf("offset %d was handed out beyond the window", d.Offset)
	}
	ds[0].Done()
	if d := next(t, s); d.Offset != 5 {
		t.Errorf("got offset %d, want 5", d.Offset)
	}
}

func testClosed(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 1)
	s := subscribe(t, b, name, "g-"+name)
	waiting := make(chan error)
	go func() {
		_, err := s.Next(t.Context())
		waiting <- err
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; !errors.Is(err, bus.ErrClosed) {
		t.Errorf("next: got %v, want ErrClosed", err)
	}
	if err := b.Publish(t.Context(), name, bus.Record{Key: "a"}); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("publish: got %v, want ErrClosed", err)
	}
	if _, err := b.Subscribe(t.Context(), name, "g"); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("subscribe: got %v, want ErrClosed", err)
	}
	if err := errors.Join(s.Close(), b.Close()); err != nil {
		t.Errorf("closing again: %v", err)
	}
}
