// Package script tells what characters are: Chinese, letters of an alphabet,
// and where words and sentences end.
package script

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The tables of package unicode are searched; these ask them only about rare
// characters.

// Han reports whether r is a Chinese character.
func Han(r rune) bool {
	if r < 0x2E80 {
		return false
	}
	return r >= 0x4E00 && r <= 0x9FFF || unicode.Is(unicode.Han, r)
}

// Letter reports whether r is a letter or a digit of any script.
func Letter(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9'
	}
	return r >= 0x4E00 && r <= 0x9FFF || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// HasHan reports whether s holds a Chinese character.
func HasHan(s string) bool { return strings.ContainsFunc(s, Han) }

// WordByte reports whether b is part of a word, to regular expressions.
func WordByte(b byte) bool { return b < utf8.RuneSelf && (Letter(rune(b)) || b == '_') }

// finalParticles end what is said in Chinese. Chats put a space there, not a stop,
// above all where one turn holds several messages.
const finalParticles = "吗呢吧哦哈呀啊嘛么哒啦哟噢呗"

// FinalParticle reports whether r ends what is said in Chinese: 吗, 呢.
func FinalParticle(r rune) bool { return strings.ContainsRune(finalParticles, r) }

// SentenceEnds reports whether a sentence ends between runes from and to of a
// text folded for search.
func SentenceEnds(text []rune, from, to int) bool {
	for i := from; i < to; i++ {
		switch text[i] {
		case '。', '!', '?', '\n':
			return true
		case '.':
			if i+1 < to && text[i+1] == ' ' {
				return true
			}
		case ' ':
			if i > 0 && FinalParticle(text[i-1]) {
				return true
			}
		}
	}
	return false
}
