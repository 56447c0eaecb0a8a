package asr

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"earshot/models"
)

// Limits of what the glossary may change.
const (
	heardSurely   = 0.85 // a word this sure, or surer, stays as it was heard
	pinyinLimit   = 0.2  // of the distance a syllable
	editexLimit   = 0.2  // of the distance a letter, 0 to 1
	minTermHan    = 2    // characters
	minTermLatin  = 4    // letters
	maxTermRunes  = 64
	maxTerms      = 2000
	promptedTerms = 40 // more would take the place of speech in the recogniser's context
)

// glossary writes the user's terms (names of products, companies and people)
// where something that sounds like one was heard, and heard unsurely.
type glossary struct {
	chinese []chineseTerm // longest first
	latin   []latinTerm
}

type chineseTerm struct {
	text      []rune
	syllables [][]syllable
}

type latinTerm struct {
	words   []string // as the user writes them
	letters []rune   // all of them together, in lower case
}

func validateGlossary(terms []string) error {
	if len(terms) > maxTerms {
		return fmt.Errorf("glossary: %d terms: want at most %d", len(terms), maxTerms)
	}
	for _, t := range terms {
		n := utf8.RuneCountInString(letters(t))
		least := minTermLatin
		if isHan(t) {
			least = minTermHan
		}
		if n < least || utf8.RuneCountInString(t) > maxTermRunes {
			return fmt.Errorf("glossary term %.80q: want %d to %d letters, or at least %d Chinese characters: shorter ones sound like too much else", t, minTermLatin, maxTermRunes, minTermHan)
		}
		if isHan(t) && strings.IndexFunc(t, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) >= 0 {
			return fmt.Errorf("glossary term %.80q: want Chinese characters alone or none: give its parts as terms of their own", t)
		}
	}
	return nil
}

func isHan(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}

// newGlossary prepares terms, which are valid, for text in the given script.
func newGlossary(terms []string, script *Script) *glossary {
	g := &glossary{}
	for _, t := range terms {
		if !isHan(t) {
			g.latin = append(g.latin, latinTerm{strings.Fields(t), []rune(letters(t))})
			continue
		}
		c := chineseTerm{text: []rune(script.Convert(t))}
		for _, r := range c.text {
			c.syllables = append(c.syllables, readings(r))
		}
		g.chinese = append(g.chinese, c)
	}
	slices.SortStableFunc(g.chinese, func(a, b chineseTerm) int { return cmp.Compare(len(b.text), len(a.text)) })
	slices.SortStableFunc(g.latin, func(a, b latinTerm) int { return cmp.Compare(len(b.letters), len(a.letters)) })
	return g
}

// withGlossary adds the terms to the prompts of the languages they are in, so
// that the recogniser expects them.
func withGlossary(prompts Prompts, terms []string) Prompts {
	if len(terms) == 0 {
		return prompts
	}
	out := Prompts{}
	for l, p := range prompts {
		out[l] = p
	}
	var chinese, latin []string
	for _, t := range terms {
		if isHan(t) {
			chinese = append(chinese, t)
		} else {
			latin = append(latin, t)
		}
	}
	if n := min(len(chinese), promptedTerms); n > 0 {
		out["zh"] = strings.Join(chinese[:n], "、") + "。" + out["zh"] // the sentence last: its style is followed
	}
	if n := min(len(latin), promptedTerms); n > 0 {
		out["en"] = strings.TrimSpace(out["en"] + " " + strings.Join(latin[:n], ", ") + ".")
	}
	return out
}

// correct returns the words of a phrase with terms put where they were meant,
// and the terms that were.
func (g *glossary) correct(words []timedWord) (out []timedWord, terms []string) {
	out, terms = g.correctChinese(words)
	out, more := g.correctLatin(out)
	return out, append(terms, more...)
}

// place of a character in words.
type charAt struct {
	r          rune
	word       int
	confidence float64
	syllables  []syllable
}

func (g *glossary) correctChinese(words []timedWord) ([]timedWord, []string) {
	if len(g.chinese) == 0 {
		return words, nil
	}
	var chars []charAt
	for i, w := range words {
		for _, r := range w.Text {
			c := charAt{r: r, word: i, confidence: w.Confidence}
			if unicode.Is(unicode.Han, r) {
				c.syllables = readings(r)
			}
			chars = append(chars, c)
		}
	}
	taken := make([]bool, len(chars))
	var terms []string
	changed := false
	for _, t := range g.chinese { // what is there already is nobody else's
		for from := 0; from+len(t.text) <= len(chars); from++ {
			if sameChars(chars[from:from+len(t.text)], t.text) {
				take(taken[from : from+len(t.text)])
			}
		}
	}
	for _, t := range g.chinese {
		for from := 0; from+len(t.text) <= len(chars); from++ {
			span := chars[from : from+len(t.text)]
			if slices.Contains(taken[from:from+len(t.text)], true) || !t.meant(span) {
				continue
			}
			take(taken[from : from+len(t.text)])
			for i, r := range t.text {
				span[i].r = r
			}
			changed = true
			terms = append(terms, string(t.text))
		}
	}
	if !changed {
		return words, nil
	}
	out := slices.Clone(words)
	for i := range out {
		out[i].Text = ""
	}
	for _, c := range chars {
		out[c.word].Text += string(c.r)
	}
	return out, terms
}

