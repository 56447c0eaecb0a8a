package asr

import (
	"encoding/binary"
	"io"
	"maps"
	"math"
	"slices"
)

// encoding says how one sample is stored.
type encoding struct {
	bytes  int
	decode func(b []byte) float32
}

var le, be = binary.LittleEndian, binary.BigEndian

// encodings by the name that ffmpeg and sox give them.
var encodings = map[string]encoding{
	"u8":    {1, func(b []byte) float32 { return float32(int(b[0])-128) / 128 }},
	"s8":    {1, func(b []byte) float32 { return float32(int8(b[0])) / 128 }},
	"s16le": {2, func(b []byte) float32 { return float32(int16(le.Uint16(b))) / (1 << 15) }},
	"s16be": {2, func(b []byte) float32 { return float32(int16(be.Uint16(b))) / (1 << 15) }},
	"s24le": {3, func(b []byte) float32 {
		return float32(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)) / (1 << 31)
	}},
	"s24be": {3, func(b []byte) float32 {
		return float32(int32(uint32(b[2])<<8|uint32(b[1])<<16|uint32(b[0])<<24)) / (1 << 31)
	}},
	"s32le": {4, func(b []byte) float32 { return float32(int32(le.Uint32(b))) / (1 << 31) }},
	"s32be": {4, func(b []byte) float32 { return float32(int32(be.Uint32(b))) / (1 << 31) }},
	"f32le": {4, func(b []byte) float32 { return finite(float64(math.Float32frombits(le.Uint32(b)))) }},
	"f32be": {4, func(b []byte) float32 { return finite(float64(math.Float32frombits(be.Uint32(b)))) }},
	"f64le": {8, func(b []byte) float32 { return finite(math.Float64frombits(le.Uint64(b))) }},
	"f64be": {8, func(b []byte) float32 { return finite(math.Float64frombits(be.Uint64(b))) }},
	"mulaw": {1, func(b []byte) float32 { return muLaw[b[0]] }},
	"alaw":  {1, func(b []byte) float32 { return aLaw[b[0]] }},
}

func rawNames() []string { return slices.Sorted(maps.Keys(encodings)) }

// finite keeps what a float file may hold, but no sound is, out of the sums.
func finite(f float64) float32 {
	if !(f >= -8 && f <= 8) {
		return 0
	}
	return float32(f)
}

// G.711 decodes 8-bit codes to 14-bit (mu-law) and 13-bit (A-law) values:
// ITU-T recommendation G.711, tables 2a and 1a.
var muLaw, aLaw = g711()

func g711() (mu, a [256]float32) {
	for i := range 256 {
		code := ^byte(i)
		v := (int(code&15)<<3+0x84)<<(code>>4&7) - 0x84
		if code&0x80 != 0 {
			v = -v
		}
		mu[i] = float32(v) / (1 << 15)

		code = byte(i) ^ 0x55
		v = int(code&15)<<4 + 8
		if e := code >> 4 & 7; e > 0 {
			v = (v + 0x100) << (e - 1)
		}
		if code&0x80 == 0 {
			v = -v
		}
		a[i] = float32(v) / (1 << 15)
	}
	return mu, a
}

// flat reads samples that are stored one after the other.
type flat struct {
	r   io.Reader
	enc encoding
	buf []byte
}

func (f *flat) read(dst []float32) (int, error) {
	want := len(dst) * f.enc.bytes
	if cap(f.buf) < want {
		f.buf = make([]byte, want)
	}
	n, err := io.ReadFull(f.r, f.buf[:want])
	n /= f.enc.bytes
	for i := range n {
		dst[i] = f.enc.decode(f.buf[i*f.enc.bytes:])
	}
	if err == io.ErrUnexpectedEOF {
		err = nil
	}
	return n, err
}
