package openai

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"earshot/models"
	"earshot/nlp"
	"earshot/nlp/claims"
)

// asked is a request as the scripted server sees it.
type asked struct {
	Model    string `json:"model"`
	Messages []struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	} `json:"messages"`
	ResponseFormat struct {
		JSONSchema struct {
			Schema json.RawMessage `json:"schema"`
		} `json:"json_schema"`
	} `json:"response_format"`
	Temperature float64 `json:"temperature"`
	MaxTokens   int     `json:"max_tokens"`
	Stream      bool    `json:"stream"`
}

// server answers requests by a script.
type server struct {
	*httptest.Server
	calls atomic.Int64
}

func newServer(t *testing.T, script func(n int, a asked, w http.ResponseWriter)) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		var a asked
		if err := json.Unmarshal(body, &a); err != nil {
			t.Errorf("request %s: %v", body, err)
		}
		script(int(s.calls.Add(1)), a, w)
	}))
	t.Cleanup(s.Close)
	return s
}

// say answers with a text.
func say(w http.ResponseWriter, text string) { finish(w, text, "stop") }

func finish(w http.ResponseWriter, text, reason string) {
	w.Header().Set("Content-Type", "application/json")
	err := json.NewEncoder(w).Encode(map[string]any{
		"id": "x", "object": "chat.completion", "model": "scripted",
		"choices": []any{map[string]any{"index": 0, "finish_reason": reason, "message": map[string]any{"role": "assistant", "content": text}}},
		"usage":   map[string]any{"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000, "prompt_tokens_details": map[string]any{"cached_tokens": 500}},
	})
	if err != nil {
		panic(err)
	}
}

func newClient(t *testing.T, url string, change func(*Config)) *Client {
	t.Helper()
	c := Default()
	c.URL, c.Model = url, "scripted"
	c.Timeout, c.Patience = 2*time.Second, 10*time.Second
	if change != nil {
		change(&c)
	}
	client, err := New(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// answerOf is an answer with the claims as its sentences.
func answerOf(t *testing.T, claims ...claims.Claim) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"sentences": claims})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var step = func() *nlp.Step {
	s, err := nlp.New(nlp.Default())
	if err != nil {
		panic(err)
	}
	return s
}()

// interactionOf is a conversation as the steps before leave it.
func interactionOf(t *testing.T, dialogue string) *models.Interaction {
	t.Helper()
	in := &models.Interaction{ID: "x", Channel: models.Phone, Started: time.Date(2026, 3, 18, 10, 0, 0, 0, time.UTC), Transcript: models.MustParse(dialogue)}
	if _, err := step.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	return in
}

// dialogues reads testdata/dialogues.txt.
func dialogues(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, part := range strings.Split(readFile(t, "dialogues.txt"), "== ")[1:] {
		name, text, _ := strings.Cut(part, "\n")
		out[name] = text
	}
	return out
}

// labelled is a line of truths.tsv or lies.tsv.
type labelled struct {
	dialogue string
	claim    claims.Claim
}

func readLabelled(t *testing.T, file string, all map[string]string) []labelled {
	t.Helper()
	var out []labelled
	for line := range strings.Lines(readFile(t, file)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 3 || strings.HasPrefix(line, "#") {
			continue
		}
		turns := models.MustParse(all[f[0]]).Turns
		c := claims.Claim{Section: "detail", Text: f[2]}
		for n := range strings.SplitSeq(f[1], ",") {
			i, err := strconv.Atoi(n)
			if err != nil {
				t.Fatal(err)
			}
			c.Cites = append(c.Cites, claims.Cite{Turn: i, Quote: turns[i].Text})
		}
		out = append(out, labelled{f[0], c})
	}
	return out
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// stored runs the step and returns what would be stored.
func stored(t *testing.T, c *Client, in *models.Interaction) *models.Summary {
	t.Helper()
	if _, err := NewStep(c).Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if err := in.Summary.Check(in.Transcript); err != nil {
		t.Fatal(err)
	}
	return in.Summary
}
