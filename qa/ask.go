package qa

import "earshot/models"

// holding is how a condition on other answers came out.
type holding uint8

const (
	no holding = iota
	perhaps
	yes
)

// all reports whether all conditions hold, and if not which one does not.
func (f *filler) all(asks []Ask) (holding, string) {
	out, because := yes, ""
	for _, a := range asks {
		holds, why := f.holds(a)
		if holds < out {
			out, because = holds, why
		}
	}
	return out, because
}

func (f *filler) holds(a Ask) (holding, string) {
	if a.Question != "" {
		want := a.Is
		if want == "" {
			want = models.Pass
		}
		got := f.answers[a.Question]
		switch got {
		case want:
			return yes, ""
		case models.AnswerUnsure:
			return perhaps, f.pick("depends on "+a.Question+", which is unsure", "取决于存疑的问题 "+a.Question)
		}
		return no, f.pick("only after "+a.Question+" is "+string(want), "仅在 "+a.Question+" 为 "+string(want)+" 时适用")
	}
	want := models.Outcome(a.Is)
	if want == "" {
		want = models.Hit
	}
	v, why := f.verdict(a.Rule)
	switch {
	case v == nil && why == "":
		return no, f.pick("rule "+a.Rule+" does not apply", "规则 "+a.Rule+" 不适用")
	case v == nil:
		return perhaps, why
	case v.Outcome == want:
		return yes, ""
	case v.Outcome == models.Unsure:
		return perhaps, v.Because
	}
	return no, v.Because
}
