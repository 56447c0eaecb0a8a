package pack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gocloud.dev/blob/memblob"

	"earshot/models"
	"earshot/models/bucket"
	"earshot/report"
)

// press is a publisher that counts what it was asked.
type press struct {
	*Publisher
	p      Pack
	clock  time.Time
	asked  atomic.Int64
	broken map[string]bool // reports and formats that fail
}

func newPress(t *testing.T, p Pack, now string) *press {
	t.Helper()
	s := &press{p: p, clock: moment(t, now), broken: map[string]bool{}}
	s.Publisher = &Publisher{
		Packs: []Pack{p}, Log: slog.New(slog.DiscardHandler), now: func() time.Time { return s.clock },
		Answer: func(_ context.Context, p Pack, item Item, span Span) (report.Page, error) {
			s.asked.Add(1)
			if s.broken[item.Report] {
				return report.Page{}, errors.New("the store is away")
			}
			return report.Page{
				Name: item.Report, Title: item.Report, Scope: span.Name, Language: p.Language,
				Table: models.Table{Columns: []models.Column{{Name: "calls"}}, Rows: [][]any{{int64(3)}}},
			}, nil
		},
		Render: func(w io.Writer, d report.Document, format string) error {
			if s.broken[format] {
				return errors.New("no font")
			}
			_, err := fmt.Fprintf(w, "%s %s %s", format, d.Subtitle, d.Pages[len(d.Pages)-1].Name)
			return err
		},
	}
	return s
}

func (s *press) pass(t *testing.T) {
	t.Helper()
	if err := s.Pass(t.Context(), s.p); err != nil {
		t.Fatal(err)
	}
}

// made lists the periods that have a manifest.
func made(t *testing.T, p Pack) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(p.To, p.Name, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".json")
	}
	return files
}

func readManifest(t *testing.T, p Pack, period string) (m Manifest) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.To, p.Name, period+".json"))
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A new pack begins with the last period; after a stop the missed ones are
// made, the last seven at most; none is made twice.
func TestOnceOverRestarts(t *testing.T) {
	p := testPack(t, "daily", "06:00", "UTC", t.TempDir())
	for _, c := range []struct {
		now  string
		made []string // since the pass before
	}{
		{"2026-03-05T12:00:00Z", []string{"2026-03-04"}},
		{"2026-03-05T12:00:00Z", nil},
		{"2026-03-06T05:59:00Z", nil},
		{"2026-03-06T06:00:00Z", []string{"2026-03-05"}},
		{"2026-03-09T07:00:00Z", []string{"2026-03-06", "2026-03-07", "2026-03-08"}},
		{"2026-03-20T07:00:00Z", []string{"2026-03-13", "2026-03-14", "2026-03-15", "2026-03-16", "2026-03-17", "2026-03-18", "2026-03-19"}},
		{"2026-03-20T06:30:00Z", nil}, // a clock that goes back
	} {
		before := made(t, p)
		s := newPress(t, p, c.now) // a service that has just started
		s.pass(t)
		s.pass(t)
		got := slices.DeleteFunc(made(t, p), func(name string) bool { return slices.Contains(before, name) })
		if !slices.Equal(got, c.made) || s.asked.Load() != int64(len(c.made)) {
			t.Errorf("at %s: made %v, want %v; %d reports asked", c.now, got, c.made, s.asked.Load())
		}
	}
	if left, _ := filepath.Glob(filepath.Join(p.To, "p", "*.claim-*")); len(left) > 0 {
		t.Errorf("claims are left: %v", left)
	}
}

// Of several services one makes a period.
func TestOnceAmongSeveral(t *testing.T) {
	p := testPack(t, "weekly", "06:00", "Asia/Shanghai", t.TempDir())
	s := newPress(t, p, "2026-03-09T00:00:00Z")
	var group sync.WaitGroup
	var finished atomic.Int64
	for range 8 {
		group.Go(func() {
			switch err := s.Pass(context.Background(), p); {
			case err == nil:
				finished.Add(1)
			case !errors.Is(err, errBusy):
				t.Error(err)
			}
		})
	}
	group.Wait()
	if finished.Load() == 0 || s.asked.Load() != 1 {
		t.Errorf("%d services finished, %d reports were asked, want 1", finished.Load(), s.asked.Load())
	}
}

