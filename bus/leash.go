package bus

import (
	"context"
	"net"
	"sync"

	"github.com/segmentio/kafka-go"
)

// leash holds the connections of a consumer group, to cut them. kafka-go waits
// for a broker's answer before it closes a group, and a broker may take a
// session time-out to answer a member that joins.
type leash struct {
	mu    sync.Mutex
	conns map[*leashed]struct{}
	isCut bool
}

type leashed struct {
	net.Conn
	leash *leash
}

func newLeash() *leash { return &leash{conns: map[*leashed]struct{}{}} }

// dialer returns a copy of d whose connections are on the leash.
func (l *leash) dialer(d *kafka.Dialer) *kafka.Dialer {
	tied := *d
	tied.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := d.DialFunc(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return l.tie(conn)
	}
	return &tied
}

func (l *leash) tie(conn net.Conn) (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isCut {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	c := &leashed{conn, l}
	l.conns[c] = struct{}{}
	return c, nil
}

// Close closes the connection and takes it off the leash.
func (c *leashed) Close() error {
	c.leash.mu.Lock()
	delete(c.leash.conns, c)
	c.leash.mu.Unlock()
	return c.Conn.Close()
}

// cut closes the connections there are and refuses new ones.
func (l *leash) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.isCut = true
	for c := range l.conns {
		_ = c.Conn.Close()
	}
}
