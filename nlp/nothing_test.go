package nlp

import (
	"strings"
	"testing"

	"earshot/models"
)

// clausesTold returns the clauses of the last turn of a dialogue that can be told, as
// they are told.
func clausesTold(t *testing.T, said string) []string {
	t.Helper()
	letters := models.MustParse("C: 你好 hello\n" + said)
	last := len(letters.Turns) - 1
	out := []string{}
	for _, s := range sentences(letters, newWorths(letters)) {
		for i := range s.clauses {
			if c := &s.clauses[i]; s.turn == last {
				out = append(out, string(c.write(nil, letters.Turns[last].Text, c.from)))
			}
		}
	}
	return out
}

func TestSaysNothing(t *testing.T) {
	for said, want := range map[string]string{
		"A: 照顾不周的地方，您多多包涵哦，麻烦您给小妹一个五星好评呢": "",
		"A: 正在为您查询哦，请您喝杯水稍等一下 这个包裹被退回了":   "包裹被退回了",
		"A: 麻烦您提供一下订单号和联系电话呢 这边安排周六上门哦":   "安排周六上门",
		"A: 请稍等十五分钟":                                                 "请稍等十五分钟",
		"A: 免费升级到五星酒店":                                               "免费升级到五星酒店",
		"C: [订单编号:66110022，金额:59.00] 杯子碎了":                           "杯子碎了",
		"C: 订单号:66110022334 杯子碎了":                                    "杯子碎了",
		"C: 在吗在吗 在线吗":                                                "在吗在吗",
		"A: 便携榨汁杯 USB充电 迷你果汁机 350ML 请问是这个商品吗":                        "",
		"A: 亲爱的，明天补发一个杯子哦 亲":                                         "明天补发一个杯子",
		"A: 小妹这边给您退二十元呢~":                                            "退二十元",
		"A: I'd be happy to help you with that!":                     "",
		"A: Let me look into that for you.":                          "",
		"A: May I have your full name?":                              "",
		"A: Thanks for reaching out, the part is on its way.":        "part is on its way.",
		"A: @shopper7 We've sent a new lid. ^Jo https://a.example/x": "sent a new lid.",
		"A: I've put a hold on that payment.":                        "put a hold on that payment.",
		"C: Order ID: 7719203345":                                    "",
		"C: My visit on Nov. 3 was cancelled":                        "My visit on Nov. 3 was cancelled",
	} {
		if got := strings.Join(clausesTold(t, said), "|"); got != want {
			t.Errorf("%q tells %q, want %q", said, got, want)
		}
	}
}

// TestMessages: one turn of a chat holds several messages.
func TestMessages(t *testing.T) {
	for said, want := range map[string]int{
		"好的呢 明天送到哦 还有别的要问么":    3,
		"杯子碎了   盖子也没有":         2,
		"一共 350 块 三天":          1,
		"满 1~3 件都可以":           1,
		"收到啦~ 这就安排":            2,
		"It broke.  Twice now": 2,
	} {
		n := 0
		for from := 0; from < len(said); n++ {
			from = sentenceEnd(said, from)
		}
		if n != want {
			t.Errorf("%q has %d sentences, want %d", said, n, want)
		}
	}
}
