package ingest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

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

func TestTables(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("编号|谁|何时|说了什么|产品\r\n7|访客甲|04.05.2026 15:04|\"我要退款|马上\"|手机\r\n7|小李|04.05.2026 15:05|好的|\r\n")
	if err != nil {
		t.Fatal(err)
	}
	k := newDesk(t, func(c *Config) {
		c.Tables = []Table{{Files: "other-*.csv", Columns: map[string]string{"id": "never"}}, {
			Files:      "wechat-*.csv",
			Columns:    map[string]string{"id": "编号", "from": "谁", "at": "何时", "text": "说了什么"},
			Attributes: map[string]string{"product": "产品"},
			Defaults:   map[string]string{"channel": "wechat", "queue": "售后"},
			Parties:    map[string][]string{"customer": {"访客甲"}, "agent": {"小李"}},
			TimeLayout: "02.01.2006 15:04", TimeZone: "UTC",
		}}
	})
	in := ingestOne(t, k, map[string]string{"wechat-1.csv": gbk})
	if in.ID != "7" || in.Channel != models.WeChat || in.Queue != "售后" || in.Attributes["product"] != "手机" || !in.Started.Equal(time.Date(2026, 5, 4, 15, 4, 0, 0, time.UTC)) {
		t.Errorf("got %+v", in)
	}
	if turns := in.Transcript.Turns; len(turns) != 2 || turns[0].Text != "我要退款|马上" || turns[1].Party != models.Agent {
		t.Errorf("turns %+v", turns)
	}
}

func TestRowsAtFault(t *testing.T) {
	for name, c := range map[string]struct {
		csv    string
		ids    []string
		reason string
	}{
		"cells too many":     {"id,from,at,text\n1,customer,2026-05-04,hello, there\n2,customer,2026-05-04 10:00,hi\n", []string{"2"}, `a.csv:2: 5 cells, but the header has 4: put text with "," in it into double quotes`},
		"no id":              {"id,from,at,text\n,customer,2026-05-04 10:00,hello\n2,customer,2026-05-04 10:00,hi\n", []string{"2"}, "a.csv:2: the id of the conversation is missing"},
		"quote never closed": {"id,from,at,text\n2,customer,2026-05-04 10:00,hi\n3,customer,2026-05-04 10:00,\"hi\n", []string{"2"}, "a.csv:3: a double quote that opens a cell here is never closed"},
		"stray quotes":       {"id,from,at,text\n2,customer,2026-05-04 10:00,a 5\" screen, \n", nil, "a.csv:2: 5 cells"},
		"header alone":       {"id,from,at,text\n", nil, "a.csv: has a header, but no rows"},
		"unknown party":      {"id,from,at,text\n1,customer,2026-05-04 10:00,hi\n2,customer,2026-05-04 10:00,hi\n1,boss,2026-05-04 10:01,hi\n", []string{"2"}, `a.csv:3: from: "boss": want customer`},
	} {
		t.Run(name, func(t *testing.T) {
			k := newDesk(t)
			if name == "unknown party" {
				c.reason = strings.Replace(c.reason, ":3:", ":4:", 1)
			}
			if _, err := k.Ingest(t.Context(), []string{folder(t, map[string]string{"a.csv": c.csv})}, Observer{}); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(k.ids(), append([]string{}, c.ids...)) || len(k.dead) != 1 || !strings.Contains(k.dead[0].Reason, c.reason) {
				t.Errorf("accepted %v, refused %q; want %v and %q", k.ids(), k.reasons(), c.ids, c.reason)
			}
		})
	}
}

