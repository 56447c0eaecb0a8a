package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"earshot/models/weights"
)

// TestScript runs the end-to-end scripts: what a person types, and what they
// must see.
func TestScript(t *testing.T) {
	if testing.Short() {
		t.Skip("one command after the other")
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("EARSHOT_CACHE", weights.CacheDir())
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
	})
}
