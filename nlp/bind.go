package nlp

import (
	"slices"
	"strings"
	"unicode/utf8"

	"earshot/models/script"
)

// scrap is how many characters of Chinese are told by themselves at least.
const scrap = 5

// courtesies are clauses that say no more than yes, sorry, or who is spoken to.
var courtesies = wordSet(`是 是的 是这样的 对 对的 可以 可以的 行 行的 好 没错 有 有的 先生 女士 亲 抱歉 很抱歉 非常抱歉 不好意思 理解 理解理解 明白 知道了`)

const longestCourtesy = len("非常抱歉")

// stretches appends what can be told of cuts, the clauses of a sentence. Scraps of
// Chinese stay with the clause before.
func stretches(out []stretch, text string, cuts [][2]int) []stretch {
	first := len(out)
	for _, c := range cuts {
		from, to := shorten(text, c[0], c[1])
		if from >= to || len(cuts) > 1 && to-from <= longestCourtesy && courtesies[text[from:to]] {
			continue
		}
		if n := len(out); n > first && (isScrap(text[from:to]) || isScrap(text[out[n-1].from:out[n-1].to])) {
			out[n-1].to = to
			continue
		}
		out = append(out, stretch{from: from, to: to})
		bind(out[first:], text[c[0]:c[1]])
	}
	return out
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
	return slices.ContainsFunc(words, func(w string) bool { return len(text) >= len(w) && strings.EqualFold(text[:len(w)], w) })
}
