package ingest

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// identity tells a file from one that it was before, or will be.
type identity struct {
	Size        int64 `json:"size"`
	Time        int64 `json:"time"` // of the last change, in nanoseconds since 1970
	SidecarSize int64 `json:"sidecar_size,omitempty"`
	SidecarTime int64 `json:"sidecar_time,omitempty"`
}

// fileKey stands for the name of a file in a watched folder: names often tell
// who called, and the ledger is kept.
type fileKey string

func keyOf(name string) fileKey {
	sum := sha256.Sum256([]byte(name))
	return fileKey(hex.EncodeToString(sum[:16]))
}

// entry notes that a file of a watched folder was dealt with.
type entry struct {
	File fileKey `json:"file"`
	identity
	Accepted int       `json:"accepted"`
	Refused  int       `json:"refused"`
	At       time.Time `json:"at"`
}

// ledger is the memory of a watched folder: a file of JSON Lines that only
// grows while it is open. Its last line may be torn by a crash; then that file
// is read once more.
type ledger struct {
	path  string
	file  *os.File
	done  map[fileKey]entry
	lines int
}

// openLedger opens the ledger of a watched folder in the folder state.
func openLedger(state, watched string) (*ledger, error) {
	dir := filepath.Join(state, "watch")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("state file: %w", err)
	}
	sum := sha256.Sum256([]byte(watched))
	path := filepath.Join(dir, hex.EncodeToString(sum[:8])+".jsonl")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("state file: %w", err)
	}
	l := &ledger{path: path, file: f, done: map[fileKey]entry{}}
	scan := bufio.NewScanner(f)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		l.lines++
		var e entry
		if json.Unmarshal(scan.Bytes(), &e) == nil && e.File != "" {
			l.done[e.File] = e
		}
	}
	err = scan.Err()
	if err == nil && l.lines > 0 {
		// So that the next line does not continue a torn one; blank lines are
		// skipped above.
		_, err = f.WriteString("\n")
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("state file %s: %w", path, err)
	}
	return l, nil
}

// add notes entries; they are on disk when it returns nil.
func (l *ledger) add(entries []entry) error {
	if len(entries) == 0 {
		return nil
	}
	text, err := encodeEntries(entries)
	if err == nil {
		_, err = l.file.Write(text)
	}
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("state file %s: %w", l.path, err)
	}
	for _, e := range entries {
		l.done[e.File] = e
		l.lines++
	}
	return nil
}

func encodeEntries(entries []entry) ([]byte, error) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	for _, e := range entries {
		if err := enc.Encode(e); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}

// compact forgets files that are gone, and rewrites the ledger where most of
// it is out of date.
func (l *ledger) compact(exists func(fileKey) bool) error {
	var entries []entry
	for file, e := range l.done {
		if !exists(file) {
			delete(l.done, file)
			continue
		}
		entries = append(entries, e)
	}
	if l.lines < 2*len(entries)+100 {
		return nil
	}
	name := l.path
	fail := func(err error) error { return fmt.Errorf("state file %s: %w", name, err) }
	text, err := encodeEntries(entries)
	if err != nil {
		return fail(err)
	}
	fresh, err := os.OpenFile(name+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return fail(err)
	}
	_, err = fresh.Write(text)
	if err == nil {
		err = fresh.Sync()
	}
	if err == nil {
		err = os.Rename(name+".new", name)
	}
	if err != nil {
		_ = fresh.Close()
		if rm := os.Remove(name + ".new"); rm != nil && !errors.Is(rm, fs.ErrNotExist) {
			err = errors.Join(err, rm)
		}
		return fail(err)
	}
	_ = l.file.Close()
	l.file, l.lines = fresh, len(entries)
	return nil
}

func (l *ledger) close() error { return l.file.Close() }
