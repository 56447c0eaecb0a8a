package ingest

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"

	"earshot/models"
)

// Observer is told how an ingest run goes. Its functions may be nil; they are
// called one at a time.
type Observer struct {
	Progress func(Progress)
	Accepted func(id models.ID, source string)
	Refused  func(error) // the text names file, line and what to do
}

// Progress is how far an ingest run has come.
type Progress struct {
	File       string // being read
	Files      int    // read to the end
	TotalFiles int
	Bytes      int64
	TotalBytes int64
	Accepted   int
	Refused    int
}

// fileCount follows the records of one file; it is settled once the feed is
// closed.
type fileCount struct {
	accepted, refused int
	failed            bool // a record, or the rest of the file, was not dealt with
}

type job struct {
	rec    Record
	id     models.ID // as it was put; the door gives those without one an id
	file   *fileCount
	before chan struct{} // closed once the record of the same id before this one is through; nil: there is none
	after  chan struct{} // closed once this one is
}

// feed brings records through the door, several at a time. Records of one id
// keep their order, so that the last one of a file is the one that counts.
type feed struct {
	door    *Door
	obs     Observer
	jobs    chan job
	workers int
	group   *errgroup.Group
	ctx     context.Context

	mu       sync.Mutex
	last     map[models.ID]chan struct{} // the after of the newest job of each id under way
	progress Progress
}

func newFeed(ctx context.Context, d *Door, obs Observer) *feed {
	f := &feed{door: d, obs: obs, jobs: make(chan job), last: map[models.ID]chan struct{}{}}
	f.group, f.ctx = errgroup.WithContext(ctx)
	return f
}

// put hands a record over; false means that the run has ended.
func (f *feed) put(rec Record, file *fileCount) bool {
	j := job{rec: rec, id: rec.id(), file: file, after: make(chan struct{})}
	f.mu.Lock()
	if j.id != "" {
		j.before = f.last[j.id]
		f.last[j.id] = j.after
	}
	f.mu.Unlock()
	select {
	case f.jobs <- j:
		return true
	default:
	}
	if f.workers < f.door.cfg.Parallel {
		f.workers++
		f.group.Go(f.work)
	}
	select {
	case f.jobs <- j:
		return true
	case <-f.ctx.Done():
		f.drop(j)
		return false
	}
}

// work brings records through until there are none, and only lets go of them
// once one failed.
func (f *feed) work() error {
	var failed error
	for j := range f.jobs {
		if j.before != nil {
			// Its worker took it before we took this one, so this ends.
			<-j.before
		}
		if failed == nil {
			failed = f.accept(j)
		} else {
			f.drop(j)
		}
	}
	return failed
}

// through lets the next record of the same id go on.
func (f *feed) through(j job) {
	if j.rec.done != nil {
		j.rec.done()
	}
	f.mu.Lock()
	if f.last[j.id] == j.after {
		delete(f.last, j.id)
	}
	f.mu.Unlock()
	close(j.after)
}

// drop lets go of a record that nobody deals with any more.
func (f *feed) drop(j job) {
	f.mu.Lock()
	j.file.failed = true
	f.mu.Unlock()
	f.through(j)
}

func (f *feed) accept(j job) error {
	defer f.through(j)
	id, err := f.door.Accept(f.ctx, j.rec)
	if j.rec.settled != nil {
		j.rec.settled(id, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil && !errors.Is(err, models.ErrBadInput) {
		j.file.failed = true
		return err
	}
	if err == nil {
		j.file.accepted++
		f.progress.Accepted++
		if f.obs.Accepted != nil {
			f.obs.Accepted(id, j.rec.Source)
		}
	} else {
		j.file.refused++
		f.progress.Refused++
		if f.obs.Refused != nil {
			f.obs.Refused(err)
		}
	}
	f.report()
	return nil
}

// report tells the observer; f.mu is held.
func (f *feed) report() {
	if f.obs.Progress != nil {
		f.obs.Progress(f.progress)
	}
}

// update changes the progress and reports it.
func (f *feed) update(change func(*Progress)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.progress)
	f.report()
}

// close waits for what is under way and returns the first error that was no
// refusal.
func (f *feed) close() error {
	close(f.jobs)
	return f.group.Wait()
}
