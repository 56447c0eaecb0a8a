package measure

import (
	"context"
	"fmt"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/models/weights"
)

// ModelsCmd is `earshot models`.
type ModelsCmd struct {
	List   modelsListCmd   `cmd:"" help:"List the model files Earshot knows and which are here."`
	Pull   modelsPullCmd   `cmd:"" help:"Fetch model files, check them, convert them where needed."`
	Fit    modelsFitCmd    `cmd:"" help:"Find how a speech model's weights are best stored for this processor, by measuring."`
	Verify modelsVerifyCmd `cmd:"" help:"Say which model a file is, by its hash; without files, check those that are here."`
}

type modelsListCmd struct {
	Format string `enum:"table,json,csv" default:"table" help:"table, json or csv."`
}

func (c modelsListCmd) Run(a *app.App) error {
	t := models.Table{Columns: terminal.Columns("name", "kind", "here", "megabytes", "licence", "about", "address")}
	for _, m := range weights.List() {
		var size int64
		address := ""
		for _, s := range m.Sources {
			size = max(size, s.Bytes)
			if s.Address != "" {
				address = s.Address
			}
		}
		t.Rows = append(t.Rows, []any{m.Name, string(m.Kind), m.Present(), size >> 20, m.Licence, m.About, address})
	}
	return terminal.PrintTable(a.Out, t, c.Format)
}

type modelsPullCmd struct {
	Names []string `arg:"" optional:"" help:"Names from 'earshot models list' (default: base, silero, hanzi and english, which a default installation needs)."`
	Quiet bool     `short:"q" help:"Print only what was fetched."`
}

func (c modelsPullCmd) Run(ctx context.Context, a *app.App) error {
	names := c.Names
	if len(names) == 0 {
		names = []string{"base", "silero", "hanzi", "english"}
	}
	for _, name := range names {
		m, err := weights.Find(name)
		if err != nil {
			return err
		}
		if m.Present() {
			if _, err := weights.Path(name); err != nil {
				return err
			}
			if !c.Quiet {
				fmt.Fprintf(a.Out, "model %s: here already\n", name)
			}
			continue
		}
		fmt.Fprintf(a.Out, "model %s: fetching\n", name)
		path, err := weights.Pull(ctx, name, fetchProgress(a, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(a.Out, "model %s: %s\n", name, path)
	}
	return nil
}

// fetchProgress prints a line now and then, enough to see that it goes on.
func fetchProgress(a *app.App, name string) weights.Progress {
	last := time.Now()
	return func(source string, done, total int64) {
		if time.Since(last) < 3*time.Second || done == 0 {
			return
		}
		last = time.Now()
		line := fmt.Sprintf("model %s: %d MB", name, done>>20)
		if total > 0 {
			line += fmt.Sprintf(" of %d", total>>20)
		}
		fmt.Fprintf(a.Out, "%s from %s\n", line, source)
	}
}

type modelsVerifyCmd struct {
	Files []string `arg:"" optional:"" type:"existingfile" help:"Files to check."`
}

func (c modelsVerifyCmd) Run(a *app.App) error {
	bad := 0
	if len(c.Files) == 0 {
		for _, m := range weights.List() {
			if !m.Present() {
				continue
			}
			path, err := weights.Path(m.Name)
			if err != nil {
				fmt.Fprintln(a.Out, "wrong ", err)
				bad++
				continue
			}
			fmt.Fprintf(a.Out, "right  %s: %s\n", m.Name, path)
		}
	}
	for _, file := range c.Files {
		m, err := weights.Verify(file)
		if err != nil {
			fmt.Fprintln(a.Out, "wrong ", err)
			bad++
			continue
		}
		fmt.Fprintf(a.Out, "right  %s: %s\n", m.Name, file)
	}
	if bad > 0 {
		return fmt.Errorf("%d %s not pinned by the manifest", bad, terminal.Plural(bad, "file"))
	}
	return nil
}
