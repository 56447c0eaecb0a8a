package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"

	"earshot/bus"
	"earshot/models"
)

// Names in Dead of what is no step of the slice.
const (
	stepDecode = "decode"
	stepStore  = "store"
)

// handle brings one record to its end. It returns nil once the record's result
// or its Dead is durable, and an error only if ctx is done before.
func (p *Pipeline) handle(ctx context.Context, m bus.Message) error {
	in, who, err := decode(m)
	if err != nil {
		return p.bury(ctx, m, who, &failure{step: stepDecode, attempts: 1, err: err})
	}
	deaths, end, err := p.suspects.begin(location(m))
	if err != nil {
		return err
	}
	defer end()
	if deaths >= p.cfg.Deaths {
		return p.bury(ctx, m, who, &failure{step: stepDecode, attempts: deaths, err: &killed{deaths}})
	}
	for _, step := range p.steps {
		if f := p.run(ctx, step, in); f != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return p.bury(ctx, m, who, f)
		}
	}
	var refusal error
	err = p.keep(ctx, "store", func(ctx context.Context) error {
		refusal = nil
		err := p.store.Store(ctx, in, who.revision)
		if errors.Is(err, models.ErrBadInput) {
			refusal, err = err, nil
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case refusal != nil:
		return p.bury(ctx, m, who, &failure{step: stepStore, attempts: 1, err: refusal})
	}
	p.metrics.stored.Inc()
	return nil
}

// keep calls op until it has kept what it is given. However long the store is
// away, nothing is given up for its sake: work waits, and the log keeps what
// comes in meanwhile. It fails only if ctx is done.
func (p *Pipeline) keep(ctx context.Context, call string, op func(context.Context) error) error {
	var outage time.Time
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		return struct{}{}, guard(ctx, p.cfg.StoreTimeout, op)
	}, backoff.WithBackOff(p.pauses()), backoff.WithMaxElapsedTime(0), backoff.WithNotify(func(err error, next time.Duration) {
		p.metrics.storeRetries.WithLabelValues(call).Inc()
		if outage.IsZero() {
			outage = time.Now()
		}
		p.log.Warn("not kept, trying on", "call", call, "for", time.Since(outage).Round(time.Second), "next", next.Round(time.Millisecond), "error", err)
	}))
	return err
}

// run runs one step on in, several times if need be, and writes the trace. A
// failed attempt leaves no section behind.
func (p *Pipeline) run(ctx context.Context, step Step, in *models.Interaction) *failure {
	limit := p.cfg.StepTimeout
	if l, ok := p.cfg.StepTimeouts[step.Name()]; ok {
		limit = l
	}
	attempts := 0
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		attempts++
		before := *in
		var by []models.By
		start := time.Now()
		err := guard(ctx, limit, func(ctx context.Context) (err error) {
			by, err = step.Run(ctx, in)
			return err
		})
		took := time.Since(start)
		p.metrics.stepSeconds.WithLabelValues(step.Name()).Observe(took.Seconds())
		trace := models.Trace{Step: step.Name(), Started: start.UTC(), Millis: models.Millis(took.Milliseconds()), By: by}
		if err != nil {
			*in = before
			trace.Error = err.Error()
		}
		in.Trace = append(in.Trace, trace)
		if errors.Is(err, models.ErrBadInput) || ctx.Err() != nil {
			return struct{}{}, backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(p.pauses()), backoff.WithMaxTries(uint(p.cfg.Attempts)), backoff.WithMaxElapsedTime(0),
		backoff.WithNotify(func(err error, next time.Duration) {
			p.metrics.stepRetries.WithLabelValues(step.Name()).Inc()
			p.log.Warn("step failed, trying again", "step", step.Name(), "id", in.ID, "attempt", attempts, "next", next.Round(time.Millisecond), "error", err)
		}))
	if err == nil {
		return nil
	}
	return &failure{step: step.Name(), attempts: attempts, err: err}
}

func (p *Pipeline) pauses() backoff.BackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval, b.Multiplier = p.cfg.RetryMin, p.cfg.RetryMax, 2
	return b
}

// guard calls op with a time limit and turns a panic into an error.
func guard(ctx context.Context, limit time.Duration, op func(context.Context) error) (err error) {
	call, cancel := context.WithTimeoutCause(ctx, limit, &timeout{limit})
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			err = newCrash(v)
		}
	}()
	err = op(call)
	var late *timeout
	if err != nil && ctx.Err() == nil && errors.As(context.Cause(call), &late) {
		return fmt.Errorf("%w: %w", late, err)
	}
	return err
}
