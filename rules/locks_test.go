package rules

import (
	"errors"
	"testing"

	"earshot/models"
)

// A version that has been used keeps its text. What it depends on may change,
// and shows in the hash.
func TestLocks(t *testing.T) {
	rule := func(list, version, words string) *Set {
		return mustCompile(t, "lists: {greet: ["+list+"]}\nrules:\n  - {id: aa, version: \""+version+"\", name: n, when: {words: {any: [$greet, "+words+"]}}}\n")
	}
	first := rule("hello", "1", "hi")
	used := map[string][]string{"aa@1": {first.Rule("aa").Hash()}}
	otherList := rule("hello, good day", "1", "hi")
	if otherList.Rule("aa").Hash() == first.Rule("aa").Hash() {
		t.Error("another list, the same hash")
	}
	for name, c := range map[string]struct {
		set  *Set
		want bool
	}{"the same": {rule("hello", "1", "hi"), true}, "another list": {otherList, true}, "another text": {rule("hello", "1", "hey"), false}, "another version": {rule("hello", "2", "hey"), true}} {
		err := c.set.CheckLocks(used)
		if (err == nil) != c.want || err != nil && !errors.Is(err, models.ErrBadInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	shipped, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := shipped.CheckLocks(map[string][]string{"complaint@1": {"0123456789abcdef"}}); err != nil {
		t.Errorf("a shipped rule stops a user's start: %v", err)
	}
}
