package asr

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGSM holds the decoder against sox's, bit for bit, on sound that sox has
// encoded: the arithmetic is the standard's, so there is one right answer.
func TestGSM(t *testing.T) {
	if _, err := exec.LookPath("sox"); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "source.wav")
	run(t, "sox", "-R", "-n", "-r", "8000", "-c", "1", "-b", "16", source, "synth", "2", "sine", "150-3300", "synth", "2", "pinknoise", "mix", "vol", "0.9")
	for name, format := range map[string]string{"x.gsm": "gsm:8000", "x.wav": ""} {
		file := filepath.Join(dir, name)
		args := []string{source, file}
		if format == "" {
			args = []string{source, "-e", "gsm-full-rate", file}
		}
		run(t, "sox", args...)
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		stat, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		info, in, err := open(f, stat.Size(), name, format)
		if err != nil {
			t.Fatal(err)
		}
		got, err := readAll(in)
		if err != nil {
			t.Fatal(err)
		}
		want := run(t, "sox", file, "-t", "raw", "-e", "signed", "-b", "16", "-")
		if len(got) != len(want)/2 || info.Frames != int64(len(got)) || len(got) < 16000 {
			t.Fatalf("%s: %d samples, header says %d, sox has %d", name, len(got), info.Frames, len(want)/2)
		}
		for i, v := range got {
			if w := int16(le.Uint16(want[2*i:])); v != float32(w)/(1<<15) {
				t.Fatalf("%s: sample %d is %g, sox says %d", name, i, v*(1<<15), w)
			}
		}
	}
}

func TestBadGSM(t *testing.T) {
	stereo := wavFile{code: wavGSM, channels: 2, rate: 8000, bits: 0, data: make([]byte, 65)}.bytes()
	le.PutUint16(stereo[32:], 65)
	for want, c := range map[string]struct {
		file   []byte
		format string
	}{
		"GSM has 1 and 65":      {stereo, ""},
		"begins with 0x00":      {make([]byte, 66), "gsm:8000"},
		"gsm with 2 channels":   {[]byte(strings.Repeat("\xd0", 66)), "gsm:8000:2"},
		"2 bytes hold no frame": {[]byte("\xd0\xd0"), "gsm:8000"},
	} {
		if _, err := probe(c.file, "x", c.format); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
