package openai

import (
	"net/http"
	"strings"
	"testing"

	"earshot/models"
	"earshot/nlp/claims"
)

// TestLies: a model that answers in perfect form, cites turns that exist with
// quotes that stand, and lies, gets no lie into a stored summary. Each of the
// lies is told among true sentences.
func TestLies(t *testing.T) {
	all := dialogues(t)
	truths := readLabelled(t, "truths.tsv", all)
	lies := append(readLabelled(t, "lies.tsv", all), readLabelled(t, "heldout.tsv", all)...)
	var answer string
	s := newServer(t, func(_ int, _ asked, w http.ResponseWriter) { say(w, answer) })
	c := newClient(t, s.URL, nil)
	for i, lie := range lies {
		if testing.Short() && i%10 > 0 {
			continue // one conversation after the other
		}
		told := []claims.Claim{lie.claim}
		for _, truth := range truths {
			if truth.dialogue == lie.dialogue && len(told) < 5 {
				told = append(told, truth.claim)
			}
		}
		answer = answerOf(t, told...)
		summary := stored(t, c, interactionOf(t, all[lie.dialogue]))
		for _, st := range summary.Text {
			if st.Text == lie.claim.Text {
				t.Errorf("%s: %q is stored, citing %q", lie.dialogue, st.Text, st.Cites[0].Quote)
			}
		}
		if summary.Method == "llm" && summary.Dropped == 0 {
			t.Errorf("%s: nothing was dropped beside %q", lie.dialogue, lie.claim.Text)
		}
	}
	t.Logf("%d lies", len(lies))
	if len(lies) < 200 {
		t.Errorf("only %d lies", len(lies))
	}
}

// TestHeldOutLies: lies over other conversations than those the checks were
// written on. Of the first 52 seven stood before the checks were mended, of the
// next 40 one.
func TestHeldOutLies(t *testing.T) {
	all := dialogues(t)
	lies := readLabelled(t, "heldout.tsv", all)
	stood := 0
	for _, lie := range lies {
		in := models.MustParse(all[lie.dialogue])
		if _, err := claims.NewGrounder(in).Ground(lie.claim); err == nil {
			stood++
			t.Errorf("%s: %q stands", lie.dialogue, lie.claim.Text)
		}
	}
	t.Logf("%d of %d stand", stood, len(lies))
}

// mutations turn a true sentence into a false one.
var mutations = []struct{ name, from, to string }{
	{"party", "The customer", "The agent"}, {"party", "The agent", "The customer"}, {"party", "客户", "坐席"}, {"party", "坐席", "客户"},
	{"negation", " can ", " cannot "}, {"negation", " has ", " has not "}, {"negation", " will ", " will not "}, {"negation", "n't", ""}, {"negation", " is not ", " is "},
	{"negation", " is ", " is not "}, {"negation", "不能", "能"}, {"negation", "还没", "已经"}, {"negation", "已经", "没有"}, {"negation", "会", "不会"}, {"negation", "没", ""}, {"negation", "不需要", "需要"},
	{"number", "three", "four"}, {"number", "two", "six"}, {"number", "14", "41"}, {"number", "$49", "$94"}, {"number", "$180", "$810"}, {"number", "214", "241"}, {"number", "one ", "five "}, {"number", "twelve", "twenty"},
	{"number", "三", "四"}, {"number", "50", "500"}, {"number", "6点", "9点"}, {"number", "2600", "6200"}, {"number", "十点", "八点"}, {"number", "一个", "三个"}, {"number", "七天", "十七天"}, {"number", "两个", "五个"}, {"number", "12315", "12345"},
	{"date", "Friday", "Monday"}, {"date", "June", "July"}, {"date", "tomorrow", "today"}, {"date", "周五", "周四"}, {"date", "明天", "后天"}, {"date", "下午", "上午"}, {"date", "昨天", "今天"}, {"date", " weeks", " months"}, {"date", " days", " weeks"}, {"date", "工作日", "小时"},
	{"name", "kettle", "toaster"}, {"name", "jacket", "shirt"}, {"name", "Karen", "Maria"}, {"name", "洗衣机", "冰箱"}, {"name", "南京", "北京"}, {"name", "小王", "小李"}, {"name", "主管", "经理"}, {"name", "家里", "公司"}, {"name", "refund", "repair"}, {"name", "replacement", "refund"},
	{"tense", "will ", "has already "}, {"tense", "can send", "has sent"}, {"tense", "asked whether", "said that"}, {"tense", "要求", "得到了"}, {"tense", "承诺", "已经"}, {"tense", "has ordered", "will order"}, {"tense", "会把", "已经把"}, {"tense", "wants to speak", "spoke"},
}

