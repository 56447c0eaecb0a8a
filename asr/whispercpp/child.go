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
)

// child is a running worker process. One goroutine at a time calls it.
type child struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	last *tail
	gone chan struct{} // closed when the process has ended
}

func startChild(command []string, live *sync.WaitGroup) (*child, error) {
	cmd := exec.Command(command[0], command[1:]...)
	// Spinning OpenMP threads would cost as much CPU time again. The file is
	// built without OpenMP; a library of the user's may not be.
	cmd.Env = append(os.Environ(), "OMP_WAIT_POLICY=passive", "OMP_NUM_THREADS=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, in: in, out: bufio.NewReaderSize(out, 64<<10), last: &tail{}, gone: make(chan struct{})}
	cmd.Stderr = c.last
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	live.Go(func() {
		defer close(c.gone)
		// Wait closes the pipes, which ends a call under way. What the process
		// says of its end matters to nobody: call reports the broken pipe.
		_ = cmd.Wait()
	})
	return c, nil
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// call sends a job and waits for the answer. After an error the child is in
// no state to take another job; the caller kills it.
func (c *child) call(ctx context.Context, j job, pcm []float32, limit time.Duration) (answer, error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
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
	select {
	case r := <-done:
		if r.err != nil {
			c.kill()
			<-c.gone
			return answer{}, fmt.Errorf("%w: %w%s", ErrCrashed, r.err, c.last.String())
		}
		return r.answer, nil
	case <-timer.C:
		c.kill()
		<-done
		return answer{}, fmt.Errorf("%w of %s", ErrTimedOut, limit)
	case <-ctx.Done():
		c.kill()
		<-done
		return answer{}, ctx.Err()
	}
}

// kill ends the process without waiting for it; killing it again does nothing.
func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.in.Close()
}

// tail keeps the end of what is written to it: the words a process died with.
type tail struct {
	mu  sync.Mutex
	end []byte
}

const tailBytes = 1 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, p...)
	if n := len(t.end) - tailBytes; n > 0 {
		t.end = append(t.end[:0], t.end[n:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := strings.TrimSpace(strings.ToValidUTF8(string(t.end), "�"))
	if s == "" {
		return ""
	}
	return ": " + s
}
