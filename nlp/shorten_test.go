package nlp

import (
	"testing"

	"earshot/models"
)

func TestShorten(t *testing.T) {
	for said, want := range map[string]string{
		"Hi Raj, it's poking the inside of his cheek":         "poking the inside of his cheek",
		"Okay, it says here that you also talked about it.":   "you also talked about it.",
		"So there was only one dress in the package":          "only one dress in the package",
		"It's not covered by your plan":                       "It's not covered by your plan",
		"It looks like he used the concentrate":               "It looks like he used the concentrate",
		"I've got to take my kid to the doctor":               "I've got to take my kid to the doctor",
		"That's what you told me on Monday.":                  "That's what you told me on Monday.",
		"I'm removing the fee right now.":                     "I'm removing the fee",
		"I want to cancel the rest of the season too, please": "I want to cancel the rest of the season",
		"Hello everybody in the office":                       "Hello everybody in the office",
		"我这边查到了您的报告还在复核":                                      "报告还在复核",
		"系统显示订单已经签收":                                          "订单已经签收",
		"显示屏坏了三天":                                             "显示屏坏了三天",
		"我家宽带天天掉线":                                            "我家宽带天天掉线",
		"我们承担来回运费":                                            "我们承担来回运费",
		"那我给您减免半个月吧":                                          "减免半个月",
		"昨天去了楼下的网吧":                                           "昨天去了楼下的网吧",
		"查到了":                                                 "",
	} {
		from, to := shorten(said, 0, len(said))
		if got := said[from:max(from, to)]; got != want {
			t.Errorf("%q becomes %q, want %q", said, got, want)
		}
	}
}

// TestBoundClauses: what holds only under a condition is not told without it, nor
// a clause without the next that takes it back.
func TestBoundClauses(t *testing.T) {
	for said, want := range map[string][2][]bool{ // which clauses lean on that before, and which hold that behind
		"如果找不到，按保价两千元全额赔付，三个工作日到账":                                 {{false, true, false}, {true, false, false}},
		"今天不解决问题，我就去找电视台曝光":                                        {{false, true}, {true, false}},
		"前两次都说修好了，其实根本没修过":                                         {{false, false}, {true, false}},
		"I'll pay the whole vet bill if you email me the receipt.": {{false, true}, {true, false}},
		"I'm refunding the whole box, that's seventy one dollars.": {{false, true}, {false, false}},
		"It was appraised at six hundred and fifty dollars here.":  {{false}, {false}},
	} {
		letters := models.MustParse("C: hello there\nA: " + said)
		all := sentences(letters, newWorths(letters))
		clauses := all[len(all)-1].clauses
		if len(clauses) != len(want[0]) {
			t.Errorf("%q: %d clauses, want %d", said, len(clauses), len(want[0]))
			continue
		}
		for i, c := range clauses {
			if c.leans != want[0][i] || c.holds != want[1][i] {
				t.Errorf("%q: clause %d leans %t, holds %t", said, i, c.leans, c.holds)
			}
		}
	}
}
