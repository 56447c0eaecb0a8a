package xlsx

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"earshot/report"
)

// chart puts the page's native chart beside its table, from a column on. A
// heat map is a table of its own with a colour scale.
func (s *sheet) chart(from int) error {
	c := s.page.Chart
	if s.rows == 0 || c.Kind == "table" {
		return nil
	}
	if c.Kind == "heatmap" {
		return s.heatmap(from)
	}
	x := s.columnOf(c.X)
	if x < 0 {
		return nil
	}
	drawn, _ := s.page.Drawn()
	if len(drawn) == 0 {
		return nil
	}
	first, last := headerRow+1+drawn[0], headerRow+1+drawn[len(drawn)-1]
	if first > headerRow+s.rows {
		return nil
	}
	last = min(last, headerRow+s.rows)
	categories := s.reference(x, first, last)
	if beside := s.page.Beside(); beside == x-1 && beside >= 0 {
		categories = s.block(beside, x, first, last)
	}
	var series []excelize.ChartSeries
	for i, name := range c.Y {
		y := s.columnOf(name)
		if y < 0 {
			continue
		}
		series = append(series, excelize.ChartSeries{
			Name:       s.reference(y, headerRow, headerRow),
			Categories: categories,
			Values:     s.reference(y, first, last),
			Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{report.ColourOf(name, i)[1:]}},
			Line:       excelize.ChartLine{Width: 2},
			Marker:     excelize.ChartMarker{Symbol: "circle", Size: 4},
		})
	}
	if len(series) == 0 {
		return nil
	}
	kind, horizontal := s.kind()
	gap := uint(45)
	chart := &excelize.Chart{
		Type: kind, Series: series, GapWidth: &gap,
		Title:     []excelize.RichTextRun{{Text: s.page.Title, Font: &excelize.Font{Bold: true, Size: 12, Color: "1F2430"}}},
		Legend:    excelize.ChartLegend{Position: "bottom"},
		Dimension: excelize.ChartDimension{Width: 760, Height: 420},
		YAxis:     excelize.ChartAxis{MajorGridLines: true, Title: axisTitle(s.valueTitle()), Font: axisFont},
		XAxis:     excelize.ChartAxis{ReverseOrder: horizontal, Title: axisTitle(report.Heading(c.X, s.page.Language)), Font: axisFont},
	}
	if len(series) == 1 {
		chart.Legend.Position = "none"
	}
	if horizontal {
		lanes := 1
		if s.page.Chart.Kind != "stacked-bar" {
			lanes = max(1, len(series)*2/3)
		}
		chart.Dimension.Height = uint(160 + 22*(last-first+1)*lanes)
	}
	if !horizontal {
		chart.XAxis.TickLabelSkip = max(1, (last-first)/14)
	}
	switch c.X {
	case "day", "week":
		chart.XAxis.NumFmt.CustomNumFmt = "mm-dd"
	case "month":
		chart.XAxis.NumFmt.CustomNumFmt = "yyyy-mm"
	}
	return s.file.AddChart(s.name, at(from, headerRow), chart)
}

var axisFont = excelize.Font{Size: 9, Color: "5B6474"}

func axisTitle(text string) []excelize.RichTextRun {
	if text == "" {
		return nil
	}
	return []excelize.RichTextRun{{Text: text, Font: &excelize.Font{Size: 9, Color: "5B6474"}}}
}

// valueTitle names the axis of the values: the measure, or what several
// measures have in common, their unit.
func (s *sheet) valueTitle() string {
	y := s.page.Chart.Y
	if len(y) == 1 {
		return report.Heading(y[0], s.page.Language)
	}
	for _, unit := range []string{"percent", "minutes", "seconds", "hours"} {
		if !slices.ContainsFunc(y, func(name string) bool { return !strings.Contains(name, unit) }) {
			return report.Word(unit, s.page.Language)
		}
	}
	return ""
}

func (s *sheet) kind() (kind excelize.ChartType, horizontal bool) {
	onScale := report.OnScale(s.page.Chart.X)
	switch stacked := s.page.Chart.Kind == "stacked-bar"; {
	case s.page.Chart.Kind == "line" && onScale:
		return excelize.Line, false
	case onScale && stacked:
		return excelize.ColStacked, false
	case onScale:
		return excelize.Col, false
	case stacked:
		return excelize.BarStacked, true
	}
	return excelize.Bar, true
}

func (s *sheet) columnOf(name string) int { return s.page.Table.Column(name) }

func (s *sheet) reference(column, from, to int) string { return s.block(column, column, from, to) }

// block refers to columns side by side; as categories they make two levels.
func (s *sheet) block(left, right, from, to int) string {
	first, _ := excelize.ColumnNumberToName(left + 1)
	last, _ := excelize.ColumnNumberToName(right + 1)
	return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", s.name, first, from, last, to)
}

// heatmap writes the page as rows and columns, coloured by value.
func (s *sheet) heatmap(from int) error {
	g, ok := s.page.Grid()
	if !ok {
		return nil
	}
	set := func(column, row int, text string) error { return s.file.SetCellStr(s.name, at(column, row), text) }
	if err := set(from, headerRow, report.Heading(s.page.Chart.Value, s.page.Language)); err != nil {
		return err
	}
	for i, name := range g.Across {
		if err := set(from+1+i, headerRow, name); err != nil {
			return err
		}
	}
	for r, name := range g.Down {
		if err := set(from, headerRow+1+r, name); err != nil {
			return err
		}
		for i, v := range g.Cells[r] {
			if math.IsNaN(v) {
				continue
			}
			if err := s.file.SetCellFloat(s.name, at(from+1+i, headerRow+1+r), v, -1, 64); err != nil {
				return err
			}
		}
	}
	right, bottom := from+len(g.Across), headerRow+len(g.Down)
	if err := s.file.SetCellStyle(s.name, at(from, headerRow), at(right, headerRow), s.styles["header"]); err != nil {
		return err
	}
	if err := s.file.SetCellStyle(s.name, at(from, headerRow+1), at(from, bottom), s.styles["name"]); err != nil {
		return err
	}
	first, last := at(from+1, headerRow+1), at(right, bottom)
	letter, _ := excelize.ColumnNumberToName(from + 1)
	if err := s.file.SetColWidth(s.name, letter, letter, 24); err != nil {
		return err
	}
	return s.file.SetConditionalFormat(s.name, first+":"+last, []excelize.ConditionalFormatOptions{{
		Type: "2_color_scale", Criteria: "=", MinType: "min", MaxType: "max", MinColor: "#E8F1FD", MaxColor: "#2463C4",
	}})
}
