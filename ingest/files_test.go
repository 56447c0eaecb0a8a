package ingest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPaths(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.json": oneChat, "b.txt": "note", ".hidden.json": "x", "sub/c.wav.part": "x", "sub/~d.json": "x",
		"sub/e.wav": "sound", "sub/e.json": `{"id":"e"}`, ".git/f.json": "x",
	})
	if err := os.Symlink("a.json", filepath.Join(dir, "same.json")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		paths []string
		want  Tally
		ids   []string
	}{
		"folder":          {[]string{dir}, Tally{Files: 2, Accepted: 2, Skipped: 1}, []string{"e", "one"}},
		"file twice":      {[]string{filepath.Join(dir, "a.json"), dir + "/./a.json"}, Tally{Files: 1, Accepted: 1}, []string{"one"}},
		"pattern":         {[]string{filepath.Join(dir, "*", "*.wav")}, Tally{Files: 1, Accepted: 1}, []string{"e"}},
		"sidecar alone":   {[]string{filepath.Join(dir, "sub", "e.json")}, Tally{Files: 1, Accepted: 1}, []string{"e"}},
		"link named":      {[]string{filepath.Join(dir, "same.json")}, Tally{Files: 1, Accepted: 1}, []string{"one"}},
		"text file named": {[]string{filepath.Join(dir, "b.txt")}, Tally{Files: 1, Refused: 1}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			k := newDesk(t)
			var last Progress
			tally, err := k.Ingest(t.Context(), c.paths, Observer{Progress: func(p Progress) {
				if p.Bytes < last.Bytes || p.Bytes > p.TotalBytes || p.Files < last.Files {
					t.Errorf("progress went from %+v to %+v", last, p)
				}
				last = p
			}})
			if err != nil || tally != c.want || !slices.Equal(k.ids(), append([]string{}, c.ids...)) {
				t.Errorf("got %+v, %v, %v; want %+v %v", tally, k.ids(), err, c.want, c.ids)
			}
			if last.Bytes != last.TotalBytes || last.Files != last.TotalFiles || last.Accepted != tally.Accepted {
				t.Errorf("the last progress is %+v", last)
			}
		})
	}
	k := newDesk(t)
	if _, err := k.Ingest(t.Context(), []string{filepath.Join(dir, "none.wav"), filepath.Join(dir, "*.gsm")}, Observer{}); err == nil || !strings.Contains(err.Error(), "none.wav: no such file") || !strings.Contains(err.Error(), "*.gsm: no file fits") {
		t.Errorf("got %v", err)
	}
}

// TestHostileNamesStayInside tries to get at a file outside in a thousand ways.
func TestHostileNamesStayInside(t *testing.T) {
	outside := folder(t, map[string]string{"secret.wav": "secret", "allowed/in/call.wav": "sound"})
	allowed := filepath.Join(outside, "allowed")
	for link, target := range map[string]string{"abs": outside, "rel": "..", "file.wav": "../secret.wav", "in/deep": "../..", "loop": "loop"} {
		if err := os.Symlink(target, filepath.Join(allowed, link)); err != nil {
			t.Fatal(err)
		}
	}
	k := newDesk(t, func(c *Config) { c.Allow = []string{allowed} })
	ways := []string{"..", "./..", "in/..", "in/../..", "abs", "rel", "in/deep", "loop", outside, allowed + "/..", "/", "//", `..\`, `\\?\C:`, "in/./../..", "%2e%2e", "．．", "CON", "~", "file:///"}
	tails := []string{"secret.wav", "/secret.wav", "./secret.wav", "secret.wav\x00.wav", "secret.wav/", "../secret.wav", "allowed/../secret.wav", "secret.wav/.", "in/../../secret.wav", "\\secret.wav"}
	tried := 0
	for _, a := range ways {
		for _, b := range append(ways, "") {
			for _, tail := range tails[:3+tried%7] {
				tried++
				f, err := k.openRecording(nil, strings.TrimPrefix(a+"/"+b+"/"+tail, "/"))
				if err == nil {
					name := f.Name()
					_ = f.Close()
					t.Errorf("%q/%q/%q opened %s", a, b, tail, name)
				} else if Code(err) == "bad-input" {
					t.Errorf("%q/%q/%q: no code: %v", a, b, tail, err)
				}
			}
		}
	}
	for _, name := range []string{"file.wav", "abs/secret.wav", "rel/secret.wav", "in/deep/secret.wav"} {
		if f, err := k.openRecording(nil, name); err == nil {
			_ = f.Close()
			t.Errorf("the link %s was followed out", name)
		}
	}
	if f, err := k.openRecording(nil, "in/call.wav"); err != nil {
		t.Errorf("what is allowed: %v", err)
	} else {
		_ = f.Close()
	}
	if tried < 1000 {
		t.Errorf("only %d ways tried", tried)
	}
}
