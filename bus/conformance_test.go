package bus_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

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

func startEmbedded(t testing.TB, dir, listen string, change ...func(*embedded.Config)) *embedded.Broker {
	t.Helper()
	cfg := embedded.Default()
	cfg.Dir, cfg.Listen = dir, listen
	for _, c := range change {
		c(&cfg)
	}
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

func testLog(t testing.TB) *slog.Logger {
	level := slog.LevelWarn
	if os.Getenv("EARSHOT_TEST_LOG") != "" {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: level}))
}

func open(t testing.TB, addr string, change ...func(*bus.Config)) *bus.Bus {
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
func topic(t testing.TB, b *bus.Bus, partitions int) string {
	t.Helper()
	name := fmt.Sprintf("test.%s.%x", strings.ReplaceAll(t.Name(), "/", "-"), rand.Uint64())
	ensure(t, b, bus.Topic{Name: name, Partitions: partitions})
	return name
}

func ensure(t testing.TB, b *bus.Bus, topics ...bus.Topic) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := b.Ensure(ctx, topics...); err != nil {
		t.Fatal(err)
	}
}

func publish(t testing.TB, b *bus.Bus, topic string, records ...bus.Record) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := b.Publish(ctx, topic, records...); err != nil {
		t.Fatal(err)
	}
}

func subscribe(t testing.TB, b *bus.Bus, topic, group string) *bus.Subscription {
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

func next(t testing.TB, s *bus.Subscription) bus.Delivery {
	t.Helper()
	d, err := nextWithin(t, s, 30*time.Second)
	if err != nil {
		t.Fatalf("next: %v", err)
	}
	return d
}

func nextWithin(t testing.TB, s *bus.Subscription, limit time.Duration) (bus.Delivery, error) {
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
