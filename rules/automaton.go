package rules

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"earshot/models"
	"earshot/models/fold"
)

// folder removes what does not matter when people look for words: width,
// case, traditional or simplified, accents, invisible characters.
var folder = fold.New(fold.Search)

// phrase is something the automaton looks for.
type phrase struct {
	runes   []rune
	targets []target
}

// target says who wants to know of a phrase.
type target struct {
	source      int32
	group       int32  // exceptGroup: hits that overlap it do not count
	left, right bool   // the word may go on to the left or right
	exact       string // how it has to be written, "" if that does not matter
}

const exceptGroup = -1

// automaton finds all phrases of a set in one pass over a text, by the
// algorithm of Aho and Corasick ("Efficient string matching", 1975) over a
// double array (Aoe, 1989). The alphabet is the characters that occur in
// phrases; all others are one character that leads back to the start.
type automaton struct {
	phrases []phrase
	byKey   map[string]int32
	letters uint16 // how many characters are told apart

	class  [1 << 16]uint16
	beyond map[rune]uint16 // of characters outside the basic plane
	base   []int32
	check  []int32
	fail   []int32
	out    []int32 // phrase that ends here, -1 if none
	link   []int32 // next shorter state with a phrase, 0 if none
}

// add registers a phrase as written in a rule: a * at either end lets the word
// go on there.
func (a *automaton) add(text string, source, group int, exact bool) error {
	t := target{source: int32(source), group: int32(group)}
	runes := normal(strings.TrimSpace(text))
	if len(runes) > 1 && runes[0] == '*' {
		t.left, runes = true, runes[1:]
	}
	if n := len(runes); n > 1 && runes[n-1] == '*' {
		t.right, runes = true, runes[:n-1]
	}
	switch {
	case len(runes) == 0 || string(runes) == "*":
		return models.BadInput("%q: nothing is left to look for", text)
	case slices.Contains(runes, '*'):
		return models.BadInput("%q: * is allowed at the ends of a word only; use pattern for more", text)
	case len(runes) > maxPhrase:
		return models.BadInput("%.40q…: %d characters: at most %d", text, len(runes), maxPhrase)
	}
	if exact {
		t.exact = strings.Trim(strings.TrimSpace(text), "*")
	}
	t.left = t.left || !isWord(runes[0])
	t.right = t.right || !isWord(runes[len(runes)-1])
	key := string(runes)
	i, ok := a.byKey[key]
	if !ok {
		i = int32(len(a.phrases))
		a.byKey[key] = i
		a.phrases = append(a.phrases, phrase{runes: runes})
	}
	if !slices.Contains(a.phrases[i].targets, t) {
		a.phrases[i].targets = append(a.phrases[i].targets, t)
	}
	return nil
}

const maxPhrase = 200

// isWord reports whether r is of a script that writes words with spaces
// between, so that a word must not begin or end inside another.
func isWord(r rune) bool {
	if r < 0x80 {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	}
	return unicode.IsLetter(r) && !wide(r)
}

// wide reports whether r is of a script written without spaces.
func wide(r rune) bool {
	return r >= 0x2E80 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7AF || r >= 0xF900 && r <= 0xFAFF || r >= 0x20000 && r <= 0x3FFFF || r >= 0x0E00 && r <= 0x0EFF
}

// normal folds a text and evens out its white space: runs count as one space,
// and spaces beside characters of a script without spaces count as none.
func normal(text string) []rune {
	t := folder.Fold(text)
	runes, _ := spaced(t.Runes, nil, nil)
	return runes
}

func spaced(in []rune, out []rune, index []int32) ([]rune, []int32) {
	for i, r := range in {
		switch {
		case r == '’' || r == '‘' || r == 'ʼ':
			r = '\''
		case r == ' ' || r == '\t' || r == '\n' || r == '\r':
			n := len(out)
			if n > 0 && (out[n-1] == ' ' || wide(out[n-1])) || i+1 < len(in) && wide(in[i+1]) {
				continue
			}
			r = ' '
		}
		out, index = append(out, r), append(index, int32(i))
	}
	return out, index
}

// scanner is the memory a scan needs.
type scanner struct {
	text    fold.Text
	runes   []rune
	index   []int32 // of each rune in text
	touched []int32 // sources with hits in this turn

	token     []token
	tokenized bool
}

