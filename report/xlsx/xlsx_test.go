package xlsx

import (
	"archive/zip"
	"bytes"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"earshot/models"
	"earshot/report"
)

func page(chart models.Chart) report.Page {
	day := time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)
	return report.Page{Name: "volume: [x]/y*?'" + strings.Repeat("z", 40), Title: "=HYPERLINK(\"http://x\")", Scope: "@scope", Note: "+note", Language: "zh", Chart: chart,
		Table: models.Table{Columns: []models.Column{{Name: "agent"}, {Name: "day"}, {Name: "conversations"}, {Name: "average_score"}, {Name: "passed"}, {Name: "examples"}, {Name: "weekday"}}, Rows: [][]any{
			{"=1+1", day, uint64(1234567), 12.25, true, []string{"=a", "b"}, uint64(1)},
			{"＝cmd", day.AddDate(0, 0, 1), uint64(2), math.NaN(), false, []string{}, uint64(2)},
			{"\t@SUM(A1)", day.AddDate(0, 0, 2), uint64(3), nil, true, []string{"c"}, uint64(3)},
			{"bell \x07 and \ud7ff", day.AddDate(0, 0, 3), uint64(3), -1.5, nil, nil, nil},
		}}}
}

func workbook(t *testing.T, pages ...report.Page) (*excelize.File, map[string]string) {
	t.Helper()
	var b bytes.Buffer
	d := report.Document{Title: "=T", Subtitle: "-s", Language: "zh", Made: time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC), Pages: pages}
	if err := Write(&b, d); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[part.Name] = string(content)
	}
	return f, parts
}

func TestTypesAndFormulas(t *testing.T) {
	f, parts := workbook(t, page(models.Chart{Kind: "bar", X: "agent", Y: []string{"conversations"}}))
	sheet := f.GetSheetName(0)
	if n := len([]rune(sheet)); n > 31 || strings.ContainsAny(sheet, `:\/?*[]'`) {
		t.Errorf("sheet name %q", sheet)
	}
	for cell, want := range map[string]excelize.CellType{
		"A1": excelize.CellTypeSharedString, "A6": excelize.CellTypeSharedString, "A7": excelize.CellTypeSharedString, "A8": excelize.CellTypeSharedString,
		"C6": excelize.CellTypeUnset, "D6": excelize.CellTypeUnset, "E6": excelize.CellTypeBool, "F6": excelize.CellTypeSharedString, "B6": excelize.CellTypeUnset,
	} {
		if got, err := f.GetCellType(sheet, cell); err != nil || got != want {
			t.Errorf("%s: type %v, want %v (%v)", cell, got, want, err)
		}
	}
	for cell, want := range map[string]string{"A6": "=1+1", "B6": "2026-03-09", "C6": "1,234,567", "D6": "12.25", "A5": "坐席", "G6": "周一", "D7": "", "E6": "TRUE"} {
		if got, err := f.GetCellValue(sheet, cell); err != nil || got != want {
			t.Errorf("%s: got %q, want %q (%v)", cell, got, want, err)
		}
	}
	for name, part := range parts {
		if strings.HasPrefix(name, "xl/worksheets/") && strings.Contains(part, "<f>") {
			t.Errorf("%s holds a formula", name)
		}
	}
	id, err := f.GetCellStyle(sheet, "A6")
	if err != nil {
		t.Fatal(err)
	}
	if style, err := f.GetStyle(id); err != nil || style.NumFmt != asText {
		t.Errorf("text is not kept as text when it is edited: %+v %v", style, err)
	}
}

func TestFrozenHeaderAndChart(t *testing.T) {
	for _, c := range []models.Chart{
		{Kind: "bar", X: "agent", Y: []string{"conversations", "average_score"}}, {Kind: "stacked-bar", X: "day", Y: []string{"conversations"}}, {Kind: "line", X: "day", Y: []string{"conversations"}},
	} {
		f, parts := workbook(t, page(c))
		panes, err := f.GetPanes(f.GetSheetName(0))
		if err != nil || !panes.Freeze || panes.YSplit != headerRow {
			t.Errorf("%s: panes %+v %v", c.Kind, panes, err)
		}
		if parts["xl/charts/chart1.xml"] == "" {
			t.Errorf("%s: no native chart", c.Kind)
		}
	}
}

func TestHeatmapAndContents(t *testing.T) {
	p := page(models.Chart{Kind: "heatmap", X: "day", Y: []string{"weekday"}, Value: "conversations"})
	empty := report.Page{Name: p.Name, Title: "empty?", Language: "en", Table: models.Table{Columns: p.Table.Columns}}
	f, parts := workbook(t, p, empty)
	if got := f.GetSheetList(); len(got) != 3 || got[0] != "目录" || got[1] == got[2] {
		t.Errorf("sheets %q", got)
	}
	if !strings.Contains(parts["xl/worksheets/sheet2.xml"], "colorScale") {
		t.Error("the heat map has no colours")
	}
	if v, err := f.GetCellValue(f.GetSheetList()[2], "A2"); err != nil || !strings.Contains(v, "No conversations") {
		t.Errorf("an empty page says %q (%v)", v, err)
	}
}
