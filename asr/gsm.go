package asr

import (
	"errors"
	"fmt"
	"io"
)

// GSM 06.10 full rate (ETSI EN 300 961): frames of 160 samples, mono, in 260
// bits. Raw files pad a frame to 33 bytes with the mark 0xD before it; WAV
// files pack two into 65 bytes, low bits first.
const (
	gsmName      = "gsm" // of the raw form, in a stated format
	gsmFrame     = 160
	gsmRawBytes  = 33
	gsmPairBytes = 65
)

// gsmBits are the widths of a frame's parameters: eight log area ratios, then
// for each quarter lag, gain, grid, block maximum and 13 pulses.
var gsmBits = func() (w [76]int) {
	copy(w[:], []int{6, 6, 5, 5, 4, 4, 3, 3})
	for q := range 4 {
		copy(w[8+17*q:], []int{7, 2, 2, 6, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3})
	}
	return w
}()

// gsmDecoder is the decoder of section 5.3, in its 16-bit arithmetic, which
// gives the same samples on every machine.
type gsmDecoder struct {
	residual [120 + 40]int32 // the last 120 samples of the reconstructed residual, then a quarter
	lag      int32
	ratios   [2][8]int32 // log area ratios of this frame and the one before
	current  int
	lattice  [9]int32
	emphasis int32
}

// openGSM checks the header of a WAV file of GSM frames.
func openGSM(info Info, h *wavHeader, data *io.SectionReader) (Info, samples, error) {
	if h.channels != 1 || h.block != gsmPairBytes {
		return info, nil, fmt.Errorf("the header says %d channels and blocks of %d bytes: GSM has 1 and %d", h.channels, h.block, gsmPairBytes)
	}
	info.Frames = h.dataSize / gsmPairBytes * 2 * gsmFrame
	if h.facts > 0 {
		info.Frames = min(info.Frames, h.facts)
	}
	if info.Frames == 0 {
		return info, nil, errors.New("it holds no samples: nothing was recorded")
	}
	d := &gsmDecoder{lag: 40}
	return info, &blocks{r: data, channels: 1, block: make([]byte, gsmPairBytes), decode: d.pair, left: info.Frames}, nil
}

// openRawGSM reads frames without a header.
func openRawGSM(r io.ReaderAt, size int64, info Info) (Info, samples, error) {
	if info.Channels != 1 {
		return info, nil, fmt.Errorf("format gsm with %d channels: GSM has 1", info.Channels)
	}
	var mark [1]byte
	if _, err := r.ReadAt(mark[:], 0); err != nil {
		return info, nil, fmt.Errorf("read its start: %w", noEOF(err))
	}
	if size < gsmRawBytes {
		return info, nil, fmt.Errorf("%d bytes hold no frame of GSM, which has %d", size, gsmRawBytes)
	}
	if mark[0]>>4 != 0xd {
		return info, nil, fmt.Errorf("it is not raw GSM: its first frame begins with %#02x, want 0xd0 to 0xdf", mark[0])
	}
	info.Frames = size / gsmRawBytes * gsmFrame
	d := &gsmDecoder{lag: 40}
	return info, &blocks{r: io.NewSectionReader(r, 0, size), channels: 1, block: make([]byte, gsmRawBytes), decode: d.raw, left: info.Frames}, nil
}

func (d *gsmDecoder) raw(block []byte, _ int, out []float32) []float32 {
	if len(block) < gsmRawBytes {
		return out
	}
	var p [len(gsmBits)]int32
	at := 4 // past the mark
	for i, width := range gsmBits {
		for range width {
			p[i] = p[i]<<1 | int32(block[at/8]>>(7-at%8)&1)
			at++
		}
	}
	return d.frame(&p, out)
}

func (d *gsmDecoder) pair(block []byte, _ int, out []float32) []float32 {
	if len(block) < gsmPairBytes {
		return out
	}
	at := 0
	for range 2 {
		var p [len(gsmBits)]int32
		for i, width := range gsmBits {
			for bit := range width {
				p[i] |= int32(block[at/8]>>(at%8)&1) << bit
				at++
			}
		}
		out = d.frame(&p, out)
	}
	return out
}

