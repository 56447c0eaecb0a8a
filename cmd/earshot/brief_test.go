package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"earshot/brief"
	"earshot/cmd/earshot/ask"
	"earshot/models"
	"earshot/report"
)

// TestBrief asks the real program for briefs of nothing, of a generated month
// and for what cannot be, without a language model, with one that lies and with
// one that is away.
func TestBrief(t *testing.T) {
	if testing.Short() {
		t.Skip("one command after the other")
	}
	s := newService(t, someUnexplained)
	s.start()
	out, errOut, err := s.earshot("brief")
	if err != nil || !strings.Contains(errOut, "holds no conversations yet") {
		t.Errorf("of an empty store: %v\n%s%s", err, out, errOut)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"is no day", []string{"--from", "2026-02-30"}},
		{"is not before to", []string{"--from", "2026-05-02", "--to", "2026-05-01"}},
		{"--format must be one of", []string{"--format", "exe"}},
		{"no format for files that end with .docx", []string{"-o", "x.docx"}},
		{"want the base URL of a server", []string{"--llm", "nowhere"}},
	} {
		if _, errOut, err := s.earshot(append([]string{"brief"}, c.args...)...); err == nil || !strings.Contains(errOut, c.want) {
			t.Errorf("brief %q: %v, want %q in %s", c.args, err, c.want, errOut)
		}
	}
	if _, errOut, err := s.earshot("generate", "700", "--from", "2026-04-16", "--to", "2026-04-30", "--bursts", "1", "--seed", "3"); err != nil {
		t.Fatal(errOut)
	}
	checkBrief(t, s)
	checkBriefByModel(t, s)
	checkBriefPack(t, s)
	checkWhysByModel(t, s)
}

var briefRange = []string{"brief", "--from", "2026-04-23", "--to", "2026-04-30"}

func (s *served) brief(args ...string) (b ask.BriefAnswer, errOut string) {
	s.t.Helper()
	out, errOut, err := s.earshot(append(append(briefRange[:len(briefRange):len(briefRange)], "--format", "json"), args...)...)
	if err == nil {
		err = json.Unmarshal([]byte(out), &b)
	}
	if err != nil {
		s.t.Fatal(err, errOut)
	}
	return b, errOut
}

