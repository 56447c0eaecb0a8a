package rules

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"earshot/models"
)

func init() {
	register(operator{
		name: "words",
		doc: "Words or phrases that were said or written. Width, case, traditional or simplified characters and accents do not matter. " +
			"English words match whole (a * at either end lets them go on: refund*), Chinese anywhere. $name stands for the words of a list.",
		params: func() params { return new(words) },
		examples: []example{
			{rule: "words: {any: [退款, refund*], party: customer}", hit: "C: 我要退款", miss: "A: 我要退款\nC: 好"},
			{rule: "words: {all: [[退款, 退钱], 今天], same_turn: true}", hit: "C: 今天就退钱", miss: "C: 今天很好\nC: 退款"},
			{rule: "words: {none: [您好, hello], party: agent, first: 2 turns}", hit: "A: 什么事\nC: 您好", miss: "A: Hello, how can I help?"},
			{rule: "words: {at_least: {n: 2, of: [姓名, 手机号, 地址]}, party: agent}", hit: "A: 请说下姓名\nC: 李雷\nA: 还有手机号", miss: "A: 请说下姓名，姓名？"},
			{rule: "words: {any: [死], except: [死机]}", hit: "C: 去死", miss: "C: 电脑死机了"},
			{rule: "words: {any: [IT], case: true}", hit: "C: ask IT please", miss: "C: it is broken"},
			{rule: "words: {any: [投诉], count: 3}", hit: "C: 投诉！投诉！\nA: 请讲\nC: 投诉", miss: "C: 投诉投诉"},
		},
	})
}

type words struct {
	Any      []string  `yaml:"any" jsonschema:"description=At least one of these"`
	All      []group   `yaml:"all" jsonschema:"description=Each of these; a list inside the list is synonyms of which one is enough"`
	None     []string  `yaml:"none" jsonschema:"description=None of these"`
	AtLeast  *fewWords `yaml:"at_least" jsonschema:"description=At least n different ones of a list"`
	Except   []string  `yaml:"except" jsonschema:"description=Longer words that do not count although they contain one that does"`
	Count    *Count    `yaml:"count" jsonschema:"description=How often a word of any has to be said; at least once if left out"`
	Case     bool      `yaml:"case" jsonschema:"description=Upper and lower case matter: the words have to be written exactly as here"`
	SameTurn bool      `yaml:"same_turn" jsonschema:"description=The words of all or at_least have to come in one turn"`
	Scope
}

type fewWords struct {
	N  int     `yaml:"n,required"`
	Of []group `yaml:"of,required"`
}

// group is a word or a list of synonyms.
type group []string

