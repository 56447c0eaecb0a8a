package lexicons

import (
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"earshot/models/fold"
	"earshot/models/script"
	"earshot/models/search"
)

// looseFolder is tightFolder without the joining of repeats, to look at a
// hidden word character by character.
var looseFolder = fold.New(fold.Tight &^ fold.Repeats)

// findHidden appends the words that stand in text only in a hidden form:
// 退*款, 退 款, 退退款, sh1t, f.u.c.k. A tight search finds them and many
// accidents; each is compared with the original, character by character.
func (d *Dictionary) findHidden(hits []Hit, text string) []Hit {
	m := scratches.Get().(*scratch)
	defer scratches.Put(m)
	folded := &m.folded
	tightFolder.FoldInto(folded, text)
	m.matches = d.findTight(m.matches[:0], folded)
	plain := len(hits)
	for _, m := range m.matches {
		w := &d.words[d.tightIDs[m.Word]]
		from, to := folded.Span(int(m.From), int(m.To))
		if found(hits[:plain], w.lexicon, from, to) {
			continue
		}
		if h, ok := w.hiddenIn(text, from, to); ok {
			hits = append(hits, Hit{word: w, From: h.from, To: h.to, Score: scoreHidden})
		}
	}
	return hits
}

// findTight appends the places at which folded says that a word may be hidden.
// A word of letters that begins right behind another letter is none, see
// hiddenIn, so it is not looked for there: in English that is four places of
// five.
func (d *Dictionary) findTight(dst []search.Match, folded *fold.Text) []search.Match {
	s := search.Borrow()
	defer search.Return(s)
	s.Places = s.Places[:0]
	for i, r := range folded.Runes {
		from, to := folded.Span(i, i+1)
		if from > 0 && to-from == 1 && ascii(folded.Source[from-1]) && r < utf8.RuneSelf && !d.signs[r] {
			continue
		}
		s.Places = append(s.Places, int32(i))
	}
	return d.tight.FindAt(dst, folded.Runes, s)
}

// ascii reports whether b is a letter or a digit of ASCII.
func ascii(b byte) bool { return b < utf8.RuneSelf && script.Letter(rune(b)) }

