// Package asr turns recordings into transcripts: it decodes a recording of
// any common format, tells its channels' parties apart, cuts the silence away,
// has a Recognizer hear what is left, and puts the words back to their true
// times as the turns of a conversation.
//
// Silence costs nothing and invents nothing: the recogniser only ever hears
// stretches in which a voice detector found somebody.
package asr

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"

	"earshot/models"
)

// Media opens recordings by the SHA-256 of their bytes, in lower-case hex.
// The caller closes what it gets. A recording that is not there is an error
// of which nothing is assumed; the step is tried again later.
type Media interface {
	Open(ctx context.Context, sha256 string) (io.ReadCloser, error)
}

// Step fills the Transcript of interactions that have a recording and none.
type Step struct {
	cfg    Config
	engine Engine
	media  Media
	log    *slog.Logger
	cache  *cache
	script *Script
	terms  *glossary
	prompt Prompts // the configured ones, and the glossary's terms
	busy   keyed
	effort effort
}

// New returns a step that recognises with engine what media holds.
func New(cfg Config, engine Engine, media Media, log *slog.Logger) (*Step, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("asr: %w", err)
	}
	for _, dir := range []string{cfg.Cache, cfg.Spool} {
		if dir == "" {
			continue
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("asr: make folder for audio: %w", err)
		}
	}
	if cfg.Parallel == 0 {
		cfg.Parallel = runtime.GOMAXPROCS(0)
	}
	s := &Step{cfg: cfg, engine: engine, media: media, log: log, prompt: cfg.Prompts}
	if cfg.GlossaryPrompt {
		s.prompt = withGlossary(cfg.Prompts, cfg.Glossary)
	}
	var err error
	if s.cache, err = newCache(cfg, s.prompt, engine.By, log); err != nil {
		return nil, fmt.Errorf("asr: %w", err)
	}
	if s.script, err = NewScript(cfg.Script); err != nil {
		log.Warn("transcripts keep the Chinese characters that were heard", "want", cfg.Script, "error", err)
	}
	s.terms = newGlossary(cfg.Glossary, s.script)
	return s, nil
}

// Name returns the step's name in traces and dead letters.
func (s *Step) Name() string { return "asr" }

// Run fills in.Transcript from the recording. It does nothing where there is
// a transcript or no recording. An error that wraps models.ErrBadInput means
// that the recording can never be heard.
func (s *Step) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	if in.Media == nil || in.Transcript != nil {
		return nil, nil
	}
	key := s.cache.key(in.Media)
	release, err := s.busy.lock(ctx, key)
	if err != nil {
		return nil, err
	}
	defer release()
	file, err := s.fetch(ctx, in.Media)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // nothing is written to it any more
	h, err := s.cache.get(key, file.seal)
	if err != nil {
		return nil, err
	}
	if h == nil {
		if h, err = s.hear(ctx, key, file, in.Media); err != nil {
			return nil, err
		}
	}
	t := s.transcript(h, in.Media)
	t.By = s.engine.By
	in.Transcript = t
	return s.engine.By, nil
}

// hear recognises a recording and caches what was heard.
func (s *Step) hear(ctx context.Context, key string, file *fetched, media *models.Media) (*hearing, error) {
	rec, err := s.load(ctx, file, media)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err := rec.close(); err != nil {
			s.log.Warn("audio file not closed", "error", err)
		}
	}()
	done, err := s.cache.resume(key, file.seal)
	if err != nil {
		return nil, err
	}
	defer done.close()
	h, err := s.recognize(ctx, done, rec)
	if err != nil {
		return nil, err
	}
	return h, s.cache.put(key, file.seal, h)
}
