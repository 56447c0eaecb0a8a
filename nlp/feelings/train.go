package feelings

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
)

// Labelled is a line to train the sentiment classifier on.
type Labelled struct {
	Text   string
	Label  int     // 0 negative, 1 neutral, 2 positive
	Weight float64 // 1 is a line
}

// Training says how to train.
type Training struct {
	Epochs  int
	Rate    float64
	Decay   float64 // of weights, an epoch
	Balance float64 // 0: as often as in the lines; 1: every class counts the same
	Ratio   float64 // 0: all features count the same; 1: by how much they tell the classes apart
	Seed    uint64
	Runs    int // over the lines in as many orders; the weights are the mean of theirs

	// Lean is added to the logits of negative and positive: what tells all
	// classes about as well is not what is right most often.
	Lean [2]float64
}

// sample is a line as it is trained on.
type sample struct {
	features []uint32
	label    int
	weight   float64
}

// Train returns a classifier trained on lines by logistic regression
// with adaptive steps (AdaGrad: Duchi et al., JMLR 2011), the roots of
// its weights rounded to a byte. The same lines and settings give the same weights.
// Chinese and English lines are trained on apart, each with its settings.
func Train(lines []Labelled, zh, en Training) *Classifier {
	c := &Classifier{}
	var samples [2][]sample
	var counts [2][classes]float64
	for _, l := range lines {
		text := folder.Fold(l.Text)
		var f hashed
		language := f.read(&text)
		if len(f.all) > 0 {
			samples[language] = append(samples[language], sample{f.all, l.Label, l.Weight})
			counts[language][l.Label] += l.Weight
		}
	}
	for language, t := range [2]Training{chinese: zh, englishLanguage: en} {
		set := samples[language]
		total := counts[language][0] + counts[language][1] + counts[language][2]
		for i := range set {
			set[i].weight *= math.Pow(total/classes/max(counts[language][set[i].label], 1), t.Balance)
		}
		ratio := make([]float64, classes<<featureBits)
		for i := range ratio {
			ratio[i] = 1
		}
		if t.Ratio > 0 {
			for _, s := range set {
				for _, f := range s.features {
					ratio[int(f)*classes+s.label] += s.weight
				}
			}
			toRatios(ratio, t.Ratio)
		}
		w := make([]float64, classes<<featureBits)
		var bias [classes]float64
		for run := range uint64(max(1, t.Runs)) {
			t.fit(set, ratio, w, &bias, rand.New(rand.NewPCG(t.Seed+run, uint64(language))))
		}
		c.keep(language, w, bias, t.Lean)
	}
	return c
}

// keep stores the weights of a language as those of negative and positive
// against neutral.
func (c *Classifier) keep(language int, w []float64, bias [classes]float64, lean [2]float64) {
	against := make([]float64, 0, len(w)/classes*told)
	most := 1e-9
	for f := 0; f < len(w); f += classes {
		for _, x := range [told]float64{w[f+negative] - w[f+neutral], w[f+positive] - w[f+neutral]} {
			against = append(against, x)
			most = max(most, math.Abs(x))
		}
	}
	c.scale[language] = float32(most / (127 * 127))
	c.weights[language] = make([]int8, len(against))
	for i, x := range against {
		c.weights[language][i] = int8(math.Copysign(math.Round(math.Sqrt(math.Abs(x)/most)*127), x))
	}
	c.bias[language] = [told]float32{float32(bias[negative] - bias[neutral] + lean[0]), float32(bias[positive] - bias[neutral] + lean[1])}
}

// fit adds to w and bias its share of the weights that one run over set in a
// random order gives.
func (t Training) fit(set []sample, ratio, w []float64, bias *[classes]float64, random *rand.Rand) {
	v := make([]float64, len(w)) // weights of this run, before their ratio
	g := make([]float64, len(w)) // sums of the squares of their gradients
	var b, biasG [classes]float64
	for range t.Epochs {
		random.Shuffle(len(set), func(i, j int) { set[i], set[j] = set[j], set[i] })
		for _, s := range set {
			norm := 1 / math.Sqrt(float64(len(s.features)))
			x := b
			for _, f := range s.features {
				for k := range x {
					x[k] += v[int(f)*classes+k] * ratio[int(f)*classes+k] * norm
				}
			}
			p := softmax([classes]float32{float32(x[0]), float32(x[1]), float32(x[2])})
			for k, pk := range [classes]float64{p.Negative, p.Neutral, p.Positive} {
				d := pk
				if k == s.label {
					d--
				}
				d *= s.weight
				if math.Abs(d) < 1e-4 {
					continue
				}
				biasG[k] += d * d
				b[k] -= 0.1 * t.Rate * d / math.Sqrt(biasG[k]+1)
				d *= norm
				for _, f := range s.features {
					i := int(f)*classes + k
					gi := d*ratio[i] + t.Decay*v[i]
					g[i] += gi * gi
					v[i] -= t.Rate * gi / (math.Sqrt(g[i]) + 0.1)
				}
			}
		}
	}
	share := 1 / float64(max(1, t.Runs))
	for i := range w {
		w[i] += share * v[i] * ratio[i]
	}
	for k := range b {
		bias[k] += share * b[k]
	}
}

// toRatios turns how often features stand in lines of each class, plus 1, into
// how much they count for it: the part share of that is the size of the
// logarithm of the naive Bayes ratio (Wang and Manning, Baselines and Bigrams,
// ACL 2012).
func toRatios(counts []float64, share float64) {
	var total [classes]float64
	for i, n := range counts {
		total[i%classes] += n
	}
	sum := total[0] + total[1] + total[2]
	for f := 0; f < len(counts); f += classes {
		n := [classes]float64(counts[f : f+classes])
		for k := range n {
			others := n[0] + n[1] + n[2] - n[k]
			ratio := math.Log(n[k] / total[k] * (sum - total[k]) / others)
			counts[f+k] = 1 - share + share*math.Abs(ratio)
		}
	}
}

// AppendBinary appends the weights in the format of sentiment.bin.
func (c *Classifier) AppendBinary(b []byte) []byte {
	b = append(b, sentimentMagic...)
	for l := range c.weights {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(c.scale[l]))
		for _, x := range c.bias[l] {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
		for _, x := range c.weights[l] {
			b = append(b, byte(x))
		}
	}
	return b
}
