package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/fsnotify/fsnotify"
	"golang.org/x/sync/errgroup"
)

// debounce gathers the reports of one burst of changes into one look.
const debounce = 100 * time.Millisecond

// batchFiles bounds the files read between two notes of what is done.
const batchFiles = 256

// Folders that files are moved to with ingest.watch.move.
const (
	doneFolder   = "done"
	failedFolder = "failed"
)

// Watch reads what is in the folders and what comes into them, until ctx ends.
// A file is read once it has not changed for a while; what was read is
// remembered in a file in the folder state, so that after a stop or a crash
// nothing is read twice but what was under way, which doubles nothing. While
// records cannot be published, Watch waits and tries again. It returns the
// error of ctx, or why a folder cannot be watched at all.
func (d *Door) Watch(ctx context.Context, folders []string, state string, obs Observer) error {
	var all []*watcher
	for _, folder := range folders {
		w, err := d.newWatcher(folder, state, obs)
		if err != nil {
			for _, w := range all {
				w.close()
			}
			return err
		}
		all = append(all, w)
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, w := range all {
		group.Go(func() error { return w.run(ctx) })
	}
	return group.Wait()
}

// watcher watches one folder.
type watcher struct {
	door   *Door
	cfg    Watch
	obs    Observer
	log    *slog.Logger
	folder string // absolute
	shown  string
	root   *os.Root
	ledger *ledger
	seen   map[string]sighting
	notify *fsnotify.Watcher // nil: not to be had; looking now and then has to do
	total  Progress
}

// sighting is a file that is not yet ready to be read.
type sighting struct {
	identity identity
	since    time.Time
}

func (d *Door) newWatcher(folder, state string, obs Observer) (*watcher, error) {
	abs, err := filepath.Abs(folder)
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w", folder, err)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w: give a folder that exists", folder, unwrapPath(err))
	}
	ledger, err := openLedger(state, abs)
	if err != nil {
		_ = root.Close()
		return nil, fmt.Errorf("watch %s: %w", folder, err)
	}
	w := &watcher{
		door: d, cfg: d.cfg.Watch, obs: obs, log: d.parts.Log.With("folder", folder), folder: abs, shown: folder,
		root: root, ledger: ledger, seen: map[string]sighting{},
	}
	if w.notify, err = fsnotify.NewWatcher(); err != nil {
		w.notify = nil
		w.log.Warn("the system reports no changes of files; looking every "+w.cfg.Rescan.String(), "error", err)
	}
	return w, nil
}

func (w *watcher) run(ctx context.Context) error {
	defer w.close()
	patience := backoff.NewExponentialBackOff()
	patience.InitialInterval, patience.MaxInterval = time.Second, 30*time.Second
	for first := true; ; first = false {
		next, err := w.look(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			next = patience.NextBackOff()
			w.log.ErrorContext(ctx, "files wait in a watched folder", "error", err, "next_try_in", next)
		} else {
			patience.Reset()
			if first {
				if err := w.ledger.compact(w.exists); err != nil {
					return err
				}
			}
		}
		if err := w.wait(ctx, next, err != nil); err != nil {
			return err
		}
	}
}

func (w *watcher) close() {
	if w.notify != nil {
		_ = w.notify.Close()
	}
	_ = w.ledger.close()
	_ = w.root.Close()
}

func (w *watcher) exists(name string) bool {
	_, err := w.root.Lstat(filepath.FromSlash(name))
	return err == nil
}

// wait returns after d, or shortly after a change unless patient.
func (w *watcher) wait(ctx context.Context, d time.Duration, patient bool) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	var events chan fsnotify.Event
	var faults chan error
	if w.notify != nil {
		events, faults = w.notify.Events, w.notify.Errors
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return nil
		case e := <-events:
			if !patient && !unfinished(filepath.Base(e.Name)) && d > debounce {
				d = debounce
				timer.Reset(d)
			}
		case err := <-faults:
			w.log.WarnContext(ctx, "a report of changed files was lost; the next look finds them", "error", err)
		}
	}
}

