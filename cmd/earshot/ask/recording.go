package ask

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"earshot/cmd/earshot/app"
	"earshot/ingest/media"
	"earshot/models"
)

// RecordingCmd is `earshot recording`.
type RecordingCmd struct {
	ID       models.ID `arg:"" help:"The interaction's id."`
	Out      string    `short:"o" placeholder:"FILE" type:"path" help:"File to write; - for standard output (default: the id, in this folder)."`
	Original bool      `help:"Write the recording as it came in, private data and all; needs media.release in the configuration."`
}

// Run writes the copy that people may hear. A recording in which nothing
// private was found is its own copy.
func (c RecordingCmd) Run(ctx context.Context, a *app.App) error {
	if c.Original && !a.Config.Media.Release {
		return errors.New("the original is not handed out: set media.release: true in the configuration of whoever may hear it")
	}
	store, err := a.ConnectStore(ctx, app.AsWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	in, err := a.Load(ctx, store, c.ID)
	if err != nil {
		return err
	}
	if in.Media == nil {
		return fmt.Errorf("%s has no recording: it came in by %s", c.ID, in.Channel)
	}
	kept, err := media.Open(ctx, a.Config.Media)
	if err != nil {
		return err
	}
	defer kept.Close()
	muted := hasPrivate(in) && !c.Original
	open, extension := kept.Open, filepath.Ext(in.Media.Name)
	if muted {
		open, extension = kept.OpenMuted, ".wav"
	}
	r, err := open(ctx, in.Media.SHA256)
	if err != nil {
		return err
	}
	defer r.Close()
	if c.Original {
		a.Log.Warn("an original recording is handed out", "interaction", c.ID, "uid", os.Getuid())
	}
	if c.Out == "-" {
		_, err := io.Copy(a.Out, r)
		return err
	}
	path := c.Out
	if path == "" {
		path = strings.ReplaceAll(string(c.ID), ":", "-") + extension
	}
	if err := writeNew(path, r); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%s%s\n", path, map[bool]string{true: ", silent where something private is said"}[muted])
	return nil
}

// hasPrivate reports whether something private was found in the conversation.
func hasPrivate(in *models.Interaction) bool {
	for _, f := range in.Findings {
		if strings.HasPrefix(f.Kind, "private.") {
			return true
		}
	}
	return false
}

// writeNew writes a file for its owner alone, and not over another.
func writeNew(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}
