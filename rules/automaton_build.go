package rules

import (
	"cmp"
	"slices"
	"sync"
)

// Classes of characters. All that occur in phrases get one of their own from
// firstClass on.
const (
	otherClass = iota // in no phrase: the automaton begins anew
	dropClass         // folded away: the automaton stays where it is
	spaceClass        // white space, of which a run counts once
	firstClass
)

// maxClass is how many characters can be told apart. Chinese as it is used has
// some ten thousand.
const maxClass = 1<<16 - 1

// cell is a place of the double array: a state, or free.
type cell struct {
	base  int32 // where the state's successors lie: at base + class
	check int32 // the state before, -1 if free
	fail  int32 // the state for the longest proper suffix
	out   int32 // the phrase that ends here, -1 if none
	link  int32 // the next state on the way of fail with a phrase, 0 if none
}

// build makes the automaton of the phrases added.
func (a *automaton) build() {
	words := a.number()
	// Sorted, the phrases with a common beginning lie side by side, so that a
	// state of the trie is a range of them and a depth.
	order := make([]int32, len(words))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(x, y int32) int { return slices.Compare(words[x], words[y]) })
	type state struct {
		at, lo, hi int32
		depth      int
	}
	letters := 0
	for _, w := range words {
		letters += len(w)
	}
	a.cells = make([]cell, 0, letters+a.letters+16)
	a.grow(a.letters + 1)
	a.cells[0].check = 0
	queue := []state{{0, 0, int32(len(order)), 0}}
	free := int32(1)
	var classes []uint16
	var ends []int32
	for len(queue) > 0 {
		st := queue[0]
		queue = queue[1:]
		lo := st.lo
		for lo < st.hi && len(words[order[lo]]) == st.depth {
			a.cells[st.at].out = order[lo]
			lo++
		}
		classes, ends = classes[:0], ends[:0]
		for i := lo; i < st.hi; i++ {
			c := words[order[i]][st.depth]
			if n := len(classes); n == 0 || classes[n-1] != c {
				classes, ends = append(classes, c), append(ends, i)
			}
			ends[len(ends)-1] = i + 1
		}
		if len(classes) == 0 {
			continue
		}
		var base int32
		base, free = a.fit(classes, free)
		a.cells[st.at].base = base
		for k, c := range classes {
			to := base + int32(c)
			a.cells[to].check = st.at
			a.failure(st.at, to, c)
			queue = append(queue, state{to, lo, ends[k], st.depth + 1})
			lo = ends[k]
		}
	}
	a.root = make([]int32, a.letters+1)
	for c := range a.root {
		a.root[c], _ = a.step(0, uint16(c))
	}
	a.wholeWords = !slices.ContainsFunc(a.phrases, func(p phrase) bool {
		return isWord(p.runes[0]) && slices.ContainsFunc(p.targets, func(t target) bool { return t.left })
	})
	// Phrases are known at all states now, so the ways between them can be made.
	a.links()
}

// plainForms holds for each character of the basic plane what it folds to, dropped
// where nothing is left of it.
var plainForms = sync.OnceValue(func() *[1 << 16]rune {
	table := new([1 << 16]rune)
	for r := range table {
		table[r] = plainForm(rune(r))
	}
	return table
})

const dropped rune = -1

func plainForm(r rune) rune {
	folded, ok := folder.Rune(r)
	switch {
	case !ok:
		return dropped
	case isSpace(folded):
		return ' '
	}
	return straight(folded)
}

// number gives each character of the phrases a class and returns the phrases
// in classes.
func (a *automaton) number() [][]uint16 {
	a.beyond = map[rune]uint16{}
	var own [1 << 16]uint16
	own[' '] = spaceClass
	a.letters = firstClass
	words := make([][]uint16, len(a.phrases))
	for i := range a.phrases {
		word := make([]uint16, 0, len(a.phrases[i].runes))
		for _, r := range a.phrases[i].runes {
			c := a.beyond[r]
			if int(r) < len(own) {
				c = own[r]
			}
			if c == otherClass && a.letters < maxClass {
				c = uint16(a.letters)
				a.letters++
				if int(r) < len(own) {
					own[r] = c
				} else {
					a.beyond[r] = c
				}
			}
			word = append(word, c)
		}
		words[i] = word
	}
	for r, folded := range plainForms() {
		switch {
		case folded == dropped:
			a.class[r] = dropClass
		case int(folded) < len(own):
			a.class[r] = own[folded]
		default:
			a.class[r] = a.beyond[folded]
		}
	}
	a.own = own
	return words
}

// rareClass returns the class of a character outside the basic plane.
func (a *automaton) rareClass(r rune) uint16 {
	folded := plainForm(r)
	switch {
	case folded == dropped:
		return dropClass
	case int(folded) < len(a.own):
		return a.own[folded]
	}
	return a.beyond[folded]
}

// fit returns a base at which states for all the classes are free, and where
// to look next time.
func (a *automaton) fit(classes []uint16, free int32) (base, next int32) {
	lowest, highest := int32(classes[0]), int32(classes[len(classes)-1])
	for a.cells[free].check >= 0 {
		free++
		a.grow(int(free) + 1)
	}
	tries := 0
	for slot := max(free, lowest+1); ; slot++ {
		base = slot - lowest
		a.grow(int(base+highest) + 1)
		if a.cells[slot].check >= 0 {
			continue
		}
		if !slices.ContainsFunc(classes, func(c uint16) bool { return a.cells[base+int32(c)].check >= 0 }) {
			return base, free
		}
		// Do not look for long in a stretch that is nearly full.
		if tries++; tries == 64 {
			free, tries = slot, 0
		}
	}
}

func (a *automaton) grow(n int) {
	for len(a.cells) < n {
		a.cells = append(a.cells, cell{check: -1, out: -1})
	}
}

// failure sets the failure state of a state reached from parent by class.
// States are made breadth first, so those of shorter texts are there already.
func (a *automaton) failure(parent, to int32, class uint16) {
	if parent == 0 {
		return
	}
	for f := a.cells[parent].fail; ; f = a.cells[f].fail {
		if s, ok := a.step(f, class); ok {
			a.cells[to].fail = s
			return
		}
		if f == 0 {
			return
		}
	}
}

// links sets for each state the next one with a phrase on its way of failures.
func (a *automaton) links() {
	states := make([]int32, 0, len(a.cells))
	depth := make([]int32, len(a.cells))
	for i := range a.cells {
		if i > 0 && a.cells[i].check >= 0 {
			states = append(states, int32(i))
		}
	}
	var deep func(s int32) int32
	deep = func(s int32) int32 {
		if s != 0 && depth[s] == 0 {
			depth[s] = deep(a.cells[s].check) + 1
		}
		return depth[s]
	}
	for _, s := range states {
		deep(s)
	}
	slices.SortFunc(states, func(x, y int32) int { return cmp.Compare(depth[x], depth[y]) })
	for _, s := range states {
		f := a.cells[s].fail
		if a.cells[f].out >= 0 {
			a.cells[s].link = f
		} else {
			a.cells[s].link = a.cells[f].link
		}
	}
}

func (a *automaton) step(state int32, class uint16) (int32, bool) {
	base := a.cells[state].base
	if base == 0 {
		return 0, false
	}
	to := base + int32(class)
	if int(to) < len(a.cells) && a.cells[to].check == state {
		return to, true
	}
	return 0, false
}
