package whispercpp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"earshot/asr"
)

const stubEnv = "EARSHOT_TEST_SPEECH_STUB"

// What a stub does with a window whose first sample is so.
const (
	works       = 0.1
	crashesOnce = 0.2
	crashes     = 0.3
	hangs       = 0.4
	complains   = 0.5
	babbles     = 0.6
	spins       = 0.7
	trickles    = 0.8
)

// stub is a worker without a model, which does what the first sample says and
// answers with the second. It notes in a file of the folder that it crashed.
func stub(marks string) {
	for {
		var j job
		pcm, err := readFrame(os.Stdin, &j)
		if err != nil {
			os.Exit(0)
		}
		var a answer
		switch {
		case j.Load != nil:
			if _, err := os.Stat(filepath.Join(marks, "no-start")); err == nil {
				a.Error = "no model today"
			}
		case len(pcm) > 1:
			do, name := math.Round(float64(pcm[0])*10)/10, fmt.Sprint(pcm[1])
			a.Heard.Sure = float64(pcm[1])
			_, err := os.Stat(filepath.Join(marks, name))
			switch {
			case do == crashes, do == crashesOnce && err != nil:
				if err := os.WriteFile(filepath.Join(marks, name), nil, 0o600); err != nil {
					os.Exit(3)
				}
				fmt.Fprintln(os.Stderr, "GGML_ASSERT failed")
				_ = syscall.Kill(os.Getpid(), syscall.SIGABRT)
				select {}
			case do == hangs:
				select {}
			case do == spins:
				for t := time.Now(); time.Since(t) < time.Hour; {
				}
			case do == trickles: // as on a machine that is busy with other things
				for range 30 {
					for t := time.Now(); time.Since(t) < 15*time.Millisecond; {
					}
					time.Sleep(50 * time.Millisecond)
				}
			case do == complains:
				a.Error = "cannot do that"
			case do == babbles:
				_, _ = os.Stdout.WriteString("whisper says hello")
				os.Exit(0)
			}
		}
		if err := writeFrame(os.Stdout, a, nil); err != nil {
			os.Exit(4)
		}
	}
}

func newStubPool(t *testing.T, workers int) (*Pool, string) {
	t.Helper()
	marks := t.TempDir()
	cfg := Default()
	cfg.Workers, cfg.JobTimeout = workers, 30*time.Second
	p, err := newPool(cfg, []string{"env", stubEnv + "=" + marks, os.Args[0]}, load{}, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		goleak.VerifyNone(t)
	})
	return p, marks
}

func ask(ctx context.Context, p *Pool, do, name float32) (float64, error) {
	h, err := p.Recognize(ctx, asr.Window{PCM: []float32{do, name}})
	return h.Sure, err
}

func TestHundredCrashesLoseNoJob(t *testing.T) {
	p, marks := newStubPool(t, 4)
	var group sync.WaitGroup
	var lost atomic.Int32
	for i := range 100 {
		group.Go(func() {
			name := float32(i + 1)
			if got, err := ask(t.Context(), p, crashesOnce, name); err != nil || float32(got) != name {
				t.Errorf("job %d: %v, %v", i, got, err)
				lost.Add(1)
			}
		})
	}
	group.Wait()
	crashed, err := os.ReadDir(marks)
	if err != nil || len(crashed) != 100 {
		t.Errorf("%d crashes, want 100 (%v)", len(crashed), err)
	}
	if lost.Load() > 0 {
		t.Errorf("%d jobs lost", lost.Load())
	}
}

func TestCrashingJobFailsAlone(t *testing.T) {
	p, _ := newStubPool(t, 1)
	_, err := ask(t.Context(), p, crashes, 7)
	if !errors.Is(err, ErrCrashed) || !strings.Contains(err.Error(), "GGML_ASSERT failed") {
		t.Errorf("got %v, want ErrCrashed with the worker's last words", err)
	}
	var coded interface{ Code() string }
	if !errors.As(err, &coded) || coded.Code() != "crashed" {
		t.Errorf("%v has no code", err)
	}
	if got, err := ask(t.Context(), p, works, 8); err != nil || got != 8 {
		t.Errorf("the next job: %v, %v", got, err)
	}
	if _, err := ask(t.Context(), p, babbles, 9); !errors.Is(err, ErrCrashed) {
		t.Errorf("a worker that talks nonsense: %v", err)
	}
	if _, err := ask(t.Context(), p, complains, 10); err == nil || errors.Is(err, ErrCrashed) || !strings.Contains(err.Error(), "cannot do that") {
		t.Errorf("a job that cannot be done: %v", err)
	}
}

