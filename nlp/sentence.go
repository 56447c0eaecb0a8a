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
	said           string // folded, its words between spaces
	tells          purpose
	question       bool
	han            bool
	clauses        []stretch
	terms          []weighted // of its clauses
}

// stretch is a clause as it can be told: bytes of a turn, without what it can be
// told without.
type stretch struct {
	from, to int
	leans    bool    // it cannot be told without the clause before
	holds    bool    // nor without that behind
	terms    int     // how many terms of the sentence come before its own
	value    float64 // the facts that it is expected to tell
}

// What says nothing, and what people begin with before they say something.
var (
	emptyWords = wordSet(`嗯 啊 哦 噢 好 好的 行 对 是 是的 可以 没有 没了 谢谢 谢谢您 再见 拜拜 您好 你好 喂 稍等 请稍等 不客气 明白 明白了 好吧 行吧 那好吧 没有了
		yes yeah no ok okay sure right thanks thank_you bye goodbye hello hi great perfect alright mhm uh_huh you're_welcome that's_all no_that's_all`)
	fillers = []string{"嗯", "呃", "啊", "哎呀", "哎", "诶", "哦", "噢", "喂", "那个", "就是说", "就是", "然后", "您好", "你好", "好的", "好吧", "行吧", "明白了", "明白", "那", "先生", "女士",
		"um", "uh", "er", "well", "so", "oh no", "oh", "okay", "ok", "yeah", "yes", "hi", "hello", "right", "sure", "alright", "great", "perfect", "thank you so much", "thank you", "thanks", "got it", "unfortunately", "honestly", "and", "but", "oh my god", "hmm", "wow", "good morning", "of course", "absolutely", "no"}
)

