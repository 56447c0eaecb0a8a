package rules

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"earshot/models"
)

// Most quotes of one condition in a sentence, and most characters of one.
const (
	maxQuotes     = 3
	maxQuoteRunes = 60
)

// because words what decided an outcome in one sentence, and collects where
// that was. What was found comes first, then what was not.
type because struct {
	language string
	rule     string         // its id: the condition that is the whole rule needs no name
	outcome  models.Outcome // of the rule

	found, absent, notSo, unsure []string
	weak                         []string // said if there is nothing better
	quoted                       []models.Evidence
	evidence                     []models.Evidence
	searched                     []models.Evidence
	looked                       []termID // the conditions that searched is of

	cited  bool   // the sentence quotes the conversation
	text   []byte // memory to work in
	fresh  []*Item
	quotes []string
	phrases
}

// phrases keeps what was said without a quote: most rules say of most
// conversations what they said of the last.
type phrases map[string]string

// mostPhrases bounds how many are kept.
const mostPhrases = 4096

// keep returns text as a string.
func (p phrases) keep(text []byte) string {
	said, ok := p[string(text)]
	if !ok {
		if len(p) >= mostPhrases {
			clear(p)
		}
		said = string(text)
		p[said] = said
	}
	return said
}

// reset makes w ready for another verdict and keeps its memory.
func (w *because) reset(language, rule string, outcome models.Outcome) {
	if w.phrases == nil {
		w.phrases = phrases{}
	}
	w.language, w.rule, w.outcome, w.cited = language, rule, outcome, false
	w.found, w.absent, w.notSo, w.unsure, w.weak = w.found[:0], w.absent[:0], w.notSo[:0], w.unsure[:0], w.weak[:0]
	w.quoted, w.evidence, w.searched, w.looked = w.quoted[:0], w.evidence[:0], w.searched[:0], w.looked[:0]
}

// join returns parts as one text.
func (w *because) join(parts ...string) string {
	w.text = w.text[:0]
	for _, p := range parts {
		w.text = append(w.text, p...)
	}
	return w.keep(w.text)
}

// tell follows the conditions that made e come out as it did. name is that of
// the condition around e, for what has none itself.
func (w *because) tell(e *Explanation, outcome models.Outcome, name string) {
	if e.Name != "" && e.Name != w.rule {
		name = e.title(w.language)
	}
	switch e.Operator {
	case "all":
		for _, c := range e.Children {
			if outcome == models.Hit || c.Outcome == outcome {
				w.tell(c, c.Outcome, "")
			}
		}
	case "any":
		w.any(e, outcome, name)
	case "not":
		w.tell(e.Children[0], e.Children[0].Outcome, "")
	case "flow":
		w.leaf(e, outcome, name)
		for _, c := range e.Children {
			if c.Operator == "step" && c.Outcome == models.Miss && c.Certain {
				w.absent = add(w.absent, w.pick("step ", "步骤 ")+c.title(w.language))
			}
		}
	case "rule":
		for _, c := range e.Children {
			w.tell(c, c.Outcome, "")
		}
	default:
		w.leaf(e, outcome, name)
	}
}

// any tells of the alternatives that count. Where none of them held, one that
// is out of the question, and a detector's finding beside the very words it
// stands for, are not worth a mention.
func (w *because) any(e *Explanation, outcome models.Outcome, name string) {
	words := false
	for _, c := range e.Children {
		words = words || c.Operator == "words"
	}
	for _, c := range e.Children {
		switch {
		case outcome != models.Miss && c.Outcome != outcome:
		case outcome == models.Miss && (words && c.Operator == "finding" && c.Nearest == nil || c.outOfQuestion()):
			w.search(c)
		default:
			w.tell(c, c.Outcome, name)
		}
	}
	if len(w.found)+len(w.absent)+len(w.notSo)+len(w.unsure) == 0 {
		for _, c := range e.Children {
			w.tell(c, c.Outcome, name)
		}
	}
}

// outOfQuestion reports whether e does not hold for what is known about the
// conversation whatever is said in it.
func (e *Explanation) outOfQuestion() bool {
	if e.Outcome != models.Miss {
		return false
	}
	switch e.Operator {
	case "channel", "attribute", "started":
		return true
	case "all":
		for _, c := range e.Children {
			if c.outOfQuestion() {
				return true
			}
		}
	}
	return false
}

