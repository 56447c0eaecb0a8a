package nlp

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"earshot/models"
)

func summaryOf(t *testing.T, dialogue string) (*models.Interaction, *models.Summary) {
	t.Helper()
	in := &models.Interaction{ID: "s", Channel: models.Phone, Started: time.Date(2026, 3, 18, 10, 0, 0, 0, time.UTC), Transcript: models.MustParse(dialogue)}
	if _, err := builtinStep(t).Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if err := in.Summary.Check(in.Transcript); err != nil {
		t.Fatal(err)
	}
	return in, in.Summary
}

const washingMachine = `A: 您好，很高兴为您服务，请问有什么可以帮您
C: 喂，你好，我上周五在你们那买的洗衣机，说好周日送货，到现在都三天了还没到
A: 请问您的订单号是多少
C: [订单号1]
A: 好的请稍等，我帮您查一下
A: 系统显示您的订单卡在南京中转站了
C: 那什么时候能送啊，我已经打了三次电话了，你们每次都说明天
A: 非常抱歉给您带来不便，我理解您的心情
C: 再不送我就退款，然后到12315投诉你们
A: 我已经帮您加急处理了，最晚明天下午给您送到
C: 那好吧，明天再不到我就退
A: 好的，请问还有其他问题吗
C: 没有了
A: 感谢您的来电，再见`

func TestSummary(t *testing.T) {
	in, s := summaryOf(t, washingMachine)
	var text []string
	for _, st := range s.Text {
		text = append(text, st.Text)
	}
	said := strings.Join(text, "\n")
	for _, want := range []string{"洗衣机", "三天了还没到", "明天下午送到"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in\n%s", want, said)
		}
	}
	for _, not := range []string{"很高兴为您服务", "再见", "[订单号1]", "没有了"} {
		if strings.Contains(said, not) {
			t.Errorf("%q says nothing, in\n%s", not, said)
		}
	}
	if s.Method != "extractive" || s.Reason != "delivery/late" || s.Cause != "process/delivery/late" || s.Outcome != "follow_up" {
		t.Errorf("%+v", s)
	}
	if len(s.Promises) != 1 || s.Promises[0].Action != "delivery" || s.Promises[0].Due == nil || !s.Promises[0].Due.Equal(time.Date(2026, 3, 19, 18, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", s.Promises)
	}
	if s.Text[0].Section != "reason" || !slices.IsSortedFunc(s.Text, func(a, b models.Statement) int {
		return slices.Index(sectionOrder, a.Section) - slices.Index(sectionOrder, b.Section)
	}) {
		t.Errorf("not in reading order: %+v", s.Text)
	}
	whole := 0
	for _, turn := range in.Transcript.Turns {
		whole += utf8.RuneCountInString(turn.Text)
	}
	if n := quoted(s); 3*n > whole && n > summaryLeast {
		t.Errorf("%d of %d characters", n, whole)
	}
}

// TestSummaryOfAnger: who lets off steam is told by the matter, not by the
// outburst.
func TestSummaryOfAnger(t *testing.T) {
	_, s := summaryOf(t, `A: Thank you for calling Harborline, this is Tom.
C: You people are completely useless! My internet has been down for five days, and nobody is doing anything about it!
A: I am very sorry to hear that. May I have the last four digits of your account number, please?
C: Seven two nine four. This is absolutely ridiculous, you useless idiots!
A: I can see a fault in your area. The repair team is working on it, and it will be fixed by six tonight.
C: I have lost five days of work because of you.
A: I have added a credit of forty dollars to your account for the days without service.
C: Keep your forty dollars. If it is not working tonight, cancel my contract.`)
	if s.Text[0].Section != "reason" || !strings.HasPrefix(s.Text[0].Text, "My internet has been down for five days") {
		t.Errorf("%+v", s.Text[0])
	}
	for _, st := range s.Text {
		for _, not := range []string{"useless", "ridiculous", "Seven two nine four", "last four digits"} {
			if strings.Contains(st.Text, not) {
				t.Errorf("%q in %q", not, st.Text)
			}
		}
	}
}

// TestSummaryOfIdentity: who somebody is does not belong in a summary, also where
// numbers are spelled out.
func TestSummaryOfIdentity(t *testing.T) {
	_, s := summaryOf(t, `A: 您好，请问有什么可以帮您
C: 我的快递今天送到，可是我今天没有时间，可以明天上午送吗
A: 请问您手机号的后四位是多少
C: 后四位是八六五二
A: 请问您的姓名
C: 我叫王小明
A: 已经为您安排好了，明天上午九点到十二点，师傅会给您打电话
C: 好的谢谢`)
	for _, st := range s.Text {
		for _, not := range []string{"八六五二", "王小明"} {
			if strings.Contains(st.Text, not) {
				t.Errorf("%q in %q", not, st.Text)
			}
		}
	}
}

func quoted(s *models.Summary) int {
	n := 0
	for _, st := range s.Text {
		n += utf8.RuneCountInString(st.Text)
	}
	return n
}

// TestSummaryKeepsToTheConversation: whatever is said, every statement quotes what
// stands, and the summary is short.
func TestSummaryKeepsToTheConversation(t *testing.T) {
	lines := append(slices.Clone(sayings), strings.Split(washingMachine, "\n")...)
	rapid.Check(t, func(rt *rapid.T) {
		dialogue := strings.Join(rapid.SliceOfN(rapid.SampledFrom(lines), 1, 30).Draw(rt, "turns"), "\n")
		in, s := summaryOf(t, dialogue)
		whole := 0
		for _, turn := range in.Transcript.Turns {
			whole += utf8.RuneCountInString(turn.Text)
		}
		if n := quoted(s); n > max(summaryLeast, whole/3) {
			rt.Fatalf("%d of %d characters", n, whole)
		}
		for _, st := range s.Text {
			if !quotes(st) {
				rt.Fatalf("%q is not what %v say", st.Text, st.Cites)
			}
		}
	})
}

// quotes reports whether a statement says what it cites, in this order, with
// nothing but words left out and marks between.
func quotes(st models.Statement) bool {
	const marks = "； ;"
	var cited []rune
	for _, e := range st.Cites {
		cited = append(cited, []rune(e.Quote)...)
	}
	for _, r := range st.Text {
		if strings.ContainsRune(marks, r) {
			continue
		}
		i := slices.Index(cited, r)
		if i < 0 {
			return false
		}
		cited = cited[i+1:]
	}
	return true
}

func TestSummaryOfALanguageModelStays(t *testing.T) {
	in := &models.Interaction{ID: "s", Channel: models.Phone, Transcript: models.MustParse("C: hi"), Summary: &models.Summary{Method: "llm"}}
	if _, err := builtinStep(t).Run(t.Context(), in); err != nil || in.Summary.Method != "llm" {
		t.Error(in.Summary, err)
	}
}
