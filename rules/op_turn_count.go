package rules

func init() {
	register(operator{
		name:   "turn_count",
		doc:    "How many turns there are, of a party or of all.",
		params: func() params { return new(turnCount) },
		examples: []example{
			{rule: "turn_count: {turns: at least 2, party: agent}", hit: "A: hi\nC: hi\nA: bye", miss: "A: hi\nC: hi\nC: bye"},
			{rule: "turn_count: {turns: under 2}", hit: "A: hi", miss: "A: hi\nC: hi"},
		},
	})
}

type turnCount struct {
	Turns Count `yaml:"turns,required" jsonschema:"description=How many such as >= 10"`
	Scope
}

func (t *turnCount) compile(c *compiler) (termID, error) {
	sc, on, err := c.scope(&t.Scope)
	if err != nil {
		return noTerm, err
	}
	source := c.source("turns", func() noticer { return everyTurn{} })
	text := Text{
		"en": joinText("turns", byParty(t.Party, "en"), t.Turns.String(), t.Scope.text("en")),
		"zh": joinText(partyNames(t.Party, "zh"), t.Scope.text("zh"), "句数", t.Turns.String()),
	}
	return c.leaf("", text, on, &hits{source: source, lag: withTurn, scope: sc, count: t.Turns.bound, value: anyValue, plain: true}), nil
}

// everyTurn notices each turn.
type everyTurn struct{}

func (everyTurn) observe(s *Session, self, turn int) {
	t := &s.turns[turn]
	s.insert(self, found{turn: int32(turn), to: int32(len(t.Text)), when: t.Start, start: t.Start, end: t.End,
		party: s.facts[turn].party, confidence: 1, finding: -1})
}
