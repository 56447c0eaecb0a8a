package main

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/models/weights"
)

// post uploads body and returns the status of the answer.
func (s *served) post(t *testing.T, contentType string, body []byte, token string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.at.HTTP+"/v1/interactions", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

const threat = `{"id":"threat-1","channel":"wechat","agent":"小王","started":"2026-05-01T08:00:00Z","messages":[
	{"from":"customer","at":"2026-05-01T08:00:00Z","text":"我要退款，不然我就曝光你们"},
	{"from":"agent","at":"2026-05-01T08:00:20Z","text":"非常抱歉，我马上为您处理，卡号4539 1488 0343 6467对吗"}]}`

// TestServe walks through a day of the service: an upload, the commands over
// it, a second start on the same folder, a stop that leaves nothing behind.
func TestServe(t *testing.T) {
	const token = "0123456789abcdef"
	s := newService(t, "EARSHOT_HTTP_TOKEN="+token)
	s.start()

	if r := s.post(t, "application/json", []byte(threat), ""); r != http.StatusUnauthorized {
		t.Errorf("upload without the token: %d", r)
	}
	if r := s.post(t, "application/json", []byte(threat), token); r != http.StatusAccepted {
		t.Fatalf("upload: %d", r)
	}
	s.settle(1, 30*time.Second)

	out, _, err := s.earshot("show", "threat-1")
	if err != nil || !strings.Contains(out, "曝光") || !strings.Contains(out, "threat_to_go_public") || !strings.Contains(out, "[银行卡1]") {
		t.Errorf("show: %v\n%s", err, out)
	}
	if strings.Contains(out, "4539") {
		t.Error("show prints the card number")
	}
	if out, _, err := s.earshot("explain", "threat-1", "threat_to_go_public"); err != nil || !strings.Contains(out, "✓") || !strings.Contains(out, "曝光") {
		t.Errorf("explain: %v\n%s", err, out)
	}
	flagged := s.rows("report", "flagged", "--format", "json")
	if len(flagged) == 0 || !strings.Contains(flagged[0]["sentence"].(string), "曝光") {
		t.Errorf("flagged: %v", flagged)
	}
	if _, errOut, err := s.earshot("sql", "SELECT * FROM file('/etc/passwd', 'LineAsString')"); err == nil {
		t.Error("the analyst may read files")
	} else if !strings.Contains(errOut, "refuses") {
		t.Errorf("sql: %s", errOut)
	}
	if out, _, err := s.earshot("rescore", "--dry-run"); err != nil || !strings.Contains(out, "1 interactions looked at, 0 would change") {
		t.Errorf("rescore with the same rules: %v %s", err, out)
	}

	s.askEverything(t)
	if _, errOut, err := s.earshot("serve"); err == nil || !strings.Contains(errOut, "already running") {
		t.Errorf("second serve on the folder: %v %s", err, errOut)
	}
	assertOnlyOwner(t, s.data)
	children := childrenOf(t, s.cmd.Process.Pid)
	if len(children) == 0 {
		t.Error("the store is not a child of serve")
	}
	if err := s.stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	for _, pid := range children {
		if _, err := os.Stat("/proc/" + pid); err == nil {
			t.Errorf("process %s is left running", pid)
		}
	}
	if _, errOut, err := s.earshot("report", "coverage"); err == nil || !strings.Contains(errOut, "no Earshot is running") {
		t.Errorf("report after the stop: %v %s", err, errOut)
	}
	assertNoCardNumber(t, s.data)
}

// askEverything runs every named report, and every query of the analysts'
// guide.
func (s *served) askEverything(t *testing.T) {
	t.Helper()
	reports := s.rows("report", "--format", "json")
	if len(reports) == 0 {
		t.Error("no reports")
	}
	for i, r := range reports {
		if testing.Short() && i%10 > 0 {
			continue // each is a process, one after the other
		}
		if _, errOut, err := s.earshot("report", r["name"].(string)); err != nil {
			t.Errorf("report %s: %s", r["name"], errOut)
		}
	}
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "analysts.md"))
	if err != nil {
		t.Fatal(err)
	}
	queries := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllSubmatch(guide, -1)
	if len(queries) == 0 {
		t.Error("no queries in the guide")
	}
	for _, q := range queries {
		s.query(string(q[1]))
	}
	s.searchAsTheGuide(t, guide)
}

