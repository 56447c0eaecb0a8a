package nlp

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/fold"
	"earshot/models/search"
)

// How sure a find is, by how it was found.
const (
	scorePlain  = 1.0
	scoreHidden = 0.9
)

// How far apart the parts of a phrase may lie, in characters: where a lexicon
// says nothing, and at most.
var gapRunes = map[string]int{"zh": 10, "en": 30}

const widestGap = 100

var tightFolder = fold.New(fold.Tight)

// dictionary finds the phrases of all lexicons at once.
type dictionary struct {
	lexicons []*Lexicon
	finds    []finds // by lexicon
	hash     string
	words    []word
	groups   int             // of words that are parts of one phrase
	plain    *search.Matcher // for words, of phrases in parts for their first part
	later    *search.Matcher // for the other parts
	tight    *search.Matcher
	tightIDs []int32               // of tight's words in words
	signs    [utf8.RuneSelf]bool   // that tight has words for which begin with a sign
	masked   map[maskedKey][]int32 // severe words of letters, in words
	sound    *search.Matcher
	soundIDs []int32 // of sound's words in words
}

// finds is what all findings of a lexicon share.
type finds struct {
	kind  string
	maker models.By
}

// word is one part of one way to say an entry.
type word struct {
	lexicon     int32
	entry       *Entry
	letters     []rune // as written, folded for search
	group       int32  // of the parts of a phrase; -1: it is alone
	part, parts int32
	prefix      bool
	allow       bool
	severe      bool // a slip of it is worth a look
}

// hit is a phrase found in a turn, in bytes of its text.
type hit struct {
	word           *word
	from, to       int
	gapFrom, gapTo int // between its first and its last part; equal: it has one
	score          float64
}

func newDictionary(lexicons []*Lexicon) (*dictionary, error) {
	d := &dictionary{lexicons: lexicons}
	sum := sha256.New()
	for i, l := range lexicons {
		d.finds = append(d.finds, finds{"word." + l.Category, l.By()})
		fmt.Fprintf(sum, "%s %s %s\n", l.ID, l.Version, l.hash)
		for _, list := range []struct {
			entries []Entry
			allow   bool
		}{{l.Entries, false}, {l.Allow, true}} {
			for k := range list.entries {
				if err := d.add(int32(i), &list.entries[k], list.allow); err != nil {
					return nil, err
				}
			}
		}
	}
	d.hash = hex.EncodeToString(sum.Sum(nil)[:8])
	plain, later := make([][]rune, len(d.words)), make([][]rune, len(d.words))
	var tight [][]rune
	for i := range d.words {
		w := &d.words[i]
		if w.part > 0 {
			later[i] = w.letters
		} else {
			plain[i] = w.letters
		}
		if w.parts > 1 || w.allow {
			continue
		}
		if t := tightFolder.Fold(string(w.letters)); !lexicons[w.lexicon].Exact && hideable(w.letters, t.Runes) {
			tight, d.tightIDs = append(tight, slices.Clone(t.Runes)), append(d.tightIDs, int32(i))
			if t.Runes[0] < utf8.RuneSelf && !alphabetic(w.letters[0]) {
				d.signs[t.Runes[0]] = true // @ss
			}
		}
	}
	var built sync.WaitGroup // side by side: whoever starts waits for the longest
	built.Go(func() { d.plain = search.NewMatcher(plain) })
	built.Go(func() { d.later = search.NewMatcher(later) })
	built.Go(func() { d.tight = search.NewMatcher(tight) })
	built.Go(d.listenFor)
	built.Wait()
	d.keepMaskable()
	return d, nil
}

// listenFor builds the matcher for words by their sound. Phrases that nobody
// hides and that cost little when they are missed are left out.
func (d *dictionary) listenFor() {
	s := chineseSounds()
	var spelled [][]rune
	for i := range d.words {
		w := &d.words[i]
		l := d.lexicons[w.lexicon]
		severity := l.Severity
		if w.entry.Severity >= 0 {
			severity = w.entry.Severity
		}
		w.severe = severity >= 2
		if severity == 0 || l.Exact || w.allow || w.parts > 1 || len(w.letters) < 2 {
			continue
		}
		for _, way := range s.spellings(w.letters) {
			spelled, d.soundIDs = append(spelled, way), append(d.soundIDs, int32(i))
		}
	}
	d.sound = search.NewMatcher(spelled)
}

