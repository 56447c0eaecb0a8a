package eval

import (
	"unicode/utf8"
)

// RedactItem is a text and the private data in it.
type RedactItem struct {
	Text     string        `json:"text"`
	Language string        `json:"language"`
	Spans    []PrivateSpan `json:"spans"`
}

// PrivateSpan is a piece of private data: code points from From to To, To not
// included, and its type as the labels call it.
type PrivateSpan struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	Type string `json:"type"`
}

// RedactReport is how well private data was found. A labelled span is found
// where half of it is masked or more; a masked span is right where it touches
// a labelled one. Types are those of the labels.
type RedactReport struct {
	N           int                `json:"n"` // texts
	Spans       int                `json:"spans"`
	Recall      float64            `json:"recall"`
	Precision   float64            `json:"precision"`
	F1          float64            `json:"f1"`
	F2          float64            `json:"f2"`
	OverMasking float64            `json:"over_masking"` // share of the other characters that were masked
	Leaked      float64            `json:"leaked"`       // share of the private characters that were not
	InService   *RedactService     `json:"in_service,omitempty"`
	Types       map[string]*Counts `json:"types"`  // recall only
	Masked      map[string]*Counts `json:"masked"` // precision only, by the type that was found
	Missed      []string           `json:"missed,omitempty"`
	Wrong       []string           `json:"wrong,omitempty"`
}

// RedactService is the same of what the service masks as it is configured,
// whatever types the labels have.
type RedactService struct {
	Recall      float64 `json:"recall"`
	Precision   float64 `json:"precision"`
	F2          float64 `json:"f2"`
	OverMasking float64 `json:"over_masking"`
}

// Redact compares what was masked in each item with its labels. masked has an
// element for each item, its offsets in code points and its types ours.
func Redact(items []RedactItem, masked [][]PrivateSpan) RedactReport {
	r := RedactReport{Types: map[string]*Counts{}, Masked: map[string]*Counts{}}
	var all Counts
	private, leaked, other, over := 0, 0, 0, 0
	for i, item := range items {
		r.N++
		runes := []rune(item.Text)
		labelled := make([]bool, utf8.RuneCountInString(item.Text))
		hidden := make([]bool, len(labelled))
		mark(labelled, item.Spans)
		mark(hidden, masked[i])
		for k := range labelled {
			switch {
			case labelled[k]:
				private++
				if !hidden[k] {
					leaked++
				}
			default:
				other++
				if hidden[k] {
					over++
				}
			}
		}
		for _, s := range item.Spans {
			r.Spans++
			c := of(r.Types, s.Type)
			if 2*touched(hidden, s) >= min(s.To, len(hidden))-s.From {
				c.True++
				all.True++
				continue
			}
			c.Missed++
			all.Missed++
			r.Missed = example(r.Missed, s, runes)
		}
		for _, s := range masked[i] {
			c := of(r.Masked, s.Type)
			if touched(labelled, s) > 0 {
				c.True++
				continue
			}
			c.False++
			all.False++
			r.Wrong = example(r.Wrong, s, runes)
		}
	}
	for _, m := range []map[string]*Counts{r.Types, r.Masked} {
		for _, c := range m {
			c.finish()
		}
	}
	right := 0
	for _, c := range r.Masked {
		right += c.True
	}
	r.Recall = share(all.True, all.True+all.Missed)
	r.Precision = share(right, right+all.False)
	r.F1, r.F2 = fBeta(r.Precision, r.Recall, 1), fBeta(r.Precision, r.Recall, 2)
	r.OverMasking, r.Leaked = share(over, other), share(leaked, private)
	return r
}

func of(m map[string]*Counts, name string) *Counts {
	if m[name] == nil {
		m[name] = &Counts{}
	}
	return m[name]
}

func mark(where []bool, spans []PrivateSpan) {
	for _, s := range spans {
		for k := max(0, s.From); k < min(s.To, len(where)); k++ {
			where[k] = true
		}
	}
}

func touched(where []bool, s PrivateSpan) int {
	n := 0
	for k := max(0, s.From); k < min(s.To, len(where)); k++ {
		if where[k] {
			n++
		}
	}
	return n
}

func example(list []string, s PrivateSpan, text []rune) []string {
	if len(list) >= maxExamples {
		return list
	}
	from, to := min(max(0, s.From), len(text)), min(max(0, s.To), len(text))
	return append(list, s.Type+"\t"+string(text[from:max(from, to)])+"\t"+string(text))
}
