package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// startKeeper runs a process that keeps a store in path, and returns it and
// the pid of its engine.
func startKeeper(t *testing.T, path string) (*exec.Cmd, int) {
	t.Helper()
	needLibrary(t, Default())
	keeper := exec.Command(os.Args[0])
	keeper.Env = append(os.Environ(), keepEnv+"="+path)
	out, err := keeper.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := keeper.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = keeper.Process.Kill() // unless it ended
		_ = keeper.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Sscanf(line, "ready %d", &pid); err != nil {
		t.Fatalf("the keeper says %q", line)
	}
	return keeper, pid
}

// alive tells whether the process still runs: one that ended may stay listed
// as a zombie until somebody asks for its end.
func alive(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(b), ") ")
	return !strings.HasPrefix(state, "Z")
}

func TestKilledKeeperTakesItsEngineAlong(t *testing.T) {
	path := t.TempDir()
	for range 3 {
		keeper, pid := startKeeper(t, path)
		found, err := Find(path)
		if err != nil || found.PID != keeper.Process.Pid {
			t.Fatalf("found %+v, %v, want process %d", found, err, keeper.Process.Pid)
		}
		if _, err := ask(t, found.HTTP, found.Writer, "CREATE DATABASE IF NOT EXISTS earshot"); err != nil {
			t.Fatal(err)
		}
		if _, err := ask(t, found.HTTP, found.Writer, "CREATE TABLE IF NOT EXISTS earshot.t (a UInt64) ENGINE = MergeTree ORDER BY a"); err != nil {
			t.Fatal(err)
		}
		if _, err := ask(t, found.HTTP, found.Writer, "INSERT INTO earshot.t SELECT number FROM numbers(1000)"); err != nil {
			t.Fatal(err)
		}
		if err := keeper.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = keeper.Wait()
		if _, err := Find(path); !errors.Is(err, ErrNotRunning) {
			t.Errorf("the keeper is dead, and Find says %v", err)
		}
		// At once: it has to wait for the engine that was left behind.
		began := time.Now()
		e := start(t, path)
		t.Logf("started again %s after the kill", time.Since(began))
		// It has let go of the folder; under the race detector the process itself
		// takes a second longer.
		for deadline := time.Now().Add(20 * time.Second); alive(pid); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the engine of the killed process is still there")
			}
		}
		if got, err := ask(t, e.Endpoint().HTTP, e.Endpoint().Writer, "SELECT count() % 1000, count() > 0 FROM earshot.t"); err != nil || got != "0\t1" {
			t.Errorf("after the kill: %q, %v", got, err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSecondStoreInTheSameFolder(t *testing.T) {
	path := t.TempDir()
	keeper, _ := startKeeper(t, path)
	c := Default()
	c.Path = path
	began := time.Now()
	_, err := Start(t.Context(), c, testLog(t))
	var used *InUseError
	if !errors.As(err, &used) || used.PID != keeper.Process.Pid {
		t.Fatalf("got %v, want InUseError with process %d", err, keeper.Process.Pid)
	}
	if text := err.Error(); strings.Contains(text, "\n") || !strings.Contains(text, fmt.Sprint(keeper.Process.Pid)) {
		t.Errorf("want one line with the process: %q", text)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("told after %s", took)
	}
	if _, err := Find(path); err != nil {
		t.Errorf("the first one is not found any more: %v", err)
	}
}

func TestEngineIsStartedAgain(t *testing.T) {
	e := start(t, t.TempDir())
	before := e.Endpoint()
	if _, err := ask(t, before.HTTP, before.Writer, "CREATE DATABASE earshot"); err != nil {
		t.Fatal(err)
	}
	var child *child
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGSEGV} {
		child = nextChild(t, e, child)
		if err := child.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		<-child.ended
		deadline := time.Now().Add(20 * time.Second)
		for {
			if got, err := ask(t, before.HTTP, before.Writer, "EXISTS DATABASE earshot"); err == nil {
				if got != "1" {
					t.Fatalf("after %s the store is another: %q", signal, got)
				}
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("after %s it did not come back", signal)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	if after := e.Endpoint(); after != before {
		t.Errorf("the endpoint changed from %+v to %+v", before, after)
	}
}

// nextChild waits until the engine runs in another process than before.
func nextChild(t *testing.T, e *Engine, before *child) *child {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		e.mu.Lock()
		now := e.child
		e.mu.Unlock()
		if now != nil && now != before {
			return now
		}
	}
	t.Fatal("the engine was not started again")
	return nil
}

func TestFilesAreForTheOwnerOnly(t *testing.T) {
	path := t.TempDir()
	c := Default()
	c.Path, c.Native, c.HTTP, c.AnalystPassword = filepath.Join(path, "store"), "127.0.0.1:0", "127.0.0.1:0", "look & <see>"
	needLibrary(t, c)
	e, err := Start(t.Context(), c, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	p := e.Endpoint()
	if got, err := ask(t, p.HTTP, Login{Analyst, "look & <see>"}, "SELECT currentUser()"); err != nil || got != Analyst {
		t.Errorf("the configured password: %q, %v", got, err)
	}
	for _, file := range []string{p.PasswordFile(Writer), p.PasswordFile(Analyst), filepath.Join(c.Path, endpointFile), filepath.Join(c.Path, settingsFolder, "users.xml")} {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %s", file, info.Mode())
		}
	}
	if info, err := os.Stat(c.Path); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %s, %v", info.Mode(), err)
	}
	b, err := os.ReadFile(filepath.Join(c.Path, endpointFile))
	if err != nil {
		t.Fatal(err)
	}
	var written Endpoint
	if err := json.Unmarshal(b, &written); err != nil || written.Native != p.Native || strings.Contains(string(b), p.Writer.Password) {
		t.Errorf("the endpoint file: %s, %v", b, err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if _, err := os.Stat(filepath.Join(c.Path, endpointFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the endpoint file is still there: %v", err)
	}
	c.AnalystPassword = ""
	again, err := Start(t.Context(), c, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if now := again.Endpoint(); now.Writer != p.Writer || now.Analyst != p.Analyst {
		t.Error("a password changed from one start to the next")
	}
}

func TestConfigErrors(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"store.path":      func(c *Config) { c.Path = "" },
		"store.native":    func(c *Config) { c.Native = "9000" },
		"listens on 127":  func(c *Config) { c.HTTP = "0.0.0.0:8123" },
		"0 to 65535":      func(c *Config) { c.HTTP = "127.0.0.1:99999" },
		"both port":       func(c *Config) { c.Native, c.HTTP = "127.0.0.1:9000", "127.0.0.1:9000" },
		"store.memory_mb": func(c *Config) { c.MemoryMB = 1 },
	} {
		c := Default()
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	c := Default()
	c.Path, c.Library = t.TempDir(), "/nowhere/libchdb.so"
	if _, err := Start(t.Context(), c, testLog(t)); !errors.Is(err, ErrNoLibrary) || !strings.Contains(err.Error(), "engine.sh") {
		t.Errorf("got %v, want ErrNoLibrary and what to type", err)
	}
	c.Library = "life_test.go"
	if _, err := Start(t.Context(), c, testLog(t)); err == nil || !strings.Contains(err.Error(), "ClickHouse library") {
		t.Errorf("a file that is no library: %v", err)
	}
}

func TestCloseDoesNotWaitForClients(t *testing.T) {
	e := start(t, t.TempDir())
	p := e.Endpoint()
	for range 3 {
		conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{p.Native}, Auth: clickhouse.Auth{Username: p.Analyst.User, Password: p.Analyst.Password}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		if err := conn.Ping(t.Context()); err != nil { // it stays open, and idle
			t.Fatal(err)
		}
	}
	busy, err := clickhouse.Open(&clickhouse.Options{Addr: []string{p.Native}, Auth: clickhouse.Auth{Username: p.Writer.User, Password: p.Writer.Password}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = busy.Close() }()
	broken := make(chan error)
	go func() {
		broken <- busy.Exec(context.Background(), "SELECT sleepEachRow(1) FROM numbers(60) SETTINGS max_block_size = 1")
	}()
	time.Sleep(200 * time.Millisecond)
	began := time.Now()
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	t.Logf("ended after %s", time.Since(began))
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("it took %s", took)
	}
	if err := <-broken; err == nil {
		t.Error("the query that ran went through")
	}
}
