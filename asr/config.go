package asr

import (
	"fmt"
	"slices"
	"time"

	"earshot/models"
)

// Config says how recordings become transcripts.
type Config struct {
	Languages []string       `yaml:"languages" doc:"languages callers speak, of zh and en or others Whisper knows; default zh, en"`
	Script    string         `yaml:"script" doc:"Chinese characters in transcripts: simplified, traditional, or empty for whatever is heard; default simplified"`
	Roles     []models.Party `yaml:"roles" doc:"who speaks on each channel where the recording does not say; default customer, agent"`
	Mix       bool           `yaml:"mix" doc:"mix all channels to one before anything is heard, for recordings whose channels do not part the parties; default false"`
	Prompts   Prompts        `yaml:"prompts" doc:"a language's priming text; the default makes Chinese simplified and punctuated"`

	Glossary       []string `yaml:"glossary" doc:"names of products, companies and people as they are written; what sounds like one, and was heard unsurely, is written as here"`
	GlossaryPrompt bool     `yaml:"glossary_prompt" doc:"tell the recogniser to expect the first 40 terms of the glossary, too: it finds more of them, and now and then hears one that was not said; default false"`

	VoiceThreshold float64       `yaml:"voice_threshold" doc:"voice probability above which somebody speaks, 0 to 1; default 0.5"`
	MinSilence     time.Duration `yaml:"min_silence" doc:"shortest silence that ends a stretch of speech; default 150ms"`
	Pause          time.Duration `yaml:"pause" doc:"a silence this long ends a turn; default 1s"`

	MuteMargin time.Duration `yaml:"mute_margin" doc:"how much longer than the words a silence in a muted copy is, at each end; default 300ms"`

	MaxLength time.Duration `yaml:"max_length" doc:"longest recording that is accepted; default 6h"`
	MaxBytes  int64         `yaml:"max_bytes" doc:"largest recording that is accepted, in bytes; default 4294967296"`
	Parallel  int           `yaml:"parallel" doc:"windows of one recording that are recognised at once; default 0: as many as cores"`

	Cache      string        `yaml:"cache" doc:"folder that keeps what was recognised, so that no recording is recognised twice; default empty: asr in the data folder"`
	CacheBytes int64         `yaml:"cache_bytes" doc:"bytes that what was recognised may take; the longest unused goes first; default 2147483648"`
	CacheAge   time.Duration `yaml:"cache_age" doc:"what was recognised and not used for so long is removed; default 720h"`

	Spool string `yaml:"spool" doc:"folder for decoded audio while it is worked on; default empty: the system's temporary folder"`
}

// Default returns the configuration for Chinese and English calls.
func Default() Config {
	return Config{
		Languages: []string{"zh", "en"},
		Script:    "simplified",
		Roles:     []models.Party{models.Customer, models.Agent},
		Prompts:   Prompts{"zh": "以下是普通话的句子。"},

		VoiceThreshold: 0.5,
		MinSilence:     150 * time.Millisecond,
		Pause:          time.Second,

		MuteMargin: 300 * time.Millisecond,

		MaxLength: 6 * time.Hour,
		MaxBytes:  4 << 30,

		CacheBytes: 2 << 30,
		CacheAge:   30 * 24 * time.Hour,
	}
}

// Validate returns an error that names the field that is wrong.
func (c Config) Validate() error {
	switch {
	case len(c.Languages) == 0 || slices.Contains(c.Languages, ""):
		return fmt.Errorf("languages %q: want at least one, such as zh", c.Languages)
	case !slices.Contains([]string{"", simplified, traditional}, c.Script):
		return fmt.Errorf("script %q: want simplified, traditional or empty", c.Script)
	case len(c.Roles) == 0:
		return fmt.Errorf("roles: want a party a channel, such as customer, agent")
	case c.VoiceThreshold <= 0.15 || c.VoiceThreshold >= 1:
		return fmt.Errorf("voice_threshold %g: want more than 0.15 and less than 1", c.VoiceThreshold)
	case c.MinSilence < 50*time.Millisecond || c.MinSilence > 5*time.Second:
		return fmt.Errorf("min_silence %s: want 50ms to 5s", c.MinSilence)
	case c.Pause < 200*time.Millisecond || c.Pause > time.Minute:
		return fmt.Errorf("pause %s: want 200ms to 1m", c.Pause)
	case c.MuteMargin < 0 || c.MuteMargin > 5*time.Second:
		return fmt.Errorf("mute_margin %s: want 0s to 5s", c.MuteMargin)
	case c.MaxLength < time.Second || c.MaxLength > 24*time.Hour:
		return fmt.Errorf("max_length %s: want 1s to 24h", c.MaxLength)
	case c.MaxBytes < 1:
		return fmt.Errorf("max_bytes %d: want at least 1", c.MaxBytes)
	case c.CacheBytes < 1<<20:
		return fmt.Errorf("cache_bytes %d: want at least 1048576", c.CacheBytes)
	case c.CacheAge < time.Hour:
		return fmt.Errorf("cache_age %s: want at least 1h", c.CacheAge)
	case c.Parallel < 0:
		return fmt.Errorf("parallel %d: want 0 or more", c.Parallel)
	}
	if err := validateGlossary(c.Glossary); err != nil {
		return err
	}
	for _, r := range c.Roles {
		if err := r.Validate(); err != nil {
			return fmt.Errorf("roles: %w", err)
		}
	}
	return nil
}
