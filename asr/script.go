package asr

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"earshot/models/weights"
)

// The two scripts of Chinese.
const (
	simplified  = "simplified"
	traditional = "traditional"
)

// Script writes Chinese in one script, whatever it is given. The nil Script
// changes nothing.
type Script struct {
	phrases map[string]string // longest match first
	longest int               // bytes of the longest phrase
	table   map[rune]rune
}

// NewScript reads OpenCC's tables for the wanted script: simplified,
// traditional, or empty for the nil Script. Phrases go before characters: 头发
// is 頭髮, 发财 is 發財. The error wraps weights.ErrMissing if the tables have
// not been fetched.
func NewScript(want string) (*Script, error) {
	prefix := map[string]string{simplified: "TS", traditional: "ST"}[want]
	if prefix == "" {
		return nil, nil
	}
	path, err := weights.Path("hanzi")
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := &Script{phrases: map[string]string{}, table: map[rune]rune{}}
	section := ""
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "[") {
			section = line
			continue
		}
		from, to, ok := strings.Cut(line, "\t")
		if !ok || !strings.HasPrefix(section, "["+prefix) {
			continue
		}
		to, _, _ = strings.Cut(to, " ") // of several, the first is the usual one
		if utf8.RuneCountInString(from) == 1 && utf8.RuneCountInString(to) == 1 {
			a, _ := utf8.DecodeRuneInString(from)
			b, _ := utf8.DecodeRuneInString(to)
			s.table[a] = b
			continue
		}
		s.phrases[from] = to
		s.longest = max(s.longest, len(from))
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return s, nil
}

// words rewrites the words of a phrase, which may be single characters, so
// that what spans several of them is seen whole. Where characters keep their
// number, as they all but always do, every word keeps its own.
func (s *Script) words(words []timedWord) []timedWord {
	if s == nil {
		return words
	}
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.Text)
	}
	text := []rune(s.Convert(b.String()))
	if len(text) != utf8.RuneCountInString(b.String()) {
		text = []rune(strings.Map(s.char, b.String()))
	}
	out := make([]timedWord, len(words))
	for i, w := range words {
		n := utf8.RuneCountInString(w.Text)
		out[i] = w
		out[i].Text, text = string(text[:n]), text[n:]
	}
	return out
}

func (s *Script) char(r rune) rune {
	if to, ok := s.table[r]; ok {
		return to
	}
	return r
}

// Convert rewrites a text.
func (s *Script) Convert(text string) string {
	if s == nil {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		if r < 0x2e80 { // no Chinese character lies below
			b.WriteString(text[:n])
			text = text[n:]
			continue
		}
		if m, to := s.longestPhrase(text); m > 0 {
			b.WriteString(to)
			text = text[m:]
			continue
		}
		b.WriteRune(s.char(r))
		text = text[n:]
	}
	return b.String()
}

func (s *Script) longestPhrase(text string) (n int, to string) {
	for n := min(s.longest, len(text)); n > utf8.UTFMax; n-- {
		if n < len(text) && !utf8.RuneStart(text[n]) {
			continue
		}
		if to, ok := s.phrases[text[:n]]; ok {
			return n, to
		}
	}
	return 0, ""
}