// TestGroupingOnDiskIsGroupingInMemory holds more messages than fit the limit.
func TestGroupingOnDiskIsGroupingInMemory(t *testing.T) {
	var log strings.Builder
	for m := range 40 {
		for c := range 25 {
			fmt.Fprintf(&log, `{"conversation":"c-%d","from":"customer","at":%d,"text":"message %d of %d"}`+"\n", c, 1777878245+m, m, c)
		}
	}
	log.WriteString(`{"conversation":"c-3","from":"nobody known","text":"x"}` + "\n")
	texts := map[string][]string{}
	for name, limit := range map[string]int64{"memory": 64 << 20, "disk": 2048} {
		k := newDesk(t, func(c *Config) { c.GroupBytes = limit })
		if _, err := k.Ingest(t.Context(), []string{folder(t, map[string]string{"a.jsonl": log.String()})}, Observer{}); err != nil {
			t.Fatal(err)
		}
		if len(k.published) != 24 || len(k.dead) != 1 || !strings.Contains(k.dead[0].Reason, `a.jsonl:1001: from: "nobody known"`) || k.dead[0].ID != "c-3" {
			t.Errorf("%s: %d accepted, refused %q", name, len(k.published), k.reasons())
		}
		for _, in := range k.published {
			var all []string
			for _, turn := range in.Transcript.Turns {
				all = append(all, turn.Text)
			}
			key := string(in.ID)
			if got := strings.Join(all, "\n"); texts[key] != nil && texts[key][0] != got {
				t.Errorf("%s: %s differs from the other way", name, key)
			} else {
				texts[key] = []string{got}
			}
			if len(all) != 40 {
				t.Errorf("%s: %s has %d of 40 messages", name, key, len(all))
			}
		}
	}
}

// TestTheLastRecordOfAnIDCounts sends one id many times in a file; a slow log
// must not let them pass each other.
func TestTheLastRecordOfAnIDCounts(t *testing.T) {
	var log strings.Builder
	for i := range 300 {
		id := "same"
		if i%3 > 0 {
			id = fmt.Sprint("other-", i)
		}
		fmt.Fprintf(&log, `{"id":"%s","started":"2026-05-04T09:00:00Z","messages":[{"from":"customer","text":"%d"}]}`+"\n", id, i)
	}
	k := newDesk(t)
	k.publish = func(*models.Interaction) error {
		time.Sleep(time.Duration(rand.IntN(1000)) * time.Microsecond)
		return nil
	}
	if _, err := k.Ingest(t.Context(), []string{folder(t, map[string]string{"a.jsonl": log.String()})}, Observer{}); err != nil {
		t.Fatal(err)
	}
	last := -1
	for _, in := range k.published {
		if in.ID != "same" {
			continue
		}
		n, err := strconv.Atoi(in.Transcript.Turns[0].Text)
		if err != nil || n < last {
			t.Fatalf("record %d was published after record %d (%v)", n, last, err)
		}
		last = n
	}
	if last != 297 || len(k.published) != 300 {
		t.Errorf("%d published, the last of the id is %d", len(k.published), last)
	}
}