// scratch is the memory of one search.
type scratch struct {
	folded  fold.Text
	matches []search.Match
	parts   []search.Match
	begun   []bool // by group of a dictionary; all false between searches
	goesOn  []bool
	heard   []heard
	ids     []rune
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func found(hits []Hit, lexicon int32, from, to int) bool {
	for _, h := range hits {
		if h.word.lexicon == lexicon && h.From <= from && to <= h.To {
			return true
		}
	}
	return false
}

// maxGap is the longest run of characters between two of a hidden word.
const maxGap = 6

// shape is what the comparison of a hidden word with the original shows.
type shape struct {
	gaps, inner int  // pairs of characters with something between, and all pairs
	spaced      int  // gaps inside a word with white space
	clause      int  // gaps with a comma or a full stop
	parted      bool // a comma or a full stop stands between two of its words
	written     int  // letters that are what they should be
	digits      int  // letters for which a digit stands
}

// hiddenIn compares the word with bytes from to to of text and reports whether
// somebody hid it there.
func (w *word) hiddenIn(text string, from, to int) (place struct{ from, to int }, ok bool) {
	from, to = w.trimmed(text, from, to)
	if from > 0 && script.Alphabetic(w.letters[0]) && alphabeticBefore(text, from) || to < len(text) && !w.prefix && script.Alphabetic(w.letters[len(w.letters)-1]) && alphabeticAt(text, to) {
		return place, false
	}
	s := shape{}
	source := looseFolder.Fold(text[from:to])
	k := 0 // the next rune of source
	first, breaks := true, false
	letters := w.count()
	var memory [4]int
	for i := 0; i < len(w.letters); {
		tight, isLetter := looseFolder.Rune(w.letters[i])
		if !isLetter {
			breaks = true
			i++
			continue
		}
		same := append(memory[:0], i) // letters that look alike, in a row, over the ends of words, too
		for next := i + 1; next < len(w.letters); next++ {
			r, ok := looseFolder.Rune(w.letters[next])
			if ok && r != tight {
				break
			}
			if ok {
				same = append(same, next)
			}
		}
		n, run := len(same), 0
		for k < len(source.Runes) && source.Runes[k] == tight {
			between := run > 0 && run < n && same[run] > same[run-1]+1 // words
			if !s.gap(text[from:to], &source, k, !first && run == 0 || between, breaks && run == 0 || between) {
				return place, false
			}
			if run < n {
				s.letter(text[from:to], &source, k, w.letters[same[run]])
			}
			run++
			k++
		}
		if run < n || run > n && run < 3 && !(letters > 2 && script.Han(w.letters[i]) && !apart(&source, k-1)) {
			return place, false
		}
		i = same[n-1] + 1
		first, breaks = false, false
	}
	if k != len(source.Runes) {
		return place, false
	}
	place.from, place.to = from, to
	return place, s.hidden(w)
}

// trimmed returns bytes from to to without letters that belong to the text
// before or after: a tight search joins 下去：去 into one 去.
func (w *word) trimmed(text string, from, to int) (int, int) {
	letters := looseFolder.Fold(string(w.letters)).Runes
	source := looseFolder.Fold(text[from:to])
	cut := 0 // runes of source that belong to what is before
	for k := 1; k <= alike(source.Runes)-alike(letters); k++ {
		if apart(&source, k) {
			cut = k
		}
	}
	keep := len(source.Runes)
	for k := 1; k <= alike(backwards(source.Runes))-alike(backwards(letters)); k++ {
		if at := len(source.Runes) - k; at > cut && apart(&source, at) {
			keep = at
		}
	}
	first, _ := source.Span(cut, cut+1)
	_, end := source.Span(keep-1, keep)
	return from + first, from + end
}

// alike returns how often the first rune stands there in a row.
func alike(runes []rune) int {
	n := 0
	for n < len(runes) && runes[n] == runes[0] {
		n++
	}
	return n
}

// apart reports whether something stands between runes k-1 and k in the
// original.
func apart(t *fold.Text, k int) bool {
	_, before := t.Span(k-1, k)
	start, _ := t.Span(k, k+1)
	return before < start
}

func backwards(letters []rune) []rune {
	out := slices.Clone(letters)
	slices.Reverse(out)
	return out
}

// gap looks at what stands before rune k.
func (s *shape) gap(text string, source *fold.Text, k int, between, breaks bool) bool {
	if k == 0 {
		return true
	}
	_, end := source.Span(k-1, k)
	start, _ := source.Span(k, k+1)
	if between && !breaks {
		s.inner++
	}
	if end == start {
		return true
	}
	n := 0
	space, clause := false, false
	for _, r := range text[end:start] {
		n++
		switch {
		case r == '\n':
			return false
		case unicode.IsSpace(r):
			space = true
		case r == '!' && end+1 == start && start < len(text) && text[start] >= utf8.RuneSelf: // 滚!蛋: a clause would end with the wide one
		case clauseMark(r):
			clause = true
		}
	}
	if n > maxGap {
		return false
	}
	if breaks {
		s.parted = s.parted || clause
		return true
	}
	s.gaps++
	if space {
		s.spaced++
	}
	if clause {
		s.clause++
	}
	return true
}

func clauseMark(r rune) bool {
	switch r {
	case ',', '，', '。', '!', '！', '?', '？', ';', '；', ':', '：', '、', '…':
		return true
	}
	return false
}

// letter notes whether rune k is written as itself or as a look-alike.
func (s *shape) letter(text string, source *fold.Text, k int, want rune) {
	from, to := source.Span(k, k+1)
	r, _ := utf8.DecodeRuneInString(text[from:to])
	if plain, ok := plainFolder.Rune(r); ok && plain == want {
		s.written++
	} else if plain >= '0' && plain <= '9' {
		s.digits++
	}
}

// count returns how many letters the word has.
func (w *word) count() int {
	n := 0
	for _, r := range w.letters {
		if !unicode.IsSpace(r) && !clauseMark(r) {
			n++
		}
	}
	return n
}

func (s *shape) hidden(w *word) bool {
	han := script.Han(w.letters[0])
	letters := w.count()
	if s.written < letters && (s.digits*2 > letters || s.written*3 < letters || letters < 4 && s.written < 2) {
		return false // digits that happen to look like a word
	}
	all := s.gaps >= s.inner && s.inner > 0
	if s.clause > 0 && !(all && letters >= 3) || s.parted && s.gaps == 0 {
		return false // two clauses that happen to meet
	}
	if han {
		return true
	}
	return s.spaced == 0 || all // f u c k, but not "push it"
}

func alphabeticBefore(text string, at int) bool {
	runes := []rune(text[max(0, at-4):at])
	return len(runes) > 0 && script.Alphabetic(runes[len(runes)-1])
}

func alphabeticAt(text string, at int) bool {
	for _, r := range text[at:] {
		return script.Alphabetic(r)
	}
	return false
}
