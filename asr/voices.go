package asr

import "math"

// Telling two voices apart: phrases are joined, likeliest first, by the
// generalised likelihood ratio of Gaussian models until two groups are left,
// then all phrases go to the likelier group until none moves (S. Chen and P.
// Gopalakrishnan, Speaker, environment and channel change detection and
// clustering via the Bayesian information criterion, 1998).
const (
	minPrint     = 25   // frames of 16 ms: shorter phrases say little of a voice
	maxSeeds     = 48   // phrases the groups are found with; the rest only joins
	priorFrames  = 40   // how much the common covariance counts in each group's
	pitchSpread  = 0.1  // octaves, squared: the least variance of a voice's pitch is its square
	voicePenalty = 1.0  // of the information criterion: more asks for clearer voices
	voicesApart  = 0.28 // nats a frame: how far two people's voices are apart at least
	correlated   = 3.0  // neighbouring frames repeat each other: so many count as one
)

// partVoices splits phrases into voices 0 and 1, 0 being the one that speaks
// first. It returns false where the phrases are better taken for one voice.
func partVoices(prints []*voiceprint) (voices []int, two bool) {
	voices = make([]int, len(prints))
	var all voiceprint
	var seeds []*voiceprint
	for _, p := range prints {
		all.add(p)
		if p.n >= minPrint {
			seeds = append(seeds, p)
		}
	}
	if len(seeds) < 2 {
		return voices, false
	}
	prior := newModel(&all, nil)
	groups := joinToTwo(thin(seeds, maxSeeds), prior)
	for range 20 {
		models := [2]*gaussian{newModel(groups[0], prior), newModel(groups[1], prior)}
		moved := false
		next := [2]*voiceprint{{}, {}}
		for i, p := range prints {
			v := 0
			if models[1].fit(p) > models[0].fit(p) {
				v = 1
			}
			if p.n == 0 && i > 0 {
				v = voices[i-1]
			}
			moved = moved || v != voices[i]
			voices[i] = v
			next[v].add(p)
		}
		if next[0].n == 0 || next[1].n == 0 {
			return make([]int, len(prints)), false
		}
		groups = next
		if !moved {
			break
		}
	}
	// The criterion asks whether there is evidence of two groups, which any one
	// voice gives in time: nobody sounds the same for ten minutes. So they must be
	// as far apart as two people, too, however long the recording is.
	gain := apart(groups[0], groups[1], prior)
	free := float64(cepstra + cepstra*(cepstra+1)/2 + 2)
	two = gain/correlated > voicePenalty*free/2*math.Log(all.n/correlated) && gain > voicesApart*all.n
	if voices[0] == 1 {
		for i := range voices {
			voices[i] = 1 - voices[i]
		}
	}
	return voices, two
}

// thin keeps at most n, evenly spread.
func thin(list []*voiceprint, n int) []*voiceprint {
	if len(list) <= n {
		return list
	}
	out := make([]*voiceprint, n)
	for i := range out {
		out[i] = list[i*len(list)/n]
	}
	return out
}

// joinToTwo joins the groups whose joining costs least until two are left.
func joinToTwo(seeds []*voiceprint, prior *gaussian) [2]*voiceprint {
	groups := make([]*voiceprint, len(seeds))
	for i, s := range seeds {
		copied := *s
		groups[i] = &copied
	}
	cost := make([][]float64, len(groups))
	for i := range cost {
		cost[i] = make([]float64, i)
		for k := range i {
			cost[i][k] = apart(groups[i], groups[k], prior)
		}
	}
	for left := len(groups); left > 2; left-- {
		a, b := -1, -1
		for i := range groups {
			for k := range i {
				if groups[i] != nil && groups[k] != nil && (a < 0 || cost[i][k] < cost[a][b]) {
					a, b = i, k
				}
			}
		}
		groups[b].add(groups[a])
		groups[a] = nil
		for i, g := range groups {
			if g == nil || i == b {
				continue
			}
			cost[max(i, b)][min(i, b)] = apart(groups[max(i, b)], groups[min(i, b)], prior)
		}
	}
	var out [2]*voiceprint
	n := 0
	for _, g := range groups {
		if g != nil {
			out[n] = g
			n++
		}
	}
	return out
}

