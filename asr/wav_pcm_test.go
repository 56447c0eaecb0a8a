package asr

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// pcmSubFormat ends the GUID of an extensible header's sub-format.
const pcmSubFormat = "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"

// TestPCM reads samples of every size that go-audio/wav reads for us, in
// plain, extensible and RF64 files, and gets back the ones written.
func TestPCM(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, bits := range []int{16, 24, 32} {
		for _, channels := range []int{1, 2, 3, 8} {
			values := make([]int64, 3001*channels)
			var data []byte
			for i := range values {
				values[i] = random.Int64N(1<<bits) - 1<<(bits-1)
				data = append(data, binary.LittleEndian.AppendUint64(nil, uint64(values[i]))[:bits/8]...)
			}
			plain := wavFile{code: wavPCM, channels: channels, rate: 44100, bits: bits, data: data}
			extensible := plain
			extensible.code = wavExtensible
			extensible.extra = append(le.AppendUint16(le.AppendUint16(nil, 22), uint16(bits)), "\x00\x00\x00\x00\x01\x00"+pcmSubFormat...)
			for kind, file := range map[string][]byte{"plain": plain.bytes(), "extensible": extensible.bytes(), "RF64": rf64(plain)} {
				t.Run(fmt.Sprintf("%s %d bits %d channels", kind, bits, channels), func(t *testing.T) {
					info, in, err := openWAV(bytes.NewReader(file), int64(len(file)))
					if err != nil {
						t.Fatal(err)
					}
					if _, ok := in.(*pcm); !ok {
						t.Errorf("read by %T, want go-audio/wav", in)
					}
					got, err := readAll(in)
					if err != nil {
						t.Fatal(err)
					}
					if info.Channels != channels || len(got) != len(values) {
						t.Fatalf("%d channels, %d samples: want %d, %d", info.Channels, len(got), channels, len(values))
					}
					for i, v := range got {
						if want := math.Ldexp(float64(values[i]), 1-bits); math.Abs(float64(v)-want) > 1e-7 {
							t.Fatalf("sample %d is %g, want %g", i, v, want)
						}
					}
				})
			}
		}
	}
}

// rf64 writes a file whose sizes stand in a ds64 chunk (EBU Tech 3306).
func rf64(f wavFile) []byte {
	size := len(f.data)
	claim := uint32(math.MaxUint32)
	f.claim = &claim
	b := f.bytes()
	ds64 := append([]byte("ds64"), le.AppendUint32(nil, 28)...)
	ds64 = le.AppendUint64(ds64, uint64(len(b)+36-8))
	ds64 = le.AppendUint64(ds64, uint64(size))
	ds64 = le.AppendUint64(ds64, uint64(size/(f.channels*f.bits/8)))
	ds64 = le.AppendUint32(ds64, 0)
	out := append([]byte("RF64\xff\xff\xff\xffWAVE"), ds64...)
	return append(out, b[12:]...)
}