func TestHangingJobTimesOut(t *testing.T) {
	p, _ := newStubPool(t, 1)
	p.cfg.JobTimeout = 600 * time.Millisecond
	start := time.Now()
	_, err := ask(t.Context(), p, hangs, 1)
	if !errors.Is(err, ErrTimedOut) || time.Since(start) > 10*time.Second {
		t.Errorf("got %v after %s", err, time.Since(start))
	}
	var coded interface{ Code() string }
	if !errors.As(err, &coded) || coded.Code() != "timed-out" {
		t.Errorf("%v has no code", err)
	}
	if _, err := ask(t.Context(), p, spins, 2); !errors.Is(err, ErrTimedOut) {
		t.Errorf("a job that never ends: %v", err)
	}
}

// TestDeadlineIsProcessorTime has a worker that gets little of the processor.
func TestDeadlineIsProcessorTime(t *testing.T) {
	p, _ := newStubPool(t, 1)
	p.cfg.JobTimeout = 3600 * time.Millisecond // a third for a window this short
	start := time.Now()
	if got, err := ask(t.Context(), p, trickles, 3); err != nil || got != 3 {
		t.Errorf("got %v, %v", got, err)
	}
	if took, limit := time.Since(start), p.cfg.deadline(2); took < limit {
		t.Errorf("the job took %s, which is not above its limit of %s", took, limit)
	}
}

func TestAbort(t *testing.T) {
	p, _ := newStubPool(t, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := ask(ctx, p, hangs, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if got, err := ask(t.Context(), p, works, 2); err != nil || got != 2 {
		t.Errorf("the next job: %v, %v", got, err)
	}
}

func TestCloseEndsJobs(t *testing.T) {
	p, _ := newStubPool(t, 2)
	done := make(chan error, 2)
	for i := range 2 {
		go func() {
			_, err := ask(context.Background(), p, hangs, float32(i))
			done <- err
		}()
	}
	time.Sleep(300 * time.Millisecond)
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	for range 2 {
		select {
		case err := <-done:
			if err == nil {
				t.Error("a job that hangs succeeded")
			}
		case <-time.After(10 * time.Second):
			t.Fatal("a job outlived its pool")
		}
	}
	if _, err := ask(t.Context(), p, works, 2); !errors.Is(err, errClosed) {
		t.Errorf("a job after the end: %v", err)
	}
}

func TestStartsAreDelayed(t *testing.T) {
	p, marks := newStubPool(t, 1)
	if err := os.WriteFile(filepath.Join(marks, "no-start"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := ask(t.Context(), p, works, 1); err == nil || !strings.Contains(err.Error(), "no model today") {
			t.Errorf("got %v", err)
		}
	}
	p.mu.Lock()
	wait := time.Until(p.resume)
	p.mu.Unlock()
	if wait <= 0 {
		t.Error("after failed starts the next one is not delayed")
	}
	if err := os.Remove(filepath.Join(marks, "no-start")); err != nil {
		t.Fatal(err)
	}
	if got, err := ask(t.Context(), p, works, 2); err != nil || got != 2 {
		t.Errorf("once it can start: %v, %v", got, err)
	}
}

// TestWorkerDiesWithItsParent ends the pipe in the middle of a recognition.
func TestWorkerDiesWithItsParent(t *testing.T) {
	p := newTestPool(t, nil)
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), workerEnv+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := writeFrame(in, job{Load: &p.load}, nil); err != nil {
		t.Fatal(err)
	}
	var a answer
	if _, err := readFrame(out, &a); err != nil || a.Error != "" {
		t.Fatal(err, a.Error)
	}
	full := make([]float32, maxWindow)
	for n := 0; n < len(full); {
		n += copy(full[n:], sample(t))
	}
	if err := writeFrame(in, job{Recognize: &recognize{Languages: []string{"en"}}}, full); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // it is at work now
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, _ = io.Copy(io.Discard, out)
		done <- cmd.Wait()
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		_ = cmd.Process.Kill()
		t.Fatal("the worker outlives the pipe")
	}
}

func FuzzFrame(f *testing.F) {
	var b bytes.Buffer
	if err := writeFrame(&b, job{Recognize: &recognize{Language: "zh"}}, []float32{1, 2, 3}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		var j job
		pcm, err := readFrame(bytes.NewReader(b), &j)
		if err == nil && 4*len(pcm) > len(b) {
			t.Fatalf("%d samples from %d bytes", len(pcm), len(b))
		}
	})
}
