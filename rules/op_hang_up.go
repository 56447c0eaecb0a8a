package rules

import (
	"slices"
	"strings"

	"earshot/models"
)

func init() {
	register(operator{
		name: "hang_up",
		doc: "Who ended the call, by the attribute hung_up_by (agent, customer or system) or, where that is missing, disconnect_reason. Without either it is unsure. " +
			"For an abnormal end, combine it with words: {none: [$closing], last: 3 turns}.",
		params: func() params { return new(hangUp) },
		examples: []example{
			{rule: "hang_up: {by: agent}", hit: "A: 您好\nC: 我还没说完", miss: "A: 您好\nC: 再见",
				only: "attributes: {hung_up_by: agent}", not: "attributes: {disconnect_reason: CUSTOMER_DISCONNECT}"},
		},
	})
}

type hangUp struct {
	By []string `yaml:"by,required" jsonschema:"description=agent or customer or system"`
}

func (h *hangUp) compile(c *compiler) (termID, error) {
	for _, who := range h.By {
		if !slices.Contains([]string{"agent", "customer", "system"}, who) {
			return noTerm, models.BadInput("hang_up: %s", unknown("party", who, []string{"agent", "customer", "system"}))
		}
	}
	who := strings.Join(h.By, " / ")
	return c.leaf("", Text{"en": "hung up by " + who, "zh": "挂机方 " + who}, nil, h), nil
}

// hungUp returns who ended the call, "" if that is not known.
func hungUp(in *models.Interaction) string {
	if by := strings.ToLower(in.Attributes["hung_up_by"]); by != "" {
		return by
	}
	// Amazon Connect's and other systems' reasons name the party.
	reason := strings.ToLower(in.Attributes["disconnect_reason"])
	switch {
	case strings.Contains(reason, "agent"):
		return "agent"
	case strings.Contains(reason, "customer") || strings.Contains(reason, "caller"):
		return "customer"
	case reason != "":
		return "system"
	}
	return ""
}

func (h *hangUp) eval(s *Session) answer {
	by := hungUp(s.in)
	switch {
	case !s.closed: // it has not happened yet
		return open
	case by == "":
		return isUnsure
	}
	return decided(slices.Contains(h.By, by))
}

func (h *hangUp) explain(s *Session, e *Explanation) {
	e.Value = hungUp(s.in)
	if e.Value == "" {
		e.Value = "?"
	}
}
