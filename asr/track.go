package asr

import (
	"errors"
	"fmt"
	"os"
)

// track holds one channel's samples at Rate, on disk: three hours of stereo
// would fill 700 MB of memory. The file has no name, so nothing is left of it
// when the process ends, however it ends.
type track struct {
	file   *os.File
	n      int // samples
	square float64
	buf    []byte
}

func newTrack(dir string) (*track, error) {
	f, err := unnamedFile(dir)
	if err != nil {
		return nil, err
	}
	return &track{file: f}, nil
}

// unnamedFile returns a file in dir that only this process can reach.
func unnamedFile(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "earshot-audio-")
	if err != nil {
		return nil, fmt.Errorf("make room for audio: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// add appends samples.
func (t *track) add(pcm []float32) error {
	t.buf = t.buf[:0]
	for _, x := range pcm {
		v := int16(min(max(x*(1<<15), -1<<15), 1<<15-1))
		t.buf = le.AppendUint16(t.buf, uint16(v))
		t.square += float64(x) * float64(x)
	}
	if _, err := t.file.Write(t.buf); err != nil {
		return fmt.Errorf("keep decoded audio: %w", err)
	}
	t.n += len(pcm)
	return nil
}

// read returns the samples from from to to, silence where they lie outside.
func (t *track) read(from, to int) ([]float32, error) {
	out := make([]float32, max(0, to-from))
	lo, hi := max(from, 0), min(to, t.n)
	if lo >= hi {
		return out, nil
	}
	b := make([]byte, 2*(hi-lo))
	if _, err := t.file.ReadAt(b, 2*int64(lo)); err != nil {
		return nil, fmt.Errorf("read decoded audio: %w", err)
	}
	for i := range hi - lo {
		out[lo-from+i] = float32(int16(le.Uint16(b[2*i:]))) / (1 << 15)
	}
	return out, nil
}

func (t *track) close() error { return t.file.Close() }
