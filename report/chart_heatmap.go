package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// Limits of a heat map.
const (
	mostAcross = 62
	mostDown   = 24
)

// Grid is a table of three columns as rows and columns: what a heat map shows.
type Grid struct {
	Across, Down []string    // the names, in the page's language
	Cells        [][]float64 // by Down and Across; NaN: nothing there
	Left         int         // rows that are not shown
}

// Grid arranges the page's rows for its heat map. It returns false if the page
// has none.
func (p Page) Grid() (Grid, bool) {
	if p.Chart.Kind != "heatmap" || len(p.Chart.Y) == 0 {
		return Grid{}, false
	}
	x, y, v := p.column(p.Chart.X), p.column(p.Chart.Y[0]), p.column(p.Chart.Value)
	if x < 0 || y < 0 || v < 0 || len(p.Table.Rows) == 0 {
		return Grid{}, false
	}
	across, down := p.axis(x, false), p.axis(y, true)
	g := Grid{Left: max(0, len(down)-mostDown)}
	across, down = across[max(0, len(across)-mostAcross):], down[:min(len(down), mostDown)]
	at := map[[2]string]float64{}
	for _, row := range p.Table.Rows {
		if n, ok := Number(row[v]); ok {
			at[[2]string{key(row[y]), key(row[x])}] = n
		}
	}
	for _, a := range across {
		g.Across = append(g.Across, a.name)
	}
	for _, b := range down {
		g.Down = append(g.Down, b.name)
		cells := make([]float64, len(across))
		for i, a := range across {
			n, ok := at[[2]string{b.key, a.key}]
			if !ok {
				n = math.NaN()
			}
			cells[i] = n
		}
		g.Cells = append(g.Cells, cells)
	}
	return g, true
}

// place is one value along an axis.
type place struct {
	key, name string
	order     float64 // of a value on a scale
	sum       float64 // of the measure there
	seen      int
}

func key(v any) string { return fmt.Sprint(v) }

