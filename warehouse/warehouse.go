// Package warehouse keeps every signal of every interaction in ClickHouse and
// answers questions about them. It holds the schema, the Writer behind the
// pipeline, named reports, and reading interactions back whole. It speaks the
// native protocol, to the embedded engine of the subfolder engine as to any
// ClickHouse server.
package warehouse

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Warehouse is a pool of connections to one ClickHouse, as one user. It may be
// used from many goroutines.
type Warehouse struct {
	config Config
	log    *slog.Logger
	conn   driver.Conn
	// reader has the database of views as its default, so that people need not
	// name it; it works once Migrate has made that.
	reader driver.Conn
	// inserts are connections of their own.
	inserts inserter
	types   sync.Map // table to its columns' types, by name
	plain   bool     // search without the index
	// nodes, where there are any, are all servers of a cluster without a Keeper:
	// each is told for itself what changes the schema, and nothing is replicated.
	nodes []*Warehouse
}

// Open connects to the ClickHouse of config. It returns once that answers, or
// with the reason why it does not.
func Open(ctx context.Context, config Config, log *slog.Logger) (*Warehouse, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	w := &Warehouse{config: config, log: log, inserts: inserter{config: config}}
	var err error
	if w.conn, err = clickhouse.Open(w.options("")); err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	if w.reader, err = clickhouse.Open(w.options(config.Database)); err != nil {
		return nil, errors.Join(fmt.Errorf("open the store: %w", err), w.conn.Close())
	}
	if err := w.Ping(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// Ping returns nil if the store answers.
func (w *Warehouse) Ping(ctx context.Context) error {
	if err := w.conn.Ping(ctx); err != nil {
		return fmt.Errorf("the store at %v does not answer: %w", w.config.Addr, err)
	}
	return nil
}

// Close gives the connections back. Writers must be closed before.
func (w *Warehouse) Close() error {
	return errors.Join(w.conn.Close(), w.reader.Close(), w.inserts.close())
}

// raw is the database that tables behind the views are read from and written
// to.
func (w *Warehouse) raw() string { return w.config.Database + "_raw" }

// local is the database of the tables themselves: another only where those of
// raw spread over several shards.
func (w *Warehouse) local() string {
	if w.config.Sharded {
		return w.config.Database + "_local"
	}
	return w.raw()
}

func (w *Warehouse) options(database string) *clickhouse.Options {
	o := &clickhouse.Options{
		Addr:             w.config.Addr,
		Auth:             clickhouse.Auth{Database: database, Username: w.config.User, Password: w.config.Password},
		Compression:      &clickhouse.Compression{Method: clickhouse.CompressionLZ4},
		DialTimeout:      5 * time.Second,
		ReadTimeout:      5 * time.Minute,
		MaxOpenConns:     16,
		MaxIdleConns:     8,
		ConnMaxLifetime:  time.Hour,
		ConnOpenStrategy: clickhouse.ConnOpenInOrder,
		ClientInfo: clickhouse.ClientInfo{Products: []struct{ Name, Version string }{
			{Name: "earshot", Version: "1"},
		}},
	}
	if w.config.Cluster != "" {
		o.Settings = clusterSettings()
	}
	if w.config.TLS {
		o.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return o
}
