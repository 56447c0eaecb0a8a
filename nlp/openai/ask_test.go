package openai

import (
	"errors"
	"testing"
	"time"
)

// Waiting for a slot takes of the patience, unless there is no hurry.
func TestBegin(t *testing.T) {
	for _, unhurried := range []bool{false, true} {
		c := newClient(t, "http://127.0.0.1:1", func(c *Config) {
			c.Parallel, c.Patience, c.Unhurried = 1, 100*time.Millisecond, unhurried
		})
		_, free, err := c.begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(400*time.Millisecond, free)
		within, free, err := c.begin(t.Context())
		if !unhurried {
			if !errors.Is(err, ErrUnavailable) {
				t.Errorf("got %v, want ErrUnavailable", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := within.Err(); err != nil {
			t.Errorf("no patience is left after the slot came free: %v", err)
		}
		free()
		if within.Err() == nil {
			t.Error("the context outlives the slot")
		}
	}
}
