package measure

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"earshot/cmd/earshot/app"
	"earshot/eval"
	"earshot/models"
	"earshot/models/weights"
)

type modelsFitCmd struct {
	Name  string `arg:"" optional:"" default:"base" help:"A speech model that has been fetched."`
	Again bool   `help:"Measure again, even if it was done on this processor before."`
	Quiet bool   `short:"q" help:"Print only what was measured."`
}

// The sample is heard fitCopies times in fitRounds rounds; a coding's fastest
// round counts, as what else runs on the machine only ever adds time.
const (
	fitCopies = 4
	fitRounds = 2
)

// Run hears a sample with the model in every coding that can pay on this
// processor, and keeps the one that takes the least processor time among those
// that hear the same words as the published file.
func (c modelsFitCmd) Run(ctx context.Context, a *app.App) error {
	m, err := weights.Find(c.Name)
	if err != nil {
		return err
	}
	if m.Kind != weights.Speech {
		return fmt.Errorf("model %s is not for speech recognition", c.Name)
	}
	if _, err := weights.Path(c.Name); err != nil {
		return err
	}
	if fit, ok, err := weights.FitOf(c.Name); err == nil && ok && !c.Again && fit.Processor == weights.Processor() {
		if f, err := weights.Fitted(c.Name, ""); err == nil && f.Coding == fit.Best {
			if !c.Quiet {
				fmt.Fprintf(a.Out, "model %s: %s, measured before\n", c.Name, fit.Best)
			}
			return nil
		}
	}
	sample := app.SampleRecording()
	if sample == "" {
		return errors.New("the sample recording of the whisper.cpp sources is not there; run: deploy/setup/whisper.sh")
	}
	dir, err := os.MkdirTemp("", "earshot-fit-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	refs, err := copies(sample, dir)
	if err != nil {
		return err
	}
	trials, best := []weights.Trial{}, 0
	for _, coding := range weights.Codings() {
		if (coding == weights.BF16 || coding == weights.BF16Q8) && !weights.HasBF16() {
			continue // without its instructions bfloat16 is emulated
		}
		trials = append(trials, weights.Trial{Coding: coding})
	}
	words := ""
	for round := range fitRounds {
		for i := range trials {
			t := &trials[i]
			heard, seconds, err := tryCoding(ctx, a, c.Name, t.Coding, refs, dir)
			if err != nil {
				return fmt.Errorf("model %s as %s: %w", c.Name, t.Coding, err)
			}
			if i == 0 {
				words = heard
			}
			t.SameWords = heard == words && (round == 0 || t.SameWords)
			if round == 0 || seconds < t.CPUSeconds {
				t.CPUSeconds = seconds
			}
		}
	}
	for i, t := range trials {
		if t.SameWords && t.CPUSeconds < trials[best].CPUSeconds {
			best = i
		}
		fmt.Fprintf(a.Out, "model %s: %-8s %.2f s of processor time, %s\n", c.Name, t.Coding, t.CPUSeconds, map[bool]string{true: "same words", false: "other words"}[t.SameWords])
	}
	if err := weights.KeepFit(c.Name, trials[best].Coding, trials); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "model %s: %s is used on this processor\n", c.Name, trials[best].Coding)
	return nil
}

// copies writes copies of a recording that differ in bytes behind its sound, so
// that each is heard, and returns them as references.
func copies(recording, dir string) ([]eval.Reference, error) {
	b, err := os.ReadFile(recording)
	if err != nil {
		return nil, err
	}
	refs := make([]eval.Reference, fitCopies)
	for i := range refs {
		refs[i] = eval.Reference{Path: fmt.Sprintf("%d.wav", i), Language: "en"}
		if err := os.WriteFile(filepath.Join(dir, refs[i].Path), append(b, make([]byte, i)...), 0o600); err != nil {
			return nil, err
		}
	}
	return refs, nil
}

// tryCoding returns what is heard, and in how much processor time.
func tryCoding(ctx context.Context, a *app.App, name string, coding weights.Coding, refs []eval.Reference, dir string) (heard string, seconds float64, err error) {
	cfg := a.Config.Whisper
	cfg.Model, cfg.Coding, cfg.Workers = name, coding, 1
	clips, cost, err := hearAll(ctx, a, cfg, refs, dir, false)
	if err != nil {
		return "", 0, err
	}
	for _, clip := range clips {
		if clip.Failed != "" {
			return "", 0, models.BadInput("%s: %s", clip.Path, clip.Failed)
		}
		heard += clip.Hypothesis + "\n"
	}
	return heard, cost.CPUSeconds, nil
}
