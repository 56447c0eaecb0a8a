// Package lexicons finds words and phrases in what people say, also where they
// hide them or a recogniser heard another word. A lexicon is one YAML file of this
// folder, or of the user.
package lexicons

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
	"earshot/models/script"
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

var (
	plainFolder = fold.New(fold.Search)
	tightFolder = fold.New(fold.Tight)
)

// Dictionary finds the phrases of all lexicons at once. It may be used from many
// goroutines.
type Dictionary struct {
	lexicons []*Lexicon
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

// NewDictionary returns what finds the phrases of lexicons. Errors wrap
// models.ErrBadInput.
func NewDictionary(lexicons []*Lexicon) (*Dictionary, error) {
	d := &Dictionary{lexicons: lexicons}
	sum := sha256.New()
	for i, l := range lexicons {
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
			if t.Runes[0] < utf8.RuneSelf && !script.Alphabetic(w.letters[0]) {
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

// Lexicons returns the lexicons, in the order that hits number them.
func (d *Dictionary) Lexicons() []*Lexicon { return d.lexicons }

// Hash tells lexicons with other contents or versions apart.
func (d *Dictionary) Hash() string { return d.hash }

// listenFor builds the matcher for words by their sound. Phrases that nobody
// hides and that cost little when they are missed are left out.
func (d *Dictionary) listenFor() {
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

func (d *Dictionary) add(lexicon int32, e *Entry, allow bool) error {
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
func (d *Dictionary) addParts(lexicon int32, e *Entry, allow bool, parts [][]literal) error {
	group := int32(-1)
	if len(parts) > 1 {
		group = int32(d.groups)
		d.groups++
	}
	for i, part := range parts {
		for _, way := range part {
			folded := plainFolder.Fold(way.text)
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
		if script.Han(r) {
			han++
		}
	}
	return han >= 2 && len(tight) >= 2 || han == 0 && len(tight) >= 3 || han == 1 && len(tight) >= 3
}

// Find returns the phrases in text, by place; folded is text folded for search.
// Of the hits of a lexicon that lie within each other the longest is kept. It
// works in memory, which it returns.
func (d *Dictionary) Find(memory []Hit, text string, folded *fold.Text) []Hit {
	mem := scratches.Get().(*scratch)
	s := search.Borrow()
	s.Places = script.Outside(s.Places[:0], folded.Runes)
	mem.matches = d.plain.FindAt(mem.matches[:0], folded.Runes, s)
	hits, parts := memory[:0], mem.parts[:0]
	for _, m := range mem.matches {
		w := &d.words[m.Word]
		if !script.Bounded(folded.Runes, m, w.prefix) {
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

func (d *Dictionary) hit(folded *fold.Text, w *word, from, to int32) Hit {
	if w.prefix {
		for int(to) < len(folded.Runes) && script.Alphabetic(folded.Runes[to]) {
			to++
		}
	}
	f, t := folded.Span(int(from), int(to))
	return Hit{word: w, From: f, To: t, Score: scorePlain}
}

// together returns the parts of the phrases that have a first and a second one:
// of firsts, which begin phrases, and of the matches of mem, which go on with
// them. Few words of a text are of a phrase that is there.
func (d *Dictionary) together(firsts []search.Match, mem *scratch, text []rune) []search.Match {
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
		if mem.begun[w.group] && script.Bounded(text, m, w.prefix) {
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
func (d *Dictionary) join(hits []Hit, folded *fold.Text, parts []search.Match) []Hit {
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
func (d *Dictionary) follow(folded *fold.Text, group []search.Match, first search.Match) (search.Match, bool) {
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
		if next.Word < 0 || script.SentenceEnds(folded.Runes, int(last.To), int(next.From)) {
			return last, false
		}
		last = next
	}
	return last, true
}
