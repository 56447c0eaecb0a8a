package asr

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// oddFiles adds the start of every file of other projects' test recordings,
// where there are any.
func oddFiles(f *testing.F, add func(b []byte)) {
	f.Helper()
	dir := os.Getenv("EARSHOT_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	for _, pattern := range []string{"*", "hound/*", "hound/fuzz/*"} {
		odd, err := filepath.Glob(filepath.Join(dir, "data", "audio", "format", pattern))
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range odd {
			if b, err := os.ReadFile(name); err == nil {
				add(b[:min(len(b), 4096)])
			}
		}
	}
}

// counted counts the bytes that are read.
type counted struct {
	r *bytes.Reader
	n int64
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	c.n += int64(n)
	return n, err
}

// What opening any file may allocate besides, for structures and the error, and
// what reading may, for buffers that hold a portion of samples.
const (
	fixedCost   = 8 << 10
	readingCost = 48 << 10
)

// decodeOdd opens and decodes whatever it is given. What may not happen: a
// panic, more allocation than twice the bytes read, more samples than the bytes
// can hold or the header told of, and samples that no sound has.
func decodeOdd(t *testing.T, b []byte, read func(r io.ReaderAt, size int64) (Info, samples, error)) {
	r := &counted{r: bytes.NewReader(b)}
	buf := make([]float32, 8*128)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	info, s, err := read(r, int64(len(b)))
	total, failed := 0, err
	for failed == nil && s != nil {
		var n int
		n, failed = s.read(buf)
		for _, x := range buf[:n] {
			if !(x >= -8 && x <= 8) {
				t.Fatalf("sample %g", x)
			}
		}
		if total += n; n == 0 {
			break
		}
	}
	runtime.ReadMemStats(&after)
	limit := 2*r.n + fixedCost
	if s != nil {
		limit += readingCost
	}
	if spent := int64(after.TotalAlloc - before.TotalAlloc); spent > limit {
		t.Fatalf("%d bytes allocated for %d read", spent, r.n)
	}
	if err != nil || s == nil || failed != nil && !errors.Is(failed, io.EOF) {
		return
	}
	// GSM packs a sample into 1.65 bits, the densest encoding.
	if total > 5*len(b)+16 || int64(total) != info.Frames*int64(info.Channels) {
		t.Fatalf("%d samples from %d bytes; header tells of %d frames of %d", total, len(b), info.Frames, info.Channels)
	}
}

// FuzzWAV reads RIFF, RF64 and BW64 files of all the kinds we decode.
func FuzzWAV(f *testing.F) {
	plain := plainWAV()
	plain.data = plain.data[:400]
	f.Add(plain.bytes())
	f.Add(rf64(plain))
	for _, code := range []int{wavMuLaw, wavALaw, wavPCM} {
		f.Add(wavFile{code: code, channels: 1, rate: 8000, bits: 8, data: make([]byte, 80)}.bytes())
	}
	for _, bits := range []int{24, 32} {
		f.Add(wavFile{code: wavPCM, channels: 2, rate: 8000, bits: bits, data: make([]byte, 96)}.bytes())
	}
	f.Add(wavFile{code: wavFloat, channels: 1, rate: 8000, bits: 32, data: []byte("\x00\x00\xc0\x7f\x00\x00\x80\x7f\x00\x00\x00\x3f")}.bytes())
	ima := wavFile{code: wavIMAADPCM, channels: 2, rate: 8000, bits: 4, data: make([]byte, 90), extra: []byte{2, 0, 9, 0}}.bytes()
	le.PutUint16(ima[32:], 16)
	f.Add(ima)
	ms := wavFile{code: wavMSADPCM, channels: 1, rate: 8000, bits: 4, data: make([]byte, 90), extra: []byte{2, 0, 20, 0}}.bytes()
	le.PutUint16(ms[32:], 16)
	f.Add(ms)
	gsm := wavFile{code: wavGSM, channels: 1, rate: 8000, bits: 0, data: make([]byte, 130), extra: []byte{2, 0, 64, 1}}.bytes()
	le.PutUint16(gsm[32:], gsmPairBytes)
	f.Add(gsm)
	oddFiles(f, func(b []byte) { f.Add(b) })
	f.Fuzz(func(t *testing.T, b []byte) { decodeOdd(t, b, openWAV) })
}

// FuzzAIFF reads AIFF and AIFF-C files.
func FuzzAIFF(f *testing.F) {
	f.Add([]byte("FORM\x00\x00\x00\x36AIFFCOMM\x00\x00\x00\x12\x00\x01\x00\x00\x00\x04\x00\x10\x40\x0b\xfa\x00\x00\x00\x00\x00\x00\x00SSND\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x02\x00\x03\x00\x04"))
	oddFiles(f, func(b []byte) { f.Add(b) })
	f.Fuzz(func(t *testing.T, b []byte) { decodeOdd(t, b, openAIFF) })
}

// FuzzRaw reads headerless audio of any stated format.
func FuzzRaw(f *testing.F) {
	for _, format := range append(rawNames(), gsmName) {
		f.Add([]byte("\xd0some bytes that are no sound at all, but are read as such"), format+":8000:1")
	}
	f.Add([]byte("x"), "s16le:8000:2:1")
	f.Fuzz(func(t *testing.T, b []byte, format string) {
		decodeOdd(t, b, func(r io.ReaderAt, size int64) (Info, samples, error) { return openRaw(r, size, format) })
	})
}

// FuzzRecording reads whatever it is, as the door does.
func FuzzRecording(f *testing.F) {
	f.Add(plainWAV().bytes()[:400], "")
	f.Add([]byte("C: 我要退款\n"), "")
	oddFiles(f, func(b []byte) { f.Add(b, "") })
	f.Fuzz(func(t *testing.T, b []byte, format string) {
		decodeOdd(t, b, func(r io.ReaderAt, size int64) (Info, samples, error) { return openFormat(r, size, format) })
	})
}

// FuzzSamples resamples anything that a decoder may hand on: as many samples as
// the rates ask for, all of them finite.
func FuzzSamples(f *testing.F) {
	f.Add([]byte("some sound"), uint32(8000), uint16(3))
	f.Add([]byte{0xff, 0x7f, 0x00, 0x80}, uint32(44100), uint16(1))
	f.Fuzz(func(t *testing.T, b []byte, rate uint32, portion uint16) {
		hz := minRate + int(rate)%(maxRate-minRate+1)
		in := make([]float32, len(b))
		for i, x := range b {
			in[i] = float32(int8(x)) / 16
		}
		r := newResampler(hz)
		var out []float32
		for from := 0; from < len(in); from += 1 + int(portion) {
			out = r.write(in[from:min(len(in), from+1+int(portion))], out)
		}
		out = r.flush(out)
		if want := float64(len(in)) * Rate / float64(hz); float64(len(out)) < want-2 || float64(len(out)) > want+2 {
			t.Fatalf("%d samples at %d Hz became %d", len(in), hz, len(out))
		}
		for _, x := range out {
			if !(x >= -32 && x <= 32) {
				t.Fatalf("sample %g", x)
			}
		}
	})
}
