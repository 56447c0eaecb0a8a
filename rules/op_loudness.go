package rules

import (
	"fmt"
	"math"
	"slices"

	"earshot/models"
)

func init() {
	register(operator{
		name: "loudness",
		doc: "How loud a turn is, in decibels: its level below full scale (0 is the loudest a recording can hold), how far it is above the party's usual (the median of its turns before, at least three), " +
			"or how far it is from the party's turn before. Only turns of recordings have it.",
		params: func() params { return new(loudness) },
		examples: []example{
			{rule: "loudness: {level: over -15, party: customer}", hit: "C: 你好\nA: 您好", miss: "C: 你好\nA: 您好",
				only: "tones: [{loudness: -10}]"},
			{rule: "loudness: {above_usual: 6, party: customer}", hit: "C: 一\nC: 二\nC: 三\nC: 四", miss: "C: 一\nC: 二",
				only: "tones: [{loudness: -30}, {loudness: -30}, {loudness: -29}, {loudness: -20}]"},
			{rule: "loudness: {change: 9, party: agent}", hit: "A: 一\nC: 嗯\nA: 二", miss: "A: 一\nC: 嗯\nA: 二",
				only: "tones: [{loudness: -30}, {}, {loudness: -20}]"},
			{rule: "loudness: {range: 12, party: agent}", hit: "A: 一\nA: 二\nA: 三", miss: "A: 一\nA: 二\nA: 三",
				only: "tones: [{loudness: -30}, {loudness: -24}, {loudness: -17}]"},
		},
	})
}

type loudness struct {
	Level  *Number `yaml:"level" jsonschema:"description=Level in dB below full scale such as over -15"`
	Above  *Number `yaml:"above_usual" jsonschema:"description=dB above the party's usual such as 6"`
	Change *Number `yaml:"change" jsonschema:"description=dB louder (or quieter if negative) than the party's turn before"`
	Range  *Number `yaml:"range" jsonschema:"description=dB between the party's loudest and quietest turn so far"`
	Count  *Count  `yaml:"count" jsonschema:"description=How many turns; at least one if left out"`
	Scope
}

func (l *loudness) compile(c *compiler) (termID, error) {
	var want *Number
	src := levels{}
	given := 0
	for k, n := range []*Number{l.Level, l.Above, l.Change, l.Range} {
		if n != nil {
			given++
			want, src.kind = n, toneKind(k)
		}
	}
	if given != 1 {
		return noTerm, models.BadInput("loudness: give one of level, above_usual, change and range")
	}
	sc, on, err := c.scope(&l.Scope)
	if err != nil {
		return noTerm, err
	}
	source := c.source(fmt.Sprintf("loudness %d", src.kind), func() noticer { return src })
	en := [...]string{"level", "above usual", "louder than before", "loudness range"}[src.kind]
	zh := [...]string{"音量", "高于平常", "比上一句响", "音量跨度"}[src.kind]
	text := Text{
		"en": joinText(en, want.String()+" dB", countText(l.Count, "en"), byParty(l.Party, "en"), l.Scope.text("en")),
		"zh": joinText(byParty(l.Party, "zh"), l.Scope.text("zh"), zh, want.String()+" dB", countText(l.Count, "zh")),
	}
	return c.leaf("", text, on, &hits{source: source, lag: withTurn, scope: sc, count: countOr1(l.Count), value: want.bound}), nil
}

// toneKind says what a turn's tone is compared with.
type toneKind int

const (
	absolute toneKind = iota
	aboveUsual
	fromBefore
	spread
)

// levels notices how loud each turn is.
type levels struct{ kind toneKind }

func (x levels) observe(s *Session, self, turn int) {
	t := &s.turns[turn]
	if t.Tone == nil || t.Tone.Loudness == 0 {
		return
	}
	s.toned(self, turn, x.kind, t.Tone.Loudness, func(v, usual float64) float64 { return v - usual })
}

// heard is what each party's turns sounded like so far.
type heard struct{ values [4][]float64 }

func (h *heard) reset() {
	for i := range h.values {
		h.values[i] = h.values[i][:0]
	}
}

// leastUsual is how many turns make something usual, mostUsual how many are
// remembered.
const (
	leastUsual = 3
	mostUsual  = 200
)

// toned notes a measure of a turn's tone as the kind wants it.
func (s *Session) toned(self, turn int, kind toneKind, value float64, against func(v, usual float64) float64) {
	h, ok := s.states[self].(*heard)
	if !ok {
		h = new(heard)
		s.states[self] = h
	}
	who := s.facts[turn].party.index()
	if who < 0 {
		return
	}
	before := h.values[who]
	if len(before) == mostUsual {
		before = append(before[:0], before[1:]...)
	}
	h.values[who] = append(before, value)
	switch kind {
	case aboveUsual:
		if len(before) < leastUsual {
			return
		}
		value = against(value, median(before))
	case fromBefore:
		if len(before) == 0 {
			return
		}
		value = against(value, before[len(before)-1])
	case spread:
		value = slices.Max(h.values[who]) - slices.Min(h.values[who])
	}
	t := &s.turns[turn]
	s.insert(self, found{turn: int32(turn), to: int32(len(t.Text)), when: t.Start, start: t.Start, end: t.End,
		party: s.facts[turn].party, confidence: 1, value: math.Round(value*100) / 100, finding: -1})
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
