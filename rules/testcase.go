package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"time"

	"earshot/models"
)

// Test is a dialogue with what a rule must say of it.
type Test struct {
	Pos    `yaml:"-"`
	Name   string `yaml:"name"`
	Hit    string `yaml:"hit" jsonschema:"description=A dialogue that must hit"`
	Miss   string `yaml:"miss" jsonschema:"description=A dialogue that must miss"`
	Unsure string `yaml:"unsure" jsonschema:"description=A dialogue that must be unsure"`
	NA     string `yaml:"na" jsonschema:"description=A dialogue the rule must not apply to"`
	// Quote are texts that must be among the evidence.
	Quote []string `yaml:"quote" jsonschema:"description=Texts that must be quoted as evidence"`
	Case
}

// Case is what a test may say about its conversation beside the dialogue.
type Case struct {
	Channel    models.Channel    `yaml:"channel" jsonschema:"description=Default: phone"`
	Language   string            `yaml:"language"`
	Direction  string            `yaml:"direction"`
	Queue      string            `yaml:"queue"`
	Team       string            `yaml:"team"`
	Agent      string            `yaml:"agent"`
	Attributes map[string]string `yaml:"attributes"`
	Date       Date              `yaml:"date" jsonschema:"description=Day of the conversation; default 2026-01-01"`
	Time       string            `yaml:"time" jsonschema:"description=Instead of date: when it began as RFC 3339"`
	Confidence []float64         `yaml:"confidence" jsonschema:"description=Recognition confidence of the turns in order; 0 or missing: not known"`
	Tones      []TestTone        `yaml:"tones" jsonschema:"description=How the turns sound in order"`
	Findings   []TestFinding     `yaml:"findings" jsonschema:"description=What detectors would find"`
}

// TestTone is how a turn of a test sounds.
type TestTone struct {
	Loudness float64 `yaml:"loudness" jsonschema:"description=dB below full scale; 0: not known"`
	Pitch    float64 `yaml:"pitch" jsonschema:"description=Hz"`
	Pace     float64 `yaml:"pace" jsonschema:"description=Chinese characters or English words a minute"`
}

// TestFinding is a finding of a detector in a test.
type TestFinding struct {
	Kind     string       `yaml:"kind,required"`
	Turn     int          `yaml:"turn" jsonschema:"minimum=1,description=Number of the turn from 1; without it the first that holds the quote"`
	Quote    string       `yaml:"quote" jsonschema:"description=The words; without it the whole turn"`
	Party    models.Party `yaml:"party" jsonschema:"description=Default: the turn's"`
	Score    float64      `yaml:"score" jsonschema:"description=Default 1"`
	Value    float64      `yaml:"value"`
	Label    string       `yaml:"label"`
	Severity int          `yaml:"severity"`
}

