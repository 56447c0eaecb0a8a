package asr

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"earshot/models"
)

// Limits on recordings: beyond them a header is wrong or a lie.
const (
	minRate     = 6_000
	maxRate     = 192_000
	maxChannels = 8
)

// Info is what a recording's header says of it.
type Info struct {
	Format   string `json:"format"`             // such as "wav mu-law" or "mp3"
	Rate     int    `json:"rate,omitempty"`     // frames a second; 0: known only after decoding
	Channels int    `json:"channels,omitempty"` // 0: known only after decoding
	Frames   int64  `json:"frames,omitempty"`   // samples a channel; 0: known only after decoding
}

// Seconds returns the recording's length, 0 if it is not known yet.
func (i Info) Seconds() float64 {
	if i.Rate == 0 {
		return 0
	}
	return float64(i.Frames) / float64(i.Rate)
}

// Length is Seconds as a duration.
func (i Info) Length() time.Duration { return time.Duration(i.Seconds() * float64(time.Second)) }

// Type returns the recording's media type.
func (i Info) Type() string {
	kind, _, _ := strings.Cut(i.Format, " ")
	switch kind {
	case "raw":
		return "audio/basic"
	case "m4a":
		return "audio/mp4"
	case "mp3":
		return "audio/mpeg"
	case "au":
		return "audio/basic"
	}
	return "audio/" + kind
}

// samples reads a recording's samples in order.
type samples interface {
	// read fills dst with interleaved samples from -1 to 1 and returns how
	// many it wrote, a multiple of the channels. At the end it returns io.EOF.
	read(dst []float32) (int, error)
}

// Probe looks at a recording's header and tells what it is, reading little of
// it. size is the file's length, the name is the one it was sent under, and format
// how to read headerless audio, such as "s16le:8000:2"; empty for files that
// say so themselves. An error wraps models.ErrBadInput and says what to do; it
// does not name the file.
func Probe(r io.ReaderAt, size int64, _, format string) (Info, error) {
	info, _, err := openFormat(r, size, format)
	if err != nil {
		return Info{}, models.BadInput("%w", err)
	}
	return info, nil
}

// open reads the header. The samples are nil for formats that ffmpeg decodes.
func open(r io.ReaderAt, size int64, name, format string) (Info, samples, error) {
	info, s, err := openFormat(r, size, format)
	if err != nil {
		return Info{}, nil, models.BadInput("recording %s: %w", filepath.Base(name), err)
	}
	return info, s, nil
}

func openFormat(r io.ReaderAt, size int64, format string) (Info, samples, error) {
	if size == 0 {
		return Info{}, nil, fmt.Errorf("the file is empty: send it again once it is complete")
	}
	if format != "" {
		return openRaw(r, size, format)
	}
	head := make([]byte, 64)
	n, err := r.ReadAt(head, 0)
	if err != nil && n == 0 {
		return Info{}, nil, fmt.Errorf("read its start: %w", err)
	}
	head = head[:n]
	switch {
	case isForm(head, "RIFF", "WAVE"), isForm(head, "RF64", "WAVE"), isForm(head, "BW64", "WAVE"):
		info, s, err := openWAV(r, size)
		if err == nil && s == nil {
			err = needsFFmpeg(info.Format)
		}
		return info, s, err
	case isForm(head, "FORM", "AIFF"), isForm(head, "FORM", "AIFC"):
		return openAIFF(r, size)
	}
	for _, f := range foreign {
		if f.is(head) {
			return Info{Format: f.name}, nil, needsFFmpeg(f.name)
		}
	}
	return Info{}, nil, unknownFormat(head)
}

func isForm(head []byte, form, kind string) bool {
	return len(head) >= 12 && string(head[:4]) == form && string(head[8:12]) == kind
}

func unknownFormat(head []byte) error {
	if looksLikeText(head) {
		return fmt.Errorf("the file is text, not a recording: it begins with %.24q", head)
	}
	return fmt.Errorf("the file is in no format Earshot knows (it begins with % x): send WAV, FLAC, MP3, Ogg, M4A, AMR or AIFF, or state the format of headerless audio, such as s16le:8000:2", head[:min(len(head), 8)])
}

func looksLikeText(head []byte) bool {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		if r == utf8.RuneError && n == 1 && len(head) >= utf8.UTFMax || r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			return false
		}
		head = head[n:]
	}
	return true
}

// foreign lists what ffmpeg decodes for us, by the first bytes. The demuxer
// is named to ffmpeg, which otherwise also reads playlists that make it open
// other files and addresses.
var foreign = []struct {
	name, demuxer string
	is            func(head []byte) bool
}{
	{"flac", "flac", begin("fLaC")},
	{"ogg", "ogg", begin("OggS")},
	{"amr", "amr", begin("#!AMR")},
	{"caf", "caf", begin("caff")},
	{"au", "au", begin(".snd")},
	{"webm", "matroska", begin("\x1a\x45\xdf\xa3")},
	{"mp3", "mp3", begin("ID3")},
	{"m4a", "mov", func(h []byte) bool { return len(h) >= 8 && string(h[4:8]) == "ftyp" }},
	{"aac", "aac", func(h []byte) bool { return len(h) >= 2 && h[0] == 0xff && h[1]&0xf6 == 0xf0 }},
	{"mp3", "mp3", func(h []byte) bool {
		return len(h) >= 4 && h[0] == 0xff && h[1]&0xe0 == 0xe0 && h[1]&0x06 != 0 && h[2]&0xf0 != 0xf0 && h[2]&0x0c != 0x0c
	}},
}

func begin(magic string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }
}

// needsFFmpeg returns an error if ffmpeg, which decodes the format, is not
// installed.
func needsFFmpeg(format string) error {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		return fmt.Errorf("decoding %s takes ffmpeg, which is not installed: install it and send the recording again, or send WAV", format)
	}
	return nil
}

func checkShape(rate, channels int) error {
	switch {
	case rate < minRate || rate > maxRate:
		return fmt.Errorf("the header says %d samples a second: want %d to %d", rate, minRate, maxRate)
	case channels < 1 || channels > maxChannels:
		return fmt.Errorf("the header says %d channels: want 1 to %d", channels, maxChannels)
	}
	return nil
}

// openRaw reads headerless audio as the format says: encoding, rate, channels.
func openRaw(r io.ReaderAt, size int64, format string) (Info, samples, error) {
	bad := func() error {
		return fmt.Errorf("format %.40q: want encoding:rate:channels such as s16le:8000:2, with one of %s", format, strings.Join(append(rawNames(), gsmName), ", "))
	}
	parts := strings.Split(format, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return Info{}, nil, bad()
	}
	enc, ok := encodings[parts[0]]
	ok = ok || parts[0] == gsmName
	rate, err := strconv.Atoi(parts[1])
	channels := 1
	if err == nil && len(parts) == 3 {
		channels, err = strconv.Atoi(parts[2])
	}
	if !ok || err != nil {
		return Info{}, nil, bad()
	}
	if err := checkShape(rate, channels); err != nil {
		return Info{}, nil, err
	}
	info := Info{Format: "raw " + parts[0], Rate: rate, Channels: channels}
	if parts[0] == gsmName {
		return openRawGSM(r, size, info)
	}
	frames := size / int64(enc.bytes*channels)
	if frames == 0 {
		return Info{}, nil, fmt.Errorf("%d bytes hold no sample of format %s", size, format)
	}
	info.Frames = frames
	return info, &flat{r: io.NewSectionReader(r, 0, frames*int64(enc.bytes*channels)), enc: enc}, nil
}
