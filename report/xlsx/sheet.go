package xlsx

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"

	"earshot/report"
)

// sheet writes one page.
type sheet struct {
	*book
	page  report.Page
	name  string
	rows  int
	lines []int // that each row's longest wrapped text takes
}

func (s *sheet) fill() error {
	s.rows = min(len(s.page.Table.Rows), mostRows)
	scope := s.page.Scope
	if cut := s.page.Cut(mostRows); cut != "" {
		scope += " · " + cut
	}
	if s.rows == 0 {
		scope += " · " + report.Word("no rows", s.page.Language)
	}
	for row, line := range []struct{ text, style string }{{s.page.Title, "title"}, {scope, "quiet"}, {s.page.Note, "quiet"}} {
		cell := at(0, row+1)
		if err := s.file.SetCellStr(s.name, cell, line.text); err != nil {
			return err
		}
		if err := s.file.SetCellStyle(s.name, cell, cell, s.styles[line.style]); err != nil {
			return err
		}
	}
	for c, title := range s.page.Headings() {
		if err := s.file.SetCellStr(s.name, at(c, headerRow), title); err != nil {
			return err
		}
	}
	last := max(len(s.page.Table.Columns)-1, 0)
	if err := s.file.SetCellStyle(s.name, at(0, headerRow), at(last, headerRow), s.styles["header"]); err != nil {
		return err
	}
	s.lines = make([]int, s.rows)
	for c := range s.page.Table.Columns {
		if err := s.column(c); err != nil {
			return err
		}
	}
	if err := s.heights(); err != nil {
		return err
	}
	if err := s.view(last); err != nil {
		return err
	}
	return s.chart(last + 2)
}

// heights makes rows as high as their wrapped texts need: not every program
// does so by itself.
func (s *sheet) heights() error {
	const line, most = 15, 409 // points; Excel allows no more
	for r, n := range s.lines {
		if n < 2 {
			continue
		}
		if err := s.file.SetRowHeight(s.name, headerRow+1+r, min(line*float64(n), most)); err != nil {
			return err
		}
	}
	return nil
}

// view freezes the header, and sets filters and printing.
func (s *sheet) view(last int) error {
	if err := s.file.SetPanes(s.name, &excelize.Panes{
		Freeze: true, YSplit: headerRow, TopLeftCell: at(0, headerRow+1), ActivePane: "bottomLeft",
	}); err != nil {
		return err
	}
	if err := s.file.AutoFilter(s.name, at(0, headerRow)+":"+at(last, headerRow+max(s.rows, 1)), nil); err != nil {
		return err
	}
	fit := true
	if err := s.file.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	paper, landscape, wide, high := 9, "landscape", 1, 0 // A4, as many pages as it takes
	if err := s.file.SetPageLayout(s.name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &high}); err != nil {
		return err
	}
	grid := false
	return s.file.SetSheetView(s.name, -1, &excelize.ViewOptions{ShowGridLines: &grid})
}

// column writes a column's cells with their own types, and sets its width.
func (s *sheet) column(c int) error {
	name := s.page.Table.Columns[c].Name
	style := s.styleOf(c)
	width := textWidth(report.Heading(name, s.page.Language)) * 1.1
	for r := range s.rows {
		v := s.page.Table.Rows[r][c]
		if err := s.set(at(c, headerRow+1+r), v, name); err != nil {
			return err
		}
		if r < 500 {
			width = max(width, min(textWidth(s.page.Text(r, c)), 50))
		}
	}
	letter, err := excelize.ColumnNumberToName(c + 1)
	if err != nil {
		return err
	}
	width = min(max(width+3, 9), 54)
	if err := s.file.SetColWidth(s.name, letter, letter, width); err != nil {
		return err
	}
	if style == "text" {
		for r := range s.rows {
			s.lines[r] = max(s.lines[r], int(math.Ceil(textWidth(s.page.Text(r, c))/(width-3))))
		}
	}
	if s.rows == 0 {
		return nil
	}
	return s.file.SetCellStyle(s.name, at(c, headerRow+1), at(c, headerRow+s.rows), s.styles[style])
}

func textWidth(s string) float64 { return report.TextWidth(s, 1) / 0.56 }

// set writes one value. Text is written as text whatever it begins with, in a
// cell that stays text when it is edited.
func (s *sheet) set(cell string, v any, column string) error {
	switch v := v.(type) {
	case nil:
		return nil
	case bool, int64, uint64:
		if words := report.Cell(column, v, s.page.Language); words != report.Plain(v) && named(column) {
			return s.file.SetCellStr(s.name, cell, words)
		}
		return s.file.SetCellValue(s.name, cell, v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return s.file.SetCellFloat(s.name, cell, v, -1, 64)
	case time.Time:
		return s.file.SetCellValue(s.name, cell, v.UTC())
	default:
		return s.file.SetCellStr(s.name, cell, report.Cell(column, v, s.page.Language))
	}
}

// named tells numbers that stand for something with a name.
func named(column string) bool { return slices.Contains([]string{"weekday", "severity"}, column) }

// styleOf chooses the style of a column by what is in it.
func (s *sheet) styleOf(c int) string {
	style := "name"
	places := 0
	for r := range s.rows {
		switch v := s.page.Table.Rows[r][c].(type) {
		case bool:
			return "bool"
		case int64, uint64:
			if named(s.page.Table.Columns[c].Name) {
				return "name"
			}
			style = "whole"
		case float64:
			style = "float"
			for places < 4 && math.Abs(v*math.Pow10(places)-math.Round(v*math.Pow10(places))) > 1e-9 {
				places++
			}
		case time.Time:
			if !v.UTC().Truncate(24 * time.Hour).Equal(v.UTC()) {
				return "minute"
			}
			style = "day"
		case string, []string:
			if textWidth(s.page.Text(r, c)) > 40 {
				return "text"
			}
		}
	}
	if style == "float" {
		return []string{"whole", "tenth", "hundredth", "small", "small"}[places]
	}
	return style
}

// at names the cell of a column, from 0, and a row, from 1.
func at(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		panic(fmt.Sprintf("no cell at column %d, row %d: %v", column, row, err)) // out of Excel's bounds, which mostRows keeps
	}
	return name
}
