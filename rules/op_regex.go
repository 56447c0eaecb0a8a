package rules

import (
	"cmp"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/needle"
)

func init() {
	register(operator{
		name: "regex",
		doc: "A regular expression (RE2, so no pattern can take exponential time) over the text of each turn, upper and lower case, width and traditional characters made equal. " +
			"Hits that overlap a hit of except do not count.",
		params: func() params { return new(regex) },
		examples: []example{
			{rule: `regex: {match: '退.{0,4}款'}`, hit: "C: 退我的款", miss: "C: 退货就好，不用管这笔款"},
			{rule: `regex: {match: 'order\s+\d{6,}', except: 'order\s+000'}`, hit: "C: My ORDER 123456 is late", miss: "C: order 000000"},
		},
	})
}

type regex struct {
	Match  string `yaml:"match,required" jsonschema:"description=The expression"`
	Except string `yaml:"except" jsonschema:"description=An expression for what does not count"`
	Count  *Count `yaml:"count" jsonschema:"description=How many hits; at least one if left out"`
	Scope
}

const maxRegex = 2000

func (r *regex) compile(c *compiler) (termID, error) {
	match, err := compileRegex(r.Match)
	if err != nil {
		return noTerm, err
	}
	var except *regexp.Regexp
	if r.Except != "" {
		if except, err = compileRegex(r.Except); err != nil {
			return noTerm, err
		}
	}
	sc, on, err := c.scope(&r.Scope)
	if err != nil {
		return noTerm, err
	}
	source := c.source(fmt.Sprintf("%q %q", r.Match, r.Except), func() noticer { return newRegexSource(match, except) })
	count := countOr1(r.Count)
	text := Text{
		"en": joinText("/"+r.Match+"/", countText(r.Count, "en"), byParty(r.Party, "en"), r.Scope.text("en")),
		"zh": joinText(byParty(r.Party, "zh"), r.Scope.text("zh"), "/"+r.Match+"/", countText(r.Count, "zh")),
	}
	return c.leaf("", text, on, &hits{source: source, lag: withTurn, scope: sc, count: count, value: anyValue, speech: true}), nil
}

func countOr1(c *Count) bound {
	if c == nil {
		return atLeast(1)
	}
	return c.bound
}

func countText(c *Count, language string) string {
	switch {
	case c == nil:
		return ""
	case language == "zh":
		return c.String() + " 次"
	}
	return c.String() + " times"
}

// compileRegex compiles an expression for folded text: its literal characters
// are folded the same way.
func compileRegex(text string) (*regexp.Regexp, error) {
	if len(text) > maxRegex {
		return nil, models.BadInput("regex: %d bytes: at most %d", len(text), maxRegex)
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, models.BadInput("regex %q: %w", text, err)
	}
	foldRegex(tree)
	re, err := regexp.Compile(tree.String())
	if err != nil {
		return nil, models.BadInput("regex %q: %w", text, err)
	}
	if re.MatchString("") {
		return nil, models.BadInput("regex %q matches nothing at all, so it would hit everywhere", text)
	}
	return re, nil
}

func foldRegex(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		for i, r := range re.Rune {
			if folded, ok := folder.Rune(r); ok {
				re.Rune[i] = folded
			}
		}
	case syntax.OpCharClass:
		// A class of a few single characters is folded; ranges such as \d or
		// a-z are left as they are, since folding a range is no range.
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if folded, ok := folder.Rune(re.Rune[i]); ok && re.Rune[i] == re.Rune[i+1] {
				re.Rune = append(re.Rune, folded, folded)
			} else if re.Rune[i] >= 'A' && re.Rune[i+1] <= 'Z' {
				re.Rune = append(re.Rune, re.Rune[i]+'a'-'A', re.Rune[i+1]+'a'-'A')
			}
			if i > 1000 {
				break
			}
		}
	}
	for _, sub := range re.Sub {
		foldRegex(sub)
	}
}

type regexSource struct {
	match, except *regexp.Regexp
	parts         []*regexp.Regexp // the alternatives that match is made of
	words         [][]string       // by part: of which each match holds one; nil: not known
}

