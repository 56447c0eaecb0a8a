package asr

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// Format codes of WAV's fmt chunk (RFC 2361 and mmreg.h).
const (
	wavPCM        = 0x0001
	wavMSADPCM    = 0x0002
	wavFloat      = 0x0003
	wavALaw       = 0x0006
	wavMuLaw      = 0x0007
	wavIMAADPCM   = 0x0011
	wavGSM        = 0x0031
	wavMP3        = 0x0055
	wavExtensible = 0xfffe
)

// wavHeader is what the chunks before the samples say.
type wavHeader struct {
	code     int
	channels int
	rate     int
	block    int // bytes of one frame, or of one block of a packed format
	bits     int
	perBlock int   // frames a block; packed formats only
	facts    int64 // frames, as the fact chunk says; 0 if there is none
	dataAt   int64
	dataSize int64
}

// openWAV reads RIFF, RF64 and BW64 files. What contradicts itself or the
// file's size is refused. The samples are nil for MP3 inside.
func openWAV(r io.ReaderAt, size int64) (Info, samples, error) {
	h, err := readWAVHeader(r, size)
	if err != nil {
		return Info{}, nil, err
	}
	if err := checkShape(h.rate, h.channels); err != nil {
		return Info{}, nil, err
	}
	info := Info{Rate: h.rate, Channels: h.channels}
	name, enc, err := h.encoding()
	info.Format = "wav " + name
	if err != nil {
		return info, nil, err
	}
	if enc == "" {
		return h.openPacked(r, info)
	}
	e := encodings[enc]
	if h.block < e.bytes*h.channels {
		return info, nil, fmt.Errorf("the header says %d bytes a frame, too few for %d channels of %s", h.block, h.channels, name)
	}
	container := h.block / h.channels
	if container*h.channels != h.block || container > 8 {
		return info, nil, fmt.Errorf("the header says %d bytes a frame for %d channels", h.block, h.channels)
	}
	info.Frames = h.dataSize / int64(h.block)
	if info.Frames == 0 {
		return info, nil, errors.New("it holds no samples: nothing was recorded")
	}
	if h.plainPCM(e.bytes, info.Frames*int64(h.channels)) {
		return info, newPCM(r, h, e.bytes, info.Frames*int64(h.channels)), nil
	}
	if container > e.bytes {
		skip, err := h.offset(r, e.bytes, container)
		if err != nil {
			return info, nil, err
		}
		inner := e
		e = encoding{container, func(b []byte) float32 { return inner.decode(b[skip:]) }}
	}
	return info, &flat{r: io.NewSectionReader(r, h.dataAt, info.Frames*int64(h.block)), enc: e}, nil
}

// offset tells where in a container of more bytes the value's bytes begin.
// The standard has it in the high ones; some recorders use the low ones,
// which shows in the rest of the container being used.
func (h *wavHeader) offset(r io.ReaderAt, value, container int) (int, error) {
	b := make([]byte, min(h.dataSize, int64(container)*4096))
	if _, err := r.ReadAt(b, h.dataAt); err != nil {
		return 0, fmt.Errorf("read its samples: %w", noEOF(err))
	}
	for ; len(b) >= container; b = b[container:] {
		for _, x := range b[:container-value] {
			if x != 0 {
				return 0, nil
			}
		}
	}
	return container - value, nil
}

// encoding names the header's format and how its samples are stored; the
// latter is empty for packed formats.
func (h *wavHeader) encoding() (name, enc string, err error) {
	switch h.code {
	case wavPCM:
		if h.bits < 1 || h.bits > 32 {
			return "pcm", "", fmt.Errorf("the header says PCM of %d bits: want 8, 16, 24 or 32", h.bits)
		}
		enc = []string{"", "u8", "s16le", "s24le", "s32le"}[(h.bits+7)/8]
		return fmt.Sprintf("pcm %d bit", h.bits), enc, nil
	case wavFloat:
		switch h.bits {
		case 32:
			return "float", "f32le", nil
		case 64:
			return "float", "f64le", nil
		}
		return "float", "", fmt.Errorf("the header says floating point of %d bits: want 32 or 64", h.bits)
	case wavALaw:
		return "A-law", "alaw", nil
	case wavMuLaw:
		return "mu-law", "mulaw", nil
	case wavMSADPCM:
		return "MS ADPCM", "", nil
	case wavIMAADPCM:
		return "IMA ADPCM", "", nil
	case wavGSM:
		return "GSM 6.10", "", nil
	case wavMP3:
		return "mp3", "", nil
	}
	return "", "", fmt.Errorf("it is WAV of a kind Earshot does not read (code %#04x): convert it to PCM, mu-law or A-law", h.code)
}

