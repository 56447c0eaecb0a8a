package asr

import (
	"context"
	"slices"
	"strings"
	"testing"

	"earshot/models"
)

// unsure doubts that the tones of 400 Hz are a voice.
type unsure struct{ *fakeEngine }

func (u unsure) Voice(ctx context.Context, pcm []float32) ([]float32, error) {
	out, err := u.fakeEngine.Voice(ctx, pcm)
	for i := range out {
		frame := pcm[i*VoiceFrame : min(len(pcm), (i+1)*VoiceFrame)]
		if hz := crossings(frame); out[i] > 0.5 && hz > 340 && hz < 470 {
			out[i] = 0.3
		}
	}
	return out, err
}

func TestUnfilteredHasWhatWasLeftOut(t *testing.T) {
	s, e := shelf{}, &fakeEngine{}
	step := newStep(t, e, s, func(c *Config) { c.Cache = t.TempDir() })
	step.engine.Voice = unsure{e}
	in := &models.Interaction{Media: s.put(callOf(20, 1, toneAt{0, 1, 3, 250}, toneAt{0, 6, 8, 400}, toneAt{0, 11, 13, 600}))}
	in.Media.Roles = []models.Party{models.Customer}
	if _, err := step.Unfiltered(t.Context(), in.Media); err == nil {
		t.Error("the transcript of a recording that nobody has heard")
	}
	if _, err := step.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	all, err := step.Unfiltered(t.Context(), in.Media)
	if err != nil {
		t.Fatal(err)
	}
	for want, tr := range map[string]*models.Transcript{"250 600": in.Transcript, "250 400 600": all} {
		var text []string
		for _, turn := range tr.Turns {
			text = append(text, turn.Text)
		}
		if got := strings.Join(text, " "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFaint(t *testing.T) {
	voice := make([]float32, 300)
	for f, p := range map[int]float32{50: 0.2, 100: 0.9, 105: 0.2, 120: 0.05, 200: 0.3, 201: 0.3} {
		voice[f] = p
	}
	speech := []Span{{90 * VoiceFrame, 110 * VoiceFrame}}
	got, _ := faint(voice, speech, len(voice)*VoiceFrame)
	want := []Span{
		{50*VoiceFrame - padding, 51*VoiceFrame + padding},
		{200*VoiceFrame - padding, 202*VoiceFrame + padding},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	n := 100*VoiceFrame + 10 // the last frame is hardly begun, and all is speech
	if got, _ := faint(voice[:101], []Span{{0, n - 5}}, n); len(got) > 0 {
		t.Errorf("%v where all is speech", got)
	}
}
