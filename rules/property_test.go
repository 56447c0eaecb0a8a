package rules

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"earshot/models"
)

// The words that random conversations and rules are made of.
var vocabulary = []string{"退款", "抱歉", "refund", "hold on", "投诉", "嗯", "好的", "sorry", "12315", "plan"}

func drawConversation(t *rapid.T) *models.Interaction {
	in := &models.Interaction{ID: "p", Language: "zh", Started: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		Channel:    rapid.SampledFrom([]models.Channel{models.Phone, models.WebChat}).Draw(t, "channel"),
		Attributes: map[string]string{"tier": rapid.SampledFrom([]string{"gold", "basic"}).Draw(t, "tier"), "amount": "120"}}
	tr := &models.Transcript{Turns: []models.Turn{}}
	clock := models.Millis(0)
	for range rapid.IntRange(0, 12).Draw(t, "turns") {
		clock += models.Millis(rapid.SampledFrom([]int{0, 200, 900, 4000, 12_000, 40_000}).Draw(t, "gap"))
		turn := models.Turn{Party: rapid.SampledFrom([]models.Party{models.Agent, models.Customer, models.Agent, models.Customer, models.System, models.Unknown}).Draw(t, "party"),
			Start: clock, End: clock + models.Millis(rapid.SampledFrom([]int{300, 1500, 9000}).Draw(t, "long")),
			Text:       strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 3).Draw(t, "words"), " "),
			Confidence: rapid.SampledFrom([]float64{0, 0.9, 0.9, 0.2}).Draw(t, "confidence")}
		if rapid.Bool().Draw(t, "toned") {
			turn.Tone = &models.Tone{Loudness: rapid.SampledFrom([]float64{-30, -20, -12}).Draw(t, "loudness"), Pitch: 180,
				Pace: rapid.SampledFrom([]float64{150, 280, 400}).Draw(t, "pace")}
		}
		tr.Turns = append(tr.Turns, turn)
	}
	if tail := rapid.SampledFrom([]models.Millis{0, 15_000}).Draw(t, "tail"); tail > 0 {
		tr.Length = tr.End() + tail
	}
	in.Transcript = tr
	for range rapid.IntRange(0, 4).Draw(t, "findings") {
		if len(tr.Turns) == 0 {
			break
		}
		i := rapid.IntRange(0, len(tr.Turns)-1).Draw(t, "of turn")
		f := models.Finding{Kind: rapid.SampledFrom([]string{"emotion.anger", "emotion.gratitude", "word.threat", "promise.made", "llm.question.q1", "hold"}).Draw(t, "kind"),
			Score: rapid.SampledFrom([]float64{0.3, 0.55, 0.9}).Draw(t, "score"), Value: float64(rapid.IntRange(0, 5).Draw(t, "value")), Party: tr.Turns[i].Party}
		if rapid.Bool().Draw(t, "stretch") {
			f.Evidence = []models.Evidence{models.Stretch(i, tr.Turns[i].Start, tr.Turns[i].End)}
		} else {
			f.Evidence = []models.Evidence{tr.QuoteTurn(i)}
		}
		in.Findings = append(in.Findings, f)
	}
	return in
}

func drawSpan(t *rapid.T) string {
	return rapid.SampledFrom([]string{"1 turn", "2 turns", "3 turns", "5s", "20s", "30%"}).Draw(t, "span")
}

