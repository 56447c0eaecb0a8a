package demo

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"earshot/models"
)

// Script is a conversation as we wrote it: a YAML header between lines of
// "---", then the dialogue in the notation of models.Parse without times.
// In calls a turn that ends in a dash is talked over by the next one, and one
// with an exclamation mark is said louder, faster and higher.
type Script struct {
	ID         models.ID         `yaml:"-"`
	Channel    models.Channel    `yaml:"channel"`
	Language   string            `yaml:"language"`
	Direction  string            `yaml:"direction"` // inbound if empty
	Queue      string            `yaml:"queue"`
	Team       string            `yaml:"team"`
	Agent      string            `yaml:"agent"`
	Customer   string            `yaml:"customer"`
	Attributes map[string]string `yaml:"attributes"`
	Started    DayTime           `yaml:"started"`
	Voices     Voices            `yaml:"voices"` // of a call
	Expect     []Expectation     `yaml:"expect"`

	// Dialogue is the turns, in calls with times as long as saying them takes,
	// in chats with the time each message was sent.
	Dialogue *models.Transcript `yaml:"-"`

	source string // header and dialogue, for telling whether anything changed
}

// Voices names the voice of each party; see voices.go.
type Voices struct {
	Agent    string `yaml:"agent"`
	Customer string `yaml:"customer"`
}

// Expectation is something that happens in a conversation and that an
// inspection of it should bring up.
type Expectation struct {
	Flag    string       `yaml:"flag" json:"flag"`
	Party   models.Party `yaml:"party" json:"party,omitempty"`
	Quote   string       `yaml:"quote" json:"quote,omitempty"`     // words that show it, said by Party
	Seconds float64      `yaml:"seconds" json:"seconds,omitempty"` // how long a silence lasts at least
}

var (
	headerFence = regexp.MustCompile(`(?m)^---\n`)
	timedLine   = regexp.MustCompile(`(?m)^\s*\[`)
)

// ParseScript reads a script. Its ID is "demo-" and the name. Errors wrap
// models.ErrBadInput.
func ParseScript(name, text string) (*Script, error) {
	parts := headerFence.Split(text, 3)
	if len(parts) != 3 || parts[0] != "" {
		return nil, models.BadInput("want a YAML header between two lines of ---, then the dialogue")
	}
	s := &Script{ID: models.ID("demo-" + name), source: text}
	if err := decodeHeader(parts[1], s); err != nil {
		return nil, models.BadInput("header: %w", err)
	}
	if s.Direction == "" {
		s.Direction = "inbound"
	}
	if at := timedLine.FindStringIndex(parts[2]); at != nil {
		return nil, models.BadInput("dialogue: leave out the times, and write a pause such as %q where one matters", "... 40s")
	}
	var err error
	if s.Dialogue, err = models.Parse(parts[2]); err != nil {
		return nil, fmt.Errorf("dialogue: %w", err)
	}
	if s.Channel != models.Phone {
		s.pace()
	}
	return s, s.validate()
}

// decodeHeader reads the header. The YAML library panics on some inputs, such
// as a tagged scalar where a list belongs.
func decodeHeader(text string, s *Script) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("not readable as YAML: %v", p)
		}
	}()
	return yaml.UnmarshalWithOptions([]byte(text), s, yaml.Strict())
}

func (s *Script) validate() error {
	if len(s.Dialogue.Turns) == 0 {
		return models.BadInput("no turns")
	}
	in := s.Interaction(time.Unix(1e9, 0))
	in.Transcript = s.Dialogue
	if err := in.Validate(); err != nil {
		return err
	}
	if !slices.Contains([]string{"zh", "en"}, s.Language) {
		return models.BadInput("language %q: want zh or en", s.Language)
	}
	for i, e := range s.Expect {
		if Flags()[e.Flag] == "" {
			return models.BadInput("expect %d: flag %q is not one of Flags", i, e.Flag)
		}
		if e.Quote == "" {
			continue
		}
		said := func(t models.Turn) bool { return t.Party == e.Party && strings.Contains(t.Text, e.Quote) }
		if !slices.ContainsFunc(s.Dialogue.Turns, said) {
			return models.BadInput("expect %d: no turn of party %q says %q", i, e.Party, e.Quote)
		}
	}
	if s.Channel != models.Phone {
		return nil
	}
	for _, name := range []string{s.Voices.Agent, s.Voices.Customer} {
		if v, ok := voices[name]; !ok || v.language != s.Language {
			return models.BadInput("voice %q: not known, or not one for language %q", name, s.Language)
		}
	}
	return nil
}

// Interaction returns the conversation as one that took place in the week
// before now: a chat with its messages, a call with neither transcript nor
// recording, which the caller adds.
func (s *Script) Interaction(now time.Time) *models.Interaction {
	in := &models.Interaction{
		Schema: models.SchemaVersion, ID: s.ID, Channel: s.Channel, Language: s.Language, Direction: s.Direction,
		Queue: s.Queue, Team: s.Team, Agent: s.Agent, Customer: s.Customer, Attributes: s.Attributes,
		Started: s.Started.Before(now),
	}
	if s.Channel != models.Phone {
		in.Transcript = s.Dialogue
		ended := in.Started.Add(s.Dialogue.Length.Duration())
		in.Ended = &ended
	}
	return in
}

// DayTime is a time of day some days before today, written such as "2d 10:32".
type DayTime struct {
	Days    int
	Minutes int // since midnight
}

var dayTime = regexp.MustCompile(`^([1-6])d ([01][0-9]|2[0-3]):([0-5][0-9])$`)

// UnmarshalText reads a DayTime of one to six days ago.
func (d *DayTime) UnmarshalText(text []byte) error {
	m := dayTime.FindStringSubmatch(string(text))
	if m == nil {
		return models.BadInput("%q: want a time one to six days ago, such as %q", text, "2d 10:32")
	}
	days, _ := strconv.Atoi(m[1])
	hours, _ := strconv.Atoi(m[2])
	minutes, _ := strconv.Atoi(m[3])
	*d = DayTime{Days: days, Minutes: hours*60 + minutes}
	return nil
}

// Before returns the time that d means when now is today, in now's time zone.
func (d DayTime) Before(now time.Time) time.Time {
	y, m, day := now.Date()
	return time.Date(y, m, day-d.Days, 0, d.Minutes, 0, 0, now.Location())
}
