package embedded_test

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"earshot/bus"
	"earshot/bus/embedded"
)

func quickly(c *embedded.Config) { c.SweepInterval = 20 * time.Millisecond }

// await polls a condition that a sweep in the background brings about.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 200 {
		if ok() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("not within 4 s: %s", what)
}

func TestRetentionByAge(t *testing.T) {
	dir := t.TempDir()
	broker := start(t, dir, quickly)
	b := open(t, broker.Addr())
	if err := b.Ensure(t.Context(), bus.Topic{Name: "t", Partitions: 1, Retention: 300 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	publish(t, b, "t", "a", "b", "c", "d")
	// The newest stays, whatever its age: a partition that is emptied starts
	// again at offset 0 after a restart, where no group would look.
	await(t, "the old records are gone", func() bool { return len(offsets(t, b, "t")) == 1 })
	if got := offsets(t, b, "t"); got[0] != 3 {
		t.Fatalf("got %v, want only offset 3", got)
	}

	// The folder as a kill would leave it.
	killed := t.TempDir()
	if err := os.CopyFS(killed, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Close(), broker.Close()); err != nil {
		t.Fatal(err)
	}
	for name, folder := range map[string]string{"stop": dir, "kill": killed} {
		again := start(t, folder, quickly)
		b := open(t, again.Addr())
		publish(t, b, "t", "e")
		if got := offsets(t, b, "t"); got[len(got)-1] != 4 {
			t.Errorf("after a %s the log goes on at offset %d, want 4", name, got[len(got)-1])
		}
	}
}

func TestRetentionBySizeKeepsWhatIsUnread(t *testing.T) {
	broker := start(t, t.TempDir(), quickly, func(c *embedded.Config) { c.TopicBytes = 16 << 10 })
	b := open(t, broker.Addr())
	if err := b.Ensure(t.Context(), bus.Topic{Name: "read", Partitions: 2}, bus.Topic{Name: "free", Partitions: 2}, bus.Topic{Name: "own", Partitions: 2, RetentionBytes: -1}); err != nil {
		t.Fatal(err)
	}
	// A member that has not finished anything protects the topic, too.
	sub, err := b.Subscribe(t.Context(), "read", "g")
	if err != nil {
		t.Fatal(err)
	}
	publish(t, b, "read", "first")
	d, err := sub.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const n = 120
	for i := range n {
		key := fmt.Sprint(i)
		value := fmt.Appendf(nil, "%s%x", key, randomBytes(500))
		for _, topic := range []string{"read", "free", "own"} {
			if err := b.Publish(t.Context(), topic, bus.Record{Key: key, Value: value}); err != nil {
				t.Fatal(err)
			}
		}
	}
	await(t, "the topic that nobody reads is cut", func() bool { return len(offsets(t, b, "free")) < n/2 })
	if got := len(offsets(t, b, "own")); got != n {
		t.Errorf("a topic with its own limit has %d records, want %d", got, n)
	}
	if got := len(offsets(t, b, "read")); got != n+1 {
		t.Errorf("a topic with unread records has %d, want %d", got, n+1)
	}
	d.Done()
	for range n {
		d, err := sub.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		d.Done()
	}
	await(t, "what was read is cut", func() bool { return len(offsets(t, b, "read")) < n/2 })
	if got := len(offsets(t, b, "read")); got < 10 {
		t.Errorf("only %d records are left of 16 KiB", got)
	}
	if sub.Lost() != 0 {
		t.Errorf("%d records lost", sub.Lost())
	}
}

func randomBytes(n int) []byte {
	out := make([]byte, n)
	state := uint64(time.Now().UnixNano())
	for i := range out {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		out[i] = byte(state)
	}
	return out
}
