package redact

import (
	"strings"
	"unicode/utf8"
)

// Most texts look a little like private data: they have a number, a full stop, a
// month. Before an expression is tried on one, which is slow, it is asked here
// for something that every match of the expression has. The signs of a text are
// such questions, too, asked once for all.

// lowerASCII returns text with small letters for the capitals of ASCII; its
// bytes stand where they stood.
func lowerASCII(text string) string {
	for i := range len(text) {
		if c := text[i]; c >= 'A' && c <= 'Z' {
			small := []byte(text)
			for k := i; k < len(small); k++ {
				if c := small[k]; c >= 'A' && c <= 'Z' {
					small[k] += 'a' - 'A'
				}
			}
			return string(small)
		}
	}
	return text
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// lastDigit returns where the last byte of text stands that may be of a digit,
// -1 if there is none.
func lastDigit(text string) int {
	i := len(text) - 1
	for i >= 0 && !isDigit(text[i]) && text[i] < utf8.RuneSelf {
		i--
	}
	return i
}

// spaceFollows reports whether text, which goes on after the number of a house,
// may do so with white space: what else has no such form.
func spaceFollows(text string) bool {
	switch c := text[0]; c {
	case ' ', '\n', '\t', '\r', '\f', ',':
		return true
	default:
		return c >= utf8.RuneSelf
	}
}

// digitsInRow reports whether n digits stand together in text.
func digitsInRow(text string, n int) bool {
	row := 0
	for i := range len(text) {
		if !isDigit(text[i]) {
			row = 0
		} else if row++; row == n {
			return true
		}
	}
	return false
}

// dotsInNumbers reports whether n full stops stand between digits in text.
func dotsInNumbers(text string, n int) bool {
	for i := 1; i+1 < len(text); i++ {
		if text[i] == '.' && isDigit(text[i-1]) && isDigit(text[i+1]) {
			if n--; n == 0 {
				return true
			}
		}
	}
	return false
}

// endsDomain reports whether a text in small letters has a full stop, in
// whichever way it is said, before one of domains.
func endsDomain(text string) bool {
	for i := range len(text) {
		rest := text[i:]
		switch text[i] {
		case '.':
			rest = rest[1:]
		case 'd':
			if !strings.HasPrefix(rest, "dot ") {
				continue
			}
			rest = rest[len("dot "):]
		case "点"[0]:
			if !strings.HasPrefix(rest, "点") {
				continue
			}
			rest = rest[len("点"):]
		default:
			continue
		}
		rest = strings.TrimLeft(rest, " \t\n\f\r")
		for _, d := range domainList {
			if strings.HasPrefix(rest, d) {
				return true
			}
		}
	}
	return false
}

var domainList = strings.Split(domains, "|")

// endsCurrency reports whether text ends, but for a space, as the names and
// signs of currencies do.
func endsCurrency(text string) bool {
	text = strings.TrimRight(text, " \t\n\f\r")
	r, _ := utf8.DecodeLastRuneInString(text)
	return r != utf8.RuneError && strings.ContainsRune("¥￥$€£dDbByY币", r)
}

// namesMonthAndYear reports whether a word of text that begins as the name of a
// month does is followed by what may be a year.
func namesMonthAndYear(text string) bool {
	for i := 0; i+3 <= len(text); i++ {
		if i > 0 && alphanumeric(text[i-1]) || !beginsMonth(text[i]|0x20, text[i+1]|0x20, text[i+2]|0x20) {
			continue
		}
		end := i + 3
		for end < len(text) && (text[end]|0x20 >= 'a' && text[end]|0x20 <= 'z' || text[end] >= utf8.RuneSelf) {
			end++
		}
		rest := strings.TrimPrefix(strings.TrimPrefix(text[end:], "."), ",")
		if rest == "" || rest[0] != ' ' {
			continue
		}
		rest = rest[1:]
		if len(rest) > 3 && strings.EqualFold(rest[:3], "of ") {
			rest = rest[3:]
		}
		if rest != "" && (isDigit(rest[0]) || rest[0]|0x20 == 't') {
			return true
		}
	}
	return false
}

// hanTable tells something of each Chinese character, without a search.
type hanTable [hanTableEnd - hanTableBegin]uint8

const hanTableBegin, hanTableEnd = 0x3000, 0xA000

func (t *hanTable) of(r rune) uint8 {
	if i := uint32(r - hanTableBegin); i < uint32(len(t)) {
		return t[i]
	}
	return 0
}
