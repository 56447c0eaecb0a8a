package ingest

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/models"
)

// codedError is how a Prober refuses.
type codedError struct{ code, text string }

func (e codedError) Error() string        { return e.text }
func (e codedError) Code() string         { return e.code }
func (e codedError) Is(target error) bool { return target == models.ErrBadInput }

// probeWAV is a scripted stand-in for the real Prober: it reads the header of
// a canonical WAV file and nothing else.
func probeWAV(b []byte, _ string) (Sound, error) {
	if len(b) < 44 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return Sound{}, codedError{"not-audio", "is no WAV file: send the recording itself"}
	}
	channels, rate, data := binary.LittleEndian.Uint16(b[22:]), binary.LittleEndian.Uint32(b[24:]), binary.LittleEndian.Uint32(b[40:])
	switch have := len(b) - 44; {
	case rate == 0:
		return Sound{}, codedError{"bad-rate", "claims 0 Hz: export it again"}
	case channels > 8:
		return Sound{}, codedError{"too-many-channels", fmt.Sprintf("has %d channels: at most 8", channels)}
	case int64(data) > 1<<31:
		return Sound{}, codedError{"lying-size", fmt.Sprintf("claims %d bytes of sound but has %d", data, have)}
	case int(data) > have:
		return Sound{}, codedError{"truncated", fmt.Sprintf("is cut: %d of %d bytes of sound", have, data)}
	}
	return Sound{Type: "audio/wav", Channels: int(channels), Length: time.Duration(data/uint32(channels)/2) * time.Second / time.Duration(rate)}, nil
}

// wav makes a recording whose header claims what it is told to.
func wav(channels uint16, rate, claimed uint32, samples int) string {
	var b bytes.Buffer
	b.WriteString("RIFF")
	le := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) }
	le(claimed + 36)
	b.WriteString("WAVEfmt ")
	le([]uint32{16})
	le([]uint16{1, channels})
	le([]uint32{rate, rate * 2 * uint32(channels)})
	le([]uint16{2 * channels, 16})
	b.WriteString("data")
	le(claimed)
	b.Write(make([]byte, samples))
	return b.String()
}

// badFiles are the files of which each is refused with one dead letter, and
// what that says; the name "good…" marks those that are accepted.
func badFiles() map[string]struct{ content, code, reason string } {
	return map[string]struct{ content, code, reason string }{
		"empty.wav":     {"", "empty-file", "empty.wav: the recording is empty: record or copy it again"},
		"text.wav":      {"Dear customer, this is no sound.", "not-audio", "text.wav: the recording: is no WAV file: send the recording itself"},
		"truncated.wav": {wav(1, 8000, 4000, 1000), "truncated", "truncated.wav: the recording: is cut: 1000 of 4000"},
		"lies.wav":      {wav(1, 8000, 0xFFFFFF00, 1000), "lying-size", "claims 4294967040 bytes of sound but has 1000"},
		"zero.wav":      {wav(1, 0, 1000, 1000), "bad-rate", "claims 0 Hz"},
		"forty.wav":     {wav(40, 8000, 8000, 8000), "too-many-channels", "has 40 channels"},
		"big.wav":       {wav(1, 8000, 3<<20, 3<<20), "too-large", "ingest.max_recording_bytes (2097152): split it, or raise the limit"},
		"roles.wav":     {wav(1, 8000, 100, 100), "invalid", "has 1 channels, but media.roles names 2"},
		"slip.wav":      {wav(1, 8000, 100, 100), "unknown-field", `slip.wav: sidecar slip.json:3: unknown field "agnt"; did you mean "agent"? Known here: schema, id, channel`},
		"type.wav":      {wav(1, 8000, 100, 100), "wrong-type", `type.wav: sidecar type.json:1: "queue" is a number: want text in quotes`},
		"twice.wav":     {wav(1, 8000, 100, 100), "bad-json", `sidecar twice.json:1: "agent" is given twice`},
		"time.wav":      {wav(1, 8000, 100, 100), "bad-time", `sidecar time.json: started: "tomorrow" is no known form of a time: write it as`},
		"good.wav":      {wav(2, 8000, 3200, 3200), "", ""},

		"empty.json":    {"", "empty-file", "empty.json: is empty"},
		"blank.jsonl":   {"\n \n", "empty-file", "blank.jsonl: is empty"},
		"empty.csv":     {"", "empty-file", "empty.csv: is empty"},
		"foreign.json":  {`{"ticket": 7, "lines": []}`, "unknown-field", `foreign.json:1: unknown field "ticket"`},
		"list.json":     {`[1]`, "bad-json", `list.json:1: "1" is no JSON object`},
		"prose.json":    {"Dear customer\n", "bad-json", `prose.json:1: "Dear customer" is no JSON object`},
		"orphan.json":   {`{"id":"o","agent":"li"}`, "no-recording", "orphan.json:1: the conversation has neither messages nor a recording"},
		"silent.json":   {`{"id":"s","messages":[]}`, "empty", "messages is empty"},
		"longline.json": {`{"id":"` + strings.Repeat("x", 5<<20) + `"}`, "too-large", "longline.json:1: a record longer than ingest.max_record_bytes (4194304)"},
		"deep.json":     {strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000), "too-deep", "deep.json:1: JSON nested more than 64 deep"},
		"many.json":     {`{"id":"m","messages":[` + strings.Repeat(`{},`, 100_001) + `{}]}`, "too-large", `"messages" has more than 100000 entries`},
		"latin.json":    {"{\"id\":\"l\",\"agent\":\"\xff\xff\xff\xff\"}", "not-utf8", "latin.json:1: byte 0xff is not UTF-8"},
		"fax.json":      {`{"id":"f","channel":"fax","started":"2026-05-04T09:00:00Z","messages":[{"from":"customer","text":"x"}]}`, "invalid", `fax.json:1: interaction f: channel "fax": want one of [phone`},
		"id.json":       {`{"id":"../x","started":"2026-05-04T09:00:00Z","messages":[{"from":"customer","text":"x"}]}`, "invalid", `id.json:1: id "../x": want 1 to 128 letters`},
		"party.json":    {`{"id":"p","started":"2026-05-04T09:00:00Z","messages":[{"from":"boss","text":"x"}]}`, "unknown-party", `messages[0].from: "boss": want customer, agent or system`},
		"notime.json":   {`{"id":"n","messages":[{"from":"customer","text":"x"}]}`, "no-time", "neither started nor a message's at is given"},
		"outside.json":  {`{"id":"x","started":"2026-05-04T09:00:00Z","recording":"/etc/hostname"}`, "path-outside", `recording "/etc/hostname" lies outside the allowed folders: put it beside`},
		"up.json":       {`{"id":"x","started":"2026-05-04T09:00:00Z","recording":"../good.wav"}`, "path-outside", "lies outside the allowed folders"},
		"missing.json":  {`{"id":"x","started":"2026-05-04T09:00:00Z","recording":"nowhere.wav"}`, "no-recording", `recording "nowhere.wav" is not in`},
		"unkept.json":   {`{"id":"x","started":"2026-05-04T09:00:00Z","media":{"sha256":"` + strings.Repeat("a", 64) + `"}}`, "no-recording", "is not in the media store: send the recording with it"},
		"good.json":     {oneChat, "", ""},
	}
}

