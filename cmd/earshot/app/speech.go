package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"earshot/asr"
	"earshot/asr/whispercpp"
	"earshot/models"
	"earshot/models/weights"
	"earshot/pipeline"
)

// newSpeech returns the step that hears recordings. Where the weights are
// missing it returns one that sends recordings to the dead letters, from where
// they can be replayed; chat logs are not held up.
func (a *App) newSpeech(media recordings) (pipeline.Step, func() error, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("speech workers: %w", err)
	}
	pool, err := whispercpp.New(a.Config.Whisper, []string{program, "speech-worker"}, a.Log)
	if errors.Is(err, weights.ErrMissing) {
		a.Log.Warn("recordings will not be transcribed", "error", err)
		return deaf{err}, func() error { return nil }, nil
	}
	if err != nil {
		return nil, nil, err
	}
	step, err := asr.New(a.Config.ASR, pool.Engine(), Opener{Media: media}, a.Log)
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

// Opener gives speech recognition the recordings of a media store.
type Opener struct {
	Media interface {
		Open(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
	}
}

// Open opens a recording by the SHA-256 of its bytes.
func (o Opener) Open(ctx context.Context, sha256 string) (io.ReadCloser, error) {
	return o.Media.Open(ctx, sha256)
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