func (w *because) leaf(e *Explanation, outcome models.Outcome, name string) {
	text := e.Text
	if name != "" {
		text = w.join(name, w.pick(" (", "（"), e.Text, w.pick(")", "）"))
	}
	// Where what it refers to never came, that is what there is to say.
	switch {
	case outcome == models.Miss && e.unanchored:
		w.weak = add(w.weak, w.join(e.Why, w.pick(": ", "："), text))
		return
	case e.plain && outcome == models.Hit:
		w.weak = add(w.weak, w.measured(text, e))
		return
	}
	for i := range e.Found {
		w.evidence = append(w.evidence, e.Found[i].Evidence)
		w.evidence = append(w.evidence, e.Found[i].more...)
	}
	w.search(e)
	switch {
	case outcome == models.Miss && e.Value != "" && len(e.Searched) == 0 && len(e.Found) == 0:
		w.notSo = add(w.notSo, w.measured(text, e))
	case outcome == models.Miss && len(e.Found) > 0:
		w.notSo = add(w.notSo, w.measured(text, e))
	case outcome == models.Miss:
		if e.Nearest != nil {
			text += w.pick(", nearest ", "，最接近 ") + w.quote(e.Nearest) + " " + e.Why
		}
		w.absent = add(w.absent, text)
	case outcome == models.Unsure:
		w.doubt(e, text)
	case len(e.Found) == 0:
		w.found = add(w.found, w.measured(text, e))
	default:
		w.quoteAll(e, text)
	}
}

// search takes in where a condition looked.
func (w *because) search(e *Explanation) {
	w.searched, w.looked = append(w.searched, e.Searched...), append(w.looked, e.term)
}

// doubt tells of something that may or may not be so.
func (w *because) doubt(e *Explanation, text string) {
	for i := range e.Found {
		if item := &e.Found[i]; item.Doubtful && item.Quote != "" {
			w.unsure = add(w.unsure, w.quote(item)+w.pick(" heard with a confidence of ", " 识别置信度仅 ")+strconv.FormatFloat(item.Confidence, 'f', 2, 64))
			return
		}
	}
	if e.Why != "" {
		text = w.join(text, w.pick(": ", "："), e.Why)
	}
	w.unsure = add(w.unsure, text)
}

// quoteAll tells of what was found, without what the sentence quotes already.
func (w *because) quoteAll(e *Explanation, text string) {
	w.fresh, w.quotes = w.fresh[:0], w.quotes[:0]
	for i := range e.Found {
		if item := &e.Found[i]; item.Quote == "" || !w.hasQuoted(&item.Evidence) {
			w.fresh = append(w.fresh, item)
			w.quoted = append(w.quoted, item.Evidence)
		}
	}
	if len(w.fresh) == 0 {
		return
	}
	for _, item := range w.fresh { // the same words at the same time once
		w.quotes = add(w.quotes, w.quote(item))
	}
	n := len(w.quotes) - maxQuotes
	said := strings.Join(w.quotes[:min(len(w.quotes), maxQuotes)], w.pick(", ", "、"))
	if n > 0 {
		said += w.pick(" and ", " 等另外 ") + strconv.Itoa(n) + w.pick(" more", " 处")
	}
	if w.fresh[0].Quote == "" {
		said = text + " " + said
	}
	w.found = add(w.found, said)
}

func (w *because) hasQuoted(e *models.Evidence) bool {
	for i := range w.quoted {
		q := &w.quoted[i]
		if q.Quote != "" && q.Turn == e.Turn && q.From < e.To && e.From < q.To {
			return true
		}
	}
	return false
}

// measured adds what was measured, without what was wanted: the text says that.
func (w *because) measured(text string, e *Explanation) string {
	is, _, _ := strings.Cut(e.Value, " (")
	if is == "" {
		return text
	}
	return w.join(text, w.pick(" (here ", "（实际 "), is, w.pick(")", "）"))
}

func add(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

func (w *because) pick(en, zh string) string {
	if w.language == "zh" {
		return zh
	}
	return en
}

// quote formats what was found for a sentence.
func (w *because) quote(i *Item) string {
	who := ""
	if i.Party != "" {
		who = partyName(i.Party, w.language) + " "
	}
	if i.Quote == "" {
		return "(" + who + i.Start.String() + "–" + i.End.String() + ")"
	}
	w.cited = true
	quote := i.Quote
	if utf8.RuneCountInString(quote) > maxQuoteRunes {
		quote = string([]rune(quote)[:maxQuoteRunes]) + "…"
	}
	return "“" + quote + "” (" + who + i.Start.String() + ")"
}

// sentence joins what was told under the rule's name.
func (w *because) sentence(name string) string {
	w.text = append(w.text[:0], name...)
	before := w.pick(": ", "：")
	say := func(en, zh string, list []string) {
		for i, text := range list {
			if w.text = append(w.text, before...); i == 0 {
				w.text = append(w.text, w.pick(en, zh)...)
			}
			w.text = append(w.text, text...)
			before = w.pick("; ", "；")
		}
	}
	say("unsure: ", "存疑：", w.unsure)
	if w.outcome == models.Miss {
		say("found ", "有 ", w.found)
	} else {
		say("", "", w.found)
	}
	say("not found: ", "未发现：", w.absent)
	say("not so: ", "不成立：", w.notSo)
	if len(w.text) == len(name) {
		say("", "", w.weak[:min(1, len(w.weak))])
	}
	if w.cited {
		return string(w.text)
	}
	return w.keep(w.text)
}
