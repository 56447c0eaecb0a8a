package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/ask"
	"earshot/cmd/earshot/config"
	"earshot/cmd/earshot/service"
	"earshot/demo"
	"earshot/models"
	"earshot/rootcause"
)

// TestBurstsAndCauses asks the real program for bursts and causes of a
// generated month, of nothing, and for what cannot be.
func TestBurstsAndCauses(t *testing.T) {
	if testing.Short() {
		t.Skip("one command after the other")
	}
	s := newService(t, someUnexplained)
	s.start()
	for _, command := range []string{"bursts", "causes"} {
		out, errOut, err := s.earshot(command)
		if err != nil || !strings.Contains(errOut, "holds no conversations yet") {
			t.Errorf("%s of an empty store: %v\n%s\n%s", command, err, out, errOut)
		}
		for _, c := range []struct {
			want string
			args []string
		}{
			{"is no day", []string{"--from", "2026-02-30"}},
			{"is not before to", []string{"--from", "2026-05-02", "--to", "2026-05-01"}},
			{"--format must be one of", []string{"--format", "exe"}},
		} {
			if _, errOut, err := s.earshot(append([]string{command}, c.args...)...); err == nil || !strings.Contains(errOut, c.want) {
				t.Errorf("%s %q: %v, want %q in %s", command, c.args, err, c.want, errOut)
			}
		}
	}
	if _, errOut, err := s.earshot("bursts", "--from", "2016-01-01"); err == nil || !strings.Contains(errOut, "at most 92 days") {
		t.Errorf("ten years: %v %s", err, errOut)
	}
	truth := filepath.Join(t.TempDir(), "truth.json")
	if _, errOut, err := s.earshot("generate", "1500", "--from", "2026-04-01", "--to", "2026-05-01", "--bursts", "2", "--seed", "3", "--truth", truth); err != nil {
		t.Fatal(errOut)
	}
	checkBurstsOf(t, s, truth)
	checkCauses(t, s)
	checkAnnounced(t, s, truth)
}

func plantedIn(t *testing.T, truth string) (planted demo.HistoryTruth) {
	t.Helper()
	text, err := os.ReadFile(truth)
	if err == nil {
		err = json.Unmarshal(text, &planted)
	}
	if err != nil {
		t.Fatal(err)
	}
	return planted
}

// checkBurstsOf compares the command's answer with what was planted: every
// burst is found, with its calls, and nothing else is.
func checkBurstsOf(t *testing.T, s *served, truth string) {
	t.Helper()
	out, errOut, err := s.earshot("bursts", "--from", "2026-04-08", "--to", "2026-05-01", "--format", "json")
	if err != nil {
		t.Fatal(errOut)
	}
	var found []rootcause.Past
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		t.Fatal(err)
	}
	bursts := plantedIn(t, truth).Bursts
	for i := range found {
		b := &found[i]
		ok := false
		for _, p := range bursts {
			n := 0
			for _, id := range p.IDs {
				if slices.Contains(b.IDs, string(id)) {
					n++
				}
			}
			ok = ok || 2*n >= len(b.IDs)
		}
		if !ok {
			t.Errorf("nothing like %s %s, %d where %.1f are usual, was planted", b.Dimension, b.Value, b.Count, b.Expected)
		}
	}
	// Complaints without a known cause count like others.
	said := map[string]bool{}
	for _, row := range s.query("SELECT interaction_id FROM complaints WHERE cause != 'unknown'") {
		said[row[0].(string)] = true
	}
	unknown := 0
	for i := range found {
		for _, id := range found[i].IDs {
			if !said[id] {
				unknown++
			}
		}
	}
	if unknown == 0 {
		t.Error("no burst has a complaint without a cause")
	}
	if len(found) != len(bursts) {
		t.Errorf("%d bursts found, %d planted", len(found), len(bursts))
	}
	out, errOut, err = s.earshot("bursts", "--from", "2026-04-08", "--to", "2026-05-01")
	if err != nil || len(found) > 0 && !strings.Contains(out, found[0].IDs[0]) {
		t.Errorf("%v\n%s%s", err, out, errOut)
	}
}

