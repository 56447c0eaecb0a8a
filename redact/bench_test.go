package redact

import (
	"testing"

	"earshot/models"
)

const benchDialogue = `A: Thank you for calling Northwind Telecom, my name is Anna Kowalska, how may I help you today?
C: Hi, um, I was charged twice for my internet bill this month, it's 89 dollars both times.
A: I'm sorry to hear that. Can I have your card number please?
C: Sure, it's four one one one, one one one one, one one one one, one one one one.
A: Thank you, let me check that for you.
C: 我的电话是幺三八零零幺三八零零零，住在北京市朝阳区建国路88号
A: 好的，请您稍等，我帮您查一下订单，24小时内给您回电
C: 那什么时候能送啊，我已经打了三次电话了，你们每次都说明天`

func BenchmarkMask(b *testing.B) {
	s, err := New(Default())
	if err != nil {
		b.Fatal(err)
	}
	bytes := 0
	for _, turn := range models.MustParse(benchDialogue).Turns {
		bytes += len(turn.Text)
	}
	b.SetBytes(int64(bytes))
	for b.Loop() {
		s.Open().Mask(&models.Interaction{ID: "b", Channel: models.Phone, Transcript: models.MustParse(benchDialogue)})
	}
}
