package asr

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-audio/audio"
	"github.com/go-audio/wav"
)

// TestPCMAgainstGoAudio holds our reader against go-audio/wav for the formats
// that library reads correctly: PCM of 16, 24 and 32 bits. It reads 8-bit,
// float, A-law and mu-law files as noise without an error, and so is no
// reference for those.
func TestPCMAgainstGoAudio(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, bits := range []int{16, 24, 32} {
		for _, channels := range []int{1, 2} {
			path := filepath.Join(t.TempDir(), "x.wav")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			data := make([]int, 4000*channels)
			for i := range data {
				data[i] = int(random.Int64N(1<<bits)) - 1<<(bits-1)
			}
			out := wav.NewEncoder(f, 8000, bits, channels, wavPCM)
			err = out.Write(&audio.IntBuffer{Format: &audio.Format{NumChannels: channels, SampleRate: 8000}, Data: data, SourceBitDepth: bits})
			if err := errors.Join(err, out.Close(), f.Close()); err != nil {
				t.Fatal(err)
			}
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := wav.NewDecoder(bytes.NewReader(file)).FullPCMBuffer()
			if err != nil {
				t.Fatal(err)
			}
			_, in, err := openWAV(bytes.NewReader(file), int64(len(file)))
			if err != nil {
				t.Fatal(err)
			}
			ours, err := readAll(in)
			if err != nil {
				t.Fatal(err)
			}
			if len(ours) != len(theirs.Data) {
				t.Fatalf("%d bits, %d channels: %d samples, go-audio reads %d", bits, channels, len(ours), len(theirs.Data))
			}
			scale := math.Ldexp(1, bits-1)
			for i, v := range ours {
				if want := float64(theirs.Data[i]) / scale; math.Abs(float64(v)-want) > 1e-6 {
					t.Fatalf("%d bits, %d channels: sample %d is %g, go-audio reads %g", bits, channels, i, v, want)
				}
			}
		}
	}
}
