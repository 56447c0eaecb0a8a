package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"earshot/models"
	"earshot/warehouse"
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
	in, _, err := store.Load(ctx, c.ID)
	if errors.Is(err, warehouse.ErrNotFound) {
		return fmt.Errorf("no result of %s: `earshot dead show %s` tells whether it failed, `earshot report coverage` whether work is in flight", c.ID, c.ID)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		out := json.NewEncoder(a.out)
		out.SetIndent("", "  ")
		return out.Encode(in)
	}
	explain(a.out, in, c.All)
	return nil
}
