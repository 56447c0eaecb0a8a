package warehouse_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"earshot/models"
	"earshot/warehouse"
)

func TestSearch(t *testing.T) {
	e := ownEngine(t)
	w := open(t, e.Endpoint())
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	day := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for i, text := range []string{
		"C: 我要退款，款式不对\nA: 您好", "C: 款式不对要退\nA: I will refund it, Refunds take 3 days", "C: 100% off_line\nA: nothing_here",
		"C: REFUNDED already?\nA: 退 款", "C: naïve café 退款退款", "C: a\\b 'x' \"y\"",
	} {
		in := &models.Interaction{
			ID: models.ID(fmt.Sprint("s", i)), Channel: models.WeChat, Started: day.AddDate(0, 0, i), Agent: "Ann", Customer: fmt.Sprint("c", i%2),
			Attributes: map[string]string{"region": []string{"east", "west"}[i%2]}, Transcript: models.MustParse(text),
		}
		in.Verdicts = []models.Verdict{{Rule: "r", Outcome: []models.Outcome{models.Hit, models.Miss}[i%2]}}
		if err := writer.Store(t.Context(), in, 2); err != nil {
			t.Fatal(err)
		}
		old := *in
		old.Transcript = models.MustParse("C: 退款 refund of an older revision")
		if err := writer.Store(t.Context(), &old, 1); err != nil {
			t.Fatal(err)
		}
	}
	reader := connect(t, e.Endpoint(), e.Endpoint().Analyst)
	for _, test := range []struct {
		search warehouse.Search
		want   string
	}{
		{warehouse.Search{Words: "退款"}, "s4:0 s0:0"},
		{warehouse.Search{Words: "refund"}, "s3:0 s1:1"},
		{warehouse.Search{Words: "efun"}, "s3:0 s1:1"},
		{warehouse.Search{Words: "Refund days"}, "s1:1"},
		{warehouse.Search{Words: "refund -days"}, "s3:0"},
		{warehouse.Search{Words: `"will refund it"`}, "s1:1"},
		{warehouse.Search{Words: "“退 款”"}, "s3:1"},
		{warehouse.Search{Words: "0%"}, "s2:0"},
		{warehouse.Search{Words: "f_l"}, "s2:0"},
		{warehouse.Search{Words: `a\b`}, "s5:0"},
		{warehouse.Search{Words: "'x'"}, "s5:0"},
		{warehouse.Search{Words: "ï"}, "s4:0"},
		{warehouse.Search{Words: "没有"}, ""},
		{warehouse.Search{Words: "'; DROP TABLE earshot_raw.turns; --x"}, ""},
		{warehouse.Search{Words: "退款", To: day.AddDate(0, 0, 2)}, "s0:0"},
		{warehouse.Search{Words: "退款", From: day.AddDate(0, 0, 2)}, "s4:0"},
		{warehouse.Search{Words: "款", Where: map[string]string{"party": "agent"}}, "s3:1"},
		{warehouse.Search{Words: "款", Where: map[string]string{"customer": "c1"}}, "s3:1 s1:0"},
		{warehouse.Search{Words: "款", Where: map[string]string{"attributes.region": "east", "agent": "Ann"}}, "s4:0 s0:0"},
		{warehouse.Search{Words: "款", Rule: "r"}, "s4:0 s0:0"},
		{warehouse.Search{Words: "款", Limit: 1}, "s4:0"},
	} {
		test.search.Count = true
		r, err := reader.Search(t.Context(), test.search)
		if err != nil {
			t.Errorf("%+v: %v", test.search, err)
			continue
		}
		var got []string
		for _, f := range r.Found {
			got = append(got, fmt.Sprintf("%s:%d", f.ID, f.Turn))
			if len(f.Marks) == 0 {
				t.Errorf("%+v: nothing is marked in %q", test.search, f.Text)
			}
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%+v: got %v, want %s", test.search, got, test.want)
		}
		if test.search.Limit == 0 && r.Turns != uint64(len(got)) {
			t.Errorf("%+v: %d turns counted, %d found", test.search, r.Turns, len(got))
		}
	}
	for name, s := range map[string]warehouse.Search{
		"no words": {}, "only not": {Words: "-x"}, "open quote": {Words: `"x`}, "empty quote": {Words: `""`}, "backwards": {Words: "x", From: day, To: day},
		"column": {Words: "x", Where: map[string]string{"1=1 --": "x"}}, "limit": {Words: "x", Limit: -1},
	} {
		if _, err := reader.Search(t.Context(), s); !errors.Is(err, models.ErrBadInput) {
			t.Errorf("%s: got %v, want ErrBadInput", name, err)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reader.Search(cancelled, warehouse.Search{Words: "x"}); err == nil || errors.Is(err, models.ErrBadInput) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestSearchBothWays finds the same in the last day, week, month and before, as by
// the index, however much is asked for.
func TestSearchBothWays(t *testing.T) {
	e := ownEngine(t)
	w := open(t, e.Endpoint())
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	end := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	hours := []int{0, 1, 1, 20, 23, 25, 60, 150, 169, 200, 700, 745, 900, 5000}
	for i, h := range hours {
		in := &models.Interaction{ID: models.ID(fmt.Sprint("b", i)), Channel: models.WeChat, Started: end.Add(-time.Duration(h) * time.Hour), Transcript: models.MustParse("C: 我要退款\nA: refund")}
		if err := writer.Store(t.Context(), in, 1); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []warehouse.Search{{Words: "退款"}, {Words: "refund", To: end.Add(-30 * time.Hour)}, {Words: "refund", From: end.Add(-160 * time.Hour)}, {Words: "没有"}} {
		for s.Limit = 1; s.Limit <= len(hours)+1; s.Limit++ {
			near, whole, err := w.SearchBothWays(t.Context(), s)
			if err != nil || fmt.Sprint(near) != fmt.Sprint(whole) {
				t.Fatalf("%+v: %v\nnear  %v\nwhole %v", s, err, near, whole)
			}
			if want := min(s.Limit, len(hours)); s.From.IsZero() && s.To.IsZero() && s.Words == "退款" && len(near) != want {
				t.Fatalf("%d found, want %d", len(near), want)
			}
		}
	}
}

// TestSearchTimes takes the second of a word from the recogniser's times.
func TestSearchTimes(t *testing.T) {
	w := open(t, sharedEngine(t))
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	in := &models.Interaction{ID: "spoken", Channel: models.Phone, Started: time.Unix(1.7e9, 0), Transcript: &models.Transcript{Turns: []models.Turn{{
		Party: models.Customer, Start: 1000, End: 9000, Text: "one two searchedfor", Words: []models.Word{
			{From: 0, To: 3, Start: 1000, End: 2000}, {From: 4, To: 7, Start: 2500, End: 3000}, {From: 8, To: 19, Start: 8000, End: 9000},
		},
	}}}}
	if err := writer.Store(t.Context(), in, 1); err != nil {
		t.Fatal(err)
	}
	r, err := w.Search(t.Context(), warehouse.Search{Words: "SEARCHEDFOR"})
	if err != nil || len(r.Found) != 1 || r.Found[0].At != 8000 || fmt.Sprint(r.Found[0].Marks) != "[{8 19}]" {
		t.Errorf("got %+v, %v", r, err)
	}
}
