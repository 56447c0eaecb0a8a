package embedded_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"earshot/bus"
)

// TestFullDisk fills the disk of the log to the last byte. Whoever publishes is
// told; once there is room, all goes on, and a restart finds whatever was
// acknowledged.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=6m"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(disk, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	dir := filepath.Join(disk, "broker")
	broker := start(t, dir)
	b := open(t, broker.Addr())
	if err := b.Ensure(t.Context(), bus.Topic{Name: "t", Partitions: 2}); err != nil {
		t.Fatal(err)
	}
	value := make([]byte, 20_000) // nothing that could be compressed
	_, _ = rand.NewChaCha8([32]byte{}).Read(value)
	var acknowledged []string
	send := func(key string) error {
		err := b.Publish(t.Context(), "t", bus.Record{Key: key, Value: value})
		if err == nil {
			acknowledged = append(acknowledged, key)
		}
		return err
	}
	var refused error
	for i := 0; refused == nil && i < 1000; i++ {
		refused = send(fmt.Sprint("before-", i))
	}
	if refused == nil || !strings.Contains(refused.Error(), "disk is full") {
		t.Fatalf("after %d records: %v, want that the disk is full", len(acknowledged), refused)
	}
	for i := range 20 {
		_ = send(fmt.Sprint("full-", i))
	}
	if err := unix.Mount("tmpfs", disk, "tmpfs", unix.MS_REMOUNT, "size=60m"); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		if err := send(fmt.Sprint("after-", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(b.Close(), broker.Close()); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	if err := open(t, start(t, dir).Addr()).Scan(t.Context(), "t", func(m bus.Message) error {
		found[m.Key] = bytes.Equal(m.Value, value)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, key := range acknowledged {
		if !found[key] {
			t.Errorf("%s was acknowledged and is gone or another", key)
		}
	}
	t.Logf("%d acknowledged", len(acknowledged))
}
