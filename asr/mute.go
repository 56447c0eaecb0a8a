package asr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/go-audio/audio"
	"github.com/go-audio/wav"

	"earshot/models"
)

// Copies keeps muted copies of recordings, apart from the recordings.
type Copies interface {
	// PutMuted keeps the WAV file that body holds as the copy of the recording
	// with this SHA-256, in place of an earlier one; nil means that it is durable.
	PutMuted(ctx context.Context, sha256 string, body io.Reader) error
	// HasMuted reports whether there is a copy of the recording.
	HasMuted(ctx context.Context, sha256 string) (bool, error)
}

// Muter is the step that writes, of each recording in which somebody says
// something private, a copy that is silent there. It fills no section.
type Muter struct {
	step   *Step // to fetch and open recordings
	copies Copies
}

// NewMuter returns a Muter of the recordings that media holds.
func NewMuter(cfg Config, media Media, copies Copies) (*Muter, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("asr: %w", err)
	}
	return &Muter{&Step{cfg: cfg, media: media}, copies}, nil
}

// Name returns the step's name in traces and dead letters.
func (m *Muter) Name() string { return "mute" }

// Run writes the muted copy. It does nothing where there is no recording, or
// no finding of kind private.*. To run it again writes the same copy again.
func (m *Muter) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	if in.Media == nil || in.Transcript == nil {
		return nil, nil
	}
	silent := silences(in, models.Millis(m.step.cfg.MuteMargin.Milliseconds()))
	if len(silent) == 0 {
		return nil, nil
	}
	file, err := m.step.fetch(ctx, in.Media)
	if errors.Is(err, models.ErrBadInput) {
		// Originals may be deleted once they are muted: then the copy has to do.
		if has, hasErr := m.copies.HasMuted(ctx, in.Media.SHA256); has || hasErr != nil {
			return nil, hasErr
		}
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // only read from now on
	src, err := m.step.source(ctx, file, in.Media)
	if err != nil {
		return nil, err
	}
	defer func() { _ = src.close() }()
	out, err := unnamedFile(m.step.cfg.Spool)
	if err != nil {
		return nil, err
	}
	defer func() { _ = out.Close() }() // goes with it
	if err := writeMuted(ctx, out, src, silent); err != nil {
		return nil, fmt.Errorf("mute recording %s: %w", in.Media.SHA256, err)
	}
	if _, err := out.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("mute recording %s: %w", in.Media.SHA256, err)
	}
	return nil, m.copies.PutMuted(ctx, in.Media.SHA256, out)
}

// silence is a part of a recording that is to be silent.
type silence struct{ from, to models.Millis }

// reach is how far a silence goes on into a pause beside it: what is said there
// was not recognised, and a pause may as well be silent.
const reach models.Millis = 500

// silences returns, in order and apart, the stretches of a recording in which
// something private is said, with a margin: recognised words are not cut to
// the millisecond, and where a turn has no words, all of it counts.
func silences(in *models.Interaction, margin models.Millis) []silence {
	var all []silence
	for _, f := range in.Findings {
		if !strings.HasPrefix(f.Kind, "private.") {
			continue
		}
		for _, e := range f.Evidence {
			from, to := widened(in.Transcript, e)
			all = append(all, silence{max(0, min(from, e.Start-margin)), max(to, e.End+margin)})
		}
	}
	slices.SortFunc(all, func(a, b silence) int { return int(a.from - b.from) })
	var apart []silence
	for _, s := range all {
		if n := len(apart); n > 0 && s.from <= apart[n-1].to {
			apart[n-1].to = max(apart[n-1].to, s.to)
			continue
		}
		apart = append(apart, s)
	}
	return apart
}

// widened returns the stretch of e with the pauses before and after it.
func widened(t *models.Transcript, e models.Evidence) (from, to models.Millis) {
	from, to = e.Start-reach, e.End+reach
	if e.Turn < 0 || e.Turn >= len(t.Turns) {
		return from, to
	}
	for _, w := range t.Turns[e.Turn].Words {
		if w.To <= e.From {
			from = max(from, w.End)
		}
		if w.From >= e.To {
			to = min(to, w.Start)
		}
	}
	return min(from, e.Start), max(to, e.End)
}

const maxWAV = math.MaxUint32 - 1<<10 // bytes the sizes in a header can tell

// writeMuted writes the samples of src as WAV: G.711 as G.711, all else as PCM
// of 16 bits. What is said in a stretch may be heard on every channel, as echo
// or through the room, so all of them fall silent. Chunks beside the samples
// are left out: they may name the caller.
func writeMuted(ctx context.Context, out *os.File, src *source, silent []silence) error {
	info := src.info
	code, bits, value, quiet := wavPCM, 16, toPCM, 0
	if law := g711Codes(info.Format); law != nil {
		code, bits, value, quiet = law.code, 8, law.of, law.of(0)
	}
	w := wav.NewEncoder(out, info.Rate, bits, info.Channels, code)
	in := make([]float32, readFrames*info.Channels)
	buf := &audio.IntBuffer{Format: &audio.Format{NumChannels: info.Channels, SampleRate: info.Rate}, Data: make([]int, len(in))}
	at := int64(0) // frame
	for next, ended := 0, false; !ended; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := src.in.read(in)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("decode %s: %w", info.Format, err)
		}
		ended = err != nil || n == 0
		n -= n % info.Channels
		if int64(w.WrittenBytes)+int64(n*bits/8) > maxWAV {
			return models.BadInput("the muted copy would be larger than a WAV file can be: split the recording")
		}
		buf.Data = buf.Data[:n]
		for i := 0; i < n; i += info.Channels {
			for next < len(silent) && at >= frameAt(silent[next].to, info.Rate) {
				next++
			}
			mute := next < len(silent) && at >= frameAt(silent[next].from, info.Rate)
			for c := i; c < i+info.Channels; c++ {
				if buf.Data[c] = quiet; !mute {
					buf.Data[c] = value(in[c])
				}
			}
			at++
		}
		if err := w.Write(buf); err != nil {
			return fmt.Errorf("write the muted copy: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("write the muted copy: %w", err)
	}
	return nil
}

func frameAt(t models.Millis, rate int) int64 { return int64(t) * int64(rate) / 1000 }

func toPCM(x float32) int {
	return int(math.Round(float64(min(max(x*(1<<15), -1<<15), 1<<15-1))))
}

// law encodes samples that were decoded from G.711.
type law struct {
	code  int // of WAV's fmt chunk
	codes map[float32]int
}

// of returns the code of a value that a code stands for.
func (l *law) of(x float32) int {
	if c, ok := l.codes[x]; ok {
		return c
	}
	best, least := 0, math.Inf(1)
	for v, c := range l.codes { // silence in A-law, which has no zero
		d := math.Abs(float64(v - x))
		if d < least || d == least && c < best {
			best, least = c, d
		}
	}
	return best
}

// g711Codes returns the codes of a format, nil if it is none of G.711.
func g711Codes(format string) *law {
	l := &law{code: wavMuLaw, codes: map[float32]int{}}
	table := &muLaw
	switch {
	case strings.HasSuffix(format, "A-law"), strings.HasSuffix(format, "alaw"):
		l.code, table = wavALaw, &aLaw
	case !strings.HasSuffix(format, "mu-law") && !strings.HasSuffix(format, "mulaw"):
		return nil
	}
	for c, v := range table {
		if v != 0 || c == 0xff {
			l.codes[v] = c
		}
	}
	return l
}
