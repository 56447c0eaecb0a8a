package app

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"earshot/cmd/earshot/config"
	"earshot/nlp/lexicons"
)

// TestFollowLexicons: a changed file is taken up, a broken one is not. Time is that
// of the bubble: it goes on only when nothing is left to do.
func TestFollowLexicons(t *testing.T) {
	folder := t.TempDir()
	write := func(words string) {
		t.Helper()
		text := "id: own\nversion: \"1\"\nlanguage: en\ncategory: own\nseverity: 1\nsource: ours\nlicence: Apache-2.0\nentries: " + words + "\n"
		if err := os.WriteFile(filepath.Join(folder, "own.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("[first word]")
	var log strings.Builder
	a := &App{Config: config.Default(), Log: slog.New(slog.NewTextHandler(&log, nil))}
	a.Config.NLP.Lexicons = []string{folder}
	detect, err := a.NewDetectors()
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- a.FollowLexicons(ctx, detect, time.Second) }()
		finds := func(text string) bool {
			time.Sleep(5 * time.Second)
			return slices.ContainsFunc(detect.Words(text), func(m lexicons.Match) bool { return m.Lexicon == "own" })
		}
		if !finds("the first word") || finds("the second word") {
			t.Error("at first: want the first word and not the second")
		}
		write("[second word]")
		if finds("the first word") || !finds("the second word") {
			t.Error("after a change: want the second word and not the first")
		}
		write("[")
		if !finds("the second word") {
			t.Error("a broken file took the words away")
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	if !strings.Contains(log.String(), "not taken up") || !strings.Contains(log.String(), "own.yaml") {
		t.Errorf("the broken file is not named: %s", log.String())
	}
}
