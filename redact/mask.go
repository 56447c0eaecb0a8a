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
	byTurn := map[int][]piece{}
	labels := map[piece]string{}
	for _, a := range s.areas(t.Turns, heard, true) {
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
	return len(byTurn) > 0
}

func (s *Session) inEnglish(in *models.Interaction, i int) bool {
	turn := &in.Transcript.Turns[i]
	for _, language := range []string{turn.Language, in.Transcript.Language, in.Language} {
		if !english(turn.Text) {
			return false
		}
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

// areas returns the private data of turns by place, none over another.
// remember is set for the turns of the session's conversation.
func (s *Session) areas(turns []models.Turn, heard, remember bool) []area {
	var found []area
	runs := make([][]run, len(turns))
	for i := range turns {
		text := turns[i].Text
		if text == "" {
			continue
		}
		taken := placeholders(text)
		var pattern, words []area
		if plain, known := s.plain[i]; !known || plain != text {
			pattern = patternAreas(text, i, func(from, to int) about { return topicOf(turns, i, from, to) })
			words = wordAreas(text, i)
			if len(pattern)+len(words) == 0 && remember {
				s.plain[i] = text
			}
		}
		found = append(append(found, pattern...), words...)
		for _, r := range runsOf(text, i, heard) {
			if !overlaps(r, taken, pattern) && !inAddress(r, words) {
				runs[i] = append(runs[i], r)
			}
		}
	}
	for _, r := range chain(turns, runs) {
		if len(r.digits(0, len(r.tokens))) < leastDigits {
			continue
		}
		reading := reading{turns: turns, run: r, heard: heard}
		reading.topic = topicOf(turns, r.tokens[0].turn, r.tokens[0].from, reading.end(0, len(r.tokens)))
		found = append(found, reading.areas()...)
	}
	kept := found[:0]
	for _, a := range found {
		if !s.step.keep[a.kind] {
			kept = append(kept, a)
		}
	}
	slices.SortStableFunc(kept, func(a, b area) int {
		x, y := a.pieces[0], b.pieces[0]
		return cmp.Or(cmp.Compare(x.turn, y.turn), cmp.Compare(x.from, y.from), cmp.Compare(y.to, x.to))
	})
	return apart(kept)
}

// wordAreas returns the names and addresses in one turn.
func wordAreas(text string, turn int) []area {
	var all []found
	if english(text) {
		all = append(addressesIn(text), namesIn(text)...)
	} else {
		all = append(addressesInChinese(text), namesInChinese(text)...)
		all = append(all, addressesIn(text)...)
	}
	taken := placeholders(text)
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
			return len(r.digits(0, len(r.tokens))) < 11
		}
	}
	return false
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

// maskText masks a text that is no turn; name is what it is called.
func (s *Session) maskText(text, name string, english bool) string {
	if text == "" {
		return text
	}
	turn := models.Turn{Party: models.Unknown, Text: text}
	turns := []models.Turn{{Party: models.System, Text: name}, turn}
	var pieces []piece
	labels := map[piece]string{}
	for _, a := range (&Session{step: s.step}).areas(turns, false, false) {
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
