package judge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os/user"
	"slices"
	"strings"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/qa"
	"earshot/qa/releases"
)

type rulesPublishCmd struct {
	Draft    string `arg:"" optional:"" type:"existingpath" help:"Folder of rule files, with scorecards in its subfolder scorecards; or one rule file. It is laid over what counts, in place of what was published under its name."`
	Name     string `help:"Name that the draft goes by; default: that of the folder or file."`
	Again    int    `placeholder:"N" help:"Publish what publication N held, instead of a draft: to go back, or to make a shadow count."`
	Withdraw string `placeholder:"NAME" help:"Take out what was published under this name; 'shadow' ends the shadow."`
	By       string `help:"Who publishes; default: the user of this machine."`
	Reason   string `help:"Why; needed with --force."`
	Shadow   bool   `help:"Run it beside the rules that count, without effect, and compare: 'earshot rules shadow' tells how it does."`
	Force    bool   `help:"Publish although it is below the floor."`
	Gate     *bool  `negatable:"" help:"Let rules deduct by themselves only as far as they agree with people; stays so until --no-gate."`
	period
}

// Run tries the draft on stored conversations first. A running service takes
// up what is published within seconds.
func (c rulesPublishCmd) Run(ctx context.Context, a *app.App) error {
	live, store, err := liveAndStore(ctx, a)
	if err != nil {
		return err
	}
	defer store.Close()
	d, what, err := c.read(a, live)
	if err != nil {
		return err
	}
	if err := testsPass(d); err != nil {
		return err
	}
	if used, err := app.UsedVersions(ctx, store); err != nil {
		return err
	} else if err := errors.Join(d.rules.CheckLocks(used["rule"]), d.cards.CheckLocks(used["scorecard"])); err != nil {
		return err
	}
	t, err := backtest(ctx, a, store, live.Cards, d.cards, c.period)
	switch {
	case errors.Is(err, errNothingStored):
		fmt.Fprintf(a.Err, "not tried on anything: %v\n", err)
		t = &tried{report: qa.NewComparison(live.Cards, d.cards, nil).Report()}
	case err != nil:
		return err
	}
	fmt.Fprintf(a.Out, "%s over %s\n", what, t.over())
	if err := printComparison(a, t.report, 5, false); err != nil {
		return err
	}
	r, err := c.release(a, d, t)
	if errors.Is(err, qa.ErrBelowFloor) {
		return fmt.Errorf("not published: %w\nImprove it, or publish it with --force --reason \"…\", or without effect with --shadow", err)
	}
	if err != nil {
		return err
	}
	n, err := a.Published().Add(*r, d.layers)
	if err != nil {
		return err
	}
	as := "it counts from now on"
	if c.Shadow {
		as = "it runs without effect; `earshot rules shadow` compares"
	}
	fmt.Fprintf(a.Out, "\nPublication %d by %s: %s. A running service takes it up within seconds.\n", n, r.By, as)
	return nil
}

// read returns what is to be published, and words for it.
func (c rulesPublishCmd) read(a *app.App, live *app.Rulebook) (*draft, string, error) {
	given := 0
	for _, is := range []bool{c.Draft != "", c.Again != 0, c.Withdraw != ""} {
		if is {
			given++
		}
	}
	switch {
	case given > 1:
		return nil, "", models.BadInput("give one of a draft, --again and --withdraw")
	case given == 0 && c.Gate == nil:
		return nil, "", models.BadInput("nothing to publish: name a draft; or --again N, --withdraw NAME, --gate")
	case c.Draft != "":
		d, err := readDraft(a, live, c.Draft, c.Name)
		if err != nil {
			return nil, "", err
		}
		return d, d.layers[len(d.layers)-1].Name, nil
	case c.Again != 0:
		r, err := a.Published().Get(c.Again)
		if err != nil {
			return nil, "", err
		}
		d, err := draftOf(a, live, releases.LayersOf(r))
		return d, fmt.Sprintf("publication %d", c.Again), err
	}
	layers, what := releases.LayersOf(live.Live), "what counts now"
	switch {
	case c.Withdraw == "shadow" && live.Shadows == nil:
		return nil, "", models.BadInput("no shadow runs: `earshot rules history` lists what was published")
	case c.Withdraw != "" && c.Withdraw != "shadow":
		i := slices.IndexFunc(layers, func(l releases.Layer) bool { return l.Name == c.Withdraw })
		if i < 0 {
			return nil, "", models.BadInput("nothing that counts was published under the name %q: `earshot rules history` lists the names", c.Withdraw)
		}
		layers, what = slices.Delete(layers, i, i+1), "without "+c.Withdraw
	}
	d, err := draftOf(a, live, layers)
	return d, what, err
}

// testsPass returns an error that lists the tests of a draft that fail.
func testsPass(d *draft) error {
	result := d.rules.RunTests()
	_, failures := d.cards.RunTests()
	var errs []error
	for _, f := range append(result.Failures, failures...) {
		errs = append(errs, f)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("not published, %s failed:\n%w", terminal.Counted(len(errs), "test"), err)
	}
	return nil
}

