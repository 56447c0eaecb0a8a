package fold

import (
	_ "embed"
	"strings"
	"sync"
)

// simplified.txt holds pairs of a traditional character and the simplified
// one. It is made by simplified.sh from the Traditional-Simplified transform
// of ICU (Unicode CLDR data), for the characters of GBK and Big5.
//
//go:generate bash simplified.sh
//go:embed simplified.txt
var simplifiedPairs string

// variants adds characters that the transform leaves alone but that are the
// same word in a conversation.
const variants = "濛蒙矇蒙諮咨谘咨妳你牠它喒咱祇只"

var simplifiedTable = sync.OnceValue(func() []rune {
	table := make([]rune, 0x10000)
	for _, pairs := range []string{strings.TrimSpace(simplifiedPairs), variants} {
		from := rune(0)
		for _, r := range pairs {
			if from == 0 {
				from = r
				continue
			}
			table[from], from = r, 0
		}
	}
	return table
})

func simplified(r rune) rune { return simplifiedIn(simplifiedTable(), r) }

func simplifiedIn(table []rune, r rune) rune {
	if uint32(r) < uint32(len(table)) && table[r] != 0 {
		return table[r]
	}
	return r
}

// Simplify returns text with traditional Chinese characters replaced by
// simplified ones, one for one. That is enough to compare texts, not to
// publish them: words that differ between regions stay.
func Simplify(text string) string {
	table := simplifiedTable()
	for i, r := range text {
		if simplifiedIn(table, r) != r {
			return text[:i] + strings.Map(func(r rune) rune { return simplifiedIn(table, r) }, text[i:])
		}
	}
	return text
}
