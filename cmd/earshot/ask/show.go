package ask

import (
	"context"
	"fmt"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/report"
)

// ShowCmd is `earshot show`.
type ShowCmd struct {
	ID   models.ID `arg:"" help:"The interaction's id."`
	JSON bool      `name:"json" help:"Print the whole interaction as JSON; with --lang the names of its reason and cause beside their codes."`
	All  bool      `help:"Print what was looked for and not found, too."`
	Lang string    `enum:"zh,en," default:"" help:"Language, zh or en (default: en, with rules and questions as they were called when the conversation was scored)."`
}

// namedInteraction is an interaction with what people call its reason and cause.
type namedInteraction struct {
	*models.Interaction
	Names map[string]string `json:"names"` // by code
}

// Run prints the interaction, or says what became of it.
func (c ShowCmd) Run(ctx context.Context, a *app.App) error {
	store, err := a.ConnectStore(ctx, app.AsWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	in, err := a.Load(ctx, store, c.ID)
	if err != nil {
		return err
	}
	switch {
	case c.JSON && c.Lang != "":
		return terminal.PrintIndented(a.Out, namedInteraction{in, namesOf(in.Summary, c.Lang)})
	case c.JSON:
		return terminal.PrintIndented(a.Out, in)
	}
	reviews, err := store.Reviews(ctx, c.ID)
	if err != nil {
		return err
	}
	finals, err := store.FinalScores(ctx, c.ID)
	if err != nil {
		return err
	}
	x := explanation{in: in, all: c.All, reviews: reviews, finals: finals, language: c.Lang}
	if c.Lang != "" {
		x.names = a.Names(c.Lang)
	}
	x.print(a.Out)
	if in.Media != nil {
		muted := ""
		if hasPrivate(in) {
			muted = x.say(" (silent where something private is said)")
		}
		fmt.Fprintf(a.Out, "\n%s earshot recording %s%s\n", x.say("To listen:"), in.ID, muted)
	}
	return nil
}

// namesOf returns what people call the reason and the cause of a summary.
func namesOf(s *models.Summary, language string) map[string]string {
	names := map[string]string{}
	if s == nil {
		return names
	}
	for _, code := range []string{s.Reason, s.Cause} {
		if code != "" {
			names[code] = report.Cell("cause", code, language)
		}
	}
	return names
}
