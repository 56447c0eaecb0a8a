package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"earshot/cmd/earshot/ask"
)

// TestTopicsCommand asks the real program, of an empty store and of a made-up
// history.
func TestTopicsCommand(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the service")
	}
	s := newService(t, someUnexplained)
	s.start()
	out, errOut, err := s.earshot("topics")
	if err != nil || !strings.Contains(out, "other") || !strings.Contains(errOut, "holds no conversations yet") {
		t.Errorf("of an empty store: %v\n%s\n%s", err, out, errOut)
	}
	if _, errOut, err := s.earshot("generate", "600", "--from", "2026-05-01", "--to", "2026-05-29", "--bursts", "0"); err != nil {
		t.Fatal(errOut)
	}
	dates := []string{"topics", "--from", "2026-05-15", "--to", "2026-05-29"}
	var whole, unexplained ask.TopicsAnswer
	for into, args := range map[*ask.TopicsAnswer][]string{&unexplained: {"--format", "json"}, &whole: {"--all", "--by", "queue", "--format", "json"}} {
		out, errOut, err := s.earshot(append(dates[:len(dates):len(dates)], args...)...)
		if err != nil {
			t.Fatal(errOut)
		}
		if err := json.Unmarshal([]byte(out), into); err != nil {
			t.Fatal(err)
		}
	}
	if whole.Found != 600 || whole.Read != 600 || len(whole.Topics) < 10 || len(whole.Topics[0].By) == 0 {
		t.Errorf("of all: %d of %d read, %d topics", whole.Read, whole.Found, len(whole.Topics))
	}
	total := whole.Other + whole.Result.Before
	for _, topic := range whole.Topics {
		total += topic.Count + topic.Before
		for _, e := range topic.Examples {
			rows := s.query(fmt.Sprintf("SELECT text FROM turns WHERE interaction_id = '%s' AND turn = %d", e.ID, e.Evidence.Turn))
			if len(rows) != 1 || !strings.Contains(rows[0][0].(string), e.Evidence.Quote) {
				t.Errorf("%s: %v does not hold %q", e.ID, rows, e.Evidence.Quote)
			}
			break
		}
	}
	if total != 600 {
		t.Errorf("topics and the rest hold %d of 600", total)
	}
	if unexplained.Found == 0 || unexplained.Found >= whole.Found/2 {
		t.Errorf("%d complaints without a cause of %d conversations", unexplained.Found, whole.Found)
	}
	out, errOut, err = s.earshot(append(dates, "--all", "--by", "attributes.region")...)
	if err != nil || !strings.Contains(out, "change") || !strings.Contains(out, "gen-1-") {
		t.Errorf("as text: %v %s\n%s", err, errOut, out)
	}
	t.Log(out)
	for _, wrong := range [][]string{{"--by", "text"}, {"--by", "attributes."}, {"--examples", "0"}, {"--from", "2026-05-29", "--to", "2026-05-01"}, {"--least=-1"}} {
		if _, errOut, err := s.earshot(append([]string{"topics"}, wrong...)...); err == nil || !strings.Contains(errOut, "want") && !strings.Contains(errOut, "not before") {
			t.Errorf("%v: %v %s", wrong, err, errOut)
		}
	}
}
