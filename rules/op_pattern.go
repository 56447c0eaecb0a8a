package rules

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"earshot/models"
)

func init() {
	register(operator{
		name: "pattern",
		doc: "Words in an order, with gaps. In the text, (a|b) is one of several, * any one word, # a number in digits or words, <3> up to three words in between, <2-5> two to five. " +
			"A word is an English word or one Chinese character; ($name) is one of a list. not_near takes out hits beside certain words.",
		params: func() params { return new(pattern) },
		examples: []example{
			{rule: `pattern: {match: "(cancel|close) <3> account"}`, hit: "C: please cancel this old account", miss: "C: cancel it. By the way my friend has an account"},
			{rule: `pattern: {match: "退 <4> 款"}`, hit: "C: 退一下我的款", miss: "C: 退货以后再谈那笔款"},
			{rule: `pattern: {match: "# (天|小时|days|hours)"}`, hit: "A: 三天内，24小时也行", miss: "A: 今天"},
			{rule: `pattern: {match: good, not_near: {words: [not, isn't], within: 2, side: before}}`, hit: "C: not bad, I think it is good", miss: "C: it is not very good"},
		},
	})
}

type pattern struct {
	Match   []string `yaml:"match,required" jsonschema:"description=The pattern or several of which one is enough"`
	NotNear *near    `yaml:"not_near" jsonschema:"description=A hit does not count where one of these words is near"`
	Count   *Count   `yaml:"count" jsonschema:"description=How many hits; at least one if left out"`
	Scope
}

type near struct {
	Words  []string `yaml:"words,required"`
	Within int      `yaml:"within,required" jsonschema:"minimum=0,description=How many words may lie between; 0: right beside"`
	Side   string   `yaml:"side" jsonschema:"enum=before,enum=after,enum=both"`
}

// Bounds that keep matching linear in the text: elements of a pattern, and the
// widest gap between two, in words.
const (
	maxElements = 64
	MaxGap      = 50
)

func (p *pattern) compile(c *compiler) (termID, error) {
	src := patternSource{}
	for _, text := range p.Match {
		m, err := c.pattern(text)
		if err != nil {
			return noTerm, err
		}
		src.patterns = append(src.patterns, m)
	}
	if n := p.NotNear; n != nil {
		if n.Within < 0 || n.Within > MaxGap || !slices.Contains([]string{"", "before", "after", "both"}, n.Side) {
			return noTerm, models.BadInput("pattern: not_near: want within 0 to %d, and side before, after or both", MaxGap)
		}
		list, err := c.words(n.Words)
		if err != nil {
			return noTerm, err
		}
		for _, w := range list {
			src.not = append(src.not, literal(w))
		}
		src.within, src.before, src.after = n.Within, n.Side != "after", n.Side != "before"
	}
	sc, on, err := c.scope(&p.Scope)
	if err != nil {
		return noTerm, err
	}
	key := fmt.Sprintf("%q %v", p.Match, p.NotNear)
	if p.NotNear != nil {
		key = fmt.Sprintf("%q %+v", p.Match, *p.NotNear)
	}
	source := c.source(key, func() noticer { return src })
	what := strings.Join(p.Match, " / ")
	text := Text{
		"en": joinText("pattern", what, countText(p.Count, "en"), byParty(p.Party, "en"), p.Scope.text("en")),
		"zh": joinText(byParty(p.Party, "zh"), p.Scope.text("zh"), "句式", what, countText(p.Count, "zh")),
	}
	return c.leaf("", text, on, &hits{source: source, lag: withTurn, scope: sc, count: countOr1(p.Count), value: anyValue, speech: true}), nil
}

// element is one part of a pattern: one of several words, a number, or a gap.
type element struct {
	choices  [][][]rune // each a sequence of tokens
	number   bool
	gap      bool
	min, max int
}

// mayBegin reports whether a token, a number or not, that begins with r may
// be the first of what a word or number of a pattern stands for.
func (e *element) mayBegin(r rune, number bool) bool {
	if e.number {
		return number
	}
	return slices.ContainsFunc(e.choices, func(choice [][]rune) bool { return choice[0][0] == r })
}

var gapPattern = regexp.MustCompile(`^<(?:(\d+)-)?(\d+)>`)

// pattern compiles the text of a pattern.
func (c *compiler) pattern(text string) ([]element, error) {
	var out []element
	rest := strings.TrimSpace(text)
	for rest != "" {
		if m := gapPattern.FindStringSubmatch(rest); m != nil {
			lo, hi := 0, 0
			if m[1] != "" {
				lo, _ = strconv.Atoi(m[1]) // digits only
			}
			hi, _ = strconv.Atoi(m[2])
			if hi > MaxGap || lo > hi {
				return nil, models.BadInput("pattern %q: %s: want a gap of up to %d words", text, m[0], MaxGap)
			}
			out = append(out, element{gap: true, min: lo, max: hi})
			rest = strings.TrimSpace(rest[len(m[0]):])
			continue
		}
		switch rest[0] {
		case '*':
			out, rest = append(out, element{gap: true, min: 1, max: 1}), rest[1:]
		case '#':
			out, rest = append(out, element{number: true}), rest[1:]
		case '(':
			end := strings.IndexByte(rest, ')')
			if end < 0 {
				return nil, models.BadInput("pattern %q: ( without )", text)
			}
			e := element{}
			for _, choice := range strings.Split(rest[1:end], "|") {
				list, err := c.words([]string{strings.TrimSpace(choice)})
				if err != nil {
					return nil, err
				}
				for _, w := range list {
					if e.choices = append(e.choices, literal(w)); len(literal(w)) == 0 {
						return nil, models.BadInput("pattern %q: an empty choice", text)
					}
				}
			}
			out, rest = append(out, e), rest[end+1:]
		case ')', '<', '>', '|':
			return nil, models.BadInput("pattern %q: %q does not belong here", text, rest[:1])
		default:
			end := strings.IndexAny(rest, "*#()<>| ")
			if end < 0 {
				end = len(rest)
			}
			for _, word := range literal(rest[:end]) {
				out = append(out, element{choices: [][][]rune{{word}}})
			}
			rest = rest[end:]
		}
		rest = strings.TrimSpace(rest)
	}
	switch {
	case len(out) == 0 || out[0].gap || out[len(out)-1].gap:
		return nil, models.BadInput("pattern %q: begin and end with a word or a number", text)
	case len(out) > maxElements:
		return nil, models.BadInput("pattern %q: %d parts: at most %d", text, len(out), maxElements)
	}
	return out, nil
}

