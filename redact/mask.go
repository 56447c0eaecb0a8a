package redact

import (
	"cmp"
	"slices"
	"strings"

	"earshot/models"
)

// maskTurns masks the turns of in and reports whether it found anything.
func (s *Session) maskTurns(in *models.Interaction) bool {
	t := in.Transcript
	heard := in.Media != nil || in.Channel == models.Phone && t.Grade != models.GradeText
	areas := s.areas(t.Turns, heard, true)
	if len(areas) == 0 {
		return false
	}
	byTurn := map[int][]piece{}
	labels := map[piece]string{}
	for _, a := range areas {
		if a.kind == Name {
			a.value = s.person(t.Turns[a.pieces[0].turn].Text, a)
		}
		// Placeholders speak the language of the turn, and of the call where
		// the turn has no words of its own.
		for _, p := range a.pieces {
			byTurn[p.turn] = append(byTurn[p.turn], p)
			labels[p] = a.kind.text(s.number(a.kind, a.value), s.inEnglish(in, p.turn))
		}
	}
	for i, pieces := range byTurn {
		turn := &t.Turns[i]
		slices.SortFunc(pieces, func(a, b piece) int { return cmp.Compare(a.from, b.from) })
		replace(turn, pieces, labels)
	}
	return true
}

func (s *Session) inEnglish(in *models.Interaction, i int) bool {
	turn := &in.Transcript.Turns[i]
	if !english(turn.Text) {
		return false
	}
	for _, language := range []string{turn.Language, in.Transcript.Language, in.Language} {
		if strings.HasPrefix(language, "zh") {
			return false
		}
		if strings.HasPrefix(language, "en") {
			return true
		}
	}
	if strings.ContainsFunc(turn.Text, latin) {
		return true
	}
	for k := range in.Transcript.Turns {
		if !english(in.Transcript.Turns[k].Text) {
			return false
		}
	}
	return true
}

// leastDigits is how many digits the shortest private number has: the code on
// a card.
const leastDigits = 3

// scan is what was found in one turn by itself.
type scan struct {
	text  string
	done  bool
	small string // the text as asksIn wants it; empty where it asks for nothing
	signs sign
	asks  asks
	asked bool   // whether asks is known
	areas []area // forms, names and addresses
	runs  []run
}

// areas returns the private data of turns by place, none over another.
// remember is set for the turns of the session's conversation: those that stay
// as they are are looked at once.
func (s *Session) areas(turns []models.Turn, heard, remember bool) []area {
	var once []scan
	scans := &once
	if remember {
		scans = &s.scans
	}
	if n := len(turns) - len(*scans); n > 0 {
		*scans = append(*scans, make([]scan, n)...)
	}
	var found []area
	numbers := false
	for i := range turns {
		c := &(*scans)[i]
		if !c.done || c.text != turns[i].Text {
			*c = s.scan(turns, *scans, i, heard)
		}
		found = append(found, c.areas...)
		numbers = numbers || len(c.runs) > 0
	}
	if numbers {
		found = append(found, numberAreas(turns, chain(turns, (*scans)[:len(turns)]), heard, *scans)...)
	}
	if len(found) == 0 && len(s.names) == 0 {
		return nil
	}
	found = append(found, echoes(turns, (*scans)[:len(turns)], found)...)
	found = append(found, s.namedAgain(turns, found)...)
	s.noteOwn(turns, found)
	s.noteCompanies(turns, found)
	kept := found[:0]
	for _, a := range found {
		if s.step.masks[a.kind] && !(a.kind == Name && s.own[a.value]) && !s.ofCompany(turns, a) && !public(turns[a.pieces[0].turn].Text, a) {
			kept = append(kept, a)
		}
	}
	slices.SortStableFunc(kept, func(a, b area) int {
		x, y := a.pieces[0], b.pieces[0]
		return cmp.Or(cmp.Compare(x.turn, y.turn), cmp.Compare(x.from, y.from), cmp.Compare(y.to, x.to))
	})
	return apart(kept)
}

