package rules

import (
	"fmt"
	"math"

	"earshot/models"
)

func init() {
	register(operator{
		name: "pace",
		doc: "How fast somebody speaks: Chinese characters or English words a minute of a turn, how many times as fast as the party's usual (the median of its turns before, at least three), or the average of all turns. " +
			"Turns with fewer than min_words do not count, nor does writing.",
		params: func() params { return new(pace) },
		examples: []example{
			{rule: "pace: {rate: over 280, party: agent}", hit: "[0-2] A: 您好请问有什么可以帮您的吗", miss: "[0-4] A: 您好请问有什么可以帮您的吗"},
			{rule: "pace: {rate: over 180, measure: average, party: agent}", hit: "[0-3] A: one two three four five six seven eight nine ten\n[4-7] A: one two three four five six seven eight nine ten", miss: "[0-3] A: one two three four five six seven eight nine ten\n[4-24] A: one two three four five six seven eight nine ten"},
			{rule: "pace: {above_usual: 1.5, party: customer, min_words: 4}", hit: "[0-2] C: 我要退款\n[3-5] C: 我要退款\n[6-8] C: 我要退款\n[9-10] C: 我要退款", miss: "[0-2] C: 我要退款\n[3-5] C: 我要退款\n[6-8] C: 我要退款\n[9-11] C: 我要退款"},
		},
	})
}

type pace struct {
	Rate     *Number `yaml:"rate" jsonschema:"description=Characters or words a minute such as over 280"`
	Above    *Number `yaml:"above_usual" jsonschema:"description=Times as fast as the party's usual such as 1.3"`
	Measure  string  `yaml:"measure" jsonschema:"enum=each,enum=average,description=Of rate: each turn (the default) or the average"`
	MinWords int     `yaml:"min_words" jsonschema:"minimum=1,description=Shorter turns do not count; default 5"`
	Count    *Count  `yaml:"count" jsonschema:"description=With measure each: how many turns; at least one if left out"`
	Scope
}

func (p *pace) compile(c *compiler) (termID, error) {
	if (p.Rate == nil) == (p.Above == nil) {
		return noTerm, models.BadInput("pace: give rate or above_usual")
	}
	if p.Measure != "" && p.Measure != "each" && p.Measure != "average" {
		return noTerm, models.BadInput("pace: %s", unknown("measure", p.Measure, []string{"each", "average"}))
	}
	averaged := p.Measure == "average"
	if averaged && (p.Rate == nil || p.Count != nil) {
		return noTerm, models.BadInput("pace: measure: average needs rate, and no count")
	}
	src := paces{least: p.MinWords}
	if src.least == 0 {
		src.least = 5
	}
	want, en, zh := p.Rate, "pace", "语速"
	if p.Above != nil {
		want, src.kind, en, zh = p.Above, aboveUsual, "pace against usual", "语速与平常之比"
	}
	if averaged {
		en, zh = "average pace", "平均语速"
	}
	sc, on, err := c.scope(&p.Scope)
	if err != nil {
		return noTerm, err
	}
	source := c.source(fmt.Sprintf("pace %+v", src), func() noticer { return src })
	text := Text{
		"en": joinText(en, want.String(), countText(p.Count, "en"), byParty(p.Party, "en"), p.Scope.text("en")),
		"zh": joinText(byParty(p.Party, "zh"), p.Scope.text("zh"), zh, want.String(), countText(p.Count, "zh")),
	}
	if averaged {
		return c.leaf("", text, on, &average{source: source, lag: withTurn, scope: sc, want: want.bound, format: number}), nil
	}
	return c.leaf("", text, on, &hits{source: source, lag: withTurn, scope: sc, count: countOr1(p.Count), value: want.bound}), nil
}

// paces notices how fast each turn is spoken.
type paces struct {
	kind  toneKind
	least int
}

func (x paces) observe(s *Session, self, turn int) {
	t := &s.turns[turn]
	if s.in.Channel != models.Phone || t.End <= t.Start {
		return
	}
	words := len(s.scan.tokens())
	if words < x.least {
		return
	}
	rate := float64(words) * 60_000 / float64(t.End-t.Start)
	if t.Tone != nil && t.Tone.Pace > 0 {
		rate = t.Tone.Pace
	}
	s.toned(self, turn, x.kind, math.Round(rate), func(v, usual float64) float64 { return v / usual })
}
