package asr

import (
	"errors"
	"fmt"
	"io"
)

// blocks reads a packed format block by block.
type blocks struct {
	r        io.Reader
	channels int
	block    []byte
	decode   func(block []byte, channels int, out []float32) []float32
	ready    []float32
	spare    []float32
	left     int64 // samples until the end the header tells of
}

// framesOf returns the frames that so many bytes of a block hold.
func (h *wavHeader) framesOf(bytes int) int {
	if h.code == wavMSADPCM {
		if bytes -= 7 * h.channels; bytes < 0 {
			return 0
		}
		return 2 + bytes*2/h.channels
	}
	if bytes -= 4 * h.channels; bytes < 0 {
		return 0
	}
	return 1 + bytes/(4*h.channels)*8
}

// openADPCM checks a packed header. Its frames are those of whole blocks and
// of the last one, cut to the fact chunk's where that is less.
func openADPCM(info Info, h *wavHeader, data *io.SectionReader, decode func([]byte, int, []float32) []float32) (Info, samples, error) {
	if h.channels > 2 {
		return info, nil, fmt.Errorf("the header says %d channels, which this format cannot have", h.channels)
	}
	perBlock := h.framesOf(h.block)
	if perBlock < 3 || h.bits != 4 {
		return info, nil, fmt.Errorf("the header says blocks of %d bytes and %d bits a sample, which this format cannot have", h.block, h.bits)
	}
	if h.perBlock > 0 && h.perBlock != perBlock {
		return info, nil, fmt.Errorf("the header says %d frames a block, but a block of %d bytes holds %d", h.perBlock, h.block, perBlock)
	}
	info.Frames = h.dataSize/int64(h.block)*int64(perBlock) + int64(h.framesOf(int(h.dataSize%int64(h.block))))
	if h.facts > 0 {
		info.Frames = min(info.Frames, h.facts)
	}
	if info.Frames == 0 {
		return info, nil, errors.New("it holds no samples: nothing was recorded")
	}
	return info, &blocks{r: data, channels: h.channels, block: make([]byte, h.block), decode: decode, left: info.Frames * int64(h.channels)}, nil
}

func (b *blocks) read(dst []float32) (int, error) {
	n := 0
	for n < len(dst) {
		if len(b.ready) == 0 {
			k, err := io.ReadFull(b.r, b.block)
			if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
				return n, err
			}
			b.spare = b.decode(b.block[:k], b.channels, b.spare[:0])
			b.ready = b.spare[:min(int64(len(b.spare)), b.left)]
			b.left -= int64(len(b.ready))
			if len(b.ready) == 0 {
				return n, io.EOF
			}
		}
		k := copy(dst[n:], b.ready)
		b.ready = b.ready[k:]
		n += k
	}
	return n, nil
}

// Step sizes and index changes of IMA ADPCM (IMA Digital Audio Focus and
// Technical Working Group, Recommended Practices 3.00, 1992).
var imaSteps = [89]int{
	7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
	130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166,
	1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845,
	8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
}

var imaChange = [8]int{-1, -1, -1, -1, 2, 4, 6, 8}

// decodeIMA decodes one block: a head a channel of predictor and step index,
// then four bytes a channel in turn, two samples a byte, low half first.
func decodeIMA(block []byte, channels int, out []float32) []float32 {
	if len(block) < 4*channels {
		return out
	}
	var value, index [2]int
	for c := range channels {
		value[c] = int(int16(le.Uint16(block[4*c:])))
		index[c] = min(int(block[4*c+2]), len(imaSteps)-1)
		out = append(out, float32(value[c])/(1<<15))
	}
	block = block[4*channels:]
	groups := len(block) / (4 * channels)
	first := len(out)
	out = append(out, make([]float32, groups*8*channels)...)
	for g := range groups {
		for c := range channels {
			for i := range 8 {
				nibble := int(block[(g*channels+c)*4+i/2]>>(4*(i&1))) & 15
				step := imaSteps[index[c]]
				diff := step>>3 + step>>2*(nibble&1) + step>>1*(nibble>>1&1) + step*(nibble>>2&1)
				if nibble&8 != 0 {
					diff = -diff
				}
				value[c] = clamp16(value[c] + diff)
				index[c] = min(max(index[c]+imaChange[nibble&7], 0), len(imaSteps)-1)
				out[first+(g*8+i)*channels+c] = float32(value[c]) / (1 << 15)
			}
		}
	}
	return out
}

func clamp16(v int) int { return min(max(v, -1<<15), 1<<15-1) }

// Predictor coefficients and step changes of Microsoft ADPCM (Microsoft
// Multimedia Standards Update, revision 3.0, 1994).
var (
	msFirst  = [7]int{256, 512, 0, 192, 240, 460, 392}
	msSecond = [7]int{0, -256, 0, 64, 0, -208, -232}
	msChange = [16]int{230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230}
)

// decodeMS decodes one block: predictor, step and two samples a channel, then
// half a byte a sample, high half first, channels in turn.
func decodeMS(block []byte, channels int, out []float32) []float32 {
	if len(block) < 7*channels {
		return out
	}
	var c1, c2, step, newer, older [2]int
	for c := range channels {
		p := min(int(block[c]), len(msFirst)-1)
		c1[c], c2[c] = msFirst[p], msSecond[p]
		at := func(field int) int { return int(int16(le.Uint16(block[channels+2*(field*channels+c):]))) }
		step[c], newer[c], older[c] = at(0), at(1), at(2)
	}
	for c := range channels {
		out = append(out, float32(older[c])/(1<<15))
	}
	for c := range channels {
		out = append(out, float32(newer[c])/(1<<15))
	}
	block = block[7*channels:]
	whole := len(block) * 2 / channels * channels
	for i := range whole {
		c := i % channels
		nibble := int(block[i/2]>>(4*(1-i&1))) & 15
		signed := nibble
		if signed > 7 {
			signed -= 16
		}
		value := clamp16((newer[c]*c1[c]+older[c]*c2[c])/256 + signed*step[c])
		step[c] = max(msChange[nibble]*step[c]/256, 16)
		step[c] = min(step[c], 1<<24)
		older[c], newer[c] = newer[c], value
		out = append(out, float32(value)/(1<<15))
	}
	return out
}
