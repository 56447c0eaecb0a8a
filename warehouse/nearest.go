package warehouse

import (
	"cmp"
	"slices"
	"strings"
)

// nearest returns the n names most like the one given, best first: by the
// least number of insertions, deletions and replacements (Levenshtein 1966),
// where one that contains the other is nearer than any that does not.
func nearest(name string, names []string, n int) []string {
	ranked := slices.Clone(names)
	far := func(s string) int {
		d := distance(name, s)
		if name != "" && (strings.Contains(s, name) || strings.Contains(name, s)) {
			d -= 100
		}
		return d
	}
	slices.SortStableFunc(ranked, func(a, b string) int { return cmp.Or(cmp.Compare(far(a), far(b)), cmp.Compare(a, b)) })
	return ranked[:min(n, len(ranked))]
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
