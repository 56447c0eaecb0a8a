package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"earshot/models"
)

// seeds are the examples of the sources with these extensions, and what was
// made to break readers.
func seeds(f *testing.F, extensions ...string) {
	for _, s := range sources() {
		for _, e := range s.examples {
			for _, ext := range extensions {
				if filepath.Ext(e.name) == ext {
					f.Add([]byte(e.content))
				}
			}
		}
	}
	for name, c := range badFiles() {
		for _, ext := range extensions {
			if filepath.Ext(name) == ext && len(c.content) < 4096 {
				f.Add([]byte(c.content))
			}
		}
	}
	f.Add([]byte(`[{"id":"a"},]`))
	f.Add([]byte("[[{}]]\n\xff{\"a\\"))
	f.Add([]byte("\xff\xfe{\x00}\x00"))
	f.Add([]byte("id;\"from\"\r\n\"a\"\"b\";\"c\nd"))
}

// fuzzText takes any bytes through a reader and the door, one record after the
// other: each is accepted or refused, and what is accepted is whole.
func fuzzText(f *testing.F, read func(context.Context, *Door, input) iter.Seq[Record]) {
	k := newDesk(f, func(c *Config) { c.MaxRecordBytes, c.GroupBytes = 4096, 16<<10 })
	f.Fuzz(func(t *testing.T, content []byte) {
		k.published, k.dead = nil, nil
		text, err := decodeText(bytes.NewReader(content), "auto")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for rec := range read(t.Context(), k.Door, input{text: text, shown: "a"}) {
			n++
			if _, err := k.Accept(t.Context(), rec); err != nil && !errors.Is(err, models.ErrBadInput) {
				t.Fatalf("neither accepted nor refused: %v", err)
			}
		}
		if n == 0 || len(k.published)+len(k.dead) != n {
			t.Fatalf("%d records, %d accepted, %d refused", n, len(k.published), len(k.dead))
		}
		k.check(t)
	})
}

// check fails unless everything the desk holds is in order.
func (k *desk) check(t *testing.T) {
	t.Helper()
	for _, in := range k.published {
		if err := in.Validate(); err != nil {
			t.Fatalf("published what is not valid: %v", err)
		}
	}
	for _, d := range k.dead {
		if d.Reason == "" || d.Code == "" || d.Source == "" || d.ID != "" && d.ID.Validate() != nil {
			t.Fatalf("incomplete dead letter %+v", d)
		}
		if _, err := json.Marshal(d); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzJSON(f *testing.F) {
	seeds(f, ".json", ".jsonl")
	fuzzText(f, func(ctx context.Context, d *Door, in input) iter.Seq[Record] {
		return d.readText(ctx, in, documents, d.record)
	})
}

func FuzzJSONLines(f *testing.F) {
	seeds(f, ".jsonl", ".json")
	fuzzText(f, func(ctx context.Context, d *Door, in input) iter.Seq[Record] {
		return d.readText(ctx, in, lines, d.lineRecord)
	})
}

func FuzzCSV(f *testing.F) {
	seeds(f, ".csv")
	fuzzText(f, func(ctx context.Context, d *Door, in input) iter.Seq[Record] {
		return d.readTable(ctx, in, d.tableFor("a.csv"), 0)
	})
}

// FuzzSidecar reads any bytes as the sidecar of a recording.
func FuzzSidecar(f *testing.F) {
	seeds(f, ".json")
	f.Add([]byte(`{"media":{"roles":["agent"],"sha256":"x"},"recording":"../a.wav"}`))
	k := newDesk(f)
	dir := f.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.wav"), []byte("sound"), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		k.published, k.dead = nil, nil
		if err := os.WriteFile(filepath.Join(dir, "a.json"), content, 0o600); err != nil {
			t.Fatal(err)
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = root.Close() }()
		opened, err := openFile(root, "a.wav", "a.wav")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = opened.Close() }()
		for rec := range readRecording(t.Context(), k.Door, opened) {
			if _, err := k.Accept(t.Context(), rec); err != nil && !errors.Is(err, models.ErrBadInput) {
				t.Fatal(err)
			}
		}
		if len(k.published)+len(k.dead) != 1 {
			t.Fatalf("%d accepted, %d refused", len(k.published), len(k.dead))
		}
		k.check(t)
	})
}

// FuzzUpload sends any body as any kind: the answer is never a failure of ours.
func FuzzUpload(f *testing.F) {
	for _, kind := range []string{"application/json", "application/x-ndjson", "multipart/form-data; boundary=b", "multipart/form-data", "text/plain; charset=\"", ""} {
		f.Add(kind, []byte(oneChat))
		f.Add(kind, []byte("--b\r\nContent-Disposition: form-data; name=\"interaction\"\r\n\r\n{\"started\":\"2026-05-04T09:00:00Z\"}\r\n--b\r\nContent-Disposition: form-data; name=\"recording\"; filename=\"../a.wav\"\r\n\r\nsound\r\n--b--\r\n"))
	}
	k := newDesk(f, func(c *Config) { c.Parallel = 1 })
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		k.published, k.dead = nil, nil
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body))
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		k.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusAccepted && (w.Code < 400 || w.Code > 499) {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Fatalf("no JSON: %s", w.Body)
		}
		if w.Code == http.StatusAccepted && len(k.published) == 0 {
			t.Fatalf("accepted nothing: %s", w.Body)
		}
		k.check(t)
	})
}

// FuzzStrict compares the strict reader with the standard one: what the strict
// one takes, the other takes too.
func FuzzStrict(f *testing.F) {
	seeds(f, ".json")
	f.Fuzz(func(t *testing.T, doc []byte) {
		var form Form
		err := decodeStrict(doc, 1, &form)
		if err != nil {
			if !errors.Is(err, models.ErrBadInput) {
				t.Fatalf("no refusal: %v", err)
			}
			return
		}
		dec := json.NewDecoder(bytes.NewReader(doc))
		dec.DisallowUnknownFields()
		var again Form
		if err := dec.Decode(&again); err != nil {
			t.Fatalf("the strict reader takes what the standard one does not: %v", err)
		}
	})
}

func FuzzNamePattern(f *testing.F) {
	f.Add(`(?P<agent>\w+)_(?P<time>\d+)\.wav`, "li_20260504150405.wav")
	f.Add(`(?P<attribute_>x)`, "x")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		c := Default()
		c.Recordings.Patterns = []string{pattern}
		if c.Validate() != nil {
			return
		}
		d := &Door{cfg: c}
		if err := d.compile(); err != nil {
			t.Fatal(err)
		}
		in := &models.Interaction{}
		if _, err := d.fillFromName(strings.ToValidUTF8(name, ""), in); err != nil && !errors.Is(err, models.ErrBadInput) {
			t.Fatal(err)
		}
	})
}
