package rules

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"earshot/models"
)

// Rule says what happened in a conversation: when its condition holds, it
// hits. Whether a hit is good or bad is for its readers to say.
type Rule struct {
	Pos        `yaml:"-"`
	ID         string                `yaml:"id,required"`
	Version    string                `yaml:"version,required"`
	Name       Text                  `yaml:"name,required"`
	Doc        Text                  `yaml:"doc"`
	Severity   int                   `yaml:"severity" jsonschema:"minimum=0,maximum=3,description=0 none; 1 note; 2 serious; 3 critical"`
	Tags       []string              `yaml:"tags"`
	Applies    Applies               `yaml:"applies"`
	Floor      Floor                 `yaml:"floor"`
	Conditions map[string]*Condition `yaml:"conditions"`
	Names      map[string]Text       `yaml:"names" jsonschema:"description=What sentences call the conditions such as greeting: {en: greeting\\, zh: 问候}"`
	When       *Condition            `yaml:"when,required"`
	Tests      []Test                `yaml:"tests"`

	shipped   bool // it comes with Earshot
	canonical string
	hash      string
	root      termID
	terms     map[string]termID // of the named conditions
	named     map[termID]label  // the other way round; of several names the first
	title     wordings
	number    int      // in the set
	leaves    []termID // that decide it, see routineLeaves
}

// label is the name of a condition, and what it is called for a person.
type label struct {
	name  string
	title wordings
}

// Applies says for which conversations a rule is asked at all. Each field that
// is given has to fit; a list fits if one of its values does. Values may hold
// * for any text. A rule that does not apply gives no verdict.
type Applies struct {
	Channel    []models.Channel    `yaml:"channel" jsonschema:"description=phone or web_chat or another channel"`
	Language   []string            `yaml:"language" jsonschema:"description=Language of the conversation such as zh or en; where it is not stated its writing decides"`
	Direction  []string            `yaml:"direction" jsonschema:"description=inbound or outbound"`
	Queue      []string            `yaml:"queue"`
	Team       []string            `yaml:"team"`
	Agent      []string            `yaml:"agent"`
	Attributes map[string][]string `yaml:"attributes" jsonschema:"description=Values an attribute may have such as tier: [gold\\, vip]"`
	From       Date                `yaml:"from" jsonschema:"description=First day it applies by the conversation's own start"`
	Until      Date                `yaml:"until" jsonschema:"description=Last day it applies"`
}

// Date is a day, written 2026-07-31.
type Date struct{ time.Time }

func (d *Date) fromYAML(n *node) error {
	text, err := n.scalarText("a date such as 2026-07-31")
	if err != nil {
		return err
	}
	if d.Time, err = time.Parse(time.DateOnly, text); err != nil {
		return fmt.Errorf("%q: want a date such as 2026-07-31", text)
	}
	return nil
}

// Floor says from which confidence on words count as heard.
type Floor struct {
	Confidence float64 `yaml:"confidence" jsonschema:"minimum=0,maximum=1,description=Words recognised with less than this are doubtful; default 0.4. Text channels have no doubt."`
	Unclear    float64 `yaml:"unclear" jsonschema:"minimum=0,maximum=1,description=Share of the searched speech that may be unintelligible before nothing found is doubtful too; default 0.3"`
}

// Defaults for the floors. Whisper's base model gives misheard words a mean
// probability below 0.4 and clear ones above 0.6.
const (
	defaultConfidence = 0.4
	defaultUnclear    = 0.3
)

