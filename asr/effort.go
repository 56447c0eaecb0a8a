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
	Untold  int     // channels' parts of windows in which more than 2.5 s of speech stayed without text
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

// add counts a recording of some windows. What of several channels was heard in
// one window counts for one.
func (e *effort) add(cuts []cutTrack, heard [][]Heard, windows int) {
	e.Lock()
	defer e.Unlock()
	e.Windows += windows
	for c, cut := range cuts {
		e.Speech += seconds(cut.speech)
		for w, h := range heard[c] {
			e.Encoded += h.Encoded
			e.Width += h.Width
			if h.Redone != "" {
				e.Redone++
			}
			if skipped(cut.windows[w].speech(), h.Segments) > maxSkipped {
				e.Untold++
			}
		}
	}
}

func seconds(spans []Span) float64 {
	n := 0
	for _, s := range spans {
		n += s.Len()
	}
	return float64(n) / Rate
}

// addEffort adds what another hearing took.
func (h *Heard) addEffort(o Heard) {
	h.Encoded += o.Encoded
	h.Width += o.Width
}
