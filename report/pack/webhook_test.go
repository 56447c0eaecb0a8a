package pack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// receiver answers with one status after the other, the last for good.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []*http.Request
	bodies [][]byte
}

func receive(t *testing.T, statuses ...int) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		status := statuses[min(len(r.got), len(statuses)-1)]
		r.got, r.bodies = append(r.got, q), append(r.bodies, body)
		if status/100 == 3 {
			w.Header().Set("Location", "/elsewhere")
		}
		if status == 0 { // no answer in time
			time.Sleep(300 * time.Millisecond)
		}
		w.WriteHeader(max(status, 200))
		_, _ = io.WriteString(w, "said so")
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) webhook() Webhook {
	return Webhook{URL: r.URL + "/hook?token=s3cret", Timeout: 100 * time.Millisecond, RetryFor: 5 * time.Second}
}

func TestSend(t *testing.T) {
	for _, c := range []struct {
		name     string
		statuses []int
		requests int
		err      string
	}{
		{"taken", []int{204}, 1, ""},
		{"taken at last", []int{503, 429, 0, 200}, 4, ""},
		{"refused for good", []int{401, 200}, 1, "401"},
		{"redirects are not followed", []int{307, 200}, 1, "final URL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := receive(t, c.statuses...)
			err := r.webhook().Send(t.Context(), "id", []byte("{}"))
			if len(r.got) != c.requests || (err == nil) != (c.err == "") {
				t.Fatalf("%d requests, %v", len(r.got), err)
			}
			if err != nil && (!strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "s3cret")) {
				t.Error(err)
			}
			if sign := r.got[0].Header.Get("Webhook-Signature"); sign != "" {
				t.Errorf("signed %q without a key", sign)
			}
		})
	}
}

func TestSendGivesUp(t *testing.T) {
	r := receive(t, 500)
	w := r.webhook()
	w.RetryFor = 400 * time.Millisecond
	began := time.Now()
	err := w.Send(t.Context(), "id", []byte("{}"))
	if err == nil || !strings.Contains(err.Error(), "500") || len(r.got) < 2 || time.Since(began) > 3*time.Second {
		t.Errorf("%v after %d requests and %s", err, len(r.got), time.Since(began))
	}
	r.Close()
	w.RetryFor = 0
	if err := w.Send(t.Context(), "id", []byte("{}")); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("nobody there: %v", err)
	}
}

// The signature is that of Standard Webhooks; the first is the example of its
// specification's libraries.
func TestSign(t *testing.T) {
	w := Webhook{SigningKey: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
	key, err := w.key()
	if err != nil {
		t.Fatal(err)
	}
	got := sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	r := receive(t, 500, 200)
	w.URL, w.Timeout, w.RetryFor = r.URL, time.Second, 5*time.Second
	if err := w.Send(t.Context(), "id.1", []byte(`{"a":1}`)); err != nil {
		t.Fatal(err)
	}
	for i, q := range r.got {
		mac := hmac.New(sha256.New, key)
		_, _ = mac.Write([]byte("id.1." + q.Header.Get("Webhook-Timestamp") + "." + string(r.bodies[i])))
		if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); q.Header.Get("Webhook-Signature") != want {
			t.Errorf("request %d: %s, want %s", i, q.Header.Get("Webhook-Signature"), want)
		}
	}
}

func TestBadConfig(t *testing.T) {
	good := Config{Name: "p", Period: "daily", To: "x", Reports: []Item{{Report: "volume"}}}
	for want, change := range map[string]func(*Config){
		"name":     func(c *Config) { c.Name = "../p" },
		"period":   func(c *Config) { c.Period = "hourly" },
		"at":       func(c *Config) { c.At = "25:00" },
		"zone":     func(c *Config) { c.Zone = "Asia/Shangri-La" },
		"language": func(c *Config) { c.Language = "fr" },
		"formats":  func(c *Config) { c.Formats = []string{"pdf", "pdf"} },
		"reports":  func(c *Config) { c.Reports = nil },
		"to":       func(c *Config) { c.To = "ftp://x" },
	} {
		c := good
		change(&c)
		if _, err := New(c); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	for want, w := range map[string]Webhook{
		"url":         {URL: "example.com/hook", Timeout: time.Second},
		"signing_key": {URL: "http://127.0.0.1/", SigningKey: "secret", Timeout: time.Second},
		"timeout":     {URL: "http://127.0.0.1/"},
		"retry_for":   {URL: "http://127.0.0.1/", Timeout: time.Second, RetryFor: time.Hour},
	} {
		if err := w.Validate(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if err := DefaultWebhook().Validate(); err != nil {
		t.Error(err)
	}
}
