package warehouse

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go"
)

// inserter keeps connections for inserts. They speak the same protocol as
// clickhouse-go's, through the library below it, which takes columns that
// encode themselves.
type inserter struct {
	config Config
	mu     sync.Mutex
	idle   []*ch.Client
	closed bool
}

const insertersKept = 8

// do runs a query on a connection of its own. A connection that failed is not
// used again.
func (p *inserter) do(ctx context.Context, q ch.Query) error {
	c, err := p.take(ctx)
	if err != nil {
		return err
	}
	if err := c.Do(ctx, q); err != nil {
		_ = c.Close() // what the server has read of it is not known
		return err
	}
	p.give(c)
	return nil
}

func (p *inserter) take(ctx context.Context) (*ch.Client, error) {
	p.mu.Lock()
	for len(p.idle) > 0 {
		c := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if !c.IsClosed() {
			p.mu.Unlock()
			return c, nil
		}
	}
	p.mu.Unlock()
	var errs []error
	for _, address := range p.config.Addr {
		o := ch.Options{
			Address: address, User: p.config.User, Password: p.config.Password, Compression: ch.CompressionLZ4, ClientName: "earshot",
			DialTimeout: 5 * time.Second, HandshakeTimeout: 30 * time.Second, ReadTimeout: tryTime,
		}
		if p.config.TLS {
			o.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		c, err := ch.Dial(ctx, o)
		if err == nil {
			return c, nil
		}
		errs = append(errs, fmt.Errorf("connect to %s: %w", address, err))
	}
	return nil, errors.Join(errs...)
}

func (p *inserter) give(c *ch.Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.idle) >= insertersKept {
		_ = c.Close()
		return
	}
	p.idle = append(p.idle, c)
}

func (p *inserter) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	var errs []error
	for _, c := range p.idle {
		if err := c.Close(); err != nil && !errors.Is(err, ch.ErrClosed) {
			errs = append(errs, err)
		}
	}
	p.idle = nil
	return errors.Join(errs...)
}
