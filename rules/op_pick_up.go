package rules

import "earshot/models"

func init() {
	register(operator{
		name: "pick_up",
		doc: "How long it takes from the beginning of the recording, or of the chat, until a party says its first word. " +
			"A late first word after the call was answered is what other systems call an abnormal pick-up.",
		params: func() params { return new(pickUp) },
		examples: []example{
			{rule: "pick_up: {time: over 5s}", hit: "[0-1] C: 喂\n[9] A: 您好", miss: "[0-1] A: 您好"},
		},
	})
}

type pickUp struct {
	Time  Length  `yaml:"time,required" jsonschema:"description=Such as over 5s"`
	Party Parties `yaml:"party" jsonschema:"description=Whose first word; default agent"`
}

func (p *pickUp) compile(c *compiler) (termID, error) {
	if len(p.Party) == 0 {
		p.Party = Parties{models.Agent}
	}
	text := Text{
		"en": joinText("first word", byParty(p.Party, "en"), "after", p.Time.String()),
		"zh": joinText(partyNames(p.Party, "zh"), "首次开口", p.Time.String()),
	}
	return c.leaf("", text, nil, &firstWord{party: partyMask(p.Party), want: p.Time.bound}), nil
}

type firstWord struct {
	party party
	want  bound
}

// turn returns the first turn of the party, -1 if there is none yet.
func (l *firstWord) turn(s *Session) int {
	for i := range s.facts {
		if s.facts[i].party&l.party != 0 {
			return i
		}
	}
	return -1
}

func (l *firstWord) eval(s *Session) answer {
	if i := l.turn(s); i >= 0 {
		return decided(l.want.has(float64(s.turns[i].Start)))
	}
	so := float64(max(s.now, s.length))
	switch {
	case s.closed:
		return decided(s.observed > 0 && l.want.unlimited() && l.want.has(so))
	case l.want.above(so):
		return isMiss
	case l.want.unlimited() && l.want.has(so) && s.observed > 0:
		return isHit
	}
	return open
}

func (l *firstWord) explain(s *Session, e *Explanation) {
	if i := l.turn(s); i >= 0 {
		e.Value = duration(s.turns[i].Start)
		e.Found = append(e.Found, s.item(&found{turn: int32(i), to: int32(len(s.turns[i].Text)), start: s.turns[i].Start, end: s.turns[i].End,
			party: s.facts[i].party, confidence: 1, finding: -1}))
	}
}
