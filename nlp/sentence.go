package nlp

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"earshot/models"
)

// sentence is a candidate for a summary.
type sentence struct {
	turn, from, to int
	party          models.Party
	said           string // folded, its words between spaces
	section        string
	opening        bool // it says what the customer comes for
	score          float64
	pairs          map[string]bool
	runes          int
}

// What says nothing, and what people begin with before they say something.
var (
	emptyWords = wordSet(`嗯 啊 哦 噢 好 好的 行 对 是 是的 可以 没有 没了 谢谢 谢谢您 再见 拜拜 您好 你好 喂 稍等 请稍等 不客气
		yes yeah no ok okay sure right thanks thank_you bye goodbye hello hi great perfect alright mhm uh_huh you're_welcome that's_all no_that's_all`)
	fillers = []string{"嗯", "呃", "啊", "哦", "噢", "喂", "那个", "就是说", "就是", "然后", "um ", "um,", "uh ", "uh,", "er ", "er,", "well,", "well ", "so ", "oh ", "oh,", "okay,", "okay.", "okay ", "ok,", "ok ", "yeah,", "yeah ", "yes,", "hi,", "hi ", "hello,", "hello "}
)

// sentences returns the sentences of a transcript that say anything, and how
// many characters it has.
func sentences(t *models.Transcript) ([]*sentence, int) {
	var out []*sentence
	total := 0
	for i := range t.Turns {
		turn := &t.Turns[i]
		total += utf8.RuneCountInString(turn.Text)
		if turn.Party == models.System {
			continue
		}
		for _, s := range cut(turn.Text) {
			from, to := trim(turn.Text, s[0], s[1])
			if to <= from {
				continue
			}
			text := turn.Text[from:to]
			folded := searchFolder.Fold(text)
			said := words(folded.String())
			if said == "" || emptyWords[said] {
				continue
			}
			out = append(out, &sentence{turn: i, from: from, to: to, party: turn.Party, said: " " + said + " ", pairs: pairs(said), runes: utf8.RuneCountInString(text)})
		}
	}
	return out, total
}

// longSentence is where speech without full stops is cut at a comma.
const longSentence = 60 // characters

func cut(text string) [][2]int {
	var out [][2]int
	from, n := 0, 0
	for i, r := range text {
		n++
		end := i + utf8.RuneLen(r)
		stop := r == '。' || r == '！' || r == '？' || r == '!' || r == '?' || r == '\n' || r == '；' ||
			r == '.' && (end == len(text) || text[end] == ' ') && !abbreviation(text[from:i]) || n > longSentence && (r == '，' || r == ',')
		if stop {
			out = append(out, [2]int{from, end})
			from, n = end, 0
		}
	}
	if from < len(text) {
		out = append(out, [2]int{from, len(text)})
	}
	return out
}

func abbreviation(before string) bool {
	w := strings.ToLower(before[strings.LastIndexByte(before, ' ')+1:])
	return slices.Contains([]string{"mr", "mrs", "ms", "dr", "st", "no", "vs", "etc", "e.g", "i.e", "a.m", "p.m"}, w)
}

// trim takes white space and fillers from the ends.
func trim(text string, from, to int) (int, int) {
	for {
		for from < to && strings.ContainsRune(" \t\n，,、。.…!！", firstRune(text[from:to])) {
			from += utf8.RuneLen(firstRune(text[from:to]))
		}
		n := filler(text[from:to])
		if n == 0 {
			break
		}
		from += n
	}
	for to > from && strings.ContainsRune(" \t\n，,、", lastRune(text[from:to])) {
		to -= utf8.RuneLen(lastRune(text[from:to]))
	}
	return from, to
}

// filler returns the length of the filler that s begins with; 0: of none.
func filler(s string) int {
	for _, f := range fillers {
		if len(s) >= len(f) && strings.EqualFold(s[:len(f)], f) {
			return len(f)
		}
	}
	return 0
}

func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }
func lastRune(s string) rune  { r, _ := utf8.DecodeLastRuneInString(s); return r }

// pairs returns the pairs of characters, in English the words, of what is
// said.
func pairs(said string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(said) {
		runes := []rune(w)
		if !unicode.Is(unicode.Han, runes[0]) {
			if len(w) > 3 || unicode.IsDigit(runes[0]) {
				out[w] = true
			}
			continue
		}
		for i := 0; i+1 < len(runes); i++ {
			out[string(runes[i:i+2])] = true
		}
	}
	return out
}

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[strings.ReplaceAll(w, "_", " ")] = true
	}
	return m
}
