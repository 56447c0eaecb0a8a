package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"earshot/cmd/earshot/app"
	"earshot/models/weights"
	"earshot/warehouse"
)

// TestMain lets the test binary be the real program: run as `earshot`, it is.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"earshot": main})
}

// needEngine skips a test where set-up has not fetched the ClickHouse engine.
func needEngine(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(weights.CacheDir(), "lib", "libchdb.so")); err != nil {
		needed(t, "the ClickHouse engine is not installed: make setup")
	}
}

// needed skips, or fails where everything has to be there.
func needed(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("EARSHOT_REQUIRE_SERVICES") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// served is an `earshot serve` in a process of its own.
type served struct {
	t     *testing.T
	data  string
	env   []string
	cmd   *exec.Cmd
	ended chan error
	log   *lockedBuffer
	at    app.Endpoint
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// someUnexplained leaves English complaints without a cause: the lexicons know
// everything that made-up customers say.
const someUnexplained = "EARSHOT_NLP_DISABLED=reason-en"

// newService returns a served that is not started; t's end stops it.
func newService(t *testing.T, env ...string) *served {
	t.Helper()
	needEngine(t)
	s := &served{t: t, data: filepath.Join(t.TempDir(), "data"), log: &lockedBuffer{}}
	s.env = append(os.Environ(), "EARSHOT_CACHE="+weights.CacheDir(), "EARSHOT_HTTP_LISTEN=127.0.0.1:0", "EARSHOT_BROKER_LISTEN=127.0.0.1:0",
		"EARSHOT_STORE_NATIVE=127.0.0.1:0", "EARSHOT_STORE_HTTP=127.0.0.1:0")
	s.env = append(s.env, env...)
	t.Cleanup(func() {
		_ = s.stop() // a test that cares has stopped it itself
		if t.Failed() {
			t.Logf("log of serve:\n%s", tail(s.log.String(), 8000))
		}
	})
	return s
}

func tail(s string, n int) string {
	if len(s) > n {
		return "…" + s[len(s)-n:]
	}
	return s
}

// start starts the process and waits until it is ready.
func (s *served) start() {
	s.t.Helper()
	program, err := exec.LookPath("earshot")
	if err != nil {
		s.t.Fatal(err)
	}
	s.cmd = exec.Command(program, "--home", s.data, "serve")
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr, s.cmd.Dir = s.env, s.log, s.log, filepath.Dir(s.data)
	s.cmd.WaitDelay = 5 * time.Second
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.ended = make(chan error, 1)
	go func() { s.ended <- s.cmd.Wait() }()
	deadline := time.Now().Add(60 * time.Second)
	for time.Now().Before(deadline) {
		select {
		case err := <-s.ended:
			s.cmd = nil
			s.t.Fatalf("serve ended at start: %v\n%s", err, tail(s.log.String(), 4000))
		default:
		}
		if e, err := app.ReadEndpoint(s.data); err == nil && e.PID == s.cmd.Process.Pid {
			if s.at = e; s.ready() {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.t.Fatal("serve was not ready within a minute")
}

func (s *served) ready() bool {
	response, err := http.Get("http://" + s.at.HTTP + "/readyz") //nolint:noctx // bounded by the caller
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// kill ends the process as a crash would.
func (s *served) kill() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		if err := <-s.ended; err == nil {
			s.t.Error("serve had ended by itself before it was killed")
		}
		s.cmd = nil
	}
}

// stop ends the process as Ctrl-C would and returns how it ended.
func (s *served) stop() error {
	if s.cmd == nil {
		return nil
	}
	_ = s.cmd.Process.Signal(syscall.SIGINT)
	defer func() { s.cmd = nil }()
	select {
	case err := <-s.ended:
		return err
	case <-time.After(30 * time.Second):
		_ = s.cmd.Process.Kill()
		return errors.Join(errors.New("serve did not stop within 30 s of an interrupt"), <-s.ended)
	}
}

// earshot runs another command against the service.
func (s *served) earshot(args ...string) (stdout, stderr string, err error) {
	s.t.Helper()
	program, err := exec.LookPath("earshot")
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, append([]string{"--home", s.data}, args...)...)
	var out, errOut bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr, cmd.Dir = s.env, &out, &errOut, filepath.Dir(s.data)
	err = cmd.Run()
	return out.String(), errOut.String(), err
}

// rows runs a command that prints JSON rows.
func (s *served) rows(args ...string) []map[string]any {
	s.t.Helper()
	out, errOut, err := s.earshot(args...)
	if err != nil {
		s.t.Fatalf("earshot %q: %v\n%s", args, err, errOut)
	}
	var rows []map[string]any
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		s.t.Fatalf("earshot %q: %v in %s", args, err, out)
	}
	return rows
}

// query asks the store, of which `earshot sql` would say the same in ten times
// the time.
func (s *served) query(sql string) [][]any {
	s.t.Helper()
	store := s.connect()
	defer func() { _ = store.Close() }()
	got, err := store.Query(s.t.Context(), sql)
	if err != nil {
		s.t.Fatal(sql, err)
	}
	return got.Rows
}

// coverage sums the coverage report over all channels.
func (s *served) coverage() (accepted, scored, failed, inFlight int) {
	s.t.Helper()
	store := s.connect()
	defer func() { _ = store.Close() }()
	got, err := store.Report(s.t.Context(), "coverage", warehouse.ReportOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, row := range got.Rows {
		n := func(name string) int { return int(row[got.Column(name)].(uint64)) }
		accepted, scored, failed, inFlight = accepted+n("accepted"), scored+n("scored"), failed+n("failed"), inFlight+n("in_flight")
	}
	return accepted, scored, failed, inFlight
}

// settle waits until want interactions are accepted and none is in flight.
func (s *served) settle(want int, limit time.Duration) {
	s.t.Helper()
	deadline := time.Now().Add(limit)
	for {
		accepted, scored, failed, inFlight := s.coverage()
		if accepted != scored+failed+inFlight {
			s.t.Fatalf("coverage does not add up: accepted %d, scored %d, failed %d, in flight %d", accepted, scored, failed, inFlight)
		}
		if accepted >= want && inFlight == 0 {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("after %s: accepted %d of %d, scored %d, failed %d, in flight %d", limit, accepted, want, scored, failed, inFlight)
		}
		time.Sleep(200 * time.Millisecond)
	}
}