// The tables of sections 5.2 and 5.3: decoding of log area ratios, gains of the
// long-term predictor, and mantissas of the block maximum.
var (
	gsmOffset  = [8]int32{0, 0, 2048, -2560, 94, -1792, -341, -1144}
	gsmLeast   = [8]int32{-32, -32, -16, -16, -8, -8, -4, -4}
	gsmInverse = [8]int32{13107, 13107, 13107, 13107, 19223, 17476, 31454, 29708}
	gsmGain    = [4]int32{3277, 11469, 21299, 32767}
	gsmFactor  = [8]int32{18431, 20479, 22527, 24575, 26623, 28671, 30719, 32767}
)

func gsmClamp(v int32) int32    { return min(max(v, -1<<15), 1<<15-1) }
func gsmTimes(a, b int32) int32 { return gsmClamp((a*b + 1<<14) >> 15) }

func (d *gsmDecoder) frame(p *[len(gsmBits)]int32, out []float32) []float32 {
	var residual [gsmFrame]int32
	for q := range 4 {
		d.quarter(p[8+17*q:][:17])
		copy(residual[40*q:], d.residual[120:])
		copy(d.residual[:120], d.residual[40:])
	}
	before := &d.ratios[d.current]
	d.current ^= 1
	now := &d.ratios[d.current]
	for i := range now {
		v := (p[i] + gsmLeast[i]) << 10
		v = gsmTimes(gsmInverse[i], gsmClamp(v-gsmOffset[i]<<1))
		now[i] = gsmClamp(v + v)
	}
	from := 0
	for _, part := range []struct {
		to  int
		mix func(before, now int32) int32
	}{
		{13, func(b, n int32) int32 { return b>>2 + n>>2 + b>>1 }},
		{27, func(b, n int32) int32 { return b>>1 + n>>1 }},
		{40, func(b, n int32) int32 { return b>>2 + n>>2 + n>>1 }},
		{gsmFrame, func(_, n int32) int32 { return n }},
	} {
		var reflection [8]int32
		for i := range reflection {
			reflection[i] = gsmReflection(gsmClamp(part.mix(before[i], now[i])))
		}
		for ; from < part.to; from++ {
			v := d.synthesize(&reflection, residual[from])
			d.emphasis = gsmClamp(v + gsmTimes(d.emphasis, 28180))
			out = append(out, float32(gsmClamp(2*d.emphasis)&^7)/(1<<15))
		}
	}
	return out
}

// quarter reconstructs 40 samples of the residual: pulses on their grid, and
// what the long-term predictor repeats from a pitch period ago.
func (d *gsmDecoder) quarter(p []int32) {
	exponent, mantissa := int32(0), p[3]
	if p[3] > 15 {
		exponent = p[3]>>3 - 1
		mantissa -= exponent << 3
	}
	if mantissa == 0 {
		exponent, mantissa = -4, 15
	}
	for mantissa <= 7 {
		mantissa = mantissa<<1 | 1
		exponent--
	}
	factor, shift := gsmFactor[mantissa-8], 6-exponent
	half := int32(1) << max(shift-1, 0)
	if shift == 0 {
		half = 0
	}
	var pulses [40]int32
	for i, code := range p[4:] {
		v := gsmClamp(gsmTimes(factor, (code<<1-7)<<12) + half)
		pulses[int(p[2])+3*i] = v >> shift
	}
	if p[0] >= 40 && p[0] <= 120 {
		d.lag = p[0]
	}
	for i, pulse := range pulses {
		d.residual[120+i] = gsmClamp(pulse + gsmTimes(gsmGain[p[1]], d.residual[120+i-int(d.lag)]))
	}
}

// gsmReflection turns a log area ratio into a reflection coefficient (5.3.2).
func gsmReflection(ratio int32) int32 {
	size := min(max(ratio, -ratio), 1<<15-1)
	switch {
	case size < 11059:
		size <<= 1
	case size < 20070:
		size += 11059
	default:
		size = gsmClamp(size>>2 + 26112)
	}
	if ratio < 0 {
		return -size
	}
	return size
}

// synthesize runs one sample through the lattice of the vocal tract (5.3.3).
func (d *gsmDecoder) synthesize(reflection *[8]int32, v int32) int32 {
	for i := 7; i >= 0; i-- {
		v = gsmClamp(v - gsmTimes(reflection[i], d.lattice[i]))
		d.lattice[i+1] = gsmClamp(d.lattice[i] + gsmTimes(reflection[i], v))
	}
	d.lattice[0] = v
	return v
}
