package topics

import (
	"cmp"
	"hash/fnv"
	"slices"
)

const (
	sampled     = 1500 // texts that seeds and the number of topics are found on
	mostRounds  = 30
	alike       = 0.4  // cosine of two centres above which they are one topic
	leastNear   = 0.1  // cosine to the centre below which a text is in no topic
	leastOfRest = 0.33 // share of its topic's median nearness that a text needs
	leastClear  = 0.05 // mean silhouette below which one topic is as good as many
)

// group is one topic of a language.
type group struct {
	*vocabulary
	language string
	all      int // texts of the language
	texts    []*text
	centre   []float64
}

// cluster groups texts of one language. Texts whose words are too few or too
// rare are in no group.
func cluster(texts []*text, language string, o Options) []group {
	v := newVocabulary(texts, language, max(2, min(o.Least, len(texts)/500)))
	var filled []*text
	for _, t := range texts {
		if len(t.vector.at) > 0 {
			filled = append(filled, t)
		}
	}
	if len(filled) < o.Least {
		return nil
	}
	sample := sampleOf(filled)
	most := min(o.Most, len(filled)/o.Least, len(sample))
	centres := bestStart(sample, seeds(sample, most), len(v.keys))
	vectors := vectorsOf(filled)
	of := means(vectors, centres)
	merge(vectors, of, centres)
	groups := make([]group, len(centres))
	for i, t := range filled {
		groups[of[i]].texts = append(groups[of[i]].texts, t)
	}
	var kept []group
	for i := range groups {
		g := group{vocabulary: v, language: language, all: len(texts), texts: groups[i].texts, centre: centres[i]}
		g.leaveFar()
		if len(g.texts) >= o.Least {
			kept = append(kept, g)
		}
	}
	return kept
}

func vectorsOf(texts []*text) []vector {
	all := make([]vector, len(texts))
	for i, t := range texts {
		all[i] = t.vector
	}
	return all
}

// sampleOf picks texts by a hash of their IDs: the same ones each time.
func sampleOf(texts []*text) []vector {
	type hashed struct {
		hash uint64
		at   int
	}
	order := make([]hashed, len(texts))
	for i, t := range texts {
		h := fnv.New64a()
		_, _ = h.Write([]byte(t.ID))
		order[i] = hashed{h.Sum64(), i}
	}
	slices.SortFunc(order, func(a, b hashed) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.at, b.at)) })
	sample := make([]vector, min(sampled, len(texts)))
	for i := range sample {
		sample[i] = texts[order[i].at].vector
	}
	return sample
}

// seeds chooses texts that stand for the others: each the one that brings most
// texts nearest to a seed, given those before. That is the greedy way to place
// facilities, never worse than 1-1/e of the best (Nemhauser, Wolsey and Fisher
// 1978); unlike the farthest text, an outlier is no gain. It ends where a
// further seed gains nothing.
func seeds(sample []vector, most int) []int {
	n := len(sample)
	near := make([]float32, n*n)
	where := map[int][]int{}
	for i, v := range sample {
		for _, f := range v.at {
			where[f] = append(where[f], i)
		}
	}
	for i, v := range sample {
		row := near[i*n : (i+1)*n]
		for k, f := range v.at {
			for _, j := range where[f] {
				u := sample[j]
				at, _ := slices.BinarySearch(u.at, f)
				row[j] += float32(v.of[k] * u.of[at])
			}
		}
	}
	best := make([]float32, n)
	var chosen []int
	for len(chosen) < most {
		next, gain := -1, float32(1e-3)
		for i := range n {
			sum := float32(0)
			for j, s := range near[i*n : (i+1)*n] {
				if s > best[j] {
					sum += s - best[j]
				}
			}
			if sum > gain {
				next, gain = i, sum
			}
		}
		if next < 0 {
			break
		}
		chosen = append(chosen, next)
		for j, s := range near[next*n : (next+1)*n] {
			best[j] = max(best[j], s)
		}
	}
	return chosen
}

// bestStart returns the centres of as many topics as tell the sample apart
// best: by the mean silhouette, with distances to centres (Hruschka, de Castro
// and Campello 2004 after Rousseeuw 1987).
func bestStart(sample []vector, chosen []int, dimensions int) [][]float64 {
	start := func(k int) [][]float64 {
		centres := make([][]float64, k)
		for i := range centres {
			centres[i] = centre([]vector{sample[chosen[i]]}, dimensions)
		}
		return centres
	}
	best, most := start(1), leastClear
	means(sample, best)
	for k := 2; k <= len(chosen); k++ {
		centres := start(k)
		means(sample, centres)
		if s := silhouette(sample, centres); s > most {
			best, most = centres, s
		}
	}
	return best
}

func silhouette(vectors []vector, centres [][]float64) float64 {
	sum := 0.0
	for _, v := range vectors {
		_, own, other := nearest(v, centres)
		if a, b := 1-own, 1-other; b > 0 {
			sum += (b - a) / b
		}
	}
	return sum / float64(len(vectors))
}

// nearest returns the nearest centre, its cosine and that of the second.
func nearest(v vector, centres [][]float64) (at int, own, other float64) {
	own, other = -1, -1
	for c := range centres {
		switch s := v.dot(centres[c]); {
		case s > own:
			at, own, other = c, s, own
		case s > other:
			other = s
		}
	}
	return at, own, max(other, 0)
}

// means moves centres to the mean of the vectors nearest to them until nothing
// changes, and returns the centre of each vector.
func means(vectors []vector, centres [][]float64) []int {
	of := make([]int, len(vectors))
	for i := range of {
		of[i] = -1
	}
	for range mostRounds {
		changed := false
		members := make([][]vector, len(centres))
		for i, v := range vectors {
			c, _, _ := nearest(v, centres)
			changed = changed || c != of[i]
			of[i] = c
			members[c] = append(members[c], v)
		}
		if !changed {
			break
		}
		for c := range centres {
			if len(members[c]) > 0 {
				centres[c] = centre(members[c], len(centres[c]))
			}
		}
	}
	return of
}

// merge joins the two groups whose centres are nearest, again and again, as
// long as they are alike. The silhouette takes every wording that is repeated
// for a topic of its own; people who complain of one thing in different words
// share enough of them for their centres to be near.
func merge(vectors []vector, of []int, centres [][]float64) {
	for {
		from, into, most := -1, -1, alike
		for c := range centres {
			for d := range c {
				if near := cosine(centres[c], centres[d]); near > most {
					from, into, most = c, d, near
				}
			}
		}
		if from < 0 {
			return
		}
		var members []vector
		for i := range of {
			if of[i] == from {
				of[i] = into
			}
			if of[i] == into {
				members = append(members, vectors[i])
			}
		}
		centres[into] = centre(members, len(centres[into]))
		centres[from] = make([]float64, len(centres[from]))
	}
}

// leaveFar lets texts go that are in the group only for want of a better one.
func (g *group) leaveFar() {
	if len(g.texts) == 0 {
		return
	}
	g.centre = centre(vectorsOf(g.texts), len(g.keys))
	near := make([]float64, len(g.texts))
	for i, t := range g.texts {
		near[i] = t.vector.dot(g.centre)
	}
	sorted := slices.Sorted(slices.Values(near))
	floor := max(leastNear, leastOfRest*sorted[len(sorted)/2])
	kept := g.texts[:0]
	for i, t := range g.texts {
		if near[i] >= floor {
			kept = append(kept, t)
		}
	}
	g.texts = kept
	g.centre = centre(vectorsOf(g.texts), len(g.keys))
}