func TestConversationLongerThanTheLimit(t *testing.T) {
	row := `{"conversation":"long","from":"customer","at":1777878245,"text":"` + strings.Repeat("x", 500) + `"}` + "\n"
	for name, limit := range map[string]int64{"memory": 64 << 20, "disk": 2048} {
		k := newDesk(t, func(c *Config) { c.MaxRecordBytes, c.GroupBytes = 2048, limit })
		log := strings.Repeat(row, 20) + strings.Replace(row, "long", "short", 1)
		if _, err := k.Ingest(t.Context(), []string{folder(t, map[string]string{"a.jsonl": log})}, Observer{}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(k.ids(), []string{"short"}) || len(k.dead) != 1 || k.dead[0].Code != "too-large" || k.dead[0].ID != "long" {
			t.Errorf("%s: accepted %v, refused %q", name, k.ids(), k.reasons())
		}
	}
}

func TestPaths(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.json": oneChat, "b.txt": "note", ".hidden.json": "x", "sub/c.wav.part": "x", "sub/~d.json": "x",
		"sub/e.wav": "sound", "sub/e.json": `{"id":"e"}`, ".git/f.json": "x",
	})
	if err := os.Symlink("a.json", filepath.Join(dir, "same.json")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		paths []string
		want  Tally
		ids   []string
	}{
		"folder":          {[]string{dir}, Tally{Files: 2, Accepted: 2, Skipped: 1}, []string{"e", "one"}},
		"file twice":      {[]string{filepath.Join(dir, "a.json"), dir + "/./a.json"}, Tally{Files: 1, Accepted: 1}, []string{"one"}},
		"pattern":         {[]string{filepath.Join(dir, "*", "*.wav")}, Tally{Files: 1, Accepted: 1}, []string{"e"}},
		"sidecar alone":   {[]string{filepath.Join(dir, "sub", "e.json")}, Tally{Files: 1, Accepted: 1}, []string{"e"}},
		"link named":      {[]string{filepath.Join(dir, "same.json")}, Tally{Files: 1, Accepted: 1}, []string{"one"}},
		"text file named": {[]string{filepath.Join(dir, "b.txt")}, Tally{Files: 1, Refused: 1}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			k := newDesk(t)
			var last Progress
			tally, err := k.Ingest(t.Context(), c.paths, Observer{Progress: func(p Progress) {
				if p.Bytes < last.Bytes || p.Bytes > p.TotalBytes || p.Files < last.Files {
					t.Errorf("progress went from %+v to %+v", last, p)
				}
				last = p
			}})
			if err != nil || tally != c.want || !slices.Equal(k.ids(), append([]string{}, c.ids...)) {
				t.Errorf("got %+v, %v, %v; want %+v %v", tally, k.ids(), err, c.want, c.ids)
			}
			if last.Bytes != last.TotalBytes || last.Files != last.TotalFiles || last.Accepted != tally.Accepted {
				t.Errorf("the last progress is %+v", last)
			}
		})
	}
	k := newDesk(t)
	if _, err := k.Ingest(t.Context(), []string{filepath.Join(dir, "none.wav"), filepath.Join(dir, "*.gsm")}, Observer{}); err == nil || !strings.Contains(err.Error(), "none.wav: no such file") || !strings.Contains(err.Error(), "*.gsm: no file fits") {
		t.Errorf("got %v", err)
	}
}

// TestHostileNamesStayInside tries to get at a file outside in a thousand ways.
func TestHostileNamesStayInside(t *testing.T) {
	outside := folder(t, map[string]string{"secret.wav": "secret", "allowed/in/call.wav": "sound"})
	allowed := filepath.Join(outside, "allowed")
	for link, target := range map[string]string{"abs": outside, "rel": "..", "file.wav": "../secret.wav", "in/deep": "../..", "loop": "loop"} {
		if err := os.Symlink(target, filepath.Join(allowed, link)); err != nil {
			t.Fatal(err)
		}
	}
	k := newDesk(t, func(c *Config) { c.Allow = []string{allowed} })
	ways := []string{"..", "./..", "in/..", "in/../..", "abs", "rel", "in/deep", "loop", outside, allowed + "/..", "/", "//", `..\`, `\\?\C:`, "in/./../..", "%2e%2e", "．．", "CON", "~", "file:///"}
	tails := []string{"secret.wav", "/secret.wav", "./secret.wav", "secret.wav\x00.wav", "secret.wav/", "../secret.wav", "allowed/../secret.wav", "secret.wav/.", "in/../../secret.wav", "\\secret.wav"}
	tried := 0
	for _, a := range ways {
		for _, b := range append(ways, "") {
			for _, tail := range tails[:3+tried%7] {
				tried++
				f, err := k.openRecording(nil, strings.TrimPrefix(a+"/"+b+"/"+tail, "/"))
				if err == nil {
					name := f.Name()
					_ = f.Close()
					t.Errorf("%q/%q/%q opened %s", a, b, tail, name)
				} else if Code(err) == "bad-input" {
					t.Errorf("%q/%q/%q: no code: %v", a, b, tail, err)
				}
			}
		}
	}
	for _, name := range []string{"file.wav", "abs/secret.wav", "rel/secret.wav", "in/deep/secret.wav"} {
		if f, err := k.openRecording(nil, name); err == nil {
			_ = f.Close()
			t.Errorf("the link %s was followed out", name)
		}
	}
	if f, err := k.openRecording(nil, "in/call.wav"); err != nil {
		t.Errorf("what is allowed: %v", err)
	} else {
		_ = f.Close()
	}
	if tried < 1000 {
		t.Errorf("only %d ways tried", tried)
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
