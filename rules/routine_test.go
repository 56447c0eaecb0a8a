package rules

import (
	"reflect"
	"testing"

	"earshot/models"
)

// What a verdict repeats is what it would say anew, whatever was judged before.
func TestRoutineEqualsAnew(t *testing.T) {
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	used := &Session{set: set}
	n := 0
	for _, r := range set.rules {
		for _, c := range r.Tests {
			for _, channel := range []models.Channel{models.Phone, models.WebChat, models.Email} {
				in, err := c.Interaction(c.Hit + c.Miss + c.Unsure + c.NA)
				if err != nil {
					t.Fatal(err)
				}
				in.Channel = channel
				fresh := &Session{set: set}
				fresh.Whole(in)
				used.Whole(in)
				if anew, again := fresh.Verdicts(), used.Verdicts(); !reflect.DeepEqual(anew, again) {
					t.Fatalf("%s: anew %+v\nagain %+v", r.ID, anew, again)
				}
				used.release()
				n++
			}
		}
	}
	repeated := 0
	for _, kept := range used.routines {
		repeated += len(kept)
	}
	if n < 300 || repeated < len(set.rules)/2 {
		t.Errorf("%d conversations, %d sentences kept: too few to tell", n, repeated)
	}
}
