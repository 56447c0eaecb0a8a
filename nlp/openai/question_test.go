package openai

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"earshot/models"
	"earshot/nlp/claims"
)

const asks = `questions:
  - id: next_step
    ask: {en: "Did the agent say what happens next?", zh: "坐席是否说明了下一步？"}
    answers: ["yes", "no"]
    absent: ["no"]
  - id: tone
    ask: {en: "How did the agent sound?"}
    answers: [friendly, neutral, rude]
`

func askedIn(t *testing.T, text string) []Question {
	t.Helper()
	file := filepath.Join(t.TempDir(), "q.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := ReadQuestions(file)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func answersOf(t *testing.T, all ...judged) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"answers": all})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestQuestions: an answer is a finding with the quotes it rests on and the
// version of its own prompt; one that does not stand is none.
func TestQuestions(t *testing.T) {
	all := dialogues(t)
	turns := models.MustParse(all["kettle"]).Turns
	quote := []claims.Cite{{Turn: 8, Quote: "it will arrive by Friday"}}
	yes := judged{"next_step", "yes", 0.9, quote}
	for name, c := range map[string]struct {
		answers []judged
		want    []string // ID, label
	}{
		"both":              {[]judged{yes, {"tone", "friendly", 0.7, []claims.Cite{{Turn: 0, Quote: turns[0].Text}}}}, []string{"next_step yes", "tone friendly"}},
		"twice":             {[]judged{yes, {"next_step", "no", 0.1, []claims.Cite{}}}, []string{"next_step yes"}},
		"absent":            {[]judged{{"next_step", "no", 0.8, []claims.Cite{}}}, []string{"next_step no"}},
		"no quote":          {[]judged{{"next_step", "yes", 1, []claims.Cite{}}}, nil},
		"invented quote":    {[]judged{{"next_step", "yes", 1, []claims.Cite{{Turn: 8, Quote: "I will call you tomorrow"}}}}, nil},
		"one of two stands": {[]judged{{"next_step", "yes", 1, append(slices.Clone(quote), claims.Cite{Turn: 1, Quote: "by Monday"})}}, nil},
		"wrong turn":        {[]judged{{"next_step", "yes", 1, []claims.Cite{{Turn: 3, Quote: "it will arrive by Friday"}}}}, nil},
		"no such turn":      {[]judged{{"next_step", "yes", 1, []claims.Cite{{Turn: 300, Quote: "it will arrive by Friday"}}}}, nil},
		"another's answer":  {[]judged{{"tone", "yes", 1, quote}}, nil},
	} {
		s := newServer(t, func(_ int, a asked, w http.ResponseWriter) {
			if !strings.Contains(a.Messages[0].Content, "\nnext_step: Did the agent say what happens next? (yes / no)\ntone: How did the agent sound? (friendly / neutral / rude)\n") ||
				!strings.Contains(string(a.ResponseFormat.JSONSchema.Schema), `"enum":["next_step","tone"]`) {
				t.Errorf("asked %s with %s", a.Messages[0].Content, a.ResponseFormat.JSONSchema.Schema)
			}
			say(w, answersOf(t, c.answers...))
		})
		q, err := NewQuestionStep(newClient(t, s.URL, nil), askedIn(t, asks))
		if err != nil {
			t.Fatal(err)
		}
		in := interactionOf(t, all["kettle"])
		before := slices.Clone(in.Findings)
		in.Findings = append(in.Findings, models.Finding{Kind: "llm.question.next_step", Label: "stale"}) // of an earlier run
		by, err := q.Run(t.Context(), in)
		if err != nil || len(by) != 1 || by[0].Name != "llm.question" || !strings.HasPrefix(by[0].Version, PromptVersion+" ") || by[0].Hash == "" {
			t.Errorf("%s: by %+v, %v", name, by, err)
		}
		var got []string
		for _, f := range in.Findings[len(before):] {
			got = append(got, strings.TrimPrefix(f.Kind, "llm.question.")+" "+f.Label)
			if f.By != by[0] || len(f.Evidence) == 0 || f.Score < 0 || f.Score > 1 {
				t.Errorf("%s: %+v", name, f)
			}
			for _, e := range f.Evidence {
				if err := e.Check(in.Transcript); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if !reflect.DeepEqual(in.Findings[:len(before)], before) {
			t.Errorf("%s: the findings before changed", name)
		}
	}
}

// TestQuestionsOfAParty: only words of the party that is asked for are evidence.
func TestQuestionsOfAParty(t *testing.T) {
	all := dialogues(t)
	turns := models.MustParse(all["kettle"]).Turns
	customer, agent := claims.Cite{Turn: 1, Quote: turns[1].Text}, claims.Cite{Turn: 8, Quote: "it will arrive by Friday"}
	for name, c := range map[string]struct {
		cites []claims.Cite
		want  int // pieces of evidence
	}{
		"the agent's":    {[]claims.Cite{agent}, 1},
		"both":           {[]claims.Cite{customer, agent}, 1},
		"the customer's": {[]claims.Cite{customer}, 0},
	} {
		s := newServer(t, func(_ int, a asked, w http.ResponseWriter) {
			if !strings.Contains(a.Messages[0].Content, "(yes / no; quote only the agent)") {
				t.Errorf("asked %s", a.Messages[0].Content)
			}
			say(w, answersOf(t, judged{"next_step", "yes", 0.9, c.cites}))
		})
		q, err := NewQuestionStep(newClient(t, s.URL, nil), askedIn(t, `questions: [{id: next_step, ask: {en: "What next?"}, answers: ["yes", "no"], absent: ["no", "yes"], party: agent}]`))
		if err != nil {
			t.Fatal(err)
		}
		in := interactionOf(t, all["kettle"])
		in.Findings = nil
		if _, err := q.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, f := range in.Findings {
			got += len(f.Evidence)
		}
		if got != c.want {
			t.Errorf("%s: %d pieces of evidence, want %d", name, got, c.want)
		}
	}
}

// TestQuestionsStayOpen: without a server, or with one that answers in another
// form, nothing fails and old answers stay.
func TestQuestionsStayOpen(t *testing.T) {
	all := dialogues(t)
	s := newServer(t, func(_ int, _ asked, w http.ResponseWriter) {
		say(w, `{"answers":[{"id":"next_step","answer":"maybe"}]}`)
	})
	for _, url := range []string{s.URL, "http://127.0.0.1:1"} {
		q, err := NewQuestionStep(newClient(t, url, func(c *Config) { c.Attempts = 1 }), askedIn(t, asks))
		if err != nil {
			t.Fatal(err)
		}
		in := interactionOf(t, all["kettle"])
		before := slices.Clone(in.Findings)
		if by, err := q.Run(t.Context(), in); err != nil || by != nil || !reflect.DeepEqual(in.Findings, before) {
			t.Errorf("%s: by %v, %v", url, by, err)
		}
	}
	if s.calls.Load() != 2 {
		t.Errorf("asked %d times, want one repair", s.calls.Load())
	}
}

// TestQuestionVersion: another wording is another version; the same is the same.
func TestQuestionVersion(t *testing.T) {
	c := newClient(t, "http://127.0.0.1:1", nil)
	hash := func(text string) string {
		q, err := NewQuestionStep(c, askedIn(t, text))
		if err != nil {
			t.Fatal(err)
		}
		return q.by().Hash
	}
	first, again := hash(asks), hash(asks)
	if first != again || first == hash(strings.Replace(asks, "happens next", "comes next", 1)) || first == hash(strings.Replace(asks, "neutral, rude", "rude", 1)) {
		t.Error("the hash does not tell questions apart")
	}
}

func TestQuestionsThatCannotBe(t *testing.T) {
	for text, want := range map[string]string{
		"questions: [{id: A B, ask: {en: x}, answers: [a, b]}]":                                       "lower-case letters",
		"questions: [{id: a, answers: [a, b]}]":                                                       "want a text under en, zh or both",
		"questions: [{id: a, ask: {en: x}, answers: [a]}]":                                            "want two or more",
		"questions: [{id: a, ask: {en: x}, answers: [a, b], absent: [c]}]":                            "is none of its answers",
		"questions: [{id: a, ask: {en: x}, answers: [a, b], party: boss}]":                            "want agent or customer",
		"questions: [{id: a, ask: {en: x}, answers: [a, b], wrong: 1}]":                               "wrong",
		"questions: [{id: a, ask: {en: x}, answers: [a, b]}, {id: a, ask: {en: y}, answers: [a, b]}]": "is there twice",
	} {
		file := filepath.Join(t.TempDir(), "q.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadQuestions(file); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "q.yaml") {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if _, err := ReadQuestions(filepath.Join(t.TempDir(), "none.yaml")); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Error(err)
	}
}
