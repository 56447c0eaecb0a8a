package openai

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/sashabaranov/go-openai"
	"github.com/sony/gobreaker/v2"

	"earshot/models"
)

// temperature is as good as zero; the client leaves a zero out, and the server
// then takes its own default.
const temperature = 1e-6

// maxReply bounds what is read of one response.
const maxReply = 4 << 20

// reply is one answer of the server.
type reply struct {
	text  string
	usage models.Usage
}

// complete sends the messages and returns the answer's text. The answer's
// tokens are reserved from the budget before, and settled after. The error
// wraps ErrUnavailable, ErrUnusable or, if ctx is done, its cause.
func (c *Client) complete(ctx context.Context, messages []openai.ChatCompletionMessage, schema *schema) (reply, error) {
	want := int64(c.config.Answer)
	for _, m := range messages {
		want += int64(tokensOf(m.Content))
	}
	held, err := c.budget.reserve(want, c.config)
	if err != nil {
		return reply{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	request := openai.ChatCompletionRequest{
		Model: c.config.Model, Messages: messages, Temperature: temperature,
		MaxTokens: c.config.Answer, //nolint:staticcheck // servers of one's own know no newer name
		ResponseFormat: &openai.ChatCompletionResponseFormat{
			Type:       openai.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &openai.ChatCompletionResponseFormatJSONSchema{Name: schema.name, Schema: schema.text, Strict: true},
		},
	}
	wait := &backoff.ExponentialBackOff{InitialInterval: 500 * time.Millisecond, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: 20 * time.Second}
	r, err := backoff.Retry(ctx, func() (reply, error) {
		r, err := c.breaker.Execute(func() (reply, error) { return c.once(ctx, request) })
		return r, retryable(ctx, err)
	}, backoff.WithBackOff(wait), backoff.WithMaxTries(uint(c.config.Attempts)), backoff.WithMaxElapsedTime(0))
	spent := r.usage
	if err != nil && errors.Is(err, context.DeadlineExceeded) && spent.Prompt == 0 {
		spent.Prompt = int(want) // the server may well have done the work
	}
	if serr := c.budget.settle(held, spent, c.config); serr != nil {
		c.log.Warn("what the language model cost could not be noted", "error", serr)
	}
	switch {
	case err == nil:
		r.usage.Cost = c.config.cost(r.usage)
		return r, nil
	case errors.Is(err, ErrUnusable):
		r.usage.Cost = c.config.cost(r.usage)
		return r, err
	case errors.Is(err, models.ErrBadInput):
		return r, fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	return r, fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// once sends one request.
func (c *Client) once(ctx context.Context, request openai.ChatCompletionRequest) (reply, error) {
	var headers failureHeaders
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, headersKey{}, &headers), c.config.Timeout)
	defer cancel()
	response, err := c.api.CreateChatCompletion(ctx, request)
	if err != nil {
		return reply{}, &failure{err: err, retryAfter: headers.retryAfter}
	}
	r := reply{usage: models.Usage{Calls: 1, Prompt: response.Usage.PromptTokens, Answer: response.Usage.CompletionTokens}}
	if d := response.Usage.PromptTokensDetails; d != nil {
		r.usage.Cached = d.CachedTokens
	}
	if r.usage.Prompt == 0 { // a server that does not count
		for _, m := range request.Messages {
			r.usage.Prompt += tokensOf(m.Content)
		}
	}
	if len(response.Choices) == 0 {
		return r, fmt.Errorf("%w: no choice in it", ErrUnusable)
	}
	choice := response.Choices[0]
	r.text = choice.Message.Content
	if r.usage.Answer == 0 {
		r.usage.Answer = tokensOf(r.text)
	}
	switch {
	case choice.FinishReason == openai.FinishReasonLength:
		return r, fmt.Errorf("%w: cut off after %d tokens", ErrUnusable, c.config.Answer)
	case choice.FinishReason == openai.FinishReasonContentFilter:
		return r, fmt.Errorf("%w: withheld by the server's content filter", ErrUnusable)
	case strings.TrimSpace(r.text) == "":
		return r, fmt.Errorf("%w: empty", ErrUnusable)
	}
	return r, nil
}

// failure is a request that failed, with how long the server asks to wait.
type failure struct {
	err        error
	retryAfter time.Duration
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// status returns the response's HTTP status; 0: there was none.
func (f *failure) status() int {
	var api *openai.APIError
	var request *openai.RequestError
	switch {
	case errors.As(f.err, &api):
		return api.HTTPStatusCode
	case errors.As(f.err, &request):
		return request.HTTPStatusCode
	}
	return 0
}

// retryable marks errors that another try cannot mend, and passes on how long
// the server asks to wait.
func retryable(ctx context.Context, err error) error {
	var f *failure
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil, errors.Is(err, gobreaker.ErrOpenState), errors.Is(err, gobreaker.ErrTooManyRequests), errors.Is(err, ErrUnusable):
		return backoff.Permanent(err)
	case !errors.As(err, &f):
		return err
	}
	switch status := f.status(); {
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status >= 500, status == 0:
		if deadline, ok := ctx.Deadline(); f.retryAfter > 0 && (!ok || time.Until(deadline) > f.retryAfter) {
			return &backoff.RetryAfterError{Duration: f.retryAfter}
		} else if f.retryAfter > 0 {
			return backoff.Permanent(fmt.Errorf("the server asks to wait %s: %w", f.retryAfter, err))
		}
		return err
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound:
		return backoff.Permanent(fmt.Errorf("check llm.url, llm.api_key and llm.model: %w", err))
	}
	return backoff.Permanent(models.BadInput("the server refuses the request: %w", err))
}

type headersKey struct{}

// failureHeaders is what the client library does not pass on of a response
// that failed.
type failureHeaders struct{ retryAfter time.Duration }

// doer sends requests, notes how long the server asks to wait, and bounds what
// is read.
type doer struct{ client *http.Client }

func (d doer) Do(r *http.Request) (*http.Response, error) {
	response, err := d.client.Do(r)
	if err != nil {
		return nil, err
	}
	if h, ok := r.Context().Value(headersKey{}).(*failureHeaders); ok && response.StatusCode >= 400 {
		h.retryAfter = retryAfter(response.Header.Get("Retry-After"), time.Now())
	}
	response.Body = limited{io.LimitReader(response.Body, maxReply), response.Body}
	return response, nil
}

type limited struct {
	io.Reader
	io.Closer
}

// retryAfter reads seconds or a date, as RFC 9110, 10.2.3, has it.
func retryAfter(s string, now time.Time) time.Duration {
	if n, err := strconv.ParseFloat(s, 64); err == nil && n > 0 && n < 1e6 {
		return time.Duration(n * float64(time.Second))
	}
	if at, err := http.ParseTime(s); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}
