package ingest

import (
	"context"
	"errors"
	"hash/maphash"
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
	rec  Record
	file *fileCount
}

// feed brings records through the door, several at a time. Records of one id
// keep their order, so that the last one of a file is the one that counts.
type feed struct {
	door  *Door
	obs   Observer
	lanes []chan job
	group *errgroup.Group
	ctx   context.Context
	seed  maphash.Seed
	next  int

	mu       sync.Mutex
	progress Progress
}

func newFeed(ctx context.Context, d *Door, obs Observer) *feed {
	f := &feed{door: d, obs: obs, seed: maphash.MakeSeed()}
	f.group, f.ctx = errgroup.WithContext(ctx)
	f.lanes = make([]chan job, d.cfg.Parallel)
	return f
}

// lane returns the n-th lane, and opens it on its first use.
func (f *feed) lane(n int) chan job {
	if f.lanes[n] == nil {
		lane := make(chan job)
		f.lanes[n] = lane
		f.group.Go(func() error {
			var failed error
			for j := range lane {
				if failed == nil {
					failed = f.accept(j)
				} else {
					f.drop(j)
				}
			}
			return failed
		})
	}
	return f.lanes[n]
}

// put hands a record over; false means that the run has ended.
func (f *feed) put(rec Record, file *fileCount) bool {
	lane := f.next % len(f.lanes)
	if id := rec.id(); id != "" {
		lane = int(maphash.String(f.seed, string(id)) % uint64(len(f.lanes)))
	}
	f.next++
	j := job{rec, file}
	select {
	case f.lane(lane) <- j:
		return true
	case <-f.ctx.Done():
		f.drop(j)
		return false
	}
}

func (j job) end() {
	if j.rec.done != nil {
		j.rec.done()
	}
}

// drop lets go of a record that nobody deals with any more.
func (f *feed) drop(j job) {
	f.mu.Lock()
	j.file.failed = true
	f.mu.Unlock()
	j.end()
}

func (f *feed) accept(j job) error {
	defer j.end()
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
	for _, lane := range f.lanes {
		if lane != nil {
			close(lane)
		}
	}
	return f.group.Wait()
}