func (d *dictionary) add(lexicon int32, e *Entry, allow bool) error {
	l := d.lexicons[lexicon]
	orders := [][][]literal{{{{text: e.Text}}}}
	if !e.literal {
		var err error
		if orders, err = l.Words.expand(e.Text); err != nil {
			return models.BadInput("%s: phrase %q: %w", l.file, e.Text, err)
		}
	}
	for _, parts := range orders {
		if err := d.addParts(lexicon, e, allow, parts); err != nil {
			return err
		}
	}
	return nil
}

// addParts adds one order of the parts of an entry.
func (d *dictionary) addParts(lexicon int32, e *Entry, allow bool, parts [][]literal) error {
	group := int32(-1)
	if len(parts) > 1 {
		group = int32(d.groups)
		d.groups++
	}
	for i, part := range parts {
		for _, way := range part {
			folded := searchFolder.Fold(way.text)
			if len(folded.Runes) == 0 {
				return models.BadInput("%s: phrase %q: nothing to find is left of %q", d.lexicons[lexicon].file, e.Text, way.text)
			}
			w := word{lexicon: lexicon, entry: e, letters: slices.Clone(folded.Runes), group: group,
				part: int32(i), parts: int32(len(parts)), prefix: way.prefix, allow: allow}
			d.words = append(d.words, w)
			if bare, ok := bareContractions(string(folded.Runes)); ok && !e.literal {
				w.letters = []rune(bare)
				d.words = append(d.words, w)
			}
		}
	}
	return nil
}

// hideable reports whether a word is long enough, and of such characters, that
// a hidden form of it is no accident.
func hideable(letters, tight []rune) bool {
	han := 0
	for _, r := range letters {
		if unicode.IsDigit(r) {
			return false
		}
		if hanRune(r) {
			han++
		}
	}
	return han >= 2 && len(tight) >= 2 || han == 0 && len(tight) >= 3 || han == 1 && len(tight) >= 3
}

// find returns the phrases in text, by place; folded is text folded for search.
// Of the hits of a lexicon that lie within each other the longest is kept. It
// works in memory, which it returns.
func (d *dictionary) find(memory []hit, text string, folded *fold.Text) []hit {
	mem := scratches.Get().(*scratch)
	s := search.Borrow()
	s.Places = outside(s.Places[:0], folded.Runes)
	mem.matches = d.plain.FindAt(mem.matches[:0], folded.Runes, s)
	hits, parts := memory[:0], mem.parts[:0]
	for _, m := range mem.matches {
		w := &d.words[m.Word]
		if !bounded(folded.Runes, m, w.prefix) {
			continue
		}
		if w.group >= 0 {
			parts = append(parts, m)
			continue
		}
		hits = append(hits, d.hit(folded, w, m.From, m.To))
	}
	if len(parts) > 0 {
		mem.matches = d.later.FindAt(mem.matches[:0], folded.Runes, s)
		parts = d.together(parts, mem, folded.Runes)
		hits = d.join(hits, folded, parts)
	}
	mem.parts = parts
	search.Return(s)
	scratches.Put(mem)
	hits = d.findHidden(hits, text)
	hits = d.findMasked(hits, folded)
	hits = d.findSplit(hits, folded)
	hits = d.findBySound(hits, folded)
	hits = withoutAllowed(hits)
	return longest(hits)
}

func (d *dictionary) hit(folded *fold.Text, w *word, from, to int32) hit {
	if w.prefix {
		for int(to) < len(folded.Runes) && alphabetic(folded.Runes[to]) {
			to++
		}
	}
	f, t := folded.Span(int(from), int(to))
	return hit{word: w, from: f, to: t, score: scorePlain}
}

// together returns the parts of the phrases that have a first and a second one:
// of firsts, which begin phrases, and of the matches of mem, which go on with
// them. Few words of a text are of a phrase that is there.
func (d *dictionary) together(firsts []search.Match, mem *scratch, text []rune) []search.Match {
	if len(mem.begun) < d.groups {
		mem.begun = make([]bool, d.groups)
		mem.goesOn = make([]bool, d.groups)
	}
	for _, m := range firsts {
		mem.begun[d.words[m.Word].group] = true
	}
	later := mem.matches[:0]
	for _, m := range mem.matches {
		w := &d.words[m.Word]
		if mem.begun[w.group] && bounded(text, m, w.prefix) {
			later = append(later, m)
			mem.goesOn[w.group] = mem.goesOn[w.group] || w.part == 1
		}
	}
	parts := firsts[:0]
	for _, m := range firsts {
		g := d.words[m.Word].group
		mem.begun[g] = false
		if mem.goesOn[g] {
			parts = append(parts, m)
		}
	}
	first := len(parts)
	for _, m := range later {
		if mem.goesOn[d.words[m.Word].group] {
			parts = append(parts, m)
		}
	}
	for _, m := range parts[:first] {
		mem.goesOn[d.words[m.Word].group] = false
	}
	return parts
}

