package asr

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"earshot/models"
)

// Samples decodes the first channel of a recording and brings it to Rate. It
// holds all of it in memory: for clips, not for calls. Errors wrap
// models.ErrBadInput where the recording cannot be read, or only by ffmpeg.
func Samples(r io.ReaderAt, size int64, name string) ([]float32, error) {
	info, in, err := open(r, size, name, "")
	if err != nil {
		return nil, err
	}
	if in == nil {
		return nil, models.BadInput("recording %s: %s is not decoded here: convert it to WAV", filepath.Base(name), info.Format)
	}
	resample := newResampler(info.Rate)
	buf := make([]float32, readFrames*info.Channels)
	var one, out []float32
	for {
		n, err := in.read(buf)
		one = one[:0]
		for i := 0; i < n; i += info.Channels {
			one = append(one, buf[i])
		}
		out = resample.write(one, out)
		switch {
		case errors.Is(err, io.EOF) || err == nil && n == 0:
			return resample.flush(out), nil
		case err != nil:
			return nil, fmt.Errorf("decode recording %s: %w", filepath.Base(name), err)
		}
	}
}
