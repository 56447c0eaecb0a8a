package topics

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// Words that say nothing of the topic: a phrase neither holds nor crosses one.
var (
	chineseStop = slices.SortedFunc(slices.Values(strings.Fields(`为什么 什么 怎么 怎么办 怎样 可是 但是 因为 所以 现在 已经 时候 一个 这个 那个 这样 那样 还是 就是 只是 不是 可以 谢谢 你好 您好
 知道 觉得 如果 明明 到底 一下 一直 一点 多少 今天 明天 昨天 上午 下午 晚上 自己 我们 你们 他们 人家 客服 麻烦 请问 帮我 好的 是的 没事 不好意思 然后 而且 不过 或者 以后 之前 之后 里面 上面 那边 这边 这里 那里 起来 出来 这么 那么 第二次 第一次 这件事 那件事`)),
		func(a, b string) int { return len(b) - len(a) })
	chineseMark = setOf(`的 了 我 你 您 他 她 它 们 这 那 吗 呢 吧 啊 呀 嘛 哦 嗯 喂 就 都 也 又 很 太 是 被 把 给 请`)
)

// segments returns the runs of a sentence that phrases are taken from.
func segments(source string) [][]rune {
	t := folder.Fold(source)
	unmasked(t.Runes)
	uncounted(t.Runes)
	s := string(t.Runes)
	for _, w := range chineseStop {
		s = strings.ReplaceAll(s, w, "|")
	}
	var all [][]rune
	for run := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.Is(unicode.Han, r) || chineseMark[string(r)] }) {
		if r := []rune(run); len(r) > 1 && len(r) <= 40 {
			all = append(all, r)
		}
	}
	return all
}

// uncounted blanks the measure words after numbers: of 3天没有更新 the phrase is
// 没有更新.
func uncounted(runes []rune) {
	after := false
	for i, r := range runes {
		switch {
		case unicode.IsDigit(r):
			after = true
			continue
		case after && strings.ContainsRune("天元块钱个次年月日号点分秒件张套台位折万千百多", r):
			runes[i] = '|'
			continue
		}
		after = false
	}
}

const (
	longestGram  = 4   // characters; most Chinese words have two, set phrases four
	leastPMI     = 1.5 // bits: its parts meet about three times as often as by chance
	ownOccasions = 0.9 // a gram is no word by itself where so much of it lies in one longer gram
)

// phrasebook knows which runs of Chinese characters are words or phrases of
// the texts. A run of two to four characters counts when it is frequent, when
// its two parts meet far more often than by chance wherever it is cut
// (pointwise mutual information, Church and Hanks 1990), and when other
// characters stand beside it: if nine of ten times the same one does, the
// longer run is the word (branching, Harris 1955, by its most frequent
// branch).
type phrasebook struct {
	words map[string]bool
}

func newPhrasebook(texts []*text, least int) *phrasebook {
	counts := map[string]int{}
	total := 0.0
	var lines [][]rune
	for _, t := range texts {
		for i := range t.sentences {
			for _, run := range segments(t.source(&t.sentences[i])) {
				lines = append(lines, run)
				for _, r := range run {
					counts[string(r)]++
					total++
				}
			}
		}
	}
	// A run can be frequent only if both runs within it are, one shorter
	// (Agrawal and Srikant 1994): what is counted stays small.
	for n := 2; n <= longestGram+1; n++ {
		next := map[string]int{}
		for _, run := range lines {
			for i := 0; i+n <= len(run); i++ {
				if counts[string(run[i:i+n-1])] >= least && counts[string(run[i+1:i+n])] >= least {
					next[string(run[i:i+n])]++
				}
			}
		}
		for gram, c := range next {
			if c >= least {
				counts[gram] = c
			}
		}
	}
	inside := map[string]int{} // the most frequent gram one longer that holds it
	for gram, c := range counts {
		if r := []rune(gram); len(r) > 1 {
			for _, part := range []string{string(r[1:]), string(r[:len(r)-1])} {
				inside[part] = max(inside[part], c)
			}
		}
	}
	b := &phrasebook{words: map[string]bool{}}
	for gram, c := range counts {
		r := []rune(gram)
		if len(r) < 2 || len(r) > longestGram || c < least {
			continue
		}
		if len(r) < longestGram && float64(inside[gram]) >= ownOccasions*float64(c) {
			continue
		}
		pmi := math.Inf(1)
		for i := 1; i < len(r); i++ {
			pmi = min(pmi, math.Log2(float64(c)*total/float64(counts[string(r[:i])]*counts[string(r[i:])])))
		}
		if pmi >= leastPMI {
			b.words[gram] = true
		}
	}
	return b
}

// chinese passes the phrases of a sentence.
func (b *phrasebook) chinese(source string, add func(key, surface string)) {
	for _, run := range segments(source) {
		for i := range run {
			for n := 2; n <= longestGram && i+n <= len(run); n++ {
				if gram := string(run[i : i+n]); b.words[gram] {
					add(gram, gram)
				}
			}
		}
	}
}