// Interaction returns the conversation a test is about.
func (c *Case) Interaction(dialogue string) (*models.Interaction, error) {
	t, err := models.Parse(dialogue)
	if err != nil {
		return nil, err
	}
	in := &models.Interaction{Schema: models.SchemaVersion, ID: "test", Channel: c.Channel, Language: c.Language, Direction: c.Direction, Queue: c.Queue,
		Team: c.Team, Agent: c.Agent, Attributes: c.Attributes, Started: c.Date.Time, Transcript: t}
	if in.Channel == "" {
		in.Channel = models.Phone
	}
	if in.Started.IsZero() {
		in.Started = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if c.Time != "" {
		if in.Started, err = time.Parse(time.RFC3339, c.Time); err != nil {
			return nil, models.BadInput("time %q: want RFC 3339 such as 2026-01-05T09:30:00+08:00", c.Time)
		}
	}
	for i, v := range c.Confidence {
		if i >= len(t.Turns) {
			return nil, models.BadInput("confidence for %d turns, but the dialogue has %d", len(c.Confidence), len(t.Turns))
		}
		t.Turns[i].Confidence = v
	}
	for i, tone := range c.Tones {
		if i >= len(t.Turns) {
			return nil, models.BadInput("tones of %d turns, but the dialogue has %d", len(c.Tones), len(t.Turns))
		}
		if tone != (TestTone{}) {
			t.Turns[i].Tone = &models.Tone{Loudness: tone.Loudness, Pitch: tone.Pitch, Pace: tone.Pace}
		}
	}
	for i := range c.Findings {
		f, err := c.Findings[i].finding(t)
		if err != nil {
			return nil, err
		}
		in.Findings = append(in.Findings, f)
	}
	return in, in.Validate()
}

func (f *TestFinding) finding(t *models.Transcript) (models.Finding, error) {
	turn := f.Turn - 1
	if f.Turn == 0 {
		turn = slices.IndexFunc(t.Turns, func(turn models.Turn) bool { return strings.Contains(turn.Text, f.Quote) })
	}
	if turn < 0 || turn >= len(t.Turns) {
		return models.Finding{}, models.BadInput("finding %s: no turn %d, or none with %q", f.Kind, f.Turn, f.Quote)
	}
	out := models.Finding{Kind: f.Kind, Party: f.Party, Score: f.Score, Value: f.Value, Label: f.Label, Severity: f.Severity, By: models.By{Name: "test"}}
	if out.Party == "" {
		out.Party = t.Turns[turn].Party
	}
	if out.Score == 0 {
		out.Score = 1
	}
	evidence := t.QuoteTurn(turn)
	if f.Quote != "" {
		at := strings.Index(t.Turns[turn].Text, f.Quote)
		if at < 0 {
			return out, models.BadInput("finding %s: turn %d does not say %q", f.Kind, turn+1, f.Quote)
		}
		evidence = t.Quote(turn, at, at+len(f.Quote))
	}
	out.Evidence = []models.Evidence{evidence}
	return out, nil
}

// TestResult is how the tests of a set came out.
type TestResult struct {
	Rules, Tests int
	Failures     []*Problem
}

// RunTests reads the rules of a folder on top of those that come with Earshot
// and runs the tests of all of them. The error says what is wrong with the
// files; failed tests are in the result.
func RunTests(folder fs.FS) (*TestResult, error) {
	set, err := Load(folder)
	if err != nil {
		return nil, err
	}
	return set.RunTests(), nil
}

// RunTests runs the tests that the rules of the set carry. Each dialogue is
// evaluated as a whole and turn by turn, and both have to agree.
func (set *Set) RunTests() *TestResult {
	out := &TestResult{Rules: len(set.rules)}
	for _, r := range set.rules {
		for i := range r.Tests {
			out.Tests++
			if err := set.runTest(r, &r.Tests[i]); err != nil {
				out.Failures = append(out.Failures, &Problem{Pos: r.Tests[i].Pos, Rule: r.ID, Message: fmt.Sprintf("rule %s: %s: %s", r.ID, r.Tests[i].title(), err)})
			}
		}
	}
	return out
}

func (t *Test) title() string {
	if t.Name != "" {
		return t.Name
	}
	return "test"
}

// dialogue returns the dialogue of a test and the outcome it wants, "" for
// not applicable.
func (t *Test) dialogue() (text string, want models.Outcome, err error) {
	given := 0
	for _, d := range []struct {
		text string
		want models.Outcome
	}{{t.Hit, models.Hit}, {t.Miss, models.Miss}, {t.Unsure, models.Unsure}, {t.NA, ""}} {
		if d.text != "" {
			given++
			text, want = d.text, d.want
		}
	}
	if given != 1 {
		return "", "", errors.New("give one of hit, miss, unsure and na, with a dialogue")
	}
	return text, want, nil
}

func (set *Set) runTest(r *Rule, t *Test) error {
	dialogue, want, err := t.dialogue()
	if err != nil {
		return err
	}
	in, err := t.Interaction(dialogue)
	if err != nil {
		return err
	}
	if fits := r.Applies.Fits(in); !fits || want == "" {
		if fits {
			return errors.New("the rule applies, but should not")
		}
		if want != "" {
			return errors.New("the rule does not apply")
		}
		return nil
	}
	s := set.Begin(in)
	s.Whole(in)
	v := s.verdict(r)
	if v.Outcome != want {
		return fmt.Errorf("want %s, got %s\n%s", want, v.Outcome, indent(s.explain(r.root, r).String()))
	}
	for _, q := range t.Quote {
		if !slices.ContainsFunc(v.Evidence, func(e models.Evidence) bool { return strings.Contains(e.Quote, q) }) {
			return fmt.Errorf("no evidence quotes %q\n%s", q, indent(s.explain(r.root, r).String()))
		}
	}
	for _, e := range slices.Concat(v.Evidence, v.Searched) {
		if err := e.Check(in.Transcript); err != nil {
			return err
		}
	}
	if turns := set.byTurns(in, r); !reflect.DeepEqual(turns, v) {
		return fmt.Errorf("turn by turn it says %s (%s), as a whole %s (%s)", turns.Outcome, turns.Because, v.Outcome, v.Because)
	}
	return nil
}

// byTurns evaluates a rule turn by turn, with each finding as late as it may
// come.
func (set *Set) byTurns(in *models.Interaction, r *Rule) models.Verdict {
	s := set.Begin(in)
	for i := range in.Transcript.Turns {
		var now []models.Finding
		for _, f := range in.Findings {
			if due(&f) == i {
				now = append(now, f)
			}
		}
		s.Observe(in.Transcript.Turns[i], now...)
		s.verdict(r)
	}
	for _, f := range in.Findings {
		if due(&f) >= len(in.Transcript.Turns) {
			s.Finding(f)
		}
	}
	s.Close(in.Transcript.Length)
	return s.verdict(r)
}

// due returns the turn with which a finding becomes known at the latest.
func due(f *models.Finding) int {
	last := 0
	for _, e := range f.Evidence {
		last = max(last, e.Turn)
	}
	return last + 1
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}
