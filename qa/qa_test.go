package qa

import (
	"testing"

	"earshot/rules"
)

func load(t testing.TB) *Set {
	t.Helper()
	set, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	cards, err := Load(set)
	if err != nil {
		t.Fatal(err)
	}
	return cards
}

func TestBuiltin(t *testing.T) {
	cards := load(t)
	tests, failures := cards.RunTests()
	for _, f := range failures {
		t.Error(f)
	}
	for _, c := range cards.Cards() {
		if len(c.Tests) < 3 {
			t.Errorf("scorecard %s: %d tests: want at least 3", c.ID, len(c.Tests))
		}
	}
	t.Logf("%d cards, %d tests", len(cards.Cards()), tests)
}
