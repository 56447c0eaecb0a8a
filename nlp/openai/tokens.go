package openai

import "unicode"

// tokensOf estimates the tokens of a text, rather too many than too few: one a
// Chinese character, one for three other characters. No model's own counting is
// known here.
func tokensOf(text string) int {
	han, other := 0, 0
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			han++
		} else {
			other++
		}
	}
	return han + (other+2)/3 + 4
}
