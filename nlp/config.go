package nlp

import (
	"time"

	"earshot/models"
)

// Config says when a detector speaks up.
type Config struct {
	// Lexicons are read by whoever builds the Step, see ReadLexicons.
	Lexicons []string `yaml:"lexicons" doc:"YAML files, or folders of them, with own lexicons; one with a built-in's id replaces it (none)"`
	Causes   string   `yaml:"causes" doc:"YAML file that says where the causes of complaints belong, in place of the built-in one (none)"`
	Disabled []string `yaml:"disabled" doc:"ids of lexicons and names of detectors to leave out (none)"`

	Meaning string `yaml:"meaning" doc:"where sentences are told by what they mean, too: off; calls: in recordings; all: in chats and mails as well. It needs the model e5-small and some milliseconds of a core a sentence (off)"`

	Silence  SilenceConfig  `yaml:"silence"`
	Talkover TalkoverConfig `yaml:"talkover"`
	Hold     HoldConfig     `yaml:"hold"`
}

// SilenceConfig is for calls; in chats nobody speaks most of the time.
type SilenceConfig struct {
	Long    time.Duration `yaml:"long" doc:"a silence this long is found as silence.long (10s)"`
	Serious time.Duration `yaml:"serious" doc:"a silence this long has severity 2 (30s)"`
}

// TalkoverConfig is for recordings with a channel a party.
type TalkoverConfig struct {
	Least time.Duration `yaml:"least" doc:"shorter overlaps do not count (500ms)"`
}

// HoldConfig is for calls.
type HoldConfig struct {
	Least time.Duration `yaml:"least" doc:"a pause this long after the agent asked to wait is a hold (5s)"`
}

// Where the meaning of sentences is told.
const (
	MeaningOff   = "off"
	MeaningCalls = "calls"
	MeaningAll   = "all"
)

// Default returns the configuration used where nothing is set.
func Default() Config {
	return Config{
		Meaning:  MeaningOff,
		Silence:  SilenceConfig{Long: 10 * time.Second, Serious: 30 * time.Second},
		Talkover: TalkoverConfig{Least: 500 * time.Millisecond},
		Hold:     HoldConfig{Least: 5 * time.Second},
	}
}

// Validate returns an error that wraps models.ErrBadInput if a value can never
// work.
func (c Config) Validate() error {
	for _, d := range []struct {
		name string
		d    time.Duration
	}{{"silence.long", c.Silence.Long}, {"silence.serious", c.Silence.Serious}, {"talkover.least", c.Talkover.Least}, {"hold.least", c.Hold.Least}} {
		if d.d <= 0 {
			return models.BadInput("nlp: %s is %s: want more than 0", d.name, d.d)
		}
	}
	switch c.Meaning {
	case MeaningOff, MeaningCalls, MeaningAll:
	default:
		return models.BadInput("nlp: meaning is %.40q: want %s, %s or %s", c.Meaning, MeaningOff, MeaningCalls, MeaningAll)
	}
	if c.Silence.Serious < c.Silence.Long {
		return models.BadInput("nlp: silence.serious is %s, less than silence.long, %s", c.Silence.Serious, c.Silence.Long)
	}
	return nil
}
