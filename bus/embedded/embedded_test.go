package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"

	"earshot/bus"
	"earshot/bus/embedded"
)

// The test binary runs a broker of its own when this names a folder, so that a
// test can kill it.
const childDir = "EARSHOT_TEST_BROKER_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		child(dir, os.Getenv("EARSHOT_TEST_BROKER_LISTEN"))
		return
	}
	goleak.VerifyTestMain(m)
}

func child(dir, listen string) {
	cfg := embedded.Default()
	cfg.Dir, cfg.Listen, cfg.Sync = dir, listen, false // a kill must cost nothing without it
	b, err := embedded.Start(context.Background(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(b.Addr())
	select {}
}

func start(t *testing.T, dir string, change ...func(*embedded.Config)) *embedded.Broker {
	t.Helper()
	cfg := embedded.Default()
	cfg.Dir, cfg.Listen, cfg.Sync = dir, "127.0.0.1:0", false
	for _, c := range change {
		c(&cfg)
	}
	b, err := embedded.Start(t.Context(), cfg, slog.New(slog.DiscardHandler))
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

func open(t *testing.T, addr string) *bus.Bus {
	t.Helper()
	cfg := bus.Default()
	cfg.Brokers = []string{addr}
	b, err := bus.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
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

func publish(t *testing.T, b *bus.Bus, topic string, keys ...string) {
	t.Helper()
	for _, k := range keys {
		if err := b.Publish(t.Context(), topic, bus.Record{Key: k, Value: []byte(k)}); err != nil {
			t.Fatal(err)
		}
	}
}

func offsets(t *testing.T, b *bus.Bus, topic string) (out []int64) {
	t.Helper()
	if err := b.Scan(t.Context(), topic, func(m bus.Message) error { out = append(out, m.Offset); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestKillKeepsWhatWasAcknowledged(t *testing.T) {
	dir, listen := t.TempDir(), "127.0.0.1:0"
	var broker *exec.Cmd
	up := func() {
		t.Helper()
		broker = exec.Command(os.Args[0])
		broker.Env = append(os.Environ(), childDir+"="+dir, "EARSHOT_TEST_BROKER_LISTEN="+listen)
		out, err := broker.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := broker.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil || !strings.HasPrefix(line, "127.0.0.1:") {
			t.Fatalf("broker says %q, %v", line, err)
		}
		listen = strings.TrimSpace(line)
	}
	kill := func() {
		_ = broker.Process.Kill()
		_ = broker.Wait()
	}
	up()
	t.Cleanup(func() { kill() })
	b := open(t, listen)
	if err := b.Ensure(t.Context(), bus.Topic{Name: "t", Partitions: 2}); err != nil {
		t.Fatal(err)
	}

	var mu sync.Mutex
	acknowledged := map[string]bool{}
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for g := range 4 {
		writers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				key := fmt.Sprintf("%d-%d", g, i)
				if b.Publish(ctx, "t", bus.Record{Key: key, Value: []byte(key)}) == nil {
					mu.Lock()
					acknowledged[key] = true
					mu.Unlock()
				}
			}
		})
	}
	write := func(n int) {
		mu.Lock()
		n += len(acknowledged)
		mu.Unlock()
		for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			mu.Lock()
			enough := len(acknowledged) >= n
			mu.Unlock()
			if enough {
				return
			}
		}
		t.Error("no records were acknowledged in 20 s")
	}
	for range 3 {
		write(100)
		kill()
		up()
	}
	write(100)
	stop()
	writers.Wait()
	kill()
	up()
	found := map[string]bool{}
	if err := b.Scan(t.Context(), "t", func(m bus.Message) error { found[m.Key] = true; return nil }); err != nil {
		t.Fatal(err)
	}
	for key := range acknowledged {
		if !found[key] {
			t.Errorf("%s was acknowledged and is gone", key)
		}
	}
	t.Logf("4 kills, %d acknowledged, all there", len(acknowledged))
}

func TestRefuses(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:0", ":0", "192.168.1.5:9092", "[::]:9092", "example.com:1", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000"} {
		cfg := embedded.Default()
		cfg.Dir, cfg.Listen = t.TempDir(), listen
		if b, err := embedded.Start(t.Context(), cfg, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("listen %q: accepted, close says %v", listen, b.Close())
		}
	}
	dir := t.TempDir()
	first := start(t, dir)
	cfg := embedded.Default()
	cfg.Dir, cfg.Listen = dir, "127.0.0.1:0"
	if _, err := embedded.Start(t.Context(), cfg, slog.New(slog.DiscardHandler)); !errors.Is(err, embedded.ErrInUse) {
		t.Errorf("a second broker on one folder: got %v, want ErrInUse", err)
	}
	cfg.Dir, cfg.Listen = t.TempDir(), first.Addr()
	if _, err := embedded.Start(t.Context(), cfg, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a second broker on one address: accepted")
	}
	// What failed has let go of the folder.
	again := start(t, cfg.Dir)
	if err := errors.Join(again.Close(), again.Close()); err != nil {
		t.Error(err)
	}
}

// Another Kafka client can write, read, and share a group's progress.
func TestAnyKafkaClient(t *testing.T) {
	for _, listen := range []string{"127.0.0.1:0", "localhost:0", "[::1]:0"} {
		t.Run(listen, func(t *testing.T) {
			if listen == "[::1]:0" && !haveIPv6() {
				t.Skip("no IPv6 on this machine")
			}
			broker := start(t, t.TempDir(), func(c *embedded.Config) { c.Listen = listen })
			b := open(t, broker.Addr())
			if err := b.Ensure(t.Context(), bus.Topic{Name: "t", Partitions: 1}); err != nil {
				t.Fatal(err)
			}
			other, err := kgo.NewClient(kgo.SeedBrokers(broker.Addr()), kgo.ConsumerGroup("g"), kgo.ConsumeTopics("t"),
				kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.DisableAutoCommit())
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			if err := other.ProduceSync(t.Context(), &kgo.Record{Topic: "t", Key: []byte("k"), Value: []byte("theirs")}).FirstErr(); err != nil {
				t.Fatal(err)
			}
			publish(t, b, "t", "ours")
			var got []string
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			for len(got) < 2 && ctx.Err() == nil {
				for _, r := range other.PollFetches(ctx).Records() {
					got = append(got, string(r.Value))
				}
			}
			if strings.Join(got, " ") != "theirs ours" {
				t.Fatalf("got %q", got)
			}
			if err := other.CommitUncommittedOffsets(ctx); err != nil {
				t.Fatal(err)
			}
			if lag, err := b.Lag(ctx, "t", "g"); err != nil || lag != 0 {
				t.Errorf("lag %d, %v", lag, err)
			}
		})
	}
}

func haveIPv6() bool {
	l, err := net.Listen("tcp", "[::1]:0")
	return err == nil && l.Close() == nil
}

func TestRestartKeepsTopicsAndProgress(t *testing.T) {
	dir := t.TempDir()
	broker := start(t, dir)
	b := open(t, broker.Addr())
	if err := b.Ensure(t.Context(), bus.Topic{Name: "t", Partitions: 3, Retention: time.Hour}); err != nil {
		t.Fatal(err)
	}
	publish(t, b, "t", "a", "b", "c", "d", "e")
	sub, err := b.Subscribe(t.Context(), "t", "g")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		d, err := sub.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		d.Done()
	}
	if err := errors.Join(b.Close(), broker.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "log")); err != nil {
		t.Fatal(err)
	}
	b = open(t, start(t, dir).Addr())
	if lag, err := b.Lag(t.Context(), "t", "g"); err != nil || lag != 2 {
		t.Errorf("lag %d, %v, want 2", lag, err)
	}
	if got, err := b.Describe(t.Context(), "t"); err != nil || got.Partitions != 3 || got.Retention != time.Hour {
		t.Errorf("got %+v, %v", got, err)
	}
}
