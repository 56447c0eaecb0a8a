package bus_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/bus"
)

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
