package warehouse

import (
	"net"
	"regexp"
	"time"

	"earshot/models"
)

// Config says which ClickHouse to use, as whom, and how to write to it.
type Config struct {
	Addr     []string `yaml:"addr" doc:"host:port of ClickHouse servers, native protocol; empty (default): the embedded engine"`
	User     string   `yaml:"user" doc:"user that owns the tables (default earshot)"`
	Password string   `yaml:"password" doc:"of that user"`
	TLS      bool     `yaml:"tls" doc:"connect with TLS (default false)"`
	Database string   `yaml:"database" doc:"database of the views that people read; the tables behind them lie in one whose name ends with _raw (default earshot)"`
	Cluster  string   `yaml:"cluster" doc:"name of the ClickHouse cluster to make replicated tables on; empty (default): a single server"`
	Sharded  bool     `yaml:"sharded" doc:"the cluster has several shards: interactions are spread over them by their id (default false)"`

	Retention Retention `yaml:"retention" doc:"how long what is kept"`

	BatchInteractions int           `yaml:"batch_interactions" doc:"most interactions written at once (default 500)"`
	BatchWait         time.Duration `yaml:"batch_wait" doc:"longest time an interaction waits for others to be written with it (default 100ms)"`
}

// Default returns the configuration for the embedded engine. Addr and Password
// are known once that runs.
func Default() Config {
	return Config{User: "earshot", Database: "earshot", BatchInteractions: 500, BatchWait: 100 * time.Millisecond}
}

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// Validate returns an error that wraps models.ErrBadInput if c names no store.
func (c Config) Validate() error {
	if len(c.Addr) == 0 {
		return models.BadInput("warehouse.addr is empty: give host:port of a ClickHouse server")
	}
	for _, a := range c.Addr {
		if _, _, err := net.SplitHostPort(a); err != nil {
			return models.BadInput("warehouse.addr %q: want host:port", a)
		}
	}
	if c.User == "" {
		return models.BadInput("warehouse.user is empty")
	}
	if !namePattern.MatchString(c.Database) {
		return models.BadInput("warehouse.database %q: want small letters, digits and _", c.Database)
	}
	if c.Cluster != "" && !namePattern.MatchString(c.Cluster) {
		return models.BadInput("warehouse.cluster %q: want small letters, digits and _", c.Cluster)
	}
	if c.Sharded && c.Cluster == "" {
		return models.BadInput("warehouse.sharded is true without warehouse.cluster: name the cluster")
	}
	if c.BatchInteractions < 1 || c.BatchInteractions > 10_000 {
		return models.BadInput("warehouse.batch_interactions %d: want 1 to 10000", c.BatchInteractions)
	}
	if c.BatchWait < 0 || c.BatchWait > time.Minute {
		return models.BadInput("warehouse.batch_wait %s: want 0 to 1m", c.BatchWait)
	}
	return c.Retention.validate()
}
