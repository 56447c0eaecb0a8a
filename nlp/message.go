package nlp

import (
	"strings"
	"unicode/utf8"

	"earshot/models/script"
)

// message returns the bytes around from and to of a folded sentence up to the
// spaces that part Chinese messages of one turn.
func message(sentence string, from, to int) string {
	begin, end := 0, len(sentence)
	for i := range len(sentence) {
		if sentence[i] != ' ' || !partsHan(sentence, i) {
			continue
		}
		if i < from {
			begin = i + 1
		} else if i >= to {
			end = i
			break
		}
	}
	return sentence[begin:end]
}

// partsMessages reports whether the space or mark at byte i of a turn stands
// between two Chinese messages: behind a particle that ends what is said, or one
// of several spaces.
func partsMessages(turn string, i int) bool {
	if i == 0 || turn[i-1] < utf8.RuneSelf {
		return i > 0 && turn[i] == ' ' && turn[i-1] == '~'
	}
	before := lastRune(turn[:i])
	if i+1 < len(turn) && turn[i] == ' ' && turn[i+1] == ' ' {
		return script.Han(before) || before == '～'
	}
	return script.FinalParticle(before)
}

// partsHan reports whether the space at byte i stands between Chinese characters.
func partsHan(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s[:i], " "))
	after, _ := utf8.DecodeRuneInString(strings.TrimLeft(s[i:], " "))
	return script.Han(before) && script.Han(after)
}
