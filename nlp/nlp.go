// Package nlp turns a transcript into findings: what was said, how it was
// said, and what was promised. Each finding is a claim with the place it rests
// on and the name, version and data hash of what made it.
//
// A detector is one file, detect_<name>.go; a list of words is one YAML file in
// lexicons. Detectors read a conversation turn by turn and look back, never
// ahead, so a finished conversation and one that still runs give the same
// findings.
package nlp

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"earshot/models"
	"earshot/nlp/feelings"
	"earshot/nlp/lexicons"
)

// Version is the version of the detectors as a whole. It changes when the same
// conversation and lexicons would give other findings or another summary.
const Version = "8"

// Step finds things in conversations. It may be used from many goroutines.
type Step struct {
	config Config
	base   []*lexicons.Lexicon // that own ones are added to
	tells  *feelings.Classifier
	causes *Taxonomy
	data   atomic.Pointer[data]
}

// data is what all conversations share: built once, replaced as a whole.
type data struct {
	config     Config
	dictionary *lexicons.Dictionary
	finds      []finds // by lexicon of the dictionary
	sentiment  *feelings.Classifier
	causes     *Taxonomy
	by         models.By
}

// New returns a Step that uses the built-in lexicons and own. An own lexicon
// replaces a built-in one of the same id. Errors wrap models.ErrBadInput.
func New(c Config, own ...*lexicons.Lexicon) (*Step, error) {
	builtin, err := lexicons.Builtin()
	if err != nil {
		return nil, fmt.Errorf("read the built-in lexicons: %w", err)
	}
	return newStep(c, builtin, own)
}

// Only returns a Step that uses no lexicons but the given ones.
func Only(c Config, lexicons ...*lexicons.Lexicon) (*Step, error) { return newStep(c, nil, lexicons) }

func newStep(c Config, base, own []*lexicons.Lexicon) (*Step, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	builtin, err := feelings.Builtin()
	if err != nil {
		return nil, err
	}
	causes, err := ReadTaxonomy(c.Causes)
	if err != nil {
		return nil, err
	}
	s := &Step{config: c, base: base, tells: builtin, causes: causes}
	return s, s.Reload(own...)
}

// Using returns a Step that tells feelings by another classifier: that is how
// one is validated.
func (s *Step) Using(c *feelings.Classifier) *Step {
	d := *s.data.Load()
	d.sentiment = c
	other := &Step{config: s.config, base: s.base, tells: c, causes: s.causes}
	other.data.Store(&d)
	return other
}

// Reload replaces the own lexicons. Conversations that are open keep the
// lexicons they started with; no search waits. On an error nothing changes.
func (s *Step) Reload(own ...*lexicons.Lexicon) error {
	chosen, err := lexicons.Choose(s.base, own, s.config.Disabled)
	if err != nil {
		return err
	}
	d, err := lexicons.NewDictionary(chosen)
	if err != nil {
		return err
	}
	hash := d.Hash()
	if s.config.Causes != "" {
		hash += s.causes.hash
	}
	s.data.Store(&data{config: s.config, dictionary: d, finds: findsOf(d.Lexicons()), sentiment: s.tells, causes: s.causes, by: models.By{Name: "nlp", Version: Version, Hash: hash}})
	return nil
}

// Lexicons returns the lexicons in use, sorted by id.
func (s *Step) Lexicons() []*lexicons.Lexicon { return s.data.Load().dictionary.Lexicons() }

// Name returns "nlp".
func (s *Step) Name() string { return "nlp" }

// Run replaces this step's findings in in by those of its transcript, and the
// summary unless a language model wrote it. Findings of other steps stay. It
// does nothing without a transcript.
func (s *Step) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	if in.Transcript == nil {
		return nil, nil
	}
	session := s.Open(in)
	defer session.release()
	for i := range in.Transcript.Turns {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		session.Turn(i)
	}
	session.Close()
	if err := session.Err(); err != nil {
		return nil, fmt.Errorf("find in interaction %s: %w", in.ID, err)
	}
	kept := in.Findings[:0:0]
	for _, f := range in.Findings {
		if !owns(f.Kind) {
			kept = append(kept, f)
		}
	}
	found := session.Findings()
	if in.Findings = found; len(kept) > 0 {
		in.Findings = slices.Concat(kept, found)
	}
	if in.Summary == nil || in.Summary.Method == "extractive" {
		missing := ""
		if in.Summary != nil {
			missing = in.Summary.Missing
		}
		in.Summary = Extract(in, found, session.data.by)
		in.Summary.Missing = missing
	}
	return []models.By{session.data.by}, nil
}

// owns reports whether findings of the kind are made by this package.
func owns(kind string) bool {
	family, _, _ := strings.Cut(kind, ".")
	for _, d := range detectors {
		for _, k := range d.Kinds {
			if f, _, _ := strings.Cut(k.Name, "."); f == family {
				return true
			}
		}
	}
	return false
}
