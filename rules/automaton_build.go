package rules

import (
	"slices"
)

// build makes the automaton of the phrases added.
func (a *automaton) build() {
	a.beyond = map[rune]uint16{}
	next := uint16(1)
	type edge struct {
		class uint16
		to    int32
	}
	type state struct {
		edges []edge
		out   int32
	}
	trie := []state{{out: -1}}
	for i := range a.phrases {
		at := int32(0)
		for _, r := range a.phrases[i].runes {
			c := a.classOf(r)
			if c == 0 {
				c = next
				next++
				if uint32(r) < uint32(len(a.class)) {
					a.class[r] = c
				} else {
					a.beyond[r] = c
				}
			}
			k := slices.IndexFunc(trie[at].edges, func(e edge) bool { return e.class == c })
			if k < 0 {
				k = len(trie[at].edges)
				trie[at].edges = append(trie[at].edges, edge{c, int32(len(trie))})
				trie = append(trie, state{out: -1})
			}
			at = trie[at].edges[k].to
		}
		trie[at].out = int32(i)
	}
	// Lay the trie out in the double array, breadth first.
	size := len(trie)*2 + int(next) + 1
	a.base, a.check, a.fail, a.out, a.link = make([]int32, size), make([]int32, size), make([]int32, size), make([]int32, size), make([]int32, size)
	for i := range a.check {
		a.check[i], a.out[i] = -1, -1
	}
	grow := func(n int) {
		for len(a.check) <= n {
			a.base, a.check, a.fail, a.out, a.link = append(a.base, 0), append(a.check, -1), append(a.fail, 0), append(a.out, -1), append(a.link, 0)
		}
	}
	type pair struct{ trie, array int32 }
	queue := []pair{{0, 0}}
	a.check[0] = 0
	free := int32(1)
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		edges := trie[at.trie].edges
		a.out[at.array] = trie[at.trie].out
		if len(edges) == 0 {
			continue
		}
		for a.check[free] >= 0 {
			free++
			grow(int(free))
		}
		lowest := edges[0].class
		for _, e := range edges {
			lowest = min(lowest, e.class)
		}
		base := max(1, free-int32(lowest))
		for tries := 0; !a.fits(base, len(edges), func(i int) uint16 { return edges[i].class }); base++ {
			// Do not look for long in a stretch that is nearly full.
			if tries++; tries%32 == 0 {
				free = max(free, base)
			}
		}
		grow(int(base) + int(next))
		a.base[at.array] = base
		for _, e := range edges {
			slot := base + int32(e.class)
			a.check[slot] = at.array
			a.failure(at.array, slot, e.class)
			queue = append(queue, pair{e.to, slot})
			a.out[slot] = trie[e.to].out
			f := a.fail[slot]
			if a.out[f] >= 0 {
				a.link[slot] = f
			} else {
				a.link[slot] = a.link[f]
			}
		}
	}
}

// fits reports whether states for all the classes can lie at base.
func (a *automaton) fits(base int32, n int, class func(int) uint16) bool {
	for i := range n {
		if slot := int(base) + int(class(i)); slot < len(a.check) && a.check[slot] >= 0 {
			return false
		}
	}
	return true
}

// failure sets the failure state of slot, reached from parent by class. States
// are made breadth first, so those of shorter texts are there already.
func (a *automaton) failure(parent, slot int32, class uint16) {
	if parent == 0 {
		return
	}
	for f := a.fail[parent]; ; f = a.fail[f] {
		if to, ok := a.step(f, class); ok {
			a.fail[slot] = to
			return
		}
		if f == 0 {
			return
		}
	}
}

func (a *automaton) step(state int32, class uint16) (int32, bool) {
	to := a.base[state] + int32(class)
	if a.base[state] > 0 && int(to) < len(a.check) && a.check[to] == state {
		return to, true
	}
	return 0, false
}

func (a *automaton) classOf(r rune) uint16 {
	if uint32(r) < uint32(len(a.class)) {
		return a.class[r]
	}
	return a.beyond[r]
}
