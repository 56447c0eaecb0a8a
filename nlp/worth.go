package nlp

import (
	"math"
	"strings"
	"sync"

	"earshot/models"
	"earshot/models/terms"
)

// weighted is a term with what it is worth.
type weighted struct {
	key   string
	worth float64 // the first time it is told
	plain float64 // by itself, however often it is spoken of
	id    int     // of the key
}

// worths tells what the terms of a transcript are worth: numbers and names
// most, then what is spoken of more than once, then any other word that is not
// common in every such conversation.
type worths struct {
	turns []turnWorths
	count []int // by id of a key: the turns that speak of it
	last  []int // by id of a key: the turn that spoke of it last, plus 1
	ids   map[string]int
}

// worthsPool keeps the memory of worths that are done with.
var worthsPool = sync.Pool{New: func() any { return &worths{ids: map[string]int{}} }}

// turnWorths is the terms of a turn, worked out once: each stretch of it has a
// part of them.
type turnWorths struct {
	pieces terms.Pieces
	keys   []weighted
	at     []int32 // by piece: how many of keys come before it
	ready  bool    // keys and at are
}

// newWorths works out the worths of t; release gives their memory back.
func newWorths(t *models.Transcript) *worths {
	w := worthsPool.Get().(*worths)
	clear(w.ids)
	w.count, w.last = w.count[:0], w.last[:0]
	if n := len(t.Turns); n > cap(w.turns) {
		w.turns = append(w.turns[:cap(w.turns)], make([]turnWorths, n-cap(w.turns))...)
	}
	w.turns = w.turns[:len(t.Turns)]
	for i := range t.Turns {
		turn := &w.turns[i]
		turn.ready = false
		turn.pieces.Cut(t.Turns[i].Text)
		all, _ := turn.pieces.Of(0, len(t.Turns[i].Text))
		for k := range all {
			key, ok := keyAt(all, k)
			if !ok {
				continue
			}
			id := w.id(key.key)
			if id == len(w.last) {
				w.last, w.count = append(w.last, 0), append(w.count, 0)
			}
			if w.last[id] != i+1 {
				w.last[id] = i + 1
				w.count[id]++
			}
		}
	}
	return w
}

func (w *worths) release() { worthsPool.Put(w) }

// id returns the number of a key, a new one for one not seen before.
func (w *worths) id(key string) int {
	id, ok := w.ids[key]
	if !ok {
		id = len(w.ids)
		w.ids[key] = id
	}
	return id
}

// keys returns how many keys there are.
func (w *worths) keys() int { return len(w.ids) }

// of returns what the terms of bytes from to to of turn i are worth. It must
// not be changed.
func (w *worths) of(i, from, to int) []weighted {
	t := &w.turns[i]
	all, first := t.pieces.Of(from, to)
	if first < 0 {
		return w.weighed(all)
	}
	if !t.ready {
		w.prepare(t)
	}
	n := len(all)
	if n == 0 {
		return nil
	}
	// Only what stands at the ends can be worth something else than within the
	// turn, where it has neighbours.
	if w.like(t, all, first, 0) && w.like(t, all, first, n-1) {
		return t.keys[t.at[first]:t.at[first+n]]
	}
	return w.weighed(all)
}

// like reports whether term k of a stretch is worth what it is in the turn.
func (w *worths) like(t *turnWorths, all []terms.Term, first, k int) bool {
	key, ok := keyAt(all, k)
	in := t.keys[t.at[first+k]:t.at[first+k+1]]
	if len(in) == 0 || !ok {
		return len(in) == 0 && !ok
	}
	return in[0].key == key.key && in[0].plain == key.plain
}

func (w *worths) prepare(t *turnWorths) {
	all := t.pieces.Singles()
	t.ready = true
	t.at, t.keys = append(t.at[:0], 0), t.keys[:0]
	for k := range all {
		if key, ok := keyAt(all, k); ok {
			t.keys = append(t.keys, w.weigh(key))
		}
		t.at = append(t.at, int32(len(t.keys)))
	}
}

func (w *worths) weighed(all []terms.Term) []weighted {
	out := make([]weighted, 0, len(all))
	for k := range all {
		if key, ok := keyAt(all, k); ok {
			out = append(out, w.weigh(key))
		}
	}
	return out
}

func (w *worths) weigh(key weighted) weighted {
	key.worth, key.id = key.plain, w.id(key.key)
	if key.id < len(w.count) && w.count[key.id] > 1 {
		key.worth *= 1 + centralWorth*math.Log(float64(w.count[key.id]))
	}
	return key
}

// keyAt returns the key of term i with its worth, for Chinese of each pair of
// characters, since one alone is seldom a word. ok is false where the term has
// none.
func keyAt(all []terms.Term, i int) (key weighted, ok bool) {
	switch t := &all[i]; t.Kind {
	case terms.Number:
		key := "#" + t.Text
		if i+1 < len(all) && all[i+1].Kind != terms.Mark {
			key += all[i+1].Text
		}
		return weighted{key: key, plain: worthOfNumber(all, i)}, true
	case terms.Word:
		switch {
		case terms.Empty(*t):
			return weighted{}, false
		case timeWords[t.Text]:
			return weighted{key: t.Text, plain: worthTime}, true
		case commonWords[t.Text]:
			return weighted{key: t.Text, plain: worthCommon}, true
		case t.Capital && i > 0 && all[i-1].Kind != terms.Mark:
			return weighted{key: t.Text, plain: worthName}, true
		}
		return weighted{key: t.Text, plain: worthWord}, true
	case terms.Han:
		if i+1 >= len(all) || all[i+1].Kind != terms.Han {
			return weighted{}, false
		}
		first, second := terms.Empty(*t), terms.Empty(all[i+1])
		pair := t.Text + all[i+1].Text
		worth := worthPair
		switch {
		case timePairs[pair]:
			worth = worthTime
		case first && second:
			return weighted{}, false
		case first || second, commonPairs[pair]:
			worth = worthCommonPair
		}
		return weighted{key: pair, plain: worth}, true
	}
	return weighted{}, false
}

// worthOfNumber is more for amounts, times and dates than for one or two of
// something.
func worthOfNumber(all []terms.Term, i int) float64 {
	next := terms.Term{}
	if i+1 < len(all) {
		next = all[i+1]
	}
	if len(all[i].Text) == 1 && (next.Kind == terms.Word && !units[next.Text] || next.Kind == terms.Han && !strings.Contains(unitsHan, next.Text)) {
		if all[i].Text == "1" {
			return worthCommon
		}
		return worthFew
	}
	return worthNumber
}

var units = commonStems(`dollar buck cent hour minute day week month year percent pm am business working`)

// Words for a day or a part of it.
var (
	timeWords = commonStems(`monday tuesday wednesday thursday friday saturday sunday tomorrow yesterday tonight weekend noon midnight
		january february march april june july august september october november december`)
	timePairs = wordSet(`昨天 今天 明天 后天 前天 周一 周二 周三 周四 周五 周六 周日 上周 下周 上午 下午 晚上 早上 凌晨 中午 月底 周末 星期`)
)

const unitsHan = "天日周年月小分点号元块万千百折岁星礼"

const (
	worthNumber     = 3.3
	worthTime       = 1.5
	worthFew        = 1.5
	worthName       = 1.3
	worthWord       = 1.0
	worthCommon     = 0.2
	worthPair       = 0.55
	worthCommonPair = 0.08
)
