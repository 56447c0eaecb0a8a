package asr

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"earshot/models"
)

// shared returns the folder of recordings that tests may use, and skips the
// test where there is none.
func shared(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("EARSHOT_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	dir = filepath.Join(dir, "data", "audio")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no shared recordings:", err)
	}
	return dir
}

// wavFile is what wavBytes makes a file of.
type wavFile struct {
	code, channels, rate, bits int
	data                       []byte
	extra                      []byte // after the fixed part of the fmt chunk
	claim                      *uint32
	after                      []byte
}

func (f wavFile) bytes() []byte {
	block := f.channels * f.bits / 8
	var fmtChunk []byte
	fmtChunk = le.AppendUint16(fmtChunk, uint16(f.code))
	fmtChunk = le.AppendUint16(fmtChunk, uint16(f.channels))
	fmtChunk = le.AppendUint32(fmtChunk, uint32(f.rate))
	fmtChunk = le.AppendUint32(fmtChunk, uint32(f.rate*block))
	fmtChunk = le.AppendUint16(fmtChunk, uint16(block))
	fmtChunk = le.AppendUint16(fmtChunk, uint16(f.bits))
	fmtChunk = append(fmtChunk, f.extra...)
	size := uint32(len(f.data))
	if f.claim != nil {
		size = *f.claim
	}
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt ")
	b = le.AppendUint32(b, uint32(len(fmtChunk)))
	b = append(append(b, fmtChunk...), "data"...)
	b = le.AppendUint32(b, size)
	b = append(append(b, f.data...), f.after...)
	le.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// beep is a second of a 440 Hz tone, 16 bits.
func beep(rate, channels int) []byte {
	var b []byte
	for i := range rate {
		for range channels {
			b = le.AppendUint16(b, uint16(int16(10000*math.Sin(2*math.Pi*440*float64(i)/float64(rate)))))
		}
	}
	return b
}

func plainWAV() wavFile {
	return wavFile{code: wavPCM, channels: 2, rate: 8000, bits: 16, data: beep(8000, 2)}
}

func probe(b []byte, name, format string) (Info, error) {
	return Probe(bytes.NewReader(b), int64(len(b)), name, format)
}

func TestProbe(t *testing.T) {
	info, err := probe(plainWAV().bytes(), "call.wav", "")
	if err != nil {
		t.Fatal(err)
	}
	if info.Rate != 8000 || info.Channels != 2 || info.Seconds() != 1 || info.Type() != "audio/wav" || info.Format != "wav pcm 16 bit" {
		t.Errorf("got %+v", info)
	}
}

func TestBadRecordings(t *testing.T) {
	with := func(change func(*wavFile)) []byte {
		f := plainWAV()
		change(&f)
		return f.bytes()
	}
	claim := func(n uint32) []byte { return with(func(f *wavFile) { f.claim = &n }) }
	whole := plainWAV().bytes()
	for name, c := range map[string]struct {
		file   []byte
		format string
		want   string
	}{
		"empty":               {nil, "", "empty"},
		"text":                {[]byte("C: 我要退款\nA: sorry to hear that, one moment please, thank you"), "", "text, not a recording"},
		"noise":               {[]byte("\x01\x02\x03\x04\x05\x06\x07\x08\x09"), "", "no format Earshot knows"},
		"cut in the samples":  {whole[:len(whole)/2], "", "cut off"},
		"cut in the header":   {whole[:30], "", "cut off"},
		"cut before samples":  {whole[:36], "", "cut off"},
		"claims 4 GB":         {claim(math.MaxUint32), "", "cut off on the way, or its header is wrong"},
		"claims one more":     {claim(uint32(len(plainWAV().data)) + 1), "", "32001 bytes"},
		"claims too little":   {claim(1000), "", "goes on for"},
		"0 Hz":                {with(func(f *wavFile) { f.rate = 0 }), "", "0 samples a second"},
		"768 kHz":             {with(func(f *wavFile) { f.rate = 768000 }), "", "768000 samples a second"},
		"40 channels":         {with(func(f *wavFile) { f.channels, f.data = 40, beep(8000, 40) }), "", "40 channels"},
		"0 channels":          {with(func(f *wavFile) { f.channels = 0 }), "", "0 bytes a frame"},
		"17 bits of nothing":  {with(func(f *wavFile) { f.bits = 64 }), "", "PCM of 64 bits"},
		"no samples":          {with(func(f *wavFile) { f.data = nil }), "", "no samples"},
		"unknown code":        {with(func(f *wavFile) { f.code = 0x1234 }), "", "0x1234"},
		"extensible cut":      {with(func(f *wavFile) { f.code = wavExtensible }), "", "extensible"},
		"bad raw format":      {whole, "s16le", "encoding:rate:channels"},
		"bad raw encoding":    {whole, "s17le:8000", "encoding:rate:channels"},
		"bad raw rate":        {whole, "s16le:0:1", "samples a second"},
		"raw of half a frame": {[]byte{1, 2, 3}, "s16le:8000:2", "no sample"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := probe(c.file, "call.wav", c.format)
			if !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want ErrBadInput with %q", err, c.want)
			}
		})
	}
}

