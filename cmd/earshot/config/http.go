package config

import (
	"errors"
	"fmt"
	"net"
)

// HTTP says where Earshot listens for uploads.
type HTTP struct {
	Listen string `yaml:"listen" doc:"address for uploads, health and metrics; default 127.0.0.1:8642, or a free port if that is taken"`
	Token  string `yaml:"token" doc:"bearer token every request must carry; required to listen on an address other hosts can reach"`
}

// requireLoopback returns an error if listen can be reached from other hosts.
func requireLoopback(listen string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("address %q: want host:port, such as 127.0.0.1:8642", listen)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("address %q can be reached from other hosts", listen)
}

func (c HTTP) validate() error {
	if err := requireLoopback(c.Listen); err != nil && c.Token == "" {
		return fmt.Errorf("http.listen: %w: set http.token as well, or listen on 127.0.0.1", err)
	}
	if c.Token != "" && len(c.Token) < 16 {
		return errors.New("http.token: want at least 16 characters, such as from `openssl rand -hex 16`")
	}
	return nil
}
