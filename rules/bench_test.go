package rules

import (
	"fmt"
	"strings"
	"testing"

	"earshot/models"
)

// longCall is a call of 60 turns in which a fair number of shipped rules hit.
func longCall() *models.Interaction {
	turns := []string{
		"A: 您好，请问有什么可以帮您", "C: 我的快递三天没到，你们服务太差了", "A: 非常抱歉，请您提供一下单号", "C: 单号是八八一二，上次说24小时内回电，到现在都没人打",
		"A: 请稍等，我帮您查一下", "C: 再不处理我就曝光你们", "A: 我们会尽快处理", "C: 我要退款", "A: 好的，24小时内给您回电", "C: Thank you, bye",
	}
	var b strings.Builder
	for i := range 60 {
		b.WriteString(turns[i%len(turns)] + "\n")
	}
	return &models.Interaction{ID: "bench", Channel: models.Phone, Language: "zh", Transcript: models.MustParse(b.String())}
}

// BenchmarkShipped judges a call of 60 turns by all shipped rules, with the
// sentences and the evidence. deploy/bench/rules compares with other languages.
func BenchmarkShipped(b *testing.B) {
	set, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	in := longCall()
	b.ReportAllocs()
	for b.Loop() {
		set.Evaluate(in)
	}
}

// Deciding takes no memory that stays or grows: a session that has been used
// allocates nothing for the next conversation, whatever the number of rules.
func TestDecidingAllocatesNothing(t *testing.T) {
	for _, n := range []int{10, 1000} {
		var b strings.Builder
		b.WriteString("rules:\n")
		for i := range n {
			fmt.Fprintf(&b, "  - {id: r%d, version: \"1\", name: n, conditions: {aa: {words: {any: [曝光%d, 抱歉]}}}, when: {all: [aa, {not: {words: {any: [退款], after: aa, within: 3 turns}}}]}}\n", i, i%7)
		}
		set := mustCompile(t, b.String())
		in, s := longCall(), set.Begin(nil)
		judge := func() {
			s.Whole(in)
			for _, r := range set.rules {
				s.eval(r.root)
			}
		}
		judge()
		if allocs := testing.AllocsPerRun(20, judge); allocs > 0 {
			t.Errorf("%d rules: %g allocations a conversation", n, allocs)
		}
	}
}
