package nlp

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/script"
)

// sentence is one sentence of a turn, with its clauses.
type sentence struct {
	turn, from, to int
	party          models.Party
	said           [2]int // where it stands, folded, its words between spaces
	tells          purpose
	question       bool
	han            bool
	clauses        []stretch
	terms          []weighted // of its clauses
	value          float64    // of its clauses
	told           float64    // of it, the value of those that are told
	parts          int        // of it that are told
	cost           int        // of those
}

// stretch is a clause as it can be told: bytes of a turn, without what it can be
// told without.
type stretch struct {
	from, to int
	join     int      // where what joins it to the clause before begins, and with
	begin    int      // which it begins if it is told behind that
	gaps     [][2]int // stretches of bytes from begin to to that are left out
	runes    int      // characters that are told of it
	behind   int      // of it and what joins it, told behind the clause before
	leans    bool     // it cannot be told without the clause before
	holds    bool     // nor without that behind
	terms    int      // how many terms of the sentence come before its own
	value    float64  // the facts that it is expected to tell
}

// What says nothing, and what people begin with before they say something.
var (
	emptyWords = wordSet(`嗯 啊 哦 噢 好 好的 行 对 是 是的 可以 没有 没了 谢谢 谢谢您 再见 拜拜 您好 你好 喂 稍等 请稍等 不客气 明白 明白了 好吧 行吧 那好吧 没有了
		yes yeah no ok okay sure right thanks thank_you bye goodbye hello hi great perfect alright mhm uh_huh you're_welcome that's_all no_that's_all`)
	fillers = []string{"嗯", "恩", "呃", "啊", "哎呀", "哎", "诶", "哦", "噢", "喂", "那个", "就是说", "就是", "然后", "您好", "你好", "好的", "好吧", "行吧", "明白了", "明白", "那", "先生", "女士",
		"um", "uh", "er", "well", "so", "oh no", "oh", "okay", "ok", "yeah", "yes", "hi", "hello", "right", "sure", "alright", "great", "perfect", "thank you so much", "thank you", "thanks", "got it", "unfortunately", "honestly", "and", "but", "oh my god", "hmm", "wow", "good morning", "of course", "absolutely", "no"}
)

var longestEmpty = longest(emptyWords)

// sentences returns the sentences of a transcript that say anything.
// worth has them cut already, and the memory they lie in.
func sentences(t *models.Transcript, worth *worths) []sentence {
	d := &worth.draft
	found := d.found
	out, said, parts, cuts, all, keys, gaps := d.sentences[:0], d.said[:0], d.parts, d.cuts, d.clauses[:0], d.keys[:0], d.gaps[:0]
	for i := range t.Turns {
		turn := &t.Turns[i]
		if turn.Party == models.System {
			continue
		}
		folded := worth.turns[i].Folded()
		for from := 0; from < len(turn.Text); {
			if n := cardOf(turn.Text[from:]); n > 0 {
				from += n
				continue
			}
			end := sentenceEnd(turn.Text, from)
			s := sentence{turn: i, party: turn.Party}
			s.from, s.to = trim(turn.Text, from, end)
			from = end
			if s.to <= s.from {
				continue
			}
			first, last := folded.Within(s.from, s.to)
			begins := len(said)
			said = append(appendWords(append(said, ' '), folded.Runes[first:last]), ' ')
			if words := said[begins+1 : len(said)-1]; len(words) == 0 || len(words) <= longestEmpty && emptyWords[string(words)] || isFormula(words) {
				if len(words) > 0 && signs(words) && len(turn.Text)-from < signature {
					break
				}
				continue
			}
			s.said = [2]int{begins, len(said)}
			s.han, s.question = script.HasHan(turn.Text[s.from:s.to]), isQuestion(turn.Text[s.from:s.to])
			parts = atCommas(parts[:0], turn.Text, s.from, s.to)
			cuts = clauses(cuts[:0], turn.Text, parts)
			first = len(all)
			found = found[:0]
			if turn.Party == models.Agent || s.to-s.from < longGreets {
				found = nothings.words.Find(found, turn.Text[s.from:s.to])
			}
			all, gaps = stretches(all, gaps, turn.Text, cuts, &s, found)
			s.clauses = all[first:len(all):len(all)]
			if len(s.clauses) == 0 {
				continue
			}
			begin := len(keys)
			for k := range s.clauses {
				c := &s.clauses[k]
				c.terms = len(keys) - begin
				keys = worth.of(keys, i, c.from, c.to)
			}
			s.terms = keys[begin:len(keys):len(keys)]
			out = append(out, s)
		}
	}
	words := string(said)
	for i := range out {
		s := &out[i]
		s.tells = purposeOf(words[s.said[0]:s.said[1]], s.han)
	}
	d.sentences, d.said, d.parts, d.cuts, d.clauses, d.keys, d.gaps, d.found = out, said, parts, cuts, all, keys, gaps, found
	return out
}

// termsOf returns the terms of clauses from first to last of a sentence.
func (s *sentence) termsOf(first, last int) []weighted {
	to := len(s.terms)
	if last+1 < len(s.clauses) {
		to = s.clauses[last+1].terms
	}
	return s.terms[s.clauses[first].terms:to]
}

// formulas open and close letters; with a name after them they say nothing.
var formulas = []string{"dear", "kind regards", "best regards", "warm regards", "regards", "best wishes", "yours sincerely", "yours faithfully", "sincerely", "此致", "敬礼", "祝好", "顺祝商祺"}

// signs reports whether a formula closes a letter: a signature follows.
func signs(said []byte) bool { return isFormula(said) && !bytes.HasPrefix(said, []byte("dear")) }

