// Package whispercpp recognises speech with whisper.cpp, in child processes:
// a failed assertion of the C++ library, which ends its process, costs one
// retry and nothing else, and killing the child is how a recognition is
// aborted.
//
// The parent holds a Pool, which implements asr.Recognizer and
// asr.VoiceDetector. Each child runs Worker: one model, one job at a time, on
// one thread, jobs coming over stdin and answers leaving over stdout.
package whispercpp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"earshot/asr"
	"earshot/models"
	"earshot/models/weights"
)

// Version of the recogniser: of the C++ library, and of the decoding and the
// settings around it. Raise the latter when the same audio may give other
// words, so that cached transcripts are made anew.
const Version = "whisper.cpp-1.9.1/5"

// ErrCrashed means that a worker died while it worked on a job, and another
// one died on the retry.
var ErrCrashed error = &failure{"crashed", "speech worker crashed"}

// ErrTimedOut means that a job was not done by its deadline, twice.
var ErrTimedOut error = &failure{"timed-out", "speech worker overran its deadline"}

// failure has a code, under which those who count errors count it.
type failure struct{ code, text string }

func (f *failure) Error() string { return f.text }
func (f *failure) Code() string  { return f.code }

// errClosed means that the pool has been closed.
var errClosed = errors.New("speech workers are shut down")

// Pool runs jobs on its workers.
type Pool struct {
	cfg     Config
	command []string
	load    load
	by      []models.By
	log     *slog.Logger

	slots  chan struct{} // one token a worker that may run
	closed chan struct{}
	gone   sync.WaitGroup // of the children

	mu      sync.Mutex
	live    map[*child]bool
	idle    []*child
	backoff *backoff.ExponentialBackOff
	resume  time.Time // no worker is started before
}

// New returns a pool whose workers are started as jobs arrive. command is the
// program that runs Worker and its arguments, normally this executable with a
// hidden subcommand. New returns an error if the weights are missing or not
// the pinned ones, with what to type.
func New(cfg Config, command []string, log *slog.Logger) (*Pool, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	speech, err := weights.Fitted(cfg.Model, cfg.Coding)
	if err != nil {
		return nil, err
	}
	voice, err := weights.Path("silero")
	if err != nil {
		return nil, err
	}
	voiceHash, err := weights.Hash("silero")
	if err != nil {
		return nil, err
	}
	by := []models.By{
		{Name: "whisper-" + cfg.Model, Version: Version, Hash: speech.SHA256},
		{Name: "silero", Version: Version, Hash: voiceHash},
	}
	l := load{Model: speech.Path, Voice: voice}
	l.Nice = cfg.Nice
	return newPool(cfg, command, l, by, log)
}

func newPool(cfg Config, command []string, l load, by []models.By, log *slog.Logger) (*Pool, error) {
	if len(command) == 0 {
		return nil, errors.New("speech workers: no command to run them with")
	}
	p := &Pool{cfg: cfg, command: command, load: l, by: by, log: log, closed: make(chan struct{}), live: map[*child]bool{}}
	p.slots = make(chan struct{}, cfg.size(l.Model))
	p.backoff = backoff.NewExponentialBackOff()
	p.backoff.InitialInterval, p.backoff.MaxInterval = 50*time.Millisecond, 20*time.Second
	return p, nil
}

// Engine returns the pool as what the asr step works with.
func (p *Pool) Engine() asr.Engine { return asr.Engine{Recognizer: p, Voice: p, By: p.by} }

// Size returns how many workers may run at once.
func (p *Pool) Size() int { return cap(p.slots) }

// Recognize implements asr.Recognizer.
func (p *Pool) Recognize(ctx context.Context, w asr.Window) (asr.Heard, error) {
	if n := len(w.PCM); n == 0 || n > maxWindow {
		return asr.Heard{}, fmt.Errorf("recognise: a window of %d samples, want 1 to %d", n, maxWindow)
	}
	answer, err := p.do(ctx, job{Recognize: &recognize{Speech: w.Speech, Language: w.Language, Languages: w.Languages, Prompts: w.Prompts, OnlyLanguage: w.OnlyLanguage}}, w.PCM)
	if err != nil {
		return asr.Heard{}, fmt.Errorf("recognise %.1f s of speech: %w", float64(len(w.PCM))/asr.Rate, err)
	}
	return answer.Heard, nil
}

