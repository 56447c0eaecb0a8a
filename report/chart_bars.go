package report

import "math"

// drawBars draws a bar a row, from left to right, with the value at its end.
func (p Page) drawBars(s series, width float64, stacked bool) *Drawing {
	d := &Drawing{Width: width}
	top := p.legend(d, s, width)
	names := 0.0
	for _, n := range s.names {
		names = max(names, TextWidth(n, labelSize))
	}
	names = min(names, width*0.34)
	thick, lanes := 13.0, len(s.y)
	if stacked || lanes == 1 {
		lanes = 1
		thick = 15
	}
	row := float64(lanes)*thick + 9
	values := 0.0
	for m := range s.y {
		for i := range s.names {
			values = max(values, TextWidth(p.label(s, m, i), labelSize))
		}
	}
	c := scaleOf(s, stacked)
	left, length := names+10, width-names-10-values-10
	if c.low < 0 {
		left, length = left+values+6, length-values-6
	}
	zero := left + c.at(0, length)
	for i, name := range s.names {
		y := top + float64(i)*row
		d.text(names, y+row/2-1, labelSize, Right, Ink, Fit(name, labelSize, names))
		if stacked {
			p.stackRow(d, s, c, i, Point{zero, y}, length, thick)
			continue
		}
		for m := range s.y {
			v := s.y[m][i]
			if math.IsNaN(v) {
				continue
			}
			x := left + c.at(v, length)
			at := y + float64(m)*thick
			d.rectangle(min(zero, x), at, max(math.Abs(x-zero), 0.75), thick-2, s.colour(m), p.hint(s, m, i))
			if v < 0 {
				d.text(x-4, at+thick-5, labelSize, Right, Pale, p.label(s, m, i))
			} else {
				d.text(x+4, at+thick-5, labelSize, Left, Pale, p.label(s, m, i))
			}
		}
	}
	bottom := top + float64(len(s.names))*row - 5
	d.line(0.75, "#b8bec8", Point{zero, top - 4}, Point{zero, bottom})
	return p.foot(d, s, bottom+6)
}

// stackRow draws the parts of one bar behind each other, with a gap between.
func (p Page) stackRow(d *Drawing, s series, c scale, i int, at Point, length, thick float64) {
	x, sum := at.X, 0.0
	for m := range s.y {
		v := s.y[m][i]
		if math.IsNaN(v) || v <= 0 {
			continue
		}
		w := c.at(v, length) - c.at(0, length)
		d.rectangle(x, at.Y, max(w-1, 0.75), thick-2, s.colour(m), p.hint(s, m, i))
		if label := p.label(s, m, i); TextWidth(label, labelSize-1) < w-6 {
			d.text(x+w/2-0.5, at.Y+thick-5.5, labelSize-1, Middle, Surface, label)
		}
		x, sum = x+w, sum+v
	}
	d.text(x+4, at.Y+thick-5, labelSize, Left, Pale, group(Plain(math.Round(sum*100)/100)))
}
