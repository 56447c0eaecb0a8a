// Package releases keeps the rules and scorecards that were published: in a
// folder with a numbered subfolder for each publication, which holds the files
// and who published them, when and why. Nothing in it is ever changed, so that
// the highest number tells what counts and the rest is the history.
package releases

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"earshot/models"
	"earshot/qa"
)

// Release is one publication.
type Release struct {
	Number int       `json:"number"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason,omitempty"`
	Shadow bool      `json:"shadow,omitempty"` // it runs without effect
	Forced bool      `json:"forced,omitempty"` // although below the floor
	// Layers are the names of what is laid over the rules that come with
	// Earshot and those of the configuration, the lowest first.
	Layers  []string           `json:"layers"`
	Gated   bool               `json:"gated,omitempty"` // rules deduct by themselves only as far as Modes says
	Modes   map[string]qa.Mode `json:"modes,omitempty"` // of rules that may not deduct by themselves
	Changes qa.History         `json:"changes,omitempty"`
	Back    *Backtest          `json:"backtest,omitempty"`

	dir string
}

// Backtest says over what a publication was tried.
type Backtest struct {
	Interactions int       `json:"interactions"`
	From         time.Time `json:"from"`
	To           time.Time `json:"to"`
}

// Store is a folder of publications. It need not exist before the first.
type Store struct{ dir string }

// Open returns the store in a folder.
func Open(dir string) *Store { return &Store{dir} }

const (
	noteFile = "release.json"
	maxFile  = 16 << 20
)

var numberPattern = regexp.MustCompile(`^[0-9]{5,9}$`)

// Number formats the number of a publication as its folder is named.
func Number(n int) string { return fmt.Sprintf("%05d", n) }

// List returns all publications, the oldest first; none if there are none.
func (s *Store) List() ([]Release, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read publications: %w", err)
	}
	var all []Release
	for _, e := range entries {
		if !e.IsDir() || !numberPattern.MatchString(e.Name()) {
			continue
		}
		r, err := read(filepath.Join(s.dir, e.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Release) int { return a.Number - b.Number })
	return all, nil
}

func read(dir string) (Release, error) {
	r := Release{dir: dir}
	file := filepath.Join(dir, noteFile)
	data, err := os.ReadFile(file)
	if err != nil {
		return r, fmt.Errorf("read publication: %w", err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return r, models.BadInput("%s: %w", file, err)
	}
	if n, err := strconv.Atoi(filepath.Base(dir)); err != nil || n != r.Number {
		return r, models.BadInput("%s: number %d does not belong to this folder", file, r.Number)
	}
	return r, nil
}

// Latest returns the number of the newest publication without reading any, 0
// if there is none. It is what a service asks every few seconds.
func (s *Store) Latest() (int, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read publications: %w", err)
	}
	latest := 0
	for _, e := range entries {
		if numberPattern.MatchString(e.Name()) {
			n, err := strconv.Atoi(e.Name())
			if err == nil {
				latest = max(latest, n)
			}
		}
	}
	return latest, nil
}

// Current returns the publication that counts, and the one that runs as a
// shadow beside it if that came after; nil for none.
func (s *Store) Current() (live, shadow *Release, err error) {
	all, err := s.List()
	if err != nil {
		return nil, nil, err
	}
	for i := range all {
		if all[i].Shadow {
			shadow = &all[i]
		} else {
			live, shadow = &all[i], nil
		}
	}
	return live, shadow, nil
}