func TestBadFilesAreRefusedOneByOne(t *testing.T) {
	k := newDesk(t, func(c *Config) { c.MaxRecordingBytes = 2 << 20 })
	k.probe = probeWAV
	files := map[string]string{
		"slip.json":  "{\n\"queue\": \"q\",\n\"agnt\": \"li\"}",
		"type.json":  `{"queue": 7}`,
		"twice.json": `{"agent": "a", "agent": "b"}`,
		"time.json":  `{"started": "tomorrow"}`,
		"roles.json": `{"media": {"roles": ["agent", "customer"]}}`,
	}
	good := 0
	for name, c := range badFiles() {
		// Those whose stems are also recordings' live apart, lest they be sidecars.
		if c.code == "" {
			good++
		}
		if filepath.Ext(name) != ".wav" {
			name = "chats/" + name
		}
		files[name] = c.content
	}
	dir := folder(t, files)
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "link.json")); err != nil {
		t.Fatal(err)
	}
	tally, err := k.Ingest(t.Context(), []string{dir}, Observer{})
	if err != nil {
		t.Fatal(err)
	}
	if tally.Accepted != good || len(k.published) != good {
		t.Errorf("accepted %v, want the %d good ones", k.ids(), good)
	}
	bySource := map[string][]models.Dead{}
	for _, d := range k.dead {
		source, _, _ := strings.Cut(filepath.Base(d.Source), ":")
		bySource[source] = append(bySource[source], d)
		if d.Step != "ingest" || d.At != testNow || d.Attempts != 1 {
			t.Errorf("%s: incomplete dead letter %+v", source, d)
		}
		if _, err := json.Marshal(d); err != nil {
			t.Errorf("%s: %v", source, err)
		}
	}
	want := badFiles()
	want["link.json"] = struct{ content, code, reason string }{"", "path-outside", "link.json: leads out of the folder"}
	for name, c := range want {
		got := bySource[name]
		switch {
		case c.code == "" && len(got) == 0:
		case c.code == "" || len(got) != 1:
			t.Errorf("%s: %d dead letters %v", name, len(got), got)
		case got[0].Code != c.code || !strings.Contains(got[0].Reason, c.reason):
			t.Errorf("%s: got %s %q, want %s %q", name, got[0].Code, got[0].Reason, c.code, c.reason)
		}
	}
}

