package main

import "math"

// example is a text as it is trained on: its features, of which the first is 1,
// whether the label is true of it, and how much it counts.
type example struct {
	x      []float32
	is     bool
	weight float64
}

// fit returns the weights of a logistic regression with an L2 penalty on all
// but the first, by L-BFGS (Liu and Nocedal, Mathematical Programming 1989).
func fit(set []example, penalty float64) []float64 {
	n := len(set[0].x)
	value := func(w, g []float64) float64 {
		clear(g)
		loss := 0.0
		for i := range set {
			e := &set[i]
			z := dot(w, e.x)
			y := -1.0
			if e.is {
				y = 1
			}
			loss += e.weight * softplus(-y*z)
			d := -y * e.weight / (1 + math.Exp(y*z))
			for k, v := range e.x {
				g[k] += d * float64(v)
			}
		}
		for k := 1; k < n; k++ {
			loss += 0.5 * penalty * w[k] * w[k]
			g[k] += penalty * w[k]
		}
		return loss
	}
	return minimum(make([]float64, n), value)
}

func dot(w []float64, x []float32) (sum float64) {
	w = w[:len(x)]
	for i, v := range x {
		sum += w[i] * float64(v)
	}
	return sum
}

// softplus returns log(1+e^x).
func softplus(x float64) float64 {
	if x > 30 {
		return x
	}
	return math.Log1p(math.Exp(x))
}

const (
	steps  = 60
	memory = 8
)

// minimum walks from w to a minimum of a convex function, which returns its
// value and writes its gradient.
func minimum(w []float64, value func(w, g []float64) float64) []float64 {
	n := len(w)
	g, next, nextG, dir := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	var moves, turns [][]float64
	loss := value(w, g)
	for range steps {
		copy(dir, g)
		a := make([]float64, len(moves))
		for i := len(moves) - 1; i >= 0; i-- {
			a[i] = product(moves[i], dir) / product(moves[i], turns[i])
			add(dir, turns[i], -a[i])
		}
		scale := 1 / math.Max(1, math.Sqrt(product(g, g)))
		if k := len(moves) - 1; k >= 0 {
			scale = product(moves[k], turns[k]) / product(turns[k], turns[k])
		}
		for i := range dir {
			dir[i] *= scale
		}
		for i := range moves {
			add(dir, moves[i], a[i]-product(turns[i], dir)/product(moves[i], turns[i]))
		}
		slope := -product(dir, g)
		if slope > -1e-9 {
			break
		}
		size, better := 1.0, false
		for range 30 {
			copy(next, w)
			add(next, dir, -size)
			if l := value(next, nextG); l <= loss+1e-4*size*slope {
				better, loss = true, l
				break
			}
			size /= 2
		}
		if !better {
			break
		}
		move, turn := make([]float64, n), make([]float64, n)
		for i := range move {
			move[i], turn[i] = next[i]-w[i], nextG[i]-g[i]
		}
		if product(move, turn) > 1e-12 {
			moves, turns = append(moves, move), append(turns, turn)
			if len(moves) > memory {
				moves, turns = moves[1:], turns[1:]
			}
		}
		copy(w, next)
		copy(g, nextG)
	}
	return w
}

func product(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// add adds times b to a.
func add(a, b []float64, times float64) {
	for i := range a {
		a[i] += times * b[i]
	}
}
