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
	"crypto/sha256"
	"encoding/hex"
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
const Version = "7"

// Step finds things in conversations. It may be used from many goroutines.
type Step struct {
	config Config
	base   []*lexicons.Lexicon // that own ones are added to
	tells  *feelings.Classifier
	causes *Taxonomy
	embed  Embedder // nil: none is needed
	data   atomic.Pointer[data]
}

// data is what all conversations share: built once, replaced as a whole.
type data struct {
	config     Config
	dictionary *lexicons.Dictionary
	finds      []finds // by lexicon of the dictionary
	sentiment  *feelings.Classifier
	causes     *Taxonomy
	meaning    *meaning // nil: off
	by         models.By
	byMeaning  models.By // where the meaning of sentences was told
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
	other := &Step{config: s.config, base: s.base, tells: c, causes: s.causes, embed: s.embed}
	other.data.Store(&d)
	return other
}

// WithEmbedder sets what turns sentences into vectors, which a Step needs whose
// configuration has the meaning of sentences told. It is called before the Step
// is used.
func (s *Step) WithEmbedder(e Embedder) error {
	d, err := s.data.Load().withMeaning(e, meaningFile)
	if err != nil {
		return err
	}
	s.embed = e
	s.data.Store(d)
	return nil
}

// withMeaning returns d with the meaning of sentences told by the heads of the
// file, where that is on.
func (d *data) withMeaning(e Embedder, file []byte) (*data, error) {
	if e == nil || d.config.Meaning == MeaningOff || slices.Contains(d.config.Disabled, "meaning") {
		return d, nil
	}
	heads, err := readHeads(file)
	if err != nil {
		return nil, err
	}
	heads = slices.DeleteFunc(heads, func(h head) bool { return !h.meaning.wanted(d) })
	sum := sha256.Sum256(file)
	hash := hex.EncodeToString(sum[:8]) + e.By().Hash
	other := *d
	other.meaning = &meaning{embedder: e, heads: heads, by: models.By{Name: "meaning", Version: Version, Hash: hash}, calls: d.config.Meaning == MeaningCalls}
	other.byMeaning = d.by
	other.byMeaning.Hash += hash
	return &other, nil
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
	next := &data{config: s.config, dictionary: d, finds: findsOf(d.Lexicons()), sentiment: s.tells, causes: s.causes, by: models.By{Name: "nlp", Version: Version, Hash: hash}}
	next, err = next.withMeaning(s.embed, meaningFile)
	if err != nil {
		return err
	}
	s.data.Store(next)
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
	session := s.Open(ctx, in)
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
	by := session.by()
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
		in.Summary = Extract(in, found, by)
		in.Summary.Missing = missing
	}
	return []models.By{by}, nil
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
