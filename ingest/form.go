package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"earshot/models"
)

// Form is what Earshot reads as one JSON document: the Interaction itself, the
// friendlier chat form with messages, or a recording's sidecar. The forms
// differ only in which of media, recording, transcript and messages they have.
type Form struct {
	Schema  int            `json:"schema,omitempty" jsonschema:"minimum=0,maximum=1"`
	ID      models.ID      `json:"id,omitempty" jsonschema:"pattern=^[A-Za-z0-9][A-Za-z0-9._:-]{0\\,127}$,description=Unique across all channels; missing: made from the content so that sending it again does not double it"`
	Channel models.Channel `json:"channel,omitempty" jsonschema:"enum=phone,enum=web_chat,enum=wechat,enum=wecom,enum=douyin,enum=email,enum=sms,enum=social,enum=app,description=Missing: phone with a recording; else web_chat"`

	Language   string            `json:"language,omitempty" jsonschema:"description=BCP 47 tag such as zh or en; empty: decided from what was said"`
	Direction  string            `json:"direction,omitempty" jsonschema:"enum=inbound,enum=outbound"`
	Queue      string            `json:"queue,omitempty"`
	Team       string            `json:"team,omitempty"`
	Agent      string            `json:"agent,omitempty"`
	Customer   string            `json:"customer,omitempty" jsonschema:"description=The customer's key in the user's own systems"`
	Attributes map[string]string `json:"attributes,omitempty" jsonschema:"description=Anything else that rules and reports may use"`

	Started Moment `json:"started,omitempty" jsonschema:"description=When the conversation began; missing: the first message or for a recording in a file the name's or the file's time"`
	Ended   Moment `json:"ended,omitempty"`

	Media      *models.Media      `json:"media,omitempty"`
	Recording  string             `json:"recording,omitempty" jsonschema:"description=Path of the recording below the folder of this document or in a folder of ingest.allow"`
	Messages   []Message          `json:"messages,omitempty"`
	Transcript *models.Transcript `json:"transcript,omitempty"`

	// Results of an earlier run: read so that an exported interaction can be
	// sent again, then dropped.
	Findings   json.RawMessage `json:"findings,omitempty"`
	Verdicts   json.RawMessage `json:"verdicts,omitempty"`
	Scorecards json.RawMessage `json:"scorecards,omitempty"`
	Trace      json.RawMessage `json:"trace,omitempty"`
}

// Message is one message of a chat.
type Message struct {
	From string `json:"from" jsonschema:"minLength=1,description=customer or agent or system; or a name of theirs: the document's agent or customer or one of ingest.parties"`
	At   Moment `json:"at,omitempty" jsonschema:"description=When it was sent; missing: with the message before it"`
	Text string `json:"text"`

	line int // of the file it was read from; 0: not from a log of messages
}

// where names a field of message i; in a log of messages the line names the
// message.
func (m *Message) where(i int, name string) string {
	if m.line > 0 {
		return name
	}
	return fmt.Sprintf("messages[%d].%s", i, name)
}

// line is one line of a log that has a message a line: the message with its
// conversation's fields, which need to stand on one of its lines only.
type line struct {
	Conversation models.ID         `json:"conversation"`
	Channel      models.Channel    `json:"channel,omitempty"`
	Language     string            `json:"language,omitempty"`
	Direction    string            `json:"direction,omitempty"`
	Queue        string            `json:"queue,omitempty"`
	Team         string            `json:"team,omitempty"`
	Agent        string            `json:"agent,omitempty"`
	Customer     string            `json:"customer,omitempty"`
	Attributes   map[string]string `json:"attributes,omitempty"`
	Started      Moment            `json:"started,omitempty"`
	Ended        Moment            `json:"ended,omitempty"`
	Message
}

// Moment is a time as the sender wrote it: RFC 3339, a form of
// ingest.time_layouts, or seconds or milliseconds since 1970.
type Moment string

// UnmarshalJSON reads text or a number.
func (m *Moment) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	if len(b) > 0 && b[0] == '"' {
		var s string
		err := json.Unmarshal(b, &s)
		*m = Moment(s)
		return err
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return &json.UnmarshalTypeError{Value: "value that is neither text nor number", Type: timeType}
	}
	*m = Moment(n.String())
	return nil
}

// interpreter turns forms into interactions; tables have their own clock and
// names of parties.
type interpreter struct {
	clock   clock
	parties map[string]models.Party
}