func newRegexSource(match, except *regexp.Regexp) *regexSource {
	r := &regexSource{match: match, except: except, parts: []*regexp.Regexp{match}}
	if tree, err := syntax.Parse(match.String(), syntax.Perl); err == nil && tree.Op == syntax.OpAlternate && len(tree.Sub) <= maxParts {
		r.split(tree)
	}
	for _, p := range r.parts {
		r.words = append(r.words, needle.Of(p.String()))
	}
	return r
}

// maxParts is how many parts a putOff can name.
const maxParts = 64

// split takes an expression apart: most turns hold the words of few of its
// alternatives, and small expressions are matched faster.
func (r *regexSource) split(tree *syntax.Regexp) {
	var parts []*regexp.Regexp
	for _, sub := range tree.Sub {
		part, err := regexp.Compile(sub.String())
		if err != nil || mayBeEmpty(sub) {
			return
		}
		parts = append(parts, part)
	}
	r.parts = parts
}

// mayBeEmpty reports whether an expression may match without a character.
func mayBeEmpty(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return false
	case syntax.OpCapture, syntax.OpPlus:
		return mayBeEmpty(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min == 0 || mayBeEmpty(re.Sub[0])
	case syntax.OpConcat:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !mayBeEmpty(sub) })
	case syntax.OpAlternate:
		return slices.ContainsFunc(re.Sub, mayBeEmpty)
	}
	return true
}

func (r *regexSource) needles() [][]string { return r.words }

// observe notes which parts have to look at a turn.
func (r *regexSource) observe(s *Session, self, turn int) {
	p := putOff{turn: int32(turn)}
	for i := range r.parts {
		if s.set.sieve.looks(s, self, i, turn) {
			p.parts |= 1 << i
		}
	}
	if p.parts != 0 {
		s.putOff[self] = append(s.putOff[self], p)
	}
}

// catchUp looks at the turns that were put off.
func (r *regexSource) catchUp(s *Session, self int) {
	for _, p := range s.putOff[self] {
		r.look(s, self, p)
	}
	s.putOff[self] = s.putOff[self][:0]
}

// find returns the matches in a text, as those of the whole expression. Where
// matches of its parts do not overlap they are the same: each part finds its
// first match behind the last of any.
func (r *regexSource) find(text string, parts uint64) [][]int {
	var spans [][]int
	for i, p := range r.parts {
		if parts>>i&1 != 0 {
			spans = append(spans, p.FindAllStringIndex(text, -1)...)
		}
	}
	if len(r.parts) == 1 || len(spans) < 2 {
		return spans
	}
	slices.SortFunc(spans, func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	for i := 1; i < len(spans); i++ {
		if spans[i][0] < spans[i-1][1] {
			return r.match.FindAllStringIndex(text, -1)
		}
	}
	return spans
}

func (r *regexSource) look(s *Session, self int, p putOff) {
	t := &s.turns[p.turn]
	if s.reread.source != t.Text {
		s.reread.reset(t.Text)
	}
	text := s.reread.string()
	spans := r.find(text, p.parts)
	if len(spans) == 0 {
		return
	}
	var exceptions [][]int
	if r.except != nil {
		exceptions = r.except.FindAllStringIndex(text, -1)
	}
	at, runes := 0, 0 // a byte of the folded text, and the runes before it
	for _, span := range spans {
		excepted := false
		for _, e := range exceptions {
			excepted = excepted || e[0] < span[1] && span[0] < e[1]
		}
		if excepted || span[0] == span[1] {
			continue
		}
		runes += utf8.RuneCountInString(text[at:span[0]])
		end := runes + utf8.RuneCountInString(text[span[0]:span[1]])
		from, to := s.reread.folded.Span(runes, end)
		at, runes = span[1], end
		start, stop := wordTimes(t, from, to)
		s.insert(self, found{turn: p.turn, from: int32(from), to: int32(to), when: start, start: start, end: stop,
			party: s.facts[p.turn].party, confidence: confidence(t, from, to), finding: -1})
	}
}