// checkBrief counts anew what a brief says, looks for the conversations it
// names, and for the quotes in them.
func checkBrief(t *testing.T, s *served) {
	t.Helper()
	b, _ := s.brief()
	if b.Text != nil || b.Missing != "" {
		t.Errorf("without a model: %+v, %q", b.Text, b.Missing)
	}
	count := func(sql string) int {
		n, _ := report.Number(s.query("SELECT " + sql)[0][0])
		return int(n)
	}
	const now, before = "started >= '2026-04-23' AND started < '2026-04-30'", "started >= '2026-04-16' AND started < '2026-04-23'"
	facts := brief.Facts(b.Sections)
	text := ""
	quotes := 0
	for _, f := range facts {
		text += f.Text + "\n"
		if len(f.Calls) == 0 {
			t.Errorf("%q names no conversation", f.Text)
		}
		for _, id := range f.Calls {
			if b.Number(id) == 0 || count(fmt.Sprintf("count() AS n FROM interactions WHERE interaction_id = '%s' AND %s", id, now)) != 1 {
				t.Errorf("%q names %s, which is none of the period", f.Text, id)
			}
		}
		if f.Party == models.Customer {
			quotes++
			if count(fmt.Sprintf("countIf(text = '%s') AS n FROM turns WHERE interaction_id = '%s' AND party = 'customer'", strings.ReplaceAll(f.Text, "'", `\'`), f.Calls[0])) == 0 {
				t.Errorf("nobody says %q in %s", f.Text, f.Calls[0])
			}
		}
	}
	if quotes < 3 {
		t.Errorf("only %d quotes", quotes)
	}
	for _, c := range []struct{ form, sql string }{
		{`^([\d,]+) conversations took place`, "count() AS n FROM interactions WHERE " + now},
		{`\n(\d+) complaints? \(.* came in`, "count() AS n FROM complaints WHERE " + now},
		{` came in, (\d+) (?:more|fewer) than the week before`, "abs(countIf(" + now + ") - toInt64(countIf(" + before + "))) AS n FROM complaints"},
		{`\n(\d+) complaints? \(.* without a known cause`, "count() AS n FROM complaints WHERE cause = 'unknown' AND " + now},
		{`\n(\d+) complaints? .* about late delivery`, "count() AS n FROM findings WHERE kind = 'complaint.cause' AND label = 'process/delivery/late' AND " + now},
		{`\n(\d+) complaints? (?:was|were) left unresolved`, "uniqExact(interaction_id) AS n FROM findings WHERE kind = 'disposition.unresolved' AND interaction_id IN (SELECT interaction_id FROM complaints) AND " + now},
		{`In (\d+) conversations? the customer threatened`, "uniqExact(interaction_id) AS n FROM findings WHERE kind = 'word.threat' AND party = 'customer' AND " + now},
		{`\n(\d+) promises? (?:was|were) broken`, "count() AS n FROM promises WHERE party = 'agent' AND state = 'broken' AND " + now},
	} {
		m := regexp.MustCompile(c.form).FindStringSubmatch(text)
		if m == nil {
			t.Errorf("%s is not said in\n%s", c.form, text)
			continue
		}
		if want := fmt.Sprint(count(c.sql)); strings.ReplaceAll(m[1], ",", "") != want {
			t.Errorf("%q, the store says %s", m[0], want)
		}
	}
	out, errOut, err := s.earshot(append(briefRange, "--lang", "zh")...)
	if err != nil || !strings.Contains(out, "投诉原因") || !strings.Contains(out, "[1] gen-3-") || strings.Contains(out, "[0]") {
		t.Errorf("in Chinese: %v\n%s%s", err, out, errOut)
	}
	folder := t.TempDir()
	for name, begins := range map[string]string{"b.html": "<!DOCTYPE html>", "b.xlsx": "PK"} {
		file := filepath.Join(folder, name)
		if _, errOut, err := s.earshot(append(briefRange, "-o", file)...); err != nil {
			t.Errorf("%s: %v %s", name, err, errOut)
		} else if text, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(text), begins) {
			t.Errorf("%s begins with %.20q: %v", name, text, err)
		}
	}
}

// scripted is a sentence of a scripted model.
type scripted struct {
	Text   string `json:"text"`
	Claims []int  `json:"claims"`
}

// scriptedModel is a language model server that answers with what a script
// makes of the data.
func scriptedModel(t *testing.T, script func(data string) []scripted) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var asked struct{ Messages []struct{ Content string } }
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || len(asked.Messages) != 2 {
			t.Errorf("asked %+v: %v", asked, err)
			return
		}
		answer, err := json.Marshal(map[string]any{"sentences": script(asked.Messages[1].Content)})
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{"finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": string(answer)}}}})
	}))
	t.Cleanup(server.Close)
	return server
}

