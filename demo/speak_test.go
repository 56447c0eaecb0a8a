package demo

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/models"
)

var now = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

// needTools skips the test where a synthesiser is not installed.
func needTools(t *testing.T) toolset {
	t.Helper()
	var calls []*Script
	for _, s := range Scripts() {
		if s.Channel == models.Phone {
			calls = append(calls, s)
		}
	}
	tools, missing, err := findTools(t.Context(), calls)
	if err != nil {
		t.Fatal(err)
	}
	if missing != nil {
		t.Skip(missing)
	}
	return tools
}

func TestSpeak(t *testing.T) {
	needTools(t)
	dir := t.TempDir()
	var reports []Progress
	made, err := Speak(t.Context(), Options{Dir: dir, Now: now, Progress: func(p Progress) { reports = append(reports, p) }})
	if err != nil {
		t.Fatal(err)
	}
	if made.Calls < 8 || made.Spoken != made.Calls || made.Logs < 40 || len(reports) != made.Calls || reports[made.Calls-1].Done != made.Calls {
		t.Errorf("made %+v, %d reports", made, len(reports))
	}
	truths, err := readTruth(made.Truth)
	if err != nil || len(truths) != made.Calls+made.Logs {
		t.Fatalf("%d truths, %v", len(truths), err)
	}
	for _, s := range Scripts() {
		if s.Channel == models.Phone {
			checkCall(t, made, s, truths[s.ID])
		}
	}
	checkChats(t, made)

	// Nothing but conversations lies in the inbox.
	files, err := os.ReadDir(made.Inbox)
	if err != nil || len(files) != 2*made.Calls+1 {
		t.Errorf("%d files in the inbox of %d calls: %v", len(files), made.Calls, err)
	}
	checkReuse(t, dir, made)
}

// checkReuse speaks again: only a recording that was damaged is made anew, and
// it comes out the same.
func checkReuse(t *testing.T, dir string, made *Made) {
	victim := filepath.Join(made.Inbox, "demo-en-dead-air.wav")
	want, err := os.ReadFile(victim)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(victim, want[:len(want)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	again, err := Speak(t.Context(), Options{Dir: dir, Now: now.AddDate(0, 0, 3)})
	if err != nil || again.Spoken != 1 || again.Calls != made.Calls {
		t.Fatalf("second time: %+v, %v", again, err)
	}
	got, err := os.ReadFile(victim)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the same script gave another recording: %v", err)
	}
	in := readSidecar(t, victim)
	if in.Started.Before(now.AddDate(0, 0, -4)) {
		t.Errorf("started %s: does not follow the new time", in.Started)
	}
}

func checkCall(t *testing.T, made *Made, s *Script, truth Truth) {
	t.Helper()
	wav := filepath.Join(made.Inbox, string(s.ID)+".wav")
	file, err := os.ReadFile(wav)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	if string(file[:4]) != "RIFF" || int(le.Uint32(file[4:])) != len(file)-8 || le.Uint16(file[20:]) != 7 || le.Uint16(file[22:]) != 2 ||
		le.Uint32(file[24:]) != 8000 || le.Uint16(file[34:]) != 8 || string(file[50:54]) != "data" || int(le.Uint32(file[54:])) != len(file)-58 {
		t.Fatalf("%s: header % x", s.ID, file[:58])
	}
	if n := models.Millis(len(file)-58) / 2 * 1000 / sampleRate; n != truth.Length || n < 30_000 || n > 180_000 {
		t.Errorf("%s: lasts %s, the truth says %s", s.ID, n, truth.Length)
	}
	if truth.SHA256 != hashOf(file) || len(truth.Turns) != len(s.Dialogue.Turns) {
		t.Errorf("%s: the truth is of another recording", s.ID)
	}
	checkTurns(t, s, truth, file[58:])

	in := readSidecar(t, wav)
	if in.ID != s.ID || in.Media == nil || !slices.Equal(in.Media.Roles, []models.Party{models.Agent, models.Customer}) || in.Transcript != nil {
		t.Errorf("%s: sidecar %+v", s.ID, in)
	}
	if d := in.Ended.Sub(in.Started); d != truth.Length.Duration() {
		t.Errorf("%s: ends after %s", s.ID, d)
	}
}

func readSidecar(t *testing.T, wav string) *models.Interaction {
	t.Helper()
	text, err := os.ReadFile(strings.TrimSuffix(wav, ".wav") + ".json")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("sha256")) {
		t.Errorf("%s: the sidecar names a hash", wav)
	}
	var in models.Interaction
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		t.Fatal(err)
	}
	return &in
}

