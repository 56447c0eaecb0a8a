package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestOwnCausesEndToEnd sends a complaint through the real program with a
// taxonomy of the user's: whatever shows its cause calls it as the taxonomy does,
// in either language, and machines get the code.
func TestOwnCausesEndToEnd(t *testing.T) {
	folder := t.TempDir()
	config, causes := filepath.Join(folder, "earshot.yaml"), filepath.Join(folder, "causes.yaml")
	for file, text := range map[string]string{
		config: "nlp:\n  causes: " + causes + "\n",
		causes: "version: \"1\"\ncauses:\n  people:\n    - delivery/late: logistics/driver late\nnames:\n  logistics: {en: carriers, zh: 承运商}\n  driver late: {en: late drivers, zh: 骑手迟到}\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := newService(t, "EARSHOT_CONFIG="+config)
	s.start()
	chat := `{"id":"own-1","channel":"wechat","agent":"小王","started":"2026-05-01T08:00:00Z","messages":[
		{"from":"customer","at":"2026-05-01T08:00:00Z","text":"我的快递三天了还没到，太慢了，我要投诉"},
		{"from":"agent","at":"2026-05-01T08:00:20Z","text":"非常抱歉，我马上为您处理"}]}`
	if r := s.post(t, "application/json", []byte(chat), ""); r != http.StatusAccepted {
		t.Fatalf("upload: %d", r)
	}
	s.settle(1, 30*time.Second)
	const code = "people/logistics/driver late"
	for _, c := range []struct {
		args string
		want []string
	}{
		{"report causes --lang zh", []string{"人员", "承运商", "承运商/骑手迟到"}},
		{"report causes --lang en", []string{"people", "carriers", "carriers/late drivers"}},
		{"report causes", []string{"logistics/driver late"}},
		{"report complaints --lang zh --format csv", []string{"人员/承运商/骑手迟到"}},
		{"report complaints --format csv", []string{code}},
		{"report complaints --format json", []string{`"cause": "` + code + `",` + "\n" + `    "outcome"`}},
		{"report complaints --format json --lang en", []string{`"cause": "` + code + `"`, `"cause_name": "people/carriers/late drivers"`}},
		{"report complaints --format json --lang zh", []string{`"cause": "` + code + `"`, `"cause_name": "人员/承运商/骑手迟到"`}},
		{"causes --from 2026-05-01 --to 2026-05-02 --lang zh", []string{"承运商", "骑手迟到", code, "“骑手迟到”的五个为什么", "有1起投诉因为骑手迟到"}},
		{"causes --from 2026-05-01 --to 2026-05-02", []string{"carriers", "late drivers", code, "Five whys of late drivers"}},
		{"causes --from 2026-05-01 --to 2026-05-02 --format json --lang zh", []string{`"label": "` + code + `"`, `"title": "骑手迟到"`}},
		{"show own-1", []string{"In short", "reason carriers/late drivers [logistics/driver late]", "cause people/carriers/late drivers [" + code + "]"}},
		{"show own-1 --lang zh", []string{"摘要", "联系原因 承运商/骑手迟到 [logistics/driver late]", "原因 人员/承运商/骑手迟到 [" + code + "]", "客户", "发现"}},
		{"show own-1 --json", []string{`"cause": "` + code + `"`}},
		{"show own-1 --json --lang zh", []string{`"cause": "` + code + `"`, `"` + code + `": "人员/承运商/骑手迟到"`}},
		{"brief --from 2026-05-01 --to 2026-05-02 --lang zh", []string{"因为骑手迟到的投诉有1起"}},
		{"brief --from 2026-05-01 --to 2026-05-02", []string{"1 complaint (100.0% of complaints) was about late drivers"}},
	} {
		out, errOut, err := s.earshot(strings.Fields(c.args)...)
		if err != nil {
			t.Errorf("%s: %v\n%s", c.args, err, errOut)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no %q in\n%s", c.args, want, out)
			}
		}
	}
	if plain, _, _ := s.earshot("show", "own-1", "--json"); strings.Contains(plain, "骑手迟到") {
		t.Error("without --lang show --json is the interaction and nothing else")
	}
}