func TestGoodOddities(t *testing.T) {
	streamed := plainWAV().bytes()
	le.PutUint32(streamed[4:], math.MaxUint32)
	le.PutUint32(streamed[40:], math.MaxUint32)
	tagged := plainWAV()
	tagged.after = []byte("LIST\x04\x00\x00\x00INFO")
	odd := wavFile{code: wavPCM, channels: 1, rate: 8000, bits: 8, data: make([]byte, 8001), after: []byte{0}}
	for name, b := range map[string][]byte{"streamed": streamed, "tagged": tagged.bytes(), "odd size": odd.bytes()} {
		if info, err := probe(b, "call.wav", ""); err != nil || math.Abs(info.Seconds()-1) > 0.001 {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
}

// readAll decodes everything, in portions of an odd size.
func readAll(s samples) ([]float32, error) {
	var out []float32
	buf := make([]float32, 8*1013)
	for {
		n, err := s.read(buf)
		out = append(out, buf[:n]...)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil || n == 0 {
			return out, err
		}
	}
}

func TestG711(t *testing.T) {
	// ITU-T G.711, tables 1a and 2a: the decoder's output values, scaled to 16 bits.
	for _, c := range []struct {
		table [256]float32
		code  byte
		want  float32
	}{
		{muLaw, 0x80, 32124}, {muLaw, 0x00, -32124}, {muLaw, 0xff, 0}, {muLaw, 0xfe, 8}, {muLaw, 0x8f, 16764}, {muLaw, 0x90, 15996},
		{aLaw, 0xaa, 32256}, {aLaw, 0x2a, -32256}, {aLaw, 0xd5, 8}, {aLaw, 0x55, -8}, {aLaw, 0xd4, 24},
	} {
		if got := c.table[c.code] * 32768; got != c.want {
			t.Errorf("code %#02x: %g, want %g", c.code, got, c.want)
		}
	}
}

// TestAgainstFFmpeg decodes a sweep in every encoding, and the odd files of
// other projects, both by ourselves and by ffmpeg.
func TestAgainstFFmpeg(t *testing.T) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "source.wav")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "aevalsrc='0.6*sin(2*PI*(200+300*t)*t)|0.3*sin(2*PI*500*t)':s=8000:d=1.5", "-c:a", "pcm_s16le", source)
	files := []string{source}
	for _, codec := range []string{"pcm_u8", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_mulaw", "pcm_alaw", "adpcm_ima_wav", "adpcm_ms"} {
		for _, channels := range []string{"1", "2"} {
			f := filepath.Join(dir, codec+channels+".wav")
			run(t, "ffmpeg", "-v", "error", "-i", source, "-ac", channels, "-c:a", codec, f)
			files = append(files, f)
		}
	}
	for _, codec := range []string{"pcm_s16be", "pcm_s24be", "pcm_mulaw", "pcm_f32be", "pcm_s8"} {
		f := filepath.Join(dir, codec+".aiff")
		run(t, "ffmpeg", "-v", "error", "-i", source, "-c:a", codec, f)
		files = append(files, f)
	}
	extensible := filepath.Join(dir, "extensible.wav")
	run(t, "ffmpeg", "-v", "error", "-i", source, "-c:a", "pcm_s24le", "-ar", "48000", "-ac", "6", extensible)
	rf64 := filepath.Join(dir, "rf64.wav")
	run(t, "ffmpeg", "-v", "error", "-i", source, "-rf64", "always", rf64)
	files = append(files, extensible, rf64)
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) { compare(t, f) })
	}
	t.Run("shared", func(t *testing.T) {
		for _, pattern := range []string{"format/*.wav", "format/*.aiff", "format/hound/*.wav"} {
			odd, err := filepath.Glob(filepath.Join(shared(t), pattern))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range odd {
				// Without a header; and where ffmpeg reads silence, or passes on
				// floats that are no sound.
				if strings.Contains(f, "missing_wav_header") || strings.Contains(f, "4byte") || strings.Contains(f, "ieeefloat") {
					continue
				}
				t.Run(filepath.Base(f), func(t *testing.T) { compare(t, f) })
			}
		}
	})
}

