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
	for _, want := range []string{"洗衣机", "三天了还没到", "明天下午给您送到"} {
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

func quoted(s *models.Summary) int {
	n := 0
	for _, st := range s.Text {
		n += utf8.RuneCountInString(st.Text)
	}
	return n
}

// TestSummaryKeepsToTheConversation: whatever is said, every statement is a
// quote that stands, and the summary is short.
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
			rest := st.Text
			for _, e := range st.Cites {
				before, after, ok := strings.Cut(rest, e.Quote)
				if !ok || strings.Trim(before, "； ;") != "" {
					rt.Fatalf("%q does not quote %q", st.Text, e.Quote)
				}
				rest = after
			}
			if rest != "" {
				rt.Fatalf("%q is quoted nowhere in %q", rest, st.Text)
			}
		}
	})
}

func TestSummaryOfALanguageModelStays(t *testing.T) {
	in := &models.Interaction{ID: "s", Channel: models.Phone, Transcript: models.MustParse("C: hi"), Summary: &models.Summary{Method: "llm"}}
	if _, err := builtinStep(t).Run(t.Context(), in); err != nil || in.Summary.Method != "llm" {
		t.Error(in.Summary, err)
	}
}
