package nlp

import (
	"testing"

	"earshot/models"
)

// TestVoice: tones cannot be written in a dialogue, so here are turns.
func TestVoice(t *testing.T) {
	calm := models.Tone{Loudness: -30, Pitch: 120, Voiced: 0.6, Pace: 200}
	for name, c := range map[string]struct {
		tone models.Tone
		want map[string]bool
	}{
		"as usual":        {calm, nil},
		"louder":          {models.Tone{Loudness: -22, Pitch: 120, Voiced: 0.6, Pace: 200}, map[string]bool{"voice.louder": true}}, // as a line is
		"raised":          {models.Tone{Loudness: -22, Pitch: 150, Voiced: 0.6, Pace: 200}, map[string]bool{"voice.louder": true, "voice.higher": true, "voice.aroused": true}},
		"higher":          {models.Tone{Loudness: -30, Pitch: 150, Voiced: 0.6, Pace: 200}, map[string]bool{"voice.higher": true}},
		"faster":          {models.Tone{Loudness: -30, Pitch: 120, Voiced: 0.6, Pace: 290}, map[string]bool{"voice.faster": true}},
		"all":             {models.Tone{Loudness: -20, Pitch: 170, Voiced: 0.6, Pace: 300}, map[string]bool{"voice.louder": true, "voice.higher": true, "voice.faster": true, "voice.aroused": true}},
		"quieter, slower": {models.Tone{Loudness: -40, Pitch: 100, Voiced: 0.6, Pace: 100}, nil},
		"no pitch":        {models.Tone{Loudness: -30, Pace: 200}, nil},
	} {
		tr := &models.Transcript{Grade: models.GradeStereo}
		for i := range 5 {
			turn := models.Turn{Party: models.Customer, Start: models.Millis(i) * 5000, End: models.Millis(i)*5000 + 3000, Text: "嗯嗯我说", Tone: &calm}
			if i == 4 {
				turn.Tone = &c.tone
			}
			tr.Turns = append(tr.Turns, turn)
		}
		in := &models.Interaction{ID: "v", Channel: models.Phone, Transcript: tr}
		step := builtinStep(t)
		if _, err := step.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, f := range in.Findings {
			if len(f.Kind) > 6 && f.Kind[:6] == "voice." {
				got[f.Kind] = true
				if f.Evidence[0].Turn != 4 {
					t.Errorf("%s: %s in turn %d", name, f.Kind, f.Evidence[0].Turn)
				}
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
		for k := range c.want {
			if !got[k] {
				t.Errorf("%s: %s is missing", name, k)
			}
		}
	}
}
