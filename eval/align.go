package eval

// Errors counts what turns a reference into a hypothesis.
type Errors struct {
	Substitutions int `json:"substitutions"`
	Deletions     int `json:"deletions"`
	Insertions    int `json:"insertions"`
}

// Sum returns the number of errors of all kinds.
func (e Errors) Sum() int { return e.Substitutions + e.Deletions + e.Insertions }

func (e Errors) add(o Errors) Errors {
	return Errors{e.Substitutions + o.Substitutions, e.Deletions + o.Deletions, e.Insertions + o.Insertions}
}

// Align returns the fewest errors between two sequences of words or
// characters (Levenshtein distance); of equally few, the one with most
// substitutions.
func Align(reference, hypothesis []string) Errors {
	type cell struct {
		cost int
		e    Errors
	}
	row := make([]cell, len(hypothesis)+1)
	for j := range row {
		row[j] = cell{j, Errors{Insertions: j}}
	}
	for i, want := range reference {
		diagonal := row[0]
		row[0] = cell{i + 1, Errors{Deletions: i + 1}}
		for j, got := range hypothesis {
			best := diagonal
			if want != got {
				best.cost++
				best.e.Substitutions++
			}
			if up := row[j+1]; up.cost+1 < best.cost {
				best = cell{up.cost + 1, up.e.add(Errors{Deletions: 1})}
			}
			if left := row[j]; left.cost+1 < best.cost {
				best = cell{left.cost + 1, left.e.add(Errors{Insertions: 1})}
			}
			diagonal, row[j+1] = row[j+1], best
		}
	}
	return row[len(hypothesis)].e
}
