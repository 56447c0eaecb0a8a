package eval

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Chinese brings Chinese text to the form in which it is compared: its letters
// and digits, one width, one script, no punctuation and no spaces. Words in
// Latin letters count letter by letter.
type Chinese struct {
	// Script turns every character into the script that is compared in. Nil
	// compares the text as it is.
	Script func(string) string
}

// Characters returns the text's characters as they are compared.
func (c Chinese) Characters(text string) []string {
	text = strings.ToLower(norm.NFKC.String(text))
	if c.Script != nil {
		text = c.Script(text)
	}
	var out []string
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			out = append(out, string(r))
		}
	}
	return out
}
