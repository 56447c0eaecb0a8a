package claims

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/fold"
	"earshot/models/script"
	"earshot/models/terms"
)

var quoteFolder = fold.New(fold.Search | fold.Gaps)

// Longest sentence, in characters.
const longestClaim = 400

// Supported returns nil if the sentence says nothing that its sources do not,
// as far as words tell, and an *Unsupported with the first thing that stands in
// the way:
//
//   - form: markup, an address, control characters, a placeholder of masked data
//     that no source has, too long
//   - number: a number, amount, time or date that no source has, or of another
//     unit
//   - word: a word that no source has in any form, beside those that report
//     ("the customer asks that") or hold a sentence together; or a clause put
//     together of words of several sources
//   - negation: the source that is closest denies what the sentence says, or the
//     other way round
//   - party: the sentence says that one party did, is or has what the other one
//     said
//   - tense: promised is told as done, or asked or supposed as being so
//
// Sentences are compared clause by clause. What words do not tell, such as
// irony, is not found.
func Supported(sentence string, sources []Source) error {
	if err := wellFormed(sentence, sources); err != nil {
		return err
	}
	claim := parseClauses(sentence)
	var said []clause
	for i, s := range sources {
		var before map[string]bool
		for _, c := range parseClauses(s.Text) {
			c.party, c.source = s.Party, i
			if pronounEN.MatchString(strings.ToLower(c.text)) {
				c.before = before
			}
			before = c.all
			said = append(said, c)
		}
	}
	if !slices.ContainsFunc(claim, func(c clause) bool { return len(c.content) > 0 }) {
		return unsupported("form", "%q says nothing", sentence)
	}
	if err := numbersSupported(claim, said); err != nil {
		return err
	}
	for _, when := range periodsIn(sentence) {
		if !slices.ContainsFunc(sources, func(s Source) bool { return slices.Contains(periodsIn(s.Text), when) }) {
			return unsupported("number", "%s", when)
		}
	}
	if err := wordsSupported(claim, said); err != nil {
		return err
	}
	for _, c := range claim {
		if err := c.supported(said); err != nil {
			return err
		}
	}
	return nil
}

func wellFormed(sentence string, sources []Source) error {
	if n := utf8.RuneCountInString(sentence); n < 2 || n > longestClaim || !utf8.ValidString(sentence) {
		return unsupported("form", "%d characters: want 2 to %d", n, longestClaim)
	}
	for _, r := range sentence {
		if unicode.IsControl(r) || strings.ContainsRune("<>{}|`#*_\\", r) || unicode.Is(unicode.Co, r) || r >= 0xE0000 && r < 0xE1000 {
			return unsupported("form", "%q has %q in it", sentence, r)
		}
	}
	if strings.Contains(sentence, "://") || strings.Contains(sentence, "www.") {
		return unsupported("form", "%q has an address in it", sentence)
	}
	rest := sentence
	for {
		i := strings.IndexAny(rest, "[［")
		if i < 0 {
			return nil
		}
		k := strings.IndexAny(rest[i:], "]］")
		if k < 0 || !slices.ContainsFunc(sources, func(s Source) bool { return strings.Contains(s.Text, rest[i:i+k+1]) }) {
			return unsupported("form", "%q has a placeholder that no source has", sentence)
		}
		rest = rest[i+k+1:]
	}
}

// wordsSupported: every word of the claim stands in a source.
func wordsSupported(claim, said []clause) error {
	have := map[string]bool{}
	for _, s := range said {
		for k := range s.all {
			have[k] = true
		}
	}
	for _, c := range claim {
		for _, k := range c.content {
			if !k.in(have) {
				return unsupported("word", "%q", k.text)
			}
		}
		if !c.ofOneSource(said) {
			return unsupported("word", "no single source says %q", c.text)
		}
	}
	return nil
}

// ofOneSource reports whether one source has all words of the clause.
func (c *clause) ofOneSource(said []clause) bool {
	have := map[int]map[string]bool{}
	for _, s := range said {
		if have[s.source] == nil {
			have[s.source] = map[string]bool{}
		}
		maps.Copy(have[s.source], s.all)
	}
	for _, words := range have {
		if !slices.ContainsFunc(c.content, func(k key) bool { return !k.in(words) }) {
			return true
		}
	}
	return len(c.content) == 0
}

// closest returns the source clauses that share most with c.
func (c *clause) closest(said []clause) []*clause {
	var best []*clause
	most := 0
	for i := range said {
		n := 0
		for _, k := range c.content {
			if k.in(said[i].all) {
				n += 2
			}
		}
		for j := range c.terms {
			if c.terms[j].Kind == terms.Number && slices.ContainsFunc(said[i].terms, func(o terms.Term) bool { return o.Same(&c.terms[j]) }) {
				n += 3
			}
		}
		switch {
		case n == 0 || n < most:
		case n > most:
			most, best = n, []*clause{&said[i]}
		default:
			best = append(best, &said[i])
		}
	}
	return best
}

