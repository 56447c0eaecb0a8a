package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/models"
)

func sumOf(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func open(t *testing.T, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{URL: url})
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

// conformance is what every store has to do, in a folder or elsewhere.
func conformance(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	sound := bytes.Repeat([]byte("sound "), 50_000)
	sum := sumOf(sound)
	if has, err := s.Has(ctx, sum); err != nil || has {
		t.Fatalf("before: has %v, %v", has, err)
	}
	if _, err := s.Open(ctx, sum); !errors.Is(err, models.ErrBadInput) {
		t.Errorf("opening what is not there: %v", err)
	}
	for range 2 { // the second time changes nothing
		if err := s.Put(ctx, sum, int64(len(sound)), "audio/wav", bytes.NewReader(sound)); err != nil {
			t.Fatal(err)
		}
	}
	if has, err := s.Has(ctx, sum); err != nil || !has {
		t.Fatalf("after: has %v, %v", has, err)
	}
	r, err := s.Open(ctx, sum)
	if err != nil {
		t.Fatal(err)
	}
	back, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(back, sound) {
		t.Errorf("read back %d bytes, %v", len(back), err)
	}
	if _, err := r.Seek(-6, io.SeekEnd); err != nil {
		t.Error(err)
	}
	if tail, err := io.ReadAll(r); err != nil || string(tail) != "sound " {
		t.Errorf("after a seek: %q, %v", tail, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Check(ctx); err != nil {
		t.Error(err)
	}

	other := []byte("another recording")
	for name, put := range map[string]func() error{
		"changed meanwhile": func() error { return s.Put(ctx, sumOf(other), int64(len(sound)), "", bytes.NewReader(sound)) },
		"cut short":         func() error { return s.Put(ctx, sumOf(other), int64(len(other)), "", bytes.NewReader(other[:5])) },
		"the reader fails": func() error {
			return s.Put(ctx, sumOf(other), int64(len(other)), "", io.MultiReader(bytes.NewReader(other), failing{}))
		},
		"no hash": func() error { return s.Put(ctx, "../x", 1, "", bytes.NewReader(other)) },
	} {
		if err := put(); err == nil {
			t.Errorf("%s: stored", name)
		}
	}
	if has, err := s.Has(ctx, sumOf(other)); err != nil || has {
		t.Errorf("what could not be stored is there: %v, %v", has, err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("disk on fire") }

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "media")
	s := open(t, dir)
	conformance(t, s)
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left in the folder: %v, %v; want the one recording", entries, err)
	}
	if path, ok := s.Path(entries[0].Name()); !ok || path != filepath.Join(dir, entries[0].Name()) {
		t.Errorf("path %s, %v", path, ok)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v: recordings are nobody else's business", info.Mode())
	}
}

func TestFileURL(t *testing.T) { conformance(t, open(t, "file://"+t.TempDir())) }

func TestManyAtOnce(t *testing.T) {
	s := open(t, t.TempDir())
	sound := bytes.Repeat([]byte("x"), 1<<20)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := s.Put(t.Context(), sumOf(sound), int64(len(sound)), "audio/wav", bytes.NewReader(sound)); err != nil {
				t.Error(err)
			}
			r, err := s.Open(t.Context(), sumOf(sound))
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = r.Close() }()
			if n, err := io.Copy(io.Discard, r); err != nil || n != int64(len(sound)) {
				t.Errorf("read %d bytes, %v: a part of a recording was seen", n, err)
			}
		})
	}
	wg.Wait()
}

func TestCancelledPutLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	sound := []byte("sound")
	err := s.Put(ctx, sumOf(sound), 5, "", io.MultiReader(bytes.NewReader(sound[:2]), cancelling{cancel}, bytes.NewReader(sound[2:])))
	if err == nil {
		t.Error("stored after its context ended")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("left: %v, %v", entries, err)
	}
}

func TestSweep(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	for name, age := range map[string]time.Duration{"a.18c.tmp": 25 * time.Hour, "b.18c.tmp": time.Hour, strings.Repeat("a", 64): 99 * time.Hour} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now, now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	open(t, dir)
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 2 || slices.Contains(left, filepath.Join(dir, "a.18c.tmp")) {
		t.Errorf("left: %v, %v; want all but the old half-written file", left, err)
	}
}

type cancelling struct{ cancel context.CancelFunc }

func (c cancelling) Read([]byte) (int, error) { c.cancel(); return 0, io.EOF }

func TestConfig(t *testing.T) {
	for url, want := range map[string]string{
		"":             "media.url: it is empty",
		"ftp://x/y":    `media.url: scheme "ftp": this build opens`,
		"mem://":       `scheme "mem"`,
		"file:///a/b":  "",
		"data/media":   "",
		"/srv/a://b/c": `scheme "/srv/a"`,
	} {
		err := Config{URL: url}.Validate()
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", url, err, want)
		}
	}
	if _, err := Open(t.Context(), Config{URL: "/dev/null/media"}); err == nil {
		t.Error("opened a folder below a device")
	}
}

// TestMutedCopies: a copy lies apart from the recording, readable by the group
// where the recording is not, and the recording goes only where its time is up
// and it has a copy.
func TestMutedCopies(t *testing.T) {
	for _, keep := range []time.Duration{0, time.Hour} {
		folder := filepath.Join(t.TempDir(), "media")
		s, err := Open(t.Context(), Config{URL: folder, Originals: keep})
		if err != nil {
			t.Fatal(err)
		}
		ctx, sound := t.Context(), []byte("sound")
		sum := sumOf(sound)
		if err := s.Put(ctx, sum, int64(len(sound)), "audio/wav", bytes.NewReader(sound)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.OpenMuted(ctx, sum); !errors.Is(err, models.ErrBadInput) {
			t.Errorf("a copy that was not made: %v", err)
		}
		later := time.Now().Add(2 * time.Hour)
		if n, err := s.Prune(ctx, later); err != nil || n != 0 {
			t.Fatalf("a recording without a copy: %d deleted, %v", n, err)
		}
		for _, copied := range []string{"first", "second"} {
			if err := s.PutMuted(ctx, sum, strings.NewReader(copied)); err != nil {
				t.Fatal(err)
			}
			r, err := s.OpenMuted(ctx, sum)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || string(got) != copied {
				t.Errorf("got %q, %v", got, err)
			}
			_ = r.Close()
		}
		for path, want := range map[string]os.FileMode{folder: 0o700, filepath.Join(folder, sum): 0o600, folder + "-muted": 0o750, filepath.Join(folder+"-muted", sum): 0o640} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v, mode %v, want %v", path, err, info.Mode().Perm(), want)
			}
		}
		for _, c := range []struct {
			at   time.Time
			want int
		}{{time.Now(), 0}, {later, int(keep / time.Hour)}, {later, 0}} {
			if n, err := s.Prune(ctx, c.at); err != nil || n != c.want {
				t.Errorf("kept %s: %d deleted, %v, want %d", keep, n, err, c.want)
			}
		}
		if has, err := s.Has(ctx, sum); err != nil || has != (keep == 0) {
			t.Errorf("kept %s: has %v, %v", keep, has, err)
		}
		_ = s.Close()
	}
	if err := (Config{URL: "x", Originals: time.Minute}).Validate(); err == nil {
		t.Error("recordings deleted before work on them may be done are accepted")
	}
}
