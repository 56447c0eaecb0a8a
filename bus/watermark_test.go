package bus

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever the order in which records are handed out and finished, the group
// is moved exactly to the oldest record that is not done.
func TestWatermarkProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		window := rapid.IntRange(1, 8).Draw(t, "window")
		first := rapid.Int64Range(0, 50).Draw(t, "first")
		w := newWatermark(first, window)
		stopped := make(chan struct{})
		close(stopped)
		next := first
		var open []int64 // handed out, not done
		var all []int64
		committed := first
		t.Repeat(map[string]func(*rapid.T){
			"hand": func(t *rapid.T) {
				oldest := next
				if len(open) > 0 {
					oldest = open[0]
				}
				room := len(all) - slices.Index(append(slices.Clone(all), oldest), oldest)
				if room >= window {
					t.Skip("no room")
				}
				if !w.reserve(nil) {
					t.Fatal("no room in the window")
				}
				next += rapid.Int64Range(0, 3).Draw(t, "gap") // what retention deleted
				w.hand(next)
				open, all = append(open, next), append(all, next)
				next++
			},
			"handAndTakeBack": func(t *rapid.T) {
				before := w.position()
				if len(w.room) == window {
					t.Skip("no room")
				}
				w.reserve(nil)
				w.hand(next + 1)
				w.takeBack()
				if p := w.position(); p != next+1 && p != before {
					t.Fatalf("position %d", p)
				}
				next = w.position()
			},
			"finish": func(t *rapid.T) {
				if len(all) == 0 {
					t.Skip("nothing handed out")
				}
				o := rapid.SampledFrom(all).Draw(t, "offset") // perhaps a second time
				w.finish(o, 0)
				if i := slices.Index(open, o); i >= 0 {
					open = slices.Delete(open, i, i+1)
				}
			},
			"commit": func(*rapid.T) {
				if mark, ok := w.due(); ok {
					w.commit(mark)
					committed = mark
				}
			},
			"": func(t *rapid.T) {
				want := next
				if len(open) > 0 {
					want = open[0]
				}
				mark, due := w.due()
				if mark != want || due != (mark > committed) {
					t.Fatalf("due %d %t, want %d; committed %d, open %v", mark, due, want, committed, open)
				}
				if got := len(w.open); got > window {
					t.Fatalf("%d records out, the window is %d", got, window)
				}
			},
		})
	})
}

func TestWatermarkResume(t *testing.T) {
	// Reads from 10; 10 to 14 are handed out, 10 and 11 are done and committed.
	half := func() *watermark {
		w := newWatermark(10, 100)
		for o := int64(10); o < 15; o++ {
			w.reserve(nil)
			w.hand(o)
		}
		w.finish(10, 0)
		w.finish(11, 0)
		w.commit(12)
		return w
	}
	for name, c := range map[string]struct {
		at   int64
		want bool
	}{
		"nobody else was here":               {12, true},
		"somebody did some of what we hold":  {13, true},
		"somebody did all of what we hold":   {15, true},
		"somebody went further":              {16, false},
		"the group was set back":             {5, false},
		"the group's progress was forgotten": {-2, false},
	} {
		if got := half().resume(c.at); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
	if w := newWatermark(-2, 1); !w.resume(-2) || w.resume(7) {
		t.Error("a partition not read yet resumes only where it began")
	}
}

// After a rewind old deliveries must not count for the records that now have
// their offsets.
func TestWatermarkRewind(t *testing.T) {
	w := newWatermark(100, 2)
	w.reserve(nil)
	old := w.hand(100)
	w.reserve(nil)
	w.hand(101)
	w.rewind(0)
	w.finish(101, old)
	for o := range int64(2) {
		if !w.reserve(nil) {
			t.Fatal("no room after a rewind")
		}
		w.hand(o)
	}
	w.finish(0, old)
	if mark, due := w.due(); mark != 0 || due {
		t.Errorf("due %d %t: an old delivery finished a new record", mark, due)
	}
	w.finish(0, w.epoch)
	if mark, due := w.due(); mark != 1 || !due {
		t.Errorf("due %d %t, want 1", mark, due)
	}
}