var shellWord = regexp.MustCompile(`'[^']*'|\S+`)

// searchAsTheGuide makes up a little history and runs the guide's searches.
func (s *served) searchAsTheGuide(t *testing.T, guide []byte) {
	t.Helper()
	if _, errOut, err := s.earshot("generate", "40", "--from", "2026-01-05", "--to", "2026-01-12", "--bursts", "1"); err != nil {
		t.Errorf("generate: %s", errOut)
	}
	out, errOut, err := s.earshot("search", "您好", "--count", "--to", "2026-01-12")
	if err != nil || !strings.Contains(out, "gen-1-") || !strings.Contains(out, "«您好»") {
		t.Errorf("search: %s %s", out, errOut)
	}
	lines := regexp.MustCompile(`(?m)^earshot (search [^#\n]*)`).FindAllSubmatch(guide, -1)
	if len(lines) < 4 {
		t.Errorf("%d searches in the guide", len(lines))
	}
	for _, line := range lines {
		args := shellWord.FindAllString(string(line[1]), -1)
		for i := range args {
			args[i] = strings.Trim(args[i], "'")
		}
		if _, errOut, err := s.earshot(args...); err != nil {
			t.Errorf("%s: %s", line[1], errOut)
		}
	}
}

// assertOnlyOwner checks that nobody else can read a secret.
func assertOnlyOwner(t *testing.T, data string) {
	t.Helper()
	for _, name := range []string{"endpoint.json", "store/earshot.password", "store/analyst.password"} {
		info, err := os.Stat(filepath.Join(data, name))
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
	}
}

// assertNoCardNumber looks for the number that was uploaded in every byte that
// was kept.
func assertNoCardNumber(t *testing.T, data string) {
	t.Helper()
	number := regexp.MustCompile(`4539[ -]?1488[ -]?0343[ -]?6467`) // fifteen ones also stand where versions lie in a row
	err := filepath.WalkDir(data, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil && number.Match(b) {
			t.Errorf("%s holds the card number", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func childrenOf(t *testing.T, pid int) []string {
	t.Helper()
	tasks, err := filepath.Glob(filepath.Join("/proc", strconv.Itoa(pid), "task", "*", "children"))
	if err != nil {
		t.Fatal(err)
	}
	var children []string
	for _, task := range tasks {
		if b, err := os.ReadFile(task); err == nil {
			children = append(children, strings.Fields(string(b))...)
		}
	}
	return children
}

// TestRecording uploads a recording, hears it, and survives the loss of a
// speech worker in the middle.
func TestRecording(t *testing.T) {
	for _, name := range []string{"base", "silero"} {
		if _, err := weights.Path(name); err != nil {
			needed(t, "speech weights are not installed: make setup")
		}
	}
	sample := app.SampleRecording()
	if sample == "" {
		needed(t, "the sample recording is not installed: make setup")
	}
	wav, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	s := newService(t)
	s.start()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormField("interaction")
	if err == nil {
		err = json.NewEncoder(part).Encode(map[string]any{"id": "call-1", "channel": "phone", "agent": "Kim", "started": "2026-05-01T08:00:00Z"})
	}
	if err != nil {
		t.Fatal(err)
	}
	file, err := form.CreateFormFile("recording", "jfk.wav")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(wav); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	if r := s.post(t, form.FormDataContentType(), body.Bytes(), ""); r != http.StatusAccepted {
		t.Fatalf("upload: %d", r)
	}
	killed := s.killWorker(20 * time.Second)
	s.settle(1, 2*time.Minute)
	out, _, err := s.earshot("show", "call-1", "--json")
	if err != nil || !strings.Contains(out, "fellow Americans") || !strings.Contains(out, "country") {
		t.Errorf("show: %v\n%s", err, out)
	}
	t.Logf("killed a speech worker on the way: %t", killed)
}

// killWorker kills the first speech worker that appears.
func (s *served) killWorker(limit time.Duration) bool {
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		for _, pid := range childrenOf(s.t, s.cmd.Process.Pid) {
			line, err := os.ReadFile("/proc/" + pid + "/cmdline")
			if err == nil && strings.Contains(string(line), "speech-worker") {
				return exec.Command("kill", "-9", pid).Run() == nil
			}
		}
	}
	return false
}
