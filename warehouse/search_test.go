package warehouse_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
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
	var latest, older []*models.Interaction
	for i, text := range []string{
		"C: 我要退款，款式不对\nA: 您好", "C: 款式不对要退\nA: I will refund it, Refunds take 3 days", "C: 100% off_line\nA: nothing_here",
		"C: REFUNDED already?\nA: 退 款", "C: naïve café 退款退款", "C: a\\b 'x' \"y\"",
	} {
		in := &models.Interaction{
			ID: models.ID(fmt.Sprint("s", i)), Channel: models.WeChat, Started: day.AddDate(0, 0, i), Agent: "Ann", Customer: fmt.Sprint("c", i%2),
			Attributes: map[string]string{"region": []string{"east", "west"}[i%2]}, Transcript: models.MustParse(text),
		}
		in.Verdicts = []models.Verdict{{Rule: "r", Outcome: []models.Outcome{models.Hit, models.Miss}[i%2]}}
		old := *in
		old.Transcript = models.MustParse("C: 退款 refund of an older revision")
		latest, older = append(latest, in), append(older, &old)
	}
	storeAll(t, writer, 2, latest...)
	storeAll(t, writer, 1, older...)
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

// everyWay fails unless a search finds the same whichever way it takes, and as
// often as it counts. It returns what it finds.
func everyWay(t *testing.T, w *warehouse.Warehouse, s warehouse.Search) []warehouse.Found {
	t.Helper()
	all, err := w.SearchEveryWay(t.Context(), s)
	if err != nil {
		t.Fatalf("%+v: %v", s, err)
	}
	for way, found := range all {
		if fmt.Sprint(found) != fmt.Sprint(all["plain"]) {
			t.Fatalf("%+v\n%s %v\nplain %v", s, way, found, all["plain"])
		}
	}
	return all["plain"]
}

// TestSearchDaysBack finds the same in the last day, week, month and before, as by
// the indexes, however much is asked for.
func TestSearchDaysBack(t *testing.T) {
	e := ownEngine(t)
	w := open(t, e.Endpoint())
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	end := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	hours := []int{0, 1, 1, 20, 23, 25, 60, 150, 169, 200, 700, 745, 900, 5000}
	var all []*models.Interaction
	for i, h := range hours {
		all = append(all, &models.Interaction{ID: models.ID(fmt.Sprint("b", i)), Channel: models.WeChat, Started: end.Add(-time.Duration(h) * time.Hour), Transcript: models.MustParse("C: 我要退款\nA: refund")})
	}
	storeAll(t, writer, 1, all...)
	for _, s := range []warehouse.Search{{Words: "退款"}, {Words: "refund", To: end.Add(-30 * time.Hour)}, {Words: "refund", From: end.Add(-160 * time.Hour)}, {Words: "没有"}, {Words: "refund", To: end.AddDate(-1, 0, 0)}} {
		for s.Limit = 1; s.Limit <= len(hours)+1; s.Limit++ {
			found := everyWay(t, w, s)
			if want := min(s.Limit, len(hours)); s.From.IsZero() && s.To.IsZero() && s.Words == "退款" && len(found) != want {
				t.Fatalf("%d found, want %d", len(found), want)
			}
		}
	}
}

// TestSearchPieces finds what LIKE finds: pieces of texts of all scripts, of
// conversations that were stored several times with other texts.
func TestSearchPieces(t *testing.T) {
	if testing.Short() {
		t.Skip("TestSearchDaysBack asks in the same ways")
	}
	e := ownEngine(t)
	w := open(t, e.Endpoint())
	texts := storeAnyTexts(t, w)
	searchPieces(t, w, texts, 30)
	age(t, e.Endpoint())
	if n, err := w.Prune(t.Context()); err != nil || n == 0 {
		t.Fatalf("%d rows pruned: %v", n, err)
	}
	searchPieces(t, w, texts, 20)
}

// storeAnyTexts stores random texts, and others as older results of the same
// conversations. It returns all.
func storeAnyTexts(t *testing.T, w *warehouse.Warehouse) (texts []string) {
	t.Helper()
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same in every run
	letters := []rune("aabzZ0199 __-.%'\\退退款我，éß🙂\n")
	results := make([][]*models.Interaction, 12) // in as many parts of each table
	for i := range 120 {
		for revision := range 1 + i%3 {
			in := numbered(models.ID(fmt.Sprint("any", i)), models.Phone, time.Date(2026, 5, 1, 0, 7*(i/3), 0, 0, time.UTC), 1)
			in.Transcript = &models.Transcript{}
			for range 3 {
				text := make([]rune, 1+random.IntN(20))
				for j := range text {
					text[j] = letters[random.IntN(len(letters))]
				}
				texts = append(texts, string(text))
				in.Transcript.Turns = append(in.Transcript.Turns, models.Turn{Party: models.Customer, Text: string(text)})
			}
			part := &results[4*revision+random.IntN(4)]
			*part = append(*part, in)
		}
	}
	for part, some := range results {
		storeAll(t, writer, models.Revision(part/4), some...)
	}
	return texts
}

func searchPieces(t *testing.T, w *warehouse.Warehouse, texts []string, n int) {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // the same in every run
	found := 0
	for range n {
		s := warehouse.Search{Limit: []int{1, 3, 50}[random.IntN(3)]}
		for range 1 + random.IntN(2) {
			text := []rune(texts[random.IntN(len(texts))])
			piece := text[random.IntN(len(text)):]
			piece = piece[:min(len(piece), 1+random.IntN(6))]
			if random.IntN(8) == 0 {
				slices.Reverse(piece)
			}
			if strings.TrimSpace(string(piece)) == "" {
				continue
			}
			not := ""
			if s.Words != "" && random.IntN(2) == 0 {
				not = "-"
			}
			s.Words += fmt.Sprintf(` %s"%s"`, not, string(piece))
		}
		if s.Words == "" {
			continue
		}
		found += len(everyWay(t, w, s))
		with, err := w.Fingerprint(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if without, err := w.WithoutIndex().Fingerprint(t.Context(), s); err != nil || with != without {
			t.Fatalf("%+v: the indexes count %s, without %s: %v", s, with, without, err)
		}
	}
	if found < n {
		t.Errorf("only %d found", found)
	}
}

// TestSearchesAskTheIndexes fails if a condition is not that of an index letter by
// letter, which would only be slower.
func TestSearchesAskTheIndexes(t *testing.T) {
	w := open(t, sharedEngine(t))
	got, err := w.Query(t.Context(), "SELECT name, expr FROM system.data_skipping_indices WHERE database = 'earshot_raw' AND table = 'turns' AND name != 'id' ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Rows) != len(warehouse.TextIndexes) {
		t.Errorf("indexes %v", got.Rows)
	}
	for _, row := range got.Rows {
		if row[1] != warehouse.TextIndexes[row[0].(string)] {
			t.Errorf("index %s is of %s, searches ask %s", row[0], row[1], warehouse.TextIndexes[row[0].(string)])
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
