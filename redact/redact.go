// Package redact masks private data in what was said, before anything else
// reads it: numbers of cards, identity cards, telephones, accounts and the
// like, written or spoken digit by digit, in Chinese and English, also when a
// number is split over several turns. Each becomes a placeholder such as
// [手机号1] or [MOBILE_1] that keeps its type, and within one conversation its
// identity.
package redact

import (
	"context"
	"maps"
	"slices"
	"strings"

	"earshot/models"
)

// Version changes when the same conversation would be masked differently.
const Version = "3"

// Step masks conversations. It may be used from many goroutines.
type Step struct {
	config Config
	masks  map[Type]bool
	broad  bool // whether any of the broad types is masked
	by     models.By
}

// New returns a Step. Errors wrap models.ErrBadInput.
func New(c Config) (*Step, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	s := &Step{config: c, masks: map[Type]bool{}, by: models.By{Name: "redact", Version: Version}}
	for t, k := range kinds {
		s.masks[t] = !k.broad && !slices.Contains(c.Keep, string(t)) || slices.Contains(c.Also, string(t))
		s.broad = s.broad || k.broad && s.masks[t]
	}
	return s, nil
}

// Name returns "redact".
func (s *Step) Name() string { return "redact" }

// Run masks private data in the turns, the attributes, the file name and the
// keys of in, and replaces its findings of kind private.* by one for each placeholder. To
// run it again changes nothing.
func (s *Step) Run(_ context.Context, in *models.Interaction) ([]models.By, error) {
	s.Open().Mask(in)
	return []models.By{s.by}, nil
}

// Interaction masks in like a Step with the default configuration. It is meant
// for the door: for chats that are accepted before any step has seen them.
func Interaction(in *models.Interaction) {
	s, err := New(Default())
	if err != nil { // the defaults are valid
		return
	}
	s.Open().Mask(in)
}

// Found is private data in a text: bytes from From to To.
type Found struct {
	Type     Type
	From, To int
}

// Find returns the private data in one text, by place. heard says that speech
// recognition wrote it.
func (s *Step) Find(text string, heard bool) []Found {
	var out []Found
	for _, a := range s.Open().areas([]models.Turn{{Party: models.Customer, Text: text}}, heard, false) {
		for _, p := range a.pieces {
			out = append(out, Found{a.kind, p.from, p.to})
		}
	}
	slices.SortFunc(out, func(a, b Found) int { return a.From - b.From })
	return out
}

// Session masks one conversation that may still grow: it remembers which
// number has which placeholder. It is used by one goroutine, and forgets all
// when it is dropped.
type Session struct {
	step   *Step
	known  map[Type]map[string]int
	used   map[Type]int
	own    map[string]bool // names of the agent, which stay
	people []person
	names  []spokenName
	scans  []scan  // by turn
	tokens []token // memory to work in

	companies map[string]bool // which stay as well
}

// Open begins to mask a conversation.
func (s *Step) Open() *Session {
	return &Session{step: s}
}

// Mask masks what in holds so far.
func (s *Session) Mask(in *models.Interaction) {
	s.noteUsed(in)
	if in.Agent != "" {
		s.noteAgent(in.Agent)
	}
	if in.Transcript != nil {
		// What a placeholder leaves between two numbers may make them one, or
		// two: look again until nothing is left.
		for range maxPasses {
			if !s.maskTurns(in) {
				break
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(in.Attributes)) {
		v := in.Attributes[k]
		if masked := s.maskText(v, k, english(k+v)); masked != v {
			in.Attributes[k] = masked
		}
	}
	in.ID, in.Customer = s.step.ID(in.ID), s.step.Pseudonym(in.Customer)
	if in.Media != nil {
		in.Media.Name = s.maskText(in.Media.Name, "", english(in.Media.Name))
	}
	s.find(in)
}

// maxPasses bounds how often a conversation is looked at; two is the rule.
const maxPasses = 20

// noteUsed takes in which placeholders are taken already.
func (s *Session) noteUsed(in *models.Interaction) {
	note := func(text string) {
		if !strings.Contains(text, "[") {
			return
		}
		if s.used == nil {
			s.used = map[Type]int{}
		}
		for _, p := range placeholders(text) {
			s.used[p.kind] = max(s.used[p.kind], p.number)
		}
	}
	if in.Transcript != nil {
		for i := range in.Transcript.Turns {
			note(in.Transcript.Turns[i].Text)
		}
	}
	for _, v := range in.Attributes {
		note(v)
	}
}

// number returns the number of the placeholder for a value.
func (s *Session) number(t Type, value string) int {
	of := s.known[t]
	if of == nil {
		if s.known == nil {
			s.known = map[Type]map[string]int{}
		}
		if s.used == nil {
			s.used = map[Type]int{}
		}
		of = map[string]int{}
		s.known[t] = of
	}
	if n, ok := of[value]; ok {
		return n
	}
	s.used[t]++
	of[value] = s.used[t]
	return s.used[t]
}

// find replaces the findings of this step by one for each placeholder.
func (s *Session) find(in *models.Interaction) {
	var kept []models.Finding
	for _, f := range in.Findings {
		if !strings.HasPrefix(f.Kind, "private.") {
			kept = append(kept, f)
		}
	}
	in.Findings = kept
	if in.Transcript == nil {
		return
	}
	in.Findings = append(in.Findings, s.keypad(in.Transcript)...)
	for i := range in.Transcript.Turns {
		if !strings.Contains(in.Transcript.Turns[i].Text, "[") {
			continue
		}
		turn := &in.Transcript.Turns[i]
		for _, p := range placeholders(turn.Text) {
			in.Findings = append(in.Findings, models.Finding{
				Kind: "private." + string(p.kind), Party: turn.Party, Score: 1, Label: turn.Text[p.from:p.to],
				Severity: kinds[p.kind].severity, By: s.step.by,
				Evidence: []models.Evidence{in.Transcript.Quote(i, p.from, p.to)},
			})
		}
	}
}

// KindKeypad is the kind of findings for keypad tones in a recording: each tone
// is a digit that a machine can read back, of a card as like as not. Other beeps
// sound much the same and count as well.
const KindKeypad = "private.keypad"

// keypad returns a finding for each stretch of beeps.
func (s *Session) keypad(t *models.Transcript) []models.Finding {
	var out []models.Finding
	after := 0
	for _, e := range t.Events {
		if e.Kind != "beep" {
			continue
		}
		for after+1 < len(t.Turns) && t.Turns[after+1].Start <= e.Start {
			after++
		}
		out = append(out, models.Finding{
			Kind: KindKeypad, Party: e.Party, Score: 0.5, Severity: 1, By: s.step.by,
			Evidence: []models.Evidence{models.Stretch(after, e.Start, min(e.End, t.End()))},
		})
	}
	return out
}
