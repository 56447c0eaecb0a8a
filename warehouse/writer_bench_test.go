package warehouse_test

import (
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"earshot/models"
)

// typical returns a chat of 20 turns of about 20 characters with what the
// steps make of it.
func typical(i int) *models.Interaction {
	in := numbered(models.ID(fmt.Sprintf("bench-%d", i)), models.WebChat, time.Date(2026, 3, 1, 0, 0, i, 0, time.UTC), 0)
	for k := range 20 {
		in.Transcript.Turns = append(in.Transcript.Turns, models.Turn{
			Party: []models.Party{models.Customer, models.Agent}[k%2], Start: models.Millis(k * 4000), End: models.Millis(k*4000 + 3500),
			Text: fmt.Sprintf("第%d句：我的订单%d还没有收到，请帮我查一下好吗", k, i),
		})
	}
	in.Findings = []models.Finding{{Kind: "word.refund", Evidence: []models.Evidence{in.Transcript.QuoteTurn(0)}}, {Kind: "talk.share", Value: 0.5}}
	for k := range 20 {
		in.Verdicts = append(in.Verdicts, models.Verdict{
			Rule: fmt.Sprint("rule_", k), Version: "1", Outcome: models.Miss, Because: "none of the 12 phrases was said",
			Searched: []models.Evidence{in.Transcript.QuoteTurn(1), in.Transcript.QuoteTurn(3), in.Transcript.QuoteTurn(5)},
		})
	}
	card := models.Scorecard{Name: "service", Version: "1", Score: 90, Points: 90, Possible: 100, Passed: true}
	for k := range 10 {
		card.Items = append(card.Items, models.Item{Question: fmt.Sprint("q", k), Answer: models.Pass, Points: 9, Possible: 10, Because: "the agent greeted"})
	}
	in.Scorecards = []models.Scorecard{card}
	in.Trace = []models.Trace{{Step: "redact"}, {Step: "nlp"}, {Step: "rules"}, {Step: "qa"}}
	return in
}

// BenchmarkStore tells how many interactions a second go in whole, with 256
// callers at once, and what that costs this process.
func BenchmarkStore(b *testing.B) {
	w := open(b, sharedEngine(b))
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	var callers sync.WaitGroup
	next := make(chan int)
	cpu := cpuTime(b)
	b.ResetTimer()
	for range 256 {
		callers.Go(func() {
			for i := range next {
				if err := writer.Store(b.Context(), typical(i), 1); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range b.N {
		next <- i
	}
	close(next)
	callers.Wait()
	rows := float64(b.N) * float64(1+20+2+20+1+10+4+1)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "interactions/s")
	b.ReportMetric(rows/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(rows/(cpuTime(b)-cpu).Seconds(), "rows/cpu-s")
}

// cpuTime returns the processor time this process has used.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkLoad(b *testing.B) {
	w := open(b, sharedEngine(b))
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	for i := range 20 {
		if err := writer.Store(b.Context(), typical(i), 1); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, _, err := w.Load(b.Context(), "bench-7"); err != nil {
			b.Fatal(err)
		}
	}
}
