package pack

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Webhook says where packs and bursts are announced. The requests are those of Standard
// Webhooks 1.0 (standardwebhooks.com), for which most languages have a library.
type Webhook struct {
	URL        string        `yaml:"url" doc:"http or https URL that gets a POST for each pack made and each new burst; default none"`
	SigningKey string        `yaml:"signing_key" doc:"key of the HMAC-SHA256 in the header Webhook-Signature: whsec_ and 24 to 64 bytes in base64; default unsigned"`
	Timeout    time.Duration `yaml:"timeout" doc:"of one attempt, 100ms to 1m (default 10s)"`
	RetryFor   time.Duration `yaml:"retry_for" doc:"how long attempts are repeated at once, 0 to 5m (default 1m); what was not taken then is tried again every 10 minutes"`
}

// DefaultWebhook returns the configuration that is used where the user gives
// none: no webhook.
func DefaultWebhook() Webhook { return Webhook{Timeout: 10 * time.Second, RetryFor: time.Minute} }

// Validate returns an error that names the key that cannot work.
func (w Webhook) Validate() error {
	if w.URL == "" {
		return nil
	}
	u, err := url.Parse(w.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("url: want an http or https URL")
	}
	if _, err := w.key(); err != nil {
		return err
	}
	if w.Timeout < 100*time.Millisecond || w.Timeout > time.Minute {
		return fmt.Errorf("timeout %s: want 100ms to 1m", w.Timeout)
	}
	if w.RetryFor < 0 || w.RetryFor > makeLimit/2 {
		return fmt.Errorf("retry_for %s: want 0 to %s", w.RetryFor, makeLimit/2)
	}
	return nil
}

func (w Webhook) key() ([]byte, error) {
	if w.SigningKey == "" {
		return nil, nil
	}
	text, prefixed := strings.CutPrefix(w.SigningKey, "whsec_")
	key, err := base64.StdEncoding.DecodeString(text)
	if !prefixed || err != nil || len(key) < 24 || len(key) > 64 {
		return nil, errors.New("signing_key: want whsec_ and 24 to 64 bytes in base64, such as from `echo whsec_$(openssl rand -base64 32)`")
	}
	return key, nil
}

// event is the body of a request.
type event struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      Manifest  `json:"data"`
}

// announce tells the webhook, if there is one, of what was made. The same pack
// is told under the same Webhook-Id, by which a receiver knows a repetition.
func (b *Publisher) announce(ctx context.Context, m Manifest) error {
	if b.Webhook.URL == "" {
		return nil
	}
	body, err := json.Marshal(event{"report.pack", m.Made, m})
	if err != nil {
		return err
	}
	id := fmt.Sprintf("pack_%s_%s_%d", m.Pack, m.Name, m.Made.Unix())
	if err := b.Webhook.Send(ctx, id, body); err != nil {
		return fmt.Errorf("made, but not announced: %w", err)
	}
	return nil
}

// Send posts a body until it is taken, refused, or RetryFor is over. The same
// message has the same id each time it is sent.
func (w Webhook) Send(ctx context.Context, id string, body []byte) error {
	key, err := w.key()
	if err != nil {
		return err
	}
	client := &http.Client{
		Timeout:       w.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = min(500*time.Millisecond, w.Timeout), 15*time.Second
	ctx, cancel := context.WithTimeout(ctx, max(w.RetryFor, w.Timeout))
	defer cancel()
	var last error
	_, err = backoff.Retry(ctx, func() (struct{}, error) {
		err := w.post(ctx, client, key, id, body)
		if ctx.Err() == nil || last == nil {
			last = err
		}
		return struct{}{}, err
	}, backoff.WithBackOff(pause), backoff.WithMaxElapsedTime(max(w.RetryFor, time.Nanosecond)))
	if err != nil && last != nil {
		return fmt.Errorf("webhook: %w", last)
	}
	return err
}

// post makes one attempt. Errors leave the URL out: its path or query may be
// what lets the request in.
func (w Webhook) post(ctx context.Context, client *http.Client, key []byte, id string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return backoff.Permanent(err)
	}
	now := strconv.FormatInt(time.Now().Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Earshot")
	request.Header.Set("Webhook-Id", id)
	request.Header.Set("Webhook-Timestamp", now)
	if key != nil {
		request.Header.Set("Webhook-Signature", sign(key, id, now, body))
	}
	response, err := client.Do(request)
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(response.Body, 200))
	code := response.StatusCode
	if code >= 200 && code < 300 {
		return nil
	}
	err = fmt.Errorf("it answered %s %q", response.Status, said)
	switch {
	case code >= 300 && code < 400:
		return backoff.Permanent(fmt.Errorf("%w: redirects are not followed: give the final URL", err))
	case code == http.StatusRequestTimeout || code == http.StatusTooManyRequests || code >= 500:
		return err
	}
	return backoff.Permanent(err)
}

// sign returns the signature of a request: the HMAC-SHA256 of id, time and
// body, joined by dots.
func sign(key []byte, id, now string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	_, _ = fmt.Fprintf(mac, "%s.%s.%s", id, now, body) // a hash never fails
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
