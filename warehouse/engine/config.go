package engine

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"earshot/models"
	"earshot/models/weights"
)

// Config says where the store lives and where it listens.
type Config struct {
	Path            string `yaml:"path" doc:"folder of the embedded store; it belongs to the store alone (default earshot-data/store)"`
	NativePort      int    `yaml:"native_port" doc:"port on loopback for the native protocol; 0 (default): 9000, or a free one if that is taken"`
	HTTPPort        int    `yaml:"http_port" doc:"port on loopback for HTTP; 0 (default): 8123, or a free one if that is taken"`
	MemoryMB        int    `yaml:"memory_mb" doc:"most memory the store may use, in megabytes (default 1500, at least 400)"`
	AnalystPassword string `yaml:"analyst_password" doc:"of the read-only user analyst; empty (default): one is made up and kept in analyst.password in the store's folder"`
	Library         string `yaml:"library" doc:"the ClickHouse library; empty (default): lib/libchdb.so in the cache folder, where set-up puts it"`

	// Command starts the child: a program and its arguments, which must lead to
	// RunIfChild. Nil: this executable with ChildArgs.
	Command []string `yaml:"-"`
}

// Default returns the configuration of a store that needs no thought.
func Default() Config {
	return Config{Path: filepath.Join("earshot-data", "store"), MemoryMB: 1500}
}

// Validate returns an error that wraps models.ErrBadInput if no store can run
// with c.
func (c Config) Validate() error {
	if c.Path == "" {
		return models.BadInput("store.path is empty: give the folder the store may use")
	}
	for name, port := range map[string]int{"native_port": c.NativePort, "http_port": c.HTTPPort} {
		if port < 0 || port > 65535 {
			return models.BadInput("store.%s %d: want 1 to 65535, or 0 for a free one", name, port)
		}
	}
	if c.NativePort != 0 && c.NativePort == c.HTTPPort {
		return models.BadInput("store.native_port and store.http_port are both %d", c.NativePort)
	}
	if c.MemoryMB < 400 {
		return models.BadInput("store.memory_mb %d: want at least 400", c.MemoryMB)
	}
	return nil
}

// ErrNoLibrary means that set-up has not fetched the ClickHouse library.
var ErrNoLibrary = errors.New("the ClickHouse library is not installed")

// library finds the library and makes the path absolute.
func (c Config) library() (string, error) {
	path := c.Library
	if path == "" {
		path = filepath.Join(weights.CacheDir(), "lib", "libchdb.so")
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%w: %w: run deploy/setup/engine.sh, or point store.address at a ClickHouse server", ErrNoLibrary, err)
	}
	return filepath.Abs(path)
}

const (
	preferredNative = 9000
	preferredHTTP   = 8123
	// Where both are taken, others are sought from here on, below the range
	// that systems lend to outgoing connections, so that a store that is
	// started again finds its ports free.
	firstFree, lastFree = 10_000, 32_000
)

type ports struct{ native, http int }

// ports picks the ports to listen on: those configured, whether free or not,
// or the preferred ones if they are free, or any.
func (c Config) ports() (ports, error) {
	native, err := pickPort(c.NativePort, preferredNative, 0)
	if err != nil {
		return ports{}, err
	}
	http, err := pickPort(c.HTTPPort, preferredHTTP, native)
	return ports{native: native, http: http}, err
}

func pickPort(configured, preferred, taken int) (int, error) {
	if configured != 0 {
		if !portFree(configured) {
			return 0, fmt.Errorf("port %d, configured for the store, is taken by another program", configured)
		}
		return configured, nil
	}
	if preferred != taken && portFree(preferred) {
		return preferred, nil
	}
	// Stores started at once on one machine look at different places.
	offset := os.Getpid() * 16 % (lastFree - firstFree)
	for i := range lastFree - firstFree {
		port := firstFree + (offset+i)%(lastFree-firstFree)
		if port != taken && portFree(port) {
			return port, nil
		}
	}
	return 0, errors.New("no port on loopback is free for the store")
}

func portFree(port int) bool {
	l, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
