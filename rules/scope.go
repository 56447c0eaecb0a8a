package rules

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"earshot/models"
)

// Scope says where in a conversation an operator looks. Without any of its
// fields it looks everywhere.
type Scope struct {
	Party    Parties `yaml:"party" json:"party,omitempty" jsonschema:"description=Who: agent or customer or system or unknown; several; any if left out"`
	First    *Span   `yaml:"first" json:"first,omitempty" jsonschema:"description=Only the first 3 turns or 30s or 10% of the conversation. With one party the turns of that party are counted."`
	Last     *Span   `yaml:"last" json:"last,omitempty" jsonschema:"description=Only the last 3 turns or 30s or 10%. Becomes certain when the conversation is over."`
	From     *Span   `yaml:"from" json:"from,omitempty" jsonschema:"description=Leave out what lies before this; negative counts from the end"`
	To       *Span   `yaml:"to" json:"to,omitempty" jsonschema:"description=Leave out what lies after this; negative counts from the end"`
	Absolute bool    `yaml:"absolute" json:"absolute,omitempty" jsonschema:"description=Count the turns of everybody although a party is given"`

	After   string          `yaml:"after" json:"after,omitempty" jsonschema:"description=Only after the condition of this name"`
	Before  string          `yaml:"before" json:"before,omitempty" jsonschema:"description=Only before the condition of this name"`
	Around  string          `yaml:"around" json:"around,omitempty" jsonschema:"description=Only around the condition of this name; needs within"`
	Between []string        `yaml:"between" json:"between,omitempty" jsonschema:"description=Only between two conditions: after the first and before the next of the second"`
	Within  *Span           `yaml:"within" json:"within,omitempty" jsonschema:"description=How far from the anchor: 3 turns or 30s"`
	Every   bool            `yaml:"every_turn" json:"every_turn,omitempty" jsonschema:"description=Every turn in scope has to have a hit; count does not matter then"`
	names   map[string]Text // of the rule's conditions, for sentences
	Which   Which           `yaml:"which" json:"which,omitempty" jsonschema:"description=Which hit of the anchor: first (the default) or last or a number; any: near one of them; each: near every one"`
}

// Parties is a set of parties.
type Parties []models.Party

func (p *Parties) fromYAML(n *node) error {
	var names []string
	d := decoder{}
	d.list(n, reflect.ValueOf(&names).Elem())
	if err := problems(d.errs); err != nil {
		return err
	}
	for _, name := range names {
		if name == "any" && len(names) == 1 {
			return nil
		}
		party := models.Party(name)
		if party.Validate() != nil {
			return errors.New(unknown("party", name, []string{"agent", "customer", "system", "unknown", "any"}))
		}
		*p = append(*p, party)
	}
	return nil
}

// Which picks among the hits of an anchor.
type Which struct {
	kind whichKind
	nth  int // of whichNth, from 1
}

type whichKind uint8

const (
	whichNth whichKind = iota // the first, unless nth says otherwise
	whichLast
	whichAny
	whichEach
)

func (w *Which) fromYAML(n *node) error {
	text, err := n.scalarText("first, last, any, each, or a number")
	if err != nil {
		return err
	}
	switch text {
	case "first":
		*w = Which{nth: 1}
	case "last":
		*w = Which{kind: whichLast}
	case "any":
		*w = Which{kind: whichAny}
	case "each":
		*w = Which{kind: whichEach}
	default:
		i, err := strconv.Atoi(text)
		if err != nil || i < 1 {
			return fmt.Errorf("%q: want first, last, any, each, or a number from 1", text)
		}
		*w = Which{nth: i}
	}
	return nil
}

// IsZero reports whether w was left out.
func (w Which) IsZero() bool { return w == Which{} }

// String formats w the way it is written in a rule.
func (w Which) String() string {
	switch w.kind {
	case whichLast:
		return "last"
	case whichAny:
		return "any"
	case whichEach:
		return "each"
	}
	if w.nth > 1 {
		return strconv.Itoa(w.nth)
	}
	return "first"
}

