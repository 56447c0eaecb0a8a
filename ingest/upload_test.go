package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"earshot/models"
)

func TestUploads(t *testing.T) {
	call := wav(2, 8000, 3200, 3200)
	multi := func(parts ...part) func(*testing.T) ([]byte, string) {
		return func(t *testing.T) ([]byte, string) { return form(t, parts...) }
	}
	body := func(kind, text string) func(*testing.T) ([]byte, string) {
		return func(*testing.T) ([]byte, string) { return []byte(text), kind }
	}
	named := func(c *Config) {
		c.Recordings.Patterns = []string{`^(?P<agent>\w+)_(?P<time>\d{14})\.wav$`}
	}
	for name, c := range map[string]struct {
		send   func(*testing.T) ([]byte, string)
		config func(*Config)
		status int
		ids    []string
		detail string // part of the problem's
	}{
		"one chat":            {send: body("application/json", oneChat), status: 202, ids: []string{"one"}},
		"with charset":        {send: body("application/json; charset=UTF-8", oneChat), status: 202, ids: []string{"one"}},
		"a list":              {send: body("application/json", "["+oneChat+",\n"+strings.Replace(oneChat, "one", "two", 1)+"]"), status: 202, ids: []string{"one", "two"}},
		"lines":               {send: body("application/x-ndjson", oneChat+"\n"+strings.Replace(oneChat, "one", "two", 1)+"\n"), status: 202, ids: []string{"one", "two"}},
		"messages, a line":    {send: body("application/x-ndjson", `{"conversation":"m","from":"customer","at":1777878245,"text":"a"}`+"\n"+`{"conversation":"m","from":"agent","at":1777878246,"text":"b"}`), status: 202, ids: []string{"m"}},
		"call and sidecar":    {send: multi(part{"interaction", "", `{"id":"c","started":"2026-05-04T09:00:00Z"}`}, part{"recording", "c.wav", call}), status: 202, ids: []string{"c"}},
		"recording first":     {send: multi(part{"recording", "c.wav", call}, part{"interaction", "", `{"id":"c","started":"2026-05-04T09:00:00Z"}`}), status: 202, ids: []string{"c"}},
		"only the name tells": {send: multi(part{"recording", "li_20260504150405.wav", call}), config: named, status: 202, ids: []string{"call-"}},
		"chat as a part":      {send: multi(part{"interaction", "", oneChat}), status: 202, ids: []string{"one"}},
		"some refused":        {send: body("application/json", "["+oneChat+",{\"id\":\"x\",\"fax\":1}]"), status: 400, ids: []string{"one"}, detail: `1 of 2 records were refused, the first because: request body:1: unknown field "fax"`},
		"no time":             {send: multi(part{"recording", "c.wav", call}), status: 400, detail: "started is missing: give the time the conversation began"},
		"no recording":        {send: multi(part{"interaction", "", `{"id":"c","started":"2026-05-04T09:00:00Z"}`}), status: 400, detail: "neither messages nor a recording"},
		"no parts":            {send: multi(), status: 400, detail: "the parts interaction (JSON) and recording (the file) are missing"},
		"a part too many":     {send: multi(part{"audio", "c.wav", call}), status: 400, detail: `part "audio": want one part interaction`},
		"part twice":          {send: multi(part{"recording", "c.wav", call}, part{"recording", "d.wav", call}), status: 400, detail: `part "recording": want one`},
		"slip in the part":    {send: multi(part{"interaction", "", "{\n\"agnt\":\"x\"}"}, part{"recording", "c.wav", call}), status: 400, detail: `unknown field "agnt"; did you mean "agent"?`},
		"cut multipart": {send: func(t *testing.T) ([]byte, string) {
			b, k := form(t, part{"recording", "c.wav", call})
			return b[:2000], k
		}, status: 400, detail: "the multipart body ends too soon"},
		"a path":          {send: body("application/json", `{"id":"p","started":"2026-05-04T09:00:00Z","recording":"/etc/hostname"}`), status: 400, detail: "lies outside the allowed folders"},
		"form":            {send: body("application/x-www-form-urlencoded", "a=b"), status: 415, detail: "want application/json"},
		"no type":         {send: body("", oneChat), status: 415, detail: "want application/json"},
		"another charset": {send: body("application/json; charset=gbk", oneChat), status: 415, detail: "send UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			k := newDesk(t, func(cfg *Config) {
				if c.config != nil {
					c.config(cfg)
				}
			})
			k.probe = probeWAV
			b, kind := c.send(t)
			status, a := post(t, k, kind, b)
			got := k.ids()
			for i := range got {
				if strings.HasPrefix(got[i], "call-") {
					got[i] = "call-"
				}
			}
			if status != c.status || !slices.Equal(got, append([]string{}, c.ids...)) || !strings.Contains(a.Detail, c.detail) {
				t.Errorf("got %d %+v, published %v; want %d %v %q", status, a, got, c.status, c.ids, c.detail)
			}
			if told := slices.Concat(a.IDs, a.Accepted); len(told) != len(c.ids) {
				t.Errorf("told the ids %v, published %v", told, got)
			}
		})
	}
}

