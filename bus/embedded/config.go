package embedded

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"
)

// Config says where the broker listens and keeps its log.
type Config struct {
	Listen          string        `yaml:"listen" doc:"loopback host:port; port 0 takes a free one; default 127.0.0.1:9092"`
	Dir             string        `yaml:"dir" doc:"folder of the log"`
	Sync            bool          `yaml:"sync" doc:"wait for the disk before a record counts as written; without, a loss of power may cost the last ones, a killed process none; default true"`
	TopicBytes      int64         `yaml:"topic_bytes" doc:"beyond this size, as stored, the oldest records of a topic are deleted once every group has read them; memory at a start is of that order; a topic's own retention.bytes goes first; 0: no limit; default 268435456"`
	SweepInterval   time.Duration `yaml:"sweep_interval" doc:"how often records past their retention are deleted; default 1m"`
	MaxMessageBytes int           `yaml:"max_message_bytes" doc:"largest batch in bytes for topics that set no limit; default 10485760"`
}

// A log is replayed segment by segment, and its files are deleted as whole
// segments.
const segmentBytes = 16 << 20

// Default returns the default configuration, without a folder.
func Default() Config {
	return Config{Listen: "127.0.0.1:9092", Sync: true, TopicBytes: 256 << 20, SweepInterval: time.Minute, MaxMessageBytes: 10 << 20}
}

// Validate returns an error if a key cannot work. The broker knows neither
// users nor encryption, and so listens to this machine alone.
func (c Config) Validate() error {
	if c.Dir == "" {
		return errors.New("embedded broker: dir is empty: name the folder for its log")
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("embedded broker: listen %q: want host:port", c.Listen)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("embedded broker: listen %q: the port must be 0 to 65535", c.Listen)
	}
	if addr, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !addr.IsLoopback()) {
		return fmt.Errorf("embedded broker: listen %q: it has no login, so it serves this machine only; use 127.0.0.1, or a Kafka cluster for others", c.Listen)
	}
	if c.TopicBytes < 0 {
		return fmt.Errorf("embedded broker: topic_bytes %d: want 0 or more", c.TopicBytes)
	}
	if c.SweepInterval <= 0 {
		return fmt.Errorf("embedded broker: sweep_interval %s: want more than 0", c.SweepInterval)
	}
	if c.MaxMessageBytes < 1024 || c.MaxMessageBytes > 1<<30 {
		return fmt.Errorf("embedded broker: max_message_bytes %d: want 1024 to 1073741824", c.MaxMessageBytes)
	}
	return nil
}
