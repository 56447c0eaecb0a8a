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
	door    *Door
	cfg     Watch
	obs     Observer
	log     *slog.Logger
	folder  string // absolute
	shown   string
	root    *os.Root
	ledger  *ledger
	seen    map[string]sighting
	present map[fileKey]bool  // files found by the last look
	notify  *fsnotify.Watcher // nil: not to be had; looking now and then has to do
	total   Progress
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
		w.log.Warn("the system reports no changes of files; they are only looked for now and then", "every", w.cfg.Rescan, "error", err)
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
				if err := w.ledger.compact(func(f fileKey) bool { return w.present[f] }); err != nil {
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
		entries = append(entries, entry{File: keyOf(c.name), identity: c.identity, Accepted: counts[i].accepted, Refused: counts[i].refused, At: w.door.parts.Now().UTC()})
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
