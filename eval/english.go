package eval

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// English brings English text to the form in which Whisper's authors compare
// it: numbers as digits, contractions written out, one spelling, no
// punctuation (Radford and others, Robust Speech Recognition via Large-Scale
// Weak Supervision, 2022, appendix C).
type English struct {
	// Spelling maps British to American spellings. Without it such words
	// count as different.
	Spelling map[string]string
}

type substitution struct {
	pattern *regexp.Regexp
	with    string
}

func substitutions(pairs ...string) []substitution {
	out := make([]substitution, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, substitution{regexp.MustCompile(pairs[i]), pairs[i+1]})
	}
	return out
}

func apply(s string, subs []substitution) string {
	for _, x := range subs {
		s = x.pattern.ReplaceAllString(s, x.with)
	}
	return s
}

var (
	englishFirst = substitutions(
		`[<\[][^>\]]*[>\]]`, "",
		`\(([^)]+?)\)`, "",
		`\b(hmm|mm|mhm|mmm|uh|um)\b`, "",
		`\s+'`, "'",
		`\bwon't\b`, "will not", `\bcan't\b`, "can not", `\blet's\b`, "let us", `\bain't\b`, "aint", `\by'all\b`, "you all",
		`\bwanna\b`, "want to", `\bkinda\b`, "kind of", `\bsorta\b`, "sort of", `\bdunno\b`, "do not know", `\bgotta\b`, "got to",
		`\bgonna\b`, "going to", `\bi'ma\b`, "i am going to", `\bimma\b`, "i am going to", `\bwoulda\b`, "would have",
		`\bcoulda\b`, "could have", `\bshoulda\b`, "should have", `\bcause\b`, "because", `\bma'am\b`, "madam",
		`\bmr\b`, "mister ", `\bmrs\b`, "missus ", `\bst\b`, "saint ", `\bdr\b`, "doctor ", `\bprof\b`, "professor ",
		`\bcapt\b`, "captain ", `\bgov\b`, "governor ", `\bald\b`, "alderman ", `\bgen\b`, "general ", `\bsen\b`, "senator ",
		`\brep\b`, "representative ", `\bpres\b`, "president ", `\brev\b`, "reverend ", `\bhon\b`, "honorable ",
		`\basst\b`, "assistant ", `\bassoc\b`, "associate ", `\blt\b`, "lieutenant ", `\bcol\b`, "colonel ", `\bjr\b`, "junior ",
		`\bsr\b`, "senior ", `\besq\b`, "esquire ",
		`'d been\b`, " had been", `'s been\b`, " has been", `'d gone\b`, " had gone", `'s gone\b`, " has gone",
		`'d done\b`, " had done", `'s got\b`, " has got",
		`n't\b`, " not", `'re\b`, " are", `'s\b`, " is", `'d\b`, " would", `'ll\b`, " will", `'t\b`, " not", `'ve\b`, " have", `'m\b`, " am",
		`(\d),(\d)`, "$1$2",
		`\.([^0-9]|$)`, " $1",
	)
	englishLast = substitutions(
		`[.$¢€£]([^0-9])`, " $1",
		`([^0-9])%`, "$1 ",
	)
)

// Words returns the text's words as they are compared.
func (e English) Words(text string) []string {
	s := apply(strings.ToLower(text), englishFirst)
	s = plain(s, ".%$¢€£")
	s = numbers(s)
	words := strings.Fields(s)
	for i, w := range words {
		if to, ok := e.Spelling[w]; ok {
			words[i] = to
		}
	}
	// The closing rules look at the character after a sign, so that a space
	// at the end stands for the end of the text.
	return strings.Fields(apply(strings.Join(words, " "), englishLast))
}

// letters that normalisation form KD does not take apart.
var ligatures = map[rune]string{
	'œ': "oe", 'ø': "o", 'æ': "ae", 'ß': "ss", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l",
	'Œ': "OE", 'Ø': "O", 'Æ': "AE", 'ẞ': "SS", 'Đ': "D", 'Ð': "D", 'Þ': "th", 'Ł': "L",
}

// plain replaces symbols and punctuation by spaces, except those in keep, and
// drops diacritics.
func plain(s, keep string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case strings.ContainsRune(keep, r):
			b.WriteRune(r)
		case ligatures[r] != "":
			b.WriteString(ligatures[r])
		case unicode.Is(unicode.Mn, r):
		case unicode.In(r, unicode.M, unicode.S, unicode.P):
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
