package terms

import (
	"slices"
	"sort"

	"earshot/models/fold"
)

// Pieces is a text cut once, of which the terms of any stretch can be told.
type Pieces struct {
	text    string
	folded  fold.Text
	tokens  []token
	single  []Term  // the tokens as terms, before numbers are read
	numbers []int32 // by token: how many before it may begin a number
	joined  []Term  // memory to work in
}

// Cut cuts a text. It reuses the memory of the one before.
func (p *Pieces) Cut(text string) {
	folder.FoldInto(&p.folded, text)
	p.text, p.tokens = text, split(p.tokens[:0], &p.folded)
	n := len(p.tokens)
	p.single, p.numbers = slices.Grow(p.single[:0], n)[:n], append(p.numbers[:0], 0)
	for i := range p.tokens {
		p.single[i] = p.tokens[i].term()
		before := p.numbers[i]
		if p.tokens[i].starts {
			before++
		}
		p.numbers = append(p.numbers, before)
	}
}

// Folded returns the text folded for search. It stands until the next Cut.
func (p *Pieces) Folded() *fold.Text { return &p.folded }

// Singles returns the terms of the text as they are where no number is read.
func (p *Pieces) Singles() []Term { return p.single }

// Of returns what Of returns for bytes from to to of the text, but for the
// places, which may be those in the whole text. Where the terms are the same as
// a stretch of Singles it returns that, and where it begins; otherwise first is
// -1 and the terms stand until the next call.
func (p *Pieces) Of(from, to int) (all []Term, first int) {
	a, b := p.within(from, to)
	switch {
	case a < b && (p.tokens[a].from < from || p.tokens[b-1].to > to): // within a word
		return Of(p.text[from:to]), -1
	case p.numbers[a] == p.numbers[b]:
		return p.single[a:b], a
	}
	p.joined = join(p.joined[:0], p.tokens[a:b])
	return p.joined, -1
}

// within returns the tokens from a up to b that reach into bytes from to to.
func (p *Pieces) within(from, to int) (a, b int) {
	a = sort.Search(len(p.tokens), func(i int) bool { return p.tokens[i].to > from })
	b = a + sort.Search(len(p.tokens)-a, func(i int) bool { return p.tokens[a+i].from >= to })
	return a, b
}
