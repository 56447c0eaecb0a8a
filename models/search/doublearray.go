package search

import "slices"

// builder lays the sorted words of a matcher out in its double array, one after
// the other: the states that a search goes through lie next to each other, in few
// lines of a cache.
type builder struct {
	*Matcher
	keys [][]uint16
	free int // every slot below it is taken
}

type pending struct {
	state, from, to, depth int32
}

func (b *builder) build() {
	b.grow(1)
	b.states[0].check, b.free = -1, 1 // the root is nobody's child
	// The states after one character have many children, which find a place only
	// while there is much room.
	wide, deep := []pending{{to: int32(len(b.order))}}, []pending(nil)
	var labels []uint16
	var starts []int32
	for len(wide)+len(deep) > 0 {
		var p pending
		if n := len(deep); len(wide) > 0 {
			p, wide = wide[0], wide[1:]
		} else {
			p, deep = deep[n-1], deep[:n-1]
		}
		from := p.from
		for from < p.to && len(b.keys[b.order[from]]) == int(p.depth) {
			from++
		}
		if from > p.from {
			b.endsAt[p.state] = p.from
			b.states[p.state].base |= wordEnds
		}
		if from == p.to {
			continue
		}
		if b.tail(&p, from) {
			continue
		}
		labels, starts = labels[:0], starts[:0]
		for i := from; i < p.to; i++ {
			c := b.keys[b.order[i]][p.depth]
			if len(labels) == 0 || labels[len(labels)-1] != c {
				labels, starts = append(labels, c), append(starts, i)
			}
		}
		base := b.place(labels)
		b.states[p.state].base |= base
		for k, c := range labels {
			slot := base + int32(c)
			b.states[slot].check = p.state + 1
			to := p.to
			if k+1 < len(starts) {
				to = starts[k+1]
			}
			next := pending{slot, starts[k], to, p.depth + 1}
			if next.depth == 1 {
				wide = append(wide, next)
			} else {
				deep = append(deep, next)
			}
		}
	}
}

// tail lays out apart what is left of the words from from on, where they are
// equal, and reports whether they are.
func (b *builder) tail(p *pending, from int32) bool {
	left := b.keys[b.order[from]][p.depth:]
	if p.depth == 0 || len(left) > 0xFFFF || slices.Contains(left, 0) || !slices.Equal(left, b.keys[b.order[p.to-1]][p.depth:]) {
		return false
	}
	b.states[p.state].base |= hasTail | int32(len(b.tails))
	b.tails = append(append(b.tails, uint16(len(left)), uint16(from>>16), uint16(from)), left...)
	return true
}

// place returns a base at which the slots of all labels are free.
func (b *builder) place(labels []uint16) int32 {
	for b.free < len(b.states) && b.states[b.free].check != 0 {
		b.free++
	}
	first, tries := int(labels[0]), 0
	for at := max(b.free, first+1); ; at++ {
		base := at - first
		b.grow(base + int(labels[len(labels)-1]) + 1)
		if b.states[at].check != 0 {
			continue
		}
		// A crowded beginning costs every later search: leave its last free
		// slots empty rather than look at them for ever.
		if tries++; tries > 64 {
			b.free, tries = max(b.free, at-1024), 0
		}
		if b.fits(base, labels) {
			return int32(base)
		}
	}
}

func (b *builder) fits(base int, labels []uint16) bool {
	for _, c := range labels {
		if b.states[base+int(c)].check != 0 {
			return false
		}
	}
	return true
}

func (b *builder) grow(n int) {
	if n <= len(b.states) {
		return
	}
	n = max(n, len(b.states)+len(b.states)/4, 1024)
	b.states = append(b.states, make([]state, n-len(b.states))...)
	b.endsAt = append(b.endsAt, make([]int32, n-len(b.endsAt))...)
}
