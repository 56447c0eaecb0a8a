package ingest

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/models"
)

// ingestOne reads one file and returns its only interaction.
func ingestOne(t *testing.T, k *desk, files map[string]string) *models.Interaction {
	t.Helper()
	if _, err := k.Ingest(t.Context(), []string{folder(t, files)}, Observer{}); err != nil {
		t.Fatal(err)
	}
	if len(k.published) != 1 || len(k.dead) != 0 {
		t.Fatalf("published %v, refused %q; want one interaction", k.ids(), k.reasons())
	}
	return k.published[0]
}

func TestChatForm(t *testing.T) {
	in := ingestOne(t, newDesk(t), map[string]string{"a.json": `{
		"id": "a", "channel": "wecom", "agent": "Li Na", "customer": "c-7", "queue": "q", "attributes": {"tier": "gold"},
		"started": "2026-05-04 15:04:10",
		"messages": [
			{"from": "客户", "at": "2026-05-04 15:04:05", "text": "first"},
			{"from": "li na", "at": "2026-05-04T15:04:20+08:00", "text": "third"},
			{"from": "C-7", "at": 1777878255000, "text": "second"},
			{"from": "bot", "text": "with the one before"}
		]}`})
	if in.Channel != models.WeCom || in.Agent != "Li Na" || in.Attributes["tier"] != "gold" || in.Transcript.Grade != models.GradeText {
		t.Errorf("got %+v", in)
	}
	if want := time.Date(2026, 5, 4, 7, 4, 5, 0, time.UTC); !in.Started.Equal(want) || len(in.Transcript.Notes) != 1 {
		t.Errorf("started %s with notes %q, want the first message's %s and a note", in.Started, in.Transcript.Notes, want)
	}
	want := []models.Turn{
		{Party: models.Customer, Start: 0, Text: "first"},
		{Party: models.Customer, Start: 10_000, Text: "second"},
		{Party: models.System, Start: 10_000, Text: "with the one before"},
		{Party: models.Agent, Start: 15_000, Text: "third"},
	}
	for i, turn := range in.Transcript.Turns {
		if w := want[i]; turn.Party != w.Party || turn.Start != w.Start || turn.End != w.Start || turn.Text != w.Text {
			t.Errorf("turn %d: got %+v, want %+v", i, turn, w)
		}
	}
	if in.Transcript.Length != 15_000 {
		t.Errorf("length %d", in.Transcript.Length)
	}
}

func TestClock(t *testing.T) {
	c, err := newClock("Asia/Shanghai", []string{"02.01.2006 15:04"})
	if err != nil {
		t.Fatal(err)
	}
	want := time.Date(2026, 5, 4, 7, 4, 5, 0, time.UTC)
	for _, s := range []string{
		"2026-05-04T15:04:05+08:00", "2026-05-04T07:04:05Z", "2026-05-04 15:04:05", "2026/5/4 15:04:05", "20260504150405",
		"2026年5月4日 15:04:05", "1777878245", "1777878245000", "1.777878245e9", "2026-05-04T15:04:05.000", "20260504T150405+0800",
		"Mon, 04 May 2026 15:04:05 +0800", " 2026-05-04 15:04:05 ",
	} {
		if got, err := c.parse(s); err != nil || !got.Equal(want) {
			t.Errorf("%q: got %s, %v", s, got, err)
		}
	}
	if got, err := c.parse("04.05.2026 15:04"); err != nil || got.Day() != 4 || got.Month() != time.May {
		t.Errorf("own layout: %s, %v", got, err)
	}
	for _, s := range []string{"", "12", "04/05/2026", "yesterday", "NaN", "1e999", "-1777878245", "2026-13-04"} {
		if got, err := c.parse(s); err == nil {
			t.Errorf("%q: read as %s", s, got)
		}
	}
}

func TestNamePatterns(t *testing.T) {
	k := newDesk(t, func(c *Config) {
		c.Recordings = Recordings{
			Sidecar:      "optional",
			Patterns:     []string{`(?P<queue>\w+)/(?P<time>[0-9-]+)_(?P<agent>[a-z.]+)_(?P<customer>\d+)_(?P<attribute_line>\w+)\.wav$`},
			TimeLayout:   "2006-01-02-15-04-05",
			Defaults:     map[string]string{"channel": "phone", "direction": "inbound", "attribute_site": "x"},
			Roles:        []string{"customer", "agent"},
			RequireMatch: true,
		}
	})
	in := ingestOne(t, k, map[string]string{"refunds/2026-05-04-15-04-05_li.na_13800000000_L2.wav": "sound"})
	if in.Queue != "refunds" || in.Agent != "li.na" || in.Customer != "13800000000" || in.Attributes["line"] != "L2" || in.Attributes["site"] != "x" || in.Direction != "inbound" {
		t.Errorf("got %+v", in)
	}
	if !in.Started.Equal(time.Date(2026, 5, 4, 7, 4, 5, 0, time.UTC)) || !slices.Equal(in.Media.Roles, []models.Party{models.Customer, models.Agent}) {
		t.Errorf("got %s, %v", in.Started, in.Media.Roles)
	}
	dir := folder(t, map[string]string{"x.wav": "sound", "refunds/9999_a_1_L.wav": "sound", "side.wav": "other", "side.json": `{"id":"side"}`})
	if _, err := k.Ingest(t.Context(), []string{dir}, Observer{}); err != nil {
		t.Fatal(err)
	}
	reasons := strings.Join(k.reasons(), "\n")
	if len(k.dead) != 2 || !strings.Contains(reasons, "no-match") || !strings.Contains(reasons, `bad-time`) || !slices.Contains(k.ids(), "side") {
		t.Errorf("refused %s; accepted %v", reasons, k.ids())
	}
}

