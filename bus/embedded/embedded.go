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
	"strconv"
	"sync"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Broker is a running embedded broker.
type Broker struct {
	addr    string
	cluster *kfake.Cluster
	lock    *os.File
	log     *slog.Logger
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
		}),
	}
	if cfg.Sync {
		opts = append(opts, kfake.SyncWrites())
	}
	cluster, err := kfake.NewCluster(opts...)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start embedded broker on %s, log in %s: %w", cfg.Listen, cfg.Dir, err), lock.Close())
	}
	b := &Broker{addr: cluster.ListenAddrs()[0], cluster: cluster, lock: lock, log: log}
	log.Info("embedded broker started", "address", b.addr, "folder", cfg.Dir)
	return b, nil
}

// Addr returns the address to connect to, as host:port.
func (b *Broker) Addr() string { return b.addr }

// Close stops the broker and writes a snapshot that makes the next start
// faster. Closing twice does nothing.
func (b *Broker) Close() error {
	var err error
	b.closing.Do(func() {
		b.cluster.Close()
		err = b.lock.Close()
	})
	return err
}
