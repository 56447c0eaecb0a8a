package bus

import (
	"errors"
	"fmt"
	"net"
	"time"
)

// Config says how to reach the cluster and how hard to try.
type Config struct {
	Brokers        []string      `yaml:"brokers" doc:"host:port of one or more brokers to start from"`
	ClientID       string        `yaml:"client_id" doc:"name shown in the brokers' logs and quotas; default earshot"`
	TLS            TLS           `yaml:"tls" doc:"encryption of the connection"`
	SASL           SASL          `yaml:"sasl" doc:"login"`
	Timeout        time.Duration `yaml:"timeout" doc:"time limit of one request; default 10s"`
	RetryFor       time.Duration `yaml:"retry_for" doc:"how long a call is tried again after a failure that may pass; default 30s"`
	MaxRecordBytes int           `yaml:"max_record_bytes" doc:"largest record in bytes, key and headers included; default 8388608"`
	SessionTimeout time.Duration `yaml:"session_timeout" doc:"after which a consumer that vanished loses its partitions; default 10s, brokers want 6s to 5m"`
	CommitInterval time.Duration `yaml:"commit_interval" doc:"how often finished work is noted on the broker; default 200ms"`
	Window         int           `yaml:"window" doc:"records of one partition handed out beyond the oldest unfinished one; default 1000"`
}

// TLS configures encryption.
type TLS struct {
	Enabled    bool   `yaml:"enabled" doc:"encrypt the connection; default false"`
	CA         string `yaml:"ca" doc:"PEM file of the authorities that may sign the brokers' certificates; empty: the system's"`
	Cert       string `yaml:"cert" doc:"PEM file of the client certificate; empty: none"`
	Key        string `yaml:"key" doc:"PEM file of the client certificate's key"`
	ServerName string `yaml:"server_name" doc:"name expected in the brokers' certificates; empty: the host dialled"`
}

// SASL configures login.
type SASL struct {
	Mechanism string `yaml:"mechanism" doc:"plain, scram-sha-256 or scram-sha-512; empty: no login"`
	Username  string `yaml:"username" doc:"user to log in as"`
	Password  string `yaml:"password" doc:"its password; better set by environment than in a file"`
}

// Default returns the default configuration, without brokers.
func Default() Config {
	return Config{
		ClientID:       "earshot",
		Timeout:        10 * time.Second,
		RetryFor:       30 * time.Second,
		MaxRecordBytes: 8 << 20,
		SessionTimeout: 10 * time.Second,
		CommitInterval: 200 * time.Millisecond,
		Window:         1000,
	}
}

// Validate returns an error that names the first key that cannot work.
func (c Config) Validate() error {
	if len(c.Brokers) == 0 {
		return errors.New("brokers: none given: name at least one as host:port")
	}
	for _, addr := range c.Brokers {
		if _, port, err := net.SplitHostPort(addr); err != nil || port == "" {
			return fmt.Errorf("brokers: %q: want host:port", addr)
		}
	}
	for _, check := range []struct {
		name string
		ok   bool
		want string
	}{
		{"timeout", c.Timeout >= 100*time.Millisecond, "100ms or more"},
		{"retry_for", c.RetryFor > 0, "more than 0"},
		{"max_record_bytes", c.MaxRecordBytes >= 1024 && c.MaxRecordBytes <= 1<<30, "1024 to 1073741824"},
		{"session_timeout", c.SessionTimeout >= 6*time.Second && c.SessionTimeout <= 5*time.Minute, "6s to 5m"},
		{"commit_interval", c.CommitInterval >= 10*time.Millisecond && c.CommitInterval <= time.Minute, "10ms to 1m"},
		{"window", c.Window >= 1 && c.Window <= 1_000_000, "1 to 1000000"},
	} {
		if !check.ok {
			return fmt.Errorf("%s: want %s", check.name, check.want)
		}
	}
	return errors.Join(c.TLS.validate(), c.SASL.validate())
}

func (t TLS) validate() error {
	if (t.Cert == "") != (t.Key == "") {
		return errors.New("tls: cert and key: give both or none")
	}
	if !t.Enabled && (t.CA != "" || t.Cert != "" || t.ServerName != "") {
		return errors.New("tls: enabled is false but other keys are set: enable it, or remove them")
	}
	return nil
}

func (s SASL) validate() error {
	switch s.Mechanism {
	case "":
		if s.Username != "" || s.Password != "" {
			return errors.New("sasl: mechanism is empty but a user is given: want plain, scram-sha-256 or scram-sha-512")
		}
		return nil
	case "plain", "scram-sha-256", "scram-sha-512":
		if s.Username == "" || s.Password == "" {
			return errors.New("sasl: username and password: both are needed")
		}
		return nil
	}
	return fmt.Errorf("sasl: mechanism %q: want plain, scram-sha-256 or scram-sha-512", s.Mechanism)
}
