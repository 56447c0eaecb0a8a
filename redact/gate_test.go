package redact

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What an expression finds is never turned away by the question before it.
func TestGatesLetMatchesThrough(t *testing.T) {
	head := func(re *regexp.Regexp) string { return strings.TrimPrefix(re.String(), "^") }
	for name, c := range map[string]struct {
		re   *regexp.Regexp
		gate func(text string, from, to int) bool
	}{
		"month and year": {monthYear, func(text string, _, _ int) bool {
			return namesMonthAndYear(text) || strings.Contains(text, "年") && strings.Contains(text, "月")
		}},
		"spelled": {spelled, func(text string, _, _ int) bool { return spells(text) }},
		"said name": {saidName, func(text string, _, _ int) bool {
			return strings.Contains(text, "name is ") || strings.Contains(text, "name's ")
		}},
		"spoken email": {spokenEmail, func(text string, _, _ int) bool { return endsDomain(text) }},
		"computer": {ips, func(text string, _, _ int) bool {
			return dotsInNumbers(text, 3) || strings.Contains(text, "::") || strings.Count(text, ":") >= 7
		}},
		"passport": {passportZH, func(text string, _, _ int) bool { return digitsInRow(text, 6) }},
		"unit":     {unitAfter, func(text string, from, _ int) bool { return beginsUnit(text[from:]) }},
		"currency": {currencyBefore, func(text string, _, to int) bool { return endsCurrency(text[:to]) }},
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				around := rapid.SampledFrom([]string{"", " ", "a", "Call me on ", "，", ". ", "3", "_"})
				text := around.Draw(t, "before") + rapid.StringMatching(strings.TrimSuffix(c.re.String(), "$")).Draw(t, "match") + around.Draw(t, "after")
				if m := c.re.FindStringIndex(text); m != nil && !c.gate(text, m[0], m[1]) {
					t.Fatalf("%q is turned away", text)
				}
			})
		})
	}
	for name, form := range map[string]addressForm{"street": street, "numbered": numbered, "unit": unitAfterNumber} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				text := rapid.StringMatching(head(form.head)).Draw(t, "match")
				n := 0
				for n < len(text) && alphanumeric(text[n]) {
					n++
				}
				if m := text[:form.match(text)]; m != "" && n > 0 && n <= 7 && (!spaceFollows(text[n:]) || name == "numbered" && lastDigit(m) <= n) {
					t.Fatalf("%q is turned away", text)
				}
			})
		})
	}
}

func TestSmallLettersStandInPlace(t *testing.T) {
	for text, want := range map[string]string{"": "", "abc 退款": "abc 退款", "AbC É退K": "abc É退k"} {
		if got := lowerASCII(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	s, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	if found := s.Find("MY DATE OF BIRTH IS 4 May 1980", false); len(found) != 1 || found[0].Type != Birthday {
		t.Errorf("%+v", found)
	}
}

// What is known of Chinese characters by a table is what folding says.
func TestHanTables(t *testing.T) {
	for r := rune(0x80); r < 0x30000; r++ {
		digit, isDigit := digitFolder.Rune(r)
		isDigit = isDigit && digit >= '0' && digit <= '9'
		if got := digitRune(r); (got != 0) != isDigit || isDigit && rune(got) != digit {
			t.Errorf("%c (%U) is the digit %q, want %q", r, r, got, digit)
		}
		if isDigit {
			continue
		}
		want, wantWeak := byte(0), false
		for d, all := range weakDigits {
			if strings.ContainsRune(all, r) {
				want, wantWeak = d, true
			}
		}
		if n, ok := numeralFolder.Rune(r); ok && n >= '0' && n <= '9' {
			want, wantWeak = byte(n), false
		}
		if got, weak := numeralOf(r); got != want || weak != wantWeak {
			t.Errorf("%c (%U) is the numeral %q, %v; want %q, %v", r, r, got, weak, want, wantWeak)
		}
		if folded, ok := digitFolder.Rune(r); r > hanTableBegin && r < hanTableEnd && (!ok || folded != r) {
			t.Errorf("%c (%U) folds to %c", r, r, folded)
		}
	}
}