func (h *wavHeader) openPacked(r io.ReaderAt, info Info) (Info, samples, error) {
	data := io.NewSectionReader(r, h.dataAt, h.dataSize)
	switch h.code {
	case wavIMAADPCM:
		return openADPCM(info, h, data, decodeIMA)
	case wavMSADPCM:
		return openADPCM(info, h, data, decodeMS)
	case wavGSM:
		return openGSM(info, h, data)
	}
	if h.dataSize == 0 {
		return info, nil, errors.New("it holds no samples: nothing was recorded")
	}
	return info, nil, nil
}

const streaming = math.MaxUint32 // the size a writer leaves that cannot seek back

func readWAVHeader(r io.ReaderAt, size int64) (*wavHeader, error) {
	var top [12]byte
	if _, err := r.ReadAt(top[:], 0); err != nil {
		return nil, fmt.Errorf("read the RIFF header: %w", noEOF(err))
	}
	riff := int64(le.Uint32(top[4:]))
	large := string(top[:4]) != "RIFF"
	h, at := &wavHeader{}, int64(12)
	var ds64data int64 = -1
	seen := false
	for {
		var c [8]byte
		if _, err := r.ReadAt(c[:], at); err != nil {
			if !seen {
				return nil, errors.New("the file ends before its fmt chunk: it was cut off on the way")
			}
			return nil, errors.New("the file ends before its samples: it was cut off on the way")
		}
		id, n := string(c[:4]), int64(le.Uint32(c[4:]))
		at += 8
		switch id {
		case "data":
			if !seen {
				return nil, errors.New("its samples come before the fmt chunk that says how to read them")
			}
			open := riff == streaming && n == streaming && !large || riff == 0 && n == 0
			if large && n == streaming {
				n = ds64data
			}
			h.dataAt, h.dataSize = at, n
			left := size - at
			if open {
				h.dataSize = left
				return h, nil
			}
			if n < 0 || n > left {
				return nil, fmt.Errorf("the header says %d bytes of samples, but the file has %d: it was cut off on the way, or its header is wrong", n, left)
			}
			return h, checkRest(r, at+n+n&1, size)
		case "fmt ":
			if n > 1<<16 || n < 14 {
				return nil, fmt.Errorf("its fmt chunk has %d bytes: want 16 to 40", n)
			}
			b := make([]byte, min(n, 40))
			if _, err := r.ReadAt(b, at); err != nil {
				return nil, fmt.Errorf("read its fmt chunk: %w", noEOF(err))
			}
			if err := h.readFormat(b); err != nil {
				return nil, err
			}
			seen = true
		case "fact":
			var b [4]byte
			if _, err := r.ReadAt(b[:], at); err == nil && n >= 4 {
				h.facts = int64(le.Uint32(b[:]))
			}
		case "ds64":
			var b [16]byte
			if _, err := r.ReadAt(b[:], at); err != nil || n < 24 {
				return nil, errors.New("its ds64 chunk is cut short")
			}
			ds64data = int64(le.Uint64(b[8:]))
		}
		at += n + n&1
	}
}

// checkRest walks the chunks after the samples. A file that goes on with
// something else has more samples than its header says.
func checkRest(r io.ReaderAt, at, size int64) error {
	for size-at >= 8 {
		var c [8]byte
		if _, err := r.ReadAt(c[:], at); err != nil {
			return fmt.Errorf("read past its samples: %w", noEOF(err))
		}
		n := int64(le.Uint32(c[4:]))
		if !isChunkID(c[:4]) || n > size-at-8+1 {
			if size-at < 1024 {
				return nil // padding, or a tag from some tool
			}
			return fmt.Errorf("the file goes on for %d bytes after the samples its header tells of: its header is wrong; repair it or send the original", size-at)
		}
		at += 8 + n + n&1
	}
	return nil
}

func isChunkID(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

func (h *wavHeader) readFormat(b []byte) error {
	h.code = int(le.Uint16(b))
	h.channels = int(le.Uint16(b[2:]))
	h.rate = int(min(le.Uint32(b[4:]), math.MaxInt32))
	h.block = int(le.Uint16(b[12:]))
	if len(b) >= 16 {
		h.bits = int(le.Uint16(b[14:]))
	} else {
		h.bits = 8
	}
	if h.code == wavExtensible {
		if len(b) < 26 {
			return errors.New("its extensible fmt chunk is cut short")
		}
		if valid := int(le.Uint16(b[18:])); valid > 0 && valid < h.bits {
			h.bits = valid
		}
		h.code = int(le.Uint16(b[24:])) // the first bytes of the sub-format are the code
	} else if len(b) >= 20 {
		h.perBlock = int(le.Uint16(b[18:]))
	}
	if h.block == 0 {
		return errors.New("the header says 0 bytes a frame")
	}
	return nil
}

// noEOF turns the end of a file into a sentence a person can act on.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends there: it was cut off on the way")
	}
	return err
}
