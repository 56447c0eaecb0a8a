package openai

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"earshot/models"
	"earshot/nlp/claims"
)

// longCall is an hour of a call: one thing asked and one promised every few
// turns.
func longCall(topics int) string {
	var b strings.Builder
	for i := range topics {
		fmt.Fprintf(&b, "C: I want to know what happened with order number %d that I placed in the shop downtown, nobody could tell me anything there.\n", 1000+i)
		fmt.Fprintf(&b, "A: I see that order, I will send you the papers for %d by e-mail within three days.\n", 1000+i)
		b.WriteString("C: Okay, let me write that down, just a moment please, where did I put my pen, I had it here only a minute ago.\n")
		b.WriteString("A: Of course, take your time, there is no hurry at all from our side.\n")
	}
	return b.String()
}

// TestLongCall: a call longer than the model's context is read in parts that
// fit, every turn once; the sentences of all parts make one summary of bounded
// length.
func TestLongCall(t *testing.T) {
	const topics = 120
	numbered := regexp.MustCompile(`(?m)^(\d+) (customer|agent): (.*)$`)
	seen := map[int]int{}
	s := newServer(t, func(_ int, a asked, w http.ResponseWriter) {
		if n := tokensOf(a.Messages[0].Content) + tokensOf(a.Messages[1].Content); n > 4096-600 {
			t.Errorf("a part of %d tokens for a model with room for 4096", n)
		}
		var told []claims.Claim
		for _, m := range numbered.FindAllStringSubmatch(a.Messages[1].Content, -1) {
			turn, _ := strconv.Atoi(m[1])
			seen[turn]++
			switch {
			case strings.HasPrefix(m[3], "I want") && len(told) < 4:
				told = append(told, claims.Claim{Section: "request", Text: "The customer wants to know what happened with order number " + strings.Fields(m[3])[9] + ".", Cites: []claims.Cite{{Turn: turn, Quote: m[3]}}})
			case strings.HasPrefix(m[3], "I see"):
				told = append(told[:min(len(told), 7)], claims.Claim{Section: "promise", Text: "The agent will send the papers within three days.", Cites: []claims.Cite{{Turn: turn, Quote: m[3]}}})
			}
		}
		say(w, answerOf(t, told...))
	})
	in := &models.Interaction{ID: "x", Transcript: models.MustParse(longCall(topics))}
	got := stored(t, newClient(t, s.URL, func(c *Config) { c.Context, c.Answer = 4096, 600 }), in)
	if got.Method != "llm" || s.calls.Load() < 5 || got.Usage.Calls != int(s.calls.Load()) {
		t.Fatalf("%d requests: %+v", s.calls.Load(), got)
	}
	for i := range in.Transcript.Turns {
		if seen[i] != 1 {
			t.Errorf("turn %d was read %d times", i, seen[i])
		}
	}
	sections := map[string]int{}
	last := 0
	for _, st := range got.Text {
		sections[st.Section]++
		last = max(last, st.Cites[len(st.Cites)-1].Turn)
	}
	if len(got.Text) > mostStatements || sections["request"] == 0 || sections["promise"] == 0 {
		t.Errorf("%d statements: %v", len(got.Text), sections)
	}
	if first := got.Text[0]; !strings.Contains(first.Text, "1000") {
		t.Errorf("it begins with %q", first.Text)
	}
}

// TestOneLongTurn: a turn longer than the model's context is cut, and a quote
// of any piece is found in it.
func TestOneLongTurn(t *testing.T) {
	text := strings.Repeat("and then I waited and nobody came to the door. ", 400) + "My order number is 7345."
	s := newServer(t, func(_ int, a asked, w http.ResponseWriter) {
		claim := claims.Claim{Section: "detail", Text: "The customer waited and nobody came to the door.", Cites: []claims.Cite{{Turn: 0, Quote: "nobody came to the door"}}}
		if strings.Contains(a.Messages[1].Content, "7345") {
			claim = claims.Claim{Section: "detail", Text: "The customer's order number is 7345.", Cites: []claims.Cite{{Turn: 0, Quote: "My order number is 7345."}}}
		}
		say(w, answerOf(t, claim))
	})
	in := &models.Interaction{ID: "x", Transcript: models.MustParse("C: " + text + "\nA: I see.")}
	got := stored(t, newClient(t, s.URL, func(c *Config) { c.Context, c.Answer = 4096, 600 }), in)
	if len(got.Text) < 2 || got.Dropped != 0 || s.calls.Load() < 2 {
		t.Errorf("%d requests: %+v", s.calls.Load(), got)
	}
}

// TestPartsThatFail: where one part of a long call cannot be had, the summary
// is the extractive one, and says why: half a call is no call.
func TestPartsThatFail(t *testing.T) {
	s := newServer(t, func(n int, _ asked, w http.ResponseWriter) {
		if n == 1 {
			say(w, answerOf(t, claims.Claim{Section: "request", Text: "The customer wants to know what happened with order number 1000.", Cites: []claims.Cite{{Turn: 0, Quote: "order number 1000"}}}))
			return
		}
		w.WriteHeader(http.StatusBadRequest)
	})
	in := &models.Interaction{ID: "x", Transcript: models.MustParse(longCall(60))}
	got := stored(t, newClient(t, s.URL, func(c *Config) { c.Context, c.Answer, c.Attempts = 4096, 600, 1 }), in)
	if got.Method != "extractive" || got.Missing == "" {
		t.Errorf("%+v", got)
	}
}

// TestExtractShare: with llm.read extract the model reads at most a quarter of
// the tokens it would read with full, over 88 written dialogues, and each part
// of it stands in the conversation.
func TestExtractShare(t *testing.T) {
	var full, extracted int
	for _, file := range []string{"development.jsonl", "judge.jsonl"} {
		for _, in := range writtenDialogues(t, file) {
			a, b := 0, 0
			for i := range in.Transcript.Turns {
				a += tokensOf(line{i, in.Transcript.Turns[i].Party, in.Transcript.Turns[i].Text}.String())
			}
			lines := extract(in)
			for _, l := range lines {
				b += tokensOf(l.String())
				for piece := range strings.SplitSeq(l.text, " … ") {
					if !strings.Contains(in.Transcript.Turns[l.turn].Text, piece) {
						t.Errorf("%q is not in turn %d", piece, l.turn)
					}
				}
			}
			if len(lines) == 0 || float64(b) > extractShare*float64(a) {
				t.Errorf("%s: %d of %d tokens in %d lines", in.ID, b, a, len(lines))
			}
			full, extracted = full+a, extracted+b
		}
	}
	t.Logf("%d of %d tokens, %.3f", extracted, full, float64(extracted)/float64(full))
}

// writtenDialogues are those that eval summary measures, as the steps before
// leave them.
func writtenDialogues(t *testing.T, file string) (all []*models.Interaction) {
	t.Helper()
	for line := range strings.Lines(readFile(t, "../../../cmd/earshot/testdata/summaries/"+file)) {
		var item struct{ ID, Dialogue string }
		if err := json.Unmarshal([]byte(line), &item); err != nil {
			t.Fatal(err)
		}
		in := interactionOf(t, item.Dialogue)
		in.ID = models.ID(item.ID)
		all = append(all, in)
	}
	return all
}
