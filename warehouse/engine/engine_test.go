package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

func TestMain(m *testing.M) {
	RunIfChild()
	if path := os.Getenv(keepEnv); path != "" {
		keep(path)
	}
	os.Exit(m.Run())
}

// keepEnv makes this test binary a process that keeps a store in the folder
// named, says so, and waits to be killed.
const keepEnv = "EARSHOT_TEST_KEEP"

func keep(path string) {
	c := Default()
	c.Path, c.Native, c.HTTP = path, "127.0.0.1:0", "127.0.0.1:0"
	e, err := Start(context.Background(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("ready", e.child.cmd.Process.Pid)
	time.Sleep(time.Hour)
}

// testLog passes the log to the test's own output.
func testLog(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// start runs an engine in a folder, or skips the test where there is no
// library.
func start(t *testing.T, path string) *Engine {
	t.Helper()
	c := Default()
	c.Path, c.Native, c.HTTP = path, "127.0.0.1:0", "127.0.0.1:0"
	needLibrary(t, c)
	e, err := Start(t.Context(), c, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func needLibrary(t *testing.T, c Config) {
	t.Helper()
	if _, err := c.library(); err != nil {
		if os.Getenv("EARSHOT_REQUIRE_SERVICES") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// ask sends a query over HTTP and returns the answer, or the error as text.
func ask(t *testing.T, address string, who Login, query string) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/", strings.NewReader(query))
	if err != nil {
		t.Fatal(err)
	}
	r.URL.RawQuery = url.Values{"user": {who.User}, "password": {who.Password}}.Encode()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", err
	}
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", answer.Status, strings.TrimSpace(string(b)))
	}
	return strings.TrimSpace(string(b)), nil
}

func TestStartAndClose(t *testing.T) {
	began := time.Now()
	e := start(t, t.TempDir())
	t.Logf("ready after %s", time.Since(began))
	got, err := ask(t, e.Endpoint().HTTP, e.Endpoint().Writer, "SELECT 1 + 1")
	if err != nil || got != "2" {
		t.Fatalf("got %q, %v", got, err)
	}
	began = time.Now()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("ended after %s", time.Since(began))
}

func TestPortTakenAfterItWasChosen(t *testing.T) {
	c := Default()
	c.Path = t.TempDir()
	needLibrary(t, c)
	e := &Engine{config: c, log: testLog(t), logins: logins{Login{Writer, "a"}, Login{Analyst, "b"}}}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	for name, p := range map[string]ports{
		"native": {native: taken.Addr().(*net.TCPAddr).Port, http: 31_999},
		"http":   {native: 31_999, http: taken.Addr().(*net.TCPAddr).Port},
	} {
		if e.config.Library, err = c.library(); err != nil {
			t.Fatal(err)
		}
		if err := writeSettings(c, e.logins); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, err := startChild(t.Context(), e.config, newEndpoint(c.Path, p, e.logins), e.log)
		if !errors.Is(err, errPortTaken) {
			t.Errorf("%s: got %v, want %v", name, err, errPortTaken)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: told after %s", name, took)
		}
	}
}

func TestClientsThatFailDoNotEndTheStore(t *testing.T) {
	e := start(t, t.TempDir())
	p := e.Endpoint()
	child := e.child
	for range 3 {
		if _, err := askNative(t, p.Native, Login{Writer, "wrong"}, "SELECT 1"); err == nil {
			t.Fatal("a wrong password was taken")
		}
		for _, address := range []string{p.Native, p.HTTP} {
			for _, bytes := range []string{"", "\x00", "GET / HTTP/1.1\r\n\r\n", strings.Repeat("\xff", 5000)} {
				conn, err := net.Dial("tcp", address)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := conn.Write([]byte(bytes)); err != nil {
					t.Log(err) // it may hang up first
				}
				if err := conn.(*net.TCPConn).SetLinger(0); err != nil { // reset it
					t.Fatal(err)
				}
				_ = conn.Close()
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{p.Native}, Auth: clickhouse.Auth{Username: p.Writer.User, Password: p.Writer.Password}})
		if err != nil {
			t.Fatal(err)
		}
		if rows, err := conn.Query(ctx, "SELECT toString(sleep(0.01)) FROM numbers(1000) SETTINGS max_block_size = 1"); err == nil {
			for rows.Next() { //nolint:revive // read until it breaks off
			}
			_ = rows.Close()
		}
		cancel()
		_ = conn.Close()
	}
	if got, err := ask(t, p.HTTP, p.Writer, "SELECT 1 + 1"); err != nil || got != "2" {
		t.Errorf("got %q, %v", got, err)
	}
	select {
	case <-child.ended:
		t.Error("the store ended:", child.failure())
	default:
	}
}

// A thread for each processor, however little memory the store may use.
func TestQueriesRunOnAllProcessors(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("one processor")
	}
	e := start(t, t.TempDir())
	got, err := ask(t, e.Endpoint().HTTP, e.Endpoint().Writer, "EXPLAIN PIPELINE SELECT sum(cityHash64(number)) FROM numbers_mt(100000000)")
	if err != nil || !strings.Contains(got, "AggregatingTransform ×") {
		t.Errorf("%v\n%s", err, got)
	}
}
