package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.uber.org/goleak"

	"earshot/bus"
	"earshot/bus/embedded"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The suite runs against the embedded broker always, and against a Kafka
// cluster when EARSHOT_KAFKA names one: what holds on the one must hold on the
// other.
func TestConformance(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		broker := startEmbedded(t, t.TempDir(), "127.0.0.1:0")
		conformance(t, broker.Addr())
	})
	t.Run("kafka", func(t *testing.T) {
		addr := os.Getenv("EARSHOT_KAFKA")
		switch {
		case addr == "none", addr == "" && os.Getenv("EARSHOT_REQUIRE_SERVICES") != "1":
			t.Skip("EARSHOT_KAFKA names no Kafka cluster to test against; deploy/kafka/test.sh starts one")
		case addr == "":
			t.Fatal("EARSHOT_KAFKA is not set: give the address that deploy/kafka/up.sh prints, or none to go without")
		}
		conformance(t, addr)
	})
}

func conformance(t *testing.T, addr string) {
	for name, test := range map[string]func(*testing.T, string){
		"OrderOfOneKey":      testOrderOfOneKey,
		"RedeliveryNoDone":   testRedelivery,
		"Watermark":          testWatermark,
		"Rebalance":          testRebalance,
		"StaleDone":          testStaleDone,
		"TooLarge":           testTooLarge,
		"NoTopic":            testNoTopic,
		"Ensure":             testEnsure,
		"Names":              testNames,
		"Scan":               testScan,
		"Lag":                testLag,
		"Headers":            testHeaders,
		"KeyRequired":        testKeyRequired,
		"Closed":             testClosed,
		"CloseWhileJoining":  testCloseWhileJoining,
		"Lost":               testLost,
		"Window":             testWindow,
		"PartitionsSameKeys": testPartitionOfKey,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, addr)
		})
	}
}

func startEmbedded(t *testing.T, dir, listen string) *embedded.Broker {
	t.Helper()
	cfg := embedded.Default()
	cfg.Dir, cfg.Listen = dir, listen
	b, err := embedded.Start(t.Context(), cfg, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func testLog(t *testing.T) *slog.Logger {
	level := slog.LevelWarn
	if os.Getenv("EARSHOT_TEST_LOG") != "" {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: level}))
}

