package app

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"earshot/cmd/earshot/config"
)

// TestFollowLexicons: a changed file is taken up, a broken one is not.
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
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.FollowLexicons(ctx, detect, 20*time.Millisecond) }()
	finds := func(text string) bool {
		for range 6000 {
			for _, m := range detect.Words(text) {
				if m.Lexicon == "own" {
					return true
				}
			}
			time.Sleep(10 * time.Millisecond)
		}
		return false
	}
	if !finds("the first word") {
		t.Error("the first word is not found")
	}
	time.Sleep(30 * time.Millisecond) // the state at the start has been seen
	write("[second word]")
	if !finds("the second word") {
		t.Error("the second word is not found")
	}
	write("[")
	time.Sleep(200 * time.Millisecond)
	if !finds("the second word") {
		t.Error("a broken file took the words away")
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "not taken up") || !strings.Contains(log.String(), "own.yaml") {
		t.Errorf("the broken file is not named: %s", log.String())
	}
}
