package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"earshot/models"
)

func columns(names ...string) []models.Column {
	all := make([]models.Column, len(names))
	for i, n := range names {
		all[i].Name = n
	}
	return all
}

var monday = time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)

// hostile is a table of what data may hold.
func hostile() models.Table {
	return models.Table{Columns: columns("agent", "conversations", "average_score", "day", "examples", "change"), Rows: [][]any{
		{"=1+1", uint64(1234567), 12.5, monday, []string{"a", "=b"}, int64(-3)},
		{"<script>alert(1)</script>", uint64(0), math.NaN(), monday.Add(90 * time.Minute), []string{}, nil},
		{"王芳\n\t=cmd|' /C calc'!A0", uint64(2), math.Inf(1), nil, []string{"退款"}, int64(4)},
	}}
}

func TestGuarded(t *testing.T) {
	for _, s := range []string{
		"=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000=1", "＝1", "＋1", "－1", "＠x", " \n\t ＝1", "\ufeff=1", "\u200b=1", "\tx", "\rx", "\"=1", "\x00=1", "\u2028+1",
	} {
		if g := Guarded(s); g != "'"+s {
			t.Errorf("%q is not guarded: %q", s, g)
		}
	}
	for _, s := range []string{"", "a=b", "王芳", "1-2", "'=1", "(-3)", "a@b.c"} {
		if g := Guarded(s); g != s {
			t.Errorf("%q became %q", s, g)
		}
	}
}

func FuzzGuarded(f *testing.F) {
	f.Add("=1")
	f.Add(" \t＝x")
	f.Fuzz(func(t *testing.T, s string) {
		g := Guarded(s)
		if trimmed := strings.TrimSpace(g); trimmed != "" && strings.ContainsAny(string([]rune(trimmed)[0]), "=+-@＝＋－＠") {
			t.Fatalf("%q may run as a formula", g)
		}
		if !strings.HasSuffix(g, s) {
			t.Fatalf("%q lost text of %q", g, s)
		}
	})
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := CSV(&b, hostile(), "zh", true); err != nil {
		t.Fatal(err)
	}
	text, hadBOM := strings.CutPrefix(b.String(), bom)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !hadBOM {
		t.Fatal(err, "BOM", hadBOM)
	}
	if rows[0][0] != "坐席" || rows[1][0] != "'=1+1" || rows[1][1] != "1234567" || rows[1][5] != "-3" || rows[2][2] != "" || rows[3][2] != "" || rows[3][4] != "退款" {
		t.Errorf("got %q", rows)
	}
	b.Reset()
	if err := CSV(&b, hostile(), "", false); err != nil || strings.HasPrefix(b.String(), bom) || !strings.HasPrefix(b.String(), "agent,") {
		t.Errorf("without language and BOM: %v %.40q", err, b.String())
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, hostile()); err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	if err := json.Unmarshal(b.Bytes(), &rows); err != nil {
		t.Fatal(err)
	}
	if rows[0]["agent"] != "=1+1" || rows[1]["average_score"] != nil || rows[0]["day"] != "2026-03-09T00:00:00Z" {
		t.Errorf("got %v", rows)
	}
	if i, k := strings.Index(b.String(), "agent"), strings.Index(b.String(), "change"); i > k {
		t.Error("the columns lost their order")
	}
}

