package paper

import (
	"encoding/binary"
	"math"
	"slices"
	"sort"
)

// unitsPerEm of the fonts that are made.
const unitsPerEm = 2048

// trueType makes a font of the characters given, as the OpenType specification
// 1.9 describes it, with as few tables as a PDF needs. So fonts of all kinds,
// collections and those with cubic curves too, end up the same in the file.
// Characters beyond the basic plane cannot be in it.
func (f *face) trueType(used []rune) []byte {
	runes := []rune{0}
	for _, r := range used {
		if r > 0 && r <= 0xFFFE && !slices.Contains(runes, r) {
			runes = append(runes, r)
		}
	}
	slices.Sort(runes)
	glyf, loca, hmtx := []byte{}, []byte{}, []byte{}
	points, lines := 0, 0
	for _, r := range runes {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		g := f.glyph(r)
		data, n := encode(g)
		points, lines = max(points, n), max(lines, len(g.contours))
		for glyf = append(glyf, data...); len(glyf)%4 != 0; {
			glyf = append(glyf, 0)
		}
		hmtx = words(hmtx, round(g.advance), 0)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	n := len(runes)
	return assemble(map[string][]byte{
		"cmap": cmap(runes), "glyf": glyf, "loca": loca, "hmtx": hmtx,
		"head": headTable(),
		"hhea": words(nil, 1, 0, ascent, descent, 0, unitsPerEm, 0, 0, unitsPerEm, 1, 0, 0, 0, 0, 0, 0, 0, n),
		"maxp": words(nil, 1, 0, n, points, lines, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
		"name": words(nil, 0, 0, 6),
		"OS/2": os2(),
		"post": words(nil, 3, 0, 0, 0, -200, 100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
	})
}

const ascent, descent = 1900, -450

func headTable() []byte {
	h := words(nil, 1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0x000B, unitsPerEm, 0, 0, 0, 0, 0, 0, 0, 0) // version, revision, checksum, magic, flags, units, dates
	return words(h, -unitsPerEm, descent, 2*unitsPerEm, ascent, 0, 8, 2, 1, 0)                    // box, style, least size, direction, long loca, format
}

func os2() []byte {
	o := make([]byte, 96)
	binary.BigEndian.PutUint16(o, 4)                                         // version
	binary.BigEndian.PutUint16(o[4:], 400)                                   // weight
	binary.BigEndian.PutUint16(o[6:], 5)                                     // width
	binary.BigEndian.PutUint16(o[68:], uint16(ascent))                       //
	binary.BigEndian.PutUint16(o[70:], uint16(0x10000+descent))              //
	binary.BigEndian.PutUint16(o[74:], uint16(ascent))                       //
	binary.BigEndian.PutUint16(o[76:], uint16(-descent))                     //
	binary.BigEndian.PutUint16(o[88:], uint16(math.Round(0.716*unitsPerEm))) // height of capitals
	return o
}

// encode writes a simple glyph: every point with a flag, a step in x and one
// in y, all as words.
func encode(g *glyph) (data []byte, points int) {
	if len(g.contours) == 0 {
		return nil, 0
	}
	low, high := [2]int{math.MaxInt16, math.MaxInt16}, [2]int{math.MinInt16, math.MinInt16}
	var ends []int
	var flags, xs, ys []byte
	x, y := 0, 0
	for _, c := range g.contours {
		for _, p := range c {
			px, py := round(p.x), round(p.y)
			flag := byte(0)
			if p.on {
				flag = 1
			}
			flags, xs, ys = append(flags, flag), words(xs, px-x), words(ys, py-y)
			x, y = px, py
			low, high = [2]int{min(low[0], px), min(low[1], py)}, [2]int{max(high[0], px), max(high[1], py)}
			points++
		}
		ends = append(ends, points-1)
	}
	data = words(nil, len(g.contours), low[0], low[1], high[0], high[1])
	data = words(words(data, ends...), 0)
	return slices.Concat(data, flags, xs, ys), points
}

func round(ems float64) int {
	return int(math.Round(max(-4, min(4, ems)) * unitsPerEm))
}

// cmap maps characters to glyphs by a table of format 4 with a segment for
// each run of neighbours.
func cmap(runes []rune) []byte {
	type segment struct{ from, to, glyph int }
	var all []segment
	for i, r := range runes {
		if r == 0 {
			continue
		}
		if n := len(all); n > 0 && all[n-1].to == int(r)-1 {
			all[n-1].to++
			continue
		}
		all = append(all, segment{int(r), int(r), i})
	}
	all = append(all, segment{0xFFFF, 0xFFFF, 0})
	n := len(all)
	power := int(math.Floor(math.Log2(float64(n))))
	search := 2 << power
	table := words(nil, 4, 16+8*n, 0, 2*n, search, power, 2*n-search)
	for _, s := range all {
		table = words(table, s.to)
	}
	table = words(table, 0)
	for _, s := range all {
		table = words(table, s.from)
	}
	for _, s := range all {
		delta := s.glyph - s.from
		if s.from == 0xFFFF {
			delta = 1
		}
		table = words(table, delta)
	}
	for range all {
		table = words(table, 0)
	}
	return append(words(nil, 0, 1, 3, 1, 0, 12), table...)
}

// assemble puts the tables together, each with its place and checksum.
func assemble(tables map[string][]byte) []byte {
	var names []string
	for name := range tables {
		names = append(names, name)
	}
	sort.Strings(names)
	n := len(names)
	power := int(math.Floor(math.Log2(float64(n))))
	out := words(nil, 1, 0, n, 16<<power, power, 16*n-16<<power)
	at := len(out) + 16*n
	var body []byte
	for _, name := range names {
		t := tables[name]
		length := len(t)
		for len(t)%4 != 0 {
			t = append(t, 0)
		}
		sum := uint32(0)
		for i := 0; i < len(t); i += 4 {
			sum += binary.BigEndian.Uint32(t[i:])
		}
		out = append(out, name...)
		out = binary.BigEndian.AppendUint32(out, sum)
		out = binary.BigEndian.AppendUint32(out, uint32(at+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(length))
		body = append(body, t...)
	}
	return append(out, body...)
}

// words appends numbers as big-endian words of 16 bits.
func words(to []byte, numbers ...int) []byte {
	for _, n := range numbers {
		to = binary.BigEndian.AppendUint16(to, uint16(n)) //nolint:gosec // the two's complement of a negative one is meant
	}
	return to
}
