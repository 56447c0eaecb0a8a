package embedded

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// Config says where the broker listens and keeps its log.
type Config struct {
	Listen          string `yaml:"listen" doc:"loopback host:port; port 0 takes a free one; default 127.0.0.1:9092"`
	Dir             string `yaml:"dir" doc:"folder of the log"`
	Sync            bool   `yaml:"sync" doc:"wait for the disk on every write: survives loss of power, costs time; default false, which survives a kill"`
	MaxMessageBytes int    `yaml:"max_message_bytes" doc:"largest batch in bytes for topics that set no limit; default 10485760"`
}

// A log is read segment by segment, and deleted only by whole segments.
const segmentBytes = 16 << 20

// Default returns the default configuration, without a folder.
func Default() Config {
	return Config{Listen: "127.0.0.1:9092", MaxMessageBytes: 10 << 20}
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
	if c.MaxMessageBytes < 1024 || c.MaxMessageBytes > 1<<30 {
		return fmt.Errorf("embedded broker: max_message_bytes %d: want 1024 to 1073741824", c.MaxMessageBytes)
	}
	return nil
}
