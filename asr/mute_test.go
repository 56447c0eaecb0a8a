package asr

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"testing"

	"earshot/models"
)

// copies keeps muted copies in memory.
type copies map[string][]byte

func (c copies) PutMuted(_ context.Context, sum string, body io.Reader) (err error) {
	c[sum], err = io.ReadAll(body)
	return err
}

func (c copies) HasMuted(_ context.Context, sum string) (bool, error) { return c[sum] != nil, nil }

// private returns a call of a turn whose words lie at the given seconds, of
// which the second is private.
func private(media *models.Media, at ...float64) *models.Interaction {
	turn := models.Turn{Party: models.Customer, Text: "it is [CARD_1] yes", Start: 0, End: 10_000}
	for i, s := range []struct{ from, to int }{{0, 5}, {6, 14}, {15, 18}} {
		turn.Words = append(turn.Words, models.Word{From: s.from, To: s.to, Start: models.Millis(1000 * at[2*i]), End: models.Millis(1000 * at[2*i+1])})
	}
	t := &models.Transcript{Turns: []models.Turn{turn}, Length: 10_000}
	return &models.Interaction{ID: "c", Media: media, Transcript: t, Findings: []models.Finding{{Kind: "private.card", Evidence: []models.Evidence{t.Quote(0, 6, 14)}}}}
}

func mute(t *testing.T, s shelf, in *models.Interaction) []byte {
	t.Helper()
	kept := copies{}
	m, err := NewMuter(Default(), s, kept)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	return kept[in.Media.SHA256]
}

// loud returns the loudest sample of a channel between two seconds, 0 to 1.
func loud(t *testing.T, file []byte, channel int, from, to float64) float64 {
	t.Helper()
	info, in, err := open(bytes.NewReader(file), int64(len(file)), "copy.wav", "")
	if err != nil {
		t.Fatal(err)
	}
	all := make([]float32, int(info.Frames)*info.Channels)
	if n, err := in.read(all); n != len(all) || err != nil && !errors.Is(err, io.EOF) {
		t.Fatalf("%d of %d samples, %v", n, len(all), err)
	}
	most := 0.0
	for i := int(from * float64(info.Rate)); i < int(to*float64(info.Rate)); i++ {
		most = max(most, math.Abs(float64(all[i*info.Channels+channel])))
	}
	return most
}

// TestMutedCopyIsSilent decodes the copy and measures it, in every form a
// recording comes in: silent on each channel for the words and the margin, the
// same as ever elsewhere.
func TestMutedCopyIsSilent(t *testing.T) {
	pcm := beep(8000, 2)
	for range 9 {
		pcm = append(pcm, beep(8000, 2)...)
	}
	g711 := make([]byte, len(pcm)/2)
	for i := range g711 {
		g711[i] = 0x10 + byte(i%64) // loud in both laws
	}
	forms := map[string]wavFile{
		"pcm":    {code: wavPCM, channels: 2, rate: 8000, bits: 16, data: pcm, after: []byte("LIST\x0c\x00\x00\x00INFO13800138")},
		"mu-law": {code: wavMuLaw, channels: 2, rate: 8000, bits: 8, data: g711},
		"A-law":  {code: wavALaw, channels: 2, rate: 8000, bits: 8, data: g711},
		"mono":   {code: wavPCM, channels: 1, rate: 16000, bits: 16, data: pcm},
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			s := shelf{}
			original := form.bytes()
			in := private(s.put(original), 1, 2.9, 3, 5, 5.1, 6)
			file := mute(t, s, in)
			for c := range form.channels {
				if got := loud(t, file, c, 2.71, 5.29); got > 0.001 {
					t.Errorf("channel %d: level %.3f where it should be silent", c, got)
				}
				for _, at := range [][2]float64{{0, 2.69}, {5.31, 10}} {
					if got, want := loud(t, file, c, at[0], at[1]), loud(t, original, c, at[0], at[1]); got != want {
						t.Errorf("channel %d, %v: level %.4f, was %.4f", c, at, got, want)
					}
				}
			}
			if bytes.Contains(file, []byte("13800138")) {
				t.Error("a chunk beside the samples was copied")
			}
			before, _, err := open(bytes.NewReader(original), int64(len(original)), "", "")
			if err != nil {
				t.Fatal(err)
			}
			if after, _, err := open(bytes.NewReader(file), int64(len(file)), "", ""); err != nil || after != before {
				t.Errorf("%+v became %+v, %v", before, after, err)
			}
		})
	}
}

// TestSilences: a pause beside private words is silent too, up to half a
// second; words without times take their whole turn.
func TestSilences(t *testing.T) {
	near := private(nil, 1, 2.9, 3, 5, 5.1, 6)
	far := private(nil, 1, 2, 3, 5, 7, 8)
	whole := private(nil, 1, 2, 3, 5, 7, 8)
	whole.Transcript.Turns[0].Words = nil
	whole.Findings[0].Evidence[0] = whole.Transcript.Quote(0, 6, 14)
	for i, c := range []struct {
		in   *models.Interaction
		want silence
	}{{near, silence{2700, 5300}}, {far, silence{2500, 5500}}, {whole, silence{0, 10_300}}} {
		got := silences(c.in, 300)
		if len(got) != 1 || got[0] != c.want && !(i == 2 && got[0].from == 0 && got[0].to >= 10_300) {
			t.Errorf("%d: got %v, want %v", i, got, c.want)
		}
	}
	if got := silences(&models.Interaction{Transcript: near.Transcript, Findings: []models.Finding{{Kind: "word.threat"}}}, 300); got != nil {
		t.Errorf("silences %v without anything private", got)
	}
}

// gone is a media store whose originals were deleted.
type gone struct{}

func (gone) Open(context.Context, string) (io.ReadCloser, error) { return nil, models.BadInput("gone") }

func TestMutedAgainAfterTheOriginalIsDeleted(t *testing.T) {
	in := private((shelf{}).put([]byte("x")), 1, 2, 3, 4, 5, 6)
	kept := copies{}
	m, err := NewMuter(Default(), gone{}, kept)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Run(t.Context(), in); !errors.Is(err, models.ErrBadInput) {
		t.Errorf("neither recording nor copy: %v", err)
	}
	kept[in.Media.SHA256] = []byte("copy")
	if _, err := m.Run(t.Context(), in); err != nil || string(kept[in.Media.SHA256]) != "copy" {
		t.Errorf("the copy of a deleted recording: %v", err)
	}
}

// TestWhatIsKeptIsSealed: nothing that was heard can be read from the cache
// without the recording.
func TestWhatIsKeptIsSealed(t *testing.T) {
	f, s := &fakeEngine{text: func(string) string { return " canary" }}, shelf{}
	step := newStep(t, f, s, nil)
	media := s.put(callOf(10, 1, toneAt{0, 1, 3, 300}))
	hearCall(t, step, media)
	file, err := step.fetch(t.Context(), media)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	key := step.cache.key(media)
	if h, err := step.cache.get(key, file.seal); err != nil || h == nil || h.Tracks[0].Phrases[0].Words[0].Text != "canary" {
		t.Errorf("with the recording: %+v, %v", h, err)
	}
	other, err := step.fetch(t.Context(), s.put([]byte("another recording")))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if h, err := step.cache.get(key, other.seal); err != nil || h != nil {
		t.Errorf("without the recording: %+v, %v", h, err)
	}
}
