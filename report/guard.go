package report

import (
	"strings"
	"unicode"
)

// formulaStarts are the characters that make a spreadsheet run what follows:
// see OWASP, CSV Injection, which names = + - @ tab and carriage return; their
// full-width forms do the same in East Asian editions.
const formulaStarts = "=+-@＝＋－＠\t\r"

// Guarded returns text that a spreadsheet takes as text: with an apostrophe in
// front if it begins like a formula, be it after blanks or line breaks.
func Guarded(s string) string {
	if startsFormula(s) {
		return "'" + s
	}
	return s
}

func startsFormula(s string) bool {
	if s != "" && strings.ContainsRune(formulaStarts, rune(s[0])) {
		return true
	}
	trimmed := strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '"' // what cells may lose on the way in
	})
	for _, r := range trimmed {
		return strings.ContainsRune(formulaStarts, r)
	}
	return false
}
