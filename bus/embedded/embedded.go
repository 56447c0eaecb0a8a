// Package embedded runs a broker inside the process. It speaks the Kafka
// protocol, so any Kafka client on the machine can connect, and keeps its log
// in a folder. What was acknowledged survives a kill of the process.
//
// It is one broker without replicas, for one machine. Everything that talks to
// it is written as for a cluster.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Broker is a running embedded broker.
type Broker struct {
	addr    string
	cluster *kfake.Cluster
	janitor *janitor
	lock    *os.File
	log     *slog.Logger
	stop    context.CancelFunc
	running sync.WaitGroup
	closing sync.Once
}

// Start starts the broker on its folder and returns once it accepts
// connections. It reads the whole log, about 1 GB a second. The caller closes
// it. A folder in use by another process gives an error that wraps ErrInUse.
func Start(ctx context.Context, cfg Config, log *slog.Logger) (*Broker, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("broker folder: %w", err)
	}
	lock, err := lockDir(cfg.Dir)
	if err != nil {
		return nil, err
	}
	_, portText, _ := net.SplitHostPort(cfg.Listen)
	port, _ := strconv.Atoi(portText) // Validate has checked it
	opts := []kfake.Opt{
		kfake.NumBrokers(1),
		kfake.Ports(port),
		kfake.ListenFn(func(network, _ string) (net.Listener, error) { return net.Listen(network, cfg.Listen) }),
		kfake.ClusterID("earshot-embedded"),
		kfake.DataDir(filepath.Join(cfg.Dir, "log")),
		kfake.WithLogger(logger{log}),
		kfake.BrokerConfigs(map[string]string{
			"message.max.bytes": strconv.Itoa(cfg.MaxMessageBytes),
			"log.segment.bytes": strconv.Itoa(segmentBytes),
			// Never: see janitor.
			"log.cleaner.backoff.ms": strconv.FormatInt((100 * 365 * 24 * time.Hour).Milliseconds(), 10),
		}),
	}
	if cfg.Sync {
		opts = append(opts, kfake.SyncWrites())
	}
	cluster, err := kfake.NewCluster(opts...)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start embedded broker on %s, log in %s: %w", cfg.Listen, cfg.Dir, err), lock.Close())
	}
	addr := cluster.ListenAddrs()[0]
	sweeper, err := newJanitor(cluster, addr, cfg.TopicBytes)
	if err != nil {
		cluster.Close()
		return nil, errors.Join(err, lock.Close())
	}
	// Replaying the log has taken as much memory as the log is large.
	debug.FreeOSMemory()
	sweeping, stop := context.WithCancel(context.WithoutCancel(ctx))
	b := &Broker{addr: addr, cluster: cluster, janitor: sweeper, lock: lock, log: log, stop: stop}
	b.running.Go(func() { b.sweep(sweeping, cfg.SweepInterval) })
	log.Info("embedded broker started", "address", b.addr, "folder", cfg.Dir)
	return b, nil
}

// sweep deletes what need not be kept, until ctx is done.
func (b *Broker) sweep(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		deleted, err := b.janitor.sweep(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			b.log.Warn("embedded broker: retention failed", "error", err)
		case deleted > 0:
			b.log.Debug("embedded broker: retention", "records", deleted)
		}
	}
}

// Addr returns the address to connect to, as host:port.
func (b *Broker) Addr() string { return b.addr }

// Close stops the broker and writes a snapshot that makes the next start
// faster. Closing twice does nothing.
func (b *Broker) Close() error {
	var err error
	b.closing.Do(func() {
		b.stop()
		b.running.Wait()
		b.janitor.client.Close()
		b.cluster.Close()
		err = b.lock.Close()
	})
	return err
}