func TestContainers(t *testing.T) {
	low := wavFile{code: wavPCM, channels: 1, rate: 48000, bits: 32, data: []byte{0xa0, 0xff, 0xff, 0, 0x0c, 0x5a, 0, 0}}
	high := wavFile{code: wavPCM, channels: 1, rate: 48000, bits: 32, data: []byte{0, 0xa0, 0xff, 0xff, 0, 0x0c, 0x5a, 0}}
	for name, f := range map[string]wavFile{"low bytes": low, "high bytes": high} {
		b := f.bytes()
		le.PutUint16(b[34:], 24) // three bytes of value in a frame of four
		_, s, err := open(bytes.NewReader(b), int64(len(b)), name, "")
		if err != nil {
			t.Fatal(err)
		}
		got, err := readAll(s)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 2 || got[0] != -96.0/(1<<23) || got[1] != 23052.0/(1<<23) {
			t.Errorf("%s: %g", name, got)
		}
	}
}

func run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	var complaint strings.Builder
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, complaint.String())
	}
	return out
}

// compare decodes the file with ours and with ffmpeg.
func compare(t *testing.T, path string) {
	t.Helper()
	limit := 1.5 / 32768 // a step of 16 bits is rounding
	if strings.Contains(path, "adpcm_ima") {
		limit = 0.02 // ffmpeg rounds each step otherwise than the standard
	}
	compareWith(t, path, limit, "ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "-c:a", "pcm_f32le", "-")
}

// compareWith decodes the file with ours and with another program, which
// prints floats.
func compareWith(t *testing.T, path string, limit float64, program string, args ...string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	info, s, err := open(f, stat.Size(), path, "")
	if err != nil {
		t.Fatal(err)
	}
	got, err := readAll(s)
	if err != nil {
		t.Fatal(err)
	}
	want := run(t, program, args...)
	// sox gives the last block of a packed format whole; we stop where the fact
	// chunk says that the sound does.
	packed := strings.Contains(info.Format, "ADPCM") || strings.Contains(info.Format, "GSM")
	if more := len(want)/4 - len(got); more != 0 && (!packed || more < 0 || more > 2048) {
		t.Fatalf("%s: %d samples, %s has %d", info.Format, len(got), program, len(want)/4)
	}
	if info.Frames*int64(info.Channels) != int64(len(got)) {
		t.Errorf("%s: header tells of %d frames, there are %d", info.Format, info.Frames, len(got)/info.Channels)
	}
	for i := range got {
		w := math.Float32frombits(le.Uint32(want[4*i:]))
		if math.Abs(float64(got[i]-w)) > limit {
			t.Fatalf("%s: sample %d is %g, %s says %g", info.Format, i, got[i], program, w)
		}
	}
}

// TestAgainstSox decodes what sox has encoded, in every encoding, at the
// lowest and highest rates, and with one to eight channels.
func TestAgainstSox(t *testing.T) {
	if _, err := exec.LookPath("sox"); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	for _, c := range []struct{ name, rate, channels, args string }{
		{"u8.wav", "8000", "1", "-e unsigned -b 8"}, {"s16.wav", "6000", "2", "-e signed -b 16"}, {"s16-8.wav", "192000", "8", "-e signed -b 16"},
		{"s24.wav", "44100", "3", "-e signed -b 24"}, {"s32.wav", "48000", "6", "-e signed -b 32"}, {"f32.wav", "11025", "2", "-e float -b 32"}, {"f64.wav", "16000", "1", "-e float -b 64"},
		{"ulaw.wav", "8000", "2", "-e mu-law"}, {"alaw.wav", "8000", "1", "-e a-law"}, {"ulaw-6.wav", "8000", "6", "-e mu-law"},
		{"ima-1.wav", "8000", "1", "-e ima-adpcm"}, {"ima-2.wav", "22050", "2", "-e ima-adpcm"}, {"ms-1.wav", "8000", "1", "-e ms-adpcm"}, {"ms-2.wav", "11025", "2", "-e ms-adpcm"},
		{"gsm.wav", "8000", "1", "-e gsm-full-rate"}, {"s8.aiff", "8000", "2", "-e signed -b 8"}, {"s16.aiff", "8000", "1", "-e signed -b 16"}, {"s24.aiff", "96000", "2", "-e signed -b 24"},
		{"s32.aifc", "8000", "1", "-e signed -b 32"}, {"ulaw.aifc", "8000", "2", "-e mu-law"}, {"f64.aifc", "8000", "1", "-e float -b 64"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(dir, c.name)
			args := append([]string{"-R", "-D", "-n", "-r", c.rate, "-c", c.channels}, strings.Fields(c.args)...)
			run(t, "sox", append(args, file, "synth", "0.7", "sine", "200-2900", "sine", "350", "sine", "500", "vol", "0.7")...)
			if strings.HasPrefix(c.name, "ms-") {
				// sox shifts where the standard divides, and feeds the difference back.
				if _, err := exec.LookPath("ffmpeg"); err != nil {
					t.Skip(err)
				}
				compare(t, file)
				return
			}
			compareWith(t, file, 1.01/32768, "sox", "-D", file, "-t", "raw", "-e", "float", "-b", "32", "-")
		})
	}
}