// Get returns the publication with a number.
func (s *Store) Get(number int) (*Release, error) {
	r, err := read(filepath.Join(s.dir, Number(number)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, models.BadInput("there is no publication %d: `earshot rules history` lists them", number)
	}
	return &r, err
}

// History returns what all publications changed, the oldest first.
func History(all []Release) qa.History {
	var h qa.History
	for _, r := range all {
		h = append(h, r.Changes...)
	}
	return h
}

// Layer returns the files of one of the publication's layers.
func (r *Release) layer(name string) Layer {
	dir := filepath.Join(r.dir, name)
	return Layer{Name: name, Files: os.DirFS(dir), Path: dir}
}

// LayersOf returns the layers of a publication, the lowest first; none for nil.
func LayersOf(r *Release) []Layer {
	if r == nil {
		return nil
	}
	var out []Layer
	for _, name := range r.Layers {
		out = append(out, r.layer(name))
	}
	return out
}

// Lay returns layers with another on top, in place of the one of its name.
func Lay(layers []Layer, top Layer) []Layer {
	out := slices.DeleteFunc(slices.Clone(layers), func(l Layer) bool { return l.Name == top.Name })
	return append(out, top)
}

// Add writes a publication with the files of its layers and returns its
// number. It is there whole or not at all. Of several who publish at the same
// time one gets through.
func (s *Store) Add(r Release, layers []Layer) (int, error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return 0, fmt.Errorf("publish: %w", err)
	}
	latest, err := s.Latest()
	if err != nil {
		return 0, err
	}
	r.Number, r.Layers = latest+1, []string{}
	temporary, err := os.MkdirTemp(s.dir, ".publishing-")
	if err != nil {
		return 0, fmt.Errorf("publish: %w", err)
	}
	defer os.RemoveAll(temporary)
	for _, l := range layers {
		r.Layers = append(r.Layers, l.Name)
		if err := l.copyTo(filepath.Join(temporary, l.Name)); err != nil {
			return 0, fmt.Errorf("publish: %w", err)
		}
	}
	note, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return 0, fmt.Errorf("publish: %w", err)
	}
	if err := writeDurably(filepath.Join(temporary, noteFile), append(note, '\n')); err != nil {
		return 0, fmt.Errorf("publish: %w", err)
	}
	if err := os.Chmod(temporary, 0o700); err != nil {
		return 0, fmt.Errorf("publish: %w", err)
	}
	to := filepath.Join(s.dir, Number(r.Number))
	if err := os.Rename(temporary, to); err != nil {
		if _, statErr := os.Stat(to); statErr == nil {
			return 0, fmt.Errorf("publication %d has just been made by somebody else: look at it, and publish again", r.Number)
		}
		return 0, fmt.Errorf("publish: %w", err)
	}
	return r.Number, syncFolder(s.dir)
}

func writeDurably(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Layer is a named set of rule and scorecard files. Scorecards lie in its
// subfolder scorecards, everything else is rules.
type Layer struct {
	Name  string
	Files fs.FS
	Path  string // for errors
}

var layerPattern = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$`)

// NewLayer returns a layer of the files below path, or of the one file that
// path is. The layer's name is that of the folder, or of the file without its
// ending, unless name says otherwise.
func NewLayer(path, name string) (Layer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Layer{}, err
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return Layer{}, err
	}
	l := Layer{Name: name, Files: os.DirFS(path), Path: path}
	if !info.IsDir() {
		l.Files, l.Path = oneFile{os.DirFS(filepath.Dir(path)), filepath.Base(path)}, filepath.Dir(path)
	}
	if l.Name == "" {
		l.Name = strings.TrimSuffix(strings.TrimSuffix(filepath.Base(absolute), ".yaml"), ".yml")
	}
	if !layerPattern.MatchString(l.Name) || l.Name == noteFile {
		return Layer{}, models.BadInput("%q cannot name a draft: give it a name of letters, digits, - and _ with --name", l.Name)
	}
	return l, nil
}

func (l Layer) copyTo(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	return fs.WalkDir(l.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return nil
		case !isYAML(name):
			return nil
		}
		if info, err := entry.Info(); err != nil {
			return err
		} else if info.Size() > maxFile {
			return models.BadInput("%s: %d bytes: at most %d in one file", name, info.Size(), maxFile)
		}
		data, err := fs.ReadFile(l.Files, name)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		return writeDurably(to, data)
	})
}
