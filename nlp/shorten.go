package nlp

import (
	"slices"
	"strings"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/script"
)

// opener is what a clause can begin with and be told without.
type opener struct {
	words   string
	not     []string // what must not follow
	greets  bool     // a name may follow, with a comma behind
	chinese bool
	agent   bool                   // an agent can: what a customer will do is told as that
	verb    func(word string) bool // what has to follow; nil: anything
}

// openers say only that somebody is about to say something, who says it, or that
// there is what follows. What makes that less certain stays: it looks like, I
// think, maybe. They are by how they begin, see headOf; of those that begin alike
// the longer comes first.
var openers = func() (table [heads][]opener) {
	add := func(like opener, words ...string) {
		for _, w := range words {
			like.words = w
			at := headOf(w + " ")
			table[at] = append(table[at], like)
		}
	}
	add(opener{}, "i'm calling about", "i'm calling because", "i am calling about", "i am calling because", "the problem is that", "the problem is", "the thing is", "i can see that", "i can see",
		"i see that", "i'm seeing that", "i'm seeing", "it says here that", "it says here", "it says that", "it says", "it shows that", "it shows", "i noticed that", "i just noticed that",
		"yeah", "yes", "nope", "okay", "ok", "oh", "dear sir or madam", "also", "then", "well", "just", "actually", "plus", "because", "please", "you need to", "you have to", "you'll need to", "you just need to")
	add(opener{not: []string{"not", "what", "why", "how", "when", "where", "who", "because", "like", "it", "all", "nothing"}},
		"it's", "that's", "there's", "it is", "that is", "there is", "there are", "it was", "that was", "there was", "there were", "this is")
	add(opener{not: []string{"what", "how", "why", "where", "you", "him", "her", "them", "it"}}, "i see")
	add(opener{not: []string{"to"}}, "i've got", "we've got", "you've got")
	add(opener{}, "what i can do is", "what we can do is", "what i'll do is", "what i'm going to do is", "what happened is that", "what happened is", "what happened was",
		"the reason i'm calling is that", "the reason i'm calling is", "the reason is that", "the reason is", "my question is", "i was wondering if", "i wanted to let you know that", "i can confirm that", "i can tell you that",
		"i noticed", "i see here that", "according to our records", "our records show that", "our records show", "the system shows that", "the system shows", "the system says that", "the system says", "please note that", "keep in mind that", "just so you know", "to be honest", "in fact", "first of all",
		"it'll be", "it will be", "it's going to be", "that'll be", "it turns out that", "it turns out", "the good news is that", "the good news is")
	add(opener{agent: true, not: []string{"not", "never", "be", "have"}}, "i'm going to", "we're going to", "i am going to", "we are going to", "i'll", "we'll", "i will", "we will")
	add(opener{agent: true, not: []string{"know", "look", "check", "see", "get", "think", "take", "pull", "try"}}, "let me")
	add(opener{verb: isParticiple}, "i've", "we've", "i have", "we have")
	add(opener{verb: isGerund}, "i'm", "we're", "i am", "we are")
	add(opener{verb: tellsPast}, "i", "we")
	add(opener{not: []string{"one", "other", "same", "more", "way", "only"}}, "the")
	add(opener{greets: true}, "hi", "hey", "hello", "dear")
	add(opener{chinese: true}, "我们这边", "我这边", "这边", "我这里", "您这里", "系统里显示", "系统显示", "后台显示", "查到了", "查到", "我看了一下", "看了一下", "查了一下", "我看一下", "提醒您一下", "跟您说一下", "跟您确认一下",
		"我想问一下", "想问一下", "我想咨询一下", "想咨询一下", "想咨询", "我想了解一下", "想了解一下", "麻烦问一下", "我打电话是", "情况是这样的", "是这样的", "这样吧", "不好意思", "非常抱歉", "很抱歉",
		"首先", "还有就是", "也就是说", "总之", "反正", "其实", "另外", "因为", "所以", "但是", "不过", "而且", "主要是", "请您", "麻烦您", "麻烦你", "我已经", "我们已经", "我给您", "我帮您", "给您", "帮您", "为您", "我的", "您的")
	add(opener{chinese: true, agent: true}, "我会", "我们会", "小妹这边", "妹子这边", "妹纸这边", "小编这边", "客服这边", "小妹", "妹纸", "小编")
	add(opener{chinese: true, agent: true, not: []string{"们"}}, "妹子")
	add(opener{chinese: true}, "亲爱的客户", "亲爱的顾客", "亲爱的", "亲爱哒", "亲爱滴", "亲亲")
	add(opener{chinese: true, not: strings.Split("自戚人属友子手眼口身生情密测笔朋爱近眷临吻", "")}, "亲")
	add(opener{chinese: true, not: []string{"了", "的"}}, "我查到", "我看到")
	add(opener{chinese: true}, "您看下", "你看下", "您看一下", "你看一下")
	add(opener{chinese: true, not: strings.Split("到见过了着一病的", "")}, "您看", "你看")
	add(opener{chinese: true, not: []string{"屏", "器"}}, "显示")
	add(opener{chinese: true, not: strings.Split("们家妈爸老女儿弟哥姐妹婆公先爱孩朋同邻媳太", "")}, "我")
	add(opener{chinese: true, not: []string{"家", "好", "那"}}, "您")
	add(opener{chinese: true, not: strings.Split("月礼周星季年时样人点号价地数", "")}, "这个")
	add(opener{chinese: true, not: strings.Split("家店公小单老这那员俩两三四五几孩爸妈全村镇县学楼厂", "")}, "我们")
	return table
}()

