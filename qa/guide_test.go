package qa

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// The scorecard in the guide is read and its tests run.
func TestGuide(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "docs", "rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{}
	for _, block := range strings.Split(string(data), "```yaml\n")[1:] {
		if text, _, _ := strings.Cut(block, "```"); strings.HasPrefix(text, "id:") {
			folder["card.yaml"] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	if len(folder) != 1 {
		t.Fatal("no scorecard in the guide")
	}
	cards, err := Compile(load(t).rules, folder)
	if err != nil {
		t.Fatal(err)
	}
	tests, failures := cards.RunTests()
	for _, f := range failures {
		t.Error(f)
	}
	if tests == 0 {
		t.Error("the scorecard has no tests")
	}
}