// echoes returns the pieces of a number that the other party says again while it
// is dictated, one after the other: one four one, mhm, one four one.
func echoes(turns []models.Turn, scans []scan, found []area) []area {
	var out []area
	for _, a := range found {
		if len(a.pieces) < 2 {
			continue
		}
		said := turns[a.pieces[0].turn].Party
		last := a.pieces[len(a.pieces)-1].turn
		for i := a.pieces[0].turn + 1; i <= min(last+1, len(turns)-1); i++ {
			if turns[i].Party == said {
				continue
			}
			for _, r := range scans[i].runs {
				if n := r.count(); n >= 2 && strings.Contains(a.value, r.digits(0, len(r.tokens))) || n >= 2 && i < last {
					out = append(out, area{kind: a.kind, value: a.value, pieces: []piece{{i, r.tokens[0].from, r.tokens[len(r.tokens)-1].to}}})
				}
			}
		}
	}
	return out
}

// scan looks at turn i; scans has those of the turns before it.
func (s *Session) scan(turns []models.Turn, scans []scan, i int, heard bool) scan {
	text := turns[i].Text
	c := scan{text: text, done: true}
	signs := signsOf(text)
	if signs == 0 {
		return c
	}
	var taken []placed
	if signs&signBracket != 0 {
		taken = placeholders(text)
	}
	topicAt := func(from, to int) about { return topicOf(turns, i, from, to) }
	small, simple := lowerASCII(text), text
	if signs&signHan != 0 {
		simple = simplify(text)
	}
	if turns[i].Party != models.Customer {
		c.small, c.signs = small, signs
		if signs&signHan != 0 {
			c.small = simple
		}
	}
	pattern := patternAreas(text, small, i, signs, topicAt)
	var runs []run
	numbers := false
	if signs&(signNumber|signLower|signUpper) != 0 {
		runs, numbers, s.tokens = runsOf(s.tokens, text, i, heard)
	}
	words := s.step.wordAreas(text, small, simple, i, signs, numbers, taken, topicAt)
	var asked asks
	if signs&signNumber != 0 || len(text) <= longAnswer {
		asked = askedOf(turns, scans, i)
	}
	answers := areasOf(text, i, taken, answersIn(text, small, signs, asked))
	for k := range answers {
		answers[k].answer = true
	}
	pattern = append(pattern, answers...)
	if asked&(asksThing|asksName) == asksThing {
		for k := range words {
			if words[k].kind == Name && !titled(text[:words[k].pieces[0].from]) {
				words[k].kind = Organization
			}
		}
	}
	for _, r := range runs {
		r = beforeAddress(r, words)
		if !overlaps(r, taken, pattern) && !inAddress(r, words) {
			c.runs = append(c.runs, r)
		}
	}
	c.areas = slices.Concat(pattern, words)
	return c
}

// wordAreas returns the names and addresses in one turn.
func (s *Step) wordAreas(text, small, simple string, turn int, signs sign, numbers bool, taken []placed, topicAt func(from, to int) about) []area {
	var all []found
	if signs&signHan == 0 {
		all = append(addressesIn(text, signs, numbers), namesIn(text, signs)...)
		if numbers && signs&signUpper != 0 {
			all = append(all, platesIn(text, small)...)
		}
	} else {
		all = append(addressesInChinese(text), namesInChinese(text, simple)...)
		all = append(all, addressesIn(text, signs, numbers)...)
	}
	all = append(append(all, birthdaysIn(text, small, signs)...), networkIn(text, small, signs)...)
	all = append(all, expiriesIn(text, signs, topicAt)...)
	if s.broad {
		all = append(all, broadIn(text, small, signs)...)
	}
	return areasOf(text, turn, taken, all)
}

// areasOf returns what was found in a turn, but for what is under a placeholder.
func areasOf(text string, turn int, taken []placed, all []found) []area {
	var out []area
	for _, f := range all {
		if slices.ContainsFunc(taken, func(p placed) bool { return p.from < f.to && f.from < p.to }) {
			continue
		}
		value := strings.ToLower(strings.Join(strings.Fields(text[f.from:f.to]), " "))
		out = append(out, area{kind: f.kind, value: value, pieces: []piece{{turn, f.from, f.to}}})
	}
	return out
}