// Voice implements asr.VoiceDetector.
func (p *Pool) Voice(ctx context.Context, pcm []float32) ([]float32, error) {
	if len(pcm) == 0 {
		return nil, nil
	}
	if len(pcm) > maxVoice {
		return nil, fmt.Errorf("detect voice: %d samples, want at most %d", len(pcm), maxVoice)
	}
	answer, err := p.do(ctx, job{Voice: true}, pcm)
	if err != nil {
		return nil, fmt.Errorf("detect voice in %.1f s of audio: %w", float64(len(pcm))/asr.Rate, err)
	}
	if want := (len(pcm) + asr.VoiceFrame - 1) / asr.VoiceFrame; len(answer.Voice) != want {
		return nil, fmt.Errorf("detect voice: %d answers for %d frames", len(answer.Voice), want)
	}
	return answer.Voice, nil
}

// do runs one job, on a second worker if the first dies on it or overruns the
// deadline.
func (p *Pool) do(ctx context.Context, j job, pcm []float32) (answer, error) {
	select {
	case p.slots <- struct{}{}:
	case <-p.closed:
		return answer{}, errClosed
	case <-ctx.Done():
		return answer{}, ctx.Err()
	}
	defer func() { <-p.slots }()

	limit := p.cfg.deadline(len(pcm))
	var last error
	for try := range 2 {
		c, err := p.take(ctx)
		if err != nil {
			return answer{}, errors.Join(err, last)
		}
		a, err := c.call(ctx, j, pcm, limit)
		if err == nil {
			p.put(c)
			if a.Error != "" {
				return answer{}, errors.New(a.Error)
			}
			return a, nil
		}
		c.kill()
		if ctx.Err() != nil {
			return answer{}, ctx.Err()
		}
		if p.isClosed() {
			return answer{}, errClosed
		}
		last = err
		p.log.Warn("speech worker lost", "error", err, "try", try+1, "pid", c.pid())
	}
	return answer{}, last
}

// take returns an idle worker or starts one. The caller holds a slot, so that
// there are never more workers than slots.
func (p *Pool) take(ctx context.Context) (*child, error) {
	for {
		p.mu.Lock()
		if n := len(p.idle); n > 0 {
			c := p.idle[n-1]
			p.idle = p.idle[:n-1]
			p.mu.Unlock()
			return c, nil
		}
		wait := time.Until(p.resume)
		p.mu.Unlock()
		if wait <= 0 {
			return p.start(ctx)
		}
		select {
		case <-time.After(wait):
		case <-p.closed:
			return nil, errClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (p *Pool) start(ctx context.Context) (*child, error) {
	c, err := p.spawn()
	if errors.Is(err, errClosed) {
		return nil, err
	}
	if err == nil {
		var a answer
		a, err = c.call(ctx, job{Load: &p.load}, nil, p.cfg.StartTimeout)
		if err == nil && a.Error != "" {
			err = errors.New(a.Error)
		}
		if err != nil {
			c.kill()
		}
	}
	if err != nil {
		p.fell()
		return nil, fmt.Errorf("start speech worker: %w", err)
	}
	p.log.Debug("speech worker started", "pid", c.pid())
	return c, nil
}

// spawn starts a process, unless the pool has been closed.
func (p *Pool) spawn() (*child, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.isClosed() {
		return nil, errClosed
	}
	c, err := startChild(p.command)
	if err != nil {
		return nil, err
	}
	p.live[c] = true
	p.gone.Go(func() {
		c.wait()
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.live, c)
	})
	return c, nil
}

func (p *Pool) isClosed() bool {
	select {
	case <-p.closed:
		return true
	default:
		return false
	}
}

// put takes back a worker that has done its job.
func (p *Pool) put(c *child) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, c)
	p.backoff.Reset()
	p.resume = time.Time{}
}

// fell delays the next start, longer the more starts failed in a row.
func (p *Pool) fell() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.resume = time.Now().Add(p.backoff.NextBackOff())
}

// Close kills the workers and waits until they are gone. Jobs under way
// return an error.
func (p *Pool) Close() error {
	p.mu.Lock()
	if !p.isClosed() {
		close(p.closed)
	}
	for c := range p.live {
		c.kill()
	}
	p.idle = nil
	p.mu.Unlock()
	p.gone.Wait()
	return nil
}
