package releases

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/models"
	"earshot/qa"
	"earshot/rules"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func rule(id, version, word string) string {
	return fmt.Sprintf("rules:\n  - {id: %s, version: %q, name: n, when: {words: {any: [%s]}}}\n", id, version, word)
}

const card = `id: card
version: "1"
title: T
pass_mark: 60
sections:
  - id: aa
    title: A
    questions:
      - {id: q1, text: Q, weight: 100, rule: one, pass_when: miss}
`

func layer(t *testing.T, path string) Layer {
	t.Helper()
	l, err := NewLayer(path, "")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func load(t *testing.T, layers []Layer) (*rules.Set, *qa.Set) {
	t.Helper()
	ruleFiles, cards := Folders(layers)
	set, err := rules.Compile(ruleFiles...)
	if err != nil {
		t.Fatal(err)
	}
	forms, err := qa.Compile(set, cards...)
	if err != nil {
		t.Fatal(err)
	}
	return set, forms
}

func TestPublishAndReadBack(t *testing.T) {
	drafts := t.TempDir()
	store := Open(filepath.Join(t.TempDir(), "not there yet"))
	if live, shadow, err := store.Current(); live != nil || shadow != nil || err != nil {
		t.Fatalf("an empty store: %v %v %v", live, shadow, err)
	}
	mine := filepath.Join(drafts, "mine")
	write(t, filepath.Join(mine, "a.yaml"), rule("one", "1", "red"))
	write(t, filepath.Join(mine, "deep", "b.yml"), rule("two", "1", "blue"))
	write(t, filepath.Join(mine, "scorecards", "c.yaml"), card)
	write(t, filepath.Join(mine, "notes.txt"), "not a rule")

	n, err := store.Add(Release{By: "Li", At: time.Now(), Modes: map[string]qa.Mode{"one": qa.HumanOnly}}, []Layer{layer(t, mine)})
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	// A single file on top, as a shadow; then for good.
	write(t, filepath.Join(drafts, "fix.yaml"), rule("one", "2", "green"))
	live, _, err := store.Current()
	if err != nil {
		t.Fatal(err)
	}
	layers := Lay(LayersOf(live), layer(t, filepath.Join(drafts, "fix.yaml")))
	if _, err := store.Add(Release{By: "Li", Shadow: true}, layers); err != nil {
		t.Fatal(err)
	}
	live, shadow, err := store.Current()
	if err != nil || live.Number != 1 || shadow == nil || shadow.Number != 2 || live.Modes["one"] != qa.HumanOnly {
		t.Fatalf("%+v %+v %v", live, shadow, err)
	}
	set, forms := load(t, LayersOf(live))
	if set.Rule("one").Version != "1" || set.Rule("two") == nil || forms.Card("card") == nil {
		t.Error("the live rules are not those published")
	}
	if set, _ := load(t, LayersOf(shadow)); set.Rule("one").Version != "2" || set.Rule("two") == nil {
		t.Error("the shadow's rules are not those published")
	}
	if _, err := store.Add(Release{By: "Li"}, LayersOf(shadow)); err != nil {
		t.Fatal(err)
	}
	live, shadow, err = store.Current()
	if err != nil || live.Number != 3 || shadow != nil || !slices.Equal(live.Layers, []string{"mine", "fix"}) {
		t.Errorf("%+v %+v %v", live, shadow, err)
	}
	// What is published again under a name takes the place of what was.
	if err := os.Remove(filepath.Join(mine, "deep", "b.yml")); err != nil {
		t.Fatal(err)
	}
	layers = Lay(LayersOf(live), layer(t, mine))
	if layers[1].Name != "mine" {
		t.Errorf("layers %v", layers)
	}
	if set, _ := load(t, layers); set.Rule("two") != nil || set.Rule("one").Version != "1" {
		t.Error("a rule that was taken out is still there, or lies below an older one")
	}
	if _, err := store.Get(9); !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), "rules history") {
		t.Errorf("got %v", err)
	}
}

func TestErrorsNameTheDraftsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine")
	write(t, filepath.Join(path, "a.yaml"), "rules:\n  - {id: one, verzion: \"1\"}\n")
	ruleFiles, _ := Folders([]Layer{layer(t, path)})
	_, err := rules.Compile(ruleFiles...)
	if want := filepath.Join(path, "a.yaml") + `:2:15: unknown field "verzion"`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Several who publish at once: each publication is whole, and none is lost
// without a word.
func TestPublishAtOnce(t *testing.T) {
	store, draft := Open(t.TempDir()), filepath.Join(t.TempDir(), "d")
	write(t, filepath.Join(draft, "a.yaml"), rule("one", "1", "red"))
	l := layer(t, draft)
	var done sync.WaitGroup
	var mu sync.Mutex
	numbers := map[int]bool{}
	refused := 0
	for range 16 {
		done.Go(func() {
			n, err := store.Add(Release{By: "Li"}, []Layer{l})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				refused++
				return
			}
			if numbers[n] {
				t.Errorf("two publications have the number %d", n)
			}
			numbers[n] = true
		})
	}
	done.Wait()
	all, err := store.List()
	if err != nil || len(all) != len(numbers) || len(all)+refused != 16 {
		t.Errorf("%d listed, %d made, %d refused, %v", len(all), len(numbers), refused, err)
	}
	for _, r := range all {
		if set, _ := load(t, LayersOf(&r)); set.Rule("one") == nil {
			t.Errorf("publication %d is not whole", r.Number)
		}
	}
	left, err := filepath.Glob(filepath.Join(store.dir, ".publishing-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestNames(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "快递 规则.yaml"), rule("one", "1", "red"))
	if _, err := NewLayer(filepath.Join(folder, "快递 规则.yaml"), ""); !errors.Is(err, models.ErrBadInput) {
		t.Errorf("a name with a space: %v", err)
	}
	if l, err := NewLayer(filepath.Join(folder, "快递 规则.yaml"), "快递规则"); err != nil || l.Name != "快递规则" {
		t.Errorf("%v %v", l, err)
	}
	if _, err := NewLayer(folder, "../up"); !errors.Is(err, models.ErrBadInput) {
		t.Errorf("a name that leads out of the folder: %v", err)
	}
}

func TestDamagedPublication(t *testing.T) {
	store := Open(t.TempDir())
	write(t, filepath.Join(store.dir, "00003", noteFile), "{")
	if _, err := store.List(); !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), "00003") {
		t.Errorf("got %v", err)
	}
}
