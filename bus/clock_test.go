package bus

import (
	"testing"
	"time"
)

func TestClockNeverGoesBack(t *testing.T) {
	var c clock
	at := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	last := c.now(at)
	if !last.Equal(at) {
		t.Errorf("got %s, want the machine's time", last)
	}
	for _, machine := range []time.Time{at, at.Add(-time.Hour), at.AddDate(-56, 0, 0), at.Add(time.Microsecond)} {
		next := c.now(machine)
		if !next.After(last) || next.Sub(last) > 2*time.Millisecond {
			t.Errorf("%s after %s for a machine at %s", next, last, machine)
		}
		last = next
	}
	if next := c.now(at.Add(time.Hour)); !next.Equal(at.Add(time.Hour)) {
		t.Errorf("got %s once the machine is right again", next)
	}
	b := &Bus{}
	ahead := time.Now().Add(time.Hour)
	if behind := b.NotBefore(ahead); behind < 59*time.Minute || behind > time.Hour {
		t.Errorf("the machine is said to be %s behind", behind)
	}
	if next := b.clock.now(time.Now()); !next.After(ahead) {
		t.Errorf("%s is not after %s", next, ahead)
	}
	if behind := b.NotBefore(time.Now().Add(-time.Hour)); behind != 0 {
		t.Errorf("a machine that is right is said to be %s behind", behind)
	}
}
