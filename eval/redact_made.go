package eval

// RedactMade is how much of made private numbers can still be read after
// masking, and how many numbers that only look private were masked.
type RedactMade struct {
	N          int                `json:"n"` // with something private in them
	Near       int                `json:"near_misses"`
	Recall     float64            `json:"recall"`
	Precision  float64            `json:"precision"` // of the made texts that were touched, the share that held something private
	Leaked     int                `json:"leaked"`
	NearMasked int                `json:"near_masked"`
	Types      map[string]*Counts `json:"types"` // by type, by language, written and spoken
	Missed     []string           `json:"missed,omitempty"`
	Wrong      []string           `json:"wrong,omitempty"`
}

// Add counts a conversation with something private in it.
func (r *RedactMade) Add(kind string, spoken bool, language string, leaked bool, text string) {
	r.N++
	form := "written"
	if spoken {
		form = "spoken"
	}
	for _, name := range []string{kind, language + ", " + form} {
		if leaked {
			of(r.Types, name).Missed++
		} else {
			of(r.Types, name).True++
		}
	}
	if leaked {
		if r.Leaked++; len(r.Missed) < maxExamples {
			r.Missed = append(r.Missed, kind+"\t"+text)
		}
	}
}

// AddNear counts a text with a number that only looks private.
func (r *RedactMade) AddNear(masked bool, text string) {
	r.Near++
	if masked {
		if r.NearMasked++; len(r.Wrong) < maxExamples {
			r.Wrong = append(r.Wrong, text)
		}
	}
}

// Finish works out the shares.
func (r *RedactMade) Finish() {
	for _, c := range r.Types {
		c.finish()
	}
	r.Recall = share(r.N-r.Leaked, r.N)
	r.Precision = share(r.N-r.Leaked, r.N-r.Leaked+r.NearMasked)
}