var (
	idPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{1,63}$`)
	// Conditions and lists may have names in any script without capitals.
	namePattern = regexp.MustCompile(`^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_]{1,63}$`)
)

// check returns what is wrong with the rule's own fields.
func (r *Rule) check() []error {
	var errs []error
	fail := func(format string, args ...any) {
		errs = append(errs, &Problem{Pos: r.Pos, Rule: r.ID, Message: "rule " + r.ID + ": " + fmt.Sprintf(format, args...)})
	}
	if !idPattern.MatchString(r.ID) {
		fail("id: want 2 to 64 lower-case letters, digits and _ with a letter first")
	}
	if r.Version == "" || len(r.Version) > 32 {
		fail("version: want 1 to 32 characters")
	}
	if r.Severity < 0 || r.Severity > 3 {
		fail("severity %d: want 0 none, 1 note, 2 serious or 3 critical", r.Severity)
	}
	for _, v := range []float64{r.Floor.Confidence, r.Floor.Unclear} {
		if v < 0 || v > 1 {
			fail("floor %v: want 0 to 1", v)
		}
	}
	if r.Floor.Confidence == 0 {
		r.Floor.Confidence = defaultConfidence
	}
	if r.Floor.Unclear == 0 {
		r.Floor.Unclear = defaultUnclear
	}
	for name := range r.Conditions {
		if !namePattern.MatchString(name) {
			fail("condition %q: want 2 to 64 letters without capitals, digits and _ with a letter first", name)
		}
	}
	for name := range r.Names {
		if r.Conditions[name] == nil {
			fail("names: %s", unknown("condition", name, slices.Collect(maps.Keys(r.Conditions))))
		}
	}
	if err := r.Applies.Check(); err != nil {
		fail("applies: %s", err)
	}
	return errs
}

// Check returns an error if a value can never fit.
func (a *Applies) Check() error {
	for _, c := range a.Channel {
		if !slices.Contains(models.Channels(), c) {
			return models.BadInput("%s", unknown("channel", string(c), texts(models.Channels())))
		}
	}
	for _, d := range a.Direction {
		if d != "inbound" && d != "outbound" {
			return models.BadInput("direction %q: want inbound or outbound", d)
		}
	}
	for _, l := range a.Language {
		if l == "" || strings.ToLower(l) != l {
			return models.BadInput("language %q: want a lower-case tag such as zh or en", l)
		}
	}
	lists := [][]string{a.Queue, a.Team, a.Agent}
	for _, values := range a.Attributes {
		lists = append(lists, values)
	}
	for _, patterns := range lists {
		for _, p := range patterns {
			if _, err := path.Match(p, ""); err != nil {
				return models.BadInput("%q is no pattern: * stands for any text, [ and \\ have to be escaped with \\", p)
			}
		}
	}
	if !a.From.IsZero() && !a.Until.IsZero() && a.Until.Before(a.From.Time) {
		return models.BadInput("until %s lies before from %s", a.Until.Format(time.DateOnly), a.From.Format(time.DateOnly))
	}
	return nil
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// Fits reports whether a conversation is of the kind that a describes.
func (a *Applies) Fits(in *models.Interaction) bool {
	language := ""
	if len(a.Language) > 0 {
		language = Spoken(in)
	}
	return a.FitsIn(in, language)
}

// FitsIn is Fits where the language is known that the conversation is in, see
// Spoken: to ask many.
func (a *Applies) FitsIn(in *models.Interaction, language string) bool {
	if len(a.Channel) > 0 && !slices.Contains(a.Channel, in.Channel) {
		return false
	}
	if len(a.Direction) > 0 && !slices.Contains(a.Direction, in.Direction) {
		return false
	}
	if !fitsLanguage(a.Language, language) || !fits(a.Queue, in.Queue) || !fits(a.Team, in.Team) || !fits(a.Agent, in.Agent) {
		return false
	}
	for name, values := range a.Attributes {
		if v, ok := in.Attributes[name]; !ok || !fits(values, v) {
			return false
		}
	}
	if !a.From.IsZero() && in.Started.Before(a.From.Time) {
		return false
	}
	return a.Until.IsZero() || in.Started.Before(a.Until.AddDate(0, 0, 1))
}

func fitsLanguage(want []string, language string) bool {
	if len(want) == 0 || language == "" {
		return true
	}
	base, _, _ := strings.Cut(language, "-")
	return slices.Contains(want, language) || slices.Contains(want, base)
}

// Spoken returns the language a conversation is in: as it is stated, or else
// as its writing shows; "" if nothing is known.
func Spoken(in *models.Interaction) string {
	language := in.Language
	if language == "" && in.Transcript != nil {
		language = in.Transcript.Language
		if language == "" {
			language = written(in.Transcript.Turns)
		}
	}
	return strings.ToLower(language)
}

// Language returns the base language of a conversation, such as zh or en: as
// stated, or else as its writing shows; "" if nothing is known.
func Language(in *models.Interaction) string {
	base, _, _ := strings.Cut(Spoken(in), "-")
	return base
}

// written returns zh for turns with Chinese in them, else en; "" for none. A
// Chinese character counts as much as four letters, so that Chinese full of
// English names stays Chinese.
func written(turns []models.Turn) string {
	han, latin := 0, 0
	for i := range turns {
		text := turns[i].Text
		for at := 0; at < len(text); {
			if c := text[at]; c < utf8.RuneSelf {
				if c |= 0x20; c >= 'a' && c <= 'z' {
					latin++
				}
				at++
				continue
			}
			r, size := utf8.DecodeRuneInString(text[at:])
			if r >= 0x4E00 && r <= 0x9FFF {
				han++
			}
			at += size
		}
	}
	switch {
	case han == 0 && latin == 0:
		return ""
	case 4*han >= latin:
		return "zh"
	}
	return "en"
}

func fits(patterns []string, value string) bool {
	if len(patterns) == 0 {
		return true
	}
	for _, p := range patterns {
		if p == value {
			return true
		}
		if ok, err := path.Match(strings.ReplaceAll(p, "/", "\x00"), strings.ReplaceAll(value, "/", "\x00")); err == nil && ok {
			return true
		}
	}
	return false
}
