package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// The rules in the guide are read and their tests run, so that what people
// copy from it works.
func TestGuide(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "docs", "rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{}
	for i, block := range strings.Split(string(data), "```yaml\n")[1:] {
		text, _, _ := strings.Cut(block, "```")
		if strings.HasPrefix(text, "rules:") || strings.HasPrefix(text, "lists:") {
			folder[fmt.Sprintf("block%d.yaml", i+1)] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	if len(folder) < 5 {
		t.Fatalf("%d blocks of rules in the guide", len(folder))
	}
	result, err := RunTests(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range result.Failures {
		t.Error(f)
	}
}
