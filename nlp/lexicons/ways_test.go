package lexicons

import (
	"slices"
	"testing"
)

// Ways of hiding a word that another generator than that of the evasion test uses, and what
// stands beside them.
func TestOtherWaysOfHiding(t *testing.T) {
	words := Vocabulary("data", "zh", []string{"shit", "idiot", "kill yourself", "consumer rights", "beat you up", "double your money", "bastard", "王八蛋", "全国第一", "打官司", "滚蛋", "跳河", "三一五晚会"})
	search, err := NewDictionary([]*Lexicon{words})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		// Stars for letters.
		"what a load of sh*t": "shit", "you id#ot": "idiot", "k*ll yourself": "kill yourself", "go kill y**rself now": "kill yourself", "such an idi@t": "idiot",
		"s**t happens": "shit", "sh** happens": "", "s*** happens": "", "5*4*3 and a*b": "", "* shirt *": "", "idiot-proof": "idiot", "mail sh@re.example": "",
		// The same letter at the end of one word and the beginning of the next.
		"c o n s u m e r r i g h t s": "consumer rights", "beat.you.up": "beat you up", "I will beaaat you up": "beat you up",
		// Eight and nine.
		"dou8le y0ur money": "double your money", "8astard": "bastard", "part 8457 of 988": "",
		// Digits for numerals, and a longer number.
		"你个王8蛋": "王八蛋", "全国第1": "全国第一", "全国第12名": "", "3一五晚会": "三一五晚会", "王8": "",
		// Doubles inside, a narrow mark between.
		"打官官司": "打官司", "滚!蛋": "滚蛋", "滚！蛋": "", "跳!河边": "跳河",
	} {
		var got []string
		for _, m := range search.Words(text) {
			got = append(got, m.Word)
		}
		if want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
