package rootcause

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"earshot/models"
)

// TestFiveWhys: each answer is made of the facts and cites them; where there
// are none it is left open, and says so.
func TestFiveWhys(t *testing.T) {
	f := Facts{
		Cause: &Node{Label: "process/delivery/late", Count: 20, Before: 12}, Name: "late delivery",
		Said:    []Cite{{"a", 1, models.Customer, "my parcel is late"}},
		Reasons: []Cite{{"b", 4, models.Agent, "there is a backlog at the depot"}},
		Where:   Series{"region", "east"}, WhereCount: 12, WherePart: 0.6, AllPart: 0.25, WhereCites: []Cite{{"c", -1, "", ""}},
		Unsettled: 5, UnsettledCites: []Cite{{"d", 9, models.Customer, "I give up"}},
		Again: 3, AgainCites: []Cite{{"e", 2, models.Customer, "this is the third time"}},
	}
	want := map[string][]string{
		"en": {"20 complaints were about late delivery; as long a time before there were 12.", "Agents gave these reasons.", "12 of them (60%) have the region “east”, which has 25% of all complaints.",
			"5 of 20 were left unresolved.", "In 3 of 20 the customer had already been in touch about it."},
		"zh": {"有20起投诉因为late delivery；此前同样长的时间里有12起。", "坐席给出了以下原因。", "其中12起（60%）的region是“east”，而它只占全部投诉的25%。",
			"没有解决的有5起（共20起）。", "客户此前已经反映过的有3起（共20起）。"},
	}
	cites := [][]Cite{f.Said, f.Reasons, f.WhereCites, f.UnsettledCites, f.AgainCites}
	none := Facts{Cause: &Node{Label: models.CauseUnknown, Count: 7, Before: 3}, Said: f.Said}
	if en, zh := FiveWhys(none, "en")[0].Answer, FiveWhys(none, "zh")[0].Answer; en != "Of 7 complaints no cause is known, `earshot topics` groups them; as long a time before of 3." || zh != "有7起投诉未能归因，earshot topics 按内容归类；此前同样长的时间里有3起。" {
		t.Errorf("%s %s", en, zh)
	}
	one := Facts{Cause: &Node{Label: "process/delivery/lost", Count: 1}, Name: "lost parcels", Said: f.Said, Unsettled: 1, UnsettledCites: f.UnsettledCites}
	if whys := FiveWhys(one, "en"); whys[0].Answer != "1 complaint was about lost parcels; as long a time before there were 0." || whys[3].Answer != "1 of 1 was left unresolved." {
		t.Errorf("%+v", whys)
	}
	for language, answers := range want {
		whys := FiveWhys(f, language)
		if len(whys) != 5 {
			t.Fatalf("%d whys", len(whys))
		}
		for i, w := range whys {
			if w.Answer != answers[i] || !reflect.DeepEqual(w.Cites, cites[i]) || w.Question == "" || w.Draft != "" {
				t.Errorf("%s %d: %+v, want %q", language, i, w, answers[i])
			}
		}
		facts := whys[1].Facts()
		if len(facts) != 2 || facts[1].Party != models.Agent || facts[1].Text != f.Reasons[0].Quote || fmt.Sprint(facts[1].Calls) != "[b]" || facts[0].Text != whys[1].Answer {
			t.Errorf("facts %+v", facts)
		}
		if facts := whys[2].Facts(); len(facts) != 1 || fmt.Sprint(facts[0].Calls) != "[c]" {
			t.Errorf("facts %+v", facts)
		}
		for i, w := range FiveWhys(Facts{Cause: f.Cause, Name: f.Name}, language) {
			if w.Cites == nil || len(w.Cites) > 0 || i > 0 && w.Answer == answers[i] || !strings.HasSuffix(w.Answer, ".") && !strings.HasSuffix(w.Answer, "。") {
				t.Errorf("%s %d, open: %+v", language, i, w)
			}
		}
	}
}
