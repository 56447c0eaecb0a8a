package demo

import (
	"encoding/json"
	"testing"
	"time"

	"earshot/models"
)

func TestGenerate(t *testing.T) {
	until := time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	const n = 3000
	ids, languages, channels := map[models.ID]bool{}, map[string]int{}, map[models.Channel]int{}
	customers, turns := map[string]int{}, map[string]bool{}
	for in := range Generate(7, n, until) {
		if err := in.Validate(); err != nil {
			t.Fatal(err)
		}
		if ids[in.ID] {
			t.Fatalf("%s twice", in.ID)
		}
		ids[in.ID] = true
		languages[in.Language]++
		channels[in.Channel]++
		customers[in.Customer]++
		for _, turn := range in.Transcript.Turns {
			turns[turn.Text] = true
		}
		if in.Started.After(until) || in.Started.Before(until.AddDate(0, 0, -historyDays-3)) {
			t.Fatalf("%s started %s", in.ID, in.Started)
		}
	}
	if len(ids) != n {
		t.Fatalf("%d conversations, want %d", len(ids), n)
	}
	if languages["zh"] < n/3 || languages["en"] < n/3 {
		t.Errorf("languages %v: want about half each", languages)
	}
	for _, c := range models.Channels() {
		if (channels[c] == 0) != (c == models.Phone) {
			t.Errorf("channel %s: %d conversations", c, channels[c])
		}
	}
	if len(customers) > n*2/3 || len(customers) < n/3 {
		t.Errorf("%d customers for %d conversations: want some to come back", len(customers), n)
	}
	if len(turns) < n {
		t.Errorf("only %d different messages", len(turns))
	}
}

func TestGenerateIsRepeatable(t *testing.T) {
	until := time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	text := func(seed uint64) string {
		var all []*models.Interaction
		for in := range Generate(seed, 50, until) {
			all = append(all, in)
		}
		b, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	first := text(1)
	if again := text(1); again != first {
		t.Error("the same seed gives other conversations")
	}
	if text(2) == first {
		t.Error("another seed gives the same conversations")
	}
}

// Every word in braces must be one that write fills in.
func TestPhrasesAreFilled(t *testing.T) {
	seen := 0
	for in := range Generate(3, 4000, time.Unix(1e9, 0)) {
		for _, turn := range in.Transcript.Turns {
			if turn.Text == "" || fill(turn.Text, nil) != turn.Text {
				t.Fatalf("%s: %q", in.ID, turn.Text)
			}
			seen++
		}
	}
	all, err := loadPhrases()
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	for _, w := range []string{"brand", "agent", "product", "tail", "name", "order", "days", "amount", "phone"} {
		words[w] = "x"
	}
	for _, p := range all {
		for _, topic := range p.Topics {
			var cases []string
			for _, c := range topic.Cases {
				cases = append(cases, c.Problem, c.Fix)
			}
			for _, lists := range [][]string{cases, topic.Checks, topic.Promises, topic.Refusals, p.Customer.Details, p.Customer.Upset, p.Good.Greetings, p.Good.Farewells} {
				for _, phrase := range lists {
					if unknown := unknownWord(phrase, words); unknown != "" {
						t.Errorf("%s: %q: nothing fills in %q", p.language, phrase, unknown)
					}
				}
			}
		}
	}
	if seen < 4000 {
		t.Errorf("%d messages", seen)
	}
}

func unknownWord(phrase string, words map[string]string) string {
	for from := range phrase {
		if phrase[from] != '{' {
			continue
		}
		for to := from; to < len(phrase); to++ {
			if phrase[to] == '}' {
				if name := phrase[from+1 : to]; words[name] == "" {
					return name
				}
				break
			}
		}
	}
	return ""
}

func BenchmarkGenerate(b *testing.B) {
	until := time.Unix(1e9, 0)
	n := 0
	for b.Loop() {
		for range Generate(1, 1000, until) {
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "interactions/s")
}