// join appends the phrases whose parts follow each other closely enough.
func (d *dictionary) join(hits []hit, folded *fold.Text, parts []search.Match) []hit {
	slices.SortFunc(parts, func(a, b search.Match) int {
		x, y := &d.words[a.Word], &d.words[b.Word]
		return cmp.Or(cmp.Compare(x.group, y.group), cmp.Compare(x.part, y.part), cmp.Compare(a.From, b.From))
	})
	for len(parts) > 0 {
		w := &d.words[parts[0].Word]
		n := 1
		for n < len(parts) && d.words[parts[n].Word].group == w.group {
			n++
		}
		group := parts[:n]
		parts = parts[n:]
		for _, first := range group {
			if d.words[first.Word].part != 0 {
				break
			}
			if last, ok := d.follow(folded, group, first); ok {
				h := d.hit(folded, &d.words[last.Word], first.From, last.To)
				h.gapFrom, h.gapTo = folded.Span(int(first.To), int(last.From))
				hits = append(hits, h)
			}
		}
	}
	return hits
}

// follow returns the last part of a phrase that begins with first.
func (d *dictionary) follow(folded *fold.Text, group []search.Match, first search.Match) (search.Match, bool) {
	w := &d.words[first.Word]
	l := d.lexicons[w.lexicon]
	reach := int32(cmp.Or(l.Gap, gapRunes[l.Language]))
	last := first
	for part := int32(1); part < w.parts; part++ {
		next := search.Match{Word: -1}
		for _, m := range group {
			near := m.From >= last.To && m.From-last.To <= reach
			if d.words[m.Word].part == part && near && (next.Word < 0 || m.From < next.From || m.From == next.From && m.To > next.To) {
				next = m
			}
		}
		if next.Word < 0 || sentenceEnds(folded.Runes[last.To:next.From]) {
			return last, false
		}
		last = next
	}
	return last, true
}

func sentenceEnds(between []rune) bool {
	for i, r := range between {
		if r == '。' || r == '!' || r == '?' || r == '\n' || r == '.' && i+1 < len(between) && between[i+1] == ' ' {
			return true
		}
	}
	return false
}

// withoutAllowed drops hits that lie inside an allowed phrase of their lexicon.
func withoutAllowed(hits []hit) []hit {
	if !slices.ContainsFunc(hits, func(h hit) bool { return h.word.allow }) {
		return hits
	}
	kept := make([]hit, 0, len(hits))
	for _, h := range hits {
		if h.word.allow {
			continue
		}
		if !slices.ContainsFunc(hits, func(a hit) bool {
			return a.word.allow && a.word.lexicon == h.word.lexicon && a.from <= h.from && h.to <= a.to
		}) {
			kept = append(kept, h)
		}
	}
	return kept
}

// longest drops hits inside others of the same lexicon, and doubles. One with
// another label that stands in the gap of a phrase is another matter.
func longest(hits []hit) []hit {
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.word.lexicon, b.word.lexicon), cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(b.score, a.score))
	})
	kept := hits[:0]
	outer := 0 // of those of the lexicon that are kept, the one that ends last
	for _, h := range hits {
		if n := len(kept); n > 0 && kept[n-1].word.lexicon == h.word.lexicon {
			if h.inside(&kept[n-1]) || h.inside(&kept[outer]) {
				continue
			}
			if h.to > kept[outer].to {
				outer = n
			}
		} else {
			outer = n
		}
		kept = append(kept, h)
	}
	slices.SortStableFunc(kept, func(a, b hit) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	return kept
}

// inside reports whether h, which does not begin before k, says no more than k.
func (h *hit) inside(k *hit) bool {
	apart := h.from >= k.gapFrom && h.to <= k.gapTo && h.word.entry.Label != k.word.entry.Label
	return h.to <= k.to && !apart
}
