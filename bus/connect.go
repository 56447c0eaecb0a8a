package bus

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
)

// Another client may create a topic at any time; this is how long we may go on
// believing that it is not there.
const metadataTTL = 2 * time.Second

// connections returns the two ways kafka-go reaches a cluster, set up alike:
// a dialer for group membership and reading, a transport for all else.
func connections(cfg Config) (*kafka.Dialer, *kafka.Transport, error) {
	secure, err := cfg.TLS.load()
	if err != nil {
		return nil, nil, err
	}
	login, err := cfg.SASL.mechanism()
	if err != nil {
		return nil, nil, err
	}
	d := &net.Dialer{Timeout: cfg.Timeout, KeepAlive: 30 * time.Second}
	dialer := &kafka.Dialer{ClientID: cfg.ClientID, Timeout: cfg.Timeout, DialFunc: d.DialContext, TLS: secure, SASLMechanism: login}
	transport := &kafka.Transport{ClientID: cfg.ClientID, DialTimeout: cfg.Timeout, Dial: d.DialContext, MetadataTTL: metadataTTL, TLS: secure, SASL: login}
	return dialer, transport, nil
}

func (t TLS) load() (*tls.Config, error) {
	if !t.Enabled {
		return nil, nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName}
	if t.CA != "" {
		pem, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, fmt.Errorf("tls: ca: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("tls: ca: %s holds no PEM certificate", t.CA)
		}
	}
	if t.Cert != "" {
		pair, err := tls.LoadX509KeyPair(t.Cert, t.Key)
		if err != nil {
			return nil, fmt.Errorf("tls: cert and key: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

func (s SASL) mechanism() (sasl.Mechanism, error) {
	switch s.Mechanism {
	case "plain":
		return plain.Mechanism{Username: s.Username, Password: s.Password}, nil
	case "scram-sha-256":
		return scram.Mechanism(scram.SHA256, s.Username, s.Password)
	case "scram-sha-512":
		return scram.Mechanism(scram.SHA512, s.Username, s.Password)
	}
	return nil, nil
}

// passing reports whether the same call may work a little later: the broker is
// away, a leader or a coordinator is being chosen.
func passing(err error) bool {
	var code kafka.Error
	if errors.As(err, &code) {
		return code.Temporary() && code != kafka.UnknownTopicOrPartition
	}
	var refused *net.OpError
	var timeout interface{ Timeout() bool }
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &refused) ||
		errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.As(err, &timeout) && timeout.Timeout()
}

// retry calls op until it works, fails for good, ctx is done, or Config.RetryFor
// is over.
func (b *Bus) retry(ctx context.Context, what string, op func(context.Context) error) error {
	return b.retryFor(ctx, b.cfg.RetryFor, what, op)
}

// retryFor is retry with another limit; 0 is none.
func (b *Bus) retryFor(ctx context.Context, limit time.Duration, what string, op func(context.Context) error) error {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 50*time.Millisecond, 2*time.Second
	var last error
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		call, cancel := context.WithTimeout(ctx, b.cfg.Timeout)
		defer cancel()
		err := op(call)
		switch {
		case err == nil:
			return struct{}{}, nil
		case ctx.Err() == nil && passing(err):
			last = err
			b.log.Debug("bus call failed, trying again", "call", what, "error", err)
			return struct{}{}, err
		}
		return struct{}{}, backoff.Permanent(err)
	}, backoff.WithBackOff(pause), backoff.WithMaxElapsedTime(limit))
	if err != nil && last != nil && errors.Is(err, ctx.Err()) {
		return fmt.Errorf("%w: %w", err, last)
	}
	return err
}
