package fold

import "unicode"

// narrow maps the full-width forms of ASCII, the spaces of other widths and
// curly quotation marks to ASCII.
func narrow(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0
	case r == 0x3000, r == 0x00A0, r >= 0x2000 && r <= 0x200A, r == 0x202F:
		return ' '
	case r == 0xFFE5:
		return '¥'
	case r == '‘', r == '’', r == 'ʼ', r == '′':
		return '\''
	case r == '“', r == '”', r == '″':
		return '"'
	}
	return r
}

// zeros are the first digits of the decimal digit runs outside ASCII that
// people use, and the characters for one of the enclosed forms.
var (
	zeros = []rune{0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6}
	ones  = []rune{0x2460, 0x2474, 0x2488, 0x24F5, 0x2776, 0x2780, 0x278A}
)

func digit(r rune) rune {
	if r < 0x00B2 {
		return r
	}
	for _, z := range zeros {
		if r >= z && r <= z+9 {
			return '0' + r - z
		}
	}
	for _, one := range ones {
		if r >= one && r <= one+8 {
			return '1' + r - one
		}
	}
	switch {
	case r == 0x24EA || r == 0x24FF || r == 0x2070 || r == 0x2080:
		return '0'
	case r >= 0x2074 && r <= 0x2079:
		return '4' + r - 0x2074
	case r >= 0x2081 && r <= 0x2089:
		return '1' + r - 0x2081
	case r == 0x00B2, r == 0x00B3:
		return '2' + r - 0x00B2
	case r == 0x00B9:
		return '1'
	}
	return r
}

// numerals lists for each digit the characters Chinese writes or says it
// with: everyday, formal, traditional, and the ones of radio and telephone.
var numerals = runeMap(map[rune]string{
	'0': "〇零○洞", '1': "一壹幺弌", '2': "二贰貳两兩弍", '3': "三叁參叄弎", '4': "四肆", '5': "五伍", '6': "六陆陸", '7': "七柒拐", '8': "八捌", '9': "九玖勾钩鈎鉤",
})

func numeral(r rune) rune {
	if d, ok := numerals[r]; ok {
		return d
	}
	return r
}

// lookalikes lists for each Latin letter the letters with marks, and the
// Cyrillic, Greek and mathematical letters that pass for it.
var lookalikes = runeMap(map[rune]string{
	'a': "àáâãäåāăąǎạảấầẩẫậắằẳẵặαаɑª", 'b': "ьƀɓв", 'c': "çćĉċčсϲ¢", 'd': "ďđðɗḍ", 'e': "èéêëēĕėęěẹẻẽếềểễệеεё€", 'f': "ƒ",
	'g': "ĝğġģǧɡ", 'h': "ĥħһн", 'i': "ìíîïĩīĭįıǐịỉιіїǀ", 'j': "ĵјʝ", 'k': "ķĸκкǩ", 'l': "ĺļľŀłӏ", 'm': "м", 'n': "ñńņňŉŋǹηп",
	'o': "òóôõöøōŏőơǒọỏốồổỗộớờởỡợοоσº", 'p': "ρр", 'r': "ŕŗřг", 's': "śŝşšșѕ§", 't': "ţťŧțтτ", 'u': "ùúûüũūŭůűųưǔǖǘǚǜụủứừửữựυцµ", 'v': "νѵ",
	'w': "ŵѡω", 'x': "×хχ", 'y': "ýÿŷүуγ¥", 'z': "źżžƶ",
})

func plain(r rune) rune {
	if r < 0x80 {
		return r
	}
	if p, ok := lookalikes[r]; ok {
		return p
	}
	switch { // circled and bracketed letters, then the mathematical alphabets
	case r >= 0x24B6 && r <= 0x24CF:
		return 'a' + r - 0x24B6
	case r >= 0x24D0 && r <= 0x24E9:
		return 'a' + r - 0x24D0
	case r >= 0x249C && r <= 0x24B5:
		return 'a' + r - 0x249C
	case r >= 0x1F130 && r <= 0x1F149:
		return 'a' + r - 0x1F130
	case r >= 0x1F170 && r <= 0x1F189:
		return 'a' + r - 0x1F170
	case r >= 0x1D400 && r <= 0x1D6A3:
		return 'a' + (r-0x1D400)%26
	}
	return r
}

// leetLetters maps what is written for letters; i, l and 1 are told apart by
// nobody, so l becomes i as well, in texts and in the words to find. The signs
// are letters only beside letters (b!tch), else they are gaps (退!款).
var leetLetters = runeMap(map[rune]string{'o': "0", 'i': "1l", 'e': "3", 'a': "4", 's': "5", 't': "7", 'b': "8", 'g': "9"})

// leetSign returns the letter that the sign at byte i of text stands for.
func leetSign(text string, i int) (rune, bool) {
	var letter rune
	switch text[i] {
	case '!', '|':
		letter = 'i'
	case '@':
		letter = 'a'
	case '$':
		letter = 's'
	case '+':
		letter = 't'
	default:
		return 0, false
	}
	at := func(i int) byte {
		if i < 0 || i >= len(text) {
			return ' '
		}
		return text[i]
	}
	before, after := alphanumeric(at(i-1)), alphanumeric(at(i+1))
	switch text[i] {
	case '@', '$': // at an end of a word, too
		return letter, before && (after || at(i+1) == ' ') || after && at(i-1) == ' '
	case '!':
		if after && at(i-1) == ' ' {
			return letter, true
		}
	}
	// The same sign after every letter only parts them: t|w|a|t.
	return letter, before && after && at(i-2) != text[i] && at(i+2) != text[i]
}

func alphanumeric(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

func leet(r rune) rune {
	if l, ok := leetLetters[r]; ok {
		return l
	}
	return r
}

func invisible(r rune) bool {
	if r < 0x7F {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r'
	}
	switch {
	case r == 0x00AD, r == 0x034F, r == 0x061C, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5, r == 0x3164, r == 0xFFA0, r == 0xFEFF:
		return true
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F:
		return true
	case r >= 0x180B && r <= 0x180F, r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me)
}

func gap(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) || unicode.IsControl(r)
}

func runeMap(to map[rune]string) map[rune]rune {
	m := make(map[rune]rune)
	for r, all := range to {
		for _, a := range all {
			m[a] = r
		}
	}
	return m
}