func TestCells(t *testing.T) {
	for _, c := range []struct {
		column string
		v      any
		en, zh string
	}{
		{"weekday", uint64(1), "Mon", "周一"}, {"hour", uint64(9), "09:00", "09:00"}, {"channel", "phone", "phone", "电话"},
		{"conversations", uint64(1234567), "1,234,567", "1,234,567"}, {"change", int64(-1234), "-1,234", "-1,234"}, {"x", 1234.5678, "1,234.5678", "1,234.5678"},
		{"passed", true, "yes", "是"}, {"day", monday, "2026-03-09", "2026-03-09"}, {"started", monday.Add(time.Minute), "2026-03-09 00:01", "2026-03-09 00:01"},
		{"cause", "delivery/late", "delivery/late", "配送/延误"}, {"agent", "delivery", "delivery", "delivery"}, {"x", nil, "", ""}, {"x", math.NaN(), "", ""},
		{"severity", int64(3), "critical", "危急"}, {"x", -0.5, "-0.5", "-0.5"}, {"x", 999.0, "999", "999"},
	} {
		if en, zh := Cell(c.column, c.v, "en"), Cell(c.column, c.v, "zh"); en != c.en || zh != c.zh {
			t.Errorf("%s %v: got %q and %q, want %q and %q", c.column, c.v, en, zh, c.en, c.zh)
		}
	}
	for name, want := range map[string]string{"complaint_percent": "Complaint %", "total_seconds": "Total (seconds)", "interaction_id": "Conversation", "agent": "Agent"} {
		if got := Heading(name, "en"); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestScope(t *testing.T) {
	for _, c := range []struct {
		from, to time.Time
		where    map[string]string
		want     string
	}{
		{want: "全部时间"},
		{from: monday, to: monday.AddDate(0, 0, 7), want: "2026-03-09 至 2026-03-15"},
		{from: monday, to: monday.AddDate(0, 0, 1), where: map[string]string{"channel": "phone", "agent": "王芳"}, want: "2026-03-09 · 坐席 王芳 · 渠道 电话"},
		{from: monday, want: "自 2026-03-09 起"}, {to: monday, want: "截至 2026-03-08"},
	} {
		if got := Scope(c.from, c.to, c.where, "zh"); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestAdvise(t *testing.T) {
	table := models.Table{Columns: columns("agent", "failed"), Rows: [][]any{{"{failed}", uint64(3)}, {"Ann", nil}}}
	got := Advise(table, table, "{agent} failed {failed} times", "en")
	if got.Rows[0][2] != "{failed} failed 3 times" || got.Rows[1][2] != "Ann failed – times" || len(table.Rows[0]) != 2 {
		t.Errorf("got %v; the table itself is %v", got.Rows, table.Rows)
	}
}

// charted are pages of every kind of chart over ordinary and extreme numbers.
func charted() []Page {
	many := models.Table{Columns: columns("agent", "day", "hour", "weekday", "conversations", "before", "change")}
	for i := range 150 {
		var n any = float64(i*i%97) * 1000
		if i%10 == 3 {
			n = math.NaN()
		}
		many.Rows = append(many.Rows, []any{strings.Repeat("很长的名字", i%9), monday.AddDate(0, 0, i), uint64(i % 24), uint64(1 + i/24%7), n, uint64(i), int64(50 - i)})
	}
	one := models.Table{Columns: many.Columns, Rows: many.Rows[:1]}
	var pages []Page
	for _, table := range []models.Table{many, one} {
		for _, c := range []models.Chart{
			{Kind: "bar", X: "agent", Y: []string{"conversations", "before"}}, {Kind: "bar", X: "agent", Y: []string{"change"}}, {Kind: "bar", X: "day", Y: []string{"conversations"}},
			{Kind: "stacked-bar", X: "agent", Y: []string{"conversations", "before"}}, {Kind: "stacked-bar", X: "hour", Y: []string{"conversations", "before"}},
			{Kind: "line", X: "day", Y: []string{"conversations", "before"}}, {Kind: "line", X: "agent", Y: []string{"change"}},
			{Kind: "heatmap", X: "hour", Y: []string{"weekday"}, Value: "conversations"}, {Kind: "heatmap", X: "agent", Y: []string{"day"}, Value: "change"},
		} {
			pages = append(pages, Page{Name: c.Kind, Title: "谁 <b>&\"?", Language: "zh", Chart: c, Table: table})
		}
	}
	return pages
}

func TestChartsStayInside(t *testing.T) {
	for _, p := range charted() {
		d := p.Draw(600)
		if d == nil {
			t.Errorf("%s of %v: no drawing", p.Chart.Kind, p.Chart)
			continue
		}
		for _, s := range d.Shapes {
			left, right, top, bottom := s.X, s.X+s.W, s.Y, s.Y+s.H
			if s.Kind == Label {
				w := TextWidth(s.Text, s.Size)
				left -= w * float64(s.Anchor) / 2
				right, top = left+w, s.Y-s.Size
			}
			for _, q := range s.Points {
				left, right, top, bottom = q.X, q.X, q.Y, q.Y
			}
			if math.IsNaN(left+right+top+bottom) || left < -1 || right > d.Width+1 || top < -4 || bottom > d.Height+1 {
				t.Errorf("%s over %s: shape %+v lies outside %g × %g", p.Chart.Kind, p.Chart.X, s, d.Width, d.Height)
				break
			}
		}
	}
	if (Page{Chart: models.Chart{Kind: "bar", X: "agent", Y: []string{"conversations"}}, Table: models.Table{Columns: columns("agent", "conversations")}}).Draw(100) != nil {
		t.Error("a chart of no rows")
	}
}

func TestHTML(t *testing.T) {
	d := Document{Title: "报表 <1>", Subtitle: "=", Language: "zh", Made: monday, Pages: append(charted(), Page{Name: "list", Title: "t", Note: "n", Language: "en", Chart: models.Chart{Kind: "table"}, Table: hostile()}, Page{Name: "none", Title: "nothing?", Language: "en"})}
	var b bytes.Buffer
	if err := d.HTML(&b); err != nil {
		t.Fatal(err)
	}
	s := b.String()
	for _, bad := range []string{"<script", "src=", "<b>&", "url(", "@import", "NaN", "Inf"} {
		if strings.Contains(s, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	for _, want := range []string{"&lt;script&gt;alert(1)", `lang="zh-CN"`, "Content-Security-Policy", "No conversations in this range", "王芳"} {
		if !strings.Contains(s, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, p := range charted() {
		x := xml.NewDecoder(strings.NewReader(p.Draw(500).SVG(p.Title)))
		for {
			if _, err := x.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: the drawing is no XML: %v", p.Chart.Kind, err)
			}
		}
	}
}

// What an own taxonomy calls causes goes before the dictionary, in cells and
// alone.
func TestSetPaths(t *testing.T) {
	SetPaths(map[string]map[string]string{"driver late": {"en": "late drivers", "zh": "骑手迟到"}, "late": {"en": "too late", "zh": "太晚"}})
	t.Cleanup(func() { SetPaths(nil) })
	for _, c := range []struct{ language, in, want string }{
		{"zh", "logistics/driver late", "logistics/骑手迟到"}, {"en", "logistics/driver late", "logistics/late drivers"},
		{"zh", "delivery/late", "配送/太晚"}, {"en", "delivery/lost", "delivery/lost"},
	} {
		if got := value("cause", c.in, c.language); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.in, c.language, got, c.want)
		}
	}
	if got := value("agent", "driver late", "zh"); got != "driver late" {
		t.Errorf("an agent became %q", got)
	}
}
