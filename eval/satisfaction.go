package eval

import (
	"cmp"
	"math"
	"slices"
)

// SatisfactionItem is a conversation and how satisfied its customer was, on
// any scale on which more is better.
type SatisfactionItem struct {
	Turns    []LabelledTurn `json:"turns"`
	Language string         `json:"language"`
	Score    float64        `json:"score"`
}

// SatisfactionReport is how well satisfaction was predicted.
type SatisfactionReport struct {
	N        int     `json:"n"`
	Spearman float64 `json:"spearman"`
	Pearson  float64 `json:"pearson"`
	Mean     float64 `json:"mean_predicted"`
}

// Satisfaction compares predictions with the scores of items.
func Satisfaction(items []SatisfactionItem, predicted []float64) SatisfactionReport {
	actual := make([]float64, len(items))
	mean := 0.0
	for i := range items {
		actual[i] = items[i].Score
		mean += predicted[i] / float64(len(items))
	}
	return SatisfactionReport{N: len(items), Spearman: Spearman(predicted, actual), Pearson: Pearson(predicted, actual), Mean: mean}
}

// Pearson returns the linear correlation of x and y, 0 where one is constant.
func Pearson(x, y []float64) float64 {
	n := float64(len(x))
	var mx, my float64
	for i := range x {
		mx += x[i] / n
		my += y[i] / n
	}
	var xy, xx, yy float64
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

// Spearman returns the rank correlation of x and y; equal values share the
// mean of their ranks.
func Spearman(x, y []float64) float64 { return Pearson(ranks(x), ranks(y)) }

func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	out := make([]float64, len(x))
	for i := 0; i < len(order); {
		k := i
		for k < len(order) && x[order[k]] == x[order[i]] {
			k++
		}
		for _, o := range order[i:k] {
			out[o] = float64(i+k-1)/2 + 1
		}
		i = k
	}
	return out
}
