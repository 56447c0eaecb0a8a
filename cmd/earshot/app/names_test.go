package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"earshot/brief"
	"earshot/cmd/earshot/config"
	"earshot/models"
	"earshot/report"
)

func TestNameCauses(t *testing.T) {
	t.Cleanup(func() { report.SetPaths(nil); brief.SetNames(nil) })
	file := filepath.Join(t.TempDir(), "causes.yaml")
	write := func(names string) {
		text := "version: \"1\"\ncauses:\n  people:\n    - delivery/late: logistics/driver late\nnames:\n  driver late: " + names + "\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a := &App{Config: config.Default()}
	a.Config.NLP.Causes = file
	write("{en: late drivers, zh: 骑手迟到}")
	if err := a.NameCauses(); err != nil {
		t.Fatal(err)
	}
	if got := report.PathWord("driver late", "zh") + ", " + brief.CauseName("people/logistics/driver late", "en"); got != "骑手迟到, late drivers" {
		t.Errorf("got %s", got)
	}
	write("{zh: 骑手迟到}")
	if err := a.NameCauses(); !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), "causes.yaml:6:3") || !strings.Contains(err.Error(), "en is missing") {
		t.Errorf("got %v", err)
	}
}
