package eval

import (
	"bytes"
	"encoding/json"
	"strings"

	"earshot/models"
)

// Dialogue is a conversation in labelled data. It is read from the dialogue
// notation ("C: hello\nA: hi"), from lines that name the party otherwise
// ("客户：你好", "Agent: hi"), from a list of turns ({"party","text"}; role or
// speaker instead of party, content instead of text), from a list of such
// lines, or from an object whose turns are one of these.
type Dialogue struct{ Turns []Line }

// Line is one turn of a Dialogue.
type Line struct {
	Party models.Party
	Text  string
}

// partyNames are what parties are called, in lower case.
var partyNames = map[string]models.Party{
	"c": models.Customer, "customer": models.Customer, "caller": models.Customer, "client": models.Customer, "user": models.Customer,
	"客户": models.Customer, "用户": models.Customer, "顾客": models.Customer, "来电人": models.Customer,
	"a": models.Agent, "agent": models.Agent, "rep": models.Agent, "representative": models.Agent, "assistant": models.Agent, "advisor": models.Agent,
	"坐席": models.Agent, "客服": models.Agent, "座席": models.Agent,
	"s": models.System, "system": models.System, "bot": models.System, "系统": models.System,
	"u": models.Unknown, "unknown": models.Unknown,
}

// UnmarshalJSON reads any of the forms.
func (d *Dialogue) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	switch {
	case len(b) > 0 && b[0] == '"':
		var text string
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
		return d.parse(text)
	case len(b) > 0 && b[0] == '{':
		var whole struct {
			Turns json.RawMessage `json:"turns"`
		}
		if err := json.Unmarshal(b, &whole); err != nil {
			return err
		}
		if whole.Turns == nil {
			return models.BadInput("dialogue: the object has no turns")
		}
		return d.UnmarshalJSON(whole.Turns)
	}
	var parts []json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		return models.BadInput("dialogue: want a text or a list of turns: %w", err)
	}
	for i, part := range parts {
		var line string
		if json.Unmarshal(part, &line) == nil {
			if err := d.add(line, i+1); err != nil {
				return err
			}
			continue
		}
		var turn struct{ Party, Role, Speaker, Text, Content string }
		if err := json.Unmarshal(part, &turn); err != nil {
			return models.BadInput("dialogue: turn %d: %w", i+1, err)
		}
		name := turn.Party + turn.Role + turn.Speaker
		party, ok := partyNames[strings.ToLower(name)]
		if !ok {
			return models.BadInput("dialogue: turn %d: party %q: want customer, agent, system or unknown", i+1, name)
		}
		d.Turns = append(d.Turns, Line{party, turn.Text + turn.Content})
	}
	return nil
}

func (d *Dialogue) parse(text string) error {
	if t, err := models.Parse(text); err == nil {
		for _, turn := range t.Turns {
			d.Turns = append(d.Turns, Line{turn.Party, turn.Text})
		}
		return nil
	}
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if err := d.add(line, i+1); err != nil {
			return err
		}
	}
	return nil
}

// add reads a line that names its party; one that does not goes on with the
// turn before it.
func (d *Dialogue) add(line string, n int) error {
	name, said, ok := strings.Cut(strings.Replace(line, "：", ":", 1), ":")
	party, known := partyNames[strings.ToLower(strings.TrimSpace(name))]
	switch {
	case ok && known:
		d.Turns = append(d.Turns, Line{party, strings.TrimSpace(said)})
	case len(d.Turns) > 0:
		d.Turns[len(d.Turns)-1].Text += " " + strings.TrimSpace(line)
	default:
		return models.BadInput("dialogue: line %d: %.60q: want a turn such as %q", n, line, "C: hello")
	}
	return nil
}

// Fact is something a summary should tell, in one or more wordings. It is read
// from a text, a list of texts that mean the same, or an object with fact or
// text and any, a list.
type Fact []string

// UnmarshalJSON reads any of the forms.
func (f *Fact) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*f = Fact{one}
		return nil
	}
	var many []string
	if json.Unmarshal(b, &many) == nil {
		*f = many
		return nil
	}
	var object struct {
		Fact, Text string
		Any        []string
	}
	if err := json.Unmarshal(b, &object); err != nil {
		return models.BadInput("fact: want a text, a list of texts or an object with fact: %w", err)
	}
	for _, w := range append([]string{object.Fact, object.Text}, object.Any...) {
		if w != "" {
			*f = append(*f, w)
		}
	}
	return nil
}

// String returns the first wording.
func (f Fact) String() string {
	if len(f) == 0 {
		return ""
	}
	return f[0]
}