func open(t *testing.T, addr string, change ...func(*bus.Config)) *bus.Bus {
	t.Helper()
	cfg := bus.Default()
	cfg.Brokers = []string{addr}
	cfg.SessionTimeout = 6 * time.Second
	for _, c := range change {
		c(&cfg)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	b, err := bus.Open(ctx, cfg, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// topic makes a topic of its own for a test, so that tests can run side by side
// on one broker, and again on a broker that keeps its data.
func topic(t *testing.T, b *bus.Bus, partitions int) string {
	t.Helper()
	name := fmt.Sprintf("test.%s.%x", strings.ReplaceAll(t.Name(), "/", "-"), rand.Uint64())
	ensure(t, b, bus.Topic{Name: name, Partitions: partitions})
	return name
}

func ensure(t *testing.T, b *bus.Bus, topics ...bus.Topic) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := b.Ensure(ctx, topics...); err != nil {
		t.Fatal(err)
	}
}

func publish(t *testing.T, b *bus.Bus, topic string, records ...bus.Record) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := b.Publish(ctx, topic, records...); err != nil {
		t.Fatal(err)
	}
}

func subscribe(t *testing.T, b *bus.Bus, topic, group string) *bus.Subscription {
	t.Helper()
	s, err := b.Subscribe(t.Context(), topic, group)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func next(t *testing.T, s *bus.Subscription) bus.Delivery {
	t.Helper()
	d, err := nextWithin(t, s, 30*time.Second)
	if err != nil {
		t.Fatalf("next: %v", err)
	}
	return d
}

func nextWithin(t *testing.T, s *bus.Subscription, limit time.Duration) (bus.Delivery, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	return s.Next(ctx)
}

func records(n int) []bus.Record {
	out := make([]bus.Record, n)
	for i := range out {
		out[i] = bus.Record{Key: fmt.Sprintf("key-%d", i%7), Value: fmt.Appendf(nil, "%d", i)}
	}
	return out
}

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

// wantLag waits a little for the commit, which happens in the background.
func wantLag(t *testing.T, b *bus.Bus, topic, group string, want int64) {
	t.Helper()
	var got int64
	for range 40 {
		lag, err := b.Lag(t.Context(), topic, group)
		if err != nil {
			t.Fatal(err)
		}
		if got = lag; got == want {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("lag %d, want %d", got, want)
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

func testTooLarge(t *testing.T, addr string) {
	b := open(t, addr, func(c *bus.Config) { c.MaxRecordBytes = 2 << 20 })
	small := topic(t, b, 1)
	large := small + "-large"
	ensure(t, b, bus.Topic{Name: large, Partitions: 1, MaxRecordBytes: 5 << 20})

	noise := make([]byte, 4<<20) // does not compress
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	err := b.Publish(t.Context(), small, bus.Record{Key: "a", Value: []byte("fits")}, bus.Record{Key: "big-one", Value: noise})
	var tooLarge *bus.TooLargeError
	if !errors.As(err, &tooLarge) || !errors.Is(err, bus.ErrTooLarge) {
		t.Fatalf("got %v, want a TooLargeError", err)
	}
	if tooLarge.Size != len(noise)+len("big-one") || tooLarge.Max != 2<<20 || tooLarge.Key != "big-one" || tooLarge.Topic != small {
		t.Errorf("got %+v", tooLarge)
	}
	wantRecords(t, b, small, 0)

	publish(t, b, large, bus.Record{Key: "big-one", Value: noise})
	wantRecords(t, b, large, 1)

	// Another process may not know the topic's limit: then the broker says no.
	other := open(t, addr, func(c *bus.Config) { c.MaxRecordBytes = 7 << 20 })
	err = other.Publish(t.Context(), small, bus.Record{Key: "big-one", Value: noise})
	if !errors.As(err, &tooLarge) || tooLarge.Size != len(noise)+len("big-one") {
		t.Errorf("got %v, want a TooLargeError from the broker", err)
	}
	// Records that fit one by one must not be batched into one that does not.
	half := noise[:1<<20]
	publish(t, b, small, bus.Record{Key: "k", Value: half}, bus.Record{Key: "k", Value: half}, bus.Record{Key: "k", Value: half})
	wantRecords(t, b, small, 3)
}

func wantRecords(t *testing.T, b *bus.Bus, topic string, want int) {
	t.Helper()
	n := 0
	if err := b.Scan(t.Context(), topic, func(bus.Message) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	if n != want {
		t.Errorf("topic %s has %d records, want %d", topic, n, want)
	}
}

func testNoTopic(t *testing.T, addr string) {
	b := open(t, addr)
	name := fmt.Sprintf("test.absent.%x", rand.Uint64())
	start := time.Now()
	calls := map[string]error{}
	calls["publish"] = b.Publish(t.Context(), name, bus.Record{Key: "a"})
	_, calls["subscribe"] = b.Subscribe(t.Context(), name, "g")
	calls["scan"] = b.Scan(t.Context(), name, func(bus.Message) error { return nil })
	_, calls["lag"] = b.Lag(t.Context(), name, "g")
	for call, err := range calls {
		if !errors.Is(err, bus.ErrNoTopic) || !strings.Contains(fmt.Sprint(err), name) {
			t.Errorf("%s: got %v, want ErrNoTopic that names it", call, err)
		}
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %s to notice", took)
	}
	// Once it is there, made by another client, all goes well.
	ensure(t, open(t, addr), bus.Topic{Name: name, Partitions: 1})
	publish(t, b, name, bus.Record{Key: "a"})
	wantRecords(t, b, name, 1)
}

func testEnsure(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 3)
	publish(t, b, name, records(30)...)
	want := bus.Topic{Name: name, Partitions: 3, Retention: time.Hour, RetentionBytes: 3 << 20}
	for range 2 {
		ensure(t, b, want)
	}
	if got, err := b.Describe(t.Context(), name); err != nil || got.Partitions != 3 || got.Retention != time.Hour || got.RetentionBytes != 3<<20 || got.MaxRecordBytes != bus.Default().MaxRecordBytes {
		t.Errorf("got %+v, %v", got, err)
	}
	want.Partitions = 7 // would move keys between partitions
	ensure(t, b, want)
	if got, err := b.Describe(t.Context(), name); err != nil || got.Partitions != 3 {
		t.Errorf("got %+v, %v: the number of partitions must stay", got, err)
	}
	wantRecords(t, b, name, 30)
	// Many at once make the same topic.
	shared := name + "-shared"
	var wg sync.WaitGroup
	for range 4 {
		other := open(t, addr)
		wg.Go(func() { ensure(t, other, bus.Topic{Name: shared, Partitions: 2}) })
	}
	wg.Wait()
}

// The embedded broker takes any name; Kafka does not.
func testNames(t *testing.T, addr string) {
	b := open(t, addr)
	for _, name := range []string{"", ".", "..", "a b", "语音", "a/b", "a:b", strings.Repeat("x", 250)} {
		if err := b.Ensure(t.Context(), bus.Topic{Name: name, Partitions: 1}); err == nil {
			t.Errorf("topic name %q: accepted", name)
		}
	}
	dotted := fmt.Sprintf("test.names.%x", rand.Uint64())
	ensure(t, b, bus.Topic{Name: dotted, Partitions: 1})
	if err := b.Ensure(t.Context(), bus.Topic{Name: strings.ReplaceAll(dotted, ".", "_"), Partitions: 1}); err == nil {
		t.Error("a name that differs only in . and _ from another: accepted")
	}
	for _, bad := range []bus.Topic{{Name: "a", Partitions: 0}, {Name: "a", Partitions: -1}, {Name: "a", Partitions: 1, Replicas: -2}} {
		if err := b.Ensure(t.Context(), bad); err == nil {
			t.Errorf("%+v: accepted", bad)
		}
	}
}

func testScan(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 3)
	wantRecords(t, b, name, 0)
	publish(t, b, name, records(200)...)
	got := map[string]bool{}
	at := map[int]int64{}
	err := b.Scan(t.Context(), name, func(m bus.Message) error {
		got[string(m.Value)] = true
		if want := at[m.Partition]; m.Offset != want {
			return fmt.Errorf("partition %d: offset %d, want %d", m.Partition, m.Offset, want)
		}
		at[m.Partition]++
		if len(got) == 1 {
			// What comes after the call is not part of it.
			return b.Publish(t.Context(), name, bus.Record{Key: "late", Value: []byte("late")})
		}
		return nil
	})
	if err != nil || len(got) != 200 || got["late"] {
		t.Errorf("got %d records, late %t, %v", len(got), got["late"], err)
	}
	stop := errors.New("enough")
	if err := b.Scan(t.Context(), name, func(bus.Message) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v, want the callback's error", err)
	}
}

func testLag(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 2)
	group := "g-" + name
	wantLag(t, b, name, group, 0)
	publish(t, b, name, records(40)...)
	wantLag(t, b, name, group, 40)
	s := subscribe(t, b, name, group)
	for range 40 {
		next(t, s).Done()
	}
	wantLag(t, b, name, group, 0)
	publish(t, b, name, records(3)...)
	wantLag(t, b, name, group, 3)
	wantLag(t, b, name, "other-"+group, 43)
}

func testHeaders(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 1)
	want := map[string]string{"traceparent": "00-abc-01", "来源": "微信", "empty": ""}
	publish(t, b, name, bus.Record{Key: "键", Value: []byte("v"), Headers: want}, bus.Record{Key: "none"})
	s := subscribe(t, b, name, "g-"+name)
	d := next(t, s)
	if d.Key != "键" || len(d.Headers) != len(want) {
		t.Errorf("got key %q, headers %v", d.Key, d.Headers)
	}
	for k, v := range want {
		if got, ok := d.Headers[k]; !ok || got != v {
			t.Errorf("header %s: got %q, %t", k, got, ok)
		}
	}
	if d := next(t, s); len(d.Headers) != 0 || len(d.Value) != 0 {
		t.Errorf("got %v, %q", d.Headers, d.Value)
	}
}

func testKeyRequired(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 1)
	if err := b.Publish(t.Context(), name, bus.Record{Value: []byte("x")}); err == nil {
		t.Error("a record without a key: accepted")
	}
	if err := b.Publish(t.Context(), name); err != nil {
		t.Errorf("nothing to publish: %v", err)
	}
	wantRecords(t, b, name, 0)
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

// The partition of a key is part of the contract with other writers: it is what
// a Java client computes (murmur2).
func testPartitionOfKey(t *testing.T, addr string) {
	b := open(t, addr)
	name := topic(t, b, 8)
	// Computed by org.apache.kafka.common.utils.Utils of kafka-clients 4.4.0, as
	// toPositive(murmur2(key)) % 8.
	want := map[string]int{"call-1": 6, "call-2": 0, "a": 4, "key-17": 4, "客户-9": 2, "8c0f2b7e-55aa-4c1e-9a70-1b2f3c4d5e6f": 3, "x.y:z": 1}
	for key := range want {
		publish(t, b, name, bus.Record{Key: key, Value: []byte(key)})
	}
	if err := b.Scan(t.Context(), name, func(m bus.Message) error {
		if m.Partition != want[m.Key] {
			t.Errorf("key %s: partition %d, want %d", m.Key, m.Partition, want[m.Key])
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
