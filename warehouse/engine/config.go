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
	Native          string `yaml:"native" doc:"address of the native protocol, on loopback; empty (default): 127.0.0.1:9000, or a free port if that is taken; port 0: a free port"`
	HTTP            string `yaml:"http" doc:"address of HTTP, on loopback; empty (default): 127.0.0.1:8123, or a free port if that is taken; port 0: a free port"`
	MemoryMB        int    `yaml:"memory_mb" doc:"most memory the store may use, in megabytes (default 1500, at least 400)"`
	AnalystPassword string `yaml:"analyst_password" doc:"of the read-only user analyst; empty (default): one is made up and kept in analyst.password in the store's folder"`
	Backups         string `yaml:"backups" doc:"folder that 'earshot backup' writes to and 'earshot restore' reads (default earshot-data/backups)"`
	Library         string `yaml:"library" doc:"the ClickHouse library; empty (default): lib/libchdb.so in the cache folder, where set-up puts it"`

	// Cluster, for tests, is configuration of ClickHouse, as XML, that makes the
	// engine a server of a cluster. It may connect to others then.
	Cluster string `yaml:"-"`

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
	native, err := portOf("native", c.Native)
	if err != nil {
		return err
	}
	http, err := portOf("http", c.HTTP)
	if err != nil {
		return err
	}
	if native > 0 && native == http {
		return models.BadInput("store.native and store.http are both port %d", native)
	}
	if c.MemoryMB < 400 {
		return models.BadInput("store.memory_mb %d: want at least 400", c.MemoryMB)
	}
	return nil
}

// backups is the folder for backups, absolute.
func (c Config) backups() (string, error) {
	if c.Backups == "" {
		return filepath.Abs(filepath.Join(c.Path, "backups"))
	}
	return filepath.Abs(c.Backups)
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
		return "", fmt.Errorf("%w: %w: run deploy/setup/engine.sh, or set warehouse.addr to a ClickHouse server", ErrNoLibrary, err)
	}
	return filepath.Abs(path)
}

const (
	preferredNative = 9000
	preferredHTTP   = 8123
	// Free ports are sought from here on, below the range that systems lend to
	// outgoing connections, so that a store that is started again finds its
	// ports free.
	firstFree, lastFree = 10_000, 32_000

	anyPort    = 0
	unsetPort  = -1
	portsASlot = 16 // stores started at once on one machine look at different places
)

// portOf returns the port of a configured address, or unsetPort.
func portOf(name, address string) (int, error) {
	if address == "" {
		return unsetPort, nil
	}
	host, p, err := net.SplitHostPort(address)
	if err != nil {
		return 0, models.BadInput("store.%s %q: want an address such as 127.0.0.1:9000", name, address)
	}
	if host != "127.0.0.1" && host != "localhost" {
		return 0, models.BadInput("store.%s %q: the embedded store listens on 127.0.0.1 only; run a ClickHouse server for clients elsewhere", name, address)
	}
	port, err := strconv.Atoi(p)
	if err != nil || port < 0 || port > 65535 {
		return 0, models.BadInput("store.%s %q: want a port from 0 to 65535", name, address)
	}
	return port, nil
}

type ports struct{ native, http int }

// ports picks the ports to listen on: those configured, or the preferred ones
// if they are free, or any.
func (c Config) ports() (ports, error) {
	native, err := pickPort("native", c.Native, preferredNative, 0)
	if err != nil {
		return ports{}, err
	}
	http, err := pickPort("http", c.HTTP, preferredHTTP, native)
	return ports{native: native, http: http}, err
}

func pickPort(name, address string, preferred, taken int) (int, error) {
	configured, err := portOf(name, address)
	if err != nil {
		return 0, err
	}
	switch {
	case configured > 0 && !portFree(configured):
		return 0, fmt.Errorf("store.%s: port %d is taken by another program: choose another, or none for a free one", name, configured)
	case configured > 0:
		return configured, nil
	case configured == unsetPort && preferred != taken && portFree(preferred):
		return preferred, nil
	}
	offset := os.Getpid() * portsASlot % (lastFree - firstFree)
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
