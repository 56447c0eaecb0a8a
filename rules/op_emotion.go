package rules

import (
	"math"
	"strings"

	"earshot/models"
)

func init() {
	register(operator{
		name: "emotion",
		doc: "The feeling of a party over its last turns, from -5 (all negative) to 5 (all positive), by the emotion findings of its turns. " +
			"window says over how many turns or how long; change compares with the window before. A hit is a turn at which the value fits.",
		params: func() params { return new(emotion) },
		examples: []example{
			{rule: "emotion: {party: customer, window: 2 turns, score: under -3}", hit: "C: 太差了\nA: 嗯\nC: 气死我了", miss: "C: 太差了\nA: 嗯\nC: 好的",
				only: "findings: [{kind: emotion.negative, turn: 1, score: 0.8}, {kind: emotion.anger, turn: 3, score: 0.9}]"},
			{rule: "emotion: {party: customer, window: 1 turn, change: under -4}", hit: "C: 谢谢\nA: 不能退\nC: 气死我了", miss: "C: 谢谢\nA: 不能退\nC: 好吧",
				only: "findings: [{kind: emotion.gratitude, turn: 1, score: 0.8}, {kind: emotion.anger, turn: 3, score: 0.9}]"},
		},
	})
}

type emotion struct {
	Window *Span   `yaml:"window" jsonschema:"description=How far back such as 4 turns (of the party) or 30s; default 4 turns"`
	Score  *Number `yaml:"score" jsonschema:"description=The mean over the window such as under -2"`
	Change *Number `yaml:"change" jsonschema:"description=Instead of score: the mean over the window less that over the window before it such as under -3"`
	Count  *Count  `yaml:"count" jsonschema:"description=At how many turns; at least one if left out"`
	Scope
}

func (e *emotion) compile(c *compiler) (termID, error) {
	if (e.Score == nil) == (e.Change == nil) {
		return noTerm, models.BadInput("emotion: give score or change")
	}
	if len(e.Party) != 1 {
		return noTerm, models.BadInput("emotion: name one party")
	}
	window := Span{unit: inTurns, turns: 4}
	if e.Window != nil {
		window = *e.Window
	}
	if window.back || window.unit == inPercent || window.none() {
		return noTerm, models.BadInput("emotion: window: want turns or a time such as 4 turns or 30s")
	}
	src := feeling{of: bit(e.Party[0]), window: window, change: e.Change != nil}
	want, what, zh := e.Score, "feeling", "情绪"
	if src.change {
		want, what, zh = e.Change, "change of feeling", "情绪变化"
	}
	sc, on, err := c.scope(&e.Scope)
	if err != nil {
		return noTerm, err
	}
	source := c.source(window.String()+" "+string(e.Party[0])+" "+what, func() noticer { return src })
	text := Text{
		"en": joinText(what, "over", window.String(), want.String(), countText(e.Count, "en"), byParty(e.Party, "en"), e.text("en")),
		"zh": joinText(byParty(e.Party, "zh"), e.Scope.text("zh"), "近", window.in("zh"), zh, want.String(), countText(e.Count, "zh")),
	}
	return c.leaf("", text, on, &hits{source: source, lag: oneBehind, scope: sc, count: countOr1(e.Count), value: want.bound}), nil
}

// feeling follows how a party feels. What it says of a turn is final once the
// findings of that turn are.
type feeling struct {
	of     party
	window Span
	change bool
}

var goodFeelings = map[string]bool{"positive": true, "gratitude": true, "joy": true, "satisfaction": true}

// derive works out the value at each turn of the party.
func (x feeling) derive(s *Session, self int) {
	final := s.observed
	if !s.closed {
		final-- // the last turn may still get findings
	}
	turns := s.byParty[x.of.index()]
	values := make([]float64, 0, len(turns))
	for range turns {
		values = append(values, 0)
	}
	bad, good := make([]float64, len(turns)), make([]float64, len(turns))
	for i := range s.findings {
		f := &s.findings[i]
		name, ok := strings.CutPrefix(f.Kind, "emotion.")
		if !ok || name == "score" || name == "neutral" || len(f.Evidence) == 0 {
			continue
		}
		for k, turn := range turns {
			if int(turn) != f.Evidence[len(f.Evidence)-1].Turn {
				continue
			}
			if goodFeelings[name] {
				good[k] = max(good[k], f.Score)
			} else {
				bad[k] = max(bad[k], f.Score)
			}
		}
	}
	for k, turn := range turns {
		values[k] = 5 * (good[k] - bad[k])
		if int(turn) >= final {
			break
		}
		value, ok := x.mean(s, turns, values, k, s.turns[turn].End)
		if !ok {
			continue
		}
		if x.change {
			start := x.begin(s, turns, k, s.turns[turn].End)
			if start == 0 {
				continue
			}
			before, ok := x.mean(s, turns, values, start-1, s.turns[turns[start-1]].End)
			if !ok {
				continue
			}
			value -= before
		}
		t := &s.turns[turn]
		s.noticed[self] = append(s.noticed[self], found{turn: turn, to: int32(len(t.Text)), when: t.Start, start: t.Start, end: t.End,
			party: x.of, confidence: 1, value: math.Round(value*100) / 100, finding: -1})
	}
}

// begin returns the first turn of the window that ends with turn k.
func (x feeling) begin(s *Session, turns []int32, k int, end models.Millis) int {
	if x.window.unit == inTurns {
		return max(0, k+1-x.window.turns)
	}
	i := k
	for i > 0 && s.turns[turns[i-1]].End > end-x.window.time {
		i--
	}
	return i
}

func (x feeling) mean(s *Session, turns []int32, values []float64, k int, end models.Millis) (float64, bool) {
	first := x.begin(s, turns, k, end)
	if x.window.unit == inTurns && k+1 < x.window.turns {
		return 0, false // not enough turns yet
	}
	sum := 0.0
	for _, v := range values[first : k+1] {
		sum += v
	}
	return sum / float64(k+1-first), true
}
