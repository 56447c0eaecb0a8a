package rules

import (
	"fmt"
	"strings"

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
			w.searched = append(w.searched, c.Searched...)
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
		text = fmt.Sprintf(w.pick("%s (%s)", "%s（%s）"), name, e.Text)
	}
	// Where what it refers to never came, that is what there is to say.
	switch {
	case outcome == models.Miss && e.unanchored:
		w.weak = add(w.weak, e.Why+w.pick(": ", "：")+text)
		return
	case e.plain && outcome == models.Hit:
		w.weak = add(w.weak, text+w.value(e))
		return
	}
	for _, item := range e.Found {
		w.evidence = append(w.evidence, item.Evidence)
		w.evidence = append(w.evidence, item.more...)
	}
	w.searched = append(w.searched, e.Searched...)
	switch {
	case outcome == models.Miss && e.Value != "" && len(e.Searched) == 0 && len(e.Found) == 0:
		w.notSo = add(w.notSo, text+w.value(e))
	case outcome == models.Miss && len(e.Found) > 0:
		w.notSo = add(w.notSo, text+w.value(e))
	case outcome == models.Miss:
		if e.Nearest != nil {
			text += w.pick(", nearest ", "，最接近 ") + w.quote(*e.Nearest) + w.pick(" "+e.Why, " "+e.Why)
		}
		w.absent = add(w.absent, text)
	case outcome == models.Unsure:
		w.doubt(e, text)
	case len(e.Found) == 0:
		w.found = add(w.found, text+w.value(e))
	default:
		w.quotes(e, text)
	}
}

// doubt tells of something that may or may not be so.
func (w *because) doubt(e *Explanation, text string) {
	for _, item := range e.Found {
		if item.Doubtful && item.Quote != "" {
			w.unsure = add(w.unsure, fmt.Sprintf(w.pick("%s heard with a confidence of %.2f", "%s 识别置信度仅 %.2f"), w.quote(item), item.Confidence))
			return
		}
	}
	if e.Why != "" {
		text += w.pick(": ", "：") + e.Why
	}
	w.unsure = add(w.unsure, text)
}

// quotes tells of what was found, without what the sentence quotes already.
func (w *because) quotes(e *Explanation, text string) {
	var fresh []Item
	for _, item := range e.Found {
		if item.Quote == "" || !w.hasQuoted(item.Evidence) {
			fresh = append(fresh, item)
			w.quoted = append(w.quoted, item.Evidence)
		}
	}
	if len(fresh) == 0 {
		return
	}
	var quotes []string // the same words at the same time once
	for _, item := range fresh {
		quotes = add(quotes, w.quote(item))
	}
	n := len(quotes) - maxQuotes
	said := strings.Join(quotes[:min(len(quotes), maxQuotes)], w.pick(", ", "、"))
	if n > 0 {
		said += fmt.Sprintf(w.pick(" and %d more", " 等另外 %d 处"), n)
	}
	if fresh[0].Quote == "" {
		said = text + " " + said
	}
	w.found = add(w.found, said)
}

func (w *because) hasQuoted(e models.Evidence) bool {
	for _, q := range w.quoted {
		if q.Quote != "" && q.Turn == e.Turn && q.From < e.To && e.From < q.To {
			return true
		}
	}
	return false
}

// value formats what was measured, without what was wanted: the text says that.
func (w *because) value(e *Explanation) string {
	is, _, _ := strings.Cut(e.Value, " (")
	if is == "" {
		return ""
	}
	return fmt.Sprintf(w.pick(" (here %s)", "（实际 %s）"), is)
}

func add(list []string, text string) []string {
	for _, t := range list {
		if t == text {
			return list
		}
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
func (w *because) quote(i Item) string {
	who := ""
	if i.Party != "" {
		who = partyName(i.Party, w.language) + " "
	}
	if i.Quote == "" {
		return fmt.Sprintf("(%s%s–%s)", who, i.Start, i.End)
	}
	quote := i.Quote
	if r := []rune(quote); len(r) > maxQuoteRunes {
		quote = string(r[:maxQuoteRunes]) + "…"
	}
	return fmt.Sprintf("“%s” (%s%s)", quote, who, i.Start)
}

// sentence joins what was told under the rule's name.
func (w *because) sentence(name string) string {
	var parts []string
	say := func(en, zh string, list []string) {
		if len(list) > 0 {
			parts = append(parts, w.pick(en, zh)+strings.Join(list, w.pick("; ", "；")))
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
	if len(parts) == 0 {
		say("", "", w.weak[:min(1, len(w.weak))])
	}
	if len(parts) == 0 {
		return name
	}
	return name + w.pick(": ", "：") + strings.Join(parts, w.pick("; ", "；"))
}
