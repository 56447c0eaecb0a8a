package asr

import (
	"context"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"earshot/models"
)

// recording is a decoded recording: a track a channel.
type recording struct {
	info   Info
	tracks []*track
	same   float64 // correlation of the first two channels, -1 to 1
}

func (r *recording) close() error {
	var err error
	for _, t := range r.tracks {
		err = errors.Join(err, t.close())
	}
	return err
}

// length returns the recording's length.
func (r *recording) length() models.Millis { return toMillis(r.tracks[0].n) }

func toMillis(samples int) models.Millis { return models.Millis(int64(samples) * 1000 / Rate) }

// fetched is a recording in a file of ours, which decoders can seek in.
type fetched struct {
	*os.File
	size int64
	seal cipher.AEAD // for what is kept of the recording; see newSeal
}

// fetch copies the recording from the media store and checks that it is the
// one its key stands for.
func (s *Step) fetch(ctx context.Context, media *models.Media) (_ *fetched, err error) {
	in, err := s.media.Open(ctx, media.SHA256)
	if err != nil {
		return nil, fmt.Errorf("open recording %s: %w", media.SHA256, err)
	}
	defer in.Close()
	file, err := unnamedFile(s.cfg.Spool)
	if err != nil {
		return nil, err
	}
	sum, key := sha256.New(), newSealKey()
	n, err := io.Copy(io.MultiWriter(file, sum, key), io.LimitReader(in, s.cfg.MaxBytes+1))
	switch {
	case err != nil:
		err = fmt.Errorf("fetch recording %s: %w", media.SHA256, err)
	case n > s.cfg.MaxBytes:
		err = models.BadInput("recording %s: more than %d bytes: split it, or raise asr.max_bytes", media.Name, s.cfg.MaxBytes)
	case hex.EncodeToString(sum.Sum(nil)) != media.SHA256:
		err = fmt.Errorf("fetch recording %s: the media store returned other bytes", media.SHA256)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	seal, err := newSeal(key)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &fetched{file, n, seal}, nil
}

// source is a recording whose samples can be read.
type source struct {
	info Info
	in   samples
	wav  *os.File // what ffmpeg decoded; nil if it was not needed
}

func (s *source) close() error {
	if s.wav == nil {
		return nil
	}
	return s.wav.Close()
}

// source opens a recording; what only ffmpeg reads is decoded to a file first.
func (s *Step) source(ctx context.Context, file *fetched, media *models.Media) (_ *source, err error) {
	name := media.Name
	if name == "" {
		name = media.SHA256[:12]
	}
	src := &source{}
	if src.info, src.in, err = open(file, file.size, name, media.Format); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, src.close())
		}
	}()
	if src.in == nil {
		if src.wav, err = transcode(ctx, file.File, name, src.info.Format, s.cfg.Spool, s.cfg.MaxLength); err != nil {
			return nil, err
		}
		stat, err := src.wav.Stat()
		if err != nil {
			return nil, err
		}
		format := src.info.Format
		if src.info, src.in, err = open(src.wav, stat.Size(), name, ""); err != nil {
			return nil, err
		}
		src.info.Format = format
	}
	if limit := s.cfg.MaxLength.Seconds(); src.info.Seconds() > limit {
		return nil, models.BadInput("recording %s: %.0f minutes long: want at most %.0f, or raise asr.max_length", filepath.Base(name), src.info.Seconds()/60, limit/60)
	}
	return src, nil
}

// load decodes a recording.
func (s *Step) load(ctx context.Context, file *fetched, media *models.Media) (rec *recording, err error) {
	src, err := s.source(ctx, file, media)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, src.close()) }()
	if n := src.info.Channels; s.cfg.Mix && n > 1 {
		src.info.Channels, src.in = 1, &mixed{in: src.in, channels: n}
	}
	return s.decode(ctx, src.info, src.in)
}

// mixed is the mean of all channels.
type mixed struct {
	in       samples
	channels int
	buf      []float32
}

func (m *mixed) read(dst []float32) (int, error) {
	if want := len(dst) * m.channels; cap(m.buf) < want {
		m.buf = make([]float32, want)
	}
	n, err := m.in.read(m.buf[:len(dst)*m.channels])
	n /= m.channels
	for i := range n {
		sum := float32(0)
		for _, x := range m.buf[i*m.channels : (i+1)*m.channels] {
			sum += x
		}
		dst[i] = sum / float32(m.channels)
	}
	return n, err
}

const readFrames = 1 << 15

// decode reads all samples and brings every channel to Rate.
func (s *Step) decode(ctx context.Context, info Info, in samples) (*recording, error) {
	rec := &recording{info: info}
	rates := make([]*resampler, info.Channels)
	for c := range rates {
		t, err := newTrack(s.cfg.Spool)
		if err != nil {
			return nil, errors.Join(err, rec.close())
		}
		rec.tracks, rates[c] = append(rec.tracks, t), newResampler(info.Rate)
	}
	if err := rec.fill(ctx, in, rates); err != nil {
		return nil, errors.Join(err, rec.close())
	}
	return rec, nil
}

func (r *recording) fill(ctx context.Context, in samples, rates []*resampler) error {
	channels := r.info.Channels
	all := make([]float32, readFrames*channels)
	one, out := make([]float32, 0, readFrames), make([]float32, 0, 3*readFrames)
	var xx, yy, xy float64
	for ended := false; !ended; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := in.read(all)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("decode %s: %w", r.info.Format, err)
		}
		ended = err != nil || n == 0
		n -= n % channels
		if channels > 1 {
			for i := 0; i < n; i += channels {
				x, y := float64(all[i]), float64(all[i+1])
				xx, yy, xy = xx+x*x, yy+y*y, xy+x*y
			}
		}
		for c, t := range r.tracks {
			one = one[:0]
			for i := c; i < n; i += channels {
				one = append(one, all[i])
			}
			out = rates[c].write(one, out[:0])
			if ended {
				out = rates[c].flush(out)
			}
			if err := t.add(out); err != nil {
				return err
			}
		}
	}
	if xx > 0 && yy > 0 {
		r.same = xy / math.Sqrt(xx*yy)
	}
	return nil
}
