package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"earshot/models"
)

// childVariable makes this binary a watch of the folders it names, which
// appends the ids it publishes to a file.
const childVariable = "EARSHOT_TEST_WATCH"

func TestMain(m *testing.M) {
	if folders := os.Getenv(childVariable); folders != "" {
		dir, state, _ := strings.Cut(folders, string(os.PathListSeparator))
		watchAsChild(dir, state)
	}
	goleak.VerifyTestMain(m)
}

func watchAsChild(dir, state string) {
	log, err := os.OpenFile(filepath.Join(state, "published"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	k := &desk{kept: map[string][]byte{}, publish: func(in *models.Interaction) error {
		time.Sleep(3 * time.Millisecond)
		_, err := log.WriteString(string(in.ID) + "\n")
		return err
	}}
	cfg := Default()
	quick(&cfg)
	cfg.Parallel = 2
	k.Door, err = New(cfg, Parts{Publisher: k, Media: k, Refuse: func(context.Context, models.Dead) error { os.Exit(3); return nil }})
	if err != nil {
		panic(err)
	}
	panic(k.Watch(context.Background(), []string{dir}, state, Observer{}))
}

// TestWatchSurvivesKills kills the watching process at random moments: nothing
// is lost, and after the last note nothing is read again.
func TestWatchSurvivesKills(t *testing.T) {
	const files, kills = 300, 6
	dir, state := t.TempDir(), t.TempDir()
	published := func() map[string]int {
		counts := map[string]int{}
		text, err := os.ReadFile(filepath.Join(state, "published"))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		for id := range strings.Lines(string(text)) {
			counts[strings.TrimSpace(id)]++
		}
		return counts
	}
	start := func() (kill func()) {
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), childVariable+"="+dir+string(os.PathListSeparator)+state)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		return func() {
			_ = child.Process.Kill()
			if err := child.Wait(); child.ProcessState.Exited() {
				t.Fatalf("the child ended by itself: %v", err)
			}
		}
	}
	for round := range kills {
		for i := range files / kills {
			write(t, filepath.Join(dir, fmt.Sprintf("%d-%d.json", round, i)), strings.Replace(oneChat, "one", fmt.Sprintf("k%d-%d", round, i), 1))
		}
		kill := start()
		time.Sleep(time.Duration(50+rand.IntN(350)) * time.Millisecond)
		kill()
	}
	kill := start()
	eventually(t, "all files are read", func() bool { return len(published()) == files })
	eventually(t, "all files are noted", func() bool {
		notes, err := filepath.Glob(filepath.Join(state, "watch", "*.jsonl"))
		if err != nil || len(notes) != 1 {
			t.Fatal(notes, err)
		}
		text, err := os.ReadFile(notes[0])
		if err != nil {
			t.Fatal(err)
		}
		names := map[fileKey]bool{}
		for note := range strings.Lines(string(text)) {
			var e entry
			if json.Unmarshal([]byte(note), &e) == nil {
				names[e.File] = true
			}
		}
		return len(names) == files
	})
	kill()
	before := published()
	again := 0
	for _, n := range before {
		again += n - 1
	}
	t.Logf("%d of %d read more than once over %d kills", again, files, kills)
	kill = start()
	time.Sleep(500 * time.Millisecond)
	kill()
	if after := published(); !maps.Equal(before, after) {
		t.Errorf("files that were noted as done were read again")
	}
}

func quick(c *Config) {
	c.Watch = Watch{Settle: 60 * time.Millisecond, SidecarWait: time.Second, Rescan: 50 * time.Millisecond, Move: c.Watch.Move}
}

// watching runs a watch until stop is called, which returns its error.
func watching(t *testing.T, k *desk, dir, state string) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- k.Watch(ctx, []string{dir}, state, Observer{}) }()
	return func() error {
		cancel()
		select {
		case err := <-done:
			return err
		case <-time.After(10 * time.Second):
			t.Fatal("the watch does not stop")
			return nil
		}
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("did not happen within 10 s: %s", what)
		}
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

const oneChat = `{"id":"one","started":"2026-05-04T09:00:00Z","messages":[{"from":"customer","text":"hi"}]}`

func TestWatchReadsWhatComesAndRemembersIt(t *testing.T) {
	dir, state := t.TempDir(), t.TempDir()
	k := newDesk(t, quick, func(c *Config) { c.Watch.SidecarWait = 20 * time.Second })
	stop := watching(t, k, dir, state)
	write(t, filepath.Join(dir, "a.json"), oneChat)
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "sub", "call.wav.part"), "half of a sou")
	write(t, filepath.Join(dir, "sub", "call.json"), `{"id":"two"}`)
	eventually(t, "the chat is read", func() bool { return slices.Equal(k.ids(), []string{"one"}) })
	if err := os.Rename(filepath.Join(dir, "sub", "call.wav.part"), filepath.Join(dir, "sub", "call.wav")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the recording is read with its sidecar", func() bool { return slices.Equal(k.ids(), []string{"one", "two"}) })
	if err := stop(); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if len(k.dead) > 0 {
		t.Errorf("refused: %q", k.reasons())
	}

	// A new process reads nothing again, but what is new or changed.
	k = newDesk(t, quick)
	stop = watching(t, k, dir, state)
	write(t, filepath.Join(dir, "b.json"), strings.Replace(oneChat, "one", "three", 1))
	eventually(t, "the new chat is read", func() bool { return slices.Contains(k.ids(), "three") })
	write(t, filepath.Join(dir, "a.json"), strings.Replace(oneChat, "hi", "hello", 1))
	eventually(t, "the changed chat is read", func() bool { return slices.Contains(k.ids(), "one") })
	if err := stop(); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if got := k.ids(); !slices.Equal(got, []string{"one", "three"}) {
		t.Errorf("read %v, want one and three only", got)
	}
}