func TestSidecarGoesFirst(t *testing.T) {
	k := newDesk(t, func(c *Config) { c.Recordings.Patterns = []string{`(?P<agent>\w+)-(?P<queue>\w+)\.wav`} })
	in := ingestOne(t, k, map[string]string{
		"li-refunds.wav":      "sound",
		"li-refunds.wav.json": `{"id":"s","agent":"wu","started":"2026-05-04T15:04:05+08:00","media":{"roles":["agent","customer"],"format":"s16le:8000:2"}}`,
	})
	if in.Agent != "wu" || in.Queue != "refunds" || in.ID != "s" || in.Media.Format != "s16le:8000:2" || in.Media.Bytes != 5 || in.Media.Type != "audio/wav" || in.Media.Name != "li-refunds.wav" {
		t.Errorf("got %+v %+v", in, in.Media)
	}
}

func TestOneSidecarForTwoRecordings(t *testing.T) {
	k := newDesk(t)
	dir := folder(t, map[string]string{"a.mp3": "x", "a.wav": "y", "a.json": `{"id":"a"}`})
	if _, err := k.Ingest(t.Context(), []string{dir}, Observer{}); err != nil {
		t.Fatal(err)
	}
	if len(k.published) != 1 || len(k.dead) != 1 || !strings.Contains(k.dead[0].Reason, "rename it to that of the two it belongs to, such as a.wav.json") {
		t.Errorf("accepted %v, refused %q", k.ids(), k.reasons())
	}
}

func TestRequiredSidecar(t *testing.T) {
	k := newDesk(t, func(c *Config) { c.Recordings.Sidecar = "required" })
	if _, err := k.Ingest(t.Context(), []string{folder(t, map[string]string{"a.wav": "x"})}, Observer{}); err != nil {
		t.Fatal(err)
	}
	if len(k.dead) != 1 || k.dead[0].Code != "no-sidecar" {
		t.Errorf("refused %q", k.reasons())
	}
}

func TestConfigSaysWhatIsWrong(t *testing.T) {
	if err := Default().Validate(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Config){
		"ingest.parallel: 0":                           func(c *Config) { c.Parallel = 0 },
		"ingest.allow: \"calls\": want an absolute":    func(c *Config) { c.Allow = []string{"calls"} },
		"ingest.time_zone: \"Mars/Base\"":              func(c *Config) { c.TimeZone = "Mars/Base" },
		"ingest.encoding: \"latin1\": want auto":       func(c *Config) { c.Encoding = "latin1" },
		"ingest.parties: \"boss\"":                     func(c *Config) { c.Parties = map[string][]string{"boss": {"x"}} },
		"ingest.recordings.patterns[0]: \"(\"":         func(c *Config) { c.Recordings.Patterns = []string{"("} },
		"group \"agnt\": want one of id, channel":      func(c *Config) { c.Recordings.Patterns = []string{"(?P<agnt>x)"} },
		"has no named group":                           func(c *Config) { c.Recordings.Patterns = []string{"x"} },
		"ingest.recordings.sidecar: \"maybe\"":         func(c *Config) { c.Recordings.Sidecar = "maybe" },
		"ingest.recordings.roles: \"boss\"":            func(c *Config) { c.Recordings.Roles = []string{"boss"} },
		"ingest.recordings.defaults: \"time\"":         func(c *Config) { c.Recordings.Defaults = map[string]string{"time": "x"} },
		"ingest.tables[0].columns: \"txt\"":            func(c *Config) { c.Tables = []Table{{Columns: map[string]string{"txt": "x"}}} },
		"ingest.tables[0].separator: \"::\"":           func(c *Config) { c.Tables = []Table{{Separator: "::"}} },
		"ingest.tables[0].files: \"[\"":                func(c *Config) { c.Tables = []Table{{Files: "["}} },
		"ingest.tables[0].time_zone: \"Mars\"":         func(c *Config) { c.Tables = []Table{{TimeZone: "Mars"}} },
		"ingest.watch.settle: 0s: want more than 0":    func(c *Config) { c.Watch.Settle = 0 },
		"ingest.max_record_bytes: 1: want 1024 to":     func(c *Config) { c.MaxRecordBytes = 1 },
		"ingest.max_recording_bytes: -1: want 1":       func(c *Config) { c.MaxRecordingBytes = -1 },
		"ingest.tables[0].encoding: \"x\": want auto,": func(c *Config) { c.Tables = []Table{{Encoding: "x"}} },
	} {
		c := Default()
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestEveryExtensionHasOneSource(t *testing.T) {
	owner := map[string]string{}
	for _, s := range sources() {
		for _, ext := range s.extensions {
			if owner[ext] != "" || ext != strings.ToLower(ext) {
				t.Errorf("%s: in %s and %s", ext, owner[ext], s.name)
			}
			owner[ext] = s.name
		}
	}
	if sourceOf("CALL.WAV") != sourceRecording || sourceOf("a.txt") != nil {
		t.Errorf("sources of names; known: %v", slices.Sorted(maps.Keys(owner)))
	}
}
