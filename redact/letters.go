package redact

import "strings"

// letterBefore returns how many bytes before token i are letters that the
// number begins with, with the space after them: E, EB, H P.
func (r *reading) letterBefore(i int) int {
	t := r.tokens[i]
	before := r.turns[t.turn].Text[:t.from]
	n := len(before)
	for n > 0 && len(before)-n < 8 {
		m := n
		for m > 0 && n-m < 3 && (before[m-1] == ' ' || before[m-1] == '-') {
			m--
		}
		if m == 0 || !alphabetic(before[m-1]) {
			break
		}
		word := m
		for word > 0 && alphabetic(before[word-1]) {
			word--
		}
		if word > 0 && before[word-1] == '\'' || strings.HasSuffix(before[:word], "’") || m-word > 3 || m-word > 1 && before[word:m] != strings.ToUpper(before[word:m]) || notInNumber[before[word:m]] {
			break
		}
		n = word
	}
	return len(before) - n
}

func alphabetic(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

var notInNumber = set(`a I ID NO No`)
