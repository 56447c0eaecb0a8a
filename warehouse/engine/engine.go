// Package engine runs a ClickHouse server inside this program: the library
// libchdb.so holds the whole server, and a child process of the same binary
// serves it on loopback, over the native protocol and HTTP. Any ClickHouse
// client can connect to it.
//
// The child is needed because only the library's command line starts the
// listeners, because it ends the process it runs in, and because a crash in
// it must not take anything else down. It is confined: it reads and writes the
// store's own folder only and opens no connections.
package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// startTries bounds how often a first start looks for other ports.
	startTries = 5
	// healthy is how long a child must have run for the next restart to be
	// immediate again.
	healthy = time.Minute
)

// Engine is a running ClickHouse, started again whenever it ends.
type Engine struct {
	config Config
	log    *slog.Logger
	lock   *os.File
	logins logins

	mu       sync.Mutex
	child    *child
	endpoint Endpoint

	stop context.CancelFunc
	done chan struct{}
}

// Start runs the store that config describes and returns once it answers.
// The store lives until Close, not until ctx ends: ctx bounds the start alone.
// Another Engine on the same folder gives an InUseError at once. If this
// process dies, however it dies, the engine ends too; the next Start waits for
// it.
func Start(ctx context.Context, config Config, log *slog.Logger) (*Engine, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	library, err := config.library()
	if err != nil {
		return nil, err
	}
	config.Library = library
	if err := os.MkdirAll(config.Path, 0o700); err != nil {
		return nil, fmt.Errorf("make the store's folder: %w", err)
	}
	lock, err := takeLock(config.Path)
	if err != nil {
		return nil, err
	}
	e := &Engine{config: config, log: log, lock: lock, done: make(chan struct{})}
	if err := e.first(ctx); err != nil {
		return nil, errors.Join(err, releaseLock(config.Path, lock))
	}
	running, stop := context.WithCancel(context.Background())
	e.stop = stop
	go e.supervise(running)
	return e, nil
}

// Endpoint tells where the store listens and who may log in.
func (e *Engine) Endpoint() Endpoint {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.endpoint
}

// PID returns the process in which ClickHouse runs now, for those who measure
// it; 0 while it is started again.
func (e *Engine) PID() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.child == nil {
		return 0
	}
	return e.child.cmd.Process.Pid
}

// Close ends the store cleanly and returns once it has ended. It may be
// called more than once.
func (e *Engine) Close() error {
	e.stop()
	<-e.done
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.lock == nil {
		return nil
	}
	lock := e.lock
	e.lock = nil
	return releaseLock(e.config.Path, lock)
}

// first starts the first child: it settles ports and passwords.
func (e *Engine) first(ctx context.Context) error {
	var err error
	if e.logins, err = makeLogins(e.config); err != nil {
		return err
	}
	for range startTries {
		var ports ports
		if ports, err = e.config.ports(); err != nil {
			return err
		}
		if err = writeSettings(e.config, e.logins); err != nil {
			return err
		}
		e.endpoint = newEndpoint(e.config.Path, ports, e.logins)
		if e.child, err = startChild(ctx, e.config, e.endpoint, e.log); err == nil {
			return e.endpoint.write()
		}
		if !errors.Is(err, errPortTaken) {
			return err
		}
	}
	return err
}

// supervise starts the engine again whenever it ends, on the same ports.
func (e *Engine) supervise(ctx context.Context) {
	defer close(e.done)
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 50*time.Millisecond, 10*time.Second
	for {
		e.mu.Lock()
		c := e.child
		e.mu.Unlock()
		if c != nil {
			select {
			case <-ctx.Done():
				if err := c.end(); err != nil {
					e.log.Error("the store did not end cleanly", "error", err)
				}
				return
			case <-c.ended:
			}
			e.log.Error("the store ended and is started again", "error", c.failure(), "after", time.Since(c.started))
			if time.Since(c.started) > healthy {
				pause.Reset()
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause.NextBackOff()):
		}
		c, err := startChild(ctx, e.config, e.endpoint, e.log)
		if err != nil && ctx.Err() == nil {
			e.log.Error("the store cannot be started", "error", err)
		}
		e.mu.Lock()
		e.child = c
		e.mu.Unlock()
	}
}
