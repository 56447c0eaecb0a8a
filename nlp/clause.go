package nlp

import (
	"strings"
	"unicode/utf8"

	"earshot/models/script"
)

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
	for i := from; i < to; i++ {
		size := 0
		switch text[i] {
		case ',':
			if !digitBeside(text, i) {
				size = 1
			}
		case ';':
			size = 1
		case ' ':
			if i+1 < to && text[i+1] >= utf8.RuneSelf && (hanBeside(text, i) || behindCode(text[from:to], i-from)) {
				size = 1
			}
		case "，"[0]:
			if mark := text[i:]; strings.HasPrefix(mark, "，") || strings.HasPrefix(mark, "；") {
				size = len("，")
			}
		}
		if size > 0 {
			add(i)
			start = i + size
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

// behindCode reports whether the space at byte i of a text stands between a number
// as long as those of orders, a date or an amount and a Chinese message.
func behindCode(text string, i int) bool {
	if !script.Han(firstRune(text[i+1:])) {
		return false
	}
	n := i
	for n > 0 && text[n-1] < utf8.RuneSelf && text[n-1] > ' ' {
		n--
	}
	return i-n >= longCode && text[i-1] >= '0' && text[i-1] <= '9'
}

const longCode = 6 // bytes
