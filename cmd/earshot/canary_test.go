package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/segmentio/kafka-go"

	"earshot/models"
	"earshot/redact/synth"
	"earshot/warehouse/engine"
)

// canaries are secrets that were sent in: numbers, and the words they were said
// in.
type canaries struct {
	planted int
	needles map[uint64][]string // by their first eight bytes
	found   []string
}

const needlePrefix = 8

func (c *canaries) add(secret string) {
	if len(secret) < needlePrefix {
		return // three digits are found anywhere
	}
	key := binary.LittleEndian.Uint64([]byte(secret))
	if !slices.Contains(c.needles[key], secret) {
		c.needles[key] = append(c.needles[key], secret)
	}
}

// search looks for every secret in data.
func (c *canaries) search(where string, data []byte) {
	for i := 0; i+needlePrefix <= len(data); i++ {
		for _, n := range c.needles[binary.LittleEndian.Uint64(data[i:])] {
			if bytes.HasPrefix(data[i:], []byte(n)) {
				c.found = append(c.found, fmt.Sprintf("%s: %s (at byte %d: …%q…)", where, n, i, data[max(0, i-30):min(len(data), i+len(n)+20)]))
			}
		}
	}
}

// plant makes the next secret, and the turns it is said in.
func (c *canaries) plant(m synth.Maker) synth.Case {
	for {
		k := m.Numbers()
		c.add(k.Secret)
		words := 0
		for _, t := range k.Turns {
			// What is said in one turn is as good as the number. Questions of the
			// agent and pieces of a few digits are not private by themselves.
			if t.Party == models.Customer && len(k.Turns) == 1 && utf8.RuneCountInString(t.Text) > 8 {
				c.add(t.Text)
				words++
			}
		}
		if len(k.Secret) >= needlePrefix || words > 0 {
			c.planted++
			return k
		}
	}
}

// messages are the turns of cases as a chat document has them.
func messages(cases ...synth.Case) []map[string]any {
	var all []map[string]any
	for _, k := range cases {
		for _, t := range k.Turns {
			all = append(all, map[string]any{"from": string(t.Party), "at": fmt.Sprintf("2026-05-01T08:%02d:%02dZ", len(all)/60, len(all)%60), "text": t.Text})
		}
		all = append(all, map[string]any{"from": "agent", "at": fmt.Sprintf("2026-05-01T08:%02d:%02dZ", len(all)/60, len(all)%60), "text": "Let me look into that for you. 我帮您看一下这个问题。"})
	}
	return all
}

