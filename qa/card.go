package qa

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"earshot/models"
	"earshot/rules"
)

// Card is a quality form.
type Card struct {
	rules.Pos `yaml:"-" json:"-"`
	ID        string        `yaml:"id,required" json:"id"`
	Version   string        `yaml:"version,required" json:"version"`
	Title     rules.Text    `yaml:"title,required" json:"title"`
	Doc       rules.Text    `yaml:"doc" json:"-"`
	Language  string        `yaml:"language" json:"language,omitempty" jsonschema:"description=In which language to fill it in; default: that of the conversation"`
	Disabled  bool          `yaml:"disabled" json:"-" jsonschema:"description=Take the card of this id out of use"`
	Applies   rules.Applies `yaml:"applies" json:"applies"`
	When      []Ask         `yaml:"when" json:"when,omitempty" jsonschema:"description=Use the card only where all of these hold"`
	PassMark  float64       `yaml:"pass_mark,required" json:"pass_mark" jsonschema:"minimum=0,maximum=100,description=The lowest score that passes"`
	Scheme    Scheme        `yaml:"scheme" json:"scheme,omitempty" jsonschema:"enum=weights,enum=points,description=weights (the default): the weights of passed questions out of those that applied; points: a start that questions add to and take from"`
	Start     float64       `yaml:"start" json:"start,omitempty" jsonschema:"minimum=0,maximum=100,description=With scheme points: the score to begin with"`
	Sections  []Section     `yaml:"sections,required" json:"sections"`
	Tests     []Test        `yaml:"tests" json:"-"`

	shipped bool // it comes with Earshot
	hash    string
}

// Scheme is how a card's score is worked out.
type Scheme string

// The schemes.
const (
	Weights Scheme = "weights"
	Points  Scheme = "points"
)

// Section is a part of a card.
type Section struct {
	rules.Pos `yaml:"-" json:"-"`
	ID        string     `yaml:"id,required" json:"id"`
	Title     rules.Text `yaml:"title,required" json:"title"`
	Questions []Question `yaml:"questions,required" json:"questions"`
}

// Question is one line of a card.
type Question struct {
	rules.Pos `yaml:"-" json:"-"`
	ID        string         `yaml:"id,required" json:"id"`
	Text      rules.Text     `yaml:"text,required" json:"text"`
	Weight    float64        `yaml:"weight" json:"weight,omitempty" jsonschema:"minimum=0,maximum=100,description=With scheme weights: its share of 100"`
	Points    float64        `yaml:"points" json:"points,omitempty" jsonschema:"minimum=-100,maximum=100,description=With scheme points: what passing adds or (negative) what failing takes"`
	Rule      string         `yaml:"rule" json:"rule,omitempty" jsonschema:"description=The rule that answers it"`
	PassWhen  models.Outcome `yaml:"pass_when" json:"pass_when,omitempty" jsonschema:"enum=hit,enum=miss"`
	Measure   *Measure       `yaml:"measure" json:"measure,omitempty" jsonschema:"description=Instead of rule: a number with ranges"`
	Options   []Option       `yaml:"options" json:"options,omitempty" jsonschema:"description=Instead of rule: the first that fits gives its share of the weight; none: nothing"`
	When      []Ask          `yaml:"applies_when" json:"applies_when,omitempty" jsonschema:"description=n/a unless all of these hold"`
	Critical  bool           `yaml:"critical" json:"critical,omitempty" jsonschema:"description=Counts to the critical score that is shown beside the whole"`
	AutoFail  AutoFail       `yaml:"auto_fail" json:"auto_fail,omitempty" jsonschema:"enum=form,enum=section,description=Failing it sets the whole form or its section to 0"`
}

// Ask is a condition on another answer: of a rule or of an earlier question.
type Ask struct {
	Rule     string        `yaml:"rule" json:"rule,omitempty"`
	Question string        `yaml:"question" json:"question,omitempty"`
	Is       models.Answer `yaml:"is" json:"is,omitempty" jsonschema:"enum=hit,enum=miss,enum=pass,enum=fail,enum=n/a,description=hit (the default) or miss of a rule; pass (the default) or fail or n/a of a question"`
}

// Option is one graded answer.
type Option struct {
	Rule  string         `yaml:"rule" json:"rule,omitempty" jsonschema:"description=Fits where this rule hits; without it the option always fits"`
	Is    models.Outcome `yaml:"is" json:"is,omitempty" jsonschema:"enum=hit,enum=miss"`
	Share float64        `yaml:"share" json:"share" jsonschema:"minimum=0,maximum=1"`
	Label rules.Text     `yaml:"label" json:"label,omitempty"`
}

