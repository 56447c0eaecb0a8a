package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"earshot/asr"
	"earshot/asr/whispercpp"
	"earshot/ingest"
	"earshot/models"
	"earshot/models/weights"
	"earshot/nlp"
	"earshot/pipeline"
)

// recordings opens recordings by the SHA-256 of their bytes, and keeps muted
// copies of them.
type recordings interface {
	Open(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
	asr.Copies
}

// newSteps returns the steps of the pipeline in their order, and what ends
// them.
func (a *app) newSteps(media recordings) ([]pipeline.Step, func() error, error) {
	after, err := a.textSteps()
	if err != nil {
		return nil, nil, err
	}
	mask, err := a.newRedact()
	if err != nil {
		return nil, nil, err
	}
	mute, err := asr.NewMuter(a.cfg.ASR, opener{media}, media)
	if err != nil {
		return nil, nil, err
	}
	speech, closeSpeech, err := a.newSpeech(media)
	if err != nil {
		return nil, nil, err
	}
	steps := append([]pipeline.Step{speech, mask, mute}, after...)
	if !a.cfg.LLM.Enabled() {
		return steps, closeSpeech, nil
	}
	steps, closeLLM, err := a.withLLM(steps)
	if err != nil {
		return nil, nil, errors.Join(err, closeSpeech())
	}
	return steps, func() error { closeLLM(); return closeSpeech() }, nil
}

// newMasker returns what masks private data in text before it leaves the door.
func (a *app) newMasker() (func(*models.Interaction), error) {
	mask, err := a.newRedact()
	if err != nil {
		return nil, err
	}
	return func(in *models.Interaction) { mask.Open().Mask(in) }, nil
}

// textSteps are the steps that need neither audio nor unmasked text, and so
// can be run again over what is stored.
func (a *app) textSteps() ([]pipeline.Step, error) {
	detect, err := a.newDetectors()
	if err != nil {
		return nil, err
	}
	if a.shelf, err = a.newShelf(); err != nil {
		return nil, err
	}
	a.detect = detect
	return append([]pipeline.Step{detect}, a.shelf.steps()...), nil
}

func (a *app) newDetectors() (*nlp.Step, error) {
	lexicons, err := nlp.ReadLexicons(a.cfg.NLP.Lexicons...)
	if err != nil {
		return nil, err
	}
	return nlp.New(a.cfg.NLP, lexicons...)
}

func folders(paths []string) ([]fs.FS, error) {
	var list []fs.FS
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("%s is a file: name the folder it is in", p)
		}
		list = append(list, os.DirFS(p))
	}
	return list, nil
}

// newSpeech returns the step that hears recordings. Where the weights are
// missing it returns one that sends recordings to the dead letters, from where
// they can be replayed; chat logs are not held up.
func (a *app) newSpeech(media recordings) (pipeline.Step, func() error, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("speech workers: %w", err)
	}
	pool, err := whispercpp.New(a.cfg.Whisper, []string{program, "speech-worker"}, a.log)
	if errors.Is(err, weights.ErrMissing) {
		a.log.Warn("recordings will not be transcribed", "error", err)
		return deaf{err}, func() error { return nil }, nil
	}
	if err != nil {
		return nil, nil, err
	}
	step, err := asr.New(a.cfg.ASR, pool.Engine(), opener{media}, a.log)
	if err != nil {
		return nil, nil, errors.Join(err, pool.Close())
	}
	return fewAtATime{step, make(chan struct{}, pool.Size()+1)}, pool.Close, nil
}

// fewAtATime bounds how many recordings are decoded side by side: one for each
// speech worker and one that is being made ready. More would only fill memory.
type fewAtATime struct {
	pipeline.Step
	places chan struct{}
}

func (o fewAtATime) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	if in.Media == nil || in.Transcript != nil {
		return o.Step.Run(ctx, in)
	}
	select {
	case o.places <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-o.places }()
	return o.Step.Run(ctx, in)
}

type opener struct {
	media interface {
		Open(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
	}
}

func (o opener) Open(ctx context.Context, sha256 string) (io.ReadCloser, error) {
	return o.media.Open(ctx, sha256)
}

// deaf stands in for speech recognition where its weights are missing.
type deaf struct{ why error }

func (deaf) Name() string { return "asr" }

func (d deaf) Run(_ context.Context, in *models.Interaction) ([]models.By, error) {
	if in.Media == nil || in.Transcript != nil {
		return nil, nil
	}
	return nil, noModel{d.why}
}

type noModel struct{ error }

func (noModel) Code() string      { return "no-model" }
func (noModel) Is(err error) bool { return err == models.ErrBadInput } // no retry helps; replay will

// prober looks into recordings at the door.
type prober struct{}

func (prober) Probe(_ context.Context, r io.ReadSeeker, size int64, name, format string) (ingest.Sound, error) {
	at, ok := r.(io.ReaderAt)
	if !ok {
		at = seekReader{r}
	}
	info, err := asr.Probe(at, size, name, format)
	if err != nil {
		return ingest.Sound{}, err
	}
	return ingest.Sound{Type: info.Type(), Channels: info.Channels, Length: info.Length()}, nil
}

// seekReader reads anywhere in what can only seek.
type seekReader struct{ r io.ReadSeeker }

func (s seekReader) ReadAt(p []byte, off int64) (int, error) {
	if _, err := s.r.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(s.r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

type speechWorkerCmd struct{}

func (speechWorkerCmd) Run() error { return whispercpp.Worker(os.Stdin, os.Stdout) }