// checkTurns listens: a turn is heard on its party's channel, and a stated
// pause is quiet on both.
func checkTurns(t *testing.T, s *Script, truth Truth, sound []byte) {
	t.Helper()
	// Mu-law inverts its bits: quiet is near 0x7F and 0xFF.
	loud := func(from, to models.Millis, channel int) float64 {
		sum := 0.0
		a, b := int(from)*8, int(to)*8
		for i := a; i < b; i++ {
			sum += float64(^sound[2*i+channel] & 0x7F)
		}
		return sum / float64(b-a)
	}
	overlaps := 0
	for i, turn := range truth.Turns {
		mine, other := 0, 1
		if turn.Party == models.Customer {
			mine, other = 1, 0
		}
		if l := loud(turn.Start, turn.End, mine); l < 25 {
			t.Errorf("%s: turn %d at %s is not heard: level %.0f", s.ID, i, turn.Start, l)
		}
		if i == 0 {
			continue
		}
		gap := turn.Start - truth.Turns[i-1].End
		stated := s.Dialogue.Turns[i].Start - s.Dialogue.Turns[i-1].End
		switch {
		case talkedOver(truth.Turns[i-1].Text):
			if gap > -400 {
				t.Errorf("%s: turn %d does not talk over the one before: gap %s", s.ID, i, gap)
			}
			overlaps++
		case stated > standardGap && gap != stated:
			t.Errorf("%s: the pause before turn %d is %s, want %s", s.ID, i, gap, stated)
		case gap < 200:
			t.Errorf("%s: turn %d follows after %s", s.ID, i, gap)
		default:
			if l := max(loud(turn.Start-gap, turn.Start, mine), loud(turn.Start-gap, turn.Start, other)); l > 20 {
				t.Errorf("%s: noise before turn %d: level %.0f", s.ID, i, l)
			}
		}
	}
	if s.ID == "demo-zh-talk-over" && overlaps < 3 {
		t.Errorf("%d talk-overs", overlaps)
	}
}

func checkChats(t *testing.T, made *Made) {
	t.Helper()
	text, err := os.ReadFile(made.Chats)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(text) {
		var in models.Interaction
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&in); err != nil {
			t.Fatal(err)
		}
		if err := in.Validate(); err != nil {
			t.Error(err)
		}
		if in.Channel == models.Phone || in.Transcript == nil || in.Ended.After(now) {
			t.Errorf("%s: not a chat of the past", in.ID)
		}
		n++
	}
	if n != made.Logs {
		t.Errorf("%d chats, want %d", n, made.Logs)
	}
}

func TestSpeakWithoutTools(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	dir := t.TempDir()
	sample := filepath.Join(dir, "jfk.wav")
	if err := os.WriteFile(sample, []byte("RIFF"), 0o644); err != nil {
		t.Fatal(err)
	}
	made, err := Speak(t.Context(), Options{Dir: filepath.Join(dir, "demo"), Now: now, Sample: sample})
	var missing *MissingToolsError
	if !errors.As(err, &missing) || !slices.Equal(missing.Tools, []string{"espeak-ng", "flite"}) || len(missing.Calls) < 8 {
		t.Fatalf("got %v", err)
	}
	if !strings.Contains(err.Error(), "apt-get install espeak-ng flite") {
		t.Errorf("%q does not say what to do", err)
	}
	if made == nil || made.Calls != 1 || made.Spoken != 0 {
		t.Fatalf("made %+v", made)
	}
	checkChats(t, made)
	in := readSidecar(t, filepath.Join(made.Inbox, "demo-en-sample.wav"))
	if in.Channel != models.Phone || in.Media != nil {
		t.Errorf("sidecar of the sample: %+v", in)
	}

	if made, err = Speak(t.Context(), Options{Dir: filepath.Join(dir, "two"), Now: now}); made == nil || made.Calls != 0 || !errors.As(err, &missing) {
		t.Errorf("without a sample: %+v, %v", made, err)
	}
	if made, err = Speak(t.Context(), Options{Dir: filepath.Join(dir, "three"), Now: now, Sample: "no-such-file"}); made != nil || err == nil {
		t.Errorf("with a sample that is not there: %+v, %v", made, err)
	}
}

