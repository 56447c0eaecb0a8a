package eval

import "math"

// Claim is a probability that was stated, and whether it came true.
type Claim struct {
	Probability float64
	True        bool
}

// Reliability is how far probabilities can be taken at their word.
type Reliability struct {
	N        int              `json:"n"`
	Rate     float64          `json:"rate"`                       // share that came true
	Brier    float64          `json:"brier"`                      // mean squared error (G. W. Brier, 1950); 0 is best
	Skill    float64          `json:"brier_skill"`                // 1 - Brier / that of always stating Rate
	ECE      float64          `json:"expected_calibration_error"` // mean distance of stated and true, over the bins
	Bins     []ReliabilityBin `json:"bins"`
	LogLoss  float64          `json:"log_loss"` // nats
	AUC      float64          `json:"auc"`      // chance that one that came true was given more than one that did not
	Asserted Counts           `json:"from_one_half"`
}

// ReliabilityBin is the claims whose probability lies from From up to To.
type ReliabilityBin struct {
	From   float64 `json:"from"`
	To     float64 `json:"to"`
	N      int     `json:"n"`
	Stated float64 `json:"stated"` // mean probability
	True   float64 `json:"true"`   // share that came true
}

// Reliable compares probabilities with what came true, in so many bins of the
// same width (A. Niculescu-Mizil and R. Caruana, Predicting good probabilities
// with supervised learning, 2005).
func Reliable(claims []Claim, bins int) Reliability {
	r := Reliability{N: len(claims), Bins: make([]ReliabilityBin, bins)}
	for i := range r.Bins {
		r.Bins[i].From, r.Bins[i].To = float64(i)/float64(bins), float64(i+1)/float64(bins)
	}
	if r.N == 0 {
		return r
	}
	for _, c := range claims {
		b := &r.Bins[min(bins-1, int(c.Probability*float64(bins)))]
		y := 0.0
		if c.True {
			y = 1
		}
		b.N++
		b.Stated += c.Probability
		b.True += y
		r.Rate += y
		r.Brier += (c.Probability - y) * (c.Probability - y)
		p := math.Min(math.Max(c.Probability, 1e-6), 1-1e-6)
		r.LogLoss -= y*math.Log(p) + (1-y)*math.Log(1-p)
		switch {
		case c.True && c.Probability >= 0.5:
			r.Asserted.True++
		case c.True:
			r.Asserted.Missed++
		case c.Probability >= 0.5:
			r.Asserted.False++
		}
	}
	n := float64(r.N)
	r.Rate, r.Brier, r.LogLoss = r.Rate/n, r.Brier/n, r.LogLoss/n
	if base := r.Rate * (1 - r.Rate); base > 0 {
		r.Skill = 1 - r.Brier/base
	}
	for i := range r.Bins {
		if b := &r.Bins[i]; b.N > 0 {
			r.ECE += math.Abs(b.Stated-b.True) / n
			b.Stated, b.True = b.Stated/float64(b.N), b.True/float64(b.N)
		}
	}
	r.AUC = areaUnder(claims)
	r.Asserted.finish()
	return r
}

// areaUnder is the area under the receiver operating characteristic.
func areaUnder(claims []Claim) float64 {
	var values, truths []float64
	positives := 0.0
	for _, c := range claims {
		y := 0.0
		if c.True {
			y, positives = 1, positives+1
		}
		values, truths = append(values, c.Probability), append(truths, y)
	}
	negatives := float64(len(claims)) - positives
	if positives == 0 || negatives == 0 {
		return 0
	}
	sum := 0.0
	for i, rank := range ranks(values) {
		sum += rank * truths[i]
	}
	return (sum - positives*(positives+1)/2) / (positives * negatives)
}

// FitLogistic returns the intercept and then a weight for each feature, by
// Newton's method with a slight penalty on the weights. Rows are the features of an
// observation, truths whether it was so.
func FitLogistic(rows [][]float64, truths []bool) []float64 {
	if len(rows) == 0 {
		return nil
	}
	n := len(rows[0]) + 1
	w := make([]float64, n)
	x := make([]float64, n)
	for range 50 {
		gradient, hessian := make([]float64, n), make([][]float64, n)
		for i := range hessian {
			hessian[i] = make([]float64, n)
			hessian[i][i] = 1e-3
			gradient[i] = -1e-3 * w[i]
		}
		for r, row := range rows {
			x[0] = 1
			copy(x[1:], row)
			z := 0.0
			for i := range x {
				z += w[i] * x[i]
			}
			p := 1 / (1 + math.Exp(-z))
			d := -p
			if truths[r] {
				d++
			}
			for i := range x {
				gradient[i] += d * x[i]
				for k := range x {
					hessian[i][k] += p * (1 - p) * x[i] * x[k]
				}
			}
		}
		step, moved := solve(hessian, gradient), 0.0
		for i := range w {
			w[i] += step[i]
			moved = math.Max(moved, math.Abs(step[i]))
		}
		if moved < 1e-9 {
			break
		}
	}
	return w
}

// solve returns x with a·x = b, by elimination in place; a is symmetric and
// positive.
func solve(a [][]float64, b []float64) []float64 {
	for i := range a {
		for k := i + 1; k < len(a); k++ {
			f := a[k][i] / a[i][i]
			for j := i; j < len(a); j++ {
				a[k][j] -= f * a[i][j]
			}
			b[k] -= f * b[i]
		}
	}
	for i := len(a) - 1; i >= 0; i-- {
		for k := i + 1; k < len(a); k++ {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	return b
}
