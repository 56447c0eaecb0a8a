package openai

import (
	"context"
	"errors"
	"fmt"

	"github.com/sashabaranov/go-openai"

	"earshot/models"
)

// ask sends messages and reads the answer into v, which is of the schema's
// form. An answer that cannot be used gets one more turn to be mended.
func (c *Client) ask(ctx context.Context, m []openai.ChatCompletionMessage, s *schema, v any) (models.Usage, error) {
	var used models.Usage
	for attempt := 0; ; attempt++ {
		r, err := c.complete(ctx, m, s)
		used.Add(r.usage)
		if err == nil {
			if err = s.read(r.text, v); err == nil {
				return used, nil
			}
		}
		if attempt > 0 || !errors.Is(err, ErrUnusable) || errors.Is(err, models.ErrBadInput) {
			return used, err
		}
		m = repair(m, r.text, err)
	}
}

// begin waits until a request may be sent, and returns a context that ends with
// the patience for the conversation, and what gives the place back.
func (c *Client) begin(ctx context.Context) (context.Context, func(), error) {
	within, cancel := context.WithTimeout(ctx, c.config.Patience)
	wait := within
	if c.config.Unhurried {
		wait = ctx
	}
	select {
	case c.slots <- struct{}{}:
	case <-wait.Done():
		cancel()
		return nil, nil, fmt.Errorf("%w: no slot came free: %w", ErrUnavailable, context.Cause(wait))
	}
	if c.config.Unhurried {
		cancel()
		within, cancel = context.WithTimeout(ctx, c.config.Patience)
	}
	return within, func() { <-c.slots; cancel() }, nil
}
