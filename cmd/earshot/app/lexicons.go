package app

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"earshot/nlp"
	"earshot/nlp/lexicons"
)

// LexiconCheck is how often the configured lexicon files are looked at.
const LexiconCheck = 2 * time.Second

// FollowLexicons takes up changed lexicon files while work goes on, until ctx
// ends. Conversations under way keep the lexicons they began with. Files that
// cannot be used change nothing; what is wrong with them is logged once.
func (a *App) FollowLexicons(ctx context.Context, detect *nlp.Step, every time.Duration) error {
	if len(a.Config.NLP.Lexicons) == 0 {
		return nil
	}
	seen := stateOf(a.Config.NLP.Lexicons)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		now := stateOf(a.Config.NLP.Lexicons)
		if now == seen {
			continue
		}
		// Not while a file is being written: take it up once it stands still.
		if seen = now; !still(ctx, a.Config.NLP.Lexicons, now, every/4) {
			seen = ""
			continue
		}
		started := time.Now()
		own, err := lexicons.Read(a.Config.NLP.Lexicons...)
		if err == nil {
			err = detect.Reload(own...)
		}
		if err != nil {
			a.Log.Error("lexicons not taken up, the ones before stay in use", "error", err)
			continue
		}
		a.Log.Info("lexicons taken up", "lexicons", len(detect.Lexicons()), "took", time.Since(started).Round(time.Millisecond))
	}
}

// still reports whether the files are the same a moment later.
func still(ctx context.Context, paths []string, state string, moment time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(moment):
		return stateOf(paths) == state
	}
}

// stateOf tells two states of lexicon files apart by their names, sizes and
// times.
func stateOf(paths []string) string {
	var b strings.Builder
	for _, path := range paths {
		err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			info, err := os.Stat(name)
			if err == nil {
				fmt.Fprintf(&b, "%s %d %d\n", name, info.Size(), info.ModTime().UnixNano())
			}
			return err
		})
		if err != nil {
			fmt.Fprintf(&b, "%s: %v\n", path, err)
		}
	}
	return b.String()
}
