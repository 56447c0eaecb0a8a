package asr

import (
	"slices"
	"strings"
	"sync"

	"github.com/mozillazg/go-pinyin"
)

// How far apart two syllables of pinyin, without tones, are in the mouth: 0 the
// same, 1 nothing alike. A part that many speakers do not tell apart (zh z, n l,
// f h; ing in, an ang) costs little.
const (
	slurredPart = 0.15
	otherPart   = 0.5
)

var (
	initials = []string{"zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s", "y", "w"}

	slurredInitials = [][2]string{{"zh", "z"}, {"ch", "c"}, {"sh", "s"}, {"n", "l"}, {"f", "h"}, {"r", "l"}, {"j", "zh"}, {"q", "ch"}, {"x", "sh"}}
	slurredFinals   = [][2]string{{"ing", "in"}, {"eng", "en"}, {"ang", "an"}, {"iang", "ian"}, {"uang", "uan"}, {"ong", "eng"}, {"uo", "o"}, {"ui", "ei"}, {"un", "en"}}
)

// syllable is one of pinyin, in numbers of its parts.
type syllable struct{ initial, final uint8 }

// syllables numbers the parts and knows how far apart they are.
type syllables struct {
	readings map[rune][]syllable
	initial  [][]float64
	final    [][]float64
}

var chinese = sync.OnceValue(func() *syllables {
	s := &syllables{readings: make(map[rune][]syllable, len(pinyin.PinyinDict))}
	var heads, tails []string
	number := func(list *[]string, part string) uint8 {
		i := slices.Index(*list, part)
		if i < 0 {
			i = len(*list)
			*list = append(*list, part)
		}
		return uint8(i)
	}
	args := pinyin.NewArgs()
	args.Heteronym = true
	for code := range pinyin.PinyinDict {
		r := rune(code)
		for _, reading := range pinyin.SinglePinyin(r, args) {
			head, tail := parts(reading)
			x := syllable{number(&heads, head), number(&tails, tail)}
			if !slices.Contains(s.readings[r], x) {
				s.readings[r] = append(s.readings[r], x)
			}
		}
	}
	s.initial, s.final = distances(heads, slurredInitials), distances(tails, slurredFinals)
	return s
})

func parts(reading string) (initial, final string) {
	for _, i := range initials {
		if strings.HasPrefix(reading, i) {
			return i, reading[len(i):]
		}
	}
	return "", reading
}

func distances(list []string, slurred [][2]string) [][]float64 {
	out := make([][]float64, len(list))
	for i, a := range list {
		out[i] = make([]float64, len(list))
		for k, b := range list {
			switch {
			case i == k:
			case slices.Contains(slurred, [2]string{a, b}) || slices.Contains(slurred, [2]string{b, a}):
				out[i][k] = slurredPart
			default:
				out[i][k] = otherPart
			}
		}
	}
	return out
}

// readings returns how a Chinese character is read; several where it has
// several; none for other characters.
func readings(r rune) []syllable { return chinese().readings[r] }

// syllablesApart is the distance of the nearest of two characters' readings.
func syllablesApart(a, b []syllable) float64 {
	best, c := 1.0, chinese()
	for _, x := range a {
		for _, y := range b {
			best = min(best, c.initial[x.initial][y.initial]+c.final[x.final][y.final])
		}
	}
	return best
}

// editexGroups are letters that sound alike, as bits (J. Zobel and P. Dart,
// Phonetic string matching: lessons from information retrieval, 1996).
var editexGroups = func() (bits [128]uint16) {
	for i, group := range []string{"aeiouy", "bp", "ckq", "dt", "lr", "mn", "gj", "fpv", "sxz", "csz"} {
		for _, c := range group {
			bits[c] |= 1 << i
		}
	}
	return bits
}()

func lettersApart(a, b rune) int {
	switch {
	case a == b:
		return 0
	case a < 128 && b < 128 && editexGroups[a]&editexGroups[b] != 0:
		return 1
	}
	return 2
}

// editex is the Editex distance of two words in lower case: 2 for a letter that
// is another, 1 where it sounds alike, and less for letters that are silent.
func editex(a, b []rune) int {
	skip := func(before, c rune) int {
		if before != c && (before == 'h' || before == 'w') {
			return 1
		}
		return lettersApart(before, c)
	}
	at := func(s []rune, i int) rune {
		if i < 0 {
			return 0
		}
		return s[i]
	}
	row := make([]int, len(b)+1)
	for k := range b {
		row[k+1] = row[k] + skip(at(b, k-1), b[k])
	}
	for i := range a {
		corner := row[0]
		row[0] += skip(at(a, i-1), a[i])
		for k := range b {
			up := row[k+1]
			row[k+1] = min(up+skip(at(a, i-1), a[i]), row[k]+skip(at(b, k-1), b[k]), corner+lettersApart(a[i], b[k]))
			corner = up
		}
	}
	return row[len(b)]
}
