package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Limits of what a chart shows; the table beside it has all.
const (
	mostBars   = 20
	mostSeries = 6
	mostPoints = 400
)

// labelSize is the size of texts in a chart, in points.
const labelSize = 9

// ordered are the columns whose values lie on a scale: they run from left to
// right in their own order, all others from top to bottom in the table's.
var ordered = []string{"day", "week", "month", "hour", "weekday", "minutes_from", "score_from", "satisfaction_from", "days_between", "quarter"}

// series are the numbers of a chart: a name for each place along X, and for
// each measure a value at each place, NaN where there is none.
type series struct {
	column  string // of X
	names   []string
	values  []any // of X
	measure []string
	columns []string // of the measures
	y       [][]float64
	left    int // places that are not drawn
}

// Draw lays the page's chart out in the given width. Of a page without chart
// or without numbers it returns nil.
func (p Page) Draw(width float64) *Drawing {
	if len(p.Table.Rows) == 0 {
		return nil
	}
	if p.Chart.Kind == "heatmap" {
		return p.drawHeatmap(width)
	}
	s, ok := p.series()
	if !ok {
		return nil
	}
	onScale := slices.Contains(ordered, s.column)
	switch {
	case p.Chart.Kind == "line" && onScale && len(s.names) > 2, onScale && len(s.names) > 62:
		return p.drawLines(s, width)
	case onScale:
		return p.drawColumns(s, width, p.Chart.Kind == "stacked-bar")
	default:
		return p.drawBars(s, width, p.Chart.Kind == "stacked-bar")
	}
}

func (p Page) series() (series, bool) {
	x := p.column(p.Chart.X)
	if x < 0 || !slices.Contains([]string{"bar", "stacked-bar", "line"}, p.Chart.Kind) {
		return series{}, false
	}
	s := series{column: p.Chart.X}
	drawn, left := p.Drawn()
	s.left = left
	for _, r := range drawn {
		s.names, s.values = append(s.names, p.place(r, x)), append(s.values, p.Table.Rows[r][x])
	}
	found := false
	for _, name := range p.Chart.Y[:min(len(p.Chart.Y), mostSeries)] {
		c := p.column(name)
		if c < 0 {
			continue
		}
		y := make([]float64, len(drawn))
		for i, r := range drawn {
			v, ok := Number(p.Table.Rows[r][c])
			if !ok {
				v = math.NaN()
			}
			y[i], found = v, found || ok
		}
		s.measure, s.columns, s.y = append(s.measure, Heading(name, p.Language)), append(s.columns, name), append(s.y, y)
	}
	return s, found
}

// Drawn returns the rows that the page's chart shows, and how many it leaves
// out because they are too many. Bars without any number are not drawn.
func (p Page) Drawn() (rows []int, left int) {
	most := mostBars
	onScale := slices.Contains(ordered, p.Chart.X)
	if onScale {
		most = mostPoints
	}
	for r, row := range p.Table.Rows {
		if !onScale && !slices.ContainsFunc(p.Chart.Y, func(name string) bool {
			c := p.column(name)
			if c < 0 {
				return false
			}
			_, ok := Number(row[c])
			return ok
		}) {
			continue
		}
		rows = append(rows, r)
	}
	if len(rows) > most {
		if left = len(rows) - most; onScale {
			return rows[left:], left // the latest
		}
		rows = rows[:most]
	}
	return rows, left
}

// place names a row along X; with the text beside it where two rows have the
// same name, such as one question on two scorecards.
func (p Page) place(row, x int) string {
	name := p.Text(row, x)
	if name == "" {
		name = Word("none", p.Language)
	}
	if beside := p.Beside(); beside >= 0 {
		name = p.Text(row, beside) + " · " + name
	}
	return name
}

// Beside returns the column that tells rows with the same X apart: the first
// text beside it that makes each once; -1 where X needs none.
func (p Page) Beside() int {
	x := p.column(p.Chart.X)
	if x < 0 || slices.Contains(ordered, p.Chart.X) || p.once(x) {
		return -1
	}
	for c, column := range p.Table.Columns {
		if c != x && strings.Contains(column.Type, "String") && p.once(x, c) {
			return c
		}
	}
	return -1
}

