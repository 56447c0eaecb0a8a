package judge

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/pipeline"
	"earshot/warehouse"
)

// RescoreCmd is `earshot rescore`.
type RescoreCmd struct {
	IDs     []models.ID      `arg:"" optional:"" name:"id" help:"Interactions to score again (default: all)."`
	From    time.Time        `format:"2006-01-02" placeholder:"DATE" help:"Only conversations that began on this day (UTC) or later."`
	To      time.Time        `format:"2006-01-02" placeholder:"DATE" help:"Only conversations that began before this day (UTC)."`
	Channel []models.Channel `help:"Only these channels."`
	DryRun  bool             `help:"Say what would change and why, and change nothing."`
}

// Run detects, judges and scores stored conversations with the lexicons, rules
// and scorecards of today. It needs neither recordings nor a language model.
// An interaction whose outcome stays the same, byte by byte, is left as it is;
// for the others it names what has changed since they were made.
func (c RescoreCmd) Run(ctx context.Context, a *app.App) (err error) {
	store, err := a.ConnectStore(ctx, app.AsWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	steps, err := a.TextSteps()
	if err != nil {
		return err
	}
	filter := warehouse.Filter{From: c.From, To: c.To, Channels: c.Channel, IDs: c.IDs}
	n, _, _, err := store.Span(ctx, filter)
	if err != nil {
		return err
	}
	var writes errgroup.Group
	writes.SetLimit(1000)
	writer := store.Writer()
	sum := rescoring{causes: map[string]int{}}
	var done atomic.Int64
	stop := a.Progress(&done, int64(n), "conversations scored")
	started := time.Now()
	err = app.InOrder(ctx, store, filter, func(ctx context.Context, in *models.Interaction, old models.Revision) (*rescored, error) {
		return rescore(ctx, steps, in, old)
	}, func(r *rescored) error {
		done.Add(1)
		sum.add(r)
		if r.changed && !c.DryRun {
			// A result that arrives from the pipeline meanwhile has to win, so the
			// revision is only just above the one that was read.
			writes.Go(func() error { return writer.Store(ctx, r.in, r.revision) })
		}
		return nil
	})
	if werr := writes.Wait(); err == nil {
		err = werr
	}
	if cerr := writer.Close(); err == nil {
		err = cerr
	}
	stop()
	if err != nil {
		return err
	}
	sum.print(a, c.DryRun, time.Since(started))
	if len(sum.unexplained) > 0 {
		return app.ExitError(1)
	}
	return nil
}

// rescored is a conversation that was scored again.
type rescored struct {
	in       *models.Interaction
	revision models.Revision
	changed  bool
	causes   []string // what was made with something else before
	moved    float64  // what the first scorecard's score moved by
}

// rescore runs steps over in, whose transcript is there and masked.
func rescore(ctx context.Context, steps []pipeline.Step, in *models.Interaction, old models.Revision) (*rescored, error) {
	before, err := outcome(in)
	if err != nil {
		return nil, err
	}
	madeBefore, scoreBefore := makers(in), firstScore(in)
	if err := Again(ctx, steps, in); err != nil {
		return nil, fmt.Errorf("interaction %s: %w", in.ID, err)
	}
	after, err := outcome(in)
	if err != nil {
		return nil, err
	}
	r := &rescored{in: in, revision: old, changed: !bytes.Equal(before, after)}
	if r.changed {
		r.causes, r.moved = differences(madeBefore, makers(in)), firstScore(in)-scoreBefore
	}
	return r, nil
}

// Again runs steps over in and notes each in its trace, in place of its earlier
// entry.
func Again(ctx context.Context, steps []pipeline.Step, in *models.Interaction) error {
	for _, step := range steps {
		started := time.Now()
		by, err := step.Run(ctx, in)
		if err != nil {
			return fmt.Errorf("step %s: %w", step.Name(), err)
		}
		trace := models.Trace{Step: step.Name(), Started: started.UTC().Truncate(time.Millisecond), Millis: models.Millis(time.Since(started).Milliseconds()), By: by}
		if i := slices.IndexFunc(in.Trace, func(t models.Trace) bool { return t.Step == trace.Step && t.Error == "" }); i >= 0 {
			in.Trace[i] = trace
		} else {
			in.Trace = append(in.Trace, trace)
		}
	}
	return nil
}

// outcome is what scoring again may change, as JSON to compare. What a score
// rests on besides is left out: as long as nothing comes out otherwise, what
// stands there is how it was made.
func outcome(in *models.Interaction) ([]byte, error) {
	cards := slices.Clone(in.Scorecards)
	for i := range cards {
		cards[i].With = nil
	}
	return json.Marshal([]any{in.Findings, in.Summary, in.Verdicts, cards, in.Shadow})
}

func firstScore(in *models.Interaction) float64 {
	if len(in.Scorecards) == 0 {
		return 0
	}
	return in.Scorecards[0].Score
}

// made is what made a part of a result: its version as people write it, and
// all of what made it.
type made struct {
	version string
	by      string
}

// makers lists what made the parts of a result that scoring again makes anew.
func makers(in *models.Interaction) map[string]made {
	all := map[string]made{}
	for _, t := range in.Trace {
		if t.Error == "" && t.Step != "rules" && t.Step != "qa" {
			all["step "+t.Step] = made{versionsOf(t.By), fmt.Sprint(t.By)}
		}
	}
	for i := range in.Verdicts {
		v := &in.Verdicts[i]
		all["rule "+v.Rule] = made{v.Version, fmt.Sprint(v.By)}
	}
	for i := range in.Scorecards {
		c := &in.Scorecards[i]
		all["scorecard "+c.Name] = made{c.Version, fmt.Sprint(c.By)}
	}
	if in.Shadow != nil {
		all["shadow"] = made{in.Shadow.Release, fmt.Sprint(in.Shadow.By)}
	}
	return all
}

func versionsOf(all []models.By) string {
	text := ""
	for i, by := range all {
		if i > 0 {
			text += ", "
		}
		text += by.Name + " " + cmp.Or(by.Hash, by.Version)
	}
	return text
}

// differences names what differs between two lists of makers.
func differences(before, after map[string]made) []string {
	var out []string
	for name, is := range after {
		was, known := before[name]
		switch {
		case !known:
			out = append(out, fmt.Sprintf("%s: new, version %s", name, is.version))
		case was == is:
		case was.version != is.version:
			out = append(out, fmt.Sprintf("%s: %s → %s", name, was.version, is.version))
		default:
			out = append(out, fmt.Sprintf("%s: version %s as before, but something it depends on has changed", name, is.version))
		}
	}
	for name, was := range before {
		if _, still := after[name]; !still {
			out = append(out, fmt.Sprintf("%s: gone, was version %s", name, was.version))
		}
	}
	return out
}

// rescoring sums up what came of scoring again.
type rescoring struct {
	seen, changed, moved int
	shift                float64
	causes               map[string]int // conversations by what differs
	unexplained          []models.ID    // came out otherwise although nothing differs
}

func (s *rescoring) add(r *rescored) {
	s.seen++
	if !r.changed {
		return
	}
	s.changed++
	if r.moved != 0 {
		s.moved++
		s.shift += r.moved
	}
	for _, cause := range r.causes {
		s.causes[cause]++
	}
	if len(r.causes) == 0 {
		s.unexplained = append(s.unexplained, r.in.ID)
	}
}

func (s *rescoring) print(a *app.App, dry bool, took time.Duration) {
	verb := "changed"
	if dry {
		verb = "would change"
	}
	fmt.Fprintf(a.Out, "%d interactions looked at, %d %s", s.seen, s.changed, verb)
	if s.moved > 0 {
		fmt.Fprintf(a.Out, "; the score of %d moved, by %+.1f on average", s.moved, s.shift/float64(s.moved))
	}
	fmt.Fprintln(a.Out)
	causes := slices.SortedFunc(maps.Keys(s.causes), func(x, y string) int { return cmp.Or(s.causes[y]-s.causes[x], cmp.Compare(x, y)) })
	for i, cause := range causes {
		if i == 20 {
			fmt.Fprintf(a.Out, "  and %d more\n", len(causes)-i)
			break
		}
		fmt.Fprintf(a.Out, "  %6d  %s\n", s.causes[cause], cause)
	}
	if n := len(s.unexplained); n > 0 {
		fmt.Fprintf(a.Err, "%s came out otherwise although nothing they were made with has changed: %v\n", terminal.Counted(n, "conversation"), s.unexplained[:min(n, 10)])
	}
	if s.seen > 100 {
		fmt.Fprintf(a.Err, "%.1f s, %.0f a second\n", took.Seconds(), float64(s.seen)/took.Seconds())
	}
}
