package topics

import (
	"maps"
	"math"
	"slices"
)

// vector is a sparse vector of length one, or of zero where it is empty.
type vector struct {
	at []int
	of []float64
}

func newVector(weights map[int]float64) vector {
	v := vector{at: slices.Sorted(maps.Keys(weights))}
	sum := 0.0
	for _, f := range v.at {
		sum += weights[f] * weights[f]
	}
	if sum == 0 {
		return vector{}
	}
	for _, f := range v.at {
		v.of = append(v.of, weights[f]/math.Sqrt(sum))
	}
	return v
}

// dot returns the cosine of v and a dense vector of length one.
func (v vector) dot(dense []float64) (sum float64) {
	for i, f := range v.at {
		sum += v.of[i] * dense[f]
	}
	return sum
}

// centre returns the mean direction of vectors.
func centre(vectors []vector, dimensions int) []float64 {
	c := make([]float64, dimensions)
	for _, v := range vectors {
		for i, f := range v.at {
			c[f] += v.of[i]
		}
	}
	sum := 0.0
	for _, x := range c {
		sum += x * x
	}
	if sum > 0 {
		for f := range c {
			c[f] /= math.Sqrt(sum)
		}
	}
	return c
}

func cosine(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
