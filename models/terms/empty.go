package terms

import (
	"strings"
	"unicode/utf8"
)

// Words that hold a sentence together and tell nothing by themselves.
var (
	emptyWords = stemsOf(`a an the this that these those and or but so if then than as of to in on at by for with from into onto about over up down out off
		i you he she it we they me him her us them my your his its our their mine yours ours theirs who whom whose which what when where why how there here
		is be do have will would shall should can could may might must just also very too really only even still already again yet now
		okay ok yes yeah oh well um uh please thank thanks hello hi sure right great alright`)
	emptyHan = newHanSet("的了是在我你您他她它们这那就都也和与及到给把被对要会吗呢吧啊嘛呀哦嗯着过地得之于而且但并或者为以其所很还再又才只个们让使向往从由因请")
)

// hanSet is a set of characters of the largest block of Chinese ones.
type hanSet [lastHan - firstHan + 1]bool

func newHanSet(characters string) *hanSet {
	set := new(hanSet)
	for _, r := range characters {
		set[r-firstHan] = true
	}
	return set
}

// has reports whether the character that s begins with is in the set.
func (set *hanSet) has(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r >= firstHan && r <= lastHan && set[r-firstHan]
}

func stemsOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[stem(w)] = true
	}
	return m
}

// Empty reports whether a term only holds a sentence together, as "the" and 的
// do. Negations are never empty.
func Empty(t *Term) bool {
	switch t.Kind {
	case Word:
		if t.known != nil {
			return t.known.empty
		}
		return emptyWords[t.Text]
	case Han:
		return emptyHan.has(t.Text)
	case Mark:
		return true
	}
	return false
}
