package brief

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"earshot/models"
)

func week() Figures {
	from := time.Date(2026, 4, 24, 0, 0, 0, 0, time.UTC)
	ids := func(names ...models.ID) []models.ID { return names }
	return Figures{
		From: from, To: from.AddDate(0, 0, 7),
		Conversations: Count{1203, 1154, ids("a", "b")}, Complaints: Count{241, 215, ids("c")},
		Causes: []Cause{
			{"process/delivery/late", Count{84, 64, ids("d", "e")}, []Quote{{"d", "我的快递三天还没到"}}},
			{"people/service/attitude", Count{31, 39, ids("f")}, nil},
			{"process/billing/invoice", Count{2, 0, ids("g")}, nil},
			{"our own/cause", Count{1, 1, ids("h")}, nil},
		},
		Unknown: Count{60, 52, ids("r")},
		Topics:  []Topic{{"快递员没打电话 · 东西扔在门口", Count{38, 21, ids("i")}}},
		Places:  []Place{{"region", "华东", 50, 400, ids("j")}},
		Bursts: []Burst{
			{from.Add(9 * time.Hour), from.Add(14 * time.Hour), "cause", "delivery/late", 48, 5.2, []Driver{{"product", "router"}, {"channel", "phone"}}, ids("k")},
			{from.Add(20 * time.Hour), from.Add(26 * time.Hour), "", "", 60, 20.4, nil, ids("l")},
			{from.Add(40 * time.Hour), from.Add(41 * time.Hour), "cause", "unknown", 9, 1.2, nil, ids("s")},
		},
		Unresolved: Count{60, 57, ids("m")}, Again: Count{1, 1, ids("n")}, Threats: Count{12, 7, ids("o")}, Broken: Count{9, 0, ids("p")},
		Satisfaction: Satisfaction{3.42, 3.5, ids("q")},
	}
}

// TestWrite compares the sentences of a week with those we agreed on.
func TestWrite(t *testing.T) {
	for _, language := range []string{"en", "zh"} {
		var got strings.Builder
		for _, s := range Write(week(), language) {
			fmt.Fprintf(&got, "%s\n", s.Subject)
			for _, f := range s.Facts {
				fmt.Fprintf(&got, "  %s %v\n", f.Text, f.Calls)
			}
		}
		file := "testdata/week." + language + ".txt"
		want, err := os.ReadFile(file)
		if err != nil || got.String() != string(want) {
			t.Errorf("%s differs (%v):\n%s", file, err, got.String())
		}
	}
}

func TestWriteOfLittle(t *testing.T) {
	if got := Write(Figures{}, "en"); got != nil {
		t.Errorf("of nothing: %+v", got)
	}
	f := Figures{From: time.Unix(0, 0), To: time.Unix(86400, 0), Conversations: Count{Now: 1, Calls: []models.ID{"a"}}}
	got := Facts(Write(f, "en"))
	if len(got) != 2 || got[0].Text != "1 conversation took place, the first: there is nothing to compare with." || got[1].Text != "None of them was a complaint." {
		t.Errorf("%+v", got)
	}
	f.Complaints = Count{1, 3, []models.ID{"a"}}
	if got := Facts(Write(f, "en")); got[1].Text != "1 complaint (100.0% of conversations) came in, 2 fewer than the day before." {
		t.Errorf("%+v", got)
	}
	if got := Facts(Write(f, "zh")); got[1].Text != "其中投诉有1起（占会话的100.0%），比前一天少2起。" {
		t.Errorf("%+v", got)
	}
}

// TestCauseNames: every cause of our lexicons, and every branch and field of
// them, has a name in both languages.
func TestCauseNames(t *testing.T) {
	label := regexp.MustCompile(`label: (\w+/[a-z/ ]+)`)
	for _, file := range []string{"../nlp/lexicons/reason-en.yaml", "../nlp/lexicons/reason-zh.yaml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := label.FindAllStringSubmatch(string(text), -1)
		if len(found) < 20 {
			t.Errorf("%s: only %d causes", file, len(found))
		}
		for _, m := range found {
			for name := m[1]; ; name = name[:strings.LastIndexByte(name, '/')] {
				if en, zh := CauseName(name, "en"), CauseName(name, "zh"); en == zh || strings.Contains(en, " / ") {
					t.Errorf("%s is called %q and %q", name, en, zh)
				}
				if !strings.Contains(name, "/") {
					break
				}
			}
		}
	}
}

// TestEveryClaimNamesConversations: whatever the figures, each sentence of a
// brief names conversations, and none has a blank in it.
func TestEveryClaimNamesConversations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := func() Count {
			c := Count{Now: rapid.IntRange(0, 3000).Draw(t, "now"), Before: rapid.IntRange(0, 3000).Draw(t, "before")}
			if c.Now > 0 {
				c.Calls = []models.ID{"x"}
			}
			return c
		}
		f := week()
		f.To = f.From.AddDate(0, 0, rapid.IntRange(1, 60).Draw(t, "days"))
		f.Complaints, f.Unknown, f.Unresolved, f.Again, f.Threats, f.Broken = count(), count(), count(), count(), count(), count()
		for _, language := range []string{"en", "zh"} {
			for _, fact := range Facts(Write(f, language)) {
				if len(fact.Calls) == 0 || strings.Contains(fact.Text, "  ") || strings.Contains(fact.Text, "%!") || strings.Contains(fact.Text, "-") && !strings.Contains(fact.Text, "2026-") {
					t.Fatalf("%q names %v", fact.Text, fact.Calls)
				}
			}
		}
	})
}

func TestSetNames(t *testing.T) {
	SetNames(map[string]map[string]string{"driver late": {"en": "late drivers", "zh": "骑手迟到"}, "logistics": {"en": "logistics", "zh": "物流"}})
	t.Cleanup(func() { SetNames(nil) })
	for label, want := range map[string][2]string{
		"people/logistics/driver late": {"late drivers", "骑手迟到"},
		"people/logistics":             {"logistics", "物流"},
		"process/delivery/late":        {"late delivery", "配送延误"},
		"people/kitchen/cold":          {"people / kitchen / cold", "people / kitchen / cold"},
	} {
		if en, zh := CauseName(label, "en"), CauseName(label, "zh"); en != want[0] || zh != want[1] {
			t.Errorf("%s: %q, %q, want %q", label, en, zh, want)
		}
	}
}
