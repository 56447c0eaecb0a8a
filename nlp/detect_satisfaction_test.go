package nlp

import (
	"testing"

	"earshot/models"
)

// TestAnythingElse: "no, thanks" to "anything else?" says nothing; a complaint in
// as few words does.
func TestAnythingElse(t *testing.T) {
	step := builtinStep(t)
	predicted := func(dialogue string) float64 {
		value, _, ok := step.Satisfaction(t.Context(), models.MustParse(dialogue))
		if !ok {
			t.Fatalf("nothing is predicted of %q", dialogue)
		}
		return value
	}
	for _, d := range []struct{ before, custom, thanks, complaint string }{
		{"C: My router drops out every evening\nA: I have noted it. Is there anything else I can help you with?", "\nC: no that's all", "\nC: no thank you", "\nC: no, this is useless"},
		{"C: 我的快递到哪了\nA: 已经帮您登记了，请问还有其他可以帮您的吗", "\nC: 没有了", "\nC: 没有了 谢谢", "\nC: 你们太差劲了"},
	} {
		open := predicted(d.before)
		if got := predicted(d.before + d.custom); got != open {
			t.Errorf("%q changes %.2f to %.2f", d.custom, open, got)
		}
		if got := predicted(d.before + d.complaint); got >= open {
			t.Errorf("%q leaves %.2f at %.2f", d.complaint, open, got)
		}
		if got := predicted(d.before + d.thanks); got < open {
			t.Errorf("%q lowers %.2f to %.2f", d.thanks, open, got)
		}
	}
}
