package rootcause

import "math"

// tail returns the probability of n or more where a mean and a variance are
// usual: of a negative binomial distribution, or of a Poisson one where the
// variance is no more than the mean. Below the mean it says 1.
func tail(n int, mean, variance float64) float64 {
	if n <= 0 {
		return 1
	}
	if mean <= 0 {
		return 0
	}
	log := func(k float64) float64 { // log of the probability of k
		lk, _ := math.Lgamma(k + 1)
		if variance <= mean*1.0001 {
			return k*math.Log(mean) - mean - lk
		}
		r := mean * mean / (variance - mean)
		p := mean / variance
		lrk, _ := math.Lgamma(r + k)
		lr, _ := math.Lgamma(r)
		return lrk - lr - lk + r*math.Log(p) + k*math.Log1p(-p)
	}
	if float64(n) < mean { // far from the tail: the sum is long, and of no use
		return 1
	}
	sum := 0.0
	for k := float64(n); ; k++ {
		term := math.Exp(log(k))
		sum += term
		if term < sum*1e-12 || k > float64(n)+1e5 {
			return min(1, sum)
		}
	}
}
