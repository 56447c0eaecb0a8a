package judge

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/models"
	"earshot/qa"
	"earshot/qa/releases"
	"earshot/rules"
	"earshot/warehouse"
)

// draft is a set of rules and scorecards that may be published, compiled as it
// would then count.
type draft struct {
	layers []releases.Layer
	rules  *rules.Set
	cards  *qa.Set
}

// readDraft lays a folder or file over what is published, in place of what was
// published under the same name.
func readDraft(a *app.App, live *app.Rulebook, path, name string) (*draft, error) {
	top, err := releases.NewLayer(path, name)
	if err != nil {
		return nil, err
	}
	return draftOf(a, live, releases.Lay(releases.LayersOf(live.Live), top))
}

func draftOf(a *app.App, live *app.Rulebook, layers []releases.Layer) (*draft, error) {
	set, cards, err := a.Compile(layers, live.Live)
	if err != nil {
		return nil, err
	}
	return &draft{layers, set, cards}, nil
}

// period chooses stored conversations to try a draft on.
type period struct {
	Days    int              `default:"30" help:"Conversations of the last so many days."`
	From    time.Time        `format:"2006-01-02" placeholder:"DATE" help:"Conversations that began on this day (UTC) or later, instead of --days."`
	To      time.Time        `format:"2006-01-02" placeholder:"DATE" help:"Only conversations that began before this day (UTC)."`
	Channel []models.Channel `help:"Only these channels."`
	Sample  float64          `default:"1" help:"Only this share of them, always the same ones: 0.1 is a tenth."`
}

func (p period) filter() (warehouse.Filter, error) {
	if p.Sample <= 0 || p.Sample > 1 {
		return warehouse.Filter{}, models.BadInput("--sample %g: want a share above 0 and up to 1", p.Sample)
	}
	if p.Days < 1 {
		return warehouse.Filter{}, models.BadInput("--days %d: want 1 or more", p.Days)
	}
	f := warehouse.Filter{From: p.From, To: p.To, Channels: p.Channel, Sample: p.Sample, Bare: true}
	if f.From.IsZero() {
		f.From = time.Now().UTC().AddDate(0, 0, -p.Days)
	}
	return f, nil
}

// tried is a back-test that was run.
type tried struct {
	report   *qa.Report
	from, to time.Time // of the conversations it ran over
	labels   qa.Labels
}

// backtest runs a draft beside the live set over stored conversations.
func backtest(ctx context.Context, a *app.App, store *warehouse.Warehouse, live, draft *qa.Set, over period) (*tried, error) {
	filter, err := over.filter()
	if err != nil {
		return nil, err
	}
	n, first, last, err := store.Span(ctx, filter)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, nothingStored(ctx, store, filter)
	}
	labels, err := readLabels(ctx, store)
	if err != nil {
		return nil, err
	}
	c := qa.NewComparison(live, draft, labels)
	var done atomic.Int64
	defer a.Progress(&done, int64(n), "conversations judged")()
	err = app.InOrder(ctx, store, filter, func(_ context.Context, in *models.Interaction, _ models.Revision) (qa.Judged, error) {
		return c.Judge(in), nil
	}, func(j qa.Judged) error {
		c.Count(j)
		done.Add(1)
		return nil
	})
	return &tried{c.Report(), first, last, labels}, err
}

// errNothingStored means that there is nothing to try a draft on.
var errNothingStored = errors.New("no conversations")

// nothingStored says why there is nothing to try a draft on.
func nothingStored(ctx context.Context, store *warehouse.Warehouse, filter warehouse.Filter) error {
	n, first, last, err := store.Span(ctx, warehouse.Filter{Channels: filter.Channels})
	switch {
	case err != nil:
		return err
	case n == 0:
		return fmt.Errorf("%w in the store: send some in with `earshot ingest`", errNothingStored)
	}
	return fmt.Errorf("%w since %s: the %d in the store began from %s to %s; choose some with --days or --from", errNothingStored,
		filter.From.Format(time.DateOnly), n, first.Format(time.DateOnly), last.Format(time.DateOnly))
}

// readLabels returns what people say of stored conversations: of several
// decisions on one rule the latest.
func readLabels(ctx context.Context, store *warehouse.Warehouse) (qa.Labels, error) {
	reviews, err := store.Reviews(ctx)
	if err != nil {
		return nil, err
	}
	labels := qa.Labels{}
	for _, r := range reviews {
		if r.Rule == "" || r.Label == "" {
			continue
		}
		if labels[r.Interaction] == nil {
			labels[r.Interaction] = map[string]bool{}
		}
		labels[r.Interaction][r.Rule] = r.Label == models.Hit
	}
	return labels, nil
}

// liveAndStore opens what back-tests and publications need.
func liveAndStore(ctx context.Context, a *app.App) (*app.Rulebook, *warehouse.Warehouse, error) {
	live, err := a.LoadBook()
	if err != nil {
		return nil, nil, err
	}
	store, err := a.ConnectStore(ctx, app.AsWriter)
	if err != nil {
		return nil, nil, fmt.Errorf("drafts are tried on stored conversations: %w", err)
	}
	return live, store, nil
}
