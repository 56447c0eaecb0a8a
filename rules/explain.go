package rules

import (
	"fmt"
	"strconv"
	"strings"

	"earshot/models"
)

// Explanation is the tree of a rule's conditions with what each came to.
type Explanation struct {
	Name     string         `json:"name,omitempty"`  // of the condition or rule
	Title    string         `json:"title,omitempty"` // of the condition, for a person
	Operator string         `json:"operator"`
	Text     string         `json:"text,omitempty"` // what the operator looks for
	Outcome  models.Outcome `json:"outcome"`
	Certain  bool           `json:"certain"`         // it cannot change any more
	Value    string         `json:"value,omitempty"` // what was measured
	Found    []Item         `json:"found,omitempty"`
	Nearest  *Item          `json:"nearest,omitempty"` // the nearest thing that did not count
	Why      string         `json:"why,omitempty"`     // why Nearest did not count, or why the outcome is unsure
	// Searched are the stretches that were looked at.
	Searched []models.Evidence `json:"searched,omitempty"`
	Children []*Explanation    `json:"children,omitempty"`
	plain    bool              // what was found is no evidence by itself
	chinese  bool              // to be drawn with Chinese words
	term     termID
	// unanchored: what it refers to did not happen, so it looked nowhere.
	unanchored bool
}

// Explain evaluates one rule over a conversation and returns the tree of its
// conditions with values; an error that wraps models.ErrBadInput if there is
// no such rule, or no transcript. A rule that does not apply has a nil tree.
// language is that to explain in, zh or en; empty: that of the conversation.
func (set *Set) Explain(in *models.Interaction, rule, language string) (*Explanation, error) {
	r := set.byID[rule]
	if r == nil {
		names := make([]string, 0, len(set.rules))
		for _, r := range set.rules {
			names = append(names, r.ID)
		}
		return nil, models.BadInput("%s", unknown("rule", rule, names))
	}
	if in.Transcript == nil {
		return nil, models.BadInput("interaction %s has no transcript", in.ID)
	}
	if !r.Applies.Fits(in) {
		return nil, nil
	}
	s := set.Begin(in)
	s.Whole(in)
	s.language = language
	return s.explain(r.root, r), nil
}

// Explain returns the tree of a rule's conditions as they stand now, nil if
// there is no such rule or it does not apply.
func (s *Session) Explain(rule string) *Explanation {
	r := s.set.byID[rule]
	if r == nil || !r.Applies.Fits(s.in) {
		return nil
	}
	return s.explain(r.root, r)
}

func (s *Session) explain(id termID, r *Rule) *Explanation {
	e := s.explainTerm(id, r)
	if r != nil && id == r.root {
		e.Name = r.ID
	}
	return e
}

func (s *Session) explainTerm(id termID, r *Rule) *Explanation {
	t := &s.set.terms[id]
	a := s.eval(id)
	language := s.inLanguage()
	e := s.newExplanation()
	*e = Explanation{term: id, Operator: t.op, Text: t.text.in(language), chinese: language == "zh", Outcome: a.lo.outcome(), Certain: a.certain(),
		Found: e.Found[:0], Searched: e.Searched[:0], Children: e.Children[:0]}
	if l, ok := r.named[id]; ok {
		e.Name, e.Title = l.name, l.title.in(language)
	}
	for _, child := range t.children {
		e.Children = append(e.Children, s.explainTerm(child, r))
	}
	if t.leaf != nil {
		t.leaf.explain(s, e)
	}
	return e
}

// newExplanation returns an explanation to fill in. While verdicts are given,
// which keep none, the memory is used again.
func (s *Session) newExplanation() *Explanation {
	if !s.brief {
		return new(Explanation)
	}
	if s.told == len(s.explanations) {
		s.explanations = append(s.explanations, new(Explanation))
	}
	s.told++
	return s.explanations[s.told-1]
}

