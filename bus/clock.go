package bus

import (
	"sync"
	"time"
)

// clock gives records their times. The order of records of one key is told by
// them for years, so they never go back, whatever the machine's clock does.
type clock struct {
	mu   sync.Mutex
	last time.Time
}

// now returns the time, or just after the last one given if that is later.
func (c *clock) now(machine time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !machine.After(c.last) {
		machine = c.last.Add(time.Millisecond)
	}
	c.last = machine
	return machine
}

// NotBefore says that records published from now on are later than t, which a
// record published by another process had. It returns how far the machine's
// clock lies behind that, or 0.
func (b *Bus) NotBefore(t time.Time) time.Duration {
	b.clock.mu.Lock()
	defer b.clock.mu.Unlock()
	if t.After(b.clock.last) {
		b.clock.last = t
	}
	return max(0, time.Until(t))
}
