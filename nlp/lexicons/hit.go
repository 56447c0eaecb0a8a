package lexicons

import (
	"cmp"
	"slices"
	"sync"
)

// Hit is a phrase found in a text.
type Hit struct {
	From, To       int     // bytes of the text
	Score          float64 // how sure it is: 1 where it stands as written, less where it is hidden
	word           *word
	gapFrom, gapTo int // between its first and its last part; equal: it has one
}

// Entry returns the entry that was found.
func (h *Hit) Entry() *Entry { return h.word.entry }

// Lexicon returns which of the dictionary's lexicons it is of.
func (h *Hit) Lexicon() int { return int(h.word.lexicon) }

// Said returns the phrase as it was looked for: the entry in one of its forms, folded.
func (h *Hit) Said() string { return string(h.word.letters) }

var hitLists = sync.Pool{New: func() any { return new([]Hit) }}

// BorrowHits returns an empty list to find in; ReturnHits takes it back.
func BorrowHits() *[]Hit {
	list := hitLists.Get().(*[]Hit)
	*list = (*list)[:0]
	return list
}

// ReturnHits gives a list back, which must not be used any more.
func ReturnHits(list *[]Hit) { hitLists.Put(list) }

// withoutAllowed drops hits that lie inside an allowed phrase of their lexicon.
func withoutAllowed(hits []Hit) []Hit {
	if !slices.ContainsFunc(hits, func(h Hit) bool { return h.word.allow }) {
		return hits
	}
	kept := make([]Hit, 0, len(hits))
	for _, h := range hits {
		if h.word.allow {
			continue
		}
		if !slices.ContainsFunc(hits, func(a Hit) bool {
			return a.word.allow && a.word.lexicon == h.word.lexicon && a.From <= h.From && h.To <= a.To
		}) {
			kept = append(kept, h)
		}
	}
	return kept
}

// longest drops hits inside others of the same lexicon, and doubles. One with
// another label that stands in the gap of a phrase is another matter.
func longest(hits []Hit) []Hit {
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.word.lexicon, b.word.lexicon), cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To), cmp.Compare(b.Score, a.Score))
	})
	kept := hits[:0]
	outer := 0 // of those of the lexicon that are kept, the one that ends last
	for _, h := range hits {
		if n := len(kept); n > 0 && kept[n-1].word.lexicon == h.word.lexicon {
			if h.inside(&kept[n-1]) || h.inside(&kept[outer]) {
				continue
			}
			if h.To > kept[outer].To {
				outer = n
			}
		} else {
			outer = n
		}
		kept = append(kept, h)
	}
	slices.SortStableFunc(kept, func(a, b Hit) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return kept
}

// inside reports whether h, which does not begin before k, says no more than k.
func (h *Hit) inside(k *Hit) bool {
	apart := h.From >= k.gapFrom && h.To <= k.gapTo && h.word.entry.Label != k.word.entry.Label
	return h.To <= k.To && !apart
}
