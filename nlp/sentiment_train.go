package nlp

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
	Seed    uint64
}

// TrainSentiment returns a classifier trained on lines by logistic regression
// with adaptive steps (AdaGrad: Duchi et al., JMLR 2011), its weights rounded
// to a byte. The same lines and settings give the same weights.
func TrainSentiment(lines []Labelled, t Training) *Classifier {
	c := &Classifier{}
	type sample struct {
		features []uint32
		label    int
		weight   float64
	}
	var samples [2][]sample
	var counts [2][classes]float64
	for _, l := range lines {
		text := searchFolder.Fold(l.Text)
		language, f := features(&text)
		if len(f) > 0 {
			samples[language] = append(samples[language], sample{f, l.Label, l.Weight})
			counts[language][l.Label] += l.Weight
		}
	}
	for language := range samples {
		set := samples[language]
		total := counts[language][0] + counts[language][1] + counts[language][2]
		for i := range set {
			set[i].weight *= math.Pow(total/classes/max(counts[language][set[i].label], 1), t.Balance)
		}
		w := make([]float64, classes<<featureBits)
		g := make([]float64, classes<<featureBits)
		var bias, biasG [classes]float64
		random := rand.New(rand.NewPCG(t.Seed, uint64(language)))
		for range t.Epochs {
			random.Shuffle(len(set), func(i, j int) { set[i], set[j] = set[j], set[i] })
			for _, s := range set {
				norm := 1 / math.Sqrt(float64(len(s.features)))
				x := [classes]float64{bias[0], bias[1], bias[2]}
				for _, f := range s.features {
					for k := range x {
						x[k] += w[int(f)*classes+k] * norm
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
					bias[k] -= 0.1 * t.Rate * d / math.Sqrt(biasG[k]+1)
					d *= norm
					for _, f := range s.features {
						i := int(f)*classes + k
						gi := d + t.Decay*w[i]
						g[i] += gi * gi
						w[i] -= t.Rate * gi / (math.Sqrt(g[i]) + 0.1)
					}
				}
			}
		}
		most := 1e-9
		for _, x := range w {
			most = max(most, math.Abs(x))
		}
		c.scale[language] = float32(most / 127)
		c.weights[language] = make([]int8, len(w))
		for i, x := range w {
			c.weights[language][i] = int8(math.Round(x / most * 127))
		}
		for k := range bias {
			c.bias[language][k] = float32(bias[k])
		}
	}
	return c
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