// TestMutatedTruths: a true sentence with one word changed does not stand.
func TestMutatedTruths(t *testing.T) {
	all := dialogues(t)
	n := 0
	for _, truth := range readLabelled(t, "truths.tsv", all) {
		ground := claims.NewGrounder(interactionOf(t, all[truth.dialogue]).Transcript)
		for _, m := range mutations {
			if !strings.Contains(truth.claim.Text, m.from) || m.from == "没" && strings.Contains(truth.claim.Text, "没有") || strings.Contains(truth.claim.Text, "能不能") ||
				m.from == " is " && strings.Contains(truth.claim.Text, " is not ") {
				continue
			}
			lie := truth.claim
			lie.Text = strings.Replace(truth.claim.Text, m.from, m.to, 1)
			n++
			if _, err := ground.Ground(lie); err == nil {
				t.Errorf("%s: %q stands with another %s", truth.dialogue, lie.Text, m.name)
			}
		}
	}
	t.Logf("%d mutations", n)
}

// TestTruths: the checks let through most of what a model writes as the prompt
// asks. Without this they could drop everything.
func TestTruths(t *testing.T) {
	all := dialogues(t)
	truths := readLabelled(t, "truths.tsv", all)
	kept := 0
	for _, truth := range truths {
		in := interactionOf(t, all[truth.dialogue])
		if _, err := claims.NewGrounder(in.Transcript).Ground(truth.claim); err != nil {
			t.Logf("%s: %q: %v", truth.dialogue, truth.claim.Text, err)
			continue
		}
		kept++
	}
	t.Logf("%d of %d true sentences are kept", kept, len(truths))
	if 10*kept < 8*len(truths) {
		t.Errorf("%d of %d true sentences are kept, want 8 of 10", kept, len(truths))
	}
}

// TestTruthsAreWritten: what stands is stored, with what it cost.
func TestTruthsAreWritten(t *testing.T) {
	all := dialogues(t)
	var told []claims.Claim
	for _, truth := range readLabelled(t, "truths.tsv", all) {
		if truth.dialogue == "washer" {
			told = append(told, truth.claim)
		}
	}
	told[0].Section = "reason"
	s := newServer(t, func(_ int, a asked, w http.ResponseWriter) {
		if a.Model != "scripted" || a.Stream || a.Temperature <= 0 || a.MaxTokens != Default().Answer || !strings.Contains(string(a.ResponseFormat.JSONSchema.Schema), `"sentences"`) {
			t.Errorf("%+v", a)
		}
		if a.Messages[0].Role != "system" || a.Messages[0].Content != promptFile("summary.zh.txt") || !strings.Contains(a.Messages[1].Content, "\n1 customer: 我上周五") {
			t.Errorf("%+v", a.Messages)
		}
		say(w, answerOf(t, told...))
	})
	in := interactionOf(t, all["washer"])
	before := *in.Summary
	got := stored(t, newClient(t, s.URL, func(c *Config) { c.PriceIn, c.PriceOut, c.PriceCached = 2, 8, 1 }), in)
	if got.Method != "llm" || got.Model != "scripted" || got.By.Version != PromptVersion || got.By.Hash == "" || got.Missing != "" || len(got.Text) < 8 {
		t.Errorf("%+v", got)
	}
	// 400 tokens read, 500 from the cache, 100 written
	if u := got.Usage; u.Calls != 1 || u.Prompt != 900 || u.Cached != 500 || u.Answer != 100 || u.Cost != (400*2+500*1+100*8)/1e6 {
		t.Errorf("%+v", u)
	}
	if got.Reason != before.Reason || got.Cause != before.Cause || got.Outcome != before.Outcome || len(got.Promises) != len(before.Promises) {
		t.Errorf("the model had a say in %+v, was %+v", got, before)
	}
	if _, err := NewStep(newClient(t, "http://127.0.0.1:1", nil)).Run(t.Context(), in); err != nil || in.Summary != got {
		t.Error("a summary by a model does not stay", err)
	}
}
