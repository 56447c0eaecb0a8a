package weights

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"testing"
)

// tinyModel is a whisper.cpp model with a matrix of the encoder, one of the
// decoder, one that the decoder uses once a window, and a vector.
func tinyModel(values []float32) []byte {
	var b bytes.Buffer
	put := func(v ...int32) { _ = binary.Write(&b, le, v) }
	put(0x67676d6c, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
	put(1, 2, 0, 0)     // mel filters
	put(1, 2)           // a vocabulary of one token
	b.WriteString("ab") //
	single := []byte{}
	for _, v := range values {
		single = le.AppendUint32(single, math.Float32bits(v))
	}
	for _, name := range []string{"encoder.a.weight", "decoder.b.weight", "decoder.blocks.0.cross_attn.key.weight"} {
		put(2, int32(len(name)), tensorF16, int32(len(values)/2), 2)
		b.WriteString(name)
		b.Write(narrow(single))
	}
	put(1, 1, tensorF32, int32(len(values)))
	b.WriteString("v")
	b.Write(single)
	return b.Bytes()
}

func TestRecode(t *testing.T) {
	values := make([]float32, 64)
	for i := range values {
		values[i] = float32(math.Sin(float64(i))) * float32(i)
	}
	in := tinyModel(values)
	for coding, want := range map[Coding]struct {
		file  int32
		kinds []int32
	}{
		BF16:   {fileBF16, []int32{tensorBF16, tensorBF16, tensorBF16, tensorF32}},
		F16Q8:  {tensorF16 + quantized, []int32{tensorF16, tensorQ80, tensorF16, tensorF32}},
		BF16Q8: {fileBF16 + quantized, []int32{tensorBF16, tensorQ80, tensorBF16, tensorF32}},
	} {
		var out bytes.Buffer
		if err := recode(&out, bytes.NewReader(in), coding); err != nil {
			t.Fatal(coding, err)
		}
		b := out.Bytes()
		if got := int32(le.Uint32(b[44:])); got != want.file {
			t.Errorf("%s: file type %d, want %d", coding, got, want.file)
		}
		b = b[48+16+10:]
		for i, kind := range want.kinds {
			dims, name, got := int(le.Uint32(b)), int(le.Uint32(b[4:])), int32(le.Uint32(b[8:]))
			if got != kind {
				t.Errorf("%s: tensor %d has type %d, want %d", coding, i, got, kind)
			}
			b = b[12+4*dims+name:]
			size, worst := map[int32]int{tensorF32: 256, tensorF16: 128, tensorBF16: 128, tensorQ80: 68}[kind], 0.0
			for k, v := range decode(b[:size], kind) {
				worst = max(worst, math.Abs(v-float64(values[k])))
			}
			if limit := map[int32]float64{tensorF32: 0, tensorF16: 0.02, tensorBF16: 0.2, tensorQ80: 0.3}[kind]; worst > limit {
				t.Errorf("%s: tensor %d is off by %g", coding, i, worst)
			}
			b = b[size:]
		}
		if len(b) > 0 {
			t.Errorf("%s: %d bytes too many", coding, len(b))
		}
	}
	for n := range len(in) {
		if err := recode(&bytes.Buffer{}, bytes.NewReader(in[:n]), BF16Q8); err == nil && n < 74 {
			t.Errorf("a model of %d bytes was accepted", n)
		}
	}
}

// decode turns a tensor's bytes into numbers, by another way than recode's.
func decode(b []byte, kind int32) (out []float64) {
	f16 := func(b []byte) float64 { return float64(math.Float32frombits(le.Uint32(widen(b[:2])))) }
	switch kind {
	case tensorF32:
		for ; len(b) > 0; b = b[4:] {
			out = append(out, float64(math.Float32frombits(le.Uint32(b))))
		}
	case tensorF16:
		for ; len(b) > 0; b = b[2:] {
			out = append(out, f16(b))
		}
	case tensorBF16:
		for ; len(b) > 0; b = b[2:] {
			out = append(out, float64(math.Float32frombits(uint32(le.Uint16(b))<<16)))
		}
	case tensorQ80:
		for ; len(b) > 0; b = b[34:] {
			for _, q := range b[2:34] {
				out = append(out, f16(b)*float64(int8(q)))
			}
		}
	}
	return out
}

func TestFitted(t *testing.T) {
	if testing.Short() {
		t.Skip("recodes 150 MB")
	}
	if _, err := Path("base"); err != nil {
		t.Skip(err)
	}
	published, err := Path("base")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(dir+"/models", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(published, dir+"/models/ggml-base.bin"); err != nil {
		t.Fatal(err)
	}
	t.Setenv("EARSHOT_CACHE", dir)
	if f, err := Fitted("base", ""); err != nil || f.Coding != F16 {
		t.Fatalf("without a note: %+v, %v", f, err)
	}
	if err := KeepFit("base", F16Q8, nil); err != nil {
		t.Fatal(err)
	}
	f, err := Fitted("base", "")
	if err != nil || f.Coding != F16Q8 {
		t.Fatalf("with a note: %+v, %v", f, err)
	}
	if err := os.WriteFile(f.Path, []byte("other weights"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again, err := Fitted("base", ""); err != nil || again != f {
		t.Errorf("a recoded file that was changed is not made again: %+v, %v", again, err)
	}
}
