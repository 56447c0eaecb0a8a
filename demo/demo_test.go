package demo

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/models"
)

func TestScriptsCoverWhatTheDemoShows(t *testing.T) {
	scripts, err := loadScripts()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[models.ID]bool{}
	calls, chats := map[string]int{}, map[string]int{}
	channels, flags := map[models.Channel]int{}, map[string]int{}
	clean := map[string]int{}
	for _, s := range scripts {
		if ids[s.ID] {
			t.Errorf("%s twice", s.ID)
		}
		ids[s.ID] = true
		channels[s.Channel]++
		if s.Channel == models.Phone {
			calls[s.Language]++
		} else {
			chats[s.Language]++
		}
		if !strings.HasPrefix(string(s.ID), "demo-"+s.Language+"-") {
			t.Errorf("%s: the file name does not begin with its language, %s", s.ID, s.Language)
		}
		if s.Queue == "" || s.Team == "" || s.Agent == "" || s.Customer == "" || s.Attributes["tier"] == "" || s.Attributes["region"] == "" || s.Attributes["product"] == "" {
			t.Errorf("%s: the header lacks a field", s.ID)
		}
		if len(s.Expect) == 0 {
			t.Errorf("%s: nothing is expected of it", s.ID)
		}
		for _, e := range s.Expect {
			flags[e.Flag]++
			if e.Flag == "clean" {
				clean[string(s.Channel)+s.Language]++
			}
		}
	}
	if calls["zh"] < 4 || calls["en"] < 4 || chats["zh"] < 20 || chats["en"] < 20 {
		t.Errorf("%v calls and %v chats: want at least 8 and 40, half in each language", calls, chats)
	}
	for _, c := range models.Channels() {
		if channels[c] == 0 {
			t.Errorf("nothing on channel %s", c)
		}
	}
	if clean["phonezh"] == 0 || clean["phoneen"] == 0 {
		t.Errorf("clean calls %v: want one in each language", clean)
	}
	for flag := range Flags() {
		if flags[flag] == 0 && !slices.Contains([]string{"closing.missing", "greeting.missing"}, flag) {
			t.Errorf("no conversation shows %s", flag)
		}
	}
	for _, id := range []models.ID{"demo-zh-refund-threat", "demo-en-angry-caller", "demo-en-dead-air", "demo-zh-broken-promise", "demo-zh-clean-address", "demo-en-clean-rebooking", "demo-en-card-leak", "demo-zh-talk-over"} {
		if !ids[id] {
			t.Errorf("%s is missing", id)
		}
	}
}

func TestScriptsAreOfThePastWeek(t *testing.T) {
	// In a zone with daylight saving, on the night the clocks change.
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Skip(err)
	}
	now := time.Date(2026, 3, 29, 3, 30, 0, 0, zone)
	days := map[int]int{}
	for _, s := range Scripts() {
		in := s.Interaction(now)
		if in.Started.After(now) || in.Started.Before(now.AddDate(0, 0, -7)) {
			t.Errorf("%s started %s", s.ID, in.Started)
		}
		if in.Ended != nil && in.Ended.After(now) {
			t.Errorf("%s ended %s, after now", s.ID, in.Ended)
		}
		days[in.Started.YearDay()]++
	}
	if len(days) < 6 {
		t.Errorf("spread over %d days only", len(days))
	}
}

// The silences that are expected must be in the script.
func TestExpectedSilences(t *testing.T) {
	for _, s := range Scripts() {
		for _, e := range s.Expect {
			if e.Seconds == 0 {
				continue
			}
			longest := 0.0
			turns := s.Dialogue.Turns
			for i := 1; i < len(turns); i++ {
				longest = max(longest, (turns[i].Start - turns[i-1].End).Seconds())
			}
			if longest < e.Seconds {
				t.Errorf("%s: expects %g s of silence, the longest is %g", s.ID, e.Seconds, longest)
			}
		}
	}
}

// Customers who come back are the point of half the conversations.
func TestCustomersComeBack(t *testing.T) {
	contacts := map[string]int{}
	for _, s := range Scripts() {
		contacts[s.Customer]++
	}
	again := 0
	for _, n := range contacts {
		if n > 1 {
			again++
		}
	}
	if again < 6 {
		t.Errorf("%d customers come back, want at least 6", again)
	}
}

func TestParseScriptRefuses(t *testing.T) {
	const header = "---\nchannel: wechat\nlanguage: zh\nqueue: q\nstarted: 2d 10:00\n"
	if _, err := ParseScript("x", header+"---\nC: 你好\nA: 您好\n"); err != nil {
		t.Fatal(err)
	}
	for want, text := range map[string]string{
		"YAML header":        "C: 你好",
		"unknown field":      header + "mood: bad\n---\nC: 你好\n",
		"one to six days":    strings.Replace(header, "2d 10:00", "9d 10:00", 1) + "---\nC: 你好\n",
		"leave out the time": header + "---\n[0:10] C: 你好\n",
		"line 1":             header + "---\nQ: 你好\n",
		"no turns":           header + "---\n\n",
		"channel":            strings.Replace(header, "wechat", "fax", 1) + "---\nC: 你好\n",
		"language":           strings.Replace(header, "zh", "fr", 1) + "---\nC: 你好\n",
		"not one of Flags":   header + "expect: [{flag: bad.luck}]\n---\nC: 你好\n",
		"no turn of party":   header + "expect: [{flag: threat.legal, party: agent, quote: 你好}]\n---\nC: 你好\n",
		"voice":              strings.Replace(header, "wechat", "phone", 1) + "---\nC: 你好\n",
	} {
		_, err := ParseScript("x", text)
		if !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("want ErrBadInput with %q, got %v", want, err)
		}
	}
}

func FuzzParseScript(f *testing.F) {
	f.Add("---\nchannel: sms\nlanguage: en\nstarted: 1d 00:00\nexpect: [{flag: clean}]\n---\nC: hi\n... 4s\nA: hello\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseScript("fuzz", text)
		if err != nil {
			return
		}
		previous := models.Millis(0)
		for _, turn := range s.Dialogue.Turns {
			if turn.Start < previous || turn.End < turn.Start {
				t.Fatalf("turn at %s after %s", turn.Start, previous)
			}
			previous = turn.Start
		}
	})
}