const signature = 60 // bytes it has at most

const formulaWords = 5 // longer sentences go on to say something

func isFormula(said []byte) bool {
	return bytes.Count(said, []byte(" ")) < formulaWords && slices.ContainsFunc(formulas, func(f string) bool {
		n := len(f)
		return len(said) >= n && string(said[:n]) == f && (len(said) == n || said[n] == ' ')
	})
}

// longSentence is where speech without full stops is cut at a comma.
const longSentence = 60 // characters

// sentenceEnd returns where the sentence of text ends that begins at byte from.
func sentenceEnd(text string, from int) int {
	n := 0
	for i := from; i < len(text); i++ {
		n++
		size, ends := 1, false
		switch c := text[i]; {
		case c == '.':
			ends = (i+1 == len(text) || text[i+1] == ' ') && !abbreviation(text[from:i])
		case c == ' ' || c == '~':
			ends = i > from && (text[i-1] >= utf8.RuneSelf || text[i-1] == '~') && partsMessages(text, i)
		case c < utf8.RuneSelf:
			ends = c == '!' || c == '?' || c == '\n'
		case c == "。"[0] || c == "，"[0]:
			var r rune
			switch r, size = utf8.DecodeRuneInString(text[i:]); r {
			case '。', '！', '？', '；':
				ends = true
			case '～':
				ends = partsMessages(text, i)
			case '，':
				ends = n > longSentence
			}
		case c >= 0xF0:
			size = 4
		case c >= 0xE0:
			size = 3
		default:
			size = 2
		}
		if ends {
			return i + size
		}
		i += size - 1
	}
	return len(text)
}

// abbreviations end with a full stop that ends no sentence.
var abbreviations = []string{"mr", "mrs", "ms", "dr", "st", "no", "vs", "etc", "jan", "feb", "apr", "aug", "sept", "oct", "nov", "dec", "e.g", "i.e", "a.m", "p.m"}

func abbreviation(before string) bool {
	w := before[strings.LastIndexByte(before, ' ')+1:]
	if len(w) == 1 && w[0] >= 'A' && w[0] <= 'Z' && w != "I" {
		return true // an initial
	}
	return slices.ContainsFunc(abbreviations, func(a string) bool { return strings.EqualFold(a, w) })
}

// trim takes white space and fillers from the ends.
func trim(text string, from, to int) (int, int) {
	for {
		if from < to && mayOpen[text[from]] {
			from += len(text[from:to]) - len(strings.TrimLeftFunc(text[from:to], opens))
		}
		n := filler(text[from:to])
		if n == 0 {
			break
		}
		from += n
	}
	for to > from {
		r, size := utf8.DecodeLastRuneInString(text[from:to])
		if !closes(r) {
			break
		}
		to -= size
	}
	return from, to
}

// mayOpen tells of which bytes begin characters that opens finds.
var mayOpen = func() (table [256]bool) {
	for _, mark := range []string{"。", ".", "…", "!", "！", " ", "\t", "\n", "，", ",", "、", "~", "～", "☀", "😀"} {
		table[mark[0]] = true
	}
	return table
}()

// closes reports whether r is white space, a comma, a wave or an emoji, which end
// no passage.
func closes(r rune) bool {
	if r >= 'A' && r <= 'z' || r >= firstHan && r < lastHan {
		return false
	}
	switch r {
	case ' ', '\t', '\n', '，', ',', '、', '~', '～', ':', '：', 0xFE0F:
		return true
	}
	return r >= 0x2600 && r <= 0x27BF || r >= 0x1F000 && r <= 0x1FAFF
}

// opens reports whether r is what closes finds, or a mark that ends a sentence.
func opens(r rune) bool {
	switch r {
	case '。', '.', '…', '!', '！':
		return true
	}
	return closes(r)
}

// fillersByByte holds the fillers by their first byte, in either case.
var fillersByByte = func() (table [256][]string) {
	for _, f := range fillers {
		table[f[0]] = append(table[f[0]], f)
		if f[0] < utf8.RuneSelf {
			table[f[0]-'a'+'A'] = append(table[f[0]-'a'+'A'], f)
		}
	}
	return table
}()

// filler returns the length of the filler that s begins with; 0: of none. An
// English word counts only whole; some only before a comma or at the end.
func filler(s string) int {
	if s == "" {
		return 0
	}
	if s[0] == '@' && len(s) > 1 && script.WordByte(s[1]) {
		if end := strings.IndexByte(s, ' '); end > 0 {
			return end
		}
		return len(s)
	}
	for _, f := range fillersByByte[s[0]] {
		if len(s) < len(f) || !sameLetters(s[:len(f)], f) {
			continue
		}
		if f[0] >= 0x80 {
			if f == "那" && strings.HasPrefix(s, "那个") || f == "先生" || f == "女士" || f == "那" && len(s) > 3 && strings.ContainsRune("边里家台些种", firstRune(s[3:])) {
				continue
			}
			return len(f)
		}
		rest := s[len(f):]
		loose := f == "so" || f == "and" || f == "but" || f == "um" || f == "uh" || f == "er"
		if rest == "" || strings.ContainsRune(",.!?", rune(rest[0])) || loose && rest[0] == ' ' {
			return len(f)
		}
	}
	return 0
}

// sameLetters reports whether a text is the same as small in small letters of
// ASCII; both have as many bytes.
func sameLetters(text, small string) bool {
	for i := range len(small) {
		c := text[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != small[i] {
			return false
		}
	}
	return true
}

func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }
func lastRune(s string) rune  { r, _ := utf8.DecodeLastRuneInString(s); return r }

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[strings.ReplaceAll(w, "_", " ")] = true
	}
	return m
}
