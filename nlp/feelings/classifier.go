// Package feelings tells from the words of a turn how it feels: a linear
// classifier over sequences of characters and words, which knows what the
// polarity lexicons say of them.
package feelings

import (
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"sync"
	"unicode"
	"unicode/utf8"

	"earshot/models/fold"
)

// Sentiment is how a turn feels: probabilities that add up to 1.
type Sentiment struct {
	Negative, Neutral, Positive float64
}

// Classes of the classifier, in the order of its weights.
const (
	negative = iota
	neutral
	positive
	classes
)

// Balance is the feeling between -1, all negative, and 1, all positive.
func (s Sentiment) Balance() float64 { return s.Positive - s.Negative }

// Label returns negative, neutral or positive, whichever is likeliest.
func (s Sentiment) Label() string {
	switch {
	case s.Negative > s.Neutral && s.Negative >= s.Positive:
		return "negative"
	case s.Positive > s.Neutral && s.Positive > s.Negative:
		return "positive"
	}
	return "neutral"
}

// featureBits is the size of the table that features are hashed into.
const featureBits = 18

// told are the weights kept of a feature: for negative and for positive, both
// against neutral.
const told = 2

// Classifier is a linear classifier over hashed character and word sequences,
// a table of weights a language.
type Classifier struct {
	scale   [2]float32 // of the square of what is stored of a weight, by language
	weights [2][]int8  // by language: told weights a feature
	bias    [2][told]float32
	hash    string
}

const (
	chinese = iota
	englishLanguage
)

//go:embed sentiment.bin
var sentimentFile []byte

// Builtin is the built-in classifier; nlp/train writes its weights.
var Builtin = sync.OnceValues(func() (*Classifier, error) { return readClassifier(sentimentFile) })

const sentimentMagic = "esn3"

// readClassifier reads weights: the magic, then for each language the scale,
// the biases and the table.
func readClassifier(file []byte) (*Classifier, error) {
	const size = told << featureBits
	want := len(sentimentMagic) + 2*(4+4*told+size)
	if len(file) != want || string(file[:len(sentimentMagic)]) != sentimentMagic {
		return nil, errors.New("sentiment weights of another format: run go run ./nlp/train")
	}
	sum := sha256.Sum256(file)
	c := &Classifier{hash: hex.EncodeToString(sum[:8])}
	at := file[len(sentimentMagic):]
	float := func() float32 {
		f := math.Float32frombits(binary.LittleEndian.Uint32(at))
		at = at[4:]
		return f
	}
	for l := range c.weights {
		c.scale[l] = float()
		for k := range c.bias[l] {
			c.bias[l][k] = float()
		}
		c.weights[l] = make([]int8, size)
		for i := range c.weights[l] {
			c.weights[l][i] = int8(at[i])
		}
		at = at[size:]
	}
	return c, nil
}

// Score returns the sentiment of text.
func (c *Classifier) Score(text *fold.Text) Sentiment {
	features := hashedPool.Get().(*hashed)
	defer hashedPool.Put(features)
	language := features.read(text)
	if len(features.all) == 0 {
		return Sentiment{Neutral: 1}
	}
	var bad, good float32
	w := c.weights[language]
	for _, f := range features.all {
		bad += squares[uint8(w[told*f])]
		good += squares[uint8(w[told*f+1])]
	}
	// Long turns hold more evidence, but not in proportion.
	norm := c.scale[language] / float32(math.Sqrt(float64(len(features.all))))
	bias := c.bias[language]
	return softmax([classes]float32{negative: bad*norm + bias[0], positive: good*norm + bias[1]})
}

// squares turns what is stored of a weight, the root of its size with its sign,
// into the weight.
var squares = func() (table [256]float32) {
	for i := range table {
		w := float32(int8(i))
		table[i] = w * max(w, -w)
	}
	return table
}()

func softmax(x [classes]float32) Sentiment {
	most := max(x[0], x[1], x[2])
	var e [classes]float64
	total := 0.0
	for k := range x {
		e[k] = math.Exp(float64(x[k] - most))
		total += e[k]
	}
	return Sentiment{e[negative] / total, e[neutral] / total, e[positive] / total}
}

// shouted reports whether most letters are capitals.
func shouted(s string) bool {
	upper, lower := 0, 0
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			if r >= 'A' && r <= 'Z' {
				upper++
			} else if r >= 'a' && r <= 'z' {
				lower++
			}
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return upper > 5 && upper > 2*lower
}
