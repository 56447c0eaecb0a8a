package weights

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// Coding is how the matrices of a speech model are stored. The published files
// are in F16; which one a processor is fastest with depends on its
// instructions.
type Coding string

// The codings. The Q8 ones keep the decoder's own matrices as q8_0, blocks of
// 32 8-bit numbers with a common factor: it reads them all for every word, so
// that their size decides how long a word takes. Only the whisper.cpp that
// deploy/setup/whisper.sh builds can load those.
const (
	F16    Coding = "f16"
	BF16   Coding = "bf16" // bfloat16; pays with the instructions of AVX512-BF16 alone
	F16Q8  Coding = "f16-q8"
	BF16Q8 Coding = "bf16-q8"
)

// ggml's numbers of types, of whole files and of tensors.
const (
	fileBF16    = 24
	quantized   = 2000 // added to a file's type: ggml's quantization version 2
	tensorF32   = 0
	tensorF16   = 1
	tensorQ80   = 8
	tensorBF16  = 30
	blockQ80    = 32
	maxTensors  = 10_000
	maxElements = 1 << 28
)

// recode copies a whisper.cpp model whose matrices are in F16, with them in
// another coding. The same input gives the same bytes.
func recode(w io.Writer, in io.Reader, to Coding) error {
	r := &reader{r: bufio.NewReaderSize(in, 1<<20)}
	head := r.ints(12)
	if r.err != nil || head[0] != 0x67676d6c || head[11] != tensorF16 {
		return errors.Join(fmt.Errorf("not a whisper.cpp model in f16: %w", errFormat), r.err)
	}
	bf16, q8 := strings.HasPrefix(string(to), string(BF16)), strings.HasSuffix(string(to), "q8")
	if bf16 {
		head[11] = fileBF16
	}
	if q8 {
		head[11] += quantized
	}
	out := &writer{w: w}
	out.ints(head...)
	mels := r.ints(2)
	out.ints(mels...)
	if r.err == nil {
		out.bytes(r.bytes(4 * int(mels[0]) * int(mels[1])))
	}
	tokens := r.ints(1)
	out.ints(tokens...)
	for i := 0; r.err == nil && i < int(tokens[0]); i++ {
		n := r.ints(1)
		out.ints(n...)
		out.bytes(r.bytes(int(n[0])))
	}
	for range maxTensors {
		if _, err := r.r.Peek(1); errors.Is(err, io.EOF) && r.err == nil {
			return out.err
		}
		t := r.tensor()
		if r.err != nil {
			return fmt.Errorf("read model: %w", r.err)
		}
		if t.kind == tensorF16 && len(t.shape) == 2 {
			switch {
			case q8 && t.ofDecoder() && t.shape[0]%blockQ80 == 0:
				t.kind, t.data = tensorQ80, toQ80(t.data)
			case bf16:
				t.kind, t.data = tensorBF16, toBF16(t.data)
			}
		}
		out.tensor(t)
	}
	return fmt.Errorf("more than %d tensors: %w", maxTensors, errFormat)
}

// ggmlTensor is a tensor as a whisper.cpp model has it, the fastest changing
// dimension first.
type ggmlTensor struct {
	name  string
	kind  int32
	shape []int32
	data  []byte
}

// ofDecoder tells whether the decoder reads the matrix for every token. The
// keys and values of the encoder's output are computed once a window.
func (t ggmlTensor) ofDecoder() bool {
	return strings.HasPrefix(t.name, "decoder.") && !strings.Contains(t.name, "cross_attn.key") && !strings.Contains(t.name, "cross_attn.value")
}

func (r *reader) ints(n int) []int32 {
	b, out := r.bytes(4*n), make([]int32, n)
	for i := range out {
		if r.err == nil {
			out[i] = int32(le.Uint32(b[4*i:]))
		}
	}
	return out
}

func (r *reader) tensor() (t ggmlTensor) {
	head := r.ints(3)
	if r.err != nil {
		return t
	}
	size, ok := map[int32]int{tensorF32: 4, tensorF16: 2}[head[2]]
	if !ok || head[0] < 1 || head[0] > 4 {
		r.err = fmt.Errorf("a tensor of type %d and %d dimensions: %w", head[2], head[0], errFormat)
		return t
	}
	t.kind, t.shape = head[2], r.ints(int(head[0]))
	t.name = string(r.bytes(int(head[1])))
	n := 1
	for _, d := range t.shape {
		if d < 1 || n > maxElements/int(d) {
			r.err = errors.Join(r.err, fmt.Errorf("tensor %.60q of shape %v: %w", t.name, t.shape, errFormat))
			return t
		}
		n *= int(d)
	}
	t.data = r.bytes(size * n)
	return t
}

// writer keeps the first error.
type writer struct {
	w   io.Writer
	err error
}

func (w *writer) bytes(b []byte) {
	if w.err == nil {
		_, w.err = w.w.Write(b)
	}
}

func (w *writer) ints(v ...int32) {
	if w.err == nil {
		w.err = binary.Write(w.w, le, v)
	}
}

func (w *writer) tensor(t ggmlTensor) {
	w.ints(int32(len(t.shape)), int32(len(t.name)), t.kind)
	w.ints(t.shape...)
	w.bytes([]byte(t.name))
	w.bytes(t.data)
}

// toBF16 rounds float16 values to bfloat16, ties to even.
func toBF16(half []byte) []byte {
	wide, out := widen(half), make([]byte, 0, len(half))
	for ; len(wide) >= 4; wide = wide[4:] {
		u := le.Uint32(wide)
		out = le.AppendUint16(out, uint16((u+0x7fff+u>>16&1)>>16))
	}
	return out
}

// toQ80 quantises float16 values as ggml's q8_0: for every 32 values a float16
// factor and 32 signed bytes.
func toQ80(values []byte) []byte {
	wide, out := widen(values), make([]byte, 0, len(values)/2*34/32)
	var x [blockQ80]float64
	for ; len(wide) >= 4*blockQ80; wide = wide[4*blockQ80:] {
		top := 0.0
		for i := range x {
			x[i] = float64(math.Float32frombits(le.Uint32(wide[4*i:])))
			top = max(top, math.Abs(x[i]))
		}
		factor := top / 127
		out = le.AppendUint16(out, half(float32(factor)))
		for _, v := range x {
			q := 0.0
			if factor > 0 {
				q = math.Round(v / factor)
			}
			out = append(out, byte(int8(q)))
		}
	}
	return out
}
