package terms

import "strings"

// Words that hold a sentence together and tell nothing by themselves.
var (
	emptyWords = stemsOf(`a an the this that these those and or but so if then than as of to in on at by for with from into onto about over up down out off
		i you he she it we they me him her us them my your his its our their mine yours ours theirs who whom whose which what when where why how there here
		is be do have will would shall should can could may might must just also very too really only even still already again yet now
		okay ok yes yeah oh well um uh please thank thanks hello hi sure right great alright`)
	emptyHan = "的了是在我你您他她它们这那就都也和与及到给把被对要会吗呢吧啊嘛呀哦嗯着过地得之于而且但并或者为以其所很还再又才只个们让使向往从由因请"
)

// hanTraits is what is known of a Chinese character.
type hanTraits uint8

const (
	hanEmpty   hanTraits = 1 << iota // it tells nothing by itself
	hanNumeral                       // a digit, or ten and its powers
	hanHalf
)

// traits holds the traits of the characters of the largest block.
var traits = func() (table [lastHan - firstHan + 1]hanTraits) {
	for _, r := range emptyHan {
		table[r-firstHan] |= hanEmpty
	}
	for _, r := range chineseDigits + "两幺十百千万亿" {
		table[r-firstHan] |= hanNumeral
	}
	table['半'-firstHan] |= hanHalf
	return table
}()

// traitsOf returns the traits of a Chinese character.
func traitsOf(r rune) hanTraits {
	switch {
	case r >= firstHan && r <= lastHan:
		return traits[r-firstHan]
	case r == '〇':
		return hanNumeral
	}
	return 0
}

func stemsOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[stem(w)] = true
	}
	return m
}

// Empty reports whether a term only holds a sentence together, as "the" and 的
// do. Negations are never empty.
func Empty(t *Term) bool {
	switch t.Kind {
	case Word:
		if t.known != nil {
			return t.known.empty
		}
		return emptyWords[t.Text]
	case Han:
		return t.han&hanEmpty != 0
	case Mark:
		return true
	}
	return false
}
