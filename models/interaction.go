package models

import (
	"fmt"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"
)

// SchemaVersion is the version of the Interaction JSON that this code writes.
// Records without a version are read as version 1.
const SchemaVersion = 1

// ID identifies an interaction across all channels: 1 to 128 letters, digits,
// or any of . _ : - after the first character.
type ID string

var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$`)

// Validate returns an error if id is not of the documented form.
func (id ID) Validate() error {
	if !idPattern.MatchString(string(id)) {
		return BadInput("id %.80q: want 1 to 128 letters, digits or . _ : - and a letter or digit first", string(id))
	}
	return nil
}

// Channel is the way a customer reached the contact centre.
type Channel string

// The channels. All share one schema; only Phone has a recording.
const (
	Phone   Channel = "phone"
	WebChat Channel = "web_chat"
	WeChat  Channel = "wechat"
	WeCom   Channel = "wecom"
	Douyin  Channel = "douyin"
	Email   Channel = "email"
	SMS     Channel = "sms"
	Social  Channel = "social"
	App     Channel = "app"
)

// Channels lists every channel in the order reports show them.
func Channels() []Channel {
	return []Channel{Phone, WebChat, WeChat, WeCom, Douyin, Email, SMS, Social, App}
}

// Interaction is one conversation between a customer and the contact centre,
// from the record that was accepted to everything that was found in it. It
// travels from step to step; each step reads what is there and fills only its
// own section.
type Interaction struct {
	Schema  int     `json:"schema" jsonschema:"minimum=1,maximum=1,description=Version of this schema; 1 if absent"`
	ID      ID      `json:"id" jsonschema:"pattern=^[A-Za-z0-9][A-Za-z0-9._:-]{0\\,127}$,description=Unique across all channels; sending the same id again replaces the earlier conversation"`
	Channel Channel `json:"channel" jsonschema:"enum=phone,enum=web_chat,enum=wechat,enum=wecom,enum=douyin,enum=email,enum=sms,enum=social,enum=app"`

	Language   string            `json:"language,omitempty" jsonschema:"description=BCP 47 tag of the main language such as zh or en; empty: decided from what was said"`
	Direction  string            `json:"direction,omitempty" jsonschema:"enum=inbound,enum=outbound"`
	Queue      string            `json:"queue,omitempty"`
	Team       string            `json:"team,omitempty"`
	Agent      string            `json:"agent,omitempty"`
	Customer   string            `json:"customer,omitempty" jsonschema:"description=The customer's key in the user's own systems"`
	Attributes map[string]string `json:"attributes,omitempty" jsonschema:"description=Anything else that rules and reports may use: tier or region or product for instance"`

	Started time.Time  `json:"started" jsonschema:"description=RFC 3339; when the conversation began"`
	Ended   *time.Time `json:"ended,omitempty"`
	Media   *Media     `json:"media,omitempty" jsonschema:"description=The recording; absent for text channels"`

	Transcript *Transcript `json:"transcript,omitempty" jsonschema:"description=For text channels the messages; for phone filled by speech recognition"`
	Findings   []Finding   `json:"findings,omitempty"`
	Verdicts   []Verdict   `json:"verdicts,omitempty"`
	Scorecards []Scorecard `json:"scorecards,omitempty"`
	Summary    *Summary    `json:"summary,omitempty"`
	Shadow     *Shadow     `json:"shadow,omitempty" jsonschema:"description=What a draft that runs without effect says"`
	Trace      []Trace     `json:"trace,omitempty"`
}

// Media points to a recording in the media store.
type Media struct {
	SHA256 string  `json:"sha256" jsonschema:"pattern=^[0-9a-f]{64}$,description=Of the file's bytes; also its key in the media store"`
	Name   string  `json:"name,omitempty" jsonschema:"description=File name it was sent under"`
	Bytes  int64   `json:"bytes,omitempty"`
	Type   string  `json:"type,omitempty" jsonschema:"description=Media type such as audio/wav"`
	Format string  `json:"format,omitempty" jsonschema:"description=For headerless audio: how to read it such as s16le:8000:2"`
	Roles  []Party `json:"roles,omitempty" jsonschema:"description=Who speaks on each channel in channel order; empty: the configured default"`
}

// Trace records one step's work on an interaction; only the driver writes it.
type Trace struct {
	Step    string    `json:"step"`
	Started time.Time `json:"started"`
	Millis  Millis    `json:"ms"`
	By      []By      `json:"by,omitempty"`
	Error   string    `json:"error,omitempty"`
}

// Limits on one interaction. They bound memory, not use: a day-long call or a
// chat of a year fits.
const (
	MaxTurns      = 100_000
	MaxTurnBytes  = 1 << 20
	MaxAttributes = 200
	MaxFieldBytes = 4096
)

var (
	sha256Pattern = regexp.MustCompile(`^[0-9a-f]{64}$`)
	directions    = []string{"", "inbound", "outbound"}
)

// Validate returns an error that wraps ErrBadInput if in cannot be accepted
// for processing: a bad ID, an unknown channel, a missing start, neither
// recording nor messages, or a section that contradicts itself.
func (in *Interaction) Validate() error {
	if err := in.ID.Validate(); err != nil {
		return err
	}
	if in.Schema < 0 || in.Schema > SchemaVersion {
		return BadInput("interaction %s: schema version %d: this Earshot reads versions up to %d; upgrade it first", in.ID, in.Schema, SchemaVersion)
	}
	if !slices.Contains(Channels(), in.Channel) {
		return BadInput("interaction %s: channel %.40q: want one of %v", in.ID, string(in.Channel), Channels())
	}
	if in.Started.IsZero() {
		return BadInput("interaction %s: started is missing: give the time the conversation began, as RFC 3339", in.ID)
	}
	if y := in.Started.Year(); y < 1990 || y > 2200 {
		return BadInput("interaction %s: started %s: the year is outside 1990–2200", in.ID, in.Started.Format(time.RFC3339))
	}
	if in.Ended != nil && in.Ended.Before(in.Started) {
		return BadInput("interaction %s: ended before it started", in.ID)
	}
	if !slices.Contains(directions, in.Direction) {
		return BadInput("interaction %s: direction %.40q: want inbound or outbound", in.ID, in.Direction)
	}
	if err := in.validateFields(); err != nil {
		return err
	}
	if in.Media == nil && in.Transcript == nil {
		return BadInput("interaction %s: neither a recording (media) nor messages (transcript)", in.ID)
	}
	if in.Media != nil {
		if err := in.Media.validate(in.ID); err != nil {
			return err
		}
	}
	if in.Transcript != nil {
		if err := in.Transcript.Validate(); err != nil {
			return fmt.Errorf("interaction %s: %w", in.ID, err)
		}
	}
	return nil
}

func (in *Interaction) validateFields() error {
	fields := []struct{ name, value string }{
		{"language", in.Language}, {"queue", in.Queue}, {"team", in.Team}, {"agent", in.Agent}, {"customer", in.Customer},
	}
	for k, v := range in.Attributes {
		fields = append(fields, struct{ name, value string }{"attribute " + k, v})
		if k == "" || len(k) > 128 || !utf8.ValidString(k) {
			return BadInput("interaction %s: attribute name %.40q: want 1 to 128 bytes of UTF-8", in.ID, k)
		}
	}
	for _, f := range fields {
		if len(f.value) > MaxFieldBytes || !utf8.ValidString(f.value) {
			return BadInput("interaction %s: %s: want at most %d bytes of UTF-8", in.ID, f.name, MaxFieldBytes)
		}
	}
	if len(in.Attributes) > MaxAttributes {
		return BadInput("interaction %s: %d attributes: at most %d", in.ID, len(in.Attributes), MaxAttributes)
	}
	return nil
}

func (m *Media) validate(id ID) error {
	if !sha256Pattern.MatchString(m.SHA256) {
		return BadInput("interaction %s: media.sha256 %.80q: want 64 lower-case hex digits; upload the recording first", id, m.SHA256)
	}
	if m.Bytes < 0 {
		return BadInput("interaction %s: media.bytes %d is negative", id, m.Bytes)
	}
	for _, r := range m.Roles {
		if err := r.Validate(); err != nil {
			return fmt.Errorf("interaction %s: media.roles: %w", id, err)
		}
	}
	return nil
}