// TestBadUploadsAreRefused sends the same over HTTP.
func TestBadUploadsAreRefused(t *testing.T) {
	for name, c := range badFiles() {
		if slices.Contains([]string{"blank.jsonl", "empty.csv", "slip.wav", "type.wav", "twice.wav", "time.wav", "roles.wav", "up.json", "missing.json"}, name) {
			continue // what is wrong with them lies in the file's place
		}
		t.Run(name, func(t *testing.T) {
			k := newDesk(t, func(c *Config) { c.MaxRecordingBytes = 2 << 20 })
			k.probe = probeWAV
			body, kind := []byte(c.content), "application/json"
			if filepath.Ext(name) == ".wav" {
				body, kind = form(t, part{"interaction", "", `{"started":"2026-05-04T09:00:00Z"}`}, part{"recording", name, c.content})
			}
			status, answer := post(t, k, kind, body)
			if c.code == "" {
				if status != http.StatusAccepted || len(k.published) != 1 {
					t.Fatalf("%d %v", status, answer)
				}
				return
			}
			want := http.StatusBadRequest
			if c.code == "too-large" && c.content[0] != '{' || name == "longline.json" || name == "many.json" {
				want = http.StatusRequestEntityTooLarge
			}
			if status != want || answer.Code != c.code || answer.Detail == "" || answer.Type != "urn:earshot:problem:"+c.code {
				t.Errorf("got %d %+v, want %d %s", status, answer, want, c.code)
			}
			if len(k.dead) != 1 || k.dead[0].Code != c.code || len(k.published) != 0 {
				t.Errorf("dead %v, published %v", k.reasons(), k.ids())
			}
		})
	}
}

type part struct{ name, file, content string }

func form(t *testing.T, parts ...part) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		create := func() (io.Writer, error) { return w.CreateFormField(p.name) }
		if p.file != "" {
			create = func() (io.Writer, error) { return w.CreateFormFile(p.name, p.file) }
		}
		to, err := create()
		if err == nil {
			_, err = io.WriteString(to, p.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

type answer struct {
	problem
	IDs []models.ID `json:"ids"`
}

func post(t *testing.T, k *desk, contentType string, body []byte) (int, answer) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/interactions", bytes.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	k.Handler().ServeHTTP(w, r)
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return w.Code, a
}

// TestHostileSizesStaySmall feeds what must not be held in memory.
func TestHostileSizesStaySmall(t *testing.T) {
	dir := t.TempDir()
	long := filepath.Join(dir, "long.jsonl")
	f, err := os.Create(long)
	if err != nil {
		t.Fatal(err)
	}
	chunk := bytes.Repeat([]byte("x"), 1<<20)
	for range 100 {
		if _, err := f.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.WriteString("\n" + oneChat + "\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	// A sparse file as .json: one record that never ends.
	huge := filepath.Join(dir, "huge.json")
	if err := os.WriteFile(huge, []byte(`{"id":"`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, 1<<24); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	k := newDesk(t)
	start := time.Now()
	tally, err := k.Ingest(t.Context(), []string{dir}, Observer{})
	runtime.ReadMemStats(&after)
	if err != nil || tally.Accepted != 1 || tally.Refused != 2 {
		t.Errorf("%+v, %v: %q", tally, err, k.reasons())
	}
	allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
	t.Logf("%d MiB allocated in all, %s", allocated, time.Since(start).Round(time.Millisecond))
	if allocated > 64 {
		t.Errorf("%d MiB allocated in all for two records that are refused", allocated)
	}
}

func TestCodeOfWrappedErrors(t *testing.T) {
	inner := codedError{"truncated", "cut"}
	for err, want := range map[error]string{
		inner:                             "truncated",
		fmt.Errorf("probe: %w", inner):    "truncated",
		refusal("outer", "", "%w", inner): "truncated",
		refusal("outer", "", "plain"):     "outer",
		errors.New("plain"):               "bad-input",
		models.BadInput("plain"):          "bad-input",
	} {
		if got := Code(err); got != want {
			t.Errorf("%v: got %s, want %s", err, got, want)
		}
	}
}

// TestInvalidNamesTheField keeps the texts of models and what is read off them
// together.
func TestInvalidNamesTheField(t *testing.T) {
	valid := func() *models.Interaction {
		return &models.Interaction{ID: "a", Channel: models.WeChat, Started: testNow, Transcript: models.MustParse("C: hi")}
	}
	for want, change := range map[string]func(*models.Interaction){
		"id":                  func(in *models.Interaction) { in.ID = "a b" },
		"schema":              func(in *models.Interaction) { in.Schema = 9 },
		"channel":             func(in *models.Interaction) { in.Channel = "fax" },
		"started":             func(in *models.Interaction) { in.Started = time.Time{} },
		"ended":               func(in *models.Interaction) { in.Ended = &time.Time{} },
		"direction":           func(in *models.Interaction) { in.Direction = "up" },
		"queue":               func(in *models.Interaction) { in.Queue = strings.Repeat("q", 5000) },
		"attributes":          func(in *models.Interaction) { in.Attributes = map[string]string{"a": strings.Repeat("q", 5000)} },
		"media.sha256":        func(in *models.Interaction) { in.Media = &models.Media{SHA256: "x"} },
		"transcript.turns[0]": func(in *models.Interaction) { in.Transcript.Turns[0].Party = "boss" },
		"":                    func(in *models.Interaction) { in.Transcript = nil },
	} {
		in := valid()
		change(in)
		if got := field(invalid(in.Validate())); got != want {
			t.Errorf("got field %q, want %q, of %v", got, want, in.Validate())
		}
	}
}