// axis lists the values of a column: in their order where they lie on a scale,
// with hours and weekdays whole; else those with the most first if largest is
// set, or in the table's order.
func (p Page) axis(column int, largest bool) []place {
	name := p.Table.Columns[column].Name
	var all []place
	index := map[string]int{}
	add := func(v any) int {
		k := key(v)
		i, ok := index[k]
		if !ok {
			i = len(all)
			index[k] = i
			word := Cell(name, v, p.Language)
			if word == "" {
				word = Word("none", p.Language)
			}
			all = append(all, place{key: k, name: word, order: orderOf(v), seen: i})
		}
		return i
	}
	if name == "weekday" {
		for d := range uint64(7) {
			add(d + 1)
		}
	}
	v := p.column(p.Chart.Value)
	for _, row := range p.Table.Rows {
		i := add(row[column])
		n, _ := Number(row[v])
		all[i].sum += n
	}
	if name == "hour" {
		low, high := math.Inf(1), math.Inf(-1)
		for _, a := range all {
			low, high = min(low, a.order), max(high, a.order)
		}
		for h := low; h <= high; h++ {
			if _, ok := index[strconv.Itoa(int(h))]; !ok {
				add(uint64(h))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b place) int {
		switch {
		case slices.Contains(ordered, name):
			return cmp.Compare(a.order, b.order)
		case largest:
			return cmp.Or(cmp.Compare(b.sum, a.sum), cmp.Compare(a.seen, b.seen))
		}
		return cmp.Compare(a.seen, b.seen)
	})
	if names := timesOf(all, p, column); names != nil {
		for i := range all {
			all[i].name = names[i]
		}
	}
	return all
}

func timesOf(all []place, p Page, column int) []string {
	byKey := map[string]any{}
	for _, row := range p.Table.Rows {
		byKey[key(row[column])] = row[column]
	}
	values, names := make([]any, len(all)), make([]string, len(all))
	for i, a := range all {
		values[i], names[i] = byKey[a.key], a.name
	}
	return shortTimes(values, names)
}

func orderOf(v any) float64 {
	if t, ok := v.(time.Time); ok {
		return float64(t.Unix())
	}
	n, _ := Number(v)
	return n
}

// drawHeatmap draws a square a cell, darker for more.
func (p Page) drawHeatmap(width float64) *Drawing {
	g, ok := p.Grid()
	if !ok {
		return nil
	}
	d := &Drawing{Width: width}
	low, high := math.Inf(1), math.Inf(-1)
	for _, row := range g.Cells {
		for _, v := range row {
			if !math.IsNaN(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if low > high {
		return nil
	}
	if low > 0 && low < high/2 {
		low = 0
	}
	top := p.heatLegend(d, low, high)
	names := 0.0
	for _, n := range g.Down {
		names = max(names, TextWidth(n, labelSize))
	}
	names = min(names, width*0.3)
	left := names + 10
	w := min((width-left)/float64(len(g.Across)), 76)
	h := 22.0
	across := make([]string, len(g.Across))
	widest := 0.0
	for i, n := range g.Across {
		centre := left + (float64(i)+0.5)*w
		across[i] = Fit(n, labelSize, min(max(w*1.9, 44), 2*(width-centre)))
		widest = max(widest, TextWidth(across[i], labelSize))
	}
	nth := everyNth(widest-6, w)
	for i, n := range across {
		if i%nth == 0 {
			d.text(left+(float64(i)+0.5)*w, top+8, labelSize, Middle, Pale, n)
		}
	}
	top += 14
	for r, row := range g.Cells {
		y := top + float64(r)*h
		d.text(names, y+h/2+3, labelSize, Right, Ink, Fit(g.Down[r], labelSize, names))
		for i, v := range row {
			x := left + float64(i)*w
			if math.IsNaN(v) {
				d.rectangle(x, y, w-1.5, h-1.5, Wash, "")
				continue
			}
			share := 0.0
			if high > low {
				share = (v - low) / (high - low)
			}
			label := group(Plain(math.Round(v*100) / 100))
			d.rectangle(x, y, w-1.5, h-1.5, shade(share), fmt.Sprintf("%s · %s: %s", g.Down[r], g.Across[i], label))
			if TextWidth(label, labelSize-1) < w-3 {
				ink := Ink
				if share > 0.55 {
					ink = Surface
				}
				d.text(x+w/2-0.75, y+h/2+2.5, labelSize-1, Middle, ink, label)
			}
		}
	}
	return p.foot(d, series{left: g.Left}, top+float64(len(g.Down))*h+4)
}

// heatLegend shows which shade stands for which value.
func (p Page) heatLegend(d *Drawing, low, high float64) float64 {
	name := Heading(p.Chart.Value, p.Language)
	d.text(0, 11, labelSize, Left, Pale, name)
	x := TextWidth(name, labelSize) + 12
	from, to := group(Plain(math.Round(low*100)/100)), group(Plain(math.Round(high*100)/100))
	d.text(x, 11, labelSize, Left, Pale, from)
	x += TextWidth(from, labelSize) + 5
	for i := range 10 {
		d.rectangle(x+float64(i)*9, 4, 9, 9, shade(float64(i)/9), "")
	}
	d.text(x+95, 11, labelSize, Left, Pale, to)
	return 28
}

// shade mixes the colour for a share from 0 to 1: one hue, even steps of
// lightness.
func shade(share float64) string {
	stops := [][3]float64{{232, 241, 253}, {143, 184, 240}, {36, 99, 196}, {14, 47, 110}}
	at := share * float64(len(stops)-1)
	i := min(int(at), len(stops)-2)
	t := at - float64(i)
	mix := func(k int) int { return int(math.Round(stops[i][k] + t*(stops[i+1][k]-stops[i][k]))) }
	return fmt.Sprintf("#%02x%02x%02x", mix(0), mix(1), mix(2))
}
