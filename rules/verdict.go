package rules

import (
	"fmt"
	"strings"

	"earshot/models"
)

// Live is a verdict on a conversation that may still go on.
type Live struct {
	models.Verdict
	Certain bool // the outcome cannot change any more
}

// Most evidence a verdict carries, and most quotes its sentence has. More
// would not be read; explain shows all.
const (
	maxEvidence = 20
	maxQuotes   = 3
)

// Evaluate returns the verdicts of all rules that apply to a conversation,
// ordered by rule id; none if it has no transcript.
func (set *Set) Evaluate(in *models.Interaction) []models.Verdict {
	if in.Transcript == nil {
		return nil
	}
	s := set.Begin(in)
	s.whole(in)
	return s.Verdicts()
}

// Verdicts returns the verdicts of all rules that apply, ordered by rule id,
// as they stand now. An outcome that is still open reads as the least it can
// become, so that nothing open reads as a hit.
func (s *Session) Verdicts() []models.Verdict {
	live := s.Live()
	out := make([]models.Verdict, len(live))
	for i := range live {
		out[i] = live[i].Verdict
	}
	return out
}

// Live is Verdicts together with what is certain.
func (s *Session) Live() []Live {
	out := make([]Live, 0, len(s.set.rules))
	for _, r := range s.set.rules {
		if r.Applies.Fits(s.in) {
			out = append(out, s.live(r))
		}
	}
	return out
}

// Outcome returns a rule's outcome as it stands now, without the reasons, and
// whether it is certain. ok is false if the rule does not exist or apply.
func (s *Session) Outcome(rule string) (o models.Outcome, certain, ok bool) {
	r := s.set.byID[rule]
	if r == nil || !r.Applies.Fits(s.in) {
		return "", false, false
	}
	a := s.eval(r.root)
	return a.lo.outcome(), a.certain(), true
}

func (s *Session) live(r *Rule) Live {
	e := s.explain(r.root, r)
	a := s.eval(r.root)
	language := s.inLanguage()
	v := Live{Certain: a.certain(), Verdict: models.Verdict{
		Rule: r.ID, Version: r.Version, Name: r.Name.In(language), Outcome: a.lo.outcome(), Severity: r.Severity, Tags: r.Tags,
		By: models.By{Name: "rules", Version: EngineVersion, Hash: r.hash},
	}}
	w := because{language: language}
	w.tell(e, v.Outcome)
	v.Because = w.sentence(v.Name)
	v.Evidence = w.evidence[:min(len(w.evidence), maxEvidence)]
	if v.Outcome != models.Hit || len(v.Evidence) == 0 {
		v.Searched = w.searched[:min(len(w.searched), maxEvidence)]
	}
	if v.Outcome == models.Hit && len(v.Evidence) == 0 {
		// What is missing has no place of its own: where it was looked for is
		// the evidence.
		v.Evidence = v.Searched
	}
	return v
}

// because collects what decided an outcome.
type because struct {
	language string
	parts    []string
	fallback string // said if there is nothing better
	evidence []models.Evidence
	searched []models.Evidence
}

// tell follows the conditions that made e come out as it did.
func (w *because) tell(e *Explanation, outcome models.Outcome) {
	switch e.Operator {
	case "all":
		for _, c := range e.Children {
			if outcome == models.Hit || c.Outcome == outcome {
				w.tell(c, c.Outcome)
			}
		}
	case "any":
		for _, c := range e.Children {
			if outcome == models.Miss || c.Outcome == outcome {
				w.tell(c, c.Outcome)
			}
		}
	case "not":
		w.tell(e.Children[0], e.Children[0].Outcome)
	case "flow":
		w.leaf(e, outcome)
		for _, c := range e.Children {
			if c.Operator == "step" && c.Outcome == models.Miss && c.Certain {
				w.say(w.pick("step not done: ", "未完成步骤：") + c.Name)
			}
		}
	case "rule":
		for _, c := range e.Children {
			w.tell(c, c.Outcome)
		}
	default:
		w.leaf(e, outcome)
	}
}

func (w *because) leaf(e *Explanation, outcome models.Outcome) {
	if e.plain && outcome == models.Hit {
		if len(w.parts) == 0 {
			w.fallback = e.Text + " (" + e.Value + ")"
		}
		return
	}
	for _, item := range e.Found {
		w.evidence = append(w.evidence, item.Evidence)
		w.evidence = append(w.evidence, item.more...)
	}
	w.searched = append(w.searched, e.Searched...)
	name := e.Text
	if e.Name != "" && !strings.Contains(e.Name, "_missing") {
		name = e.Name + " (" + e.Text + ")"
	}
	switch {
	case outcome == models.Miss && e.Value != "" && len(e.Searched) == 0 && len(e.Found) == 0:
		w.say(w.pick("not so: ", "不成立：") + name + " (" + e.Value + ")")
	case outcome == models.Miss:
		text := w.pick("not found: ", "未发现：") + name
		if e.Nearest != nil {
			text += w.pick("; nearest: ", "；最接近：") + w.quote(*e.Nearest) + " (" + e.Why + ")"
		}
		w.say(text)
	case outcome == models.Unsure:
		text := w.pick("unsure: ", "存疑：") + name
		if e.Why != "" {
			text += " (" + e.Why + ")"
		}
		w.say(text)
	case len(e.Found) == 0 && e.Value != "":
		w.say(name + " (" + e.Value + ")")
	case len(e.Found) == 0:
		w.say(name)
	default:
		var quotes []string
		for _, item := range e.Found[:min(len(e.Found), maxQuotes)] {
			quotes = append(quotes, w.quote(item))
		}
		text := strings.Join(quotes, w.pick(", ", "、"))
		if n := len(e.Found) - len(quotes); n > 0 {
			text += fmt.Sprintf(w.pick(" and %d more", " 等另外 %d 处"), n)
		}
		if e.Found[0].Quote == "" {
			text = name + " " + text
		}
		w.say(text)
	}
}

func (w *because) say(text string) {
	for _, p := range w.parts {
		if p == text {
			return
		}
	}
	w.parts = append(w.parts, text)
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
	if r := []rune(quote); len(r) > 60 {
		quote = string(r[:60]) + "…"
	}
	return fmt.Sprintf("“%s” (%s%s)", quote, who, i.Start)
}

func (w *because) sentence(name string) string {
	text := strings.Join(w.parts, w.pick("; ", "；"))
	if text == "" {
		text = w.fallback
	}
	if text == "" {
		return name
	}
	return name + w.pick(": ", "：") + text
}
