package rules

import (
	"slices"
	"strings"

	"earshot/models"
)

func init() {
	register(operator{
		name:   "channel",
		doc:    "The channel of the conversation is one of a list.",
		params: func() params { return new(channel) },
		examples: []example{
			{rule: "channel: [web_chat, app]", hit: "C: hi", miss: "C: hi", only: "channel: app"},
		},
	})
}

type channel []models.Channel

func (c *channel) compile(co *compiler) (termID, error) {
	if err := (&Applies{Channel: *c}).Check(); err != nil {
		return noTerm, err
	}
	return co.leaf("", Text{"en": "channel " + strings.Join(texts(*c), " or "), "zh": "渠道 " + strings.Join(texts(*c), " 或 ")}, nil, c), nil
}

func (c *channel) eval(s *Session) answer { return decided(slices.Contains(*c, s.in.Channel)) }

func (c *channel) explain(s *Session, e *Explanation) { e.Value = string(s.in.Channel) }
