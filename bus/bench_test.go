package bus_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"earshot/bus"
	"earshot/bus/embedded"
)

// onEach runs a benchmark on the embedded broker, with and without waiting for
// the disk, and on the cluster that EARSHOT_KAFKA names.
func onEach(b *testing.B, bench func(*testing.B, *bus.Bus)) {
	for name, sync := range map[string]bool{"embedded": true, "embedded-nosync": false} {
		b.Run(name, func(b *testing.B) {
			broker := startEmbedded(b, b.TempDir(), "127.0.0.1:0", func(c *embedded.Config) { c.Sync = sync })
			bench(b, open(b, broker.Addr()))
		})
	}
	if addr := os.Getenv("EARSHOT_KAFKA"); addr != "" && addr != "none" {
		b.Run("kafka", func(b *testing.B) { bench(b, open(b, addr)) })
	}
}

// BenchmarkPublish publishes records of 1 KB, a thousand at a time.
func BenchmarkPublish(b *testing.B) {
	onEach(b, func(b *testing.B, on *bus.Bus) {
		name := topic(b, on, 4)
		batch := make([]bus.Record, 1000)
		for i := range batch {
			batch[i] = bus.Record{Key: fmt.Sprint("key-", i), Value: bytes.Repeat([]byte{'a' + byte(i%26)}, 1024)}
		}
		n := 0
		for b.Loop() {
			publish(b, on, name, batch...)
			n += len(batch)
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
	})
}

// BenchmarkDelivery publishes one record after the other and waits until each has
// come to its subscriber.
func BenchmarkDelivery(b *testing.B) {
	onEach(b, func(b *testing.B, on *bus.Bus) {
		name := topic(b, on, 1)
		s := subscribe(b, on, name, "g-"+name)
		record := bus.Record{Key: "key", Value: bytes.Repeat([]byte{'a'}, 1024)}
		publish(b, on, name, record) // the group has joined once it is there
		next(b, s).Done()
		var took []time.Duration
		for b.Loop() {
			started := time.Now()
			publish(b, on, name, record)
			next(b, s).Done()
			took = append(took, time.Since(started))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	})
}
