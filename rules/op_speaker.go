package rules

import (
	"earshot/models"
)

func init() {
	register(operator{
		name:   "speaker",
		doc:    "Who speaks first or last. Prompts of the system do not count.",
		params: func() params { return new(speaker) },
		examples: []example{
			{rule: "speaker: {first: customer}", hit: "S: 欢迎致电\nC: 喂？\nA: 您好", miss: "A: 您好\nC: 喂"},
			{rule: "speaker: {last: customer}", hit: "A: 您好\nC: 喂", miss: "C: 喂\nA: 您好"},
		},
	})
}

type speaker struct {
	First Parties `yaml:"first" jsonschema:"description=Who speaks first"`
	Last  Parties `yaml:"last" jsonschema:"description=Who speaks last"`
}

func (p *speaker) compile(c *compiler) (termID, error) {
	if (p.First == nil) == (p.Last == nil) {
		return noTerm, models.BadInput("speaker: give first or last")
	}
	text := Text{"en": "first speaker " + partyNames(p.First, "en"), "zh": "先开口的是" + partyNames(p.First, "zh")}
	if p.Last != nil {
		text = Text{"en": "last speaker " + partyNames(p.Last, "en"), "zh": "最后说话的是" + partyNames(p.Last, "zh")}
	}
	return c.leaf("", text, nil, p), nil
}

// turn returns the turn that decides, -1 if there is none yet.
func (p *speaker) turn(s *Session) int {
	at := -1
	for i := range s.facts {
		if s.facts[i].party == systemBit {
			continue
		}
		if at = i; p.First != nil {
			break
		}
	}
	return at
}

func (p *speaker) eval(s *Session) answer {
	at := p.turn(s)
	if !s.closed && (at < 0 || p.Last != nil) {
		return open
	}
	if at < 0 {
		return isMiss
	}
	want := partyMask(p.First)
	if p.Last != nil {
		want = partyMask(p.Last)
	}
	if s.facts[at].party == unknownBit && want&unknownBit == 0 {
		return isUnsure
	}
	return decided(s.facts[at].party&want != 0)
}

func (p *speaker) explain(s *Session, e *Explanation) {
	if at := p.turn(s); at >= 0 {
		e.Value = string(s.turns[at].Party)
		e.Found = append(e.Found, s.item(&found{turn: int32(at), to: int32(len(s.turns[at].Text)), party: s.facts[at].party, confidence: 1, finding: -1}))
	}
}
