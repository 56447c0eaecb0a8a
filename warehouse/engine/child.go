package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	startPatience = 90 * time.Second // an old child may still be ending, tables may be many
	endPatience   = 20 * time.Second
)

var errPortTaken = errors.New("a port chosen for the store was taken meanwhile")

// child is one run of the engine.
type child struct {
	cmd     *exec.Cmd
	stdin   io.Closer // the child lives while this is open
	said    *tail
	started time.Time

	ended   chan struct{}
	endErr  error // set before ended is closed
	closing sync.Once
}

// job is what the child is told, as one line of JSON on its standard input.
type job struct {
	Library  string `json:"library"`
	Data     string `json:"data"`
	Settings string `json:"settings"`
	Backups  string `json:"backups"`
	Native   string `json:"native_port"`
	HTTP     string `json:"http_port"`
	Connects bool   `json:"connects"` // to other servers
}

// startChild runs the engine and returns once it answers over HTTP and accepts
// native connections.
func startChild(ctx context.Context, c Config, e Endpoint, log *slog.Logger) (*child, error) {
	command := c.Command
	if command == nil {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("find this program: %w", err)
		}
		command = append([]string{self}, ChildArgs()...)
	}
	path, err := filepath.Abs(c.Path)
	if err != nil {
		return nil, err
	}
	backups, err := c.backups()
	if err != nil {
		return nil, err
	}
	_, native, _ := net.SplitHostPort(e.Native)
	_, http, _ := net.SplitHostPort(e.HTTP)
	order, err := json.Marshal(job{
		Library: c.Library, Data: filepath.Join(path, dataFolder), Settings: filepath.Join(path, settingsFolder),
		Backups: backups, Native: native, HTTP: http,
		Connects: c.Cluster != "",
	})
	if err != nil {
		return nil, err
	}

	cmd := exec.Command(command[0], command[1:]...)
	// The environment is readable through the engine: give it nothing of ours.
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LANG=C.UTF-8", "TZ=UTC", "TERM=dumb"}
	// Ctrl-C in a terminal goes to the whole group: the engine is ended by us.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	said := newTail(log)
	cmd.Stderr = said // standard output is a greeting for people at terminals
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the store: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the store: %w", err)
	}
	ch := &child{cmd: cmd, stdin: stdin, said: said, started: time.Now(), ended: make(chan struct{})}
	go func() {
		ch.endErr = cmd.Wait()
		close(ch.ended)
	}()
	if _, err := stdin.Write(append(order, '\n')); err != nil {
		return nil, errors.Join(fmt.Errorf("start the store: %w", err), ch.end())
	}
	if err := ch.wait(ctx, e); err != nil {
		return nil, errors.Join(err, ch.end())
	}
	log.Info("the store is ready", "native", e.Native, "http", e.HTTP, "pid", cmd.Process.Pid, "after", time.Since(ch.started))
	return ch, nil
}

// wait returns nil once the engine answers.
func (c *child) wait(ctx context.Context, e Endpoint) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		if answers(ctx, e) {
			return nil
		}
		select {
		case <-c.ended:
			return c.failure()
		case <-c.said.exception():
			return c.failure()
		case <-ctx.Done():
			return fmt.Errorf("the store did not answer in time: %w%s", context.Cause(ctx), c.said.quote())
		case <-time.After(pause):
		}
	}
}

// answers asks as our own user: whatever else listens on the port does not
// know the password.
func answers(ctx context.Context, e Endpoint) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+e.HTTP+"/?query=SELECT+currentUser()", nil)
	if err != nil {
		return false
	}
	r.Header.Set("X-ClickHouse-User", e.Writer.User)
	r.Header.Set("X-ClickHouse-Key", e.Writer.Password)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(io.LimitReader(answer.Body, 100))
	if err != nil || strings.TrimSpace(string(b)) != e.Writer.User {
		return false
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", e.Native)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

// end closes the child's standard input, which ends it cleanly, and kills it
// if that takes too long.
func (c *child) end() error {
	var err error
	c.closing.Do(func() { err = c.stdin.Close() })
	if errors.Is(err, os.ErrClosed) {
		err = nil // it ended by itself
	}
	select {
	case <-c.ended:
		return err
	case <-time.After(endPatience):
	}
	err = errors.Join(err, fmt.Errorf("the store did not end in %s and was killed", endPatience), c.cmd.Process.Kill())
	<-c.ended
	return err
}

// failure tells why a child ended by itself, or cannot serve.
func (c *child) failure() error {
	said := c.said.quote()
	err := fmt.Errorf("the store failed%s", said)
	select {
	case <-c.ended:
		if c.endErr != nil {
			err = fmt.Errorf("the store ended: %w%s", c.endErr, said)
		}
	default: // it said so before it ended
	}
	if strings.Contains(said, "Address already in use") {
		err = fmt.Errorf("%w: %w", errPortTaken, err)
	}
	return err
}

// tail passes what the child says to the log and keeps the end of it.
type tail struct {
	log *slog.Logger

	mu     sync.Mutex
	last   []byte
	line   []byte
	failed chan struct{} // closed once an exception was reported
}

func newTail(log *slog.Logger) *tail { return &tail{log: log, failed: make(chan struct{})} }

// exception is closed once the library has reported one: it goes on serving
// what it can then.
func (t *tail) exception() <-chan struct{} { return t.failed }

const tailBytes = 4096

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, b...)
	t.last = t.last[max(0, len(t.last)-tailBytes):]
	t.line = append(t.line, b...)
	for {
		line, rest, ok := bytes.Cut(t.line, []byte("\n"))
		if !ok {
			break
		}
		if text := strings.TrimSpace(string(line)); text != "" {
			t.log.Debug("the store says", "text", text)
		}
		if bytes.Contains(line, []byte("DB::Exception")) {
			select {
			case <-t.failed:
			default:
				close(t.failed)
			}
		}
		t.line = rest
	}
	t.line = t.line[max(0, len(t.line)-tailBytes):]
	return len(b), nil
}

// quote returns the end of what was said, led by a colon, or nothing.
func (t *tail) quote() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := strings.TrimSpace(string(t.last))
	if s == "" {
		return ""
	}
	return ": " + s
}
