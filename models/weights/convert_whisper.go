package weights

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// tensor says where one ggml tensor comes from: part part of the CTranslate2
// variable src, which holds parts of them stacked along the first dimension.
type tensor struct {
	name, src   string
	part, parts int
}

// tensors lists the model's tensors in the order of OpenAI's own checkpoints,
// which makes the result the same file, byte for byte, as the published one.
func tensors(encoderLayers, decoderLayers int) []tensor {
	ts := []tensor{
		{"decoder.positional_embedding", "decoder/position_encodings/encodings", 0, 1},
		{"encoder.positional_embedding", "encoder/position_encodings/encodings", 0, 1},
		{"decoder.token_embedding.weight", "decoder/embeddings/weight", 0, 1},
	}
	linear := func(name, src string, part, parts int, bias bool) {
		ts = append(ts, tensor{name + ".weight", src + "/weight", part, parts})
		if bias {
			ts = append(ts, tensor{name + ".bias", src + "/bias", part, parts})
		}
	}
	norm := func(name, src string) {
		ts = append(ts, tensor{name + ".weight", src + "/gamma", 0, 1}, tensor{name + ".bias", src + "/beta", 0, 1})
	}
	block := func(name, src string) {
		norm(name+".mlp_ln", src+"/ffn/layer_norm")
		linear(name+".mlp.0", src+"/ffn/linear_0", 0, 1, true)
		linear(name+".mlp.2", src+"/ffn/linear_1", 0, 1, true)
		norm(name+".attn_ln", src+"/self_attention/layer_norm")
		linear(name+".attn.query", src+"/self_attention/linear_0", 0, 3, true)
		linear(name+".attn.key", src+"/self_attention/linear_0", 1, 3, false)
		linear(name+".attn.value", src+"/self_attention/linear_0", 2, 3, true)
		linear(name+".attn.out", src+"/self_attention/linear_1", 0, 1, true)
	}
	for i := range decoderLayers {
		name, src := fmt.Sprintf("decoder.blocks.%d", i), fmt.Sprintf("decoder/layer_%d", i)
		block(name, src)
		norm(name+".cross_attn_ln", src+"/attention/layer_norm")
		linear(name+".cross_attn.query", src+"/attention/linear_0", 0, 1, true)
		linear(name+".cross_attn.key", src+"/attention/linear_1", 0, 2, false)
		linear(name+".cross_attn.value", src+"/attention/linear_1", 1, 2, true)
		linear(name+".cross_attn.out", src+"/attention/linear_2", 0, 1, true)
	}
	norm("decoder.ln", "decoder/layer_norm")
	linear("encoder.conv1", "encoder/conv1", 0, 1, true)
	linear("encoder.conv2", "encoder/conv2", 0, 1, true)
	for i := range encoderLayers {
		block(fmt.Sprintf("encoder.blocks.%d", i), fmt.Sprintf("encoder/layer_%d", i))
	}
	norm("encoder.ln_post", "encoder/layer_norm")
	return ts
}

// writeTensor writes t as float16 where it is a weight matrix and as float32
// where whisper.cpp wants that.
func writeTensor(w io.Writer, t tensor, v variable) error {
	if v.dtype != float16 || len(v.shape) == 0 || v.shape[0]%t.parts != 0 {
		return fmt.Errorf("%s: type %d, shape %v, want float16 in %d parts", t.src, v.dtype, v.shape, t.parts)
	}
	shape := append([]int{v.shape[0] / t.parts}, v.shape[1:]...)
	size := len(v.data) / t.parts
	data, kind := v.data[t.part*size:][:size], int32(1)
	if len(shape) == 1 || strings.HasSuffix(t.name, "positional_embedding") {
		data, kind = widen(data), 0
	}
	if strings.HasPrefix(t.name, "encoder.conv") && len(shape) == 1 {
		shape = append(shape, 1)
	}
	head := []int32{int32(len(shape)), int32(len(t.name)), kind}
	for i := len(shape) - 1; i >= 0; i-- {
		head = append(head, int32(shape[i]))
	}
	return errors.Join(binary.Write(w, le, head), binary.Write(w, le, []byte(t.name)), binary.Write(w, le, data))
}

// widen turns float16 values into float32 ones.
func widen(half []byte) []byte {
	out := make([]byte, 0, 2*len(half))
	for ; len(half) >= 2; half = half[2:] {
		h := le.Uint16(half)
		exp, frac := int(h>>10&31), float64(h&1023)
		f := math.Ldexp(frac+1024, exp-25)
		if exp == 0 { // subnormal; a model holds no infinities
			f = math.Ldexp(frac, -24)
		}
		if h>>15 == 1 {
			f = -f
		}
		out = le.AppendUint32(out, math.Float32bits(float32(f)))
	}
	return out
}

func layers(vars map[string]variable, side string) (n int) {
	for ; vars[fmt.Sprintf("%s/layer_%d/ffn/linear_0/weight", side, n)].data != nil; n++ {
	}
	return n
}

// convertWhisper writes the ggml file of the CTranslate2 model that in holds.
func convertWhisper(w io.Writer, in io.Reader, vocab []byte) error {
	vars, err := readCT2(in)
	if err != nil {
		return fmt.Errorf("read CTranslate2 model: %w", err)
	}
	embed, enc, dec := vars["decoder/embeddings/weight"], vars["encoder/position_encodings/encodings"], vars["decoder/position_encodings/encodings"]
	conv, encHeads, decHeads := vars["encoder/conv1/weight"], vars["encoder/num_heads"], vars["decoder/num_heads"]
	if len(embed.shape) != 2 || len(enc.shape) != 2 || len(dec.shape) != 2 || len(conv.shape) != 3 || len(encHeads.data) != 2 || len(decHeads.data) != 2 {
		return errors.New("the model lacks a tensor that gives its sizes")
	}
	encLayers, decLayers, mels := layers(vars, "encoder"), layers(vars, "decoder"), conv.shape[1]
	tokens, err := vocabulary(vocab, 50257) // every multilingual Whisper before large-v3
	if err != nil {
		return err
	}
	head := []int32{0x67676d6c, int32(embed.shape[0]),
		int32(enc.shape[0]), int32(enc.shape[1]), int32(le.Uint16(encHeads.data)), int32(encLayers),
		int32(dec.shape[0]), int32(dec.shape[1]), int32(le.Uint16(decHeads.data)), int32(decLayers),
		int32(mels), 1, int32(mels), 201}
	if err := errors.Join(binary.Write(w, le, head), binary.Write(w, le, melFilters(mels)), binary.Write(w, le, tokens)); err != nil {
		return err
	}
	for _, t := range tensors(encLayers, decLayers) {
		if err := writeTensor(w, t, vars[t.src]); err != nil {
			return err
		}
	}
	return nil
}
