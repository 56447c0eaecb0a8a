package bus_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/bus"
	"earshot/bus/embedded"
)

// A broker that goes away and comes back costs time and nothing else.
func TestBrokerRestart(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		dir := t.TempDir()
		broker := startEmbedded(t, dir, "127.0.0.1:0")
		addr := broker.Addr()
		brokerRestart(t, addr, func() {
			if err := broker.Close(); err != nil {
				t.Error(err)
			}
			time.Sleep(700 * time.Millisecond)
			broker = startEmbedded(t, dir, addr)
		})
	})
	t.Run("kafka", func(t *testing.T) {
		restart := os.Getenv("EARSHOT_KAFKA_RESTART")
		if restart == "" {
			t.Skip("EARSHOT_KAFKA_RESTART holds no command that restarts the broker of EARSHOT_KAFKA")
		}
		brokerRestart(t, os.Getenv("EARSHOT_KAFKA"), func() {
			if out, err := exec.Command("bash", "-c", restart).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", restart, err, out)
			}
		})
	})
}

func brokerRestart(t *testing.T, addr string, restart func()) {
	b := open(t, addr, func(c *bus.Config) { c.RetryFor = time.Minute })
	name := topic(t, b, 3)
	group := "g-" + name
	s := subscribe(t, b, name, group)

	var mu sync.Mutex
	sent, seen := map[string]bool{}, map[string]int{}
	writing, stop := context.WithCancel(t.Context())
	var writers, readers sync.WaitGroup
	for g := range 3 {
		writers.Go(func() {
			for i := 0; writing.Err() == nil; i++ {
				key := fmt.Sprintf("%d-%d", g, i)
				// Not the writers' context: what is on its way is brought home.
				if err := b.Publish(t.Context(), name, bus.Record{Key: key, Value: []byte(key)}); err != nil {
					t.Errorf("publish over a restart: %v", err)
					return
				}
				mu.Lock()
				sent[key] = true
				mu.Unlock()
			}
		})
	}
	readers.Go(func() {
		for {
			d, err := s.Next(t.Context())
			if err != nil {
				return
			}
			mu.Lock()
			seen[d.Key]++
			mu.Unlock()
			d.Done()
		}
	})
	time.Sleep(time.Second)
	restart()
	time.Sleep(time.Second)
	stop()
	writers.Wait()
	missing := func() (list []string) {
		mu.Lock()
		defer mu.Unlock()
		for key := range sent {
			if seen[key] == 0 {
				list = append(list, key)
			}
		}
		return list
	}
	start := time.Now()
	for len(missing()) > 0 && time.Since(start) < time.Minute {
		time.Sleep(50 * time.Millisecond)
	}
	if m := missing(); len(m) > 0 {
		t.Errorf("%d of %d acknowledged records never came, such as %s", len(m), len(sent), strings.Join(m[:min(3, len(m))], " "))
	}
	wantLag(t, b, name, group, 0)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	readers.Wait()
	repeats := 0
	for _, n := range seen {
		repeats += n - 1
	}
	t.Logf("%d records, %d repeats, all there %s after the last was sent", len(sent), repeats, time.Since(start).Round(time.Millisecond))
	if s.Lost() != 0 {
		t.Errorf("%d records reported lost", s.Lost())
	}
}

// A log that was cut below the group's progress, as by a disk that lost it, is
// read from its start: what is written now would else be skipped until the log
// has grown past that progress.
func TestLogShorterThanProgress(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	broker := startEmbedded(t, dir, "127.0.0.1:0")
	addr := broker.Addr()
	b := open(t, addr)
	name := topic(t, b, 1)
	group := "g-" + name
	publish(t, b, name, records(20)...)
	s := subscribe(t, b, name, group)
	for range 20 {
		next(t, s).Done()
	}
	wantLag(t, b, name, group, 0)
	if err := errors.Join(b.Close(), broker.Close()); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(path, "test.TestLogShorter") {
			return err
		}
		return os.Remove(path)
	})
	if err != nil {
		t.Fatal(err)
	}
	startEmbedded(t, dir, addr)
	b = open(t, addr)
	publish(t, b, name, records(5)...)
	s = subscribe(t, b, name, group)
	for i := range 5 {
		d := next(t, s)
		if d.Offset != int64(i) {
			t.Fatalf("got offset %d, want %d", d.Offset, i)
		}
		d.Done()
	}
	publish(t, b, name, records(1)...)
	next(t, s).Done()
	wantLag(t, b, name, group, 0)
}

// A program may start before its broker.
func TestOpenWaitsForBroker(t *testing.T) {
	dir := t.TempDir()
	first := startEmbedded(t, dir, "127.0.0.1:0")
	addr := first.Addr()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	cfg := bus.Default()
	cfg.Brokers = []string{addr}
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := bus.Open(short, cfg, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), addr) || time.Since(start) > 5*time.Second {
		t.Errorf("no broker: got %v after %s", err, time.Since(start))
	}
	var late *embedded.Broker
	started := make(chan struct{})
	go func() {
		defer close(started)
		time.Sleep(300 * time.Millisecond)
		late = startEmbedded(t, dir, addr)
	}()
	b := open(t, addr)
	<-started
	if err := b.Ensure(t.Context(), bus.Topic{Name: "t", Partitions: 1}); err != nil {
		t.Errorf("%v on %s", err, late.Addr())
	}
}