// supported compares the clause with the closest ones of the sources: one of
// them has to agree in all respects.
func (c *clause) supported(said []clause) error {
	best := c.closest(said)
	if len(best) == 0 {
		return nil // nothing but words that report
	}
	if err := c.polarity(said); err != nil {
		return err
	}
	if err := c.real(said); err != nil {
		return err
	}
	var first error
	for _, s := range best {
		err := c.agrees(s)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// within: what the clause says is said in s, not put together of several
// clauses: the amount of one thing is not told of another.
func (c *clause) within(s *clause) error {
	for _, k := range c.content {
		if !k.in(s.all) && !k.in(s.before) {
			return unsupported("word", "%q is not said in %q", k.text, s.text)
		}
	}
	for i := range c.terms {
		n := &c.terms[i]
		if n.Kind == terms.Number && n.Text != "1" && !slices.ContainsFunc(s.terms, func(o terms.Term) bool { return n.Same(&o) }) {
			return unsupported("number", "%q is not said in %q", n.Text, s.text)
		}
	}
	return nil
}

// polarity: what the clause says is not what the sources only deny, and what it
// denies one of them denies.
func (c *clause) polarity(said []clause) error {
	denied := false
	scope := c.content[min(c.scope, len(c.content)):]
	if len(scope) == 0 {
		scope = c.content
	}
	for _, k := range c.content {
		in, negated := 0, 0
		for i := range said {
			if k.in(said[i].all) {
				in++
				if said[i].denies(k) {
					negated++
				}
			}
		}
		denied = denied || negated > 0 && slices.ContainsFunc(scope, func(o key) bool { return o.text == k.text })
		if !c.negated && in > 0 && negated == in {
			return unsupported("negation", "%q is only denied", k.text)
		}
	}
	if c.negated && !denied && len(c.content) > 0 {
		return unsupported("negation", "nobody denies %q", c.text)
	}
	return nil
}

// denies reports whether what c denies has the word in it.
func (c *clause) denies(k key) bool {
	if !c.negated {
		return false
	}
	scope := c.content[min(c.scope, len(c.content)):]
	if len(scope) == 0 {
		scope = c.content
	}
	return slices.ContainsFunc(scope, func(o key) bool { return o.text == k.text })
}

// real: a word that stands only in questions, suppositions and promises is not
// told as a fact, nor as done.
func (c *clause) real(said []clause) error {
	if c.mood != plain && c.mood != done {
		return nil
	}
	for _, k := range c.content {
		in, unreal := 0, 0
		for i := range said {
			if s := &said[i]; k.in(s.all) && s.party != models.System {
				in++
				if s.mood == asking || s.mood == supposing || s.mood == promising && c.mood == done {
					unreal++
				}
			}
		}
		if in > 0 && unreal == in {
			return unsupported("tense", "%q is only asked, supposed or promised", k.text)
		}
	}
	return nil
}

func (c *clause) agrees(s *clause) error {
	if c.subject != "" && s.party != c.subject && s.party != models.Unknown && s.party != models.System {
		return unsupported("party", "the %s did not say %q", c.subject, s.text)
	}
	if c.named && c.subject != "" && !c.reports && !script.HasHan(c.text) && s.party == c.subject && !s.first && c.owner == "" {
		return unsupported("party", "%q is about somebody else than the %s", s.text, c.subject)
	}
	for _, o := range c.others {
		if o == c.subject && c.named || s.party == o && !s.first && c.owner != o {
			return unsupported("party", "%q is about somebody else than the %s", s.text, o)
		}
	}
	if c.owner != "" && s.party != models.System && s.party != models.Unknown && s.party != c.owner && !s.second {
		return unsupported("party", "%q is not about something of the %s", s.text, c.owner)
	}
	if !c.negated && s.negated { // the other way round, see polarity
		return unsupported("negation", "%q against %q", c.text, s.text)
	}
	if err := c.within(s); err != nil {
		return err
	}
	if c.passive != s.passive && (c.passive || script.HasHan(c.text)) && c.subject != "" {
		return unsupported("party", "who did what in %q", c.text)
	}
	switch {
	case s.party == models.System: // a figure
	case c.negated && s.mood == supposing && c.mood != supposing:
		return unsupported("tense", "%q was only supposed", s.text)
	case c.mood == asking && s.mood == asking && !s.wants && !c.asks:
		return unsupported("tense", "%q is a question, not a wish", s.text)
	case s.mood == asking && c.mood != asking && c.mood != supposing:
		return unsupported("tense", "%q was only asked", s.text)
	case s.mood == supposing && c.mood != supposing && c.mood != asking && c.mood != promising:
		return unsupported("tense", "%q was only supposed", s.text)
	case s.mood == promising && (c.mood == done || c.mood == plain):
		return unsupported("tense", "%q was only promised", s.text)
	case c.mood == done && s.mood == plain:
		return unsupported("tense", "%q does not say that it was done", s.text)
	case s.mood == done && c.mood == promising:
		return unsupported("tense", "%q was done already", s.text)
	case c.mood == asking && s.mood != asking && !s.wants:
		return unsupported("tense", "%q does not ask for anything", s.text)
	case c.mood == promising && (s.mood != promising && s.mood != supposing):
		return unsupported("tense", "%q promises nothing", s.text)
	}
	return nil
}