// check returns an error if the fields contradict each other.
func (s *Scope) check() error {
	anchors := 0
	for _, given := range []bool{s.After != "", s.Before != "", s.Around != "", s.Between != nil} {
		if given {
			anchors++
		}
	}
	switch {
	case anchors > 1:
		return errors.New("give one of after, before, around and between; between: [a, b] is after a and before b")
	case s.Between != nil && len(s.Between) != 2:
		return fmt.Errorf("between names %d conditions: want two", len(s.Between))
	case s.Around != "" && s.Within == nil:
		return errors.New("around needs within, such as within: 2 turns")
	case s.Within != nil && (anchors == 0 || s.Between != nil):
		return errors.New("within needs after, before or around")
	case s.Within != nil && s.Within.none() && s.Around == "":
		return errors.New("within: 0 turns, the same turn, goes with around")
	case s.Within != nil && (s.Within.back || s.Within.unit == inPercent):
		return errors.New("within wants turns or a time such as 3 turns or 30s")
	case !s.Which.IsZero() && anchors == 0:
		return errors.New("which needs after, before, around or between")
	case s.First != nil && (s.From != nil || s.To != nil || s.Last != nil), s.Last != nil && (s.From != nil || s.To != nil):
		return errors.New("first, last and from/to exclude each other")
	case s.First != nil && s.First.back, s.Last != nil && s.Last.back:
		return errors.New("first and last want a positive distance")
	case slices.ContainsFunc([]*Span{s.First, s.Last, s.From, s.To}, func(d *Span) bool { return d != nil && d.none() }):
		return errors.New("first, last, from and to want at least 1 turn")
	case s.Absolute && len(s.Party) == 0:
		return errors.New("absolute needs party")
	}
	return nil
}

// none reports whether s is no distance at all.
func (s *Span) none() bool { return s.unit == inTurns && s.turns == 0 }

// bounds returns the from and to that first and last are short for.
func (s *Scope) bounds() (from, to *Span) {
	from, to = s.From, s.To
	if s.First != nil {
		to = s.First
	}
	if s.Last != nil {
		l := *s.Last
		l.back = true
		from = &l
	}
	return from, to
}

// anchors returns the names of the conditions that the scope refers to.
func (s *Scope) anchors() []string {
	switch {
	case s.After != "":
		return []string{s.After}
	case s.Before != "":
		return []string{s.Before}
	case s.Around != "":
		return []string{s.Around}
	}
	return slices.Clone(s.Between)
}

// text describes the scope in words, "" if it is the whole conversation.
func (s *Scope) text(language string) string {
	var parts []string
	say := func(en, zh string, args ...any) {
		if language == "zh" {
			en = zh
		}
		parts = append(parts, fmt.Sprintf(en, args...))
	}
	from, to := s.bounds()
	switch {
	case s.First != nil:
		say("in the first %s", "在前 %s内", s.First.in(language))
	case s.Last != nil:
		say("in the last %s", "在最后 %s内", s.Last.in(language))
	default:
		if from != nil {
			say("from %s", "从 %s 起", from.in(language))
		}
		if to != nil {
			say("up to %s", "到 %s 止", to.in(language))
		}
	}
	if s.Within != nil && language != "zh" {
		say("within %s", "", s.Within.in(language))
	}
	which := ""
	if !s.Which.IsZero() {
		which = s.Which.String() + " "
		if language == "zh" {
			which = map[string]string{"first ": "首次", "last ": "最后一次", "any ": "任一", "each ": "每次"}[which]
			if which == "" {
				which = fmt.Sprintf("第 %d 次", s.Which.nth)
			}
		}
	}
	switch {
	case s.After != "":
		say("after the %s%s", "%s%s之后", which, s.title(s.After, language))
	case s.Before != "":
		say("before the %s%s", "%s%s之前", which, s.title(s.Before, language))
	case s.Around != "":
		say("around the %s%s", "%s%s前后", which, s.title(s.Around, language))
	case s.Between != nil:
		say("between %s and %s", "%s与%s之间", s.title(s.Between[0], language), s.title(s.Between[1], language))
	}
	if s.Within != nil && language == "zh" {
		say("", "%s内", s.Within.in(language))
	}
	if s.Every {
		say("in every turn", "每一句")
	}
	return strings.Join(parts, " ")
}

// title is what a sentence calls another condition.
func (s *Scope) title(name, language string) string {
	if t, ok := s.names[name]; ok {
		return t.In(language)
	}
	return spelled(name, language)
}

// in formats s for a sentence.
func (s Span) in(language string) string {
	if language == "zh" && s.unit == inTurns {
		return strconv.Itoa(s.turns) + " 句"
	}
	if language == "zh" && s.unit == inTime && s.time%1000 == 0 && s.time < 60_000 {
		return strconv.Itoa(int(s.time/1000)) + " 秒"
	}
	return s.String()
}

// partyNames words a set of parties for a sentence, "" for anybody.
func partyNames(parties []models.Party, language string) string {
	var out []string
	for _, p := range parties {
		out = append(out, partyName(p, language))
	}
	if language == "zh" {
		return strings.Join(out, "或")
	}
	return strings.Join(out, " or ")
}

func partyName(p models.Party, language string) string {
	if language != "zh" {
		return string(p)
	}
	switch p {
	case models.Agent:
		return "坐席"
	case models.Customer:
		return "客户"
	case models.System:
		return "系统"
	case models.Unknown:
		return "未知方"
	}
	return ""
}
