package rules

import (
	"encoding/json"

	"earshot/models"
)

func init() {
	register(operator{
		name: "dead_air",
		doc: "Time in which nobody speaks. The party is who should have spoken: after a customer the agent; after an agent the agent again, if the agent goes on after the silence, else the customer. " +
			"unless lists announcements such as “please hold”: a silence within two turns of one is excused.",
		params: func() params { return new(deadAir) },
		examples: []example{
			{rule: "dead_air: {time: 8s, party: agent}", hit: "C: 我的订单呢\n... 12s\nA: 您好", miss: "C: 我的订单呢\n... 3s\nA: 您好"},
			{rule: "dead_air: {time: 8s, unless: [请稍等, please hold], unless_up_to: 30s}", hit: "A: 请稍等\n... 40s\nA: 查到了", miss: "A: 请稍等\n... 20s\nA: 查到了"},
			{rule: "dead_air: {time: 5s, count: 2}", hit: "C: hi\n... 6s\nA: hi\n... 7s\nC: ok", miss: "C: hi\n... 60s\nA: hi"},
			{rule: "dead_air: {time: 3s, total: 20s}", hit: "C: hi\n... 11s\nA: hi\n... 10s\nC: ok", miss: "C: hi\n... 19s\nA: hi\n... 2s\nC: ok"},
		},
	})
}

type deadAir struct {
	Time     Length   `yaml:"time,required" jsonschema:"description=How long one silence lasts such as 8s or > 10s"`
	Count    *Count   `yaml:"count" jsonschema:"description=How many such silences; at least one if left out"`
	Total    *Length  `yaml:"total" jsonschema:"description=Instead of count: how long all such silences last together"`
	Speakers string   `yaml:"speakers" jsonschema:"enum=same,enum=different,description=Only silences between turns of the same party or of different ones"`
	Unless   []string `yaml:"unless" jsonschema:"description=Words in the two turns before a silence that excuse it"`
	UnlessTo *Span    `yaml:"unless_up_to" jsonschema:"description=How long a silence they excuse; any if left out"`
	Scope
}

func (d *deadAir) compile(c *compiler) (termID, error) {
	if d.Speakers != "" && d.Speakers != "same" && d.Speakers != "different" {
		return noTerm, models.BadInput("dead_air: speakers %q: want same or different", d.Speakers)
	}
	if d.Total != nil && d.Count != nil {
		return noTerm, models.BadInput("dead_air: give count or total, not both")
	}
	if d.UnlessTo != nil && (d.UnlessTo.unit != inTime || d.UnlessTo.back || len(d.Unless) == 0) {
		return noTerm, models.BadInput("dead_air: unless_up_to wants a time such as 60s, and unless")
	}
	sc, on, err := c.scope(&d.Scope)
	if err != nil {
		return noTerm, err
	}
	src := silences{speakers: d.Speakers, words: -1, excused: maxMillis}
	if len(d.Unless) > 0 {
		if src.words, _, err = c.wordSource([]group{d.Unless}, nil, false); err != nil {
			return noTerm, err
		}
		if d.UnlessTo != nil {
			src.excused = d.UnlessTo.time
		}
	}
	key, err := json.Marshal([]any{src.speakers, src.words, src.excused})
	if err != nil {
		return noTerm, err
	}
	leaf := hits{source: c.source("silences "+string(key), func() noticer { return src }), lag: withNext, scope: sc, count: countOr1(d.Count), value: d.Time.bound}
	more := map[string]string{"en": countText(d.Count, "en"), "zh": countText(d.Count, "zh")}
	if d.Total != nil {
		leaf.total, leaf.count = true, d.Total.bound
		more = map[string]string{"en": "in total " + d.Total.String(), "zh": "合计 " + d.Total.String()}
	}
	who := partyNames(d.Party, "en")
	if who != "" {
		who = "of the " + who
	}
	text := Text{
		"en": joinText("silence", who, d.Time.String(), more["en"], d.text("en")),
		"zh": joinText(d.text("zh"), partyNames(d.Party, "zh"), "静默", d.Time.String(), more["zh"]),
	}
	return c.leaf("", text, on, &leaf), nil
}

// silences notices the gaps between turns, with the time before the first
// left out: it is ringing and prompts.
type silences struct {
	speakers string
	words    int // source of the words that excuse a silence, -1 if none
	excused  models.Millis
}

func (x silences) observe(s *Session, self, turn int) {
	x.settle(s, self)
	if turn == 0 {
		return
	}
	x.note(s, self, turn, s.turns[turn].Start, s.facts[turn].party, false)
}

// settle takes back the silence that was still going on.
func (silences) settle(s *Session, self int) {
	if n := len(s.noticed[self]); n > 0 && s.noticed[self][n-1].pending {
		s.noticed[self] = s.noticed[self][:n-1]
	}
}

func (x silences) advance(s *Session, self int) {
	if s.observed == 0 || x.speakers != "" {
		return
	}
	x.settle(s, self)
	x.note(s, self, s.observed, s.now, 0, true)
}

func (x silences) close(s *Session, self int) {
	x.settle(s, self)
	if s.observed > 0 && x.speakers == "" {
		x.note(s, self, s.observed, s.length, 0, false)
	}
}

// note adds the silence between the end of all turns before next and the time
// at which next begins.
func (x silences) note(s *Session, self, next int, until models.Millis, by party, pending bool) {
	gap := until - s.lastEnd
	if gap < minSilence {
		return
	}
	last := next - 1
	previous := s.facts[last].party
	same := by == previous
	if x.speakers == "same" && !same || x.speakers == "different" && same {
		return
	}
	if x.words >= 0 && gap <= x.excused {
		words := s.noticed[x.words]
		for i := len(words) - 1; i >= 0 && words[i].turn >= int32(last-1); i-- {
			if words[i].turn <= int32(last) {
				return
			}
		}
	}
	owner := party(0)
	switch {
	case previous == customerBit:
		owner = agentBit
	case previous == agentBit && by == agentBit:
		owner = agentBit
	case previous == agentBit && by != 0:
		owner = customerBit
	}
	s.insert(self, found{turn: int32(last), from: stretchByte, to: stretchByte, when: s.lastEnd, start: s.lastEnd, end: until,
		party: owner, confidence: 1, value: float64(gap), finding: -1, pending: pending})
}

// minSilence is the shortest gap that counts as one. Between two turns there
// is always a breath.
const minSilence = models.Millis(500)
