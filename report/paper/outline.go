package paper

import (
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// contours turns the segments of a glyph into closed lines of quadratic
// curves, in ems, y upwards. Cubic curves, as OpenType fonts have, become
// several quadratic ones that stray by less than a thousandth of an em.
func contours(segments sfnt.Segments) []contour {
	var all []contour
	var line contour
	var last point
	flush := func() {
		if n := len(line); n > 1 && line[0] == line[n-1] {
			line = line[:n-1] // closed anyway
		}
		if len(line) > 2 {
			all = append(all, line)
		}
		line = nil
	}
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			flush()
			last = at(s.Args[0], true)
			line = contour{last}
		case sfnt.SegmentOpLineTo:
			last = at(s.Args[0], true)
			line = append(line, last)
		case sfnt.SegmentOpQuadTo:
			line = append(line, at(s.Args[0], false))
			last = at(s.Args[1], true)
			line = append(line, last)
		case sfnt.SegmentOpCubeTo:
			end := at(s.Args[2], true)
			line = append(line, quadratics(last, at(s.Args[0], false), at(s.Args[1], false), end)...)
			last = end
		}
	}
	flush()
	return all
}

func at(p fixed.Point26_6, on bool) point {
	return point{float64(p.X) / 64 / em, -float64(p.Y) / 64 / em, on}
}

// quadratics approximates a cubic curve. The error of one quadratic curve is
// √3/36 of |d - 3c + 3b - a|, and falls with the cube of their number.
func quadratics(a, b, c, d point) []point {
	off := math.Hypot(d.x-3*c.x+3*b.x-a.x, d.y-3*c.y+3*b.y-a.y) * math.Sqrt(3) / 36
	n := max(1, int(math.Ceil(math.Cbrt(off/0.0008))))
	var out []point
	for i := range n {
		p := piece(a, b, c, d, float64(i)/float64(n), float64(i+1)/float64(n))
		out = append(out,
			point{(3*(p[1].x+p[2].x) - p[0].x - p[3].x) / 4, (3*(p[1].y+p[2].y) - p[0].y - p[3].y) / 4, false},
			point{p[3].x, p[3].y, true})
	}
	return out
}

// piece returns the part of a cubic curve from t0 to t1 (de Casteljau).
func piece(a, b, c, d point, t0, t1 float64) [4]point {
	blossom := func(u, v, w float64) point {
		mix := func(p, q point, t float64) point { return point{p.x + (q.x-p.x)*t, p.y + (q.y-p.y)*t, true} }
		ab, bc, cd := mix(a, b, u), mix(b, c, u), mix(c, d, u)
		return mix(mix(ab, bc, v), mix(bc, cd, v), w)
	}
	return [4]point{blossom(t0, t0, t0), blossom(t0, t0, t1), blossom(t0, t1, t1), blossom(t1, t1, t1)}
}