// A bucket that is no folder lets one claim a period, too.
func TestClaimInBucket(t *testing.T) {
	at := &place{&bucket.Bucket{Bucket: memblob.OpenBucket(nil), Shown: "mem://"}}
	defer at.close()
	p := testPack(t, "daily", "06:00", "UTC", "mem://")
	s := p.Span(moment(t, "2026-03-05T12:00:00Z"))
	var group sync.WaitGroup
	var claimed atomic.Int64
	for range 8 {
		group.Go(func() {
			switch _, err := at.claim(context.Background(), p, s); {
			case err == nil:
				claimed.Add(1)
			case !errors.Is(err, errBusy):
				t.Error(err)
			}
		})
	}
	group.Wait()
	if claimed.Load() != 1 {
		t.Errorf("%d claimed it", claimed.Load())
	}
	if first, err := at.first(t.Context(), p); first != "" || err != nil {
		t.Errorf("first %q, %v", first, err)
	}
	for _, name := range []string{"2026-03-07.done", "2026-03-05.json", "2026-03-06.done", "notes.done"} {
		if _, err := at.write(t.Context(), "p/"+name, nil, "text/plain"); err != nil {
			t.Fatal(err)
		}
	}
	if first, err := at.first(t.Context(), p); first != "2026-03-06" || err != nil {
		t.Errorf("first %q, %v", first, err)
	}
}

// The claim of one who was killed is waited for, and then passed over.
func TestKilledWhileMaking(t *testing.T) {
	p := testPack(t, "daily", "06:00", "UTC", t.TempDir())
	s := newPress(t, p, "2026-03-05T12:00:00Z")
	at, err := openPlace(t.Context(), p.To)
	if err != nil {
		t.Fatal(err)
	}
	defer at.close()
	if _, err := at.claim(t.Context(), p, p.Ended(s.clock)); err != nil { // and never released
		t.Fatal(err)
	}
	if err := s.Pass(t.Context(), p); !errors.Is(err, errBusy) || s.asked.Load() != 0 {
		t.Fatalf("while another makes it: %v, %d asked", err, s.asked.Load())
	}
	stale := time.Now().Add(-claimStale - time.Second)
	if err := os.Chtimes(filepath.Join(p.To, "p", "2026-03-04.claim-1"), stale, stale); err != nil {
		t.Fatal(err)
	}
	s.pass(t)
	if got := made(t, p); !slices.Equal(got, []string{"2026-03-04"}) {
		t.Errorf("made %v", got)
	}
}

// What fails is told and does not take the rest with it; where nothing works
// nothing is marked as made.
func TestFailures(t *testing.T) {
	p := testPack(t, "daily", "06:00", "UTC", t.TempDir())
	p.Reports = []Item{{Report: "volume"}, {Report: "volume", By: "channel"}, {Report: "coverage"}}
	p.Formats = []string{"html", "pdf"}
	s := newPress(t, p, "2026-03-05T12:00:00Z")
	s.broken["volume"], s.broken["coverage"] = true, true
	if err := s.Pass(t.Context(), p); err == nil || !strings.Contains(err.Error(), "the store is away") || len(made(t, p)) > 0 {
		t.Fatalf("with no answer: %v, made %v", err, made(t, p))
	}
	delete(s.broken, "volume")
	s.broken["pdf"] = true
	s.pass(t)
	m := readManifest(t, p, "2026-03-04")
	want := []Failure{{Report: "coverage", Error: "the store is away"}, {Format: "pdf", Error: "no font"}}
	if !slices.Equal(m.Failed, want) || len(m.Files) != 1 || m.Files[0].Key != "p/2026-03-04/p-2026-03-04.html" {
		t.Errorf("%+v", m)
	}
	text, err := os.ReadFile(filepath.Join(p.To, filepath.FromSlash(m.Files[0].Key)))
	if err != nil || string(text) != "html 2026-03-04 · not answered: coverage volume-2" || len(text) != m.Files[0].Bytes {
		t.Errorf("%q %v", text, err)
	}
}