// interaction turns f into an interaction, the recording aside.
func (p interpreter) interaction(f *Form) (*models.Interaction, error) {
	in := &models.Interaction{
		Schema: f.Schema, ID: f.ID, Channel: f.Channel, Language: f.Language, Direction: f.Direction, Queue: f.Queue,
		Team: f.Team, Agent: f.Agent, Customer: f.Customer, Attributes: f.Attributes, Media: f.Media, Transcript: f.Transcript,
	}
	if f.Started != "" {
		t, err := p.clock.parse(string(f.Started))
		if err != nil {
			return in, refusal("bad-time", "started", "started: %w", err)
		}
		in.Started = t
	}
	if f.Ended != "" {
		t, err := p.clock.parse(string(f.Ended))
		if err != nil {
			return in, refusal("bad-time", "ended", "ended: %w", err)
		}
		in.Ended = &t
	}
	if f.Messages == nil {
		return in, nil
	}
	if f.Transcript != nil {
		return in, refusal("invalid", "messages", "both messages and transcript: send one of them")
	}
	return in, p.messages(in, f.Messages)
}

// messages fills the transcript of in. A message without a time was sent with
// the one before it; messages are put in the order of their times.
func (p interpreter) messages(in *models.Interaction, messages []Message) error {
	if len(messages) == 0 {
		return refusal("empty", "messages", "messages is empty: leave the conversation out, or send what was written")
	}
	if len(messages) > models.MaxTurns {
		return refusal("too-large", "messages", "%d messages: at most %d in one conversation; split it", len(messages), models.MaxTurns)
	}
	times := make([]time.Time, len(messages))
	var first, previous time.Time
	for i, m := range messages {
		if m.At != "" {
			t, err := p.clock.parse(string(m.At))
			if err != nil {
				return refusalAt(m.line, "bad-time", fmt.Sprintf("messages[%d].at", i), "%s: %w", m.where(i, "at"), err)
			}
			previous = t
			if first.IsZero() || t.Before(first) {
				first = t
			}
		}
		times[i] = previous
	}
	t := &models.Transcript{Grade: models.GradeText, Turns: make([]models.Turn, len(messages))}
	switch {
	case in.Started.IsZero() && first.IsZero():
		return refusal("no-time", "started", "neither started nor a message's at is given: say when the conversation began")
	case in.Started.IsZero():
		in.Started = first
	case !first.IsZero() && first.Before(in.Started):
		t.Notes = append(t.Notes, "the first message was sent before the time given as started; that message's time is used")
		in.Started = first
	}
	for i, m := range messages {
		party, err := p.party(m.From, in)
		if err != nil {
			return refusalAt(m.line, "unknown-party", fmt.Sprintf("messages[%d].from", i), "%s: %w", m.where(i, "from"), err)
		}
		at := models.Millis(0)
		if !times[i].IsZero() {
			at = models.Millis(times[i].Sub(in.Started).Milliseconds())
		}
		t.Turns[i] = models.Turn{Party: party, Start: at, End: at, Text: m.Text}
	}
	slices.SortStableFunc(t.Turns, func(a, b models.Turn) int { return int(min(max(a.Start-b.Start, -1), 1)) })
	t.Length = t.Turns[len(t.Turns)-1].End
	in.Transcript = t
	return nil
}

// party returns who sent a message.
func (p interpreter) party(from string, in *models.Interaction) (models.Party, error) {
	name := strings.ToLower(strings.TrimSpace(from))
	if party, ok := p.parties[name]; ok {
		return party, nil
	}
	switch {
	case name == "":
		return "", refusal("unknown-party", "", "is empty: want customer, agent or system")
	case name == strings.ToLower(in.Agent):
		return models.Agent, nil
	case name == strings.ToLower(in.Customer):
		return models.Customer, nil
	}
	return "", refusal("unknown-party", "", "%.60q: want customer, agent or system, or the conversation's own agent or customer; or name it in ingest.parties", from)
}

// readForm reads one JSON document.
func (d *Door) readForm(doc []byte, first int) (*Form, *models.Interaction, error) {
	var f Form
	if err := decodeStrict(doc, first, &f); err != nil {
		return nil, nil, err
	}
	in, err := d.interpreter().interaction(&f)
	return &f, in, err
}

func (d *Door) interpreter() interpreter { return interpreter{d.clock, d.parties} }

// isSidecar reports whether f says nothing that could stand without a
// recording beside it.
func (f *Form) isSidecar() bool {
	return f.Messages == nil && f.Transcript == nil && f.Recording == "" && (f.Media == nil || f.Media.SHA256 == "")
}
