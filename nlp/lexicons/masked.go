package lexicons

import (
	"earshot/models/fold"
	"earshot/models/script"
)

// Swearing is often written with stars for a part of its letters: sh*t, f**k. A
// star is any one letter, so such words are compared with those of their length.

// maskedKey is what a masked word has in common with the word that is meant.
type maskedKey struct {
	first  rune
	length int
}

// shortestMasked is how many letters a word has that is looked for.
const shortestMasked = 4

// keepMaskable notes the severe words that may be written with stars.
func (d *Dictionary) keepMaskable() {
	d.masked = map[maskedKey][]int32{}
	for i := range d.words {
		w := &d.words[i]
		if !w.severe || w.allow || w.parts > 1 || d.lexicons[w.lexicon].Exact || len(w.letters) < shortestMasked || hasOther(w.letters) {
			continue
		}
		key := maskedKey{w.letters[0], len(w.letters)}
		d.masked[key] = append(d.masked[key], int32(i))
	}
}

// hasOther reports whether letters are not of a to z alone, words and spaces
// between.
func hasOther(letters []rune) bool {
	for _, r := range letters {
		if (r < 'a' || r > 'z') && r != ' ' {
			return true
		}
	}
	return false
}

func mask(r rune) bool { return r == '*' || r == '#' || r == '@' || r == '-' }

// findMasked appends the words that stand in a text with stars in them.
func (d *Dictionary) findMasked(hits []Hit, text *fold.Text) []Hit {
	if len(d.masked) == 0 {
		return hits
	}
	before := len(hits)
	for at := 1; at < len(text.Runes); at++ {
		if !mask(text.Runes[at]) || !smallLetter(text.Runes[at-1]) {
			continue
		}
		from := at - 1
		for from > 0 && smallLetter(text.Runes[from-1]) {
			from--
		}
		at = d.maskedFrom(&hits, text, from, at, before)
	}
	return hits
}

// maskedFrom looks for words that begin at rune from, or before it where they are
// of several words, and have their first star at rune star. It returns where
// the word with the star ends.
func (d *Dictionary) maskedFrom(hits *[]Hit, text *fold.Text, from, star, before int) int {
	end := star
	for end < len(text.Runes) && (mask(text.Runes[end]) || smallLetter(text.Runes[end])) {
		end++
	}
	for words := 0; words < mostMaskedWords; words++ {
		for to, more := end, 0; more < mostMaskedWords-words; more++ {
			if from == 0 || !script.Alphabetic(text.Runes[from-1]) {
				d.compareMasked(hits, text, from, to, before)
			}
			if to+1 >= len(text.Runes) || text.Runes[to] != ' ' {
				break
			}
			for to++; to < len(text.Runes) && smallLetter(text.Runes[to]); to++ {
			}
		}
		if from < 2 || text.Runes[from-1] != ' ' {
			break
		}
		for from--; from > 0 && smallLetter(text.Runes[from-1]); from-- {
		}
	}
	return end
}

// mostMaskedWords is how many words a phrase has that is looked for.
const mostMaskedWords = 4

// compareMasked appends the word that runes from to to are, if it is one.
func (d *Dictionary) compareMasked(hits *[]Hit, text *fold.Text, from, to, before int) {
	if to < len(text.Runes) && script.Alphabetic(text.Runes[to]) {
		return
	}
	for _, id := range d.masked[maskedKey{text.Runes[from], to - from}] {
		w := &d.words[id]
		stars := 0
		for k, r := range text.Runes[from:to] {
			if mask(r) {
				stars++
			} else if r != w.letters[k] {
				stars = to - from
				break
			}
		}
		// Half of the letters have to be there, and the last one where that is all.
		if stars == 0 || 2*stars > to-from || w.letters[len(w.letters)-1] != text.Runes[to-1] && 3*stars > to-from {
			continue
		}
		f, t := text.Span(from, to)
		if !found((*hits)[:before], w.lexicon, f, t) {
			*hits = append(*hits, Hit{word: w, From: f, To: t, Score: scoreHidden})
		}
	}
}

func smallLetter(r rune) bool { return r >= 'a' && r <= 'z' }