// drawScope writes the fields of a scope that may refer to earlier conditions.
func drawScope(t *rapid.T, names []string) string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if rapid.Bool().Draw(t, "party") {
		add("party: %s", rapid.SampledFrom([]string{"agent", "customer", "[agent, system]"}).Draw(t, "who"))
	}
	switch rapid.IntRange(0, 5).Draw(t, "where") {
	case 0:
		add("first: %s", drawSpan(t))
	case 1:
		add("last: %s", drawSpan(t))
	case 2:
		add("from: %s", drawSpan(t))
	case 3:
		add("to: \"-%s\"", drawSpan(t))
	}
	if len(names) > 0 && rapid.Bool().Draw(t, "anchored") {
		name := func() string { return rapid.SampledFrom(names).Draw(t, "anchor") }
		kind := rapid.SampledFrom([]string{"after", "before", "around", "between"}).Draw(t, "relation")
		if kind == "between" {
			add("between: [%s, %s]", name(), name())
		} else {
			add("%s: %s", kind, name())
			if kind == "around" || rapid.Bool().Draw(t, "limited") {
				add("within: %s", rapid.SampledFrom([]string{"1 turn", "2 turns", "6s"}).Draw(t, "within"))
			}
		}
		if rapid.Bool().Draw(t, "picked") {
			add("which: %s", rapid.SampledFrom([]string{"first", "last", "any", "each", "2"}).Draw(t, "which"))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return ", " + strings.Join(out, ", ")
}

// drawOperator writes an operator; places reports whether others may refer to
// it.
func drawOperator(t *rapid.T, names []string) (text string, places bool) {
	scope := drawScope(t, names)
	word := func() string { return rapid.SampledFrom(vocabulary).Draw(t, "word") }
	count := rapid.SampledFrom([]string{"", "", ", count: 2", ", count: under 2", ", count: 1..2"}).Draw(t, "count")
	if rapid.IntRange(0, 2).Draw(t, "family") == 0 {
		return drawOther(t, names, scope, count)
	}
	switch rapid.IntRange(0, 11).Draw(t, "operator") {
	case 0, 1, 2:
		return fmt.Sprintf("words: {any: [%q, %q]%s%s}", word(), word(), count, scope), true
	case 3:
		same := rapid.SampledFrom([]string{"", ", same_turn: true"}).Draw(t, "same")
		return fmt.Sprintf("words: {all: [%q, [%q, %q]]%s%s}", word(), word(), word(), same, scope), true
	case 4:
		return fmt.Sprintf("words: {none: [%q]%s}", word(), scope), false
	case 5:
		return fmt.Sprintf("regex: {match: '%s'%s%s}", rapid.SampledFrom([]string{"退.?款", `\d+`, "sor+y"}).Draw(t, "regex"), count, scope), true
	case 6:
		kind := rapid.SampledFrom([]string{"emotion.anger", "word", "llm"}).Draw(t, "kind")
		return fmt.Sprintf("finding: {kind: %s, score: 0.6, doubt: 0.5%s%s}", kind, count, scope), true
	case 7:
		return fmt.Sprintf("dead_air: {time: %s%s%s}", rapid.SampledFrom([]string{"3s", "over 10s", "1s..20s"}).Draw(t, "time"), count, scope), true
	case 8:
		return fmt.Sprintf("talk_over: {time: 200ms%s%s}", count, scope), true
	case 9:
		scope = strings.NewReplacer("party: [agent, system]", "party: agent").Replace(scope)
		measure := rapid.SampledFrom([]string{"each", "first", "average"}).Draw(t, "measure")
		return fmt.Sprintf("response_time: {measure: %s, time: over 2s%s}", measure, scope), measure == "each"
	case 10:
		return fmt.Sprintf("turn_count: {turns: %s%s}", rapid.SampledFrom([]string{"2", "under 3", "exactly 1"}).Draw(t, "turns"), scope), true
	}
	return rapid.SampledFrom([]string{"channel: [phone]", "attribute: {name: tier, is: gold}", "length: {time: over 20s}", "length: {time: under 20s}",
		"speaker: {first: agent}", "speaker: {last: customer}"}).Draw(t, "other"), false
}

// drawOther writes one of the rarer operators.
func drawOther(t *rapid.T, names []string, scope, count string) (text string, places bool) {
	one := "party: " + rapid.SampledFrom([]string{"agent", "customer"}).Draw(t, "one")
	bare := scope
	for _, p := range []string{", party: agent", ", party: customer", ", party: [agent, system]"} {
		bare = strings.ReplaceAll(bare, p, "")
	}
	switch rapid.IntRange(0, 12).Draw(t, "other") {
	case 0:
		return fmt.Sprintf(`pattern: {match: ["(退|抱) <2> (款|歉)", "hold <1> refund", "#"]%s%s}`, count, scope), true
	case 1:
		return fmt.Sprintf("similar: {like: [退款 抱歉, refund hold on], score: 0.5%s%s}", count, scope), true
	case 2:
		return fmt.Sprintf("repeat: {times: 2, min_length: 2, similarity: 0.4%s%s}", count, scope), true
	case 3:
		window := rapid.SampledFrom([]string{"1 turn", "2 turns", "10s"}).Draw(t, "window")
		what := rapid.SampledFrom([]string{"score: under -1", "score: over 1", "change: under -2"}).Draw(t, "what")
		return fmt.Sprintf("emotion: {%s, window: %s, %s%s%s}", one, window, what, count, bare), true
	case 4:
		what := rapid.SampledFrom([]string{"level: over -15", "above_usual: 5", "change: 5", "range: 8"}).Draw(t, "what")
		return fmt.Sprintf("loudness: {%s%s%s}", what, count, scope), true
	case 5:
		if rapid.Bool().Draw(t, "average") {
			return fmt.Sprintf("pace: {rate: over 250, measure: average, min_words: 1%s}", scope), false
		}
		return fmt.Sprintf("pace: {rate: over 250, min_words: 1%s%s}", count, scope), true
	case 6:
		return fmt.Sprintf("talk_share: {%s, share: over 50%%}", one), false
	case 7:
		return rapid.SampledFrom([]string{"non_talk: {time: over 12s}", "non_talk: {share: over 40%}", "hold: {time: over 3s}", "hold: {share: over 10%}"}).Draw(t, "share"), false
	case 8:
		return rapid.SampledFrom([]string{"pick_up: {time: over 5s}", "pick_up: {time: under 5s, party: customer}", "hang_up: {by: agent}", "question: {id: q1, is: [yes]}"}).Draw(t, "ends"), false
	case 9:
		if len(names) > 0 {
			return fmt.Sprintf("expr: 'hits(%q) > 1 or number(\"amount\") < 100'", rapid.SampledFrom(names).Draw(t, "in expr")), false
		}
	case 10:
		word := rapid.SampledFrom(vocabulary).Draw(t, "every word")
		return fmt.Sprintf("words: {any: [%q, 嗯], every_turn: true%s}", word, scope), true
	}
	if len(names) == 0 {
		return "turn_count: {turns: 1}", true
	}
	name := func() string { return rapid.SampledFrom(names).Draw(t, "step") }
	within := rapid.SampledFrom([]string{"", ", within: 2 turns", ", within: 8s"}).Draw(t, "step within")
	score := rapid.SampledFrom([]string{"", ", score: at least 50%"}).Draw(t, "flow score")
	return fmt.Sprintf("flow: {steps: [{do: %s%s}, {if: %s, then: [{do: %s, optional: true}], else: [{do: %s, points: 3}]}, {do: %s%s}]%s}",
		name(), within, name(), name(), name(), name(), within, score), false
}

func drawRule(t *rapid.T) string {
	var b strings.Builder
	var names, all []string
	b.WriteString("rules:\n  - id: random\n    version: \"1\"\n    name: random\n    conditions:\n")
	for i := range rapid.IntRange(1, 4).Draw(t, "conditions") {
		name := fmt.Sprintf("c%d", i)
		text, places := drawOperator(t, names)
		fmt.Fprintf(&b, "      %s: {%s}\n", name, text)
		all = append(all, name)
		if places {
			names = append(names, name)
		}
	}
	var tree func(depth int) string
	tree = func(depth int) string {
		if depth == 0 {
			return rapid.SampledFrom(all).Draw(t, "leaf")
		}
		switch rapid.IntRange(0, 3).Draw(t, "node") {
		case 0:
			return fmt.Sprintf("{not: %s}", tree(depth-1))
		case 1:
			return fmt.Sprintf("{all: [%s, %s]}", tree(depth-1), tree(depth-1))
		case 2:
			return fmt.Sprintf("{any: [%s, %s]}", tree(depth-1), tree(depth-1))
		}
		return tree(0)
	}
	fmt.Fprintf(&b, "    when: %s\n", tree(2))
	return b.String()
}

// A conversation evaluated turn by turn ends with the verdict of the whole,
// and on the way answers only narrow, so that what is certain stays.
func TestLiveEqualsWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawRule(t)
		in := drawConversation(t)
		set := compileRapid(t, text)
		r := set.Rule("random")
		whole := set.Evaluate(in)

		meta := *in
		meta.Transcript, meta.Findings = nil, nil
		s := set.Begin(&meta)
		last := open
		check := func(when string) {
			a := s.eval(r.root)
			if a.lo > a.hi || a.lo < last.lo || a.hi > last.hi {
				t.Fatalf("%s: %v became %v\n%s\n%s", when, last, a, text, dialogue(in))
			}
			last = a
		}
		late := rapid.Bool().Draw(t, "late")
		given := make([]bool, len(in.Findings))
		for i, turn := range in.Transcript.Turns {
			if i > 0 && rapid.Bool().Draw(t, "advance") {
				s.Advance((in.Transcript.Turns[i-1].Start + turn.Start) / 2)
				check(fmt.Sprintf("before turn %d", i))
			}
			var now []models.Finding
			for k := range in.Findings {
				if f := &in.Findings[k]; !given[k] && (due(f) <= i || !late && due(f) == i+1) {
					given[k] = true
					now = append(now, *f)
				}
			}
			s.Observe(turn, now...)
			check(fmt.Sprintf("after turn %d", i))
		}
		for k := range in.Findings {
			if !given[k] {
				s.Finding(in.Findings[k])
			}
		}
		check("before the end")
		s.Close(in.Transcript.Length)
		check("at the end")
		if !last.certain() {
			t.Fatalf("not certain at the end: %v\n%s", last, text)
		}
		if live := s.Verdicts(); !reflect.DeepEqual(live, whole) {
			t.Fatalf("live %+v\nwhole %+v\n%s\n%s", live, whole, text, dialogue(in))
		}
		for _, v := range whole {
			for _, e := range append(v.Evidence, v.Searched...) {
				if err := e.Check(in.Transcript); err != nil {
					t.Fatalf("%v\n%s\n%s", err, text, dialogue(in))
				}
			}
		}
	})
}

func compileRapid(t *rapid.T, text string) *Set {
	docs, err := parse("random.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	f, err := readFile(docs[0])
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	set, err := compile(map[string]*Rule{"random": f.Rules[0]}, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return set
}

func dialogue(in *models.Interaction) string {
	var b strings.Builder
	for i := range in.Transcript.Turns {
		t := &in.Transcript.Turns[i]
		fmt.Fprintf(&b, "%d [%s-%s] %s %q %.1f\n", i, t.Start, t.End, t.Party, t.Text, t.Confidence)
	}
	for _, f := range in.Findings {
		fmt.Fprintf(&b, "%s %.2f %v\n", f.Kind, f.Score, f.Evidence)
	}
	fmt.Fprintf(&b, "length %s", in.Transcript.Length)
	return b.String()
}
