package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
)

// Tally is what came of an ingest run.
type Tally struct {
	Files    int // read
	Accepted int // records
	Refused  int // records, each of them now a dead letter
	Skipped  int // files of folders that are neither recordings nor chat logs
}

// place is a file to read: its folder and its name in it.
type place struct {
	folder string // absolute
	name   string // below folder, with /
	shown  string // as the user gave it
	size   int64
}

// Ingest reads files, folders (with all below them) and glob patterns. It
// returns an error if a path does not exist, and at the first error that is no
// refusal; running it again doubles nothing. What it accepts has the order of
// the names, but records of different ids may pass each other.
func (d *Door) Ingest(ctx context.Context, paths []string, obs Observer) (Tally, error) {
	var tally Tally
	places, skipped, err := expand(paths)
	if err != nil {
		return tally, err
	}
	tally.Skipped = skipped
	f := newFeed(ctx, d, obs)
	f.progress.TotalFiles = len(places)
	for _, p := range places {
		f.progress.TotalBytes += p.size
	}
	for _, p := range places {
		if f.ctx.Err() != nil {
			break
		}
		f.readPlace(p, &fileCount{})
	}
	err = f.close()
	tally.Files, tally.Accepted, tally.Refused = f.progress.Files, f.progress.Accepted, f.progress.Refused
	return tally, errors.Join(err, ctx.Err())
}

// readPlace reads one file through the feed.
func (f *feed) readPlace(p place, count *fileCount) {
	f.update(func(pr *Progress) { pr.File = p.shown })
	root, err := os.OpenRoot(p.folder)
	if err != nil {
		f.put(Record{Source: p.shown, Err: refusal("unreadable", "", "folder %s: %w", p.folder, err)}, count)
		return
	}
	opened, err := openFile(root, p.name, p.shown)
	if err != nil {
		_ = root.Close()
		f.put(Record{Source: p.shown, Err: err}, count)
		f.update(func(pr *Progress) { pr.Files++; pr.Bytes += p.size })
		return
	}
	s := sourceOf(p.name)
	if s == nil {
		_ = opened.Close()
		_ = root.Close()
		f.put(Record{Source: p.shown, Err: refusal("unknown-kind", "", "is neither a recording nor a chat log Earshot knows by its name: want one of %s", strings.Join(extensions(), " "))}, count)
		f.update(func(pr *Progress) { pr.Files++; pr.Bytes += p.size })
		return
	}
	var pending atomic.Int32 // records not yet through, plus one while reading
	pending.Store(1)
	release := func() {
		if pending.Add(-1) == 0 {
			_ = opened.Close()
			_ = root.Close()
		}
	}
	for rec := range s.read(f.ctx, f.door, opened) {
		pending.Add(1)
		inner := rec.done
		rec.done = func() {
			if inner != nil {
				inner()
			}
			release()
		}
		if !f.put(rec, count) {
			break
		}
		if n := opened.counted - opened.told; n > 0 {
			opened.told = opened.counted
			f.update(func(pr *Progress) { pr.Bytes += n })
		}
	}
	release()
	f.update(func(pr *Progress) { pr.Files++; pr.Bytes += p.size - opened.told })
}

func extensions() []string {
	var all []string
	for _, s := range sources() {
		all = append(all, s.extensions...)
	}
	return all
}

// expand finds the files that paths stand for, sidecars left out, each once.
func expand(paths []string) (places []place, skipped int, err error) {
	var errs []error
	seen := map[string]bool{}
	add := func(p place) {
		if key := p.folder + "\x00" + p.name; !seen[key] {
			seen[key] = true
			places = append(places, p)
		}
	}
	for _, arg := range paths {
		matches := []string{arg}
		if _, err := os.Lstat(arg); err != nil && strings.ContainsAny(arg, "*?[") {
			if matches, err = filepath.Glob(arg); err != nil || len(matches) == 0 {
				errs = append(errs, fmt.Errorf("%s: no file fits this pattern", arg))
				continue
			}
		}
		for _, m := range matches {
			info, err := os.Stat(m)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", m, unwrapPath(err)))
				continue
			}
			if info.IsDir() {
				n, err := walk(m, add)
				skipped += n
				errs = append(errs, err)
				continue
			}
			p, err := single(m, info)
			errs = append(errs, err)
			if err == nil {
				add(p)
			}
		}
	}
	return places, skipped, errors.Join(errs...)
}

// single returns the place of a file that was named itself. Links are
// followed: whoever named the link meant what it leads to. A sidecar stands
// for its recording.
func single(arg string, info fs.FileInfo) (place, error) {
	target, err := filepath.EvalSymlinks(arg)
	if err == nil {
		target, err = filepath.Abs(target)
	}
	if err != nil {
		return place{}, fmt.Errorf("%s: %w", arg, unwrapPath(err))
	}
	p := place{folder: filepath.Dir(target), name: filepath.Base(target), shown: arg, size: info.Size()}
	if path.Ext(p.name) == ".json" {
		if recording := recordingOf(os.DirFS(p.folder), p.name); recording != "" {
			p.name, p.shown = recording, filepath.Join(filepath.Dir(arg), recording)
		}
	}
	return p, nil
}

// walk adds the files below a folder. Hidden ones and such as are still being
// written are left out, and so are links: those within the folder lead to
// files that are found anyway, and the others out of it.
func walk(arg string, add func(place)) (skipped int, err error) {
	folder, err := filepath.Abs(arg)
	if err != nil {
		return 0, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return 0, err
	}
	defer func() { _ = root.Close() }()
	err = fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil && name == ".":
			return fmt.Errorf("%s: %w", arg, unwrapPath(err))
		case err != nil:
			// A folder that may not be read: reading it says so, and nothing else
			// stops.
			add(place{folder: folder, name: name, shown: filepath.Join(arg, name)})
			return fs.SkipDir
		case name == ".":
			return nil
		case unfinished(e.Name()) && e.IsDir():
			return fs.SkipDir
		case unfinished(e.Name()) || e.IsDir():
			return nil
		case e.Type()&fs.ModeSymlink != 0:
			if _, err := root.Stat(filepath.FromSlash(name)); err != nil {
				add(place{folder: folder, name: name, shown: filepath.Join(arg, name)})
			}
			return nil
		case sourceOf(name) == nil:
			skipped++
			return nil
		case path.Ext(name) == ".json" && recordingOf(root.FS(), name) != "":
			return nil
		}
		var size int64
		if info, err := e.Info(); err == nil {
			size = info.Size()
		}
		add(place{folder: folder, name: name, shown: filepath.Join(arg, name), size: size})
		return nil
	})
	return skipped, err
}

// unfinished reports whether a name is that of a hidden file or of one that a
// program is still writing.
func unfinished(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~") || strings.HasSuffix(name, "~") ||
		slices.Contains([]string{".tmp", ".part", ".partial", ".crdownload", ".filepart", ".download", ".swp"}, strings.ToLower(path.Ext(name)))
}

// recordingOf returns the recording whose sidecar name is, or "".
func recordingOf(folder fs.FS, name string) string {
	base := strings.TrimSuffix(name, ".json")
	if _, ok := recordingTypes[strings.ToLower(path.Ext(base))]; ok {
		if _, err := fs.Stat(folder, base); err == nil {
			return base
		}
	}
	for _, ext := range recordingExtensions {
		for _, other := range []string{base + ext, base + strings.ToUpper(ext)} {
			if _, err := fs.Lstat(folder, other); err == nil {
				return other
			}
		}
	}
	return ""
}

func unwrapPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
