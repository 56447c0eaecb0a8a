package report

import (
	"math"
	"time"
)

// drawLines draws a line a measure along a scale; days that have no row are
// gaps in time, not in the line.
func (p Page) drawLines(s series, width float64) *Drawing {
	d := &Drawing{Width: width}
	top := p.legend(d, s, width) + 6
	c := scaleOf(s, false)
	left, length := p.frame(d, c, top)
	x := placesInTime(s, left+6, length-12)
	for m := range s.y {
		colour := s.colour(m)
		var run []Point
		flush := func() {
			if len(run) > 1 {
				d.line(1.8, colour, run...)
			}
			run = nil
		}
		for i, v := range s.y[m] {
			if math.IsNaN(v) {
				flush()
				continue
			}
			run = append(run, Point{x[i], top + columnsHeight - c.at(v, columnsHeight)})
		}
		flush()
		if len(s.names) <= 62 {
			for i, v := range s.y[m] {
				if !math.IsNaN(v) {
					d.dot(x[i], top+columnsHeight-c.at(v, columnsHeight), 2.2, colour, p.hint(s, m, i))
				}
			}
		}
	}
	names, widest := shortTimes(s.values, s.names), 0.0
	for _, n := range names {
		widest = max(widest, TextWidth(n, labelSize))
	}
	free := math.Inf(-1)
	for i, n := range names {
		half := TextWidth(n, labelSize) / 2
		at := max(left+half, min(x[i], d.Width-half))
		if at-half >= free {
			d.text(at, top+columnsHeight+14, labelSize, Middle, Pale, n)
			free = at + half + 10
		}
	}
	return p.foot(d, s, top+columnsHeight+22)
}

// placesInTime returns where each place lies: by its time if it has one, else
// evenly.
func placesInTime(s series, left, length float64) []float64 {
	x := make([]float64, len(s.names))
	first, isTime := s.values[0].(time.Time)
	last, _ := s.values[len(s.values)-1].(time.Time)
	for i := range x {
		share := float64(i) / float64(max(len(x)-1, 1))
		if t, ok := s.values[i].(time.Time); ok && isTime && last.After(first) {
			share = t.Sub(first).Seconds() / last.Sub(first).Seconds()
		}
		x[i] = left + share*length
	}
	return x
}
