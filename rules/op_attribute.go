package rules

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"earshot/models"
)

func init() {
	register(operator{
		name: "attribute",
		doc: "An attribute that came with the conversation, such as the customer's tier or the amount of the order. " +
			"queue, team, agent, customer, direction, language and channel are attributes too.",
		params: func() params { return new(attribute) },
		examples: []example{
			{rule: "attribute: {name: tier, is: [gold, vip*]}", hit: "C: hi", miss: "C: hi", only: "attributes: {tier: vip2}"},
			{rule: "attribute: {name: amount, number: over 100}", hit: "C: hi", miss: "C: hi", only: "attributes: {amount: \"250\"}"},
			{rule: "not: {attribute: {name: order_id, exists: false}}", hit: "C: hi", miss: "C: hi", only: "attributes: {order_id: \"1\"}"},
		},
	})
}

type attribute struct {
	Name   string   `yaml:"name,required"`
	Is     []string `yaml:"is" jsonschema:"description=One of these values; * stands for any text"`
	IsNot  []string `yaml:"is_not" jsonschema:"description=None of these values"`
	Number *Number  `yaml:"number" jsonschema:"description=The value as a number such as > 100; miss if it is none"`
	Exists *bool    `yaml:"exists" jsonschema:"description=Whether it is there at all"`
}

func (a *attribute) compile(c *compiler) (termID, error) {
	given := 0
	for _, is := range []bool{a.Is != nil, a.IsNot != nil, a.Number != nil, a.Exists != nil} {
		given += b2i(is)
	}
	if given != 1 {
		return noTerm, models.BadInput("attribute: give one of is, is_not, number and exists")
	}
	for _, p := range slices.Concat(a.Is, a.IsNot) {
		if _, err := path.Match(p, ""); err != nil {
			return noTerm, models.BadInput("attribute: %q is no pattern", p)
		}
	}
	var what string
	switch {
	case a.Is != nil:
		what = "= " + strings.Join(a.Is, " / ")
	case a.IsNot != nil:
		what = "≠ " + strings.Join(a.IsNot, " / ")
	case a.Number != nil:
		what = a.Number.String()
	case *a.Exists:
		what = "≠ ∅"
	default:
		what = "= ∅"
	}
	text := fmt.Sprintf("%s %s", a.Name, what)
	return c.leaf("", Text{"": text}, nil, a), nil
}

func (a *attribute) eval(s *Session) answer {
	v, ok := attributeOf(s.in, a.Name)
	switch {
	case a.Exists != nil:
		return decided(ok == *a.Exists)
	case a.Is != nil:
		return decided(ok && fits(a.Is, v))
	case a.IsNot != nil:
		return decided(!ok || !fits(a.IsNot, v))
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	return decided(ok && err == nil && a.Number.has(f))
}

// attributeOf returns an attribute of a conversation by name.
func attributeOf(in *models.Interaction, name string) (string, bool) {
	if v, ok := in.Attributes[name]; ok {
		return v, true
	}
	v := ""
	switch name {
	case "queue":
		v = in.Queue
	case "team":
		v = in.Team
	case "agent":
		v = in.Agent
	case "customer":
		v = in.Customer
	case "direction":
		v = in.Direction
	case "language":
		v = Spoken(in)
	case "channel":
		v = string(in.Channel)
	}
	return v, v != ""
}

func (a *attribute) explain(s *Session, e *Explanation) {
	if v, ok := attributeOf(s.in, a.Name); ok {
		e.Value = a.Name + " = " + v
	} else {
		e.Value = a.Name + " = ∅"
	}
}
