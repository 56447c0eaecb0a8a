package nlp

import (
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode"

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
const featureBits = 16

// Classifier is a linear classifier over hashed character and word sequences,
// a table of weights a language.
type Classifier struct {
	scale   [2]float32 // of a weight, by language
	weights [2][]int8  // by language: classes weights a feature
	bias    [2][classes]float32
	hash    string
}

const (
	chinese = iota
	englishLanguage
)

//go:embed sentiment.bin
var sentimentFile []byte

// sentiment is the built-in classifier; nlp/train writes its weights.
var sentiment = sync.OnceValues(func() (*Classifier, error) { return readClassifier(sentimentFile) })

const sentimentMagic = "esn1"

// readClassifier reads weights: the magic, then for each language the scale,
// the biases and the table.
func readClassifier(file []byte) (*Classifier, error) {
	const size = classes << featureBits
	want := len(sentimentMagic) + 2*(4+4*classes+size)
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

// score returns the sentiment of text.
func (c *Classifier) score(text *fold.Text) Sentiment {
	language, features := features(text)
	if len(features) == 0 {
		return Sentiment{Neutral: 1}
	}
	var sum [classes]float32
	w := c.weights[language]
	for _, f := range features {
		for k := range sum {
			sum[k] += float32(w[int(f)*classes+k])
		}
	}
	// Long turns hold more evidence, but not in proportion.
	norm := c.scale[language] / float32(math.Sqrt(float64(len(features))))
	for k := range sum {
		sum[k] = sum[k]*norm + c.bias[language][k]
	}
	return softmax(sum)
}

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

// features returns the language of a text folded for search and its features.
func features(text *fold.Text) (language int, out []uint32) {
	han, letters := 0, 0
	for _, r := range text.Runes {
		switch {
		case hanRune(r):
			han++
		case unicode.IsLetter(r):
			letters++
		}
	}
	add := func(kind byte, parts ...string) {
		h := uint64(14695981039346656037) ^ uint64(kind)
		for _, p := range parts {
			for i := range len(p) {
				h = (h ^ uint64(p[i])) * 1099511628211
			}
			h = (h ^ 0xFF) * 1099511628211
		}
		out = append(out, uint32(h>>(64-featureBits)))
	}
	if p, err := polarities(); err == nil {
		bad, good := p.valence(text)
		for i := 0.5; i <= min(bad, 6); i++ {
			add(10, strconv.Itoa(int(i)))
		}
		for i := 0.5; i <= min(good, 6); i++ {
			add(11, strconv.Itoa(int(i)))
		}
	}
	if 4*han > letters {
		chineseFeatures(text.Runes, add)
		return chinese, out
	}
	englishFeatures(text, add)
	return englishLanguage, out
}

func chineseFeatures(runes []rune, add func(byte, ...string)) {
	said := make([]string, 0, len(runes)+2)
	said = append(said, "^")
	for _, r := range runes {
		if unicode.IsSpace(r) {
			continue
		}
		said = append(said, string(r))
	}
	said = append(said, "$")
	for i := range said {
		if i > 0 && i < len(said)-1 {
			add(1, said[i])
		}
		if i+2 <= len(said) {
			add(2, said[i:i+2]...)
		}
		if i+3 <= len(said) {
			add(3, said[i:i+3]...)
		}
		if i+4 <= len(said) {
			add(4, said[i:i+4]...)
		}
	}
	add(9, lengthClass(len(said)))
}

var negators = map[string]bool{"not": true, "no": true, "never": true, "don't": true, "doesn't": true, "didn't": true, "isn't": true, "wasn't": true, "aren't": true,
	"can't": true, "cannot": true, "couldn't": true, "won't": true, "wouldn't": true, "shouldn't": true, "without": true, "nothing": true, "nobody": true, "hardly": true,
	"haven't": true, "hasn't": true, "ain't": true, "dont": true, "doesnt": true, "didnt": true, "isnt": true, "cant": true, "wont": true}

func englishFeatures(text *fold.Text, add func(byte, ...string)) {
	said := strings.FieldsFunc(text.String(), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && !unicode.IsSymbol(r) && r != '!' && r != '?'
	})
	words := make([]string, 0, len(said)+2)
	words = append(words, "^")
	for _, w := range said {
		// A mark that ends a word is a word.
		mark := strings.TrimLeft(w, "abcdefghijklmnopqrstuvwxyz0123456789'")
		if mark != "" && len(mark) < len(w) {
			words = append(words, strings.TrimSuffix(w, mark), mark)
			continue
		}
		words = append(words, w)
	}
	words = append(words, "$")
	negated := 0
	for i, w := range words {
		if i > 0 && i < len(words)-1 {
			add(1, w)
			if negated > 0 {
				add(5, w)
			}
			if len(w) > 5 {
				add(6, w[:5])
			}
		}
		if i+2 <= len(words) {
			add(2, words[i:i+2]...)
		}
		if i+3 <= len(words) {
			add(3, words[i:i+3]...)
		}
		negated--
		if negators[w] {
			negated = 3
		}
	}
	if shouted(text.Source) {
		add(8, "shouted")
	}
	add(9, lengthClass(len(words)))
}

// shouted reports whether most letters are capitals.
func shouted(s string) bool {
	upper, lower := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return upper > 5 && upper > 2*lower
}

func lengthClass(n int) string {
	switch {
	case n <= 4:
		return "short"
	case n <= 8:
		return "middle"
	case n <= 16:
		return "long"
	}
	return "very long"
}
