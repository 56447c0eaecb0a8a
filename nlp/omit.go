package nlp

import (
	"slices"
	"strings"
	"unicode/utf8"

	"earshot/models/script"
)

// omission is an English word, or several, that a clause can be told without where
// other words stand before and behind it.
type omission struct {
	words string
	not   []string // what must not follow
}

// omissions are by how they begin, see headOf. Behind a negation all of them stay: not really.
// What makes something less certain is none of them: maybe, probably, I think.
var omissions = func() (table [heads][]omission) {
	add := func(not string, words ...string) {
		for _, w := range words {
			at := headOf(w)
			table[at] = append(table[at], omission{w, strings.Fields(not)})
		}
	}
	add("", "actually", "literally", "honestly", "simply", "personally", "um", "uh", "er", "please", "also", "of course", "by the way", "go ahead and")
	add("as like in about under over before after past because right enough the a an to", "just")
	add("to and or both guys if", "for you")
	return table
}()

// omitted appends the stretches of bytes from to to of text that it can be told
// without: words that only fill, in Chinese also who is spoken to, which the party
// of a statement tells.
func omitted(out [][2]int, text string, from, to int, han bool) [][2]int {
	if han {
		return omittedChinese(out, text, from, to)
	}
	before := from // where the word before begins
	for at := from; at < to; at++ {
		if text[at] != ' ' {
			continue
		}
		if n := omissible(text[before:at], text[at+1:to]); n > 0 {
			out = append(out, [2]int{at, at + 1 + n})
			at += n
		} else {
			before = at + 1
		}
	}
	return out
}

// omissible returns the length of the words at the beginning of rest that can be
// left out behind the word before; 0: none.
func omissible(before, rest string) int {
	if len(rest) < len("a b") {
		return 0
	}
	if strings.HasPrefix(rest, "and ") && (endsInScale(before) || before == "dollars") && numerals[firstWord(rest[len("and "):])] {
		return len("and")
	}
	for _, o := range omissions[headOf(rest)] {
		n := len(o.words)
		if len(rest) <= n+1 || rest[n] != ' ' || rest[:n] != o.words {
			continue
		}
		next := firstWord(rest[n+1:])
		if denies(before) || numerals[next] || strings.ContainsAny(next, "0123456789$") || slices.Contains(o.not, next) {
			return 0
		}
		return n
	}
	return 0
}

func denies(word string) bool {
	return word == "not" || word == "never" || strings.HasSuffix(word, "n't")
}

// firstWord returns what a text begins with before a space or a mark.
func firstWord(text string) string {
	if end := strings.IndexAny(text, " ,.!?;"); end >= 0 {
		return text[:end]
	}
	return text
}

// numerals are the words that a number in English begins with.
var numerals = wordSet(`one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
	twenty thirty forty fifty sixty seventy eighty ninety half`)

const (
	// Verbs and prepositions that who is spoken to belongs to.
	ofYou = "跟和对向由比像让请叫被把替找问为给与同于离陪送带帮教联通等祝谢是说骗查怪骂催而但可却"
	// Verbs that something is given to somebody by.
	giveYou = "退发寄送打交转借还补换赔拿留卖配派递付传说讲带租供做存充调因认成作以"
	// What is given: 给您一张券.
	given = "一二三四五六七八九十两几半百千个电这那什多满更最好优合"
	// Who gives, without whom it reads as if they did it for themselves: 我帮您换.
	givers = "我们边里妹"
	// What follows who is spoken to and belongs to it.
	behindYou = "家好自本儿爱父母老先女们爸妈孩公"
	// With these behind it, 下 is part of another word: 一下午.
	behindXia = "子午班课"
)

func omittedChinese(out [][2]int, text string, from, to int) [][2]int {
	last := rune(0)
	for at := from; at < to; {
		r, size := utf8.DecodeRuneInString(text[at:to])
		n := 0
		switch rest := text[at+size : to]; r {
		case '一':
			if strings.HasPrefix(rest, "下") && !strings.ContainsRune(behindXia, firstRune(rest[len("下"):])) && script.Han(last) && !strings.ContainsRune("这那我你他她您", last) {
				n = len("一下")
			}
		case '的':
			if strings.HasPrefix(rest, "话") && !strings.ContainsRune("费务题机筒剧", firstRune(rest[len("话"):])) && script.Han(last) && !strings.ContainsRune("说讲您你我他她", last) {
				n = len("的话")
			}
		case '给', '帮', '为':
			if !strings.HasPrefix(rest, "您") {
				break
			}
			if next := firstRune(rest[len("您"):]); script.Han(next) && !strings.ContainsRune(given, next) && (last == '以' || !strings.ContainsRune(giveYou, last) && !strings.ContainsRune(givers, last)) {
				n = len("给您")
			}
		case '您':
			if strings.ContainsRune(ofYou, last) || !script.Han(firstRune(rest)) || strings.ContainsRune(behindYou, firstRune(rest)) {
				break
			}
			n = len("您")
			if strings.HasPrefix(rest, "的") && script.Han(firstRune(rest[len("的"):])) {
				n += len("的")
			}
		case '那':
			if last == '的' && strings.HasPrefix(rest, "个") {
				n = len("那个")
			}
		case '其':
			if strings.HasPrefix(rest, "实") && !strings.ContainsRune("际现力验", firstRune(rest[len("实"):])) {
				n = len("其实")
			}
		case '真':
			if strings.HasPrefix(rest, "的") && script.Han(last) && !strings.ContainsRune("是不当", last) {
				n = len("真的")
			}
		}
		if n > 0 && at+n <= to {
			out = append(out, [2]int{at, at + n})
			at += n
			continue
		}
		last = r
		at += size
	}
	return out
}