// inLanguage is the language in which to explain: Chinese for conversations
// in Chinese, else English.
func (s *Session) inLanguage() string {
	if s.language != "" {
		return s.language
	}
	known := Spoken(s.in)
	if known == "" {
		known = written(s.turns)
	}
	language := "en"
	if strings.HasPrefix(known, "zh") {
		language = "zh"
	}
	if s.closed {
		s.language = language
	}
	return language
}

func (l *hits) explain(s *Session, e *Explanation) {
	windows, more := l.scope.resolve(s, s.getWindows())
	defer s.putWindows(windows)
	var list []found
	if len(windows) > 0 || more || !s.brief || e.Operator == "finding" { // else a sentence says that it looked nowhere
		list = s.hits(l.source)
	}
	var nearest *found
	best := int64(1) << 62
	for i := range list {
		f := &list[i]
		in := false
		for k := range windows {
			in = in || !windows[k].unknown && windows[k].has(f)
		}
		if in && l.takes(f) {
			e.Found = append(e.Found, s.itemFor(l, f))
			continue
		}
		if d := l.distance(f, windows); d < best {
			best, nearest = d, f
		}
	}
	zh := s.inLanguage() == "zh"
	say := func(en, zhText string) string {
		if zh {
			return zhText
		}
		return en
	}
	if nearest != nil && len(e.Found) == 0 {
		item := s.itemFor(l, nearest)
		e.Nearest = &item
		switch {
		case !l.value.has(nearest.value):
			e.Why = say("the value does not fit", "数值不符")
		case nearest.party&l.scope.parties == 0:
			e.Why = say("by another party", "说话方不符")
		default:
			e.Why = say("outside the stretch searched", "在查找范围之外")
		}
	}
	doubtful := false
	for _, item := range e.Found {
		doubtful = doubtful || item.Doubtful
	}
	switch {
	case !e.Certain:
		e.Why = say("not decided yet", "尚未确定")
	case e.Outcome == models.Unsure:
		switch {
		case doubtful:
			e.Why = say("heard with low confidence", "识别置信度低")
		default:
			e.Why = say("part of the speech searched is unintelligible, or its beginning is in doubt", "所查语音部分听不清，或起点存疑")
		}
	}
	for k := range windows {
		if w := &windows[k]; !w.unknown {
			if ev, ok := s.stretch(w); ok {
				e.Searched = append(e.Searched, ev)
			}
		}
	}
	if len(windows) == 0 && !more {
		e.unanchored = true
		e.Why = say("what it refers to did not happen", "所参照的条件未出现")
	}
	e.plain = l.plain
	if !s.brief || e.Outcome != models.Miss || len(e.Found) > 0 || len(e.Searched) == 0 { // a sentence says nothing of it otherwise
		e.Value = l.measured(s, e)
	}
}

// measured formats what was counted against what was wanted.
func (l *hits) measured(s *Session, e *Explanation) string {
	switch {
	case l.groups > 0:
		return ""
	case l.total:
		sum := 0.0
		for _, f := range e.Found {
			sum += f.Value
		}
		return fmt.Sprintf("%s (%s)", duration(models.Millis(sum)), l.count.text(func(f float64) string { return duration(models.Millis(f)) }))
	}
	if s.brief { // a sentence leaves out what was wanted
		return strconv.Itoa(len(e.Found))
	}
	return fmt.Sprintf("%d (%s)", len(e.Found), l.count.text(number))
}

// distance says how far a hit is from counting: not at all in another party's
// mouth, then by turns from the windows.
func (l *hits) distance(f *found, windows []window) int64 {
	best := int64(1) << 60
	for i := range windows {
		w := &windows[i]
		d := int64(0)
		if p := f.at(); p < w.lo {
			d = int64(w.lo.turn()) - int64(f.turn)
		} else if p >= w.hi {
			d = int64(f.turn) - int64(w.hi.turn())
		}
		best = min(best, d*2)
	}
	if f.party&l.scope.parties == 0 {
		best++
	}
	if !l.value.has(f.value) {
		// The one nearest to the wanted value, such as the longest silence.
		gap := max(l.value.lo-f.value, f.value-l.value.hi)
		best += 1<<40 + int64(min(gap, 1e12))
	}
	return best
}