// once says whether no two rows have the same values in these columns.
func (p Page) once(columns ...int) bool {
	seen := map[string]bool{}
	for _, row := range p.Table.Rows {
		k := ""
		for _, c := range columns {
			k += key(row[c]) + "\x00"
		}
		if seen[k] {
			return false
		}
		seen[k] = true
	}
	return true
}

// label is the value of a measure at a place, for people.
func (p Page) label(s series, measure, place int) string {
	v := s.y[measure][place]
	if math.IsNaN(v) {
		return ""
	}
	return group(Plain(math.Round(v*100) / 100))
}

func (p Page) hint(s series, measure, place int) string {
	return fmt.Sprintf("%s · %s: %s", s.names[place], s.measure[measure], p.label(s, measure, place))
}

// legend names the series above a chart and returns the height it takes; one
// series is named in grey.
func (p Page) legend(d *Drawing, s series, width float64) float64 {
	x, y := 0.0, 10.0
	for i, name := range s.measure {
		w := TextWidth(name, labelSize) + 30
		if x > 0 && x+w > width {
			x, y = 0, y+16
		}
		d.rectangle(x, y-7, 9, 9, s.colour(i), "")
		d.text(x+14, y+1, labelSize, Left, Pale, name)
		x += w
	}
	return y + 14
}

// foot says how much is not drawn, and closes the drawing.
func (p Page) foot(d *Drawing, s series, height float64) *Drawing {
	if s.left > 0 {
		height += 14
		d.text(0, height-3, labelSize-1, Left, Pale, fmt.Sprintf(Word("and more", p.Language), s.left))
	}
	d.Height = height
	return d
}

// scale maps values to lengths, with round steps: see Heckbert, Nice Numbers
// for Graph Labels, 1990.
type scale struct{ low, high, step float64 }

func scaleOf(s series, stacked bool) scale {
	low, high := 0.0, 0.0
	for place := range s.names {
		up, down := 0.0, 0.0
		for m := range s.y {
			v := s.y[m][place]
			switch {
			case math.IsNaN(v):
			case !stacked:
				up, down = max(up, v), min(down, v)
			case v >= 0:
				up += v
			default:
				down += v
			}
		}
		low, high = min(low, down), max(high, up)
	}
	if low == high {
		high = 1
	}
	rough := (high - low) / 4
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	step := 10 * power
	for _, nice := range []float64{1, 2, 2.5, 5} {
		if nice*power >= rough {
			step = nice * power
			break
		}
	}
	return scale{math.Floor(low/step) * step, math.Ceil(high/step) * step, step}
}

func (c scale) at(v, length float64) float64 { return (v - c.low) / (c.high - c.low) * length }

// ticks returns the values at which lines are drawn.
func (c scale) ticks() []float64 {
	var all []float64
	for i := 0; ; i++ {
		v := c.low + float64(i)*c.step
		if v > c.high+c.step/1e6 {
			return all
		}
		all = append(all, v)
	}
}

// everyNth returns how many labels of a width are stepped over to fit.
func everyNth(widest, between float64) int {
	if between <= 0 {
		return 1
	}
	return max(1, int(math.Ceil((widest+8)/between)))
}

// shortTime drops the year where the labels are days of one year.
func shortTimes(values []any, names []string) []string {
	years := map[int]bool{}
	for _, v := range values {
		t, ok := v.(time.Time)
		if !ok {
			return names
		}
		years[t.Year()] = true
	}
	if len(years) > 1 {
		return names
	}
	short := make([]string, len(names))
	for i, v := range values {
		short[i] = v.(time.Time).Format("01-02")
	}
	return short
}

// OnScale says whether a column's values lie on a scale, such as days.
func OnScale(column string) bool { return slices.Contains(ordered, column) }
