package asr

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/models"
)

func TestHeardOnce(t *testing.T) {
	f, s := &fakeEngine{}, shelf{}
	media := s.put(callOf(10, 2, toneAt{0, 1, 3, 300}, toneAt{1, 4, 6, 500}))
	step := newStep(t, f, s, nil)
	first := hearCall(t, step, media)
	asked := f.asked.Load()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if again := hearCall(t, step, media); lines(again) != lines(first) {
				t.Errorf("again\n%s\nfirst\n%s", lines(again), lines(first))
			}
		})
	}
	group.Wait()
	if f.asked.Load() != asked {
		t.Errorf("%d windows recognised again", f.asked.Load()-asked)
	}
	other := newStep(t, f, s, func(c *Config) { c.Cache = step.cfg.Cache; c.Pause = 2 * time.Second })
	hearCall(t, other, media)
	if f.asked.Load() == asked {
		t.Error("other settings were served from the cache")
	}
}

func TestResumesAfterInterruption(t *testing.T) {
	s := shelf{}
	var tones []toneAt
	for i := range 6 { // a window each
		tones = append(tones, toneAt{0, float64(20*i) + 1, float64(20*i) + 17, float64(300 + 50*i)})
	}
	media := s.put(callOf(130, 1, tones...))
	broken := errors.New("cut off")
	f := &fakeEngine{text: aplenty, fail: func(n int32) error {
		if n > 4 {
			return broken
		}
		return nil
	}}
	step := newStep(t, f, s, func(c *Config) { c.Parallel = 1 })
	in := &models.Interaction{Media: media}
	if _, err := step.Run(t.Context(), in); !errors.Is(err, broken) || in.Transcript != nil {
		t.Fatalf("got %v, transcript %v", err, in.Transcript)
	}
	parts, err := filepath.Glob(filepath.Join(step.cfg.Cache, "*", "*.part"))
	if err != nil || len(parts) != 1 {
		t.Fatalf("checkpoints %q, %v", parts, err)
	}
	half, err := os.OpenFile(parts[0], os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = half.WriteString(`{"window":"0,1`) // the process died while it wrote
	if err := errors.Join(err, half.Close()); err != nil {
		t.Fatal(err)
	}
	before := f.asked.Load()
	f.fail = nil
	tr := hearCall(t, step, media)
	if len(tr.Turns) != 6 {
		t.Errorf("turns\n%s", lines(tr))
	}
	if n := f.asked.Load() - before; n != 2 {
		t.Errorf("%d windows recognised after the interruption, want the 2 that were missing", n)
	}
	if parts, _ := filepath.Glob(filepath.Join(step.cfg.Cache, "*", "*.part")); len(parts) != 0 {
		t.Errorf("checkpoint left: %q", parts)
	}
}

// longCall has a window's worth of speech in every 20 s.
func longCall(windows int) []byte {
	var tones []toneAt
	for i := range windows {
		tones = append(tones, toneAt{0, float64(20*i) + 1, float64(20*i) + 17, float64(300 + 50*i)})
	}
	return callOf(float64(20*windows), 1, tones...)
}

// aplenty makes a word enough for a long stretch of speech, which with fewer
// would count as skipped.
func aplenty(word string) string { return strings.Repeat(word, 10) }

const killedCache = "EARSHOT_TEST_KILLED_CACHE"

// TestHelperIsKilled is the process that TestKilledInTheMiddle kills: it hears
// a long call, says after each window that it is done, and gets stuck after the
// third.
func TestHelperIsKilled(t *testing.T) {
	dir := os.Getenv(killedCache)
	if dir == "" {
		t.Skip("run by TestKilledInTheMiddle")
	}
	f, s := &fakeEngine{text: aplenty}, shelf{}
	f.fail = func(n int32) error {
		if n == 4 { // the windows before are in the checkpoint: one at a time is heard
			fmt.Println("stuck")
			time.Sleep(time.Minute)
		}
		return nil
	}
	media := s.put(longCall(8))
	step := newStep(t, f, s, func(c *Config) { c.Cache, c.Parallel = dir, 1 })
	_, err := step.Run(t.Context(), &models.Interaction{Media: media})
	t.Error("not killed:", err)
}

func TestKilledInTheMiddle(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHelperIsKilled$")
	cmd.Env = append(os.Environ(), killedCache+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	child := bufio.NewScanner(out)
	for child.Scan() && child.Text() != "stuck" {
		t.Log(child.Text())
	}
	if err := cmd.Process.Kill(); err != nil { // SIGKILL
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("it ended by itself")
	}
	f, s := &fakeEngine{text: aplenty}, shelf{}
	media := s.put(longCall(8))
	tr := hearCall(t, newStep(t, f, s, func(c *Config) { c.Cache = dir }), media)
	if n := f.asked.Load(); n != 5 {
		t.Errorf("%d windows recognised after the kill, want the 5 that were missing", n)
	}
	whole := hearCall(t, newStep(t, &fakeEngine{text: aplenty}, s, nil), media)
	if lines(tr) != lines(whole) || len(tr.Turns) != 8 {
		t.Errorf("resumed\n%s\nin one go\n%s", lines(tr), lines(whole))
	}
}

func TestDamagedCacheIsIgnored(t *testing.T) {
	f, s := &fakeEngine{}, shelf{}
	media := s.put(callOf(10, 2, toneAt{0, 1, 3, 300}, toneAt{1, 4, 6, 500}))
	var said bytes.Buffer
	step := newStep(t, f, s, nil)
	step.cache.log = slog.New(slog.NewTextHandler(&said, nil))
	want := lines(hearCall(t, step, media))
	path := step.cache.path(step.cache.key(media), keptSuffix)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 0x55
	for name, b := range map[string][]byte{"empty": nil, "cut": good[:len(good)-9], "text": []byte("no gzip"), "flipped": flipped} {
		said.Reset()
		asked := f.asked.Load()
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := lines(hearCall(t, step, media)); got != want || f.asked.Load() == asked {
			t.Errorf("%s: %d windows heard, turns\n%s", name, f.asked.Load()-asked, got)
		}
		if !strings.Contains(said.String(), path) {
			t.Errorf("%s: log %q does not name the file", name, said.String())
		}
		asked = f.asked.Load()
		if got := lines(hearCall(t, step, media)); got != want || f.asked.Load() != asked {
			t.Errorf("%s: not mended", name)
		}
	}
}

func TestCacheStaysInItsBounds(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	cfg := Default()
	cfg.Cache, cfg.CacheBytes, cfg.CacheAge = dir, 1<<20, 48*time.Hour
	file := func(name string, size int, age time.Duration) string {
		path := filepath.Join(dir, name[:2], name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, make([]byte, size), 0o600), os.Chtimes(path, now, now.Add(-age))); err != nil {
			t.Fatal(err)
		}
		return path
	}
	kept := []string{
		file("aa2"+keptSuffix, 400<<10, time.Hour), file("bb3"+keptSuffix, 400<<10, time.Minute), file("dd"+partSuffix, 100<<10, 20*time.Hour),
		file("cc-not-ours.txt", 5<<20, 300*time.Hour),
	}
	gone := []string{
		file("aa1"+keptSuffix, 400<<10, 3*time.Hour), file("bb1"+keptSuffix, 10, 49*time.Hour), file("ee"+partSuffix, 10, 50*time.Hour), file("ff"+keptSuffix, 300<<10, 2*time.Hour),
	}
	c, err := newCache(cfg, cfg.Prompts, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range kept {
		if _, err := os.Stat(path); err != nil {
			t.Error("removed:", err)
		}
	}
	for _, path := range gone {
		if _, err := os.Stat(path); err == nil {
			t.Error("still there:", path)
		}
	}
	if c.total != 900<<10 {
		t.Errorf("counts %d bytes", c.total)
	}
	// What is put later pushes out what was unused for longest.
	c.bytes = c.total
	seal, err := newSeal(newSealKey())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.put(strings.Repeat("0", 64), seal, &hearing{Tracks: make([]heardTrack, 1)}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(kept[0]); err == nil {
		t.Error("over the limit, but nothing was removed")
	}
	if h, err := c.get(strings.Repeat("0", 64), seal); err != nil || h == nil {
		t.Errorf("the newest: %v, %v", h, err)
	}
}
