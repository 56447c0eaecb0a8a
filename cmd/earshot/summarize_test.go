package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"earshot/report"
)

// summarist is a scripted language model server that writes summaries: what
// agents say word by word, and two lies. While it is down it answers 503.
type summarist struct {
	*httptest.Server
	down  atomic.Bool
	calls atomic.Int64
}

var agentLine = regexp.MustCompile(`(?m)^(\d+) agent: (.{8,200})$`)

const lie, lieZH = "The customer was delighted and withdrew the complaint.", "客户非常满意，撤回了投诉。"

func newSummarist(t *testing.T) *summarist {
	t.Helper()
	s := &summarist{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/models") {
			fmt.Fprint(w, `{"object":"list","data":[{"id":"scripted"}]}`)
			return
		}
		s.calls.Add(1)
		if s.down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		var asked struct{ Messages []struct{ Content string } }
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || len(asked.Messages) != 2 {
			t.Errorf("asked %+v: %v", asked, err)
			return
		}
		type cite struct {
			Turn  int    `json:"turn"`
			Quote string `json:"quote"`
		}
		type claim struct {
			Section string `json:"section"`
			Text    string `json:"text"`
			Cites   []cite `json:"cites"`
		}
		var claims []claim
		for _, m := range agentLine.FindAllStringSubmatch(asked.Messages[1].Content, 8) {
			turn, _ := strconv.Atoi(m[1])
			claims = append(claims, claim{"action", m[2], []cite{{turn, m[2]}}})
		}
		if len(claims) == 0 {
			t.Errorf("no agent says anything in %s", asked.Messages[1].Content)
			return
		}
		claims = append(claims, claim{"outcome", lie, claims[0].Cites}, claim{"outcome", lieZH, claims[0].Cites})
		answer, err := json.Marshal(map[string]any{"sentences": claims})
		if err != nil {
			t.Error(err)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"choices": []any{map[string]any{"finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": string(answer)}}},
			"usage":   map[string]any{"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
		})
	}))
	t.Cleanup(s.Close)
	return s
}

// TestSummarize has a scripted language model summarise what a real store
// holds, while it is away, when it is back, and once more. Whatever it writes,
// no finding, verdict or score changes.
func TestSummarize(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 15 seconds")
	}
	s := newService(t)
	s.start()
	const n = 24
	if _, errOut, err := s.earshot("generate", fmt.Sprint(n), "--from", "2026-04-16", "--to", "2026-04-30", "--bursts", "0", "--seed", "4"); err != nil {
		t.Fatal(errOut)
	}
	number := func(sql string) int {
		t.Helper()
		n, _ := report.Number(s.query("SELECT " + sql)[0][0])
		return int(n)
	}
	judgements := func() string {
		t.Helper()
		out, errOut, err := s.earshot("sql", "--format", "json", `SELECT (SELECT toString((count(), sum(cityHash64(interaction_id, kind, label, score, quote)))) FROM findings) AS f,
	(SELECT toString((count(), sum(cityHash64(interaction_id, rule, toString(outcome), quote)))) FROM verdicts) AS v, (SELECT toString((count(), sum(cityHash64(interaction_id, name, score)))) FROM scorecards) AS c,
	(SELECT toString((count(), sum(cityHash64(interaction_id, reason, cause, toString(outcome))))) FROM summaries) AS r`)
		if err != nil {
			t.Fatal(errOut)
		}
		return out
	}
	before := judgements()
	model := newSummarist(t)
	summarize := func(args ...string) (string, string, error) {
		return s.earshot(append([]string{"summarize", "--llm", model.URL}, args...)...)
	}
	if _, errOut, err := s.earshot("summarize"); err == nil || !strings.Contains(errOut, "name its server with --llm") {
		t.Errorf("without a server: %v %s", err, errOut)
	}
	if _, errOut, err := s.earshot("summarize", "--llm", "http://127.0.0.1:1"); err == nil || !strings.Contains(errOut, "language model server http://127.0.0.1:1") {
		t.Errorf("with a server that is away: %v %s", err, errOut)
	}

	model.down.Store(true)
	s.env = append(s.env, "EARSHOT_LLM_ATTEMPTS=1")
	if _, errOut, err := summarize(); err == nil || !strings.Contains(errOut, fmt.Sprintf("%d conversations stay without", n)) || !strings.Contains(errOut, "--missing") {
		t.Errorf("with a server that fails: %v %s", err, errOut)
	}
	if calls := model.calls.Load(); calls > 12 {
		t.Errorf("a server that fails was asked %d times for %d conversations", calls, n)
	}
	if got := number("countIf(method = 'extractive' AND missing != '') FROM summaries"); got != n {
		t.Errorf("%d of %d summaries say why they are not by the model", got, n)
	}

	model.down.Store(false)
	model.calls.Store(0)
	out, errOut, err := summarize("--missing")
	written := number("countIf(method = 'llm') FROM summaries")
	if written < n*3/4 || !strings.HasPrefix(out, fmt.Sprintf("%d summaries written", written)) || (err == nil) != (written == n) {
		t.Errorf("%d of %d written, %v: %s%s", written, n, err, out, errOut)
	}
	if dropped := number("sumIf(dropped, method = 'llm') FROM summaries"); dropped < 2*written {
		t.Errorf("%d sentences were dropped from %d summaries", dropped, written)
	}
	if got := number("countIf(position(text, '" + lie + "') > 0 OR position(text, '" + lieZH + "') > 0) FROM summaries"); got != 0 {
		t.Errorf("%d summaries have a lie", got)
	}
	if after := judgements(); after != before {
		t.Errorf("the model had a say:\n%s\n%s", before, after)
	}

	model.calls.Store(0)
	if _, errOut, err := summarize("--missing"); written == n && (err != nil || model.calls.Load() != 0) {
		t.Errorf("with nothing missing it was asked %d times: %v %s", model.calls.Load(), err, errOut)
	}
	id := s.rows("sql", "--format", "json", "SELECT interaction_id FROM summaries WHERE method = 'llm' ORDER BY interaction_id LIMIT 1")[0]["interaction_id"].(string)
	model.calls.Store(0)
	if out, errOut, err := summarize(id, "--again"); err != nil || model.calls.Load() != 1 || !strings.HasPrefix(out, "1 summaries written") {
		t.Errorf("again after %d calls: %v %s%s", model.calls.Load(), err, out, errOut)
	}
	if out, errOut, err := s.earshot("show", id); err != nil || strings.Contains(out, lie) || !strings.Contains(out, "In short (llm)") {
		t.Errorf("show: %v %s%s", err, out, errOut)
	}
}
