package nlp

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// finalParticles end what is said in Chinese. Chats put a space there, not a stop,
// above all where one turn holds several messages.
const finalParticles = "吗呢吧哦哈呀啊嘛么哒啦哟噢呗"

// sentenceEnds reports whether a sentence ends between runes from and to of a
// folded text.
func sentenceEnds(text []rune, from, to int) bool {
	for i := from; i < to; i++ {
		switch text[i] {
		case '。', '!', '?', '\n':
			return true
		case '.':
			if i+1 < to && text[i+1] == ' ' {
				return true
			}
		case ' ':
			if i > 0 && strings.ContainsRune(finalParticles, text[i-1]) {
				return true
			}
		}
	}
	return false
}

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

// partsHan reports whether the space at byte i stands between Chinese characters.
func partsHan(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s[:i], " "))
	after, _ := utf8.DecodeRuneInString(strings.TrimLeft(s[i:], " "))
	return unicode.Is(unicode.Han, before) && unicode.Is(unicode.Han, after)
}