// By hand a period is made again, and one that goes on leaves no mark.
func TestMakeByHand(t *testing.T) {
	p := testPack(t, "monthly", "06:00", "UTC", t.TempDir())
	s := newPress(t, p, "2026-03-05T12:00:00Z")
	if _, err := s.Make(t.Context(), p, p.Span(s.clock), false); err != nil || len(made(t, p)) > 0 {
		t.Fatalf("%v, made %v", err, made(t, p))
	}
	for range 2 {
		if _, err := s.Make(t.Context(), p, p.Ended(s.clock), false); err != nil {
			t.Fatal(err)
		}
	}
	s.pass(t)
	if got := made(t, p); !slices.Equal(got, []string{"2026-02"}) || s.asked.Load() != 3 {
		t.Errorf("made %v, %d asked", got, s.asked.Load())
	}
}

// What was made and not taken is announced again, by another service, too.
func TestAnnouncedOnce(t *testing.T) {
	r := receive(t, http.StatusForbidden, http.StatusOK)
	p := testPack(t, "daily", "06:00", "UTC", t.TempDir())
	for n, refused := range []bool{true, false, false} {
		s := newPress(t, p, "2026-03-05T12:00:00Z")
		s.Webhook = r.webhook()
		if err := s.Pass(t.Context(), p); (err != nil) != refused || s.asked.Load() != int64(max(0, 1-n)) {
			t.Fatalf("%d: %v, %d asked", n, err, s.asked.Load())
		}
	}
	if len(r.got) != 2 || r.got[0].Header.Get("Webhook-Id") != r.got[1].Header.Get("Webhook-Id") {
		t.Fatalf("%d requests", len(r.got))
	}
	var e event
	if err := json.Unmarshal(r.bodies[1], &e); err != nil || e.Type != "report.pack" || e.Data.Name != "2026-03-04" || len(e.Data.Files) != 1 {
		t.Errorf("%v: %s", err, r.bodies[1])
	}
}

// A place that cannot be written to is told with what to do; once it can, what
// was due is made.
func TestNoPlace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "reports")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := testPack(t, "daily", "06:00", "UTC", file)
	s := newPress(t, p, "2026-03-05T12:00:00Z")
	for _, err := range []error{s.Pass(t.Context(), p), func() error { _, err := s.Make(t.Context(), p, p.Span(s.clock), false); return err }()} {
		if err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "give the path of a folder") {
			t.Errorf("into a file: %v", err)
		}
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	s.pass(t)
	if got := made(t, p); !slices.Equal(got, []string{"2026-03-04"}) {
		t.Errorf("made %v", got)
	}
	if os.Geteuid() == 0 {
		return // may write anywhere
	}
	if err := os.Chmod(file, 0o500); err != nil {
		t.Fatal(err)
	}
	s.clock = s.clock.AddDate(0, 0, 1)
	if err := s.Pass(t.Context(), p); err == nil || !strings.Contains(err.Error(), "may not write there") {
		t.Errorf("into a folder of others: %v", err)
	}
}

// While nobody listens a pack is made once and kept; it is announced when
// somebody does.
func TestWebhookAway(t *testing.T) {
	r := receive(t, http.StatusOK)
	hook := r.webhook()
	address := r.Listener.Addr().String()
	r.Close()
	p := testPack(t, "daily", "06:00", "UTC", t.TempDir())
	s := newPress(t, p, "2026-03-05T12:00:00Z")
	s.Webhook = hook
	s.Webhook.RetryFor = 0
	for range 2 {
		if err := s.Pass(t.Context(), p); err == nil || !strings.Contains(err.Error(), "made, but not announced") || s.asked.Load() != 1 {
			t.Fatalf("%v, %d asked", err, s.asked.Load())
		}
	}
	var listen net.ListenConfig
	back, err := listen.Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Skip("somebody else took the port:", err)
	}
	told := make(chan string, 3)
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) { told <- q.Header.Get("Webhook-Id") })}
	go func() { _ = server.Serve(back) }()
	defer func() { _ = server.Close() }()
	for range 2 {
		s.pass(t)
	}
	if len(told) != 1 || s.asked.Load() != 1 {
		t.Errorf("told %d times, %d asked", len(told), s.asked.Load())
	}
}
