package rules

import (
	"fmt"

	"earshot/models"
)

func init() {
	register(operator{
		name: "response_time",
		doc: "How long a party takes to answer the other. In writing the clock starts with the first message that waits for an answer, on the phone when the other has finished speaking. " +
			"measure: each answer (the default; with count), the first, or the average.",
		params: func() params { return new(responseTime) },
		examples: []example{
			{rule: "response_time: {time: over 60s}", hit: "C: 在吗\n... 50s\nC: 有人吗\n... 50s\nA: 在的", miss: "C: 在吗\n... 50s\nA: 在的", with: "channel: web_chat"},
			{rule: "response_time: {measure: first, time: over 30s}", hit: "C: hi\n... 40s\nA: hello", miss: "C: hi\n... 5s\nA: hello\nC: well?\n... 50s\nA: sorry", with: "channel: web_chat"},
			{rule: "response_time: {measure: average, time: over 20s}", hit: "C: hi\n... 40s\nA: hello\nC: ok\n... 5s\nA: so", miss: "C: hi\n... 30s\nA: hello\nC: ok\n... 5s\nA: so", with: "channel: web_chat"},
		},
	})
}

type responseTime struct {
	Measure string `yaml:"measure" jsonschema:"enum=each,enum=first,enum=average"`
	Time    Length `yaml:"time,required" jsonschema:"description=How long an answer takes such as > 60s"`
	Count   *Count `yaml:"count" jsonschema:"description=With measure each: how many answers; at least one if left out"`
	Scope
}

func (r *responseTime) compile(c *compiler) (termID, error) {
	if len(r.Party) == 0 {
		r.Party = Parties{models.Agent}
	}
	if len(r.Party) != 1 || r.Party[0] != models.Agent && r.Party[0] != models.Customer {
		return noTerm, models.BadInput("response_time: party: want agent (the default) or customer")
	}
	if r.Count != nil && r.Measure != "" && r.Measure != "each" {
		return noTerm, models.BadInput("response_time: count needs measure: each")
	}
	sc, on, err := c.scope(&r.Scope)
	if err != nil {
		return noTerm, err
	}
	who := bit(r.Party[0])
	source := c.source(fmt.Sprint(who), func() noticer { return answers{who} })
	var l leaf
	en, zh := "answer", "响应"
	switch r.Measure {
	case "", "each":
		l = &hits{source: source, lag: withNext, scope: sc, count: countOr1(r.Count), value: r.Time.bound}
	case "first":
		l = &nthValue{source: source, lag: withNext, scope: sc, want: r.Time.bound}
		en, zh = "first answer", "首次响应"
	case "average":
		l = &average{source: source, lag: withNext, scope: sc, want: r.Time.bound}
		en, zh = "average answer", "平均响应"
	default:
		return noTerm, models.BadInput("response_time: %s", unknown("measure", r.Measure, []string{"each", "first", "average"}))
	}
	text := Text{
		"en": joinText(en, byParty(r.Party, "en"), r.Time.String(), countText(r.Count, "en"), r.Scope.text("en")),
		"zh": joinText(partyNames(r.Party, "zh"), r.Scope.text("zh"), zh, r.Time.String(), countText(r.Count, "zh")),
	}
	return c.leaf("", text, on, l), nil
}

// answers notices how long a party takes to answer the other.
type answers struct{ who party }

// waiting is since when an answer is owed.
type waiting struct {
	since models.Millis
	owed  bool
	turn  int32
}

func (w *waiting) reset() { *w = waiting{} }

func (a answers) state(s *Session, self int) *waiting {
	w, ok := s.states[self].(*waiting)
	if !ok {
		w = new(waiting)
		s.states[self] = w
	}
	return w
}

func (a answers) observe(s *Session, self, turn int) {
	silences{}.settle(s, self)
	w, t := a.state(s, self), &s.turns[turn]
	switch s.facts[turn].party {
	case a.who:
		if w.owed {
			a.note(s, self, w, int32(turn), t.Start, false)
		}
		w.owed = false
	case agentBit, customerBit:
		spoken := s.in.Channel == models.Phone
		if !w.owed || spoken {
			w.since, w.turn, w.owed = t.Start, int32(turn), true
			if spoken {
				w.since = t.End
			}
		}
	}
	a.overdue(s, self, w, t.Start)
}

func (a answers) advance(s *Session, self int) {
	silences{}.settle(s, self)
	a.overdue(s, self, a.state(s, self), s.now)
}

// overdue notes an answer that has not come yet. On the phone the clock starts
// anew when the other party goes on speaking, so there nothing is certain.
func (a answers) overdue(s *Session, self int, w *waiting, now models.Millis) {
	if w.owed && s.in.Channel != models.Phone {
		a.note(s, self, w, int32(s.observed-1), now, true)
	}
}

// close counts the answer that never came, as far as the conversation went on.
func (a answers) close(s *Session, self int) {
	silences{}.settle(s, self)
	if w := a.state(s, self); w.owed && s.length > w.since {
		a.note(s, self, w, int32(s.observed-1), s.length, false)
	}
}

func (a answers) note(s *Session, self int, w *waiting, turn int32, until models.Millis, pending bool) {
	f := found{turn: turn, party: a.who, start: w.since, end: max(w.since, until), confidence: 1, finding: -1, pending: pending}
	f.when = f.end
	if s.facts[turn].party != a.who {
		f.from, f.to = stretchByte, stretchByte // nobody has answered: after the last turn
	}
	f.later = pending
	f.value = float64(f.end - f.start)
	s.insert(self, f)
}
