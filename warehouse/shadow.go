package warehouse

import (
	"encoding/json"

	"earshot/models"
)

type shadowRow struct {
	headColumns
	Release        string     `ch:"release"`
	VerdictRule    []string   `ch:"verdicts.rule"`
	VerdictVersion []string   `ch:"verdicts.version"`
	VerdictOutcome []string   `ch:"verdicts.outcome"`
	VerdictLive    []string   `ch:"verdicts.live"`
	VerdictBecause []string   `ch:"verdicts.because"`
	ScoreCard      []string   `ch:"scores.scorecard"`
	ScoreVersion   []string   `ch:"scores.version"`
	Score          []float64  `ch:"scores.score"`
	ScorePassed    []uint8    `ch:"scores.passed"`
	ScoreLive      []*float64 `ch:"scores.live"`
	Whole          string     `ch:"whole"`
	byColumns
}

func newShadowRow(head headColumns, s *models.Shadow) shadowRow {
	r := shadowRow{headColumns: head, Release: s.Release, byColumns: newBy(s.By)}
	for i := range s.Verdicts {
		v := &s.Verdicts[i]
		r.VerdictRule = append(r.VerdictRule, v.Rule)
		r.VerdictVersion = append(r.VerdictVersion, v.Version)
		r.VerdictOutcome = append(r.VerdictOutcome, string(v.Outcome))
		r.VerdictLive = append(r.VerdictLive, string(v.Live))
		r.VerdictBecause = append(r.VerdictBecause, v.Because)
	}
	for i := range s.Scores {
		v := &s.Scores[i]
		r.ScoreCard = append(r.ScoreCard, v.Scorecard)
		r.ScoreVersion = append(r.ScoreVersion, v.Version)
		r.Score = append(r.Score, v.Score)
		passed := uint8(0)
		if v.Passed {
			passed = 1
		}
		r.ScorePassed = append(r.ScorePassed, passed)
		r.ScoreLive = append(r.ScoreLive, v.Live)
	}
	whole, err := json.Marshal(s)
	if err != nil {
		panic(err) // nothing in a shadow can fail to be JSON
	}
	r.Whole = string(whole)
	return r
}

func (r *shadowRow) addTo(in *models.Interaction) {
	in.Shadow = new(models.Shadow)
	if err := json.Unmarshal([]byte(r.Whole), in.Shadow); err != nil {
		in.Shadow = nil // written by a version whose form this one cannot read
	}
}
