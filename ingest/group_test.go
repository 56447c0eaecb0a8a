package ingest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"earshot/models"
)

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
