package weights

import (
	"archive/zip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// sileroTensors lists the tensors whisper.cpp reads, in its order, with their
// names in Silero's own safetensors file. Half ones are stored as float16.
var sileroTensors = []struct {
	name, source string
	half         bool
}{
	{"_model.encoder.0.reparam_conv.weight", "conv1.weight", true},
	{"_model.encoder.0.reparam_conv.bias", "conv1.bias", false},
	{"_model.encoder.1.reparam_conv.weight", "conv2.weight", true},
	{"_model.encoder.1.reparam_conv.bias", "conv2.bias", false},
	{"_model.encoder.2.reparam_conv.weight", "conv3.weight", true},
	{"_model.encoder.2.reparam_conv.bias", "conv3.bias", false},
	{"_model.encoder.3.reparam_conv.weight", "conv4.weight", true},
	{"_model.encoder.3.reparam_conv.bias", "conv4.bias", false},
	{"_model.decoder.rnn.weight_ih", "lstm_cell.weight_ih", false},
	{"_model.decoder.rnn.weight_hh", "lstm_cell.weight_hh", false},
	{"_model.decoder.rnn.bias_ih", "lstm_cell.bias_ih", false},
	{"_model.decoder.rnn.bias_hh", "lstm_cell.bias_hh", false},
	{"_model.decoder.decoder.2.weight", "final_conv.weight", true},
	{"_model.decoder.decoder.2.bias", "final_conv.bias", false},
	{"_model.stft.forward_basis_buffer", "stft_conv.weight", true},
}

// sileroHead is what whisper.cpp's converter writes before the tensors:
// version, window, context, the encoder's layers (in, out, kernel), the sizes
// of the recurrent layer, and the final layer's.
var sileroHead = []int32{6, 2, 3, 512, 64, 4, 129, 128, 3, 128, 64, 3, 64, 64, 3, 64, 128, 3, 128, 128, 128, 1}

// convertSilero writes whisper.cpp's voice detection file from the
// silero-vad package, as models/convert-silero-vad-to-ggml.py of whisper.cpp
// does.
func convertSilero(w io.Writer, wheels []*zip.Reader) error {
	b, err := readWheel(wheels, "silero_vad_16k.safetensors")
	if err != nil {
		return err
	}
	tensors, err := readSafetensors(b)
	if err != nil {
		return err
	}
	const kind = "silero-16k"
	err = errors.Join(
		binary.Write(w, le, []int32{0x67676d6c, int32(len(kind))}),
		binary.Write(w, le, []byte(kind)),
		binary.Write(w, le, sileroHead))
	for _, t := range sileroTensors {
		v, ok := tensors[t.source]
		if !ok {
			return fmt.Errorf("tensor %s: %w", t.source, errFormat)
		}
		shape := v.shape
		if !strings.HasPrefix(t.source, "stft") {
			shape = squeeze(shape)
		}
		data, number := v.data, int32(0)
		if t.half {
			data, number = narrow(data), 1
		}
		head := []int32{int32(len(shape)), int32(len(t.name)), number}
		for i := len(shape) - 1; i >= 0; i-- {
			head = append(head, int32(shape[i]))
		}
		err = errors.Join(err, binary.Write(w, le, head), binary.Write(w, le, []byte(t.name)), binary.Write(w, le, data))
	}
	return err
}

// readSafetensors reads a file of float32 tensors:
// https://huggingface.co/docs/safetensors
func readSafetensors(b []byte) (map[string]variable, error) {
	if len(b) < 8 || le.Uint64(b) > uint64(len(b)-8) {
		return nil, fmt.Errorf("safetensors header: %w", errFormat)
	}
	n := le.Uint64(b)
	var head map[string]struct {
		Type    string `json:"dtype"`
		Shape   []int  `json:"shape"`
		Offsets [2]int `json:"data_offsets"`
	}
	if err := json.Unmarshal(b[8:8+n], &head); err != nil {
		return nil, fmt.Errorf("safetensors header: %w", err)
	}
	data, out := b[8+n:], map[string]variable{}
	for name, h := range head {
		size := 4
		for _, d := range h.Shape {
			size *= d
		}
		from, to := h.Offsets[0], h.Offsets[1]
		if h.Type != "F32" || from < 0 || to > len(data) || to-from != size {
			return nil, fmt.Errorf("safetensors tensor %s: type %s, shape %v, bytes %d to %d: %w", name, h.Type, h.Shape, from, to, errFormat)
		}
		out[name] = variable{shape: h.Shape, data: data[from:to]}
	}
	return out, nil
}

// squeeze drops dimensions of size one, as torch does; a single value stays a
// vector of one.
func squeeze(shape []int) []int {
	var out []int
	for _, d := range shape {
		if d != 1 {
			out = append(out, d)
		}
	}
	return out
}

// narrow turns float32 values into float16 ones, rounding to nearest even.
func narrow(single []byte) []byte {
	out := make([]byte, 0, len(single)/2)
	for ; len(single) >= 4; single = single[4:] {
		out = le.AppendUint16(out, half(math.Float32frombits(le.Uint32(single))))
	}
	return out
}

func half(f float32) uint16 {
	sign := uint16(math.Float32bits(f) >> 16 & 0x8000)
	a := math.Abs(float64(f))
	if a == 0 {
		return sign
	}
	_, exp := math.Frexp(a) // a = m · 2^exp with m in [0.5, 1)
	step := math.Ldexp(1, max(exp-11, -24))
	n := uint16(math.RoundToEven(a / step))
	if exp-11 <= -24 {
		return sign | n // subnormal, or the smallest normal number
	}
	// n lies in [1024, 2048]; 2048 carries into the exponent by itself.
	return sign | (uint16(exp+14)<<10 + n - 1024)
}