// inAddress reports whether a run is the number of a house.
func inAddress(r run, words []area) bool {
	for _, a := range words {
		if p := a.pieces[0]; a.kind == Address && p.from <= r.tokens[0].from && r.tokens[len(r.tokens)-1].to <= p.to {
			return r.count() < 11
		}
	}
	return false
}

// beforeAddress returns a run without the number of a house that follows it:
// 4471 889 203, and it's 14 Wexford Close.
func beforeAddress(r run, words []area) run {
	for k := 1; k < len(r.tokens); k++ {
		for _, a := range words {
			if t := r.tokens[k]; a.kind == Address && a.pieces[0].from == t.from && t.gap.strong() {
				return run{tokens: r.tokens[:k]}
			}
		}
	}
	return r
}

func overlaps(r run, taken []placed, pattern []area) bool {
	from, to := r.tokens[0].from, r.tokens[len(r.tokens)-1].to
	for _, p := range taken {
		if p.from < to && from < p.to {
			return true
		}
	}
	for _, a := range pattern {
		if p := a.pieces[0]; p.from < to && from < p.to {
			return true
		}
	}
	return false
}

// apart drops areas that lie over one before them.
func apart(areas []area) []area {
	end := map[int]int{} // by turn
	kept := areas[:0]
	for _, a := range areas {
		free := true
		for _, p := range a.pieces {
			free = free && p.from >= end[p.turn]
		}
		if !free {
			continue
		}
		for _, p := range a.pieces {
			end[p.turn] = p.to
		}
		kept = append(kept, a)
	}
	return kept
}

// replace writes placeholders over pieces of a turn, sorted by place, and
// moves its words along. Words under a placeholder become one, which keeps
// their time: there the recording is muted.
func replace(turn *models.Turn, pieces []piece, labels map[piece]string) {
	var text strings.Builder
	type change struct{ from, to, newFrom, newTo int }
	changes := make([]change, 0, len(pieces))
	at := 0
	for _, p := range pieces {
		text.WriteString(turn.Text[at:p.from])
		from := text.Len()
		text.WriteString(labels[p])
		changes = append(changes, change{p.from, p.to, from, text.Len()})
		at = p.to
	}
	text.WriteString(turn.Text[at:])
	turn.Text = text.String()

	// move returns where byte b of the old text is now.
	move := func(b int, end bool) int {
		shift := 0
		for _, c := range changes {
			switch {
			case b >= c.to && (end || b > c.from):
				shift = c.newTo - c.to
			case b > c.from && end:
				return c.newTo
			case b >= c.from && !end:
				return c.newFrom
			}
		}
		return b + shift
	}
	words := turn.Words[:0:0]
	for _, w := range turn.Words {
		w.From, w.To = move(w.From, false), move(w.To, true)
		if n := len(words); n > 0 && w.From < words[n-1].To {
			last := &words[n-1]
			last.To, last.End = max(last.To, w.To), max(last.End, w.End)
			last.Confidence = min(last.Confidence, w.Confidence)
			continue
		}
		words = append(words, w)
	}
	turn.Words = words
}

// maskText masks a text that is no turn; name is what it is called. Where it is
// one of a few values by which conversations are grouped, a word that reads like
// a name is none.
func (s *Session) maskText(text, name string, english bool) string {
	if text == "" {
		return text
	}
	turn := models.Turn{Party: models.Unknown, Text: text}
	turns := []models.Turn{{Party: models.System, Text: name}, turn}
	var pieces []piece
	labels := map[piece]string{}
	grouping := isGrouping(name)
	for _, a := range (&Session{step: s.step}).areas(turns, false, false) {
		if grouping && slices.Contains(namesOfThings, a.kind) {
			continue
		}
		for _, p := range a.pieces {
			if p.turn == 1 {
				pieces = append(pieces, p)
				labels[p] = a.kind.text(s.number(a.kind, a.value), english)
			}
		}
	}
	if len(pieces) == 0 {
		return text
	}
	slices.SortFunc(pieces, func(a, b piece) int { return cmp.Compare(a.from, b.from) })
	replace(&turn, pieces, labels)
	return turn.Text
}
