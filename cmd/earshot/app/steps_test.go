package app

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"earshot/cmd/earshot/config"
	"earshot/models/weights"
	"earshot/nlp"
)

// TestMeaningWithoutItsModel: whoever switches it on is told what to fetch, and
// nothing is left undone in silence.
func TestMeaningWithoutItsModel(t *testing.T) {
	t.Setenv("EARSHOT_CACHE", t.TempDir())
	for mode, missing := range map[string]bool{nlp.MeaningOff: false, nlp.MeaningCalls: true, nlp.MeaningAll: true} {
		a := &App{Config: config.Default(), Log: slog.New(slog.DiscardHandler)}
		a.Config.NLP.Meaning = mode
		_, err := a.NewDetectors()
		if !missing && err != nil {
			t.Errorf("%s: %v", mode, err)
		}
		if missing && (!errors.Is(err, weights.ErrMissing) || !strings.Contains(err.Error(), "nlp.meaning is "+mode) || !strings.Contains(err.Error(), "earshot models pull e5-small")) {
			t.Errorf("%s: error %v", mode, err)
		}
	}
}
