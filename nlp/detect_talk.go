package nlp

import (
	"unicode/utf8"

	"earshot/models"
	"earshot/models/script"
)

func init() {
	register(spec{
		Name: "talk",
		Doc:  "How the conversation divides between the parties. One finding a party at the end.",
		Kinds: []Kind{
			{Name: "talk.share", Doc: "the party's share of the speaking time, in chats of the characters", Value: "0 to 1"},
			{Name: "talk.pace", Doc: "how fast the party spoke, in calls", Value: "Chinese characters or English words a minute of speech", Label: "characters or words, whichever there are more of"},
			{Name: "talk.response", Doc: "how long the party took to answer, on average", Value: "seconds; 0 where it began before the other ended"},
			{Name: "talk.response_max", Doc: "how long the party took to answer at most", Value: "seconds"},
		},
		new: func(*data) detector { return &talk{of: map[models.Party]*speech{}} },
		Finds: []Example{
			{Dialogue: "C: 我想查一下我的订单\nA: 好的", Kind: "talk.share"},
			{Dialogue: "C: 我想查一下我的订单\nA: 好的", Kind: "talk.pace", Label: "characters"},
			{Dialogue: "C: where is my order\nA: let me see", Kind: "talk.response"},
		},
		Ignores: []Example{
			{Dialogue: "S: welcome", Kind: "talk.share"},
			{Dialogue: "C: where is my order\nA: let me see", Kind: "talk.pace", Channel: models.WebChat},
		},
	})
}

// talk counts; it holds totals only, so a long call costs no more memory.
type talk struct {
	of    map[models.Party]*speech
	party models.Party // who spoke last
	end   models.Millis
}

type speech struct {
	time               models.Millis
	characters, words  int
	answers            int
	waited, waitedMost models.Millis
}

func (t *talk) turn(c *Conversation) {
	_, turn := c.Last()
	if turn.Party != models.Agent && turn.Party != models.Customer {
		return
	}
	s := t.of[turn.Party]
	if s == nil {
		s = &speech{}
		t.of[turn.Party] = s
	}
	characters, english := count(c.folded.Runes)
	s.time += turn.End - turn.Start
	s.characters += characters
	s.words += english
	if t.party != "" && t.party != turn.Party {
		wait := max(0, turn.Start-t.end)
		s.answers++
		s.waited += wait
		s.waitedMost = max(s.waitedMost, wait)
	}
	t.party, t.end = turn.Party, max(t.end, turn.End)
}

func (t *talk) close(c *Conversation) {
	whole := []models.Evidence{models.Stretch(0, 0, c.Transcript().End())}
	total := 0.0
	weight := func(s *speech) float64 {
		if c.Spoken() {
			return float64(s.time)
		}
		return float64(s.characters + 2*s.words)
	}
	for _, s := range t.of {
		total += weight(s)
	}
	for _, p := range []models.Party{models.Agent, models.Customer} {
		s := t.of[p]
		if s == nil || total == 0 {
			continue
		}
		c.emit(models.Finding{Kind: "talk.share", Party: p, Score: 1, Value: weight(s) / total, Evidence: whole})
		if minutes := s.time.Seconds() / 60; c.Spoken() && minutes > 0 && s.characters+s.words > 0 {
			f := models.Finding{Kind: "talk.pace", Party: p, Score: 1, Value: float64(s.characters+s.words) / minutes, Label: "characters", Evidence: whole}
			if s.words > s.characters {
				f.Label = "words"
			}
			c.emit(f)
		}
		if s.answers > 0 {
			c.emit(models.Finding{Kind: "talk.response", Party: p, Score: 1, Value: s.waited.Seconds() / float64(s.answers), Evidence: whole})
			c.emit(models.Finding{Kind: "talk.response_max", Party: p, Score: 1, Value: s.waitedMost.Seconds(), Evidence: whole})
		}
	}
}

// count returns how many Chinese characters and how many words of alphabets
// folded text has.
func count(text []rune) (characters, english int) {
	inWord := false
	for _, r := range text {
		switch {
		case script.Han(r):
			characters++
			inWord = false
		case script.Alphabetic(r) || r == '\'' && inWord:
			if !inWord {
				english++
			}
			inWord = true
		default:
			inWord = false
		}
	}
	return characters, english
}

// appendWords appends folded text without punctuation and with single spaces.
func appendWords(dst []byte, text []rune) []byte {
	start := len(dst)
	space := false
	for _, r := range text {
		if !script.Letter(r) && r != '\'' {
			space = true
			continue
		}
		if space && len(dst) > start {
			dst = append(dst, ' ')
		}
		if space = false; r < utf8.RuneSelf {
			dst = append(dst, byte(r))
		} else {
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}
