package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
)

// candidate is a file that has not been read as it is now.
type candidate struct {
	name     string
	size     int64
	identity identity
	sidecar  string // of a recording, if it has one
}

// candidates walks the folder and asks for reports of changes in each of its
// subfolders.
func (w *watcher) candidates() ([]candidate, error) {
	var found []candidate
	w.present = map[fileKey]bool{}
	folder := w.root.FS()
	err := fs.WalkDir(folder, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // removed meanwhile
		case err != nil && name == ".":
			return fmt.Errorf("%s: %w", w.shown, unwrapPath(err))
		case err != nil: // a folder that may not be read; reading it says so once
		case e.IsDir():
			if name != "." && unfinished(e.Name()) || w.cfg.Move && (name == doneFolder || name == failedFolder) {
				return fs.SkipDir
			}
			w.subscribe(name)
			return nil
		case unfinished(e.Name()) || sourceOf(name) == nil:
			return nil
		case e.Type()&fs.ModeSymlink != 0:
			if _, err := w.root.Stat(filepath.FromSlash(name)); err == nil {
				return nil // leads to a file that is found anyway
			}
		case path.Ext(name) == ".json" && recordingOf(folder, name) != "":
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return nil // removed meanwhile
		}
		c := candidate{name: name, size: info.Size(), identity: identity{Size: info.Size(), Time: info.ModTime().UnixNano()}}
		w.findSidecar(&c)
		key := keyOf(name)
		w.present[key] = true
		if done, ok := w.ledger.done[key]; ok && done.identity == c.identity {
			if w.cfg.Move {
				w.move(c, done.Refused > 0)
			}
			return nil
		}
		found = append(found, c)
		return nil
	})
	return found, err
}

func (w *watcher) subscribe(name string) {
	if w.notify == nil {
		return
	}
	if err := w.notify.Add(filepath.Join(w.folder, filepath.FromSlash(name))); err != nil {
		w.log.Warn("the system reports no changes of a folder; it is only looked at now and then", "every", w.cfg.Rescan, "subfolder", name, "error", err)
	}
}

// findSidecar makes the sidecar of a recording, if it has one, part of the
// candidate's identity: a changed sidecar is a reason to read again.
func (w *watcher) findSidecar(c *candidate) {
	if sourceOf(c.name) != sourceRecording {
		return
	}
	name, err := findSidecar(w.root.FS(), c.name)
	if err != nil || name == "" {
		return
	}
	if info, err := w.root.Lstat(filepath.FromSlash(name)); err == nil {
		c.sidecar = name
		c.identity.SidecarSize, c.identity.SidecarTime = info.Size(), info.ModTime().UnixNano()
	}
}

// lacksPartner reports whether c looks like half of a recording and its
// sidecar, the other half of which may still be on its way.
func (w *watcher) lacksPartner(c *candidate) bool {
	switch sourceOf(c.name) {
	case sourceRecording:
		if c.sidecar != "" {
			return false
		}
		if w.door.cfg.Recordings.Sidecar == "required" {
			return true
		}
		for _, p := range w.door.names {
			if p.re.MatchString(c.name) {
				return false
			}
		}
		return true
	case sourceJSON:
		return w.isSidecar(c)
	}
	return false
}

func (w *watcher) isSidecar(c *candidate) bool {
	if c.size > maxSidecarBytes {
		return false
	}
	f, err := openFile(w.root, c.name, c.name)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	in, err := f.input(w.door.cfg.Encoding)
	if err != nil {
		return false
	}
	for p := range documents(in.text, maxSidecarBytes) {
		var form Form
		return p.err == nil && decodeStrict(p.doc, 1, &form) == nil && form.isSidecar()
	}
	return false
}

// identify returns what the file is now.
func (w *watcher) identify(name string) identity {
	c := candidate{name: name}
	if info, err := w.root.Lstat(filepath.FromSlash(name)); err == nil {
		c.identity = identity{Size: info.Size(), Time: info.ModTime().UnixNano()}
	}
	w.findSidecar(&c)
	return c.identity
}
