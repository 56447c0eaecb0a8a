package weights

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// File is a file on disk and its content's SHA-256 in hex.
type File struct {
	Path   string
	SHA256 string
	Coding Coding
}

// Fit is what was found about the codings of a model on one kind of processor.
type Fit struct {
	Source    string  `json:"source"` // SHA-256 of the published file
	Processor string  `json:"processor"`
	Best      Coding  `json:"best"`
	SHA256    string  `json:"sha256"` // of the file in that coding
	Trials    []Trial `json:"trials"`
}

// Trial is one coding, tried on a sample.
type Trial struct {
	Coding     Coding  `json:"coding"`
	CPUSeconds float64 `json:"cpu_seconds"`
	SameWords  bool    `json:"same_words"` // as with the published file
}

// Codings returns all codings, the published one first.
func Codings() []Coding { return []Coding{F16, BF16, F16Q8, BF16Q8} }

// Fitted returns the named speech model in the given coding or, where that is
// empty, in the one that KeepFit noted for this kind of processor; without a
// note the published file. The error wraps ErrMissing if the model has not
// been fetched.
func Fitted(name string, coding Coding) (File, error) {
	m, err := Find(name)
	if err != nil {
		return File{}, err
	}
	path, err := Path(name)
	if err != nil {
		return File{}, err
	}
	source, err := sumOnce(path)
	if err != nil {
		return File{}, err
	}
	published := File{path, source, F16}
	fit, err := readFit(m)
	if err != nil {
		return File{}, err
	}
	noted := fit.Source == source && fit.Processor == Processor()
	if coding == "" && noted {
		coding = fit.Best
	}
	if coding == "" || coding == F16 {
		return published, nil
	}
	// A recoded file is trusted because this program made it of a pinned one;
	// the note beside it tells whether it is still that.
	f := File{Path: m.recoded(coding), Coding: coding}
	if f.SHA256, err = sumOnce(f.Path); err == nil {
		if want, err := os.ReadFile(f.Path + ".made"); err == nil && string(want) == madeNote(source, f.SHA256) {
			return f, nil
		}
	}
	return Recode(context.Background(), name, coding)
}

// Recode makes the named speech model in the coding, beside the published
// file, and returns it.
func Recode(ctx context.Context, name string, coding Coding) (File, error) {
	m, err := Find(name)
	if err != nil {
		return File{}, err
	}
	source, err := Fitted(name, F16)
	if err != nil || coding == F16 {
		return source, err
	}
	in, err := os.Open(source.Path)
	if err != nil {
		return File{}, err
	}
	defer in.Close()
	f := File{Path: m.recoded(coding), Coding: coding}
	part, err := os.CreateTemp(filepath.Dir(f.Path), filepath.Base(f.Path)+".part-")
	if err != nil {
		return File{}, fmt.Errorf("model %s as %s: %w", name, coding, err)
	}
	defer os.Remove(part.Name())
	if err := errors.Join(part.Close(), os.Chmod(part.Name(), 0o644)); err != nil {
		return File{}, err
	}
	if err := writeFile(part.Name(), func(w io.Writer) error { return recode(w, in, coding) }); err != nil {
		return File{}, fmt.Errorf("model %s as %s: %w", name, coding, err)
	}
	if err := ctx.Err(); err != nil {
		return File{}, err
	}
	if f.SHA256, err = sumFile(part.Name()); err != nil {
		return File{}, err
	}
	if err := os.WriteFile(f.Path+".made", []byte(madeNote(source.SHA256, f.SHA256)), 0o644); err != nil {
		return File{}, err
	}
	return f, os.Rename(part.Name(), f.Path)
}

func madeNote(source, sum string) string { return "from " + source + " to " + sum + "\n" }

// KeepFit notes which coding of the named model to use on this kind of
// processor, and removes the files of the others.
func KeepFit(name string, best Coding, trials []Trial) error {
	m, err := Find(name)
	if err != nil {
		return err
	}
	source, err := Fitted(name, F16)
	if err != nil {
		return err
	}
	file, err := Fitted(name, best)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(Fit{source.SHA256, Processor(), best, file.SHA256, trials}, "", "  ")
	if err != nil {
		return err
	}
	for _, c := range Codings() {
		if c == best || c == F16 {
			continue
		}
		for _, suffix := range []string{"", ".made", ".sha256"} {
			if err := os.Remove(m.recoded(c) + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return os.WriteFile(m.fit(), append(b, '\n'), 0o644)
}

// FitOf returns what is noted about the named model, whatever the processor
// it was found on; ok is false if there is nothing.
func FitOf(name string) (f Fit, ok bool, err error) {
	m, err := Find(name)
	if err != nil {
		return Fit{}, false, err
	}
	f, err = readFit(m)
	return f, f.Best != "", err
}

func readFit(m Model) (Fit, error) {
	b, err := os.ReadFile(m.fit())
	if errors.Is(err, fs.ErrNotExist) {
		return Fit{}, nil
	}
	var f Fit
	if err == nil {
		err = json.Unmarshal(b, &f)
	}
	if err != nil {
		return Fit{}, fmt.Errorf("model %s: %s: %w; delete it and run: earshot models fit %s", m.Name, m.fit(), err, m.Name)
	}
	return f, nil
}

func (m Model) fit() string { return m.path() + ".fit.json" }

func (m Model) recoded(c Coding) string {
	return strings.TrimSuffix(m.path(), ".bin") + "." + string(c) + ".bin"
}
