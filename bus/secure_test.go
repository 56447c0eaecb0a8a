package bus_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"earshot/bus"
)

// certificate makes a certificate for loopback, signed by itself, and returns
// it with the paths of its PEM files.
func certificate(t *testing.T) (pair tls.Certificate, cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "earshot test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER})
	for path, text := range map[string][]byte{cert: certPEM, key: keyPEM} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pair, err = tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		t.Fatal(err)
	}
	return pair, cert, key
}

func TestTLSAndLogin(t *testing.T) {
	pair, cert, key := certificate(t)
	authorities := x509.NewCertPool()
	text, err := os.ReadFile(cert)
	if err != nil || !authorities.AppendCertsFromPEM(text) {
		t.Fatal(err)
	}
	for mechanism, name := range map[string]string{"PLAIN": "plain", "SCRAM-SHA-256": "scram-sha-256", "SCRAM-SHA-512": "scram-sha-512"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broker, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.EnableSASL(), kfake.Superuser(mechanism, "earshot", "secret"),
				kfake.TLS(&tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authorities}))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(broker.Close)
			addr := broker.ListenAddrs()[0]
			secure := func(c *bus.Config) {
				c.TLS = bus.TLS{Enabled: true, CA: cert, Cert: cert, Key: key}
				c.SASL = bus.SASL{Mechanism: name, Username: "earshot", Password: "secret"}
			}
			b := open(t, addr, secure)
			topic := topic(t, b, 1)
			publish(t, b, topic, bus.Record{Key: "k", Value: []byte("over TLS")})
			s := subscribe(t, b, topic, "g")
			if d := next(t, s); string(d.Value) != "over TLS" {
				t.Errorf("got %q", d.Value)
			}
			wantLag(t, b, topic, "g", 1)

			for what, change := range map[string]func(*bus.Config){
				"wrong password": func(c *bus.Config) { c.SASL.Password = "guess" },
				"no login":       func(c *bus.Config) { c.SASL = bus.SASL{} },
				"no TLS":         func(c *bus.Config) { c.TLS = bus.TLS{} },
				"unknown CA":     func(c *bus.Config) { c.TLS.CA = "" },
			} {
				cfg := bus.Default()
				cfg.Brokers = []string{addr}
				cfg.Timeout = time.Second
				secure(&cfg)
				change(&cfg)
				ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
				if b, err := bus.Open(ctx, cfg, slog.New(slog.DiscardHandler)); err == nil {
					t.Errorf("%s: let in, close says %v", what, b.Close())
				}
				cancel()
			}
		})
	}
}

func TestConfigErrorsNameTheKey(t *testing.T) {
	for want, change := range map[string]func(*bus.Config){
		"brokers":          func(c *bus.Config) { c.Brokers = nil },
		"host:port":        func(c *bus.Config) { c.Brokers = []string{"kafka"} },
		"timeout":          func(c *bus.Config) { c.Timeout = 0 },
		"session_timeout":  func(c *bus.Config) { c.SessionTimeout = time.Second },
		"commit_interval":  func(c *bus.Config) { c.CommitInterval = 0 },
		"window":           func(c *bus.Config) { c.Window = 0 },
		"max_record_bytes": func(c *bus.Config) { c.MaxRecordBytes = 10 },
		"mechanism":        func(c *bus.Config) { c.SASL.Mechanism = "kerberos" },
		"password":         func(c *bus.Config) { c.SASL = bus.SASL{Mechanism: "plain", Username: "a"} },
		"cert and key":     func(c *bus.Config) { c.TLS = bus.TLS{Enabled: true, Cert: "a"} },
		"enabled is false": func(c *bus.Config) { c.TLS.CA = "a" },
		"absent.pem":       func(c *bus.Config) { c.TLS = bus.TLS{Enabled: true, CA: "absent.pem"} },
	} {
		cfg := bus.Default()
		cfg.Brokers = []string{"127.0.0.1:1"}
		change(&cfg)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		_, err := bus.Open(ctx, cfg, slog.New(slog.DiscardHandler))
		cancel()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}
