package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"earshot/report/pack"
)

// TestReportPack lets a real service make and announce what is due when it
// starts, once over two starts, and makes one by hand.
func TestReportPack(t *testing.T) {
	announced := make(chan pack.Manifest, 10)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var e struct{ Data pack.Manifest }
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil || !strings.HasPrefix(r.Header.Get("Webhook-Signature"), "v1,") {
			t.Errorf("%v, headers %v", err, r.Header)
		}
		announced <- e.Data
	}))
	defer hook.Close()
	config := filepath.Join(t.TempDir(), "earshot.yaml")
	text := `reports:
  zone: Asia/Shanghai
  webhook: {url: "` + hook.URL + `", signing_key: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}
  packs:
    - name: quality
      title: 每周质检
      period: weekly
      at: "00:00"
      language: zh
      formats: [xlsx, html]
      reports:
        - report: volume
          by: day
        - report: volume
          title: 电话时段分布
          by: hour
          where: {channel: phone}
        - report: coverage
`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newService(t, "EARSHOT_CONFIG="+config)
	s.start()
	var m pack.Manifest
	select {
	case m = <-announced:
	case <-time.After(30 * time.Second):
		t.Fatal("nothing was announced in 30 s")
	}
	if m.Pack != "quality" || len(m.Files) != 2 || len(m.Failed) > 0 || m.To.Sub(m.From) != 7*24*time.Hour {
		t.Fatalf("%+v", m)
	}
	page, err := os.ReadFile(filepath.Join(s.data, "packs", filepath.FromSlash(m.Files[1].Key)))
	if err != nil || len(page) != m.Files[1].Bytes {
		t.Fatal(len(page), err)
	}
	for _, want := range []string{"每周质检", "电话时段分布", `id="volume"`, `id="volume-2"`, `id="coverage"`} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the web page has no %s", want)
		}
	}
	done := filepath.Join(s.data, "packs", "quality", m.Name+".done")
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(done); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("announced, but not marked as done")
		}
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	s.start()
	out, errOut, err := s.earshot("report", "pack", "quality", "--for", "today")
	if err != nil || strings.Count(out, "\n") != 2 || !strings.Contains(errOut, "not over yet") {
		t.Errorf("by hand: %v\n%s\n%s", err, out, errOut)
	}
	for _, file := range strings.Fields(out) {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, f); n < 1000 || err != nil {
			t.Errorf("%s: %d bytes, %v", file, n, err)
		}
		f.Close()
	}
	if out, _, err := s.earshot("report", "pack"); err != nil || !strings.Contains(out, "quality") || !strings.Contains(out, "00:00 CST") {
		t.Errorf("list: %v\n%s", err, out)
	}
	if _, errOut, err := s.earshot("report", "pack", "qualty"); err == nil || !strings.Contains(errOut, "the configuration has quality") {
		t.Errorf("an unknown pack: %v %s", err, errOut)
	}
	select {
	case again := <-announced:
		t.Errorf("announced again: %+v", again)
	default:
	}
}
