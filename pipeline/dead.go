package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
	"unicode/utf8"

	"earshot/bus"
	"earshot/models"
)

// failure is why a record has no result.
type failure struct {
	step     string
	attempts int
	err      error
}

// The codes of what can go wrong in any step. A step's error may bring its own.
const (
	CodeBadInput = "bad-input"
	CodeCrashed  = "crashed"
	CodeTimedOut = "timed-out"
	CodeFailed   = "failed"
)

// code returns the class under which the failure is counted.
func (f *failure) code() string {
	var own interface{ Code() string }
	switch {
	case errors.As(f.err, &own):
		return own.Code()
	case errors.Is(f.err, models.ErrBadInput):
		return CodeBadInput
	}
	return CodeFailed
}

type timeout struct{ limit time.Duration }

func (t *timeout) Error() string { return fmt.Sprintf("not done within %s", t.limit) }
func (t *timeout) Code() string  { return CodeTimedOut }

type crash struct {
	value any
	stack string
}

func newCrash(v any) *crash    { return &crash{value: v, stack: string(debug.Stack())} }
func (c *crash) Error() string { return fmt.Sprintf("crashed: %v", c.value) }
func (c *crash) Code() string  { return CodeCrashed }

const (
	headerKey    = "record-key"
	headerPrefix = "record-header-"
)

// Reasons longer than this are cut: they are for people.
const maxReason = 2000

// bury sends a record to the dead-letter topic and notes in the store that it
// failed. It returns nil once both are durable, and an error only if ctx is done
// before.
func (p *Pipeline) bury(ctx context.Context, m bus.Message, who identity, f *failure) error {
	reason := f.err.Error()
	if p.Mask != nil {
		reason = p.Mask(reason)
	}
	dead := models.Dead{
		ID: who.id, Channel: who.channel, Step: f.step, Reason: clip(reason, maxReason), Code: f.code(),
		Revision: who.revision, Source: who.source, At: time.Now().UTC(), Attempts: f.attempts, Record: m.Value,
	}
	log := p.log.With("id", dead.ID, "step", dead.Step, "code", dead.Code)
	var c *crash
	if errors.As(f.err, &c) {
		log = log.With("stack", c.stack)
	}
	log.Warn("record failed", "reason", dead.Reason, "source", dead.Source, "attempts", dead.Attempts)

	if err := p.keep(ctx, "publish dead", func(ctx context.Context) error { return publishDead(ctx, p.bus, dead, deadHeaders(m)) }); err != nil {
		return err
	}
	// The record stays on the topic: nothing in it is masked yet, and the store
	// is where analysts look.
	dead.Record = nil
	if err := p.keep(ctx, "fail", func(ctx context.Context) error { return p.store.Fail(ctx, dead) }); err != nil {
		return err
	}
	p.metrics.dead.WithLabelValues(dead.Step, dead.Code).Inc()
	return nil
}

// PublishDead puts what failed outside the pipeline, such as a file that could
// not be read, on the dead-letter topic. It returns nil once that is durable.
func PublishDead(ctx context.Context, b *bus.Bus, dead models.Dead) error {
	return publishDead(ctx, b, dead, nil)
}

func publishDead(ctx context.Context, b *bus.Bus, dead models.Dead, headers map[string]string) error {
	key := string(dead.ID)
	if key == "" {
		key = "unnamed"
	}
	for {
		value, err := json.Marshal(dead)
		if err != nil {
			return fmt.Errorf("dead record: %w", err)
		}
		err = b.Publish(ctx, TopicDead, bus.Record{Key: key, Value: value, Headers: headers})
		if !errors.Is(err, bus.ErrTooLarge) || len(dead.Record) == 0 {
			return err
		}
		// Part of a record cannot be replayed, so none is kept.
		dead.Record, dead.Truncated = nil, true
	}
}

// deadHeaders returns the headers of a record on the dead-letter topic: what a
// replay needs to put m back as it was and the Dead does not hold.
func deadHeaders(m bus.Message) map[string]string {
	headers := map[string]string{headerKey: m.Key}
	for k, v := range m.Headers {
		headers[headerPrefix+k] = v
	}
	return headers
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
