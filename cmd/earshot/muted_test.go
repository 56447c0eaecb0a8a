package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-audio/wav"

	"earshot/models"
	"earshot/models/weights"
)

// TestMutedRecording takes a call in which a customer reads out a card through
// the service, and listens to what it hands out: nothing at the digits, the
// same as ever elsewhere, and speech recognition hears no number in it.
func TestMutedRecording(t *testing.T) {
	if testing.Short() {
		t.Skip("speech is recognised twice")
	}
	for _, name := range []string{"base", "silero"} {
		if _, err := weights.Path(name); err != nil {
			needed(t, "speech weights are not installed: make setup")
		}
	}
	inbox := filepath.Join(weights.CacheDir(), "demo")
	recording := filepath.Join(inbox, "inbox", "demo-en-card-leak.wav")
	if _, err := os.Stat(recording); err != nil {
		t.Skip("the demo conversations are not made: make run, or earshot demo")
	}
	var call struct {
		ID    string        `json:"id"`
		Turns []models.Turn `json:"turns"`
	}
	truth, err := os.Open(filepath.Join(inbox, "truth.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer truth.Close()
	for lines := bufio.NewScanner(truth); call.ID != "demo-en-card-leak" && lines.Scan(); {
		if err := json.Unmarshal(lines.Bytes(), &call); err != nil {
			t.Fatal(err)
		}
	}
	s := newService(t)
	s.start()
	if out, errOut, err := s.earshot("ingest", recording); err != nil {
		t.Fatalf("%v\n%s%s", err, out, errOut)
	}
	s.settle(1, 3*time.Minute)
	copied := filepath.Join(t.TempDir(), "copy.wav")
	if out, errOut, err := s.earshot("recording", call.ID, "--out", copied); err != nil || !strings.Contains(out, "silent") {
		t.Fatalf("%v\n%s%s", err, out, errOut)
	}
	if _, errOut, err := s.earshot("recording", call.ID, "--original"); err == nil || !strings.Contains(errOut, "media.release") {
		t.Errorf("the original is handed out: %v %s", err, errOut)
	}
	said := 0
	for _, turn := range call.Turns {
		was, is := levels(t, recording, turn), levels(t, copied, turn)
		switch card := strings.Contains(turn.Text, "six seven five nine"); {
		case card: // the words before the number may be heard
			said++
			if is.end > was.end/100 || is.whole > was.whole/2 {
				t.Errorf("%q: level %.4f of %.4f, at its end %.4f of %.4f", turn.Text, is.whole, was.whole, is.end, was.end)
			}
		case !strings.ContainsAny(turn.Text, "0123456789") && !numberSaid.MatchString(turn.Text) && is.whole < was.whole/2:
			t.Errorf("%q: level %.4f, was %.4f", turn.Text, is.whole, was.whole)
		}
	}
	if said != 1 {
		t.Fatalf("the card was read out %d times", said)
	}
	out, errOut, err := s.earshot("analyze", copied, "--json")
	if err != nil {
		t.Fatalf("%v\n%s", err, errOut)
	}
	var again models.Interaction
	if err := json.Unmarshal([]byte(out), &again); err != nil {
		t.Fatal(err)
	}
	for _, turn := range again.Transcript.Turns {
		if regexp.MustCompile(`\[CARD|6759|6498|2643|8453`).MatchString(turn.Text) {
			t.Errorf("in the muted copy is heard: %s", turn.Text)
		}
	}
}

var numberSaid = regexp.MustCompile(`(?i)\b(?:two|three|four|five|six|seven|eight|nine|zero|twenty|name|grace)\b`)

// level is the root mean square of a turn and of its last second, both
// channels together, 0 to 1.
type level struct{ whole, end float64 }

func levels(t *testing.T, path string, turn models.Turn) level {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := wav.NewDecoder(f)
	buf, err := d.FullPCMBuffer()
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if d.WavAudioFormat == 7 { // mu-law (ITU-T G.711), which the decoder hands on as it is
		for i, v := range buf.Data {
			code := ^byte(v)
			sample := (int(code&15)<<3+0x84)<<(code>>4&7) - 0x84
			if code&0x80 != 0 {
				sample = -sample
			}
			buf.Data[i] = sample
		}
	}
	rms := func(from, to models.Millis) float64 {
		a, b := int(from)*buf.Format.SampleRate/1000*buf.Format.NumChannels, int(to)*buf.Format.SampleRate/1000*buf.Format.NumChannels
		sum := 0.0
		for _, v := range buf.Data[a:min(b, len(buf.Data))] {
			sum += float64(v) * float64(v) / (1 << 30)
		}
		return math.Sqrt(sum / float64(b-a))
	}
	return level{rms(turn.Start, turn.End), rms(max(turn.Start, turn.End-1000), turn.End)}
}
