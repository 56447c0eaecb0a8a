package bus

import (
	"slices"
	"sync"
)

// watermark follows one partition of one subscription: what was handed out,
// what of that is done, and hence how far the group may be moved on. It lives
// as long as the partition stays with this subscription, over rebalances.
type watermark struct {
	mu        sync.Mutex
	next      int64   // offset to read next; negative until the first record is seen
	committed int64   // what the broker has on record, as far as we know
	open      []entry // handed out, from the oldest that is not done, in order
	epoch     int     // counts rewinds
	room      chan struct{}
}

type entry struct {
	offset int64
	done   bool
}

func newWatermark(at int64, window int) *watermark {
	return &watermark{next: at, committed: at, room: make(chan struct{}, window)}
}

// reserve waits for room in the window. It reports false if stop came first.
func (w *watermark) reserve(stop <-chan struct{}) bool {
	select {
	case w.room <- struct{}{}:
		return true
	case <-stop:
		return false
	}
}

// unreserve gives back the room of a record that was not handed out.
func (w *watermark) unreserve() { <-w.room }

// hand notes that the record at offset is about to be handed out, and returns
// the epoch to finish it with.
func (w *watermark) hand(offset int64) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = append(w.open, entry{offset: offset})
	w.next = offset + 1
	return w.epoch
}

// takeBack undoes the last hand.
func (w *watermark) takeBack() {
	w.mu.Lock()
	defer w.mu.Unlock()
	last := len(w.open) - 1
	w.next = w.open[last].offset
	w.open = w.open[:last]
	<-w.room
}

// finish notes that the record at offset is done. A second call does nothing,
// nor does one for a record from before a rewind.
func (w *watermark) finish(offset int64, epoch int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if epoch != w.epoch {
		return
	}
	i, ok := slices.BinarySearchFunc(w.open, offset, func(e entry, o int64) int { return int(e.offset - o) })
	if !ok {
		return
	}
	w.open[i].done = true
	n := 0
	for n < len(w.open) && w.open[n].done {
		n++
		<-w.room
	}
	w.open = slices.Delete(w.open, 0, n)
}

// due returns the offset the group may be moved to, and whether the broker
// does not have it yet.
func (w *watermark) due() (int64, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	mark := w.next
	if len(w.open) > 0 {
		mark = w.open[0].offset
	}
	return mark, mark > w.committed && mark >= 0
}

// commit notes that the broker has recorded offset.
func (w *watermark) commit(offset int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.committed = max(w.committed, offset)
}

// resume reports whether a subscription that was given the partition again,
// from offset at, may go on where it was. All below w.next is done or in the
// subscriber's hands, so going on loses nothing unless somebody else has moved
// the group further, or the group's offset or the log itself was reset.
func (w *watermark) resume(at int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if at != w.committed && (at < w.committed || at > w.next) {
		return false
	}
	w.committed = at
	return true
}

// position returns the offset to read next.
func (w *watermark) position() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.next
}

// rewind starts over at an earlier offset. Offsets handed out so far now belong
// to other records, or to none.
func (w *watermark) rewind(to int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for range w.open {
		<-w.room
	}
	w.open = nil
	w.epoch++
	w.next, w.committed = to, to
}