// sentences returns the sentences of a transcript that say anything.
// worth has them cut already, and the memory they lie in.
func sentences(t *models.Transcript, worth *worths) []sentence {
	d := &worth.draft
	out, said, parts, cuts, all, keys := d.sentences[:0], d.said, d.parts, d.cuts, d.clauses[:0], d.keys[:0]
	for i := range t.Turns {
		turn := &t.Turns[i]
		if turn.Party == models.System {
			continue
		}
		folded := worth.turns[i].Folded()
		for from := 0; from < len(turn.Text); {
			end := sentenceEnd(turn.Text, from)
			s := sentence{turn: i, party: turn.Party}
			s.from, s.to = trim(turn.Text, from, end)
			from = end
			if s.to <= s.from {
				continue
			}
			first, last := folded.Within(s.from, s.to)
			said = append(appendWords(append(said[:0], ' '), folded.Runes[first:last]), ' ')
			if words := said[1 : len(said)-1]; len(words) == 0 || emptyWords[string(words)] || isFormula(words) {
				if len(words) > 0 && signs(words) && len(turn.Text)-from < signature {
					break
				}
				continue
			}
			s.said = string(said)
			s.tells, s.han, s.question = purposeOf(s.said), script.HasHan(s.said), isQuestion(turn.Text[s.from:s.to])
			parts = atCommas(parts[:0], turn.Text, s.from, s.to)
			cuts = clauses(cuts[:0], turn.Text, parts)
			first = len(all)
			all = stretches(all, turn.Text, cuts)
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
	d.sentences, d.said, d.parts, d.cuts, d.clauses, d.keys = out, said, parts, cuts, all, keys
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

// isConjunction reports whether an English clause that can be told, or left out,
// by itself begins with word.
func isConjunction(word string) bool {
	var small [len("because")]byte
	if len(word) > len(small) {
		return false
	}
	for i := range len(word) {
		small[i] = word[i] | 0x20
	}
	switch string(small[:len(word)]) {
	case "and", "but", "so", "because", "since", "when", "until", "while", "unless", "if":
		return true
	}
	return false
}

// conjunction returns where the first conjunction between two spaces stands in
// text, with the space before and without that after it; -1 if there is none.
func conjunction(text string) (from, to int) {
	for from = strings.IndexByte(text, ' '); from >= 0; {
		n := strings.IndexByte(text[from+1:], ' ')
		if n < 0 {
			break
		}
		if isConjunction(text[from+1 : from+1+n]) {
			return from, from + 1 + n
		}
		from += 1 + n
	}
	return -1, -1
}

// leastClause is how many words a clause has at least.
const leastClause = 4

// clauses appends parts of text, cut before conjunctions.
func clauses(out [][2]int, text string, parts [][2]int) [][2]int {
	for _, c := range parts {
		start := c[0]
		for next := c[0]; ; {
			from, to := conjunction(text[next:c[1]])
			if from < 0 {
				break
			}
			at := next + from
			next += to + 1 // two in a row have but one space between
			if hasWords(text[start:at], leastClause) && hasWords(text[at:c[1]], leastClause+1) && !endsInScale(text[start:at]) {
				out = append(out, [2]int{start, at})
				start = at + 1
			}
		}
		out = append(out, [2]int{start, c[1]})
	}
	return out
}

// endsInScale reports whether a text ends with a word that a number can go on
// behind: six hundred and fifty.
func endsInScale(text string) bool {
	word := text[strings.LastIndexByte(text, ' ')+1:]
	return word == "hundred" || word == "thousand" || word == "million"
}

// hasWords reports whether text has n words between spaces or more.
func hasWords(text string, n int) bool {
	for range strings.FieldsSeq(text) {
		if n--; n <= 0 {
			return true
		}
	}
	return false
}

// atCommas appends bytes from to to of text, cut at their commas.
func atCommas(out [][2]int, text string, from, to int) [][2]int {
	start := from
	add := func(end int) {
		if start < end {
			out = append(out, [2]int{start, end})
		}
	}
	for i, r := range text[from:to] {
		comma := r == '，' || r == ',' && !digitBeside(text, from+i) || r == '；' || r == ';' || r == ' ' && hanBeside(text, from+i)
		if comma {
			add(from + i)
			start = from + i + utf8.RuneLen(r)
			for start < to && text[start] == ' ' {
				start++
			}
		}
	}
	add(to)
	return out
}

func digitBeside(text string, i int) bool {
	return i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9'
}

// hanBeside: speech recognition sets a space where a Chinese speaker pauses.
func hanBeside(text string, i int) bool {
	return i > 0 && script.Han(lastRune(text[:i])) && script.Han(firstRune(text[i+1:]))
}

// longSentence is where speech without full stops is cut at a comma.
const longSentence = 60 // characters

// sentenceEnd returns where the sentence of text ends that begins at byte from.
func sentenceEnd(text string, from int) int {
	n := 0
	for i, r := range text[from:] {
		n++
		i += from
		switch r {
		case '。', '！', '？', '!', '?', '\n', '；':
		case '.':
			if end := i + 1; end < len(text) && text[end] != ' ' || abbreviation(text[from:i]) {
				continue
			}
		case '，':
			if n <= longSentence {
				continue
			}
		default:
			continue
		}
		return i + utf8.RuneLen(r)
	}
	return len(text)
}

// abbreviations end with a full stop that ends no sentence.
var abbreviations = []string{"mr", "mrs", "ms", "dr", "st", "no", "vs", "etc", "e.g", "i.e", "a.m", "p.m"}

func abbreviation(before string) bool {
	w := before[strings.LastIndexByte(before, ' ')+1:]
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
	return from, from + len(strings.TrimRightFunc(text[from:to], closes))
}

// mayOpen tells of which bytes begin characters that opens finds.
var mayOpen = func() (table [256]bool) {
	for _, mark := range []string{"。", ".", "…", "!", "！", " ", "\t", "\n", "，", ",", "、"} {
		table[mark[0]] = true
	}
	return table
}()

// closes reports whether r is white space or a comma, which end no passage.
func closes(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '，', ',', '、':
		return true
	}
	return false
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
