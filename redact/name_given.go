package redact

import "strings"

// givenWords are given names that are words or places as well: with a surname, or
// as the answer to a question for one, they are names. In small letters.
var givenWords = set(`grace sofia diego mark rose hope faith joy will bill frank jack grant chase dawn summer autumn ivy lily daisy violet olive ruby pearl amber crystal jade paris london
 austin dallas houston jackson madison savannah charlotte florence victoria sydney brooklyn chelsea jordan chad georgia virginia carolina kenya india lincoln orlando
 santiago angel christian guy art rich gene pat sue drew bob rob nick josh harry penny heather holly robin jay ray dean earl miles max mason parker hunter cooper taylor
 trinity destiny troy clay reed dale glen cliff wade lance pierce rod rusty melody harmony iris hazel ginger eve kent sandy misty sunny brook april may june jasmine martin
 carter tyler duke don dick peter john mary jane charity chance jesus sky star bonnie jean carol gay randy jerry tony tom tim sam ben dan ken stone skip`)

// surnamed reports whether a row of capitals is such a given name and a word
// that is none but a name.
func surnamed(row string) bool {
	first, rest, more := strings.Cut(row, " ")
	if !more || !lookup(givenWords, first) {
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
