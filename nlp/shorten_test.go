package nlp

import (
	"testing"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/script"
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
		"I'm removing the fee right now.":                     "removing the fee",
		"I'll be there at nine":                               "I'll be there at nine",
		"I'll call you at nine, thank you":                    "call you at nine",
		"We have limited time":                                "limited time",
		"I have a lab myself":                                 "I have a lab myself",
		"I put them in the drop box":                          "I put them in the drop box",
		"I noticed the other one is gone":                     "the other one is gone",
		"the part is free of course":                          "part is free",
		"I want to cancel the rest of the season too, please": "I want to cancel the rest of the season",
		"Hello everybody in the office":                       "Hello everybody in the office",
		"我这边查到了您的报告还在复核":                                      "报告还在复核",
		"系统显示订单已经签收":                                          "订单已经签收",
		"显示屏坏了三天":                                             "显示屏坏了三天",
		"我家宽带天天掉线":                                            "我家宽带天天掉线",
		"我们承担来回运费":                                            "承担来回运费",
		"我们小区没有水":                                             "我们小区没有水",
		"你看到短信就回":                                             "你看到短信就回",
		"这个月多扣了十元":                                            "这个月多扣了十元",
		"带身份证来就可以了":                                           "带身份证来",
		"我看照片了不对吧":                                            "看照片了不对",
		"那我给您减免半个月吧":                                          "减免半个月",
		"昨天去了楼下的网吧":                                           "昨天去了楼下的网吧",
		"查到了":                                                 "",
	} {
		from, to := shorten(said, 0, len(said), models.Agent)
		if got := said[from:max(from, to)]; got != want {
			t.Errorf("%q becomes %q, want %q", said, got, want)
		}
	}
}

// TestShortenOfCustomer: what a customer will do stays so.
func TestShortenOfCustomer(t *testing.T) {
	for _, said := range []string{"I'll cancel my contract", "我会去投诉"} {
		from, to := shorten(said, 0, len(said), models.Customer)
		if got := said[from:to]; got != said && got != "会去投诉" {
			t.Errorf("%q becomes %q", said, got)
		}
	}
}

func TestOmitted(t *testing.T) {
	for said, want := range map[string]string{
		"it actually stopped on Monday":      "it stopped on Monday",
		"it's not actually broken":           "it's not actually broken",
		"they don't just repair it":          "they don't just repair it",
		"we are just two people":             "we are just two people",
		"I can also send it for you today":   "I can send it today",
		"a link for you to sign":             "a link for you to sign",
		"three hundred and eighteen dollars": "three hundred eighteen dollars",
		"a hundred and the rest":             "a hundred and the rest",
		"周四之前给您回复":                           "周四之前回复",
		"链接已经发给您了":                           "链接已经发给您了",
		"可以给您延长三天":                           "可以延长三天",
		"中午之前店里给您电话":                         "中午之前店里给您电话",
		"可以给您两个方案":                           "可以给您两个方案",
		"承担您三天的费用":                           "承担三天的费用",
		"师傅会跟您联系":                            "师傅会跟您联系",
		"如果不是您的责任":                           "如果不是您的责任",
		"等了一下午没人来":                           "等了一下午没人来",
		"让我查一下线路":                            "让我查线路",
		"多扣了一百的话费":                           "多扣了一百的话费",
		"平板用过的话要扣三百":                         "平板用过要扣三百",
		"买的那个衣柜":                             "买的衣柜",
	} {
		gaps := omitted(nil, said, 0, len(said), script.HasHan(said))
		c := stretch{to: len(said), gaps: gaps}
		if got := string(c.write(nil, said, 0)); got != want {
			t.Errorf("%q becomes %q, want %q", said, got, want)
		}
		if n := c.count(said, 0); n != utf8.RuneCountInString(want) {
			t.Errorf("%q: %d characters, want %d", said, n, utf8.RuneCountInString(want))
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
