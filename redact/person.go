package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"earshot/models"
)

// person is somebody named in the conversation, by whichever names.
type person struct {
	value string // by which their placeholder is known
	full  string // with a given name and a family name; empty if it has not been said
	short string // a family name in Chinese, a single word in English; where full is empty
	sex   byte   // m or f after a title; 0 where nothing told
}

// person returns the value by which the placeholder of a name is known: of 林晓燕
// and 林女士, of Danielle Ortiz and Danielle, that is the same, as long as only one
// person in the conversation can be meant.
func (s *Session) person(text string, a area) string {
	if strings.Contains(a.value, "的") { // 建设的建
		return a.value
	}
	p := a.pieces[0]
	sex := sexOf(text[:p.from], text[p.to:])
	value := strings.TrimSuffix(strings.TrimSuffix(a.value, "'s"), "’s")
	a.value = value
	full := !isShort(value)
	var fits *person
	n := 0
	for i := range s.people {
		q := &s.people[i]
		if sex != 0 && q.sex != 0 && sex != q.sex {
			continue
		}
		if value == q.full || value == q.short && !full {
			fits, n = q, 1
			break
		}
		if full && q.full == "" && partOf(q.short, value) || !full && q.full != "" && partOf(value, q.full) {
			fits = q
			n++
		}
	}
	if n != 1 {
		for i := 2; s.known[Name][value] != 0; i++ { // 王先生 and 王女士
			value = a.value + " " + strings.Repeat("'", i-1)
		}
		fits = &person{value: value}
		if full {
			fits.full = a.value
		} else {
			fits.short = a.value
		}
		fits.sex = sex
		s.people = append(s.people, *fits)
		return value
	}
	if full {
		fits.full = a.value
	}
	if sex != 0 {
		fits.sex = sex
	}
	return fits.value
}

// isShort reports whether a name is a family name in Chinese, or one word of
// another.
func isShort(name string) bool {
	if !unicode.Is(unicode.Han, firstRune(name)) {
		return !strings.Contains(name, " ")
	}
	simple := simplify(name)
	return surnameEnd(simple, 0) == len(simple)
}

// partOf reports whether a short name is of a full one.
func partOf(short, full string) bool {
	if !unicode.Is(unicode.Han, firstRune(full)) {
		return short != "" && (strings.HasPrefix(full, short+" ") || strings.HasSuffix(full, " "+short))
	}
	full = simplify(full)
	return short != "" && full[:surnameEnd(full, 0)] == simplify(short)
}

// sexOf returns m or f where a title beside a name says so.
func sexOf(before, after string) byte {
	for _, t := range sexTitlesZH {
		if strings.HasPrefix(after, t.title) {
			return t.sex
		}
	}
	switch last, _ := lastWord(strings.TrimRight(before, " .")); {
	case strings.EqualFold(last, "mr"):
		return 'm'
	case strings.EqualFold(last, "mrs"), strings.EqualFold(last, "ms"), strings.EqualFold(last, "miss"):
		return 'f'
	}
	return 0
}

var sexTitlesZH = []struct {
	title string
	sex   byte
}{{"先生", 'm'}, {"女士", 'f'}, {"小姐", 'f'}, {"太太", 'f'}, {"大哥", 'm'}, {"大爷", 'm'}, {"叔叔", 'm'}, {"阿姨", 'f'}, {"大姐", 'f'}}

// namedAgain returns where names are said again without any sign of one: 好的，
// 沈一诺小朋友; hi Mark.
func (s *Session) namedAgain(turns []models.Turn, found []area) []area {
	for _, a := range found {
		if a.kind != Name || len(a.pieces) != 1 {
			continue
		}
		p := a.pieces[0]
		name := turns[p.turn].Text[p.from:p.to]
		switch first := firstField(name); {
		case unicode.Is(unicode.Han, firstRune(name)):
			if !isShort(a.value) {
				s.noteName(name, a.value)
			}
		case (a.answer || unicode.IsLower(firstRune(first))) && len(first) >= 3 && (unicode.IsUpper(firstRune(first)) || !common(first)):
			s.noteName(name, a.value)
			s.noteName(first, strings.ToLower(first)) // who is named in full is called by the first name
		}
	}
	var out []area
	for _, n := range s.names {
		out = saidAgain(out, turns, n.value, n.said)
	}
	return out
}

// spokenName is a name that is one wherever it is said.
type spokenName struct{ said, value string }

func (s *Session) noteName(said, value string) {
	if n := (spokenName{said, value}); !slices.Contains(s.names, n) {
		s.names = append(s.names, n)
	}
}

// saidAgain appends where turns say a name.
func saidAgain(out []area, turns []models.Turn, value, name string) []area {
	for i := range turns {
		text := turns[i].Text
		for at := 0; ; {
			n := strings.Index(text[at:], name)
			if n < 0 {
				break
			}
			from, to := at+n, at+n+len(name)
			at = to
			if name[0] >= utf8.RuneSelf || (from == 0 || !latin(rune(text[from-1]))) && (to == len(text) || !latin(rune(text[to]))) {
				out = append(out, area{kind: Name, value: value, pieces: []piece{{i, from, to}}})
			}
		}
	}
	return out
}