func TestUploadLimits(t *testing.T) {
	k := newDesk(t, func(c *Config) { c.MaxBodyBytes, c.MaxRecordBytes, c.MaxRecordingBytes = 2048, 1024, 1024 })
	big := bytes.Repeat([]byte(" "), 4096)
	if status, _ := post(t, k, "application/json", append(big, oneChat...)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body that says it is too large: %d", status)
	}
	// Without a length it shows only while reading.
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", io.MultiReader(bytes.NewReader(big)))
	r.ContentLength = -1
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	k.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a body that is too large: %d %s", w.Code, w.Body)
	}
	b, kind := form(t, part{"recording", "a.wav", string(big)})
	if status, a := post(t, k, kind, b); status != http.StatusRequestEntityTooLarge || !strings.Contains(a.Detail, "ingest.max_recording_bytes") {
		t.Errorf("a recording that is too large: %d %+v", status, a)
	}
}

func TestUploadMethodAndEncoding(t *testing.T) {
	k := newDesk(t)
	for name, c := range map[string]struct {
		method, encoding string
		want             int
	}{"get": {"GET", "", 405}, "gzip": {"POST", "gzip", 415}} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, "/", strings.NewReader(oneChat))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Content-Encoding", c.encoding)
		w := httptest.NewRecorder()
		k.Handler().ServeHTTP(w, r)
		if w.Code != c.want || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestUploadWhileTheLogIsAway(t *testing.T) {
	k := newDesk(t)
	k.publish = func(*models.Interaction) error { return errors.New("dial tcp 10.0.0.7:9092: refused") }
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(oneChat))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	k.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "10.0.0.7") {
		t.Errorf("tells the sender about our network: %s", w.Body)
	}
	if len(k.dead) != 0 {
		t.Errorf("dead: %v", k.reasons())
	}
}

func TestUploadByPathOnlyFromAllowedFolders(t *testing.T) {
	allowed := folder(t, map[string]string{"in/call.wav": wav(1, 8000, 100, 100)})
	secret := filepath.Join(folder(t, map[string]string{"secret.wav": wav(1, 8000, 100, 100)}), "secret.wav")
	k := newDesk(t, func(c *Config) { c.Allow = []string{allowed} })
	send := func(path string) int {
		status, _ := post(t, k, "application/json", []byte(`{"started":"2026-05-04T09:00:00Z","recording":`+strconv.Quote(path)+`}`))
		return status
	}
	for _, good := range []string{"in/call.wav", filepath.Join(allowed, "in", "call.wav"), "./in/../in/call.wav"} {
		if status := send(good); status != http.StatusAccepted {
			t.Errorf("%s: %d", good, status)
		}
	}
	for _, bad := range []string{secret, "../secret.wav", "in", allowed, "", "in/none.wav"} {
		if status := send(bad); status != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, status)
		}
	}
	if len(k.kept) != 1 {
		t.Errorf("%d recordings kept, want the one that is allowed", len(k.kept))
	}
}

// TestUploadsInParallel is for the race detector, and for what is told to whom.
func TestUploadsInParallel(t *testing.T) {
	k := newDesk(t)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			id := "up" + strconv.Itoa(i)
			status, a := post(t, k, "application/json", []byte(strings.Replace(oneChat, "one", id, 1)))
			if status != http.StatusAccepted || len(a.IDs) != 1 || string(a.IDs[0]) != id {
				t.Errorf("%s: %d %+v", id, status, a)
			}
		})
	}
	wg.Wait()
	if n := len(slices.Compact(k.ids())); n != 40 {
		t.Errorf("%d of 40 published", n)
	}
}

func TestUploadGivesUpWithItsSender(t *testing.T) {
	k := newDesk(t)
	ctx, cancel := context.WithCancel(t.Context())
	k.publish = func(*models.Interaction) error { cancel(); return ctx.Err() }
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(oneChat))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	k.Handler().ServeHTTP(w, r)
	if w.Body.Len() != 0 {
		t.Errorf("answered %s to nobody", w.Body)
	}
}
