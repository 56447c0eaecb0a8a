package whispercpp

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// child is a running worker process. One goroutine at a time calls it, another
// one waits for its end.
type child struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	said *said
	gone chan struct{} // closed when the process has ended
}

func startChild(command []string) (*child, error) {
	cmd := exec.Command(command[0], command[1:]...)
	// Spinning OpenMP threads would cost as much CPU time again. The file is
	// built without OpenMP; a library of the user's may not be.
	cmd.Env = append(os.Environ(), "OMP_WAIT_POLICY=passive", "OMP_NUM_THREADS=1", "GOTRACEBACK=none")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, in: in, out: bufio.NewReaderSize(out, 64<<10), said: &said{}, gone: make(chan struct{})}
	cmd.Stderr = c.said
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return c, nil
}

// wait returns when the process has ended. Wait closes the pipes, which ends a
// call under way. What the process says of its end matters to nobody: call
// reports the broken pipe.
func (c *child) wait() {
	_ = c.cmd.Wait()
	close(c.gone)
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// call sends a job and waits for the answer, as long as the process spends no
// more than limit of processor time on it and does not stand still for as long:
// a machine that is busy with other things fails no job. After an error the
// child is in no state to take another job; the caller kills it.
func (c *child) call(ctx context.Context, j job, pcm []float32, limit time.Duration) (answer, error) {
	c.said.reset()
	overdue := c.overdue(limit)
	ticker := time.NewTicker(max(limit/20, time.Millisecond))
	defer ticker.Stop()
	type result struct {
		answer answer
		err    error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		if r.err = writeFrame(c.in, j, pcm); r.err == nil {
			_, r.err = readFrame(c.out, &r.answer)
		}
		done <- r
	}()
	for {
		select {
		case r := <-done:
			if r.err != nil {
				c.kill()
				<-c.gone
				return answer{}, fmt.Errorf("%w: %w%s", ErrCrashed, r.err, c.said.String())
			}
			return r.answer, nil
		case now := <-ticker.C:
			if !overdue(now) {
				continue
			}
			c.kill()
			<-done
			return answer{}, fmt.Errorf("%w of %s", ErrTimedOut, limit)
		case <-ctx.Done():
			c.kill()
			<-done
			return answer{}, ctx.Err()
		}
	}
}

// standstill is the processor time below which a process has done nothing.
const standstill = 10 * time.Millisecond

// overdue returns a function that tells whether the process has used more than
// limit of processor time since now, or next to none for as long.
func (c *child) overdue(limit time.Duration) func(now time.Time) bool {
	used := func() time.Duration {
		var t unix.Timespec
		// The clock of another process, as clock_getcpuclockid makes it.
		if err := unix.ClockGettime(int32(^c.pid()<<3|2), &t); err != nil {
			return -1 // it is gone, which ends the job in another way
		}
		return time.Duration(t.Nano())
	}
	began := used()
	moved, at := began, time.Now()
	return func(now time.Time) bool {
		u := used()
		if u < 0 {
			return false
		}
		if u-moved > standstill {
			moved, at = u, now
		}
		return u-began > limit || now.Sub(at) > limit
	}
}

// kill ends the process without waiting for it; killing it again does nothing.
func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.in.Close()
}

// said keeps the first words a process says during a job: what it complains
// of comes before the traces it dies with.
type said struct {
	mu    sync.Mutex
	words []byte
}

const maxSaid = 500

func (s *said) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.words = s.words[:0]
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.words = append(s.words, p[:min(len(p), maxSaid-len(s.words))]...)
	return len(p), nil
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	line, _, _ := strings.Cut(strings.TrimSpace(strings.ToValidUTF8(string(s.words), "�")), "\n")
	if line == "" {
		return ""
	}
	return ": " + line
}
