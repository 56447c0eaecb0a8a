package asr

import (
	"io"

	"github.com/go-audio/audio"
	"github.com/go-audio/wav"
)

// pcm reads 16-, 24- and 32-bit samples through go-audio/wav, which reads
// these, and only these, as they were written. It gets a plain header of what
// readWAVHeader checked, with the samples behind it: of a file's own chunks it
// would allocate what their sizes say.
type pcm struct {
	in    *wav.Decoder
	buf   audio.IntBuffer
	scale float32
	left  int64 // samples
}

// plainPCM tells whether samples of so many bytes are for pcm to read. A plain
// header cannot tell of more than 4 GB.
func (h *wavHeader) plainPCM(bytes int, samples int64) bool {
	return h.code == wavPCM && bytes >= 2 && bytes <= 4 && h.block == bytes*h.channels && samples*int64(bytes) < streaming-plainHead
}

const plainHead = 44 // bytes of a header of 16 bytes of format

func newPCM(r io.ReaderAt, h *wavHeader, bytes int, samples int64) *pcm {
	size := samples * int64(bytes)
	head := append(make([]byte, 0, plainHead), "RIFF"...)
	head = le.AppendUint32(head, uint32(plainHead-8+size))
	head = append(head, "WAVEfmt "...)
	head = le.AppendUint32(head, 16)
	head = le.AppendUint16(head, wavPCM)
	head = le.AppendUint16(head, uint16(h.channels))
	head = le.AppendUint32(head, uint32(h.rate))
	head = le.AppendUint32(head, uint32(h.rate*h.block))
	head = le.AppendUint16(head, uint16(h.block))
	head = le.AppendUint16(head, uint16(8*bytes))
	head = append(head, "data"...)
	head = le.AppendUint32(head, uint32(size))
	file := io.NewSectionReader(headed{head, io.NewSectionReader(r, h.dataAt, size)}, 0, plainHead+size)
	return &pcm{in: wav.NewDecoder(file), scale: 1 / float32(int64(1)<<(8*bytes-1)), left: samples}
}

func (p *pcm) read(dst []float32) (int, error) {
	want := int(min(int64(len(dst)), p.left))
	if want == 0 {
		return 0, io.EOF
	}
	if cap(p.buf.Data) < want {
		p.buf.Data = make([]int, want)
	}
	p.buf.Data = p.buf.Data[:want]
	n, err := p.in.PCMBuffer(&p.buf)
	if err == nil && n < want {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return 0, noEOF(err)
	}
	for i, v := range p.buf.Data {
		dst[i] = float32(v) * p.scale
	}
	p.left -= int64(n)
	return n, nil
}

// headed is a file with other bytes before it.
type headed struct {
	head []byte
	rest io.ReaderAt
}

// ReadAt implements io.ReaderAt.
func (h headed) ReadAt(p []byte, off int64) (n int, err error) {
	if off < int64(len(h.head)) {
		if n = copy(p, h.head[off:]); n == len(p) {
			return n, nil
		}
	}
	k, err := h.rest.ReadAt(p[n:], off+int64(n)-int64(len(h.head)))
	return n + k, err
}
