package rules

import (
	"math"

	"earshot/models"
)

func init() {
	register(operator{
		name: "talk_share",
		doc: "The share of a party in the time that all spend speaking; in writing, in the characters written. " +
			"It is certain when the conversation is over.",
		params: func() params { return &share{of: talkOf} },
		examples: []example{
			{rule: "talk_share: {party: agent, share: over 70%}", hit: "[0-80] A: 您听我说\n[80-100] C: 好", miss: "[0-50] A: 您听我说\n[50-100] C: 好"},
		},
	})
	register(operator{
		name: "non_talk",
		doc: "The time in which nobody speaks, from the first word to the end, in total or as a share of the conversation. " +
			"The total can be certain before the end, the share only then.",
		params: func() params { return &share{of: silenceOf} },
		examples: []example{
			{rule: "non_talk: {share: over 40%}", hit: "[0-10] A: 您好\n[90-100] C: 好", miss: "[0-50] A: 您好\n[60-100] C: 好"},
			{rule: "non_talk: {time: over 60s}", hit: "[0-10] A: 您好\n[90-100] C: 好", miss: "[0-50] A: 您好\n[60-100] C: 好"},
		},
	})
	register(operator{
		name:   "hold",
		doc:    "The time the customer is kept on hold, by the findings of kind hold: in total or as a share of the conversation.",
		params: func() params { return &share{of: holdOf} },
		examples: []example{
			{rule: "hold: {time: over 30s}", hit: "A: 请稍等\n... 45s\nA: 查到了", miss: "A: 请稍等\n... 45s\nA: 查到了",
				only: "findings: [{kind: hold, turn: 1, value: 45}]"},
			{rule: "hold: {share: over 50%}", hit: "A: 请稍等\n... 45s\nA: 查到了", miss: "A: 请稍等\n... 45s\nA: 查到了",
				only: "findings: [{kind: hold, turn: 1, value: 45}]"},
		},
	})
}

type shareOf uint8

const (
	talkOf shareOf = iota
	silenceOf
	holdOf
)

// share is a part of the whole conversation.
type share struct {
	of    shareOf
	Party Parties `yaml:"party" jsonschema:"description=With talk_share: whose"`
	Share *Number `yaml:"share" jsonschema:"description=Such as over 60%"`
	Time  *Length `yaml:"time" jsonschema:"description=With non_talk and hold: the total such as over 60s"`
}

func (p *share) compile(c *compiler) (termID, error) {
	name := c.cond.op
	switch {
	case (p.Share == nil) == (p.Time == nil):
		return noTerm, models.BadInput("%s: give share or time", name)
	case p.of == talkOf && (p.Share == nil || len(p.Party) == 0):
		return noTerm, models.BadInput("talk_share: give party and share")
	case p.of != talkOf && len(p.Party) > 0:
		return noTerm, models.BadInput("%s has no party", name)
	}
	l := &shareLeaf{of: p.of, party: partyMask(p.Party), finding: -1}
	if p.of == holdOf {
		src := findingHits{kinds: []string{"hold"}, score: defaultScore, doubt: defaultScore, when: oneBehind}
		l.finding = c.source("hold", func() noticer { return src })
	}
	en := [...]string{"share of speaking time", "silence", "time on hold"}[p.of]
	zh := [...]string{"说话占比", "静默", "等待"}[p.of]
	if p.Share != nil {
		l.want, l.share = p.Share.bound, true
		en, zh = en+" "+percent(p.Share.bound), zh+" "+percent(p.Share.bound)
	} else {
		l.want = p.Time.bound
		en, zh = en+" "+p.Time.String(), zh+" "+p.Time.String()
	}
	text := Text{"en": joinText(en, byParty(p.Party, "en")), "zh": joinText(partyNames(p.Party, "zh"), zh)}
	return c.leaf("", text, nil, l), nil
}

func percent(b bound) string {
	return b.text(func(f float64) string { return number(f*100) + "%" })
}

type shareLeaf struct {
	of      shareOf
	party   party
	want    bound
	share   bool
	finding int
}

// measure returns the part and the whole in milliseconds, in writing the
// characters.
func (l *shareLeaf) measure(s *Session) (part, whole float64) {
	switch l.of {
	case talkOf:
		for i := range s.facts {
			if s.facts[i].party == systemBit {
				continue
			}
			t := &s.turns[i]
			n := float64(t.End - t.Start)
			if s.in.Channel != models.Phone {
				n = float64(len([]rune(t.Text)))
			}
			whole += n
			if s.facts[i].party&l.party != 0 {
				part += n
			}
		}
		return part, whole
	case silenceOf:
		if !s.started {
			return 0, 0
		}
		end := s.origin
		for i := range s.turns[:s.observed] {
			t := &s.turns[i]
			part += float64(max(0, t.Start-max(end, s.origin)))
			end = max(end, t.End)
		}
		if s.closed {
			part += float64(max(0, s.length-end))
		}
	case holdOf:
		for _, f := range s.hits(l.finding) {
			part += f.value * 1000
		}
	}
	return part, float64(max(s.length, s.lastEnd) - s.origin)
}

func (l *shareLeaf) eval(s *Session) answer {
	part, whole := l.measure(s)
	if !l.share {
		if s.closed {
			return decided(l.want.has(part))
		}
		return tallySum(l.want, part, 0, false)
	}
	if !s.closed {
		return open
	}
	return decided(whole > 0 && l.want.has(part/whole))
}

func (l *shareLeaf) explain(s *Session, e *Explanation) {
	part, whole := l.measure(s)
	if !l.share {
		e.Value = duration(models.Millis(part))
	} else if whole > 0 {
		e.Value = number(math.Round(1000*part/whole)/10) + "%"
	}
}
