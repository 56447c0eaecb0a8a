package main

import (
	"context"
	"fmt"

	"earshot/models"
)

type showCmd struct {
	ID   models.ID `arg:"" help:"The interaction's id."`
	JSON bool      `name:"json" help:"Print the whole interaction as JSON."`
	All  bool      `help:"Print what was looked for and not found, too."`
}

func (c showCmd) Run(ctx context.Context, a *app) error {
	store, err := a.connectStore(ctx, asWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	in, err := a.load(ctx, store, c.ID)
	if err != nil {
		return err
	}
	if c.JSON {
		return printIndented(a.out, in)
	}
	reviews, err := store.Reviews(ctx, c.ID)
	if err != nil {
		return err
	}
	finals, err := store.FinalScores(ctx, c.ID)
	if err != nil {
		return err
	}
	explainReviewed(a.out, in, c.All, reviews, finals)
	if in.Media != nil {
		fmt.Fprintf(a.out, "\nTo listen: earshot recording %s%s\n", in.ID, map[bool]string{true: " (silent where something private is said)"}[hasPrivate(in)])
	}
	return nil
}