// checkAnnounced runs the service's check inside a planted burst: it is told of
// once, also by a service that was started again and over a webhook that fails
// at first.
func checkAnnounced(t *testing.T, s *served, truth string) {
	t.Helper()
	failing, told := true, 0
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if failing {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if !strings.Contains(string(body), `"type":"complaints.burst"`) || !strings.Contains(string(body), `"gen-3-`) {
			t.Errorf("told %s", body)
		}
		told++
	}))
	defer hook.Close()
	var logged strings.Builder
	a := &app.App{Config: config.Default(), Log: slog.New(slog.NewTextHandler(&logged, nil))}
	a.Config.Data, a.Config.Reports.Webhook.URL, a.Config.Reports.Webhook.RetryFor = t.TempDir(), hook.URL, 0
	last := plantedIn(t, truth).Bursts[1]
	now := last.To
	store := s.analyst()
	if err := service.CheckBursts(t.Context(), a, store, service.OpenBurstWatch(a), now); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("a webhook that fails: %v", err)
	}
	failing = false
	for i := range 2 { // each time as after a restart
		if err := service.CheckBursts(t.Context(), a, store, service.OpenBurstWatch(a), now.Add(time.Duration(i)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(logged.String(), "burst of complaints"); told != 1 || n != 1 {
		t.Errorf("told %d times, logged %d times, want once\n%s", told, n, logged.String())
	}
}

// checkCauses compares the tree with the store, and looks for the cites of the
// draft in the calls.
func checkCauses(t *testing.T, s *served) {
	t.Helper()
	args := []string{"causes", "--from", "2026-04-08", "--to", "2026-05-01"}
	out, errOut, err := s.earshot(append(args, "--format", "json")...)
	if err != nil {
		t.Fatal(errOut)
	}
	var got ask.CausesOf
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	for _, n := range got.Causes.All() {
		rows := s.query("SELECT countIf(started >= '2026-04-08'), countIf(started < '2026-04-08') FROM complaints WHERE started >= '2026-03-16' AND started < '2026-05-01' AND startsWith(cause, '" + n.Label + "')")
		if uint64(n.Count) != rows[0][0] || uint64(n.Before) != rows[0][1] || n.Count > 0 && len(n.Calls) == 0 {
			t.Errorf("%q: %d now, %d before, calls %v; the store has %v", n.Label, n.Count, n.Before, n.Calls, rows[0])
		}
	}
	checkVolume(t, s, got.Causes)
	if len(got.Whys) != 5 || got.Cause != got.Causes.Largest().Label {
		t.Fatalf("%d whys of %q", len(got.Whys), got.Cause)
	}
	quotes := 0
	for _, w := range got.Whys {
		for _, c := range w.Cites {
			if c.Quote == "" {
				continue
			}
			quotes++
			rows := s.query(fmt.Sprintf("SELECT text FROM turns WHERE interaction_id = '%s' AND turn = %d", c.Call, c.Turn))
			if len(rows) != 1 || !strings.Contains(rows[0][0].(string), c.Quote) {
				t.Errorf("%q is not in turn %d of %s: %v", c.Quote, c.Turn, c.Call, rows)
			}
		}
	}
	if quotes < 4 {
		t.Errorf("only %d quotes: %+v", quotes, got.Whys)
	}
	out, errOut, err = s.earshot(append(args, "--why", "people", "--lang", "zh")...)
	if err != nil || !strings.Contains(out, "客户为什么投诉？") || !strings.Contains(out, "全部投诉") {
		t.Errorf("in Chinese: %v\n%s%s", err, out, errOut)
	}
	if _, errOut, err = s.earshot(append(args, "--why", "x' OR 1=1 --")...); err == nil || !strings.Contains(errOut, "no complaint of") {
		t.Errorf("a cause that is none: %v %s", err, errOut)
	}
}

// checkVolume: what a complaint is, is the same everywhere. The causes of each
// level add up to the level above, and all of them to the complaints that every
// report counts, those without a known cause among them.
func checkVolume(t *testing.T, s *served, causes *rootcause.Node) {
	t.Helper()
	for _, n := range causes.All() {
		now, before := 0, 0
		for _, c := range n.Causes {
			now, before = now+c.Count, before+c.Before
		}
		if len(n.Causes) > 0 && (now != n.Count || before != n.Before) {
			t.Errorf("%q: %d and %d before, below it %d and %d", n.Label, n.Count, n.Before, now, before)
		}
	}
	unknown := causes.Find(models.CauseUnknown)
	if unknown == nil || unknown.Count == 0 || len(unknown.Calls) != 3 || unknown.Title == "" {
		t.Fatalf("complaints without a known cause: %+v", unknown)
	}
	sum := func(name, column string, more ...string) (n int) {
		for _, row := range s.rows(append([]string{"report", name, "--from", "2026-04-08", "--to", "2026-05-01", "--limit", "5000", "--format", "json"}, more...)...) {
			n += int(row[column].(float64))
		}
		return n
	}
	for _, c := range []struct {
		name, column string
		want         int
		more         []string
	}{
		{"complaint-rate", "complaints", causes.Count, []string{"--by", "queue", "--set", "least=1"}},
		{"complaint-rate", "before", causes.Before, []string{"--by", "queue", "--set", "least=1"}},
		{"complaint-rate", "without_cause", unknown.Count, []string{"--by", "region", "--set", "least=1"}},
		{"complaint-trend", "complaints", causes.Count, nil},
		{"complaint-trend", "without_cause", unknown.Count, []string{"--by", "weekday"}},
		{"causes", "complaints", causes.Count, nil},
		{"causes", "before", causes.Before, nil},
		{"cause-branches", "complaints", causes.Count, nil},
		{"cause-trend", "complaints", causes.Count, nil},
		{"cause-heatmap", "complaints", causes.Count, []string{"--by", "channel"}},
		{"cause-consequences", "complaints", causes.Count, nil},
		{"complaint-handling", "complaints", causes.Count, []string{"--by", "channel", "--set", "least=1"}},
		{"products", "complaints", causes.Count, nil},
		{"regions", "complaints", causes.Count, nil},
	} {
		if n := sum(c.name, c.column, c.more...); n != c.want {
			t.Errorf("report %s %v: %s add up to %d, want %d as the causes do", c.name, c.more, c.column, n, c.want)
		}
	}
	if rows := s.rows("report", "complaints", "--from", "2026-04-08", "--to", "2026-05-01", "--limit", "100000", "--format", "json"); len(rows) != causes.Count {
		t.Errorf("%d complaints are listed, the causes have %d", len(rows), causes.Count)
	}
}
