package main

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// HTTPConfig says where Earshot listens for uploads.
type HTTPConfig struct {
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

func (c HTTPConfig) validate() error {
	if err := requireLoopback(c.Listen); err != nil && c.Token == "" {
		return fmt.Errorf("http.listen: %w: set http.token as well, or listen on 127.0.0.1", err)
	}
	if c.Token != "" && len(c.Token) < 16 {
		return errors.New("http.token: want at least 16 characters, such as from `openssl rand -hex 16`")
	}
	return nil
}

// listen opens addr. Where it is the default and taken, any free port of the
// same host does.
func listen(ctx context.Context, addr, preferred string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil && addr == preferred {
		host, _, _ := net.SplitHostPort(addr)
		return lc.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	}
	return l, err
}

// routes are the HTTP addresses of serve. Whoever watches over the service
// needs no token to ask whether it is well.
func routes(token string, upload http.Handler, metrics *prometheus.Registry, ready func(context.Context) error) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /v1/interactions", guard(token, upload))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := ready(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	mux.Handle("GET /metrics", guard(token, promhttp.HandlerFor(metrics, promhttp.HandlerOpts{})))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "Earshot "+version+"\n\nPOST /v1/interactions  send recordings and chat logs\nGET  /healthz          alive\nGET  /readyz           broker and store answer\nGET  /metrics          Prometheus\n")
	})
	return mux
}

// guard lets a request through if it carries the token, where one is set, and
// does not come from a page of another origin.
func guard(token string, next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	if token == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || subtle.ConstantTimeCompare([]byte(given), []byte(token)) != 1 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="earshot"`)
			http.Error(w, "missing or wrong bearer token", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// serveHTTP answers on l until ctx ends, then finishes open requests.
func serveHTTP(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		stopped <- server.Shutdown(grace)
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("http: %w", err)
	}
	return <-stopped
}
