package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// promiseDraft is a rule that a test publishes in several versions.
func promiseDraft(version, words string) string {
	return fmt.Sprintf(`rules:
  - id: our_promise
    version: %q
    name: {en: Our promise, zh: 我方承诺}
    when:
      words: {any: [%s], party: agent}
    tests:
      - hit: "C: 什么时候\nA: 马上为您处理"
      - miss: "C: 马上为您处理\nA: 抱歉"
`, version, words)
}

// TestRulesLoop walks through the life of a rule while a service runs: tried on
// stored conversations, published, taken up without a restart, judged by a
// person, refused, forced, run as a shadow, taken back.
func TestRulesLoop(t *testing.T) {
	s := newService(t)
	s.start()
	draft := filepath.Join(t.TempDir(), "drafts")
	write := func(text string) {
		t.Helper()
		if err := os.MkdirAll(draft, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(draft, "promise.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must := func(want string, args ...string) string {
		t.Helper()
		out, errOut, err := s.earshot(args...)
		if err != nil || !strings.Contains(out, want) {
			t.Fatalf("earshot %q: %v\n%s%s\nwant %q", args, err, out, errOut, want)
		}
		return out
	}
	mustNot := func(want string, args ...string) {
		t.Helper()
		out, errOut, err := s.earshot(args...)
		if err == nil || !strings.Contains(errOut, want) {
			t.Fatalf("earshot %q: %v\n%s%s\nwant %q", args, err, out, errOut, want)
		}
	}
	n := 0
	send := func() {
		t.Helper()
		n++
		started := time.Now().UTC().Add(-time.Hour).Format("2006-01-02T15:04")
		call := strings.NewReplacer("threat-1", fmt.Sprint("call-", n), "2026-05-01T08:00", started).Replace(threat)
		if status := s.post(t, "application/json", []byte(call), ""); status != 202 {
			t.Fatalf("upload: %d", status)
		}
		s.settle(n, 30*time.Second)
	}

	// Nothing is stored yet: there is nothing to try a draft on.
	write(promiseDraft("1", "马上为您处理"))
	mustNot("no conversations in the store", "rules", "backtest", draft)
	send()
	must("none → hit", "rules", "backtest", draft)
	must("Publication 1 by Li", "rules", "publish", draft, "--by", "Li")
	mustNot("version 1 has been used with other contents", "rules", "publish", writeAnd(t, filepath.Join(draft, "promise.yaml"), promiseDraft("1", "马上为您处理, 马上")))

	// The service takes it up while it runs.
	deadline := time.Now().Add(20 * time.Second)
	for {
		send()
		if out, _, err := s.earshot("show", fmt.Sprint("call-", n)); err == nil && strings.Contains(out, "our_promise") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("what was published was not taken up")
		}
		time.Sleep(500 * time.Millisecond)
	}
	must("rule our_promise: new, version 1", "rescore", "--dry-run")
	must("1 changed", "rescore", "call-1")
	must("0 changed", "rescore", "call-1")
	must("✓ words", "rules", "explain", "call-1", "our_promise")

	// A person says that it should not have hit, and that a question was passed.
	must("noted", "review", "set", "call-1", "our_promise", "miss", "--by", "Wang", "--reason", "no promise")
	must("after review", "review", "set", "call-1", "privacy", "pass", "--by", "Wang", "--scorecard", "service_zh")
	must("no promise", "review", "show", "call-1")
	must("→ should be a miss, by Wang: no promise", "show", "call-1", "--all")
	must("after review by Wang", "show", "call-1")
	sheet := must("call-1,our_promise", "review", "sheet", "our_promise", "--days", "3000")
	filled := filepath.Join(t.TempDir(), "sheet.csv")
	if err := os.WriteFile(filled, []byte(strings.ReplaceAll(sheet, ",,,", ",miss,Wang,")), 0o600); err != nil {
		t.Fatal(err)
	}
	must("0 left out", "review", "import", filled)
	if rows := s.rows("sql", "--format", "json", "SELECT score, machine_score, reviewer FROM final_scores WHERE interaction_id = 'call-1' AND scorecard = 'service_zh'"); rows[0]["reviewer"] != "Wang" || rows[0]["score"].(float64) <= rows[0]["machine_score"].(float64) {
		t.Errorf("final score %v", rows)
	}

	// The next version hits as often as people say it should not.
	write(promiseDraft("2", "马上为您处理, 马上, 处理"))
	mustNot("rule our_promise has a precision of 0.000, below 0.700", "rules", "publish", draft)
	mustNot("give a reason", "rules", "publish", draft, "--force")
	must("it runs without effect", "rules", "publish", draft, "--shadow", "--by", "Li")
	deadline = time.Now().Add(20 * time.Second)
	for {
		send()
		if out, _, err := s.earshot("rules", "shadow"); err == nil && strings.Contains(out, "our_promise") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the shadow did not run")
		}
		time.Sleep(500 * time.Millisecond)
	}
	if rows := s.rows("sql", "--format", "json", "SELECT DISTINCT rule, version FROM verdicts WHERE rule = 'our_promise'"); len(rows) != 1 || rows[0]["version"] != "1" {
		t.Errorf("the shadow had an effect: %v", rows)
	}
	must("Publication 3", "rules", "publish", draft, "--force", "--reason", "the regulator asks for it")
	history := must("the regulator asks for it", "rules", "history")
	if !strings.Contains(history, "counts forced") || !strings.Contains(history, "(shadow)") {
		t.Errorf("history:\n%s", history)
	}
	must("human_only: ", "rules", "publish", "--gate", "--by", "Li")
	must("Publication 5", "rules", "publish", "--again", "1", "--by", "Li", "--no-gate", "--force", "--reason", "back to what we had")
	must("Publication 6", "rules", "publish", "--withdraw", "drafts", "--by", "Li")
	mustNot("unknown rule", "rules", "explain", "call-1", "our_promise")
	assertOnlyOwner(t, s.data)
}

// writeAnd writes a file and returns the folder it is in.
func writeAnd(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(path)
}
