package warehouse

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"earshot/models"
)

type reviewRow struct {
	InteractionID string    `ch:"interaction_id"`
	Scorecard     string    `ch:"scorecard"`
	Question      string    `ch:"question"`
	Rule          string    `ch:"rule"`
	Reviewer      string    `ch:"reviewer"`
	At            time.Time `ch:"at"`
	Answer        string    `ch:"answer"`
	Label         string    `ch:"label"`
	Reason        string    `ch:"reason"`
	Machine       string    `ch:"machine"`
	Version       string    `ch:"version"`
	Hash          string    `ch:"hash"`
	NotedAt       time.Time `ch:"noted_at"`
}

type finalScoreRow struct {
	InteractionID string    `ch:"interaction_id"`
	Scorecard     string    `ch:"scorecard"`
	Version       string    `ch:"version"`
	Hash          string    `ch:"hash"`
	Reviewer      string    `ch:"reviewer"`
	At            time.Time `ch:"at"`
	Machine       float64   `ch:"machine"`
	Score         float64   `ch:"score"`
	Passed        bool      `ch:"passed"`
	AutoFail      bool      `ch:"auto_fail"`
	Open          bool      `ch:"open"`
	Changed       uint32    `ch:"changed"`
	NotedAt       time.Time `ch:"noted_at"`
}

// Reviewed keeps decisions of people and the scores they come to. They stay
// whatever becomes of the machine's own results. Keeping the same decision
// again changes nothing; a score replaces the one of its conversation and card.
func (w *Warehouse) Reviewed(ctx context.Context, reviews []models.Review, finals []models.FinalScore) error {
	now := time.Now().UTC()
	rows := make([]reviewRow, len(reviews))
	for i, r := range reviews {
		rows[i] = reviewRow{string(r.Interaction), r.Scorecard, r.Question, r.Rule, r.By, storable(r.At), string(r.Answer), string(r.Label),
			r.Reason, r.Machine, r.Version, r.Hash, now}
	}
	if err := insert(ctx, w, "reviews", rows); err != nil {
		return err
	}
	scores := make([]finalScoreRow, len(finals))
	for i, f := range finals {
		scores[i] = finalScoreRow{string(f.Interaction), f.Scorecard, f.Version, f.Hash, f.By, storable(f.At), f.Machine, f.Score,
			f.Passed, f.AutoFail, f.Open, uint32(f.Changed), now}
	}
	return insert(ctx, w, "reviewed_scores", scores)
}

// Reviews returns the decisions on the conversations that the filter chooses
// by id, all where it names none, in the order they were made.
func (w *Warehouse) Reviews(ctx context.Context, ids ...models.ID) ([]models.Review, error) {
	where, args := "1", []any{}
	if len(ids) > 0 {
		where, args = "interaction_id IN {ids:Array(String)}", append(args, clickhouse.Named("ids", asStrings(ids)))
	}
	rows, err := w.conn.Query(ctx, w.expand("SELECT "+columnsOf(reflect.TypeFor[reviewRow]()).names+" FROM {raw}.reviews FINAL WHERE "+where+
		" ORDER BY at, interaction_id, scorecard, question, rule, reviewer"), args...)
	if err != nil {
		return nil, fmt.Errorf("read reviews: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []models.Review
	err = eachRow(rows, "reviews", func(r *reviewRow) {
		all = append(all, models.Review{
			Interaction: models.ID(r.InteractionID), At: r.At, By: r.Reviewer, Scorecard: r.Scorecard, Question: r.Question, Answer: models.Answer(r.Answer),
			Rule: r.Rule, Label: models.Outcome(r.Label), Reason: r.Reason, Machine: r.Machine, Version: r.Version, Hash: r.Hash,
		})
	})
	return all, err
}

// FinalScores returns the scores that people's decisions on a conversation
// came to, by scorecard.
func (w *Warehouse) FinalScores(ctx context.Context, id models.ID) ([]models.FinalScore, error) {
	rows, err := w.conn.Query(ctx, w.expand("SELECT "+columnsOf(reflect.TypeFor[finalScoreRow]()).names+
		" FROM {raw}.reviewed_scores FINAL WHERE interaction_id = {id:String} ORDER BY scorecard"), clickhouse.Named("id", string(id)))
	if err != nil {
		return nil, fmt.Errorf("read final scores: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []models.FinalScore
	err = eachRow(rows, "reviewed_scores", func(r *finalScoreRow) {
		all = append(all, models.FinalScore{
			Interaction: models.ID(r.InteractionID), Scorecard: r.Scorecard, Version: r.Version, Hash: r.Hash, At: r.At, By: r.Reviewer,
			Machine: r.Machine, Score: r.Score, Passed: r.Passed, AutoFail: r.AutoFail, Open: r.Open, Changed: int(r.Changed),
		})
	})
	return all, err
}

// UsedVersion is a version of a rule or a scorecard that made a stored result.
type UsedVersion struct {
	Kind    string    `ch:"kind"` // rule or scorecard
	ID      string    `ch:"id"`
	Version string    `ch:"version"`
	Hash    string    `ch:"hash"`
	Since   time.Time `ch:"since"`
	Until   time.Time `ch:"until"`
}

// UsedVersions returns the versions of rules and scorecards that results were
// ever stored of.
func (w *Warehouse) UsedVersions(ctx context.Context) ([]UsedVersion, error) {
	rows, err := w.conn.Query(ctx, w.expand("SELECT "+columnsOf(reflect.TypeFor[UsedVersion]()).names+" FROM {db}.versions ORDER BY since, kind, id, version, hash"))
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []UsedVersion
	err = eachRow(rows, "versions", func(v *UsedVersion) { all = append(all, *v) })
	return all, err
}
