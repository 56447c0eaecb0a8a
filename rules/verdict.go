package rules

import (
	"slices"

	"earshot/models"
)

// Live is a verdict on a conversation that may still go on.
type Live struct {
	models.Verdict
	Certain bool // the outcome cannot change any more
}

// maxEvidence is the most evidence a verdict carries. More would not be read;
// explain shows all.
const maxEvidence = 20

// Evaluate returns the verdicts of all rules that apply to a conversation,
// ordered by rule id; none if it has no transcript.
func (set *Set) Evaluate(in *models.Interaction) []models.Verdict {
	if in.Transcript == nil {
		return nil
	}
	s, ok := set.idle.Get().(*Session)
	if !ok {
		s = &Session{set: set}
	}
	s.Whole(in)
	out := s.Verdicts()
	s.release()
	set.idle.Put(s)
	return out
}

// Verdicts returns the verdicts of all rules that apply, ordered by rule id,
// as they stand now. An outcome that is still open reads as the least it can
// become, so that nothing open reads as a hit.
func (s *Session) Verdicts() []models.Verdict {
	out := make([]models.Verdict, 0, len(s.set.rules))
	s.kept = nil
	language := Spoken(s.in)
	for _, r := range s.set.rules {
		if r.Applies.FitsIn(s.in, language) {
			out = append(out, models.Verdict{})
			s.judge(r, &out[len(out)-1])
		}
	}
	return out
}

// Live is Verdicts together with what is certain.
func (s *Session) Live() []Live {
	out := make([]Live, 0, len(s.set.rules))
	language := Spoken(s.in)
	for _, r := range s.set.rules {
		if r.Applies.FitsIn(s.in, language) {
			out = append(out, Live{Verdict: s.verdict(r), Certain: s.eval(r.root).certain()})
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

func (s *Session) verdict(r *Rule) (v models.Verdict) {
	s.judge(r, &v)
	return v
}

// judge fills in the verdict of a rule.
func (s *Session) judge(r *Rule, v *models.Verdict) {
	a := s.eval(r.root)
	language := s.inLanguage()
	*v = models.Verdict{
		Rule: r.ID, Version: r.Version, Name: r.title.in(language), Outcome: a.lo.outcome(), Severity: r.Severity, Tags: r.Tags,
		By: models.By{Name: "rules", Version: EngineVersion, Hash: r.hash},
	}
	came, quiet := s.routineOf(r)
	if quiet {
		if said := s.said(r, came); said != nil {
			s.repeat(r, v, said)
			return
		}
	}
	s.brief, s.told = true, 0
	e := s.explain(r.root, r)
	s.brief = false
	w := &s.because
	w.reset(language, r.ID, v.Outcome)
	w.tell(e, v.Outcome, "")
	v.Because = w.sentence(v.Name)
	s.cite(v, w.evidence, w.searched)
	if quiet {
		s.learn(r, came, v.Because, w.looked)
	}
}

// cite adds what a verdict rests on and where was looked.
func (s *Session) cite(v *models.Verdict, evidence, searched []models.Evidence) {
	v.Evidence = s.keep(evidence)
	if v.Outcome != models.Hit || len(v.Evidence) == 0 {
		v.Searched = s.keep(searched)
	}
	if v.Outcome == models.Hit && len(v.Evidence) == 0 {
		// What is missing has no place of its own: where it was looked for is
		// the evidence.
		v.Evidence = v.Searched
	}
}

// keep returns a copy of as much of the evidence as a verdict carries, each once
// though several conditions may rest on it, nil for none. The copies for the
// verdicts of one conversation lie together.
func (s *Session) keep(all []models.Evidence) []models.Evidence {
	if len(all) == 0 {
		return nil
	}
	if n := min(len(all), maxEvidence); len(s.kept)+n > cap(s.kept) {
		s.kept = make([]models.Evidence, 0, 2*maxEvidence)
	}
	from := len(s.kept)
	for i := range all {
		if len(s.kept)-from == maxEvidence {
			break
		}
		if !slices.Contains(s.kept[from:], all[i]) {
			s.kept = append(s.kept, all[i])
		}
	}
	return s.kept[from:len(s.kept):len(s.kept)]
}
