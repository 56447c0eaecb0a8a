package weights

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestManifest(t *testing.T) {
	names := map[string]bool{}
	for _, m := range List() {
		if names[m.Name] || names[m.File] {
			t.Errorf("%s: name or file is listed twice", m.Name)
		}
		names[m.Name], names[m.File] = true, true
		if m.Licence == "" || m.About == "" || len(m.Sources) == 0 {
			t.Errorf("%s: licence, about or sources are missing", m.Name)
		}
		for _, s := range m.Sources {
			if len(s.SHA256) != 64 || s.Bytes < 1000 || (s.Address == "") == (s.convert == nil) {
				t.Errorf("%s: source %+v", m.Name, s)
			}
			for _, w := range s.Wheels {
				if len(w.SHA256) != 64 || !strings.Contains(w.File, w.Version) {
					t.Errorf("%s: wheel %+v", m.Name, w)
				}
			}
		}
	}
}

func TestPathRefusesWhatIsNotPinned(t *testing.T) {
	t.Setenv("EARSHOT_CACHE", t.TempDir())
	_, err := Path("base")
	if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "earshot models pull base") {
		t.Errorf("missing file: %v", err)
	}
	m, err := Find("base")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(m.path()), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(m.path(), []byte("crafted"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time by its stamp
		if _, err := Path("base"); err == nil || !strings.Contains(err.Error(), "not a pinned file") {
			t.Errorf("crafted file: %v", err)
		}
	}
	if _, err := Verify(m.path()); err == nil || !strings.Contains(err.Error(), "not in the manifest") {
		t.Errorf("verify: %v", err)
	}
	if _, err := Find("huge"); err == nil || !strings.Contains(err.Error(), "large-v3-turbo") {
		t.Errorf("find: %v, want the names", err)
	}
}

func TestStampFollowsTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	write := func(s string, at time.Time) {
		if err := errors.Join(os.WriteFile(file, []byte(s), 0o600), os.Chtimes(file, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Now()
	write("one", start)
	one, err := sumOnce(file)
	if err != nil {
		t.Fatal(err)
	}
	write("two", start.Add(time.Second))
	two, err := sumOnce(file)
	if err != nil || one == two {
		t.Errorf("a changed file kept its sum %s (%v)", two, err)
	}
}

// TestConversion makes the base model and the voice detector from their
// packages where set-up has downloaded them.
func TestConversion(t *testing.T) {
	if testing.Short() {
		t.Skip("converts 150 MB")
	}
	downloads := filepath.Join(CacheDir(), "downloads")
	dir := t.TempDir()
	for _, name := range []string{"silero", "hanzi", "english", "e5-small", "base"} {
		t.Run(name, func(t *testing.T) {
			m, err := Find(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range m.Sources {
				for _, w := range s.Wheels {
					if _, err := os.Stat(filepath.Join(downloads, w.File)); err != nil {
						t.Skipf("%s is not in %s", w.File, downloads)
					}
				}
			}
			cache := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Join(cache, "models"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(downloads, filepath.Join(cache, "downloads")); err != nil {
				t.Fatal(err)
			}
			t.Setenv("EARSHOT_CACHE", cache)
			last := m.Sources[len(m.Sources)-1]
			if err := last.pull(t.Context(), m, func(string, int64, int64) {}); err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(m.path())
			if err != nil {
				t.Fatal(err)
			}
			if info.Size() != last.Bytes {
				t.Errorf("%d bytes, manifest says %d", info.Size(), last.Bytes)
			}
			if got, err := Verify(m.path()); err != nil || got.Name != name {
				t.Errorf("verify: %s, %v", got.Name, err)
			}
		})
	}
}

func TestDownloadResumes(t *testing.T) {
	content := bytes.Repeat([]byte("earshot "), 10_000)
	var ranges []string
	cut := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ranges = append(ranges, r.Header.Get("Range"))
		if cut {
			cut = false
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			_, _ = w.Write(content[:30_000])
			return // the server closes the connection early
		}
		http.ServeContent(w, r, "f", time.Time{}, bytes.NewReader(content))
	}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "f.part")
	progress := int64(0)
	report := func(_ string, done, _ int64) { progress = done }
	if err := download(t.Context(), server.URL, file, int64(len(content)), report); err == nil {
		t.Fatal("a transfer that was cut off passed")
	}
	if err := download(t.Context(), server.URL, file, int64(len(content)), report); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, content) || progress != int64(len(content)) {
		t.Errorf("%d bytes, progress %d, want %d", len(got), progress, len(content))
	}
	if len(ranges) != 2 || ranges[1] != "bytes=30000-" {
		t.Errorf("ranges asked for: %q", ranges)
	}
	if err := download(t.Context(), server.URL+"/", filepath.Join(t.TempDir(), "g"), 10, report); err == nil {
		t.Error("a file longer than pinned passed")
	}
}

func TestHalf(t *testing.T) {
	for f, want := range map[float32]uint16{
		0: 0, 1: 0x3c00, -2: 0xc000, 0.5: 0x3800, 65504: 0x7bff, 1.0 / 3: 0x3555,
		float32(math.Ldexp(1, -14)): 0x0400, float32(math.Ldexp(1, -24)): 0x0001, float32(math.Ldexp(1, -26)): 0,
		1 + 1.0/2048: 0x3c00, 1 + 3.0/2048: 0x3c02, // ties go to even
	} {
		if got := half(f); got != want {
			t.Errorf("half(%g) = %#04x, want %#04x", f, got, want)
		}
	}
	for h := range 1 << 15 {
		if h>>10 == 31 {
			continue
		}
		wide := math.Float32frombits(le.Uint32(widen(le.AppendUint16(nil, uint16(h)))))
		if got := half(wide); got != uint16(h) {
			t.Fatalf("%#04x became %g became %#04x", h, wide, got)
		}
	}
}

func FuzzConversion(f *testing.F) {
	f.Add([]byte("\x06\x00\x00\x00\x0c\x00WhisperSpec\x00\x03\x00\x00\x00\x01\x00\x00\x00"))
	f.Add([]byte("\x02\x00\x00\x00\x00\x00\x00\x00{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = convertWhisper(&bytes.Buffer{}, bytes.NewReader(b), []byte("a\nb\n"))
		if tensors, err := readSafetensors(b); err == nil {
			for name, v := range tensors {
				if len(v.data) > len(b) {
					t.Fatalf("%s: more data than the file has", name)
				}
			}
		}
	})
}
