package xlsx

import (
	"fmt"
	"math"
	"slices"

	"github.com/xuri/excelize/v2"

	"earshot/models"
	"earshot/report"
)

// charted bounds the rows that a chart shows; the table has all.
const charted = 60

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
	last := headerRow + min(s.rows, charted)
	var series []excelize.ChartSeries
	for i, name := range c.Y {
		y := s.columnOf(name)
		if y < 0 {
			continue
		}
		series = append(series, excelize.ChartSeries{
			Name:       s.reference(y, headerRow, headerRow),
			Categories: s.reference(x, headerRow+1, last),
			Values:     s.reference(y, headerRow+1, last),
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
		YAxis:     excelize.ChartAxis{MajorGridLines: true},
		XAxis:     excelize.ChartAxis{ReverseOrder: horizontal},
	}
	if len(series) == 1 {
		chart.Legend.Position = "none"
	}
	if horizontal {
		chart.Dimension.Height = uint(160 + 24*min(s.rows, charted)*max(1, len(series)*2/3))
	}
	return s.file.AddChart(s.name, at(from, headerRow), chart)
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

func (s *sheet) columnOf(name string) int {
	return slices.IndexFunc(s.page.Table.Columns, func(c models.Column) bool { return c.Name == name })
}

func (s *sheet) reference(column, from, to int) string {
	letter, _ := excelize.ColumnNumberToName(column + 1)
	return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", s.name, letter, from, letter, to)
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