func (l *nthValue) explain(s *Session, e *Explanation) {
	windows, _ := l.scope.resolve(s, s.getWindows())
	defer s.putWindows(windows)
	list := s.hits(l.source)
	for i := range list {
		f := &list[i]
		if f.party&l.scope.parties != 0 && len(windows) > 0 && windows[0].has(f) {
			e.Found = append(e.Found, s.item(f))
			e.Value = duration(models.Millis(f.value))
			break
		}
	}
}

func (l *average) explain(s *Session, e *Explanation) {
	windows, _ := l.scope.resolve(s, s.getWindows())
	defer s.putWindows(windows)
	if len(windows) == 0 {
		return
	}
	mean, n := l.mean(s, &windows[0])
	format := l.format
	if format == nil {
		format = func(f float64) string { return duration(models.Millis(f)) }
	}
	e.Value = fmt.Sprintf("%s (n=%d)", format(mean), n)
	// The longest is the one to look at.
	longest := -1
	list := s.hits(l.source)
	for i := range list {
		if windows[0].has(&list[i]) && (longest < 0 || list[i].value > list[longest].value) {
			longest = i
		}
	}
	if longest >= 0 {
		e.Found = append(e.Found, s.item(&list[longest]))
	}
}

// title is what a sentence calls the condition.
func (e *Explanation) title(language string) string {
	if e.Title != "" {
		return e.Title
	}
	return spelled(e.Name, language)
}

// spelled words a condition's name for a sentence.
func spelled(name, language string) string {
	if language == "zh" {
		return "“" + name + "”"
	}
	return strings.ReplaceAll(name, "_", " ")
}

// String draws the tree, a line a condition.
func (e *Explanation) String() string {
	var b strings.Builder
	e.draw(&b, "", "")
	return b.String()
}

func (e *Explanation) draw(b *strings.Builder, first, rest string) {
	mark := map[models.Outcome]string{models.Hit: "✓", models.Miss: "✗", models.Unsure: "?"}[e.Outcome]
	fmt.Fprintf(b, "%s%s %s", first, mark, e.Operator)
	switch {
	case e.Title != "" && e.Title != spelled(e.Name, "en"):
		fmt.Fprintf(b, " [%s %s]", e.Name, e.Title)
	case e.Name != "":
		fmt.Fprintf(b, " [%s]", e.Name)
	}
	if e.Text != "" && e.Text != e.Operator {
		fmt.Fprintf(b, ": %s", e.Text)
	}
	if e.Value != "" {
		fmt.Fprintf(b, " — %s", e.Value)
	}
	if !e.Certain {
		b.WriteString(" …")
	}
	b.WriteByte('\n')
	say := func(en, zh, text string) {
		if e.chinese {
			en = zh
		}
		fmt.Fprintf(b, "%s    %s%s\n", rest, en, text)
	}
	for i := range e.Found {
		say("found ", "找到 ", e.Found[i].in(e.chinese))
	}
	if e.Nearest != nil {
		say("nearest ", "最接近 ", e.Nearest.in(e.chinese))
	}
	if e.Why != "" {
		say("(", "（", e.Why+map[bool]string{false: ")", true: "）"}[e.chinese])
	}
	if e.Outcome != models.Hit || len(e.Found) == 0 {
		for _, w := range e.Searched {
			say("searched ", "查找范围 ", fmt.Sprintf("%s–%s", w.Start, w.End))
		}
	}
	for i, child := range e.Children {
		if i == len(e.Children)-1 {
			child.draw(b, rest+"└─ ", rest+"   ")
		} else {
			child.draw(b, rest+"├─ ", rest+"│  ")
		}
	}
}
