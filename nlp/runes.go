package nlp

import (
	"unicode"
	"unicode/utf8"
)

// The tables of package unicode are searched; these ask them only about rare
// characters.

// hanRune reports whether r is a Chinese character.
func hanRune(r rune) bool {
	if r < 0x2E80 {
		return false
	}
	return r >= 0x4E00 && r <= 0x9FFF || unicode.Is(unicode.Han, r)
}

// letter reports whether r is a letter or a digit of any script.
func letter(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9'
	}
	return r >= 0x4E00 && r <= 0x9FFF || unicode.IsLetter(r) || unicode.IsDigit(r)
}
