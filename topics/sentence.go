package topics

import (
	"unicode"

	"earshot/models/fold"
)

// text is a document taken apart into sentences.
type text struct {
	*Document
	index     int // of the document among those given
	language  string
	sentences []sentence
	vector    vector
}

// sentence is a stretch of an utterance with its features.
type sentence struct {
	utterance, from, to int // bytes in the text
	features            []int
}

// A conversation says what it is about early on. What comes after this many
// sentences is not read, which bounds the memory a document takes.
const mostSentences = 40

var folder = fold.New(fold.Search)

// read takes a document apart and tells its language: Chinese where at least a
// fifth of the letters are, since a Chinese character says more than a letter.
func read(d *Document, index int) *text {
	t := &text{Document: d, index: index, language: "en"}
	chinese, letters := 0, 0
	for u := range d.Says {
		from := 0
		cut := func(to int) {
			if len(t.sentences) < mostSentences && to > from {
				t.sentences = append(t.sentences, sentence{utterance: u, from: from, to: to})
			}
		}
		s := d.Says[u].Text
		for i, r := range s {
			switch {
			case ends(s, i, r):
				cut(i)
				from = i + len(string(r))
			case unicode.Is(unicode.Han, r):
				chinese++
				letters++
			case unicode.IsLetter(r):
				letters++
			}
		}
		cut(len(s))
	}
	if chinese*5 >= letters && chinese > 0 {
		t.language = "zh"
	}
	return t
}

// ends tells whether a rune ends a sentence; a point between digits or letters
// does not.
func ends(s string, i int, r rune) bool {
	switch r {
	case '。', '！', '？', '；', '!', '?', ';', '\n', '…':
		return true
	case '.':
		return i+1 == len(s) || s[i+1] == ' ' || s[i+1] == '\n'
	}
	return false
}

// source returns the original text of a sentence.
func (t *text) source(s *sentence) string { return t.Says[s.utterance].Text[s.from:s.to] }

// unmasked blanks what a mask stands for, as [PHONE_1]: it says nothing of the
// topic.
func unmasked(runes []rune) {
	open := -1
	for i, r := range runes {
		switch {
		case r == '[':
			open = i
		case r == ']' && open >= 0 && i-open <= 30:
			for j := open; j <= i; j++ {
				runes[j] = '|'
			}
			open = -1
		}
	}
}
