package demo

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"earshot/models"
)

func history(t testing.TB, h History) *History {
	t.Helper()
	if h.From.IsZero() {
		h.From, h.To = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	}
	got, err := NewHistory(h)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestHistory(t *testing.T) {
	const n = 6000
	h := history(t, History{Seed: 7, Conversations: n})
	ids, languages, channels := map[models.ID]bool{}, map[string]int{}, map[models.Channel]int{}
	customers, turns, hours, days := map[string]int{}, map[string]bool{}, [24]int{}, [7]int{}
	last := h.From
	for in := range h.Each() {
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
		hours[in.Started.Hour()]++
		days[in.Started.Weekday()]++
		for _, turn := range in.Transcript.Turns {
			turns[turn.Text] = true
		}
		if in.Started.Before(last) || !in.Started.Before(h.To) {
			t.Fatalf("%s started %s, the one before it %s", in.ID, in.Started, last)
		}
		last = in.Started
	}
	if len(ids) != n {
		t.Fatalf("%d conversations, want %d", len(ids), n)
	}
	if languages["zh"] < n/3 || languages["en"] < n/3 {
		t.Errorf("languages %v: want about half each", languages)
	}
	for _, c := range models.Channels() {
		if channels[c] == 0 {
			t.Errorf("channel %s: none", c)
		}
	}
	if channels[models.Phone] < n/3 {
		t.Errorf("%d of %d are calls", channels[models.Phone], n)
	}
	back := 0
	for _, times := range customers {
		if times > 1 {
			back++
		}
	}
	if back < n/10 {
		t.Errorf("%d customers came back", back)
	}
	if len(turns) < n {
		t.Errorf("only %d different messages", len(turns))
	}
	if hours[10] < 10*hours[3] || days[time.Monday] < days[time.Sunday]*3/2 {
		t.Errorf("no seasons: hours %v, days %v", hours, days)
	}
}

func TestHistoryIsRepeatable(t *testing.T) {
	text := func(seed uint64) string {
		h := history(t, History{Seed: seed, Conversations: 60, Bursts: 2})
		var all []any
		for in := range h.Each() {
			all = append(all, in)
		}
		b, err := json.Marshal(append(all, h.Truth()))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	first := text(1)
	if again := text(1); again != first {
		t.Error("the same seed gives another history")
	}
	if text(2) == first {
		t.Error("another seed gives the same history")
	}
}

// TestBurstsStandOut counts what was planted the way a person would who knows
// where to look.
func TestBurstsStandOut(t *testing.T) {
	h := history(t, History{Seed: 5, Conversations: 20_000, Bursts: 6})
	truth := h.Truth()
	if len(truth.Bursts) != 6 {
		t.Fatalf("%d bursts", len(truth.Bursts))
	}
	for k, b := range truth.Bursts {
		if math.Abs(float64(b.Count)-b.Expected) > 5*math.Sqrt(b.Expected)+5 {
			t.Errorf("%s added %d, expected %.0f", b.Name, b.Count, b.Expected)
		}
		inside, caused := 0, 0
		var days float64
		before := 0
		for i := range h.Conversations {
			in := h.Outline(i)
			matches := true
			for dimension, value := range b.Dimensions {
				has := in.Attributes[dimension]
				switch dimension {
				case "queue":
					has = in.Queue
				case "channel":
					has = string(in.Channel)
				}
				matches = matches && has == value
			}
			switch {
			case !matches:
			case in.Started.Before(h.From.Add(h.To.Sub(h.From) / 4)):
				before++
			case !in.Started.Before(b.From) && in.Started.Before(b.To):
				inside++
				if in.Attributes["cause"] == b.Cause {
					caused++
				}
			}
		}
		days = b.To.Sub(b.From).Hours() / 24
		usual := float64(before) / (h.To.Sub(h.From).Hours() / 24 / 4) * days
		if float64(inside) < 2*usual+20 || caused < inside/2 {
			t.Errorf("%d %+v: %d inside of which %d of its cause, usual %.1f", k, b, inside, caused, usual)
		}
		if len(b.IDs) != min(b.Count, idsOfBurst) {
			t.Errorf("%d ids", len(b.IDs))
		}
	}
}

func TestHistoryRefuses(t *testing.T) {
	day := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	for name, h := range map[string]History{
		"none":     {From: day, To: day.AddDate(0, 1, 0)},
		"backward": {Conversations: 1, From: day, To: day.AddDate(0, -1, 0)},
		"century":  {Conversations: 1, From: day, To: day.AddDate(100, 0, 0)},
		"agents":   {Conversations: 1, From: day, To: day.AddDate(0, 1, 0), Agents: -1},
		"bursts":   {Conversations: 1, From: day, To: day.AddDate(0, 1, 0), Bursts: 1000},
	} {
		if _, err := NewHistory(h); !errors.Is(err, models.ErrBadInput) {
			t.Errorf("%s: got %v, want ErrBadInput", name, err)
		}
	}
	for _, n := range []int{1, 2, 3} {
		for in := range history(t, History{Conversations: n, Bursts: 3}).Each() {
			if err := in.Validate(); err != nil {
				t.Error(err)
			}
		}
	}
}

// Every word in braces must be one that the writer fills in.
func TestPhrasesAreFilled(t *testing.T) {
	seen := 0
	for in := range history(t, History{Seed: 3, Conversations: 4000}).Each() {
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
	for _, w := range []string{"brand", "agent", "product", "tail", "name", "order", "days", "amount", "phone", "found"} {
		words[w] = "x"
	}
	for _, p := range all {
		lists := [][]string{p.Customer.Details, p.Customer.Upset, p.Good.Greetings, p.Good.Farewells, p.Founds, p.Repeats}
		for _, q := range p.Probes {
			lists = append(lists, []string{q.Ask, q.Answer})
		}
		for _, topic := range p.Topics {
			var cases []string
			for _, c := range topic.Cases {
				cases = append(cases, c.Problem, c.Fix)
			}
			for _, c := range topic.Causes {
				if c.Branch != "people" && c.Branch != "process" && c.Branch != "system" {
					t.Errorf("cause %s: branch %q", c.Name, c.Branch)
				}
				cases = append(cases, c.Found)
			}
			lists = append(lists, cases, topic.Checks, topic.Promises, topic.Refusals)
		}
		for _, list := range lists {
			for _, phrase := range list {
				if unknown := unknownWord(phrase, words); unknown != "" || phrase == "" {
					t.Errorf("%s: %q: nothing fills in %q", p.language, phrase, unknown)
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

func BenchmarkHistory(b *testing.B) {
	h := history(b, History{Seed: 1, Conversations: 1_000_000, Bursts: 10})
	i := 0
	for b.Loop() {
		h.At(i % h.Conversations)
		i++
	}
}
