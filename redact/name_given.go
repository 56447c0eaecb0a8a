package redact

import "strings"

// givenWords are given names that are words or places as well: with a surname
// they are names.
var givenWords = set(`Grace Sofia Diego Mark Rose Hope Faith Joy Will Bill Frank Jack Grant Chase Dawn Summer Autumn Ivy Lily Daisy Violet Olive Ruby Pearl Amber Crystal Jade Paris London Austin Dallas
 Houston Jackson Madison Savannah Charlotte Florence Victoria Sydney Brooklyn Chelsea Jordan Chad Georgia Virginia Carolina Kenya India Lincoln Orlando Santiago Angel Christian Guy Art Rich Gene
 Pat Sue Drew Bob Rob Nick Josh Harry Penny Heather Holly Robin Jay Ray Dean Earl Miles Max Mason Parker Hunter Cooper Taylor Trinity Destiny Troy Clay Reed Dale Glen Cliff Wade Lance Pierce Rod Rusty
 Melody Harmony Iris Hazel Ginger Eve Kent Sandy Misty Sunny Brook`)

// surnamed reports whether a row of capitals is such a given name and a word
// that is none but a name.
func surnamed(row string) bool {
	first, rest, more := strings.Cut(row, " ")
	if !more || !givenWords[first] {
		return false
	}
	for _, w := range strings.Fields(rest) {
		if !common(w) {
			return true
		}
	}
	return false
}

// coined reports whether a word has a capital after four small letters or more,
// as names of products and companies have: LaserJet, not McDonald.
func coined(w string) bool {
	small := 0
	for i := range len(w) {
		switch c := w[i]; {
		case c >= 'a' && c <= 'z':
			small++
		case c >= 'A' && c <= 'Z' && small > 3:
			return true
		default:
			small = 0
		}
	}
	return false
}
