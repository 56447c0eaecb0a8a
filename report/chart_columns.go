package report

import "math"

// columnsHeight is the height of the plot of columns and lines, in points.
const columnsHeight = 170

// frame draws the lines and labels behind columns and lines, and returns the
// place of the plot's top left and its width.
func (p Page) frame(d *Drawing, c scale, top float64) (left, length float64) {
	widest := 0.0
	for _, v := range c.ticks() {
		widest = max(widest, TextWidth(group(Plain(v)), labelSize))
	}
	left = widest + 8
	length = d.Width - left
	for _, v := range c.ticks() {
		y := top + columnsHeight - c.at(v, columnsHeight)
		colour := Hairline
		if v == 0 {
			colour = "#b8bec8"
		}
		d.line(0.75, colour, Point{left, y}, Point{d.Width, y})
		d.text(widest, y+3, labelSize, Right, Pale, group(Plain(v)))
	}
	return left, length
}

// drawColumns draws a column a place along a scale.
func (p Page) drawColumns(s series, width float64, stacked bool) *Drawing {
	d := &Drawing{Width: width}
	top := p.legend(d, s, width) + 6
	c := scaleOf(s, stacked)
	left, length := p.frame(d, c, top)
	between := min(length/float64(len(s.names)), 90)
	lanes := len(s.y)
	if stacked {
		lanes = 1
	}
	group := min(between*0.72, float64(lanes)*34)
	thick := group / float64(lanes)
	zero := top + columnsHeight - c.at(0, columnsHeight)
	for i := range s.names {
		x := left + (float64(i)+0.5)*between - group/2
		up, down := zero, zero
		for m := range s.y {
			v := s.y[m][i]
			if math.IsNaN(v) {
				continue
			}
			h := c.at(v, columnsHeight) - c.at(0, columnsHeight)
			fill, hint := s.colour(m), p.hint(s, m, i)
			switch {
			case !stacked:
				d.rectangle(x+float64(m)*thick, min(zero, zero-h), max(thick-1.5, 0.75), max(math.Abs(h), 0.5), fill, hint)
			case h >= 0:
				d.rectangle(x, up-h, max(thick-1.5, 0.75), max(h-0.8, 0), fill, hint)
				up -= h
			default:
				d.rectangle(x, down, max(thick-1.5, 0.75), -h, fill, hint)
				down -= h
			}
		}
	}
	if label := widestLabel(p, s); lanes == 1 && !stacked && label+4 < between {
		for i := range s.names {
			if v := s.y[0][i]; !math.IsNaN(v) && v >= 0 {
				d.text(left+(float64(i)+0.5)*between, zero-(c.at(v, columnsHeight)-c.at(0, columnsHeight))-4, labelSize-1, Middle, Pale, p.label(s, 0, i))
			}
		}
	}
	p.placeNames(d, s, left, between, top)
	return p.foot(d, s, top+columnsHeight+22)
}

func widestLabel(p Page, s series) float64 {
	w := 0.0
	for i := range s.names {
		w = max(w, TextWidth(p.label(s, 0, i), labelSize-1))
	}
	return w
}

// placeNames writes the names below the plot, as many as fit.
func (p Page) placeNames(d *Drawing, s series, left, between, top float64) {
	names, widest := shortTimes(s.values, s.names), 0.0
	for _, n := range names {
		widest = max(widest, TextWidth(n, labelSize))
	}
	nth := everyNth(widest, between)
	for i, n := range names {
		if i%nth == 0 {
			d.text(left+(float64(i)+0.5)*between, top+columnsHeight+14, labelSize, Middle, Pale, n)
		}
	}
}