func take(taken []bool) {
	for i := range taken {
		taken[i] = true
	}
}

func sameChars(chars []charAt, text []rune) bool {
	for i, r := range text {
		if chars[i].r != r {
			return false
		}
	}
	return true
}

// meant tells whether characters sound like the term. Two-character terms must
// sound the same but for slurring; in longer ones a part may be another. What
// differs must have been heard unsurely.
func (t chineseTerm) meant(chars []charAt) bool {
	total, worst := 0.0, 0.0
	for i, c := range chars {
		if c.syllables == nil {
			return false
		}
		if c.r == t.text[i] {
			continue
		}
		if c.confidence >= heardSurely {
			return false
		}
		d := syllablesApart(c.syllables, t.syllables[i])
		if total, worst = total+d, max(worst, d); total > pinyinLimit*float64(len(t.text)) {
			return false
		}
	}
	if len(t.text) == minTermHan {
		return worst <= slurredPart && total <= 2*slurredPart
	}
	return worst <= otherPart+slurredPart
}

func (g *glossary) correctLatin(words []timedWord) ([]timedWord, []string) {
	var terms []string
	spelt := spell(words)
	for _, t := range g.latin {
		for from := 0; from < len(words); from++ {
			n, d := t.meant(words[from:], spelt[from:])
			if n == 0 {
				continue
			}
			if later, nearer := t.meant(words[from+1:], spelt[from+1:]); later > 0 && nearer < d {
				continue // the word before it is none of the term's
			}
			words = slices.Concat(words[:from], t.put(words[from:from+n]), words[from+n:])
			spelt = spell(words)
			terms = append(terms, strings.Join(t.words, " "))
			from += len(t.words) - 1
		}
	}
	return words, terms
}

// spell returns the letters of each word in lower case, without what may follow
// a term in it; none for words in Chinese.
func spell(words []timedWord) [][]rune {
	out := make([][]rune, len(words))
	for i, w := range words {
		if l := letters(wordEnd.ReplaceAllString(w.Text, "")); !isHan(l) {
			out[i] = []rune(l)
		}
	}
	return out
}

// meant returns how many of the words, from the first on, sound like the term:
// the number for which they do most, and how far apart they are. 0: none, or
// they are the term.
func (t latinTerm) meant(words []timedWord, spelt [][]rune) (n int, apart float64) {
	best, bestN := editexLimit, 0
	var all []rune
	doubt := false
	for n, w := range words[:min(len(words), len(t.words)+2)] {
		if len(spelt[n]) == 0 {
			break
		}
		all = append(all, spelt[n]...)
		doubt = doubt || w.Confidence < heardSurely
		// A letter too many or too few costs at least 1 of 2.
		most := max(len(all), len(t.letters))
		limit := editexLimit * 2 * float64(most)
		if float64(len(t.letters)-len(all)) > limit {
			continue
		}
		if float64(len(all)-len(t.letters)) > limit {
			break
		}
		// Split otherwise, or in another case, is the same word: sure or not.
		same := slices.Equal(all, t.letters)
		if same && t.written(words[:n+1]) {
			return 0, 0
		}
		if !same && !doubt {
			continue
		}
		if d := float64(editex(all, t.letters)) / float64(2*most); d < best || d == best && bestN == 0 {
			best, bestN = d, n+1
		}
	}
	return bestN, best
}

// written tells whether the words are the term as the user writes it. A term
// in small letters may begin a sentence.
func (t latinTerm) written(words []timedWord) bool {
	text, term := joined(words), strings.Join(t.words, " ")
	return len(words) == len(t.words) && (text == term || strings.ToLower(term) == term && strings.EqualFold(text, term))
}

func joined(words []timedWord) string {
	var b []string
	for _, w := range words {
		b = append(b, strings.TrimFunc(w.Text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }))
	}
	return strings.Join(b, " ")
}

// put writes the term in the place and time of the words, as many words as it
// has, with the punctuation around them.
func (t latinTerm) put(words []timedWord) []timedWord {
	first, last := words[0], words[len(words)-1]
	out := make([]timedWord, len(t.words))
	total, sum := float64(len(t.letters)), 0.0
	length := float64(last.End - first.Start)
	at := first.Start
	confidence := first.Confidence
	for _, w := range words {
		confidence = min(confidence, w.Confidence)
	}
	for i, text := range t.words {
		sum += float64(utf8.RuneCountInString(letters(text)))
		out[i] = timedWord{Word: Word{Text: " " + text, Confidence: confidence}, Start: at}
		at = first.Start + models.Millis(sum/total*length)
		out[i].End = at
	}
	if !strings.HasPrefix(first.Text, " ") {
		out[0].Text = out[0].Text[1:]
	}
	tail := wordEnd.FindString(last.Text)
	out[len(out)-1].Text += tail
	return out
}

// wordEnd is what may follow a term in the same word.
var wordEnd = regexp.MustCompile(`(['’]s)?[\pP]*$`)
