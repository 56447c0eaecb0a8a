package warehouse_test

import (
	"errors"
	"flag"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"earshot/warehouse"
	"earshot/warehouse/engine"
)

// The tests share one engine, which takes a moment to start; each works in a
// database of its own.
var shared struct {
	sync.Once
	engine *engine.Engine
	folder string
	err    error
}

func TestMain(m *testing.M) {
	engine.RunIfChild()
	if err := flag.Set("rapid.checks", "15"); err != nil { // each of several interactions; the command line may say otherwise
		panic(err)
	}
	flag.Parse()
	code := m.Run()
	if shared.engine != nil {
		if err := shared.engine.Close(); err != nil {
			slog.Error("close the engine", "error", err) //nolint:sloglint // no test left to log to
			code = 1
		}
	}
	if shared.folder != "" {
		_ = os.RemoveAll(shared.folder)
	}
	os.Exit(code)
}

func testLog(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// startEngine starts an engine, or skips the test where there is no library.
func startEngine(t testing.TB, c engine.Config, log *slog.Logger) (*engine.Engine, error) {
	t.Helper()
	e, err := engine.Start(t.Context(), c, log)
	if errors.Is(err, engine.ErrNoLibrary) && os.Getenv("EARSHOT_REQUIRE_SERVICES") != "1" {
		t.Skip(err)
	}
	return e, err
}

// engineIn is the configuration of an engine in a folder, on free ports.
func engineIn(path string) engine.Config {
	c := engine.Default()
	c.Path, c.Native, c.HTTP = path, "127.0.0.1:0", "127.0.0.1:0"
	return c
}

// ownEngine starts an engine for one test. It is closed after the connections
// to it, for which it would wait.
func ownEngine(t testing.TB) *engine.Engine { return engineWith(t, engineIn(t.TempDir())) }

func engineWith(t testing.TB, c engine.Config) *engine.Engine {
	t.Helper()
	e, err := startEngine(t, c, testLog(t))
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

func sharedEngine(t testing.TB) engine.Endpoint {
	t.Helper()
	shared.Do(func() {
		if shared.folder, shared.err = os.MkdirTemp("", "earshot-warehouse-"); shared.err == nil { //nolint:usetesting // outlives one test
			shared.engine, shared.err = startEngine(t, engineIn(shared.folder), slog.New(slog.DiscardHandler))
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	if shared.engine == nil {
		t.Skip("no ClickHouse library, see the first test skipped")
	}
	return shared.engine.Endpoint()
}

// open connects to the endpoint as its owner and makes the schema.
func open(t testing.TB, e engine.Endpoint) *warehouse.Warehouse {
	t.Helper()
	w := connect(t, e, e.Writer)
	if err := w.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func connect(t testing.TB, e engine.Endpoint, who engine.Login) *warehouse.Warehouse {
	t.Helper()
	c := warehouse.Default()
	c.Addr, c.User, c.Password = []string{e.Native}, who.User, who.Password
	c.BatchWait = 2 * time.Millisecond // tests write one after the other
	w, err := warehouse.Open(t.Context(), c, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func TestMigrateTwice(t *testing.T) {
	w := open(t, sharedEngine(t))
	if err := w.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// execute runs a statement as the owner of the tables.
func execute(t testing.TB, e engine.Endpoint, statement string) {
	t.Helper()
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{e.Native}, Auth: clickhouse.Auth{Username: e.Writer.User, Password: e.Writer.Password}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(statement, err)
	}
}
