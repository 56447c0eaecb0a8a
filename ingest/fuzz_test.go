package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
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

// fuzzFile takes any bytes through a file source: all of it is accepted or
// refused, and what is accepted is whole.
func fuzzFile(f *testing.F, name string) {
	f.Fuzz(func(t *testing.T, content []byte) {
		k := newDesk(t, func(c *Config) { c.MaxRecordBytes = 4096; c.GroupBytes = 8192; c.Parallel = 2 })
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
		tally, err := k.Ingest(t.Context(), []string{dir}, Observer{})
		if err != nil {
			t.Fatal(err)
		}
		if tally.Accepted+tally.Refused == 0 {
			t.Fatal("neither accepted nor refused")
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
	fuzzFile(f, "a.json")
}

func FuzzJSONLines(f *testing.F) {
	seeds(f, ".jsonl", ".json")
	fuzzFile(f, "a.jsonl")
}

func FuzzCSV(f *testing.F) {
	seeds(f, ".csv")
	fuzzFile(f, "a.csv")
}

// FuzzSidecar reads any bytes as the sidecar of a recording.
func FuzzSidecar(f *testing.F) {
	seeds(f, ".json")
	f.Add([]byte(`{"media":{"roles":["agent"],"sha256":"x"},"recording":"../a.wav"}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		k := newDesk(t)
		dir := folder(t, map[string]string{"a.wav": "sound", "a.json": string(content)})
		tally, err := k.Ingest(t.Context(), []string{dir}, Observer{})
		if err != nil || tally.Accepted+tally.Refused != 1 {
			t.Fatalf("%+v, %v", tally, err)
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
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		k := newDesk(t, func(c *Config) { c.Parallel = 2 })
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
		k := newDesk(t, func(c *Config) { c.Recordings.Patterns = []string{pattern} })
		in := &models.Interaction{}
		if _, err := k.fillFromName(strings.ToValidUTF8(name, ""), in); err != nil && !errors.Is(err, models.ErrBadInput) {
			t.Fatal(err)
		}
	})
}
