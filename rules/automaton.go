package rules

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	letters int // how many classes there are

	class  [1 << 16]uint16 // by character as it is written
	own    [1 << 16]uint16 // by character as it is folded
	beyond map[rune]uint16 // the same, of characters outside the basic plane
	cells  []cell
	root   []int32 // the states after one character, by class
	// sieve says that it only notes which parts of sources have a phrase in a turn.
	sieve bool
	// wholeWords says that no phrase may begin inside a word.
	wholeWords bool
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

// addNeedle registers a text that a part of a source needs, wherever it stands.
func (a *automaton) addNeedle(text string, part int) {
	runes := normal(strings.TrimSpace(text))
	i, ok := a.byKey[string(runes)]
	if !ok {
		i = int32(len(a.phrases))
		a.byKey[string(runes)] = i
		a.phrases = append(a.phrases, phrase{runes: runes})
	}
	a.phrases[i].targets = append(a.phrases[i].targets, target{source: int32(part), left: true, right: true})
}

const maxPhrase = 200

// isWord reports whether r is of a script that writes words with spaces
// between, so that a word must not begin or end inside another.
func isWord(r rune) bool {
	if r < 0x80 {
		return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9'
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
		r = straight(r)
		if isSpace(r) {
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

func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// straight makes every apostrophe the one of the keyboard.
func straight(r rune) rune {
	if r == '’' || r == '‘' || r == 'ʼ' {
		return '\''
	}
	return r
}

// scan looks for all phrases in a turn and leaves what it finds with the
// sources that asked.
func (a *automaton) scan(s *Session, turn int) {
	sc := &s.scan
	sc.reset(s.turns[turn].Text)
	if len(a.phrases) == 0 {
		return
	}
	a.search(s, turn)
	for _, source := range sc.touched {
		s.noticed[source] = settle(s.noticed[source], int32(turn))
	}
}

// search runs the automaton over the text as it is written. Each character is
// folded by its class, so that the text need not be folded first.
func (a *automaton) search(s *Session, turn int) {
	sc := &s.scan
	text := sc.source
	if cap(sc.begin) < len(text) {
		sc.begin = make([]int32, len(text)+len(text)/2)
	}
	begin := sc.begin[:cap(sc.begin)]
	n := 0 // characters that counted
	state := int32(0)
	blank := false // the last that counted was a space or of a script without
	for i := 0; i < len(text); {
		at := i
		var c uint16
		if b := text[i]; b < utf8.RuneSelf {
			c = a.class[b]
			i++
			if c == spaceClass {
				if blank || wideFollows(text[at:]) {
					continue
				}
			}
			blank = c == spaceClass
		} else {
			r, size := utf8.DecodeRuneInString(text[i:])
			i += size
			if uint32(r) < uint32(len(a.class)) {
				c = a.class[r]
			} else {
				c = a.rareClass(r)
			}
			switch c {
			case dropClass:
				continue
			case spaceClass:
				if blank || wideFollows(text[at:]) {
					continue
				}
				blank = true
			default:
				blank = wide(r)
			}
		}
		begin[n] = int32(at)
		n++
		state = a.next(state, c)
		if state == 0 {
			if a.wholeWords && asciiWord[text[i-1]] {
				// No phrase begins inside a word.
				for i < len(text) && asciiWord[text[i]] {
					i++
				}
				begin[n-1] = int32(i - 1)
			}
			continue
		}
		cell := &a.cells[state]
		hit := state
		if cell.out < 0 {
			hit = cell.link
		}
		for ; hit != 0; hit = a.cells[hit].link {
			sc.begin = begin[:n]
			a.report(s, turn, &a.phrases[a.cells[hit].out], i)
		}
	}
	sc.begin = begin[:n]
}

// next returns the state after a character.
func (a *automaton) next(state int32, c uint16) int32 {
	if c == otherClass {
		return 0
	}
	for state != 0 {
		cell := &a.cells[state]
		if to := int(cell.base) + int(c); cell.base != 0 && to < len(a.cells) && a.cells[to].check == state {
			return int32(to)
		}
		state = cell.fail
	}
	return a.root[c]
}

// asciiWord are the characters of ASCII that are parts of words.
var asciiWord = func() (table [256]bool) {
	for b := range table {
		table[b] = b < utf8.RuneSelf && isWord(rune(b))
	}
	return table
}()

// wideFollows reports whether what follows the space at the beginning of text
// is of a script without spaces.
func wideFollows(text string) bool {
	if len(text) > 1 && text[1] < utf8.RuneSelf && text[1] > ' ' {
		return false
	}
	for i, r := range text {
		if i == 0 {
			continue
		}
		if folded, ok := folder.Rune(r); ok {
			return wide(folded)
		}
	}
	return false
}

// report leaves a phrase that ends before byte to with those who asked.
func (a *automaton) report(s *Session, turn int, p *phrase, end int) {
	if a.sieve {
		for i := range p.targets {
			s.sifted[p.targets[i].source] = turn + 1
		}
		return
	}
	sc := &s.scan
	first := len(sc.begin) - len(p.runes)
	from, to := sc.begin[first], int32(end)
	left := first == 0 || !a.wordAt(sc.source[sc.begin[first-1]:])
	right := !a.wordAt(sc.source[end:])
	t := &s.turns[turn]
	for i := range p.targets {
		target := &p.targets[i]
		if !left && !target.left || !right && !target.right || target.exact != "" && t.Text[from:to] != target.exact {
			continue
		}
		f := found{turn: int32(turn), from: from, to: to, when: t.Start, start: t.Start, end: t.End, group: target.group, finding: -1,
			party: s.facts[turn].party, confidence: confidence(t, int(from), int(to))}
		if len(t.Words) > 0 {
			f.start, f.end = wordTimes(t, int(from), int(to))
			f.when = f.start
		}
		list := s.noticed[target.source]
		if n := len(list); n == 0 || list[n-1].turn != f.turn {
			sc.touched = append(sc.touched, target.source)
		}
		s.noticed[target.source] = append(list, f)
	}
}

// wordAt reports whether the first character of text that counts is part of a
// word.
func (a *automaton) wordAt(text string) bool {
	for _, r := range text {
		if folded, ok := folder.Rune(r); ok {
			return isWord(folded)
		}
	}
	return false
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
