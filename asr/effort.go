package asr

import "sync"

// Effort is what recognition took, added up over all recordings that were not
// in the cache.
type Effort struct {
	Speech  float64 // seconds in which somebody speaks, over all channels
	Windows int     // that the speech was gathered into
	Encoded int     // runs of the encoder; more than Windows where some were heard again
	Width   float64 // of the encoder's context that was computed, added up: what its time follows; 1 is all of it
	Redone  int     // windows that were heard again
}

// Effort returns what the step's recordings have taken so far.
func (s *Step) Effort() Effort {
	s.effort.Lock()
	defer s.effort.Unlock()
	return s.effort.Effort
}

type effort struct {
	sync.Mutex
	Effort
}

func (e *effort) add(speech []Span, heard []Heard) {
	e.Lock()
	defer e.Unlock()
	for _, s := range speech {
		e.Speech += float64(s.Len()) / Rate
	}
	e.Windows += len(heard)
	for _, h := range heard {
		e.Encoded += h.Encoded
		e.Width += h.Width
		if h.Redone != "" {
			e.Redone++
		}
	}
}

// addEffort adds what another hearing took.
func (h *Heard) addEffort(o Heard) {
	h.Encoded += o.Encoded
	h.Width += o.Width
}