// A synthesiser that hangs or writes nothing must not hold up the set-up.
func TestSynthesiserThatFails(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin+":/bin:/usr/bin")
	v := voices["en-1"]
	for want, script := range map[string]string{
		"exit status 3":  "#!/bin/sh\necho out of voices >&2\nexit 3\n",
		"wrote no sound": "#!/bin/sh\nexit 0\n",
		"not a WAV file": "#!/bin/sh\nfor last; do :; done\necho hello there world >\"$last\"\n",
	} {
		if err := os.WriteFile(filepath.Join(bin, flite), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
		if _, err := v.say(t.Context(), t.TempDir(), "Hello.", false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestResample(t *testing.T) {
	tone := func(hz float64) samples {
		s := make(samples, 22050)
		for i := range s {
			s[i] = float32(0.5 * math.Sin(2*math.Pi*hz*float64(i)/22050))
		}
		return s
	}
	level := func(s samples) float64 {
		sum := 0.0
		for _, v := range s[500 : len(s)-500] {
			sum += float64(v) * float64(v)
		}
		return 10 * math.Log10(2*sum/float64(len(s)-1000))
	}
	for hz, want := range map[float64]float64{300: -6, 1000: -6, 3400: -6.1} {
		out := resample(tone(hz), 22050)
		if len(out) != sampleRate || math.Abs(level(out)-want) > 0.1 {
			t.Errorf("%g Hz: %d samples at %.2f dB, want %g", hz, len(out), level(out), want)
		}
	}
	for _, hz := range []float64{4200, 5000, 9000} {
		if l := level(resample(tone(hz), 22050)); l > -70 {
			t.Errorf("%g Hz folds back at %.0f dB", hz, l)
		}
	}
}

func TestTreble(t *testing.T) {
	for hz, want := range map[float64]float64{100: 0, 3900: 6} {
		s := make(samples, sampleRate)
		for i := range s {
			s[i] = float32(0.1 * math.Sin(2*math.Pi*hz*float64(i)/sampleRate))
		}
		s.treble(6)
		peak := 0.0
		for _, v := range s[1000:] {
			peak = max(peak, float64(v))
		}
		if got := 20 * math.Log10(peak/0.1); math.Abs(got-want) > 0.3 {
			t.Errorf("%g Hz: %.2f dB, want %g", hz, got, want)
		}
	}
}

// The values are those of the tables in ITU-T G.711.
func TestMuLaw(t *testing.T) {
	for in, want := range map[float32]byte{0: 0xFF, 1: 0x80, -1: 0x00, 0.5: 0x90 - 1, 4.0 / 8192: 0xFD} {
		if got := muLawByte(in); got != want {
			t.Errorf("%g: got %#x, want %#x", in, got, want)
		}
	}
	// The decoder of the recommendation must come back within a step.
	for n := -8158; n <= 8158; n += 7 {
		b := ^muLawByte(float32(n) / 8192)
		back := (int(b&0x0F)<<1+33)<<(b>>4&7) - 33
		if b&0x80 != 0 {
			back = -back
		}
		if d := back - n; d > 1<<(b>>4&7) || d < -1<<(b>>4&7) {
			t.Fatalf("%d comes back as %d", n, back)
		}
	}
}

func FuzzDecodeWAV(f *testing.F) {
	f.Add(encodeWAV(make(samples, 4), make(samples, 4)))
	f.Add([]byte("RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\x3e\x00\x00\x00\x7d\x00\x00\x02\x00\x10\x00data\xff\xff\xff\xff\x01\x02\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		sound, rate, err := decodeWAV(file)
		if err == nil && (rate < 4000 || 2*len(sound) > len(file)) {
			t.Fatalf("%d samples at %d Hz from %d bytes", len(sound), rate, len(file))
		}
	})
}
