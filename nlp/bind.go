package nlp

import (
	"slices"
	"strings"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/script"
	"earshot/models/search"
)

// scrap is how many characters of Chinese are told by themselves at least.
const scrap = 5

// courtesies are clauses that say no more than yes, sorry, or who is spoken to.
var courtesies = wordSet(`是 是的 是这样的 对 对的 可以 可以的 行 行的 好 没错 有 有的 先生 女士 亲 抱歉 很抱歉 非常抱歉 不好意思 理解 理解理解 明白 知道了
	您看可以吗 看可以吗 可以吗 好吗 可以的 是的呢 在的 在的哦 行吗 好吗 对吧 是吧 放心 别急 别着急 不着急 说实话 这样 没事 没问题 谢谢 谢谢您 辛苦了 看看 稍等
	you_know i_mean of_course please sir ma'am honestly actually to_be_honest sorry i'm_sorry i'm_so_sorry i_understand i_see let_me_see let_me_check let_me_look one_moment as_i_said like_i_said no_problem no_worries don't_worry in_fact by_the_way`)

var longestCourtesy = longest(courtesies)

// longest returns how many bytes the longest of a set has.
func longest(words map[string]bool) (n int) {
	for w := range words {
		n = max(n, len(w))
	}
	return n
}

// stretches appends what can be told of cuts, the clauses of s,
// and to gaps what is left out of them. Scraps of Chinese stay with the clause
// before. found are the words of nothings in s.
func stretches(out []stretch, gaps [][2]int, text string, cuts [][2]int, s *sentence, found []search.Match) ([]stretch, [][2]int) {
	first, join, behind := len(out), cuts[0][0], false
	title := 0
	for i, c := range cuts {
		if s.han && s.party == models.Agent && c[0] >= title {
			title = max(title, titleAt(text, cuts[i:]))
		}
		from, to := shorten(text, c[0], c[1], s.party)
		before := join
		join = c[1]
		if from >= to || len(cuts) > 1 && isCourtesy(text[from:to]) {
			continue
		}
		if behind = c[1] <= title || s.saysNothing(text, c[0], c[1], found, behind); behind {
			continue
		}
		if n := len(out); n > first && (isScrap(text[from:to]) || isScrap(text[out[n-1].from:out[n-1].to])) {
			out[n-1].to = to
			gaps = out[n-1].leaveOut(gaps, text, s.han)
			continue
		}
		out = append(out, stretch{from: from, to: to, join: before, begin: c[0]})
		gaps = out[len(out)-1].leaveOut(gaps, text, s.han)
		bind(out[first:], text[c[0]:c[1]])
	}
	return out, gaps
}

func isCourtesy(clause string) bool {
	if len(clause) > longestCourtesy+len("？") {
		return false
	}
	var small [64]byte // no courtesy is longer
	n := copy(small[:], strings.TrimRight(clause, "?？!！。."))
	for i, c := range small[:n] {
		if c >= 'A' && c <= 'Z' {
			small[i] = c | 0x20
		}
	}
	return courtesies[string(small[:n])]
}

// leaveOut finds what c can be told without, in memory behind all.
func (c *stretch) leaveOut(all [][2]int, text string, han bool) [][2]int {
	n := len(all)
	all = omitted(all, text, c.begin, c.to, han)
	c.gaps = all[n:len(all):len(all)]
	c.runes = c.count(text, c.from)
	c.behind = c.runes + utf8.RuneCountInString(text[c.join:c.from])
	for _, g := range c.gaps {
		if g[0] < c.from {
			c.behind -= utf8.RuneCountInString(text[g[0]:g[1]])
		}
	}
	return all
}

// count returns the characters of c told from byte from on.
func (c *stretch) count(text string, from int) int {
	n := utf8.RuneCountInString(text[from:c.to])
	for _, g := range c.gaps {
		if g[0] >= from {
			n -= utf8.RuneCountInString(text[g[0]:g[1]])
		}
	}
	return n
}

// write appends what is told of c from byte from on.
func (c *stretch) write(out []byte, text string, from int) []byte {
	for _, g := range c.gaps {
		if g[0] >= from {
			out = append(out, text[from:g[0]]...)
			from = g[1]
		}
	}
	return append(out, text[from:c.to]...)
}

func isScrap(text string) bool { return utf8.RuneCountInString(text) < scrap && script.HasHan(text) }

// bind tells of the last clause, as it was said, whether it can be told without
// those beside it: a condition cannot, nor what stands under it, nor what the
// next clause takes back, nor what goes on from the clause before.
func bind(clauses []stretch, said string) {
	last := len(clauses) - 1
	c, first := &clauses[last], beginsWith(said)
	condition := first == onCondition && !startsWith(said, times)
	if last == 0 {
		c.holds = condition
		return
	}
	before := &clauses[last-1]
	follows := startsWith(said, consequences)
	c.leans = before.holds || follows || first == onCondition || first == onPronoun || first == onCause || startsWith(said, additions)
	if condition || follows || startsWith(said, contrasts) {
		before.holds = true
	}
}

var (
	times        = []string{"when ", "while ", "until "}
	consequences = []string{"就", "我就", "我们就", "你就", "您就", "那就", "才"}                    // of a clause that may be a condition
	contrasts    = []string{"但", "不过", "可是", "其实", "结果", "却", "but "}                   // they take back the clause before
	additions    = []string{"with ", "together ", "who ", "including ", "or ", "than "} // to the clause before
)

// startsWith reports whether a text begins with one of words, in letters of
// either case.
func startsWith(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return len(text) >= len(w) && sameLetters(text[:len(w)], w) })
}
