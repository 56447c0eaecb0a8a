package demo

import (
	"bytes"
	"encoding/binary"
)

// encodeWAV returns a WAV file of two channels in G.711 mu-law at sampleRate;
// the channels are equally long.
func encodeWAV(left, right samples) []byte {
	const muLaw, channels, header = 7, 2, 58
	size := len(left) * channels
	var b bytes.Buffer
	b.Grow(header + size)
	le := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&b, binary.LittleEndian, v) // a Buffer never fails
		}
	}
	b.WriteString("RIFF")
	le(uint32(header - 8 + size))
	b.WriteString("WAVEfmt ")
	le(uint32(18), uint16(muLaw), uint16(channels), uint32(sampleRate), uint32(sampleRate*channels), uint16(channels), uint16(8), uint16(0))
	b.WriteString("fact")
	le(uint32(4), uint32(len(left)))
	b.WriteString("data")
	le(uint32(size))
	for i := range left {
		b.WriteByte(muLawByte(left[i]))
		b.WriteByte(muLawByte(right[i]))
	}
	return b.Bytes()
}

// muLawByte compresses a sample as ITU-T G.711 says: sign, three bits of
// exponent, four of mantissa, all inverted.
func muLawByte(v float32) byte {
	const bias, clip = 33, 8158 // on the 14-bit scale of the recommendation
	n := int(max(-1, min(1, v)) * 8192)
	sign := byte(0x80) // set for positive values, before the inversion below clears it
	if n < 0 {
		n, sign = -n, 0
	}
	n = min(n, clip) + bias
	exponent := 7
	for mask := 0x1000; n&mask == 0 && exponent > 0; mask >>= 1 {
		exponent--
	}
	return sign | ^(byte(exponent<<4)|byte(n>>(exponent+1)&0x0F))&0x7F
}
