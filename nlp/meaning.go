package nlp

import (
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"math"

	"earshot/models"
)

// Embedder turns sentences into vectors of length 1 that lie close where the
// sentences mean alike. It is used from many goroutines.
type Embedder interface {
	// Embed returns a vector for each sentence, in their order, as long as those
	// of the model that the heads were trained with.
	Embed(ctx context.Context, sentences []string) ([][]float32, error)
	// By names the model and its data.
	By() models.By
}

// Dims is how many numbers the vectors of sentences have.
const Dims = 384

// Head tells from a sentence's vector how likely a label is true of it.
type Head struct {
	Label   string
	Least   float64 // the probability from which it is found
	Bias    float64 // logit of a vector of zeros
	Weights []float64
}

// head is a Head as it is kept.
type head struct {
	meaning *Meaning
	least   float32
	bias    float32
	weights [Dims]float32
}

// probability returns how likely the label is true of a sentence.
func (h *head) probability(vector []float32) float64 {
	sum := h.bias
	for i, v := range vector[:Dims] {
		sum += v * h.weights[i]
	}
	return 1 / (1 + math.Exp(-float64(sum)))
}

// meaningFile has the heads that nlp/e5/train wrote.
//
//go:embed meaning.bin
var meaningFile []byte

const headsMagic = "esm1"

var errHeads = errors.New("heads of another format: run go run ./nlp/e5/train")

// AppendHeads appends heads in the format of meaning.bin to b: after the magic,
// for each head a byte with the length of its label, the label, the least
// probability, the bias and the unit of the weights as 32-bit floats, and a byte
// a weight.
func AppendHeads(b []byte, heads []Head) []byte {
	b = append(b, headsMagic...)
	float := func(x float64) { b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(x))) }
	for _, h := range heads {
		most := 1e-9
		for _, w := range h.Weights {
			most = max(most, math.Abs(w))
		}
		b = append(append(b, byte(len(h.Label))), h.Label...)
		float(h.Least)
		float(h.Bias)
		float(most / 127)
		for _, w := range h.Weights {
			b = append(b, byte(int8(math.Round(w/most*127))))
		}
	}
	return b
}

// readHeads reads what AppendHeads wrote. A label that Meanings lacks is an
// error.
func readHeads(file []byte) (heads []head, err error) {
	if len(file) < len(headsMagic) || string(file[:len(headsMagic)]) != headsMagic {
		return nil, errHeads
	}
	for at := file[len(headsMagic):]; len(at) > 0; {
		n := int(at[0])
		if len(at) < 1+n+3*4+Dims {
			return nil, errHeads
		}
		label := string(at[1 : 1+n])
		at = at[1+n:]
		float := func() float32 {
			f := math.Float32frombits(binary.LittleEndian.Uint32(at))
			at = at[4:]
			return f
		}
		h := head{meaning: meaningOf(label), least: float(), bias: float()}
		if h.meaning == nil {
			return nil, errHeads
		}
		unit := float()
		for i := range h.weights {
			h.weights[i] = unit * float32(int8(at[i]))
		}
		at = at[Dims:]
		heads = append(heads, h)
	}
	return heads, nil
}
