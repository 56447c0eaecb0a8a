package rules

import (
	"fmt"
	"math"

	"earshot/models"
)

func init() {
	register(operator{
		name: "similar",
		doc: "Something that reads much like one of the given sentences: shared words and pairs of neighbouring words (Sørensen–Dice, 0 to 1), in the part of the turn that fits best. " +
			"It needs no model and runs live; for meaning beyond wording use question.",
		params: func() params { return new(similar) },
		examples: []example{
			{rule: "similar: {like: [请问还有什么可以帮助您的吗], score: 0.7}", hit: "A: 请问您还有什么其他可以帮助您的吗", miss: "A: 请问您的单号是多少"},
			{rule: "similar: {like: [this call may be recorded for quality purposes], score: 0.6}", hit: "A: Just so you know, this call might be recorded for quality", miss: "A: I will call you back for sure"},
		},
	})
}

type similar struct {
	Like  []string `yaml:"like,required" jsonschema:"description=The sentences"`
	Score float64  `yaml:"score" jsonschema:"minimum=0,maximum=1,description=How alike; default 0.7"`
	Count *Count   `yaml:"count" jsonschema:"description=How many turns; at least one if left out"`
	Scope
}

const defaultSimilarity = 0.7

func (p *similar) compile(c *compiler) (termID, error) {
	if p.Score == 0 {
		p.Score = defaultSimilarity
	}
	if p.Score < 0.1 || p.Score > 1 {
		return noTerm, models.BadInput("similar: score %v: want 0.1 to 1", p.Score)
	}
	list, err := c.words(p.Like)
	if err != nil {
		return noTerm, err
	}
	src := similarTo{}
	for _, text := range list {
		runes := normal(text)
		tokens := tokenize(runes, nil)
		if len(tokens) < 2 || len(tokens) > 200 {
			return noTerm, models.BadInput("similar: %q: want 2 to 200 words or characters", text)
		}
		single, pair := gramsOf(runes, tokens)
		src.models = append(src.models, sentence{bag(single, pair), len(tokens)})
	}
	sc, on, err := c.scope(&p.Scope)
	if err != nil {
		return noTerm, err
	}
	source := c.source(fmt.Sprintf("%q", list), func() noticer { return src })
	text := Text{
		"en": joinText("like", quoteSome(list, "en"), countText(p.Count, "en"), byParty(p.Party, "en"), p.Scope.text("en")),
		"zh": joinText(byParty(p.Party, "zh"), p.Scope.text("zh"), "与", quoteSome(list, "zh"), "相似", countText(p.Count, "zh")),
	}
	return c.leaf("", text, on, &hits{source: source, lag: withTurn, scope: sc, count: countOr1(p.Count),
		value: bound{lo: p.Score, hi: math.Inf(1)}, speech: true}), nil
}

type sentence struct {
	grams  grams
	tokens int
}

type similarTo struct{ models []sentence }

// leastSimilar is below what anybody asks for; what lies between serves as
// the nearest thing found.
const leastSimilar = 0.3

func (x similarTo) observe(s *Session, self, turn int) {
	tokens := s.scan.tokens()
	if len(tokens) < 2 {
		return
	}
	single, pair := gramsOf(s.scan.text(), tokens)
	best, from, to := 0.0, 0, 0
	for _, m := range x.models {
		if score, a, b := m.best(single, pair); score > best {
			best, from, to = score, a, b
		}
	}
	if best < leastSimilar {
		return
	}
	f := s.textHit(turn, int(tokens[from].from), int(tokens[to-1].to))
	f.value = best
	s.insert(self, f)
}

// best returns the highest score of a stretch of about the sentence's length,
// with the tokens it was found at.
func (m *sentence) best(single, pair []uint64) (score float64, from, to int) {
	for _, width := range [...]int{m.tokens, m.tokens + (m.tokens+3)/4} {
		if d, a, b := m.slide(single, pair, min(width, len(single))); d > score {
			score, from, to = d, a, b
		}
	}
	return score, from, to
}

// slide moves a window of a width over the tokens.
func (m *sentence) slide(single, pair []uint64, width int) (score float64, from, to int) {
	counts := make(map[uint64]int, 2*width)
	common, n := 0, 0
	add := func(h uint64, d int) {
		want := m.grams.count[h]
		before := min(counts[h], want)
		counts[h] += d
		common += min(counts[h], want) - before
		n += d
	}
	for i := range single {
		add(single[i], 1)
		if i > 0 && width > 1 {
			add(pair[i-1], 1)
		}
		if i >= width {
			add(single[i-width], -1)
			if width > 1 {
				add(pair[i-width], -1)
			}
		}
		if i+1 >= width {
			if d := 2 * float64(common) / float64(n+m.grams.n); d > score {
				score, from, to = d, i+1-width, i+1
			}
		}
	}
	return score, from, to
}