// apart is the gain in log likelihood of two models over one for both.
func apart(a, b *voiceprint, prior *gaussian) float64 {
	both := *a
	both.add(b)
	return newModel(&both, prior).spread(&both) - newModel(a, prior).spread(a) - newModel(b, prior).spread(b)
}

// gaussian models the cepstra of a voice, and its pitch.
type gaussian struct {
	mean  [cepstra]float64
	cov   [cepstra][cepstra]float64
	chol  [cepstra][cepstra]float64 // lower: chol·cholᵀ = cov
	log   float64                   // of the covariance's determinant
	pitch [2]float64                // mean and variance, in octaves
}

// newModel fits a voiceprint. The fewer frames it has the more of the prior's
// covariance goes in.
func newModel(v *voiceprint, prior *gaussian) *gaussian {
	g := &gaussian{}
	n := math.Max(v.n, 1)
	for i := range g.mean {
		g.mean[i] = v.sum[i] / n
	}
	for i := range g.cov {
		for k := range i + 1 {
			c := v.product[i][k]/n - g.mean[i]*g.mean[k]
			if prior != nil {
				c = (c*v.n + prior.cov[i][k]*priorFrames) / (v.n + priorFrames)
			}
			if i == k {
				c += 1e-3
			}
			g.cov[i][k] = c
		}
	}
	g.cholesky()
	g.pitch[1] = pitchSpread
	if v.pitched > 0 {
		g.pitch[0] = v.pitch[0] / v.pitched
		spread := v.pitch[1]/v.pitched - g.pitch[0]*g.pitch[0]
		g.pitch[1] = math.Max(spread, pitchSpread*pitchSpread)
	}
	return g
}

func (g *gaussian) cholesky() {
	for i := range cepstra {
		for k := range i + 1 {
			sum := g.cov[i][k]
			for m := range k {
				sum -= g.chol[i][m] * g.chol[k][m]
			}
			if i == k {
				g.chol[i][i] = math.Sqrt(math.Max(sum, 1e-6))
				g.log += 2 * math.Log(g.chol[i][i])
			} else {
				g.chol[i][k] = sum / g.chol[k][k]
			}
		}
	}
}

// spread is half the volume of the voice's frames under its own model: the
// negative of their log likelihood, without constants.
func (g *gaussian) spread(v *voiceprint) float64 {
	return v.n/2*g.log + v.pitched/2*math.Log(g.pitch[1])
}

// fit is the mean log likelihood of a voiceprint's frames under the model.
func (g *gaussian) fit(v *voiceprint) float64 {
	if v.n == 0 {
		return 0
	}
	// The sum over frames of (x−m)ᵀ·cov⁻¹·(x−m) is the trace of cov⁻¹·S, with S
	// the scatter about m; solved column by column.
	trace := 0.0
	for col := range cepstra {
		var y [cepstra]float64
		for i := range cepstra {
			s := v.scatter(&g.mean, i, col)
			for k := range i {
				s -= g.chol[i][k] * y[k]
			}
			y[i] = s / g.chol[i][i]
		}
		for i := cepstra - 1; i >= col; i-- {
			s := y[i]
			for k := i + 1; k < cepstra; k++ {
				s -= g.chol[k][i] * y[k]
			}
			y[i] = s / g.chol[i][i]
		}
		trace += y[col]
	}
	out := -0.5 * (g.log + trace/v.n)
	if v.pitched > 0 {
		m := g.pitch[0]
		square := v.pitch[1] - 2*m*v.pitch[0] + v.pitched*m*m
		out -= 0.5 * (v.pitched*math.Log(g.pitch[1]) + square/g.pitch[1]) / v.n
	}
	return out
}

func (v *voiceprint) scatter(m *[cepstra]float64, i, k int) float64 {
	p := v.product[max(i, k)][min(i, k)]
	return p - m[i]*v.sum[k] - m[k]*v.sum[i] + v.n*m[i]*m[k]
}
