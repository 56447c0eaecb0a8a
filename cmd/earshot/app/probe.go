package app

import (
	"context"
	"errors"
	"io"

	"earshot/asr"
	"earshot/ingest"
)

// Prober looks into recordings at the door.
type Prober struct{}

// Probe returns what a recording holds, from its header; an error says why it
// cannot be one.
func (Prober) Probe(_ context.Context, r io.ReadSeeker, size int64, name, format string) (ingest.Sound, error) {
	at, ok := r.(io.ReaderAt)
	if !ok {
		at = seekReader{r}
	}
	info, err := asr.Probe(at, size, name, format)
	if err != nil {
		return ingest.Sound{}, err
	}
	return ingest.Sound{Type: info.Type(), Channels: info.Channels, Length: info.Length()}, nil
}

// seekReader reads anywhere in what can only seek.
type seekReader struct{ r io.ReadSeeker }

func (s seekReader) ReadAt(p []byte, off int64) (int, error) {
	if _, err := s.r.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(s.r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
