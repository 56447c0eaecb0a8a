package lexicons

import (
	"slices"
	"strings"
)

// spelling knows how syllables are spelled, as a trie over the letters a to z
// whose root is its first node.
type spelling []struct {
	next [26]uint16 // 0: none
	id   rune       // of the syllable that ends here; 0: none does
}

// syllable is one syllable of a spelled word.
type syllable struct {
	id      rune
	letters int
}

func newSpelling() spelling { return make(spelling, 1) }

// interjections are spelled like parts of nearly every word.
var interjections = []string{"", "n", "m", "ng", "hm", "hng"}

// add adds a syllable, unless it is an interjection or is spelled with other
// letters.
func (s *spelling) add(letters string, id rune) {
	if slices.Contains(interjections, letters) || strings.ContainsFunc(letters, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return
	}
	at := uint16(0)
	for _, r := range letters {
		if (*s)[at].next[r-'a'] == 0 {
			(*s)[at].next[r-'a'] = uint16(len(*s))
			*s = append(*s, spelling{{}}...)
		}
		at = (*s)[at].next[r-'a']
	}
	(*s)[at].id = id
}

const longestSpelled = 40 // letters

// split cuts a run of letters into syllables, the fewest there are, and appends
// them to out; none if it is not made of them.
func (s spelling) split(out []syllable, letters []rune) []syllable {
	if len(letters) < 2 || len(letters) > longestSpelled {
		return out
	}
	var best [longestSpelled + 1]uint8 // syllables up to here, plus 1
	var last [longestSpelled + 1]syllable
	best[0] = 1
	for i := range letters {
		if best[i] == 0 {
			continue
		}
		for at, end := uint16(0), i; end < len(letters); {
			if at = s[at].next[letters[end]-'a']; at == 0 {
				break
			}
			end++
			if id := s[at].id; id != 0 && (best[end] == 0 || best[i]+1 < best[end]) {
				best[end], last[end] = best[i]+1, syllable{id, end - i}
			}
		}
	}
	if best[len(letters)] == 0 {
		return out
	}
	first := len(out)
	for at := len(letters); at > 0; at -= last[at].letters {
		out = append(out, last[at])
	}
	slices.Reverse(out[first:])
	return out
}
