package openai

import (
	"net/http"
	"strings"
	"testing"

	"earshot/nlp"
)

// TestLies: a model that answers in perfect form, cites turns that exist with
// quotes that stand, and lies, gets no lie into a stored summary. Each of the
// lies is told among true sentences.
func TestLies(t *testing.T) {
	all := dialogues(t)
	truths := readLabelled(t, "truths.tsv", all)
	lies := readLabelled(t, "lies.tsv", all)
	var answer string
	s := newServer(t, func(_ int, _ asked, w http.ResponseWriter) { say(w, answer) })
	c := newClient(t, s.URL, nil)
	for _, lie := range lies {
		claims := []nlp.Claim{lie.claim}
		for _, truth := range truths {
			if truth.dialogue == lie.dialogue && len(claims) < 5 {
				claims = append(claims, truth.claim)
			}
		}
		answer = answerOf(t, claims...)
		summary := stored(t, c, interactionOf(t, all[lie.dialogue]))
		for _, st := range summary.Text {
			if st.Text == lie.claim.Text {
				t.Errorf("%s: %q is stored, citing %q", lie.dialogue, st.Text, st.Cites[0].Quote)
			}
		}
		if summary.Method == "llm" && summary.Dropped == 0 {
			t.Errorf("%s: nothing was dropped beside %q", lie.dialogue, lie.claim.Text)
		}
	}
	if len(lies) < 150 {
		t.Errorf("only %d lies", len(lies))
	}
}

// TestTruths: the checks let through most of what a model writes as the prompt
// asks. Without this they could drop everything.
func TestTruths(t *testing.T) {
	all := dialogues(t)
	truths := readLabelled(t, "truths.tsv", all)
	kept := 0
	for _, truth := range truths {
		in := interactionOf(t, all[truth.dialogue])
		if _, err := nlp.NewGrounder(in.Transcript).Ground(truth.claim); err != nil {
			t.Logf("%s: %q: %v", truth.dialogue, truth.claim.Text, err)
			continue
		}
		kept++
	}
	t.Logf("%d of %d true sentences are kept", kept, len(truths))
	if 10*kept < 8*len(truths) {
		t.Errorf("%d of %d true sentences are kept, want 8 of 10", kept, len(truths))
	}
}

// TestTruthsAreWritten: what stands is stored, with what it cost.
func TestTruthsAreWritten(t *testing.T) {
	all := dialogues(t)
	var claims []nlp.Claim
	for _, truth := range readLabelled(t, "truths.tsv", all) {
		if truth.dialogue == "washer" {
			claims = append(claims, truth.claim)
		}
	}
	claims[0].Section = "reason"
	s := newServer(t, func(_ int, a asked, w http.ResponseWriter) {
		if a.Model != "scripted" || a.Stream || a.Temperature <= 0 || a.MaxTokens != Default().Answer || !strings.Contains(string(a.ResponseFormat.JSONSchema.Schema), `"sentences"`) {
			t.Errorf("%+v", a)
		}
		if a.Messages[0].Role != "system" || a.Messages[0].Content != promptFile("summary.zh.txt") || !strings.Contains(a.Messages[1].Content, "\n1 customer: 我上周五") {
			t.Errorf("%+v", a.Messages)
		}
		say(w, answerOf(t, claims...))
	})
	in := interactionOf(t, all["washer"])
	before := *in.Summary
	got := stored(t, newClient(t, s.URL, func(c *Config) { c.PriceIn, c.PriceOut, c.PriceCached = 2, 8, 1 }), in)
	if got.Method != "llm" || got.Model != "scripted" || got.By.Version != PromptVersion || got.By.Hash == "" || got.Missing != "" || len(got.Text) < 8 {
		t.Errorf("%+v", got)
	}
	// 400 tokens read, 500 from the cache, 100 written
	if u := got.Usage; u.Calls != 1 || u.Prompt != 900 || u.Cached != 500 || u.Answer != 100 || u.Cost != (400*2+500*1+100*8)/1e6 {
		t.Errorf("%+v", u)
	}
	if got.Reason != before.Reason || got.Cause != before.Cause || got.Outcome != before.Outcome || len(got.Promises) != len(before.Promises) {
		t.Errorf("the model had a say in %+v, was %+v", got, before)
	}
	if _, err := NewStep(newClient(t, "http://127.0.0.1:1", nil)).Run(t.Context(), in); err != nil || in.Summary != got {
		t.Error("a summary by a model does not stay", err)
	}
}
