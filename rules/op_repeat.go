package rules

import (
	"fmt"

	"earshot/models"
)

func init() {
	register(operator{
		name: "repeat",
		doc: "A party says much the same again: for at least the k-th time among its last turns. Short turns and those with excepted words do not count. " +
			"A hit is the turn that repeats.",
		params: func() params { return new(repeat) },
		examples: []example{
			{rule: "repeat: {party: customer, times: 3, similarity: 0.6}", hit: "C: 我要求马上给我退款\nA: 嗯\nC: 我要求你马上给我退款\nA: 嗯\nC: 我要求马上退款给我", miss: "C: 我要求马上给我退款\nA: 嗯\nC: 我要求你马上给我退款"},
			{rule: "repeat: {party: agent, times: 2, except: [order number]}", hit: "A: I cannot help you with that\nC: why\nA: I can not help you with that", miss: "A: what is your order number\nC: what\nA: what is your order number"},
		},
	})
}

type repeat struct {
	Similarity float64  `yaml:"similarity" jsonschema:"minimum=0,maximum=1,description=How alike; default 0.6"`
	Back       int      `yaml:"back" jsonschema:"minimum=1,maximum=50,description=How many turns of the party to look back; default 3"`
	Times      int      `yaml:"times" jsonschema:"minimum=2,description=The k-th saying; default 2"`
	MinLength  int      `yaml:"min_length" jsonschema:"minimum=1,description=Shorter turns do not count: in words or Chinese characters; default 5"`
	Except     []string `yaml:"except" jsonschema:"description=Turns with these words do not count"`
	Count      *Count   `yaml:"count" jsonschema:"description=How many repeating turns; at least one if left out"`
	Scope
}

func (r *repeat) compile(c *compiler) (termID, error) {
	src := repetitions{similarity: r.Similarity, back: r.Back, times: r.Times, least: r.MinLength, except: -1}
	if src.similarity == 0 {
		src.similarity = 0.6
	}
	if src.back == 0 {
		src.back = 3
	}
	if src.times == 0 {
		src.times = 2
	}
	if src.least == 0 {
		src.least = 5
	}
	if src.similarity < 0.1 || src.similarity > 1 || src.back < 1 || src.back > 50 || src.times < 2 || src.times > src.back+1 || src.least < 1 {
		return noTerm, models.BadInput("repeat: want similarity 0.1 to 1, back 1 to 50, times 2 to back + 1, min_length from 1")
	}
	sc, on, err := c.scope(&r.Scope)
	if err != nil {
		return noTerm, err
	}
	if len(r.Except) > 0 {
		if src.except, _, err = c.wordSource([]group{r.Except}, nil, false); err != nil {
			return noTerm, err
		}
	}
	source := c.source(fmt.Sprintf("%+v", src), func() noticer { return src })
	n := fmt.Sprint(src.times)
	text := Text{
		"en": joinText("the same said "+n+" times", countText(r.Count, "en"), byParty(r.Party, "en"), r.Scope.text("en")),
		"zh": joinText(byParty(r.Party, "zh"), r.Scope.text("zh"), "第 "+n+" 次重复相同内容", countText(r.Count, "zh")),
	}
	return c.leaf("", text, on, &hits{source: source, lag: withTurn, scope: sc, count: countOr1(r.Count), value: anyValue}), nil
}

type repetitions struct {
	similarity         float64
	back, times, least int
	except             int
}

// said is what each party said last.
type said struct{ last [4][]grams }

func (m *said) reset() {
	for i := range m.last {
		m.last[i] = m.last[i][:0]
	}
}

func (r repetitions) observe(s *Session, self, turn int) {
	m, ok := s.states[self].(*said)
	if !ok {
		m = new(said)
		s.states[self] = m
	}
	who := s.facts[turn].party.index()
	tokens := s.scan.tokens()
	if len(tokens) < r.least || who < 0 || r.excepted(s, turn) {
		return
	}
	single, pair := gramsOf(s.scan.text(), tokens)
	g := bag(single, pair)
	times, alike := 1, 0.0
	for _, before := range m.last[who] {
		if d := dice(g, before); d >= r.similarity {
			times++
			alike = max(alike, d)
		}
	}
	if len(m.last[who]) == r.back {
		m.last[who] = append(m.last[who][:0], m.last[who][1:]...)
	}
	m.last[who] = append(m.last[who], g)
	if times >= r.times {
		f := s.textHit(turn, 0, len(s.scan.text()))
		f.value = alike
		s.insert(self, f)
	}
}

func (r *repetitions) excepted(s *Session, turn int) bool {
	if r.except < 0 {
		return false
	}
	list := s.noticed[r.except]
	return len(list) > 0 && list[len(list)-1].turn == int32(turn)
}