// release decides whether the draft may be published, and makes the note of it.
func (c rulesPublishCmd) release(a *app.App, d *draft, t *tried) (*releases.Release, error) {
	all, err := a.Published().List()
	if err != nil {
		return nil, err
	}
	by := c.By
	if u, err := user.Current(); by == "" && err == nil {
		by = u.Username
	}
	before := releases.History(all)
	after, err := qa.Publish(before, d.cards, t.report, a.Config.Rules.Floor,
		qa.Publication{At: time.Now().UTC(), By: by, Reason: c.Reason, Shadow: c.Shadow, Force: c.Force})
	if err != nil {
		return nil, err
	}
	changes := after[len(before):]
	r := &releases.Release{At: time.Now().UTC().Truncate(time.Second), By: by, Reason: c.Reason, Shadow: c.Shadow, Changes: changes,
		Forced: slices.ContainsFunc(changes, func(r qa.Release) bool { return r.Forced }),
		Back:   &releases.Backtest{Interactions: t.report.Interactions, From: t.from, To: t.to}}
	return r, c.gate(a, r, all, d, t)
}

// gate works out which rules may deduct by themselves, where that is asked for
// or was so before.
func (c rulesPublishCmd) gate(a *app.App, r *releases.Release, all []releases.Release, d *draft, t *tried) error {
	on := false
	for _, earlier := range all {
		if !earlier.Shadow {
			on = earlier.Gated
		}
	}
	if c.Gate != nil {
		on = *c.Gate
	}
	if r.Gated = on; !on {
		return nil
	}
	if c.Sample < 1 {
		return models.BadInput("--gate looks at all judgements of people: leave out --sample")
	}
	r.Modes = map[string]qa.Mode{}
	asked := d.cards.Asked()
	for i := range t.report.Rules {
		rule := &t.report.Rules[i]
		if rule.Standing == qa.Removed || !asked[rule.Rule] {
			continue
		}
		if mode := a.Config.Rules.Gate.Mode(&rule.Human); mode != qa.Auto {
			r.Modes[rule.Rule] = mode
		}
	}
	byMode := map[qa.Mode][]string{}
	for rule, mode := range r.Modes {
		byMode[mode] = append(byMode[mode], rule)
	}
	fmt.Fprintln(a.Out, "\nWhat rules may do by themselves")
	fmt.Fprintf(a.Out, "  %s: %d rules\n", qa.Auto, len(asked)-len(r.Modes))
	for _, mode := range slices.Sorted(maps.Keys(byMode)) {
		slices.Sort(byMode[mode])
		fmt.Fprintf(a.Out, "  %s: %s\n", mode, strings.Join(byMode[mode], ", "))
	}
	return nil
}

type rulesHistoryCmd struct {
	Format string `enum:"table,csv,json" default:"table" help:"table, csv or json."`
}

// Run lists the publications, the newest last.
func (c rulesHistoryCmd) Run(a *app.App) error {
	store := a.Published()
	all, err := store.List()
	if err != nil {
		return err
	}
	live, shadow, err := store.Current()
	if err != nil {
		return err
	}
	t := models.Table{Columns: terminal.Columns("number", "state", "at", "by", "names", "changes", "tried on", "reason")}
	for _, r := range all {
		state := ""
		switch {
		case live != nil && r.Number == live.Number:
			state = "counts"
		case shadow != nil && r.Number == shadow.Number:
			state = "shadow"
		case r.Shadow:
			state = "(shadow)"
		}
		if r.Forced {
			state = strings.TrimSpace(state + " forced")
		}
		tried := ""
		if r.Back != nil {
			tried = fmt.Sprint(r.Back.Interactions)
		}
		t.Rows = append(t.Rows, []any{int64(r.Number), state, r.At, r.By, r.Layers, changesText(r.Changes), tried, r.Reason})
	}
	return terminal.PrintTable(a.Out, t, c.Format)
}

func changesText(h qa.History) string {
	var out []string
	for _, r := range h {
		text := r.ID + " " + r.Version
		if r.Removed {
			text = r.ID + " removed"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

type rulesShadowCmd struct {
	period
	Diffs int  `default:"20" help:"How many conversations to list that come out otherwise."`
	JSON  bool `name:"json" help:"Print everything as JSON."`
}

// Run compares the shadow that runs with what counts, over the conversations
// it has looked at.
func (c rulesShadowCmd) Run(ctx context.Context, a *app.App) error {
	live, store, err := liveAndStore(ctx, a)
	if err != nil {
		return err
	}
	defer store.Close()
	if live.Shadows == nil {
		return models.BadInput("no shadow runs: `earshot rules publish DRAFT --shadow` starts one")
	}
	r := live.Shadows
	d, err := draftOf(a, live, releases.LayersOf(r))
	if err != nil {
		return err
	}
	labels, err := readLabels(ctx, store)
	if err != nil {
		return err
	}
	filter, err := c.filter()
	if err != nil {
		return err
	}
	filter.Bare = false
	comparison := qa.NewComparison(live.Cards, d.cards, labels)
	seen := 0
	err = store.Each(ctx, filter, func(in *models.Interaction, _ models.Revision) error {
		if in.Shadow != nil && in.Shadow.Release == releases.Number(r.Number) {
			seen++
			comparison.CountShadow(in)
		}
		return nil
	})
	if err != nil {
		return err
	}
	report := comparison.Report()
	if c.JSON {
		return terminal.PrintIndented(a.Out, report)
	}
	fmt.Fprintf(a.Out, "Publication %d (%s), a shadow since %s by %s, has looked at %s\n", r.Number, strings.Join(r.Layers, ", "),
		r.At.Local().Format("2006-01-02 15:04"), r.By, terminal.Counted(seen, "conversation"))
	if seen == 0 {
		return nil
	}
	return printComparison(a, report, c.Diffs, false)
}
