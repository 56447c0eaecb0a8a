package redact

import (
	"regexp"
	"strings"

	"earshot/models/fold"
)

var plateFolder = fold.New(fold.Width | fold.Case | fold.Digits | fold.Numerals | fold.Traditional)

var plate = regexp.MustCompile(`[` + provinces + `]\s?[a-hj-z](?:\s?[·.-]\s?)?(?:\s?[a-hj-np-z0-9]{4,5}[a-hj-np-z0-9挂学警港澳]|(?:\s[a-hj-np-z0-9]){4,5}\s?[a-hj-np-z0-9挂学警港澳])`)

// plateAreas returns the number plates of one text; their digits may be
// numerals.
func plateAreas(text string, turn int) []area {
	folded := plateFolder.Fold(text)
	s := folded.String()
	var out []area
	for _, m := range plate.FindAllStringIndex(s, -1) {
		if m[1] < len(s) && alphanumeric(s[m[1]]) || !strings.ContainsAny(s[m[0]:m[1]], "0123456789") {
			continue
		}
		a, b := spanOf(&folded, s, m)
		value := strings.NewReplacer("·", "", ".", "", " ", "", "-", "").Replace(s[m[0]:m[1]])
		out = append(out, area{kind: Plate, value: value, pieces: []piece{{turn, a, b}}})
	}
	return out
}

// plateLead is what comes before a number plate where it has no form of its own.
var plateLead = regexp.MustCompile(`\b(?:(?:licen[cs]e|number|registration|car|vehicle|my|the|car's|vehicle's) plates?|plates?|plate number|registration number|(?:vehicle|car) registration|reg number|tag number)(?: number| no\.?| #)?(?: (?:on|of|for) (?:my|the|his|her|our|your) [a-z]{2,12})?(?:'s| is| are| was| reads|:|,| it's| that's)*\s+`)

// saysPlate reports whether a text in small letters speaks of number plates.
func saysPlate(small string) bool {
	return strings.Contains(small, "plate") || strings.Contains(small, "registration") || strings.Contains(small, "g number") // tag, reg
}

// platesIn returns the number plates of an English text: after words that
// announce one.
func platesIn(text, small string) []found {
	var out []found
	if saysPlate(small) {
		for _, m := range plateLead.FindAllStringIndex(small, -1) {
			if n := plateAt(text[m[1]:]); n > 0 {
				out = append(out, found{Plate, m[1], m[1] + n})
			}
		}
	}
	return out
}

// plateAt returns how long the plate is that text begins with: groups of
// capitals and digits, or letters and number words one by one, five to eight in
// all and some of each. 0 if there is none.
func plateAt(text string) int {
	letters, digits, end := 0, 0, 0
	for at := 0; at < len(text); {
		n := at
		for n < len(text) && alphanumeric(text[n]) {
			n++
		}
		l, d := plateGroup(text[at:n])
		if l+d == 0 || letters+digits+l+d > 8 {
			break
		}
		letters, digits, end = letters+l, digits+d, n
		if at = n; at < len(text) && (text[at] == ' ' || text[at] == '-' || text[at] == ',') {
			at++
		}
		for at < len(text) && text[at] == ' ' {
			at++
		}
	}
	if letters == 0 || digits == 0 || letters+digits < 5 {
		return 0
	}
	return end
}

// plateGroup returns how many letters and digits of a plate a word stands for.
func plateGroup(word string) (letters, digits int) {
	if len(word) > 8 {
		return 0, 0
	}
	if w, ok := spokenWordOf(word); ok && w.kind == digitWord && len(word) > 1 {
		return 0, len(w.digits)
	}
	for i := range len(word) {
		switch c := word[i]; {
		case isDigit(c):
			digits++
		case c >= 'A' && c <= 'Z', len(word) == 1 || strings.ContainsAny(word, "0123456789"):
			letters++
		default:
			return 0, 0
		}
	}
	return letters, digits
}
