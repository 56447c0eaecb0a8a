package nlp

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// opener is what a clause can begin with and be told without.
type opener struct {
	words   string
	not     []string // what must not follow
	greets  bool     // a name may follow, with a comma behind
	chinese bool
}

// openers say only that somebody is about to say something, who says it, or that
// there is what follows. What makes that less certain stays: it looks like, I
// think, maybe. They are by their first byte, in either case; of those that begin
// alike the longer comes first.
var openers = func() (table [256][]opener) {
	add := func(like opener, words ...string) {
		for _, w := range words {
			like.words = w
			table[w[0]] = append(table[w[0]], like)
			if w[0] < utf8.RuneSelf {
				upper := w[0] - 'a' + 'A'
				table[upper] = append(table[upper], like)
			}
		}
	}
	add(opener{}, "i'm calling about", "i'm calling because", "i am calling about", "i am calling because", "the problem is that", "the problem is", "the thing is", "i can see that", "i can see",
		"i see that", "i'm seeing that", "i'm seeing", "it says here that", "it says here", "it says that", "it says", "it shows that", "it shows", "i noticed that", "i just noticed that",
		"yeah", "yes", "nope", "okay", "ok", "oh", "dear sir or madam", "also", "then", "well", "just", "actually", "plus", "because", "please", "you need to", "you have to", "you'll need to", "you just need to")
	add(opener{not: []string{"not", "what", "why", "how", "when", "where", "who", "because", "like", "it", "all", "nothing"}},
		"it's", "that's", "there's", "it is", "that is", "there is", "there are", "it was", "that was", "there was", "there were", "this is")
	add(opener{not: []string{"what", "how", "why", "where", "you", "him", "her", "them", "it"}}, "i see")
	add(opener{not: []string{"to"}}, "i've got", "we've got", "you've got")
	add(opener{greets: true}, "hi", "hey", "hello", "dear")
	add(opener{chinese: true}, "我们这边", "我这边", "这边", "系统显示", "查到了", "查到", "其实", "另外", "因为", "所以", "但是", "不过", "而且", "主要是", "请您", "麻烦您", "麻烦你", "我给您", "我帮您", "给您", "帮您", "为您", "我的", "您的")
	add(opener{chinese: true, not: []string{"屏", "器"}}, "显示")
	add(opener{chinese: true, not: strings.Split("们家妈爸老女儿弟哥姐妹婆公先爱孩朋同邻媳太", "")}, "我")
	add(opener{chinese: true, not: []string{"家", "好", "那"}}, "您")
	return table
}()

// closers are what a clause can end with and be told without.
var (
	closers        = []string{" by the way", " i'm afraid", " you know", " though", " please", " for you", " if you like", " if you want", " as well", " too", " either", " anyway", " right now", " at the moment"}
	closersChinese = "啊呀哦呢嘛吧哈"
	withCloser     = []string{"酒吧", "网吧", "贴吧", "毛呢"} // words that end with the character of one
)

// shorten takes from the ends of a clause what it can be told without.
func shorten(text string, from, to int) (int, int) {
	from, to = trim(text, from, to)
	for from < to {
		n := openerOf(text[from:to])
		if n == 0 {
			break
		}
		from, to = trim(text, from+n, to)
	}
	for from < to {
		n := closerOf(text[from:to])
		if n == 0 {
			break
		}
		from, to = trim(text, from, to-n)
	}
	return from, to
}

// openerOf returns the length of the opener that s begins with; 0: of none.
func openerOf(s string) int {
next:
	for _, o := range openers[s[0]] {
		n := len(o.words)
		if len(s) < n || !sameLetters(s[:n], o.words) {
			continue
		}
		if len(s) == n {
			return n
		}
		if o.greets {
			if n = greeting(s, n); n > 0 {
				return n
			}
			continue
		}
		rest := s[n:]
		if !o.chinese {
			rest = strings.TrimPrefix(rest, ",")
			if rest == "" || rest[0] != ' ' {
				continue
			}
			rest = rest[1:]
		}
		for _, not := range o.not {
			if strings.HasPrefix(rest, not) && (o.chinese || len(rest) == len(not) || !isLetter(rest[len(not)])) {
				continue next
			}
		}
		return len(s) - len(rest)
	}
	return 0
}

// greeting returns the length of a greeting of n bytes with the name behind it
// and a comma; 0: it has none.
func greeting(s string, n int) int {
	rest := strings.TrimPrefix(s[n:], " ")
	if rest == "" || len(rest) == len(s)-n || rest[0] < 'A' || rest[0] > 'Z' {
		return 0
	}
	end := 0
	for end < len(rest) && isLetter(rest[end]) {
		end++
	}
	if end == len(rest) {
		return len(s)
	}
	if !strings.ContainsRune(",.!", rune(rest[end])) {
		return 0
	}
	return len(s) - len(rest) + end + 1
}

// isLetter reports whether b is a letter of ASCII.
func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// closerOf returns the length of the closer that s ends with, with the mark
// behind it; 0: of none.
func closerOf(s string) int {
	end := strings.TrimRight(s, ".!,")
	for _, c := range closers {
		if len(end) > len(c) && sameLetters(end[len(end)-len(c):], c) {
			return len(s) - len(end) + len(c)
		}
	}
	last, n := utf8.DecodeLastRuneInString(s)
	if n == len(s) || !strings.ContainsRune(closersChinese, last) || slices.ContainsFunc(withCloser, func(w string) bool { return strings.HasSuffix(s, w) }) {
		return 0
	}
	return n
}