func TestWatchWaitsUntilAFileStopsGrowing(t *testing.T) {
	dir := t.TempDir()
	k := newDesk(t, quick, func(c *Config) { c.Watch.Settle = 300 * time.Millisecond })
	stop := watching(t, k, dir, t.TempDir())
	f, err := os.Create(filepath.Join(dir, "a.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 8 {
		if _, err := f.WriteString(strings.Replace(oneChat, "one", "id"+string(rune('0'+i)), 1) + "\n"); err != nil {
			t.Fatal(err)
		}
		if n := len(k.ids()); n > 0 {
			t.Fatalf("%d records were read while the file grew", n)
		}
		time.Sleep(60 * time.Millisecond)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all lines are read", func() bool { return len(k.ids()) == 8 })
	_ = stop()
}

func TestWatchMovesAndRefuses(t *testing.T) {
	dir := t.TempDir()
	k := newDesk(t, func(c *Config) { c.Watch.Move = true }, quick)
	write(t, filepath.Join(dir, "good.json"), oneChat)
	write(t, filepath.Join(dir, "bad.json"), `{"x":1}`)
	write(t, filepath.Join(dir, "call.wav"), "sound")
	write(t, filepath.Join(dir, "call.json"), `{"id":"call"}`)
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "out.json")); err != nil {
		t.Fatal(err)
	}
	stop := watching(t, k, dir, t.TempDir())
	for _, name := range []string{"done/good.json", "done/call.wav", "done/call.json", "failed/bad.json", "failed/out.json"} {
		eventually(t, name, func() bool { _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name))); return err == nil })
	}
	// The same name again must not overwrite what was moved before.
	write(t, filepath.Join(dir, "good.json"), strings.Replace(oneChat, "one", "two", 1))
	eventually(t, "the second good.json is moved", func() bool { _, err := os.Stat(filepath.Join(dir, "done", "good-1.json")); return err == nil })
	_ = stop()
	if got := k.ids(); !slices.Equal(got, []string{"call", "one", "two"}) {
		t.Errorf("accepted %v", got)
	}
	reasons := strings.Join(k.reasons(), "\n")
	if len(k.dead) != 2 || !strings.Contains(reasons, "unknown-field") || !strings.Contains(reasons, "path-outside") {
		t.Errorf("refused: %s", reasons)
	}
}

func TestWatchWaitsForTheLog(t *testing.T) {
	dir, state := t.TempDir(), t.TempDir()
	write(t, filepath.Join(dir, "a.json"), oneChat)
	k := newDesk(t, quick)
	k.publish = func(*models.Interaction) error { return errors.New("no broker") }
	stop := watching(t, k, dir, state)
	time.Sleep(300 * time.Millisecond)
	_ = stop()
	if len(k.published) != 0 || len(k.dead) != 0 {
		t.Fatalf("published %v, dead %v", k.ids(), k.reasons())
	}
	k = newDesk(t, quick)
	stop = watching(t, k, dir, state)
	eventually(t, "the chat is read once the log is back", func() bool { return slices.Equal(k.ids(), []string{"one"}) })
	_ = stop()
}

func TestLedgerSurvivesATornLine(t *testing.T) {
	state := t.TempDir()
	open := func() *ledger {
		l, err := openLedger(state, "/calls")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := open()
	if err := l.add([]entry{{File: "a"}, {File: "b"}}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(l.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(l.path, info.Size()-5); err != nil {
		t.Fatal(err)
	}
	_ = l.close()
	l = open()
	if err := l.add([]entry{{File: "c"}}); err != nil {
		t.Fatal(err)
	}
	_ = l.close()
	l = open()
	defer func() { _ = l.close() }()
	if _, ok := l.done["b"]; ok || len(l.done) != 2 {
		t.Errorf("got %v, want a and c", l.done)
	}
	for range 200 {
		if err := l.add([]entry{{File: "a", identity: identity{Size: 7}}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.compact(func(f fileKey) bool { return f == "a" }); err != nil {
		t.Fatal(err)
	}
	if err := l.add([]entry{{File: "d"}}); err != nil {
		t.Fatal(err)
	}
	again := open()
	defer func() { _ = again.close() }()
	if len(again.done) != 2 || again.done["a"].Size != 7 || again.lines != 2 {
		t.Errorf("after compaction: %v in %d lines", again.done, again.lines)
	}
}