// literal returns the tokens of a text.
func literal(text string) [][]rune {
	runes := normal(text)
	var out [][]rune
	for _, t := range tokenize(runes, nil) {
		out = append(out, runes[t.from:t.to])
	}
	return out
}

type patternSource struct {
	patterns      [][]element
	not           [][][]rune
	within        int
	before, after bool
}

// needles returns for each pattern a word of each choice of one of its elements,
// of that whose choices are longest.
func (p patternSource) needles() [][]string {
	var all [][]string
	for _, elements := range p.patterns {
		var best []string
		longest := 0
		for _, e := range elements {
			if len(e.choices) == 0 {
				continue
			}
			words, shortest := make([]string, len(e.choices)), math.MaxInt
			for i, choice := range e.choices {
				letters := 0
				for _, token := range choice {
					if letters += len(token); len(string(token)) >= len(words[i]) {
						words[i] = string(token)
					}
				}
				shortest = min(shortest, letters)
			}
			if shortest > longest {
				best, longest = words, shortest
			}
		}
		all = append(all, best) // nil where there are only numbers
	}
	return all
}

func (p patternSource) observe(s *Session, self, turn int) {
	tokens, text := s.scan.tokens(), s.scan.text()
	var looking uint64 // which patterns look at the turn, as far as there are bits
	for k := range p.patterns {
		if k >= 64 || s.set.sieve.looks(s, self, k, turn) {
			looking |= 1 << (k & 63)
		}
	}
	for i := 0; i < len(tokens); {
		end := -1
		for k, elements := range p.patterns {
			if looking>>(k&63)&1 == 0 || !elements[0].mayBegin(text[tokens[i].from], tokens[i].number) {
				continue
			}
			m := matcher{text: text, tokens: tokens, elements: elements}
			if e := m.match(0, i); e > 0 && (end < 0 || e < end) {
				end = e
			}
		}
		if end < 0 || p.excluded(text, tokens, i, end) {
			i++
			continue
		}
		s.insert(self, s.textHit(turn, int(tokens[i].from), int(tokens[end-1].to)))
		i = end
	}
}

// textHit returns what was noticed at runes from to to of the turn being
// scanned.
func (s *Session) textHit(turn, from, to int) found {
	a, b := s.scan.span(from, to)
	t := &s.turns[turn]
	start, end := wordTimes(t, int(a), int(b))
	return found{turn: int32(turn), from: a, to: b, when: start, start: start, end: end,
		party: s.facts[turn].party, confidence: confidence(t, int(a), int(b)), finding: -1}
}

func (p *patternSource) excluded(text []rune, tokens []token, from, to int) bool {
	for _, word := range p.not {
		if p.before {
			for i := max(0, from-p.within-len(word)); i+len(word) <= from; i++ {
				if tokensAre(text, tokens[i:], word) {
					return true
				}
			}
		}
		if p.after {
			for i := to; i <= to+p.within && i+len(word) <= len(tokens); i++ {
				if tokensAre(text, tokens[i:], word) {
					return true
				}
			}
		}
	}
	return false
}

func tokensAre(text []rune, tokens []token, word [][]rune) bool {
	if len(tokens) < len(word) {
		return false
	}
	for i, w := range word {
		if !slices.Equal(text[tokens[i].from:tokens[i].to], w) {
			return false
		}
	}
	return true
}

// matcher matches a pattern at one place. It remembers where it failed, so
// that its time is bounded by parts times words.
type matcher struct {
	text     []rune
	tokens   []token
	elements []element
	failed   map[int]bool
}

// match returns the token after the match of elements from e on at token t,
// the nearest one; -1 if there is none.
func (m *matcher) match(e, t int) int {
	if e == len(m.elements) {
		return t
	}
	key := e<<32 | t
	if m.failed[key] {
		return -1
	}
	el := &m.elements[e]
	switch {
	case el.gap:
		for n := el.min; n <= el.max && t+n <= len(m.tokens); n++ {
			if end := m.match(e+1, t+n); end >= 0 {
				return end
			}
		}
	case el.number:
		if t < len(m.tokens) && m.tokens[t].number {
			if end := m.match(e+1, t+1); end >= 0 {
				return end
			}
		}
	default:
		for _, word := range el.choices {
			if tokensAre(m.text, m.tokens[min(t, len(m.tokens)):], word) {
				if end := m.match(e+1, t+len(word)); end >= 0 {
					return end
				}
			}
		}
	}
	if e > 0 { // the first is tried once at a place
		if m.failed == nil {
			m.failed = map[int]bool{}
		}
		m.failed[key] = true
	}
	return -1
}
