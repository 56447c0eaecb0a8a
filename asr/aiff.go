package asr

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// openAIFF reads AIFF and AIFF-C files of uncompressed and G.711 samples
// (Apple, Audio Interchange File Format 1.3 and AIFF-C draft, 1991).
func openAIFF(r io.ReaderAt, size int64) (Info, samples, error) {
	info, enc, at := Info{Format: "aiff"}, "", int64(12)
	for {
		var c [8]byte
		if _, err := r.ReadAt(c[:], at); err != nil {
			return info, nil, fmt.Errorf("read its chunks: %w", noEOF(err))
		}
		id, n := string(c[:4]), int64(be.Uint32(c[4:]))
		at += 8
		switch id {
		case "COMM":
			b := make([]byte, min(n, 22))
			if _, err := r.ReadAt(b, at); err != nil || len(b) < 18 {
				return info, nil, errors.New("its COMM chunk is cut short")
			}
			info.Channels, info.Rate = int(be.Uint16(b)), extended(b[8:18])
			if err := checkShape(info.Rate, info.Channels); err != nil {
				return info, nil, err
			}
			kind := "NONE"
			if len(b) == 22 {
				kind = string(b[18:22])
			}
			var err error
			if enc, err = aiffEncoding(kind, int(be.Uint16(b[6:]))); err != nil {
				return info, nil, err
			}
		case "SSND":
			var b [8]byte
			if _, err := r.ReadAt(b[:], at); err != nil || enc == "" {
				return info, nil, errors.New("its samples come before the COMM chunk that says how to read them, or are cut off")
			}
			start, length := at+8+int64(be.Uint32(b[:])), n-8-int64(be.Uint32(b[:]))
			if length < 0 || length > size-start {
				return info, nil, fmt.Errorf("the header says %d bytes of samples, but the file has %d: it was cut off on the way, or its header is wrong", length, max(0, size-start))
			}
			e := encodings[enc]
			frame := int64(e.bytes * info.Channels)
			if info.Frames = length / frame; info.Frames == 0 {
				return info, nil, errors.New("it holds no samples: nothing was recorded")
			}
			return info, &flat{r: io.NewSectionReader(r, start, info.Frames*frame), enc: e}, nil
		}
		at += n + n&1
	}
}

func aiffEncoding(kind string, bits int) (string, error) {
	switch kind {
	case "NONE", "twos":
		if bits >= 1 && bits <= 32 {
			return []string{"", "s8", "s16be", "s24be", "s32be"}[(bits+7)/8], nil
		}
	case "sowt":
		if bits == 16 {
			return "s16le", nil
		}
	case "fl32", "FL32":
		return "f32be", nil
	case "fl64", "FL64":
		return "f64be", nil
	case "ulaw", "ULAW":
		return "mulaw", nil
	case "alaw", "ALAW":
		return "alaw", nil
	}
	return "", fmt.Errorf("it is AIFF of a kind Earshot does not read (%q, %d bits): convert it to PCM", kind, bits)
}

// extended reads an 80-bit floating point number as a whole one; what cannot
// be a sample rate becomes 0.
func extended(b []byte) int {
	exponent := int(be.Uint16(b)&0x7fff) - 16383
	if b[0]&0x80 != 0 || exponent < 0 || exponent > 30 {
		return 0
	}
	return int(math.Round(math.Ldexp(float64(be.Uint64(b[2:])), exponent-63)))
}