// checkWhysByModel has a scripted model answer each why: with what the calls
// say, and with a lie.
func checkWhysByModel(t *testing.T, s *served) {
	t.Helper()
	said := regexp.MustCompile(`(?m)^(\d+), said by the (customer|agent): ([^,.;?\n]+)`)
	server := scriptedModel(t, func(data string) []scripted {
		answer := []scripted{{"The warehouse burnt down.", []int{0}}, {"All customers were refunded.", []int{0, 1}}}
		if m := said.FindStringSubmatch(data); m != nil {
			var n int
			_, _ = fmt.Sscan(m[1], &n)
			answer = append(answer, scripted{m[3] + ".", []int{n}})
		}
		return answer
	})
	args := []string{"causes", "--from", "2026-04-16", "--to", "2026-04-30", "--format", "json"}
	var got, plain ask.CausesOf
	for into, more := range map[*ask.CausesOf][]string{&plain: nil, &got: {"--llm", server.URL}} {
		out, errOut, err := s.earshot(append(args[:len(args):len(args)], more...)...)
		if err == nil {
			err = json.Unmarshal([]byte(out), into)
		}
		if err != nil {
			t.Fatal(err, errOut)
		}
	}
	drafts := 0
	for i, w := range got.Whys {
		if w.Answer != plain.Whys[i].Answer || plain.Whys[i].Draft != "" {
			t.Errorf("the model had a say in %+v, was %+v", w, plain.Whys[i])
		}
		if w.Draft == "" {
			continue
		}
		drafts++
		stands := false
		for _, c := range w.Cites {
			stands = stands || strings.HasPrefix(c.Quote, strings.TrimSuffix(w.Draft, "."))
		}
		if !stands {
			t.Errorf("%q is said in none of %+v", w.Draft, w.Cites)
		}
	}
	if drafts < 2 || got.Dropped < 2*drafts {
		t.Errorf("%d drafts, %d sentences dropped, missing %q: %+v", drafts, got.Dropped, got.Missing, got.Whys)
	}
}

// checkBriefByModel has a scripted model write: one true sentence among lies.
func checkBriefByModel(t *testing.T, s *served) {
	t.Helper()
	plain, _ := s.brief()
	facts := brief.Facts(plain.Sections)
	truth, _, _ := strings.Cut(facts[0].Text, ",")
	server := scriptedModel(t, func(string) []scripted {
		return []scripted{
			{"Nobody complained about anything.", []int{0, 1, 2}},
			{truth + ".", []int{0}},
			{strings.Replace(facts[1].Text, " complaints", "0 complaints", 1), []int{1}},
			{"Most complaints were about late delivery.", []int{2, 3}},
		}
	})
	b, errOut := s.brief("--llm", server.URL)
	if b.Text == nil || len(b.Text.Sentences) != 1 || b.Text.Dropped != 3 || b.Text.Sentences[0].Text != truth+"." || len(b.Text.Sentences[0].Calls) == 0 || b.Missing != "" {
		t.Errorf("%+v, %q\n%s", b.Text, b.Missing, errOut)
	}
	if got, want := fmt.Sprint(b.Sections), fmt.Sprint(plain.Sections); got != want {
		t.Errorf("the model had a say in the figures:\n%s\n%s", got, want)
	}
	out, errOut, err := s.earshot(append(briefRange, "--llm", server.URL)...)
	if err != nil || !strings.Contains(out, "3 that are not were dropped") || strings.Contains(out, "Nobody complained") {
		t.Errorf("%v\n%s%s", err, out, errOut)
	}
	server.Close()
	b, errOut = s.brief("--llm", server.URL)
	if b.Text != nil || !strings.Contains(b.Missing, "not available") || !strings.Contains(errOut, "Without the language model") || len(b.Sections) != len(plain.Sections) {
		t.Errorf("with a model that is away: %+v, %q\n%s", b.Text, b.Missing, errOut)
	}
}

// checkBriefPack makes a pack that begins with the brief.
func checkBriefPack(t *testing.T, s *served) {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "earshot.yaml")
	text := "reports:\n  packs:\n    - {name: weekly, period: weekly, language: zh, formats: [html], to: " + folder + ", reports: [{report: brief}, {report: volume}]}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errOut, err := s.earshot("--config", file, "report", "pack", "weekly", "--for", "2026-04-22")
	if err != nil {
		t.Fatal(errOut)
	}
	name := ""
	for line := range strings.Lines(out) {
		if strings.HasSuffix(strings.TrimSpace(line), ".html") {
			name = strings.TrimSpace(line)
		}
	}
	page, err := os.ReadFile(strings.TrimPrefix(name, "file://"))
	if err != nil || !strings.Contains(string(page), "客户投诉了什么？") || !strings.Contains(string(page), "比前一周") {
		t.Errorf("%q: %v\n%.2000s", out, err, page)
	}
}