// TestNoCanaryIsKept sends a thousand private numbers through the real service,
// in every way there is, and then looks for them in every byte it keeps or
// prints: the log of Kafka, the tables, recordings, caches, dead letters,
// exports, its own log.
func TestNoCanaryIsKept(t *testing.T) {
	want := 1000
	if testing.Short() {
		want = 150
	}
	s := newService(t, "EARSHOT_LOG_LEVEL=debug")
	s.start()
	c := &canaries{needles: map[uint64][]string{}}
	m := synth.New(77)
	sent, refused := 0, 0
	upload := func(doc map[string]any, status int) {
		body, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.post(t, "application/json", body, ""); got != status {
			t.Fatalf("upload of %s: %d, want %d", body, got, status)
		}
		if status == http.StatusAccepted {
			sent++
		} else {
			refused++
		}
	}
	inbox := t.TempDir()
	for i := 0; c.planted < want; i++ {
		phone := c.plantNumber(m)
		doc := map[string]any{"id": fmt.Sprintf("canary-%d", i), "agent": "Kim", "started": "2026-05-01T08:00:00Z"}
		switch i % 6 {
		case 0, 1: // chats with several secrets
			doc["channel"], doc["messages"] = "web_chat", messages(c.plant(m), c.plant(m), c.plant(m))
			upload(doc, http.StatusAccepted)
		case 2: // keys and attributes
			doc["id"], doc["customer"], doc["channel"] = "call-"+phone, c.plantNumber(m), "sms"
			doc["attributes"] = map[string]string{"phone": c.plantNumber(m), "note": "card " + c.plantCard(m) + " on file", "region": "north"}
			doc["messages"] = messages(c.plant(m))
			upload(doc, http.StatusAccepted)
		case 3: // refused: an unknown field, with secrets about
			doc["channel"], doc["phone "+phone], doc["messages"] = "web_chat", c.plantNumber(m), messages(c.plant(m))
			upload(doc, http.StatusBadRequest)
		case 4: // refused: a channel that is none, an id that is none
			doc["channel"], doc["id"], doc["messages"] = "tel:"+phone, "#"+c.plantNumber(m), messages(c.plant(m))
			upload(doc, http.StatusBadRequest)
		case 5: // a recording with its transcript, named after the caller
			s.plantCall(t, c, m, filepath.Join(inbox, phone+"_20260501080000.wav"), doc)
			sent++
		}
	}
	if err := os.WriteFile(filepath.Join(inbox, c.plantNumber(m)+".csv"), csvOf(c.plant(m), c.plant(m)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(inbox, c.plantNumber(m)+".json"), []byte(`{"id": "broken", "messages": [{"text": "`+c.plantCard(m)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errOut, _ := s.earshot("ingest", inbox) // one file is refused
	if !strings.Contains(out+errOut, "refused") {
		t.Errorf("the broken file was not refused: %s%s", out, errOut)
	}
	s.settle(sent+1, time.Minute)
	t.Logf("%d numbers planted in %d conversations and %d refusals", c.planted, sent, refused)

	for _, command := range [][]string{
		{"show", "canary-0"}, {"show", "canary-0", "--json"}, {"dead", "list"}, {"dead", "list", "--format", "json"},
		{"report", "flagged", "--format", "csv"}, {"sql", "SELECT * FROM turns"}, {"sql", "SELECT * FROM interactions"}, {"sql", "SELECT * FROM findings"},
	} {
		out, errOut, err := s.earshot(command...)
		if err != nil {
			t.Errorf("earshot %q: %v\n%s", command, err, errOut)
		}
		c.search(fmt.Sprintf("earshot %q", command), []byte(out+errOut))
	}
	searchKafka(t, c, s.at.Kafka)
	s.searchTables(t, c)
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	files, size := searchFiles(t, c, s.data)
	c.search("the log of serve", []byte(s.log.String()))
	t.Logf("searched %d files, %d MB, the topics and the tables", files, size>>20)
	for i, f := range c.found {
		if i == 20 {
			t.Errorf("… and %d more", len(c.found)-i)
			break
		}
		t.Error(f)
	}
}

// plantNumber makes a written number of the kind that keys are.
func (c *canaries) plantNumber(m synth.Maker) string {
	n := "1" + []string{"38", "39", "58", "86"}[m.IntN(4)] + fmt.Sprintf("%08d", m.IntN(100_000_000))
	c.add(n)
	c.planted++
	return n
}

func (c *canaries) plantCard(m synth.Maker) string {
	n := m.Card()
	c.add(n)
	c.planted++
	return n
}

// plantCall writes a recording and a sidecar with its transcript.
func (s *served) plantCall(t *testing.T, c *canaries, m synth.Maker, path string, doc map[string]any) {
	t.Helper()
	var turns []map[string]any
	at := 0
	for _, k := range []synth.Case{c.plant(m), c.plant(m)} {
		for _, turn := range k.Turns {
			turns = append(turns, map[string]any{"party": turn.Party, "text": turn.Text, "start_ms": at, "end_ms": at + 900, "words": words(turn.Text, at)})
			at += 1000
		}
	}
	doc["channel"], doc["transcript"] = "phone", map[string]any{"grade": "stereo", "length_ms": at, "turns": turns}
	doc["attributes"] = map[string]string{"caller": c.plantNumber(m)}
	sidecar, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	recording := tone(at)
	le := binary.LittleEndian
	recording = le.AppendUint32(recording, m.Uint32()) // no two alike
	le.PutUint32(recording[40:], le.Uint32(recording[40:])+4)
	le.PutUint32(recording[4:], uint32(len(recording)-8))
	if err := errors.Join(os.WriteFile(path, recording, 0o600), os.WriteFile(strings.TrimSuffix(path, ".wav")+".json", sidecar, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// words gives every word of a text a time.
func words(text string, at int) []map[string]any {
	var all []map[string]any
	for from, r := range text {
		if r != ' ' {
			all = append(all, map[string]any{"from": from, "to": from + utf8.RuneLen(r), "start_ms": at + len(all)%900, "end_ms": at + len(all)%900 + 1, "confidence": 0.9})
		}
	}
	return all
}

// tone is a WAV file of 8 kHz, stereo, loud throughout.
func tone(millis int) []byte {
	le := binary.LittleEndian
	samples := make([]byte, 0, 32*millis)
	for i := range 8 * millis {
		v := uint16(int16(8000 * (i%20 - 10) / 10))
		samples = le.AppendUint16(le.AppendUint16(samples, v), v)
	}
	b := append([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00"), 0x40, 0x1f, 0, 0, 0, 0x7d, 0, 0, 4, 0, 16, 0)
	b = le.AppendUint32(append(b, "data"...), uint32(len(samples)))
	b = append(b, samples...)
	le.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// csvOf is a chat log as an export of another product has it.
func csvOf(cases ...synth.Case) []byte {
	var b bytes.Buffer
	b.WriteString("conversation,time,sender,text\n")
	for i, k := range cases {
		for n, turn := range k.Turns {
			fmt.Fprintf(&b, "csv-1,2026-05-01 08:%02d:%02d,%s,%q\n", i, n, turn.Party, turn.Text)
		}
	}
	return b.Bytes()
}

// searchKafka reads every record of every topic.
func searchKafka(t *testing.T, c *canaries, brokers []string) {
	t.Helper()
	conn, err := kafka.DialContext(t.Context(), "tcp", brokers[0])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	partitions, err := conn.ReadPartitions()
	if err != nil {
		t.Fatal(err)
	}
	records := 0
	for _, p := range partitions {
		if strings.HasPrefix(p.Topic, "__") {
			continue
		}
		leader, err := kafka.DialLeader(t.Context(), "tcp", brokers[0], p.Topic, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		first, last, err := leader.ReadOffsets()
		_ = leader.Close()
		if err != nil {
			t.Fatal(err)
		}
		r := kafka.NewReader(kafka.ReaderConfig{Brokers: brokers, Topic: p.Topic, Partition: p.ID, MinBytes: 1, MaxBytes: 32 << 20, MaxWait: 50 * time.Millisecond})
		for at := first; at < last; {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			message, err := r.ReadMessage(ctx)
			cancel()
			if err != nil {
				t.Fatalf("topic %s: %v", p.Topic, err)
			}
			at = message.Offset + 1
			records++
			where := fmt.Sprintf("topic %s, offset %d", p.Topic, message.Offset)
			c.search(where, message.Value)
			c.search(where, message.Key)
			for _, h := range message.Headers {
				c.search(where, h.Value)
			}
			var dead models.Dead
			if json.Unmarshal(message.Value, &dead) == nil { // its record is in base64
				c.search(where+", record", dead.Record)
			}
		}
		_ = r.Close()
	}
	if records == 0 {
		t.Error("no records in Kafka: nothing was searched")
	}
}

// searchTables reads every row of every table, what the engine logs of queries
// included, as its owner may.
func (s *served) searchTables(t *testing.T, c *canaries) {
	t.Helper()
	e, err := engine.Find(filepath.Join(s.data, "store"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{e.Native}, Auth: clickhouse.Auth{Username: e.Writer.User, Password: e.Writer.Password}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	tables, err := conn.Query(t.Context(), `SELECT database, name FROM system.tables WHERE database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema') AND engine LIKE '%MergeTree' OR database = 'system' AND name LIKE '%\_log'`)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for tables.Next() {
		var database, name string
		if err := tables.Scan(&database, &name); err != nil {
			t.Fatal(err)
		}
		names = append(names, database+"."+name)
	}
	rows := 0
	for _, name := range names {
		found, err := conn.Query(t.Context(), "SELECT toString(tuple(*)) FROM "+name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for found.Next() {
			var row string
			if err := found.Scan(&row); err != nil {
				t.Fatal(err)
			}
			rows++
			c.search("table "+name, []byte(row))
		}
	}
	if rows == 0 {
		t.Error("no rows: nothing was searched")
	}
}

// searchFiles reads every file of a folder.
func searchFiles(t *testing.T, c *canaries, folder string) (files int, size int64) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		c.search("the name of "+path, []byte(path))
		b, err := os.ReadFile(path)
		files++
		size += int64(len(b))
		c.search(path, b)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return files, size
}