// candidate is a file that has not been read as it is now.
type candidate struct {
	name     string
	size     int64
	identity identity
	sidecar  string // of a recording, if it has one
}

// look reads what is ready and returns when to look again.
func (w *watcher) look(ctx context.Context) (time.Duration, error) {
	found, err := w.candidates()
	if err != nil {
		return 0, err
	}
	now := time.Now()
	next := w.cfg.Rescan
	seen := make(map[string]sighting, len(found))
	var ready []candidate
	for _, c := range found {
		s, ok := w.seen[c.name]
		if !ok || s.identity != c.identity {
			s = sighting{c.identity, now}
		}
		seen[c.name] = s
		age := now.Sub(s.since)
		rest := w.cfg.Settle - age
		if rest <= 0 && age < w.cfg.SidecarWait && w.lacksPartner(&c) {
			rest = w.cfg.SidecarWait - age
		}
		if rest <= 0 {
			ready = append(ready, c)
		} else {
			next = min(next, max(rest, 10*time.Millisecond))
		}
	}
	w.seen = seen
	for len(ready) > 0 && ctx.Err() == nil {
		batch := ready[:min(len(ready), batchFiles)]
		if err := w.read(ctx, batch); err != nil {
			return 0, err
		}
		ready = ready[len(batch):]
	}
	return next, nil
}

// candidates walks the folder and asks for reports of changes in each of its
// subfolders.
func (w *watcher) candidates() ([]candidate, error) {
	var found []candidate
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
		if done, ok := w.ledger.done[name]; ok && done.identity == c.identity {
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
		w.log.Warn("the system reports no changes of a folder; it is looked at every "+w.cfg.Rescan.String(), "subfolder", name, "error", err)
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

// read brings the files of a batch through the door, and notes those that were
// dealt with to their end.
func (w *watcher) read(ctx context.Context, batch []candidate) error {
	f := newFeed(ctx, w.door, w.obs)
	f.progress = w.total
	f.progress.TotalFiles += len(batch)
	for _, c := range batch {
		f.progress.TotalBytes += c.size
	}
	counts := make([]fileCount, len(batch))
	for i, c := range batch {
		if f.ctx.Err() != nil || !w.exists(c.name) {
			counts[i].failed = true
			continue
		}
		f.readPlace(place{folder: w.folder, name: c.name, shown: filepath.Join(w.shown, c.name), size: c.size}, &counts[i])
	}
	failure := f.close()
	w.total = f.progress
	var entries []entry
	var moves []candidate
	for i, c := range batch {
		if counts[i].failed || w.identify(c.name) != c.identity {
			continue // not dealt with, or changed meanwhile: the next look takes it up
		}
		entries = append(entries, entry{Name: c.name, identity: c.identity, Accepted: counts[i].accepted, Refused: counts[i].refused, At: w.door.parts.Now().UTC()})
		moves = append(moves, c)
	}
	if err := w.ledger.add(entries); err != nil {
		return errors.Join(failure, err)
	}
	if w.cfg.Move {
		for i, c := range moves {
			w.move(c, entries[i].Refused > 0)
		}
	}
	return failure
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

// move puts a file that was dealt with, and its sidecar, out of the way.
func (w *watcher) move(c candidate, failed bool) {
	target := doneFolder
	if failed {
		target = failedFolder
	}
	for _, from := range []string{c.name, c.sidecar} {
		if from == "" {
			continue
		}
		to := path.Join(target, from)
		for n := 1; w.exists(to); n++ {
			to = path.Join(target, fmt.Sprintf("%s-%d%s", stem(from), n, path.Ext(from)))
		}
		err := w.root.MkdirAll(filepath.FromSlash(path.Dir(to)), 0o755)
		if err == nil {
			err = w.root.Rename(filepath.FromSlash(from), filepath.FromSlash(to))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			w.log.Warn("a file that was read cannot be moved; it stays", "file", from, "to", to, "error", err)
		}
	}
}
