package redact

import (
	"unicode/utf8"
)

// sign says that a text holds something without which a form of private data
// cannot stand in it. One look over a text finds them all; most texts are
// private in no way, and for them that look is all there is.
type sign uint16

const (
	signHan     sign = 1 << iota // a Chinese character
	signUpper                    // a capital
	signLower                    // a small letter
	signDigit                    // a written digit
	signNumber                   // a digit, a numeral or a number word
	signAt                       // @, or what is said for it
	signBracket                  // [
	signPlate                    // a province's character before a letter
	signMixed                    // a letter before a digit
	signIBAN                     // two letters and two digits
	signDot                      // a dot inside a word
	signBirth                    // 生
	signYear                     // 年
	signMonth                    // 月
)

// signsOf looks over a text once.
func signsOf(text string) sign {
	var s sign
	var before rune // the last character that is no space
	letters := 0    // Latin letters in a row before this character
	pair := 0       // digits after two letters
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
			if r <= hanTableBegin || r >= hanTableEnd {
				if folded, ok := digitFolder.Rune(r); ok {
					r = folded // full width is width, no more
				}
			}
		}
		i += size
		switch {
		case r >= 'a' && r <= 'z':
			s |= signLower
			letters, pair = s.letter(before, letters), 0
		case r >= 'A' && r <= 'Z':
			s |= signUpper
			letters, pair = s.letter(before, letters), 0
		case r >= '0' && r <= '9':
			s |= signDigit | signNumber
			if letters > 0 {
				s |= signMixed
			}
			if letters == 2 || pair > 0 && letters == 0 {
				if pair++; pair == 2 {
					s |= signIBAN
				}
			}
			letters = 0
		case r == ' ':
			if letters > 0 { // E 12345678
				before, letters, pair = r, 0, 0
			}
			continue
		case r >= 0x2e80:
			s |= signHan
			letters, pair = 0, 0
			if d, weak := numeralOf(r); d != 0 && !weak {
				s |= signNumber
			}
			switch r {
			case '艾', '爱', '圈', '鼠':
				s |= signAt
			case '生':
				s |= signBirth
			case '年':
				s |= signYear
			case '月':
				s |= signMonth
			}
		case r >= 0xc0 && r < 0x250:
			s |= signUpper | signLower
			letters, pair = 0, 0
		default:
			letters, pair = 0, 0
			switch r {
			case '@':
				s |= signAt
			case '[':
				s |= signBracket
			case '.':
				if before != ' ' && i < len(text) && text[i] > ' ' {
					s |= signDot
				}
			}
		}
		before = r
	}
	return s
}

// letter notes a Latin letter.
func (s *sign) letter(before rune, letters int) int {
	if before >= 0x2e80 && isProvince(before) {
		*s |= signPlate
	}
	return letters + 1
}

const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"

var provinceSet = func() map[rune]bool {
	m := map[rune]bool{}
	for _, r := range provinces + "滬遼黑魯蘇贛雲閩貴寧瓊陝領" {
		m[r] = true
	}
	return m
}()

func isProvince(r rune) bool { return provinceSet[r] }