// fold brings the text of a turn into the form in which it is searched.
func (sc *scanner) fold(text string) {
	folder.FoldInto(&sc.text, text)
	sc.runes, sc.index = spaced(sc.text.Runes, sc.runes[:0], sc.index[:0])
	sc.tokenized = false
}

// span returns the bytes of the original that runes i to j came from.
func (sc *scanner) span(i, j int) (from, to int32) {
	f, t := sc.text.Span(int(sc.index[i]), int(sc.index[j-1])+1)
	return int32(f), int32(t)
}

// scan looks for all phrases in a turn and leaves what it finds with the
// sources that asked.
func (a *automaton) scan(s *Session, turn int) {
	sc := &s.scan
	sc.fold(s.turns[turn].Text)
	if len(a.phrases) == 0 {
		return
	}
	sc.touched = sc.touched[:0]
	a.each(sc.runes, func(p *phrase, end int) { a.report(s, turn, p, end) })
	for _, source := range sc.touched {
		s.noticed[source] = settle(s.noticed[source], int32(turn))
	}
}

// each calls found for every phrase in folded text, with where it ends.
func (a *automaton) each(text []rune, found func(p *phrase, end int)) {
	state := int32(0)
	for i, r := range text {
		c := a.classOf(r)
		if c == 0 {
			state = 0
			continue
		}
		for {
			to, ok := a.step(state, c)
			if ok {
				state = to
				break
			}
			if state == 0 {
				break
			}
			state = a.fail[state]
		}
		for at := state; at != 0; at = a.link[at] {
			if p := a.out[at]; p >= 0 {
				found(&a.phrases[p], i+1)
			}
		}
	}
}

func (a *automaton) report(s *Session, turn int, p *phrase, end int) {
	sc := &s.scan
	start := end - len(p.runes)
	left := start == 0 || !isWord(sc.runes[start-1])
	right := end == len(sc.runes) || !isWord(sc.runes[end])
	t := &s.turns[turn]
	from, to := sc.span(start, end)
	for _, target := range p.targets {
		if !left && !target.left || !right && !target.right {
			continue
		}
		if target.exact != "" && t.Text[from:to] != target.exact {
			continue
		}
		f := found{turn: int32(turn), from: from, to: to, start: t.Start, end: t.End, group: target.group, finding: -1,
			party: s.facts[turn].party, confidence: confidence(t, int(from), int(to))}
		if len(t.Words) > 0 {
			f.start, f.end = wordTimes(t, int(from), int(to))
		}
		f.when = f.start
		list := s.noticed[target.source]
		if n := len(list); n == 0 || list[n-1].turn != f.turn {
			sc.touched = append(sc.touched, target.source)
		}
		s.noticed[target.source] = append(list, f)
	}
}

// settle puts the hits of the last turn in order, takes out those that overlap
// an exception, and of hits of one group that overlap keeps the first and
// longest, so that one saying counts once.
func settle(list []found, turn int32) []found {
	start := len(list)
	for start > 0 && list[start-1].turn == turn {
		start--
	}
	fresh := list[start:]
	// Exceptions first, then by place and the longest first.
	slices.SortFunc(fresh, func(a, b found) int {
		return cmp.Or(cmp.Compare(b2i(a.group != exceptGroup), b2i(b.group != exceptGroup)),
			cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(a.group, b.group))
	})
	exceptions := 0
	for exceptions < len(fresh) && fresh[exceptions].group == exceptGroup {
		exceptions++
	}
	n := exceptions
	for i := exceptions; i < len(fresh); i++ {
		if !overlaps(fresh[:exceptions], &fresh[i], false) && !overlaps(fresh[exceptions:n], &fresh[i], true) {
			fresh[n] = fresh[i]
			n++
		}
	}
	copy(fresh, fresh[exceptions:n])
	return list[:start+n-exceptions]
}

// overlaps reports whether f shares characters with one of list, of the same
// group if that matters.
func overlaps(list []found, f *found, sameGroup bool) bool {
	for i := range list {
		o := &list[i]
		if o.from < f.to && f.from < o.to && (!sameGroup || o.group == f.group) {
			return true
		}
	}
	return false
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// wordTimes returns when bytes from to to of a turn were said.
func wordTimes(t *models.Turn, from, to int) (start, end models.Millis) {
	start, end = t.Start, t.End
	first := true
	for i := range t.Words {
		w := &t.Words[i]
		if w.To <= from || w.From >= to {
			continue
		}
		if first {
			start, first = max(t.Start, w.Start), false
		}
		end = max(start, w.End)
	}
	return start, end
}
