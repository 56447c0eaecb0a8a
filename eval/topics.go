package eval

import "math"

// TopicItem is a text and what it is about.
type TopicItem struct {
	Text     string `json:"text"`
	Language string `json:"language"` // may be empty
	Label    string `json:"label"`
}

// TopicsReport is how well a grouping agrees with the true one. All are 1 for
// the same groups.
type TopicsReport struct {
	N        int     `json:"n"`
	Classes  int     `json:"classes"` // true ones
	Groups   int     `json:"groups"`  // found ones
	Purity   float64 `json:"purity"`  // share whose group is mostly of its class; single groups are pure
	NMI      float64 `json:"nmi"`     // mutual information over the mean entropy (Strehl and Ghosh 2002)
	ARI      float64 `json:"ari"`     // pairs put together or apart alike, beyond chance (Hubert and Arabie 1985)
	Unplaced int     `json:"unplaced"`
}

// Topics compares the groups found with the true classes of the same items.
// A negative group is none: such items count as one group of their own.
func Topics[T comparable](found []int, truth []T) TopicsReport {
	r := TopicsReport{N: len(found)}
	if r.N == 0 {
		return r
	}
	type cell struct {
		found int
		truth T
	}
	cells, groups, classes := map[cell]int{}, map[int]int{}, map[T]int{}
	for i, f := range found {
		if f < 0 {
			f = -1
			r.Unplaced++
		}
		cells[cell{f, truth[i]}]++
		groups[f]++
		classes[truth[i]]++
	}
	r.Groups, r.Classes = len(groups), len(classes)
	if r.Unplaced > 0 {
		r.Groups--
	}
	n := float64(r.N)
	most := map[int]int{}
	mutual, together := 0.0, 0.0
	for c, count := range cells {
		most[c.found] = max(most[c.found], count)
		mutual += float64(count) / n * math.Log(n*float64(count)/float64(groups[c.found]*classes[c.truth]))
		together += twos(count)
	}
	pure := 0
	for _, count := range most {
		pure += count
	}
	r.Purity = float64(pure) / n
	foundEntropy, foundTwos := spread(groups, n)
	trueEntropy, trueTwos := spread(classes, n)
	r.NMI = 1
	if mean := (foundEntropy + trueEntropy) / 2; mean > 0 {
		r.NMI = max(0, mutual/mean)
	}
	r.ARI = 1
	if chance, mean := foundTwos*trueTwos/max(twos(r.N), 1), (foundTwos+trueTwos)/2; mean != chance {
		r.ARI = (together - chance) / (mean - chance)
	}
	return r
}

// spread returns the entropy of sizes, and how many pairs lie within one.
func spread[T comparable](sizes map[T]int, n float64) (entropy, pairs float64) {
	for _, count := range sizes {
		p := float64(count) / n
		entropy -= p * math.Log(p)
		pairs += twos(count)
	}
	return entropy, pairs
}

func twos(n int) float64 { return float64(n) * float64(n-1) / 2 }