// Measure answers a question by a number.
type Measure struct {
	Hits    string       `yaml:"hits" json:"hits,omitempty" jsonschema:"description=The number of places where this rule hit"`
	Finding string       `yaml:"finding" json:"finding,omitempty" jsonschema:"description=The value of the finding of this kind such as talk.share; n/a without one"`
	Party   models.Party `yaml:"party" json:"party,omitempty" jsonschema:"description=Of which party the finding is"`
	Ranges  []Range      `yaml:"ranges,required" json:"ranges"`
}

// Range gives the share of the weight for a stretch of numbers.
type Range struct {
	At    rules.Number `yaml:"at,required" json:"-"`
	Text  string       `yaml:"-" json:"at"`
	Share float64      `yaml:"share" json:"share" jsonschema:"minimum=0,maximum=1"`
}

// AutoFail says what a failed question sets to 0.
type AutoFail string

// What an auto-fail can strike.
const (
	FailForm    AutoFail = "form"
	FailSection AutoFail = "section"
)

var idPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{1,63}$`)

// check returns what is wrong with the card.
func (c *Card) check(set *rules.Set) []error {
	var errs []error
	fail := func(pos rules.Pos, format string, args ...any) {
		errs = append(errs, &rules.Problem{Pos: pos, Message: fmt.Sprintf("scorecard %s: ", c.ID) + fmt.Sprintf(format, args...)})
	}
	needRule := func(pos rules.Pos, id string) {
		if id != "" && set.Rule(id) == nil {
			fail(pos, "%s", set.Unknown(id))
		}
	}
	if !idPattern.MatchString(c.ID) {
		fail(c.Pos, "id: want 2 to 64 lower-case letters, digits and _ with a letter first")
	}
	if c.Version == "" || len(c.Version) > 32 {
		fail(c.Pos, "version: want 1 to 32 characters")
	}
	if c.Scheme == "" {
		c.Scheme = Weights
	}
	if c.Scheme != Weights && c.Scheme != Points {
		fail(c.Pos, "scheme %q: want weights or points", c.Scheme)
	}
	if c.PassMark < 0 || c.PassMark > 100 || c.Start < 0 || c.Start > 100 {
		fail(c.Pos, "pass_mark and start: want 0 to 100")
	}
	if c.Scheme == Weights && c.Start != 0 {
		fail(c.Pos, "start needs scheme: points")
	}
	if err := c.Applies.Check(); err != nil {
		fail(c.Pos, "applies: %s", err)
	}
	seen := map[string]bool{}
	sum := 0.0
	for _, a := range c.When {
		if a.Question != "" {
			fail(c.Pos, "when: want rules, not questions")
		}
		needRule(c.Pos, a.Rule)
	}
	sections := map[string]bool{}
	for i := range c.Sections {
		s := &c.Sections[i]
		if !idPattern.MatchString(s.ID) || sections[s.ID] {
			fail(s.Pos, "section %q: the id is taken, or not of lower-case letters, digits and _", s.ID)
		}
		sections[s.ID] = true
		for k := range s.Questions {
			q := &s.Questions[k]
			sum += q.Weight
			for _, message := range q.check(c.Scheme, seen) {
				fail(q.Pos, "question %s: %s", q.ID, message)
			}
			for _, id := range q.rules() {
				needRule(q.Pos, id)
			}
			seen[q.ID] = true
		}
	}
	if c.Scheme == Weights && math.Abs(sum-100) > 1e-9 {
		fail(c.Pos, "the weights sum to %g: they have to sum to 100", sum)
	}
	return errs
}

// check returns what is wrong with the question; seen are the ids before it.
func (q *Question) check(scheme Scheme, seen map[string]bool) []string {
	var out []string
	fail := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if !idPattern.MatchString(q.ID) || seen[q.ID] {
		fail("the id is taken, or not of lower-case letters, digits and _")
	}
	given := 0
	for _, is := range []bool{q.Rule != "", q.Measure != nil, q.Options != nil} {
		if is {
			given++
		}
	}
	if given != 1 {
		fail("give one of rule, measure and options")
	}
	if q.Rule != "" && q.PassWhen != models.Hit && q.PassWhen != models.Miss {
		fail("pass_when: want hit or miss")
	}
	if q.Rule == "" && q.PassWhen != "" {
		fail("pass_when needs rule")
	}
	switch {
	case scheme == Weights && (q.Weight < 0 || q.Weight > 100 || q.Points != 0):
		fail("want a weight of 0 to 100, and points only with scheme: points")
	case scheme == Weights && q.Weight == 0 && q.AutoFail == "":
		fail("a weight of 0 counts for nothing; give a weight or auto_fail")
	case scheme == Points && (q.Points < -100 || q.Points > 100 || q.Weight != 0):
		fail("want points of -100 to 100, and weights only with scheme: weights")
	case scheme == Points && q.Points == 0 && q.AutoFail == "":
		fail("0 points count for nothing; give points or auto_fail")
	}
	if q.AutoFail != "" && q.AutoFail != FailForm && q.AutoFail != FailSection {
		fail("auto_fail %q: want form or section", q.AutoFail)
	}
	for _, o := range q.Options {
		if o.Share < 0 || o.Share > 1 {
			fail("share %g: want 0 to 1", o.Share)
		}
		if o.Is != "" && (o.Rule == "" || o.Is != models.Hit && o.Is != models.Miss) {
			fail("option: is: want hit or miss, of a rule")
		}
	}
	if m := q.Measure; m != nil {
		if (m.Hits == "") == (m.Finding == "") {
			fail("measure: give hits or finding")
		}
		for i := range m.Ranges {
			m.Ranges[i].Text = m.Ranges[i].At.String()
			if s := m.Ranges[i].Share; s < 0 || s > 1 {
				fail("share %g: want 0 to 1", s)
			}
		}
	}
	for i := range q.When {
		a := &q.When[i]
		switch {
		case (a.Rule == "") == (a.Question == ""):
			fail("applies_when: give rule or question")
		case a.Question != "" && !seen[a.Question]:
			fail("applies_when: there is no question %q before this one", a.Question)
		case a.Rule != "" && a.Is != "" && a.Is != "hit" && a.Is != "miss":
			fail("applies_when: is %q: want hit or miss of a rule", a.Is)
		case a.Question != "" && a.Is != "" && a.Is != models.Pass && a.Is != models.Fail && a.Is != models.NA:
			fail("applies_when: is %q: want pass, fail or n/a of a question", a.Is)
		}
	}
	return out
}

// rules returns the rules the question refers to.
func (q *Question) rules() []string {
	out := []string{q.Rule}
	for _, a := range q.When {
		out = append(out, a.Rule)
	}
	for _, o := range q.Options {
		out = append(out, o.Rule)
	}
	if q.Measure != nil {
		out = append(out, q.Measure.Hits)
	}
	return out
}

// seal works out the hash of what the card's scores depend on: what it says,
// without doc and tests, and the rules it asks.
func (c *Card) seal(set *rules.Set) {
	h := sha256.New()
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // all fields are of plain types
	}
	fmt.Fprintf(h, "qa %s\n%s\n", EngineVersion, text)
	for _, id := range c.asks() {
		if r := set.Rule(id); r != nil {
			fmt.Fprintf(h, "%s %s\n", id, r.Hash())
		}
	}
	own := sha256.Sum256(text)
	c.hash = hex.EncodeToString(own[:])[:ownLength] + hex.EncodeToString(h.Sum(nil))[:hashLength]
}

// asks returns the rules that the card refers to.
func (c *Card) asks() []string {
	var ids []string
	for _, a := range c.When {
		ids = append(ids, a.Rule)
	}
	for _, s := range c.Sections {
		for i := range s.Questions {
			ids = append(ids, s.Questions[i].rules()...)
		}
	}
	return ids
}

// gate makes the hash that of the card under the modes of the rules it asks.
func (c *Card) gate(modes map[string]Mode) {
	var kept []string
	for _, id := range c.asks() {
		if mode, ok := modes[id]; ok && mode != Auto {
			kept = append(kept, id+" "+string(mode))
		}
	}
	if len(kept) == 0 {
		return
	}
	slices.Sort(kept)
	sum := sha256.Sum256([]byte(c.hash + "\n" + strings.Join(slices.Compact(kept), "\n")))
	c.hash = c.hash[:ownLength] + hex.EncodeToString(sum[:])[:hashLength]
}

// Hash identifies everything the card's scores depend on.
func (c *Card) Hash() string { return c.hash }