// heads is how many values headOf has.
const heads = 1024

// headOf returns a value for the first two letters of a text in either case, or
// for its first Chinese character; s has three bytes or more, or two of ASCII.
func headOf(s string) int {
	if s[0] >= utf8.RuneSelf && len(s) > 2 {
		return int(s[0]&1)<<9 ^ int(s[1])<<5&(heads-1) ^ int(s[2])
	}
	return (int(s[0]|0x20)<<5 ^ int(s[1]|0x20)) & (heads - 1)
}

// isParticiple reports whether a verb behind have is a regular participle or a
// common one.
func isParticiple(word string) bool { return regularPast(word) || participles[word] }

// isGerund reports whether a word is a verb as in: I'm sending.
func isGerund(word string) bool { return len(word) > len("going") && strings.HasSuffix(word, "ing") }

// tellsPast reports whether a verb without its subject is no order.
func tellsPast(word string) bool { return regularPast(word) || pasts[word] }

func regularPast(word string) bool { return len(word) > len("need") && strings.HasSuffix(word, "ed") }

var (
	participles = wordSet(`put set sent made taken found written changed given paid done told bought left lost spoken tried heard seen kept had gone`)
	pasts       = wordSet(`sent made took found wrote gave paid did told bought left lost spoke tried heard saw kept had got went came was were can could can't couldn't won't wasn't weren't didn't drove flew`)
)

// closers are what a clause can end with and be told without.
var (
	closers = []string{" by the way", " i'm afraid", " you know", " though", " please", " for you", " if you like", " if you want", " as well", " too", " either", " anyway", " right now", " at the moment", " of course", " thank you", " thanks", " sir", " ma'am", " actually", " honestly", " to be honest",
		" if that's okay", " if you don't mind", " if that helps", " on my end", " on our end", " on our side"}
	closingPhrases = []string{"就可以了", "就可以", "就行了", "就行", "就好了", "就好", "对吧", "是吧"}
	closersChinese = "啊呀哦呢嘛吧哈哟噢啦"
	addresses      = []string{"亲爱的", "亲爱哒", "亲爱滴", "亲亲"}
	withCloser     = []string{"酒吧", "网吧", "贴吧", "毛呢"} // words that end with the character of one
)

// shorten takes from the ends of a clause of a party what it can be told without.
func shorten(text string, from, to int, party models.Party) (int, int) {
	from, to = trim(text, from, to)
	for from < to {
		n := openerOf(text[from:to], party)
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

// openerOf returns the length of the opener that s, which a party says, begins
// with; 0: of none.
func openerOf(s string, party models.Party) int {
	if len(s) < 2 {
		return 0
	}
	all := openers[headOf(s)]
next:
	for i := range all {
		o := &all[i]
		n := len(o.words)
		if len(s) < n || !sameLetters(s[:n], o.words) || o.agent && party != models.Agent {
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
		if o.verb != nil && !o.verb(firstWord(rest)) {
			continue
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

// signedOff returns the length of the link that s ends with, or of the mark and
// the letters that agents sign a post with; 0: of none.
func signedOff(s string) int {
	at := strings.LastIndexByte(s, ' ') + 1
	last := s[at:]
	switch {
	case last == "":
		return 0
	case strings.HasPrefix(last, "https://"), strings.HasPrefix(last, "http://"):
		return len(last)
	case last[0] == '^' || last[0] == '*' || last[0] == '/' && len(last) < 4:
		if len(last) > 1 && isLetter(last[1]) {
			return len(last)
		}
	case len(last) == len("1/2") && last[1] == '/' && (at == 0 || strings.ContainsRune(".!?", rune(s[max(0, at-2)])) || signedOff(s[:at-1]) > 0):
		return len(last)
	}
	return 0
}

// closerOf returns the length of the closer that s ends with, with the mark
// behind it; 0: of none.
func closerOf(s string) int {
	last, size := utf8.DecodeLastRuneInString(s)
	if last < utf8.RuneSelf {
		if n := signedOff(s); n > 0 {
			return n
		}
	}
	if end := strings.TrimRight(s, ".!,"); end != "" && end[len(end)-1] < utf8.RuneSelf {
		letter := end[len(end)-1] | 0x20
		for _, c := range closers {
			if c[len(c)-1] == letter && len(end) > len(c) && sameLetters(end[len(end)-len(c):], c) {
				return len(s) - len(end) + len(c)
			}
		}
		return 0
	}
	switch last {
	case '的', '哒', '滴', '亲':
		return addressOf(s)
	}
	if size == len(s) {
		return 0
	}
	for _, c := range closingPhrases {
		if len(s) > 2*len(c) && strings.HasSuffix(s, c) && !strings.HasSuffix(s, "不"+c) {
			return len(c)
		}
	}
	if !strings.ContainsRune(closersChinese, last) || slices.ContainsFunc(withCloser, func(w string) bool { return strings.HasSuffix(s, w) }) {
		return 0
	}
	return size
}

// addressOf returns the length of who is spoken to where s ends with it; 0: it does
// not.
func addressOf(s string) int {
	for _, a := range addresses {
		if strings.HasSuffix(s, a) {
			return len(a)
		}
	}
	if before, is := strings.CutSuffix(s, "亲"); is {
		if last := lastRune(before); before == "" || last == ' ' || script.FinalParticle(last) {
			return len("亲")
		}
	}
	if strings.HasSuffix(s, "哒") && len(s) > len("哒") {
		return len("哒")
	}
	return 0
}
