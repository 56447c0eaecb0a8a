// Package openai lets a language model behind an OpenAI-compatible server
// write summaries and answer questions about conversations. What comes back is
// trusted in nothing: it is parsed and validated here, every sentence is held
// against the turns it cites (nlp.Grounder), and what does not stand is dropped
// and counted. Where the server is away, out of budget or writes nothing that
// stands, the extractive summary stays, with the reason.
//
// Only the masked transcript is sent. Nothing a model writes feeds a score,
// but for answers to questions, which are findings with evidence of their own.
package openai

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/sashabaranov/go-openai"
	"github.com/sony/gobreaker/v2"
)

// Client talks to one server. It may be used from many goroutines.
type Client struct {
	config  Config
	api     *openai.Client
	http    *http.Client
	budget  *budget
	breaker *gobreaker.CircuitBreaker[reply]
	slots   chan struct{}
	log     *slog.Logger
}

// ErrUnavailable means that no answer could be had for now: the server is
// away, fails or is slow, or the day's budget is spent.
var ErrUnavailable = errors.New("the language model is not available")

// ErrUnusable means that the server answered, and nothing could be made of it.
var ErrUnusable = errors.New("the language model's answer is unusable")

// New returns a Client. It does not connect.
func New(c Config, log *slog.Logger) (*Client, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	b, err := openBudget(c)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = c.Parallel
	client := &Client{config: c, http: &http.Client{Transport: transport}, budget: b, slots: make(chan struct{}, c.Parallel), log: log}
	api := openai.DefaultConfig(c.Key)
	api.BaseURL = c.URL
	api.HTTPClient = doer{client.http}
	client.api = openai.NewClientWithConfig(api)
	client.breaker = gobreaker.NewCircuitBreaker[reply](gobreaker.Settings{
		Name:        "llm",
		MaxRequests: 1,
		Timeout:     c.BreakerPause,
		ReadyToTrip: func(n gobreaker.Counts) bool { return int(n.ConsecutiveFailures) >= c.BreakerFailures },
		// A request the server understands and refuses says nothing about the
		// server, nor does somebody who stops waiting.
		IsSuccessful: func(err error) bool {
			var f *failure
			refused := errors.As(err, &f) && slices.Contains([]int{400, 413, 422}, f.status())
			return err == nil || refused || errors.Is(err, ErrUnusable) || errors.Is(err, context.Canceled)
		},
		OnStateChange: func(_ string, from, to gobreaker.State) {
			log.Warn("language model server", "was", from.String(), "is", to.String(), "url", c.URL)
		},
	})
	return client, nil
}

// Close gives the connections back.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Model returns the name of the model asked for.
func (c *Client) Model() string { return c.config.Model }

// Check returns nil if the server answers and lists its models.
func (c *Client) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	list, err := c.api.ListModels(ctx)
	if err != nil {
		return fmt.Errorf("language model server %s: %w", c.config.URL, err)
	}
	if c.config.Model == "" {
		return nil
	}
	for _, m := range list.Models {
		if m.ID == c.config.Model {
			return nil
		}
	}
	return fmt.Errorf("language model server %s has no model %q", c.config.URL, c.config.Model)
}
