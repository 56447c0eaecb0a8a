package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"earshot/asr"
	"earshot/models"
	"earshot/nlp"
	"earshot/nlp/e5"
	"earshot/nlp/lexicons"
	"earshot/pipeline"
)

// recordings opens recordings by the SHA-256 of their bytes, and keeps muted
// copies of them.
type recordings interface {
	Open(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
	asr.Copies
}

// NewSteps returns the steps of the pipeline in their order, and what ends
// them.
func (a *App) NewSteps(media recordings) ([]pipeline.Step, func() error, error) {
	after, err := a.TextSteps()
	if err != nil {
		return nil, nil, err
	}
	mask, err := a.NewRedact()
	if err != nil {
		return nil, nil, err
	}
	mute, err := asr.NewMuter(a.Config.ASR, Opener{Media: media}, media)
	if err != nil {
		return nil, nil, err
	}
	speech, closeSpeech, err := a.newSpeech(media)
	if err != nil {
		return nil, nil, err
	}
	steps := append([]pipeline.Step{speech, mask, mute}, after...)
	if !a.Config.LLM.Enabled() {
		return steps, closeSpeech, nil
	}
	steps, closeLLM, err := a.withLLM(steps)
	if err != nil {
		return nil, nil, errors.Join(err, closeSpeech())
	}
	return steps, func() error { closeLLM(); return closeSpeech() }, nil
}

// NewMasker returns what masks private data in text before it leaves the door.
func (a *App) NewMasker() (func(*models.Interaction), error) {
	mask, err := a.NewRedact()
	if err != nil {
		return nil, err
	}
	return func(in *models.Interaction) { mask.Open().Mask(in) }, nil
}

// TextSteps are the steps that need neither audio nor unmasked text, and so
// can be run again over what is stored.
func (a *App) TextSteps() ([]pipeline.Step, error) {
	detect, err := a.NewDetectors()
	if err != nil {
		return nil, err
	}
	if a.Shelf, err = a.newShelf(); err != nil {
		return nil, err
	}
	a.Detect = detect
	return append([]pipeline.Step{detect}, a.Shelf.steps()...), nil
}

// NewDetectors returns the step that finds signals, with the configured lexicons
// and, where nlp.meaning is on, the model of what sentences mean.
func (a *App) NewDetectors() (*nlp.Step, error) {
	lexicons, err := lexicons.Read(a.Config.NLP.Lexicons...)
	if err != nil {
		return nil, err
	}
	step, err := nlp.New(a.Config.NLP, lexicons...)
	if err != nil || a.Config.NLP.Meaning == nlp.MeaningOff {
		return step, err
	}
	model, err := e5.Open()
	if err != nil {
		return nil, fmt.Errorf("nlp.meaning is %s: %w", a.Config.NLP.Meaning, err)
	}
	return step, step.WithEmbedder(model)
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