func (w *words) compile(c *compiler) (termID, error) {
	if len(w.Any) == 0 && len(w.All) == 0 && len(w.None) == 0 && w.AtLeast == nil {
		return noTerm, models.BadInput("words: give any, all, at_least or none")
	}
	if w.Count != nil && len(w.Any) == 0 {
		return noTerm, models.BadInput("words: count needs any")
	}
	if w.SameTurn && len(w.All) == 0 && w.AtLeast == nil {
		return noTerm, models.BadInput("words: same_turn needs all or at_least")
	}
	sc, on, err := c.scope(&w.Scope)
	if err != nil {
		return noTerm, err
	}
	var parts []termID
	add := func(part string, groups []group, leaf hits, en, zh string) error {
		source, list, err := c.wordSource(groups, w.Except, w.Case)
		if err != nil {
			return err
		}
		leaf.source, leaf.lag, leaf.scope, leaf.speech, leaf.value = source, withTurn, sc, true, anyValue
		text := Text{
			"en": joinText(fmt.Sprintf(en, quoteSome(list, "en")), byParty(w.Party, "en"), w.Scope.text("en")),
			"zh": joinText(byParty(w.Party, "zh"), w.Scope.text("zh"), fmt.Sprintf(zh, quoteSome(list, "zh"))),
		}
		id := c.leaf(part, text, on, &leaf)
		if part == "none" {
			id = c.combine("not", id)
		}
		parts = append(parts, id)
		return nil
	}
	if len(w.Any) > 0 {
		count := atLeast(1)
		en, zh := "%s", "%s"
		if w.Count != nil {
			count = w.Count.bound
			en, zh = "%s "+w.Count.String()+" times", "%s "+w.Count.String()+" 次"
		}
		if err := add("any", []group{w.Any}, hits{count: count}, en, zh); err != nil {
			return noTerm, err
		}
	}
	if len(w.All) > 0 {
		if err := add("all", w.All, hits{count: atLeast(float64(len(w.All))), groups: len(w.All), same: w.SameTurn}, "all of %s", "全部 %s"); err != nil {
			return noTerm, err
		}
	}
	if w.AtLeast != nil {
		if w.AtLeast.N < 1 || w.AtLeast.N > len(w.AtLeast.Of) {
			return noTerm, models.BadInput("words: at_least %d of %d", w.AtLeast.N, len(w.AtLeast.Of))
		}
		leaf := hits{count: atLeast(float64(w.AtLeast.N)), groups: len(w.AtLeast.Of), same: w.SameTurn}
		n := fmt.Sprint(w.AtLeast.N)
		if err := add("at_least", w.AtLeast.Of, leaf, n+" of %s", n+" 个 %s"); err != nil {
			return noTerm, err
		}
	}
	if len(w.None) > 0 {
		if err := add("none", []group{w.None}, hits{count: atLeast(1)}, "%s", "%s"); err != nil {
			return noTerm, err
		}
	}
	return c.combine("all", parts...), nil
}

// wordSource returns the source for groups of synonyms, and all their words.
func (c *compiler) wordSource(groups []group, except []string, exact bool) (source int, all []string, err error) {
	var full [][]string
	for _, g := range groups {
		list, err := c.words(g)
		if err != nil {
			return 0, nil, err
		}
		full = append(full, list)
		all = append(all, list...)
	}
	if len(groups) > maxGroups {
		return 0, nil, models.BadInput("words: %d groups: at most %d", len(groups), maxGroups)
	}
	if except, err = c.words(except); err != nil {
		return 0, nil, err
	}
	key, err := json.Marshal([]any{full, except, exact})
	if err != nil {
		return 0, nil, err
	}
	isNew := false
	source = c.source(string(key), func() noticer { isNew = true; return wordSource{} })
	if !isNew {
		return source, all, nil
	}
	for i, list := range full {
		for _, text := range list {
			if err := c.set.automaton.add(text, source, i, exact); err != nil {
				return 0, nil, err
			}
		}
	}
	for _, text := range except {
		if err := c.set.automaton.add(text, source, exceptGroup, false); err != nil {
			return 0, nil, err
		}
	}
	return source, all, nil
}

// wordSource gets its hits from the automaton, which looks for the words of
// all rules at once.
type wordSource struct{}

// quoteSome lists words in quotes, the first four of them that are of the
// language if there are any.
func quoteSome(list []string, language string) string {
	var shown []string
	for _, w := range list {
		if chinese := strings.ContainsFunc(w, func(r rune) bool { return unicode.Is(unicode.Han, r) }); chinese == (language == "zh") && len(shown) < 4 {
			shown = append(shown, w)
		}
	}
	if len(shown) == 0 {
		shown = list[:min(len(list), 4)]
	}
	if language == "zh" {
		text := "“" + strings.Join(shown, "”“") + "”"
		if len(list) > len(shown) {
			text += fmt.Sprintf("等 %d 个词", len(list))
		}
		return text
	}
	text := "“" + strings.Join(shown, "”, “") + "”"
	if n := len(list) - len(shown); n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

func byParty(parties []models.Party, language string) string {
	if len(parties) == 0 {
		return ""
	}
	if language == "zh" {
		return partyNames(parties, "zh")
	}
	return "by the " + partyNames(parties, "en")
}

// joinText joins parts of a description, leaving out empty ones.
func joinText(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " ")
}
