package nlp

import (
	"strings"
	"sync"

	"earshot/models"
	"earshot/models/search"
	"earshot/models/terms"
)

// weighted is a term with what it is worth.
type weighted struct {
	id    int // of its key: terms of one key are the same
	worth float64
}

// worths tells what the terms of a transcript are worth: numbers and names most,
// then any other word that is not common in every such conversation.
type worths struct {
	turns []terms.Pieces
	ids   map[string]int
	pairs pairTable // ids of pairs of characters
	key   []byte    // memory to work in
	draft draft
}

// draft is memory for the choice of passages.
type draft struct {
	said       []byte
	parts      [][2]int
	cuts       [][2]int
	clauses    []stretch
	gaps       [][2]int
	found      []search.Match
	keys       []weighted
	sentences  []sentence
	weights    []weight
	passages   []passage
	candidates []*passage
	chosen     []*passage
	sorted     []*passage
	told       []uint8
}

// worthsPool keeps the memory of worths that are done with.
var worthsPool = sync.Pool{New: func() any { return &worths{ids: map[string]int{}} }}

// newWorths makes ready to tell the worths of t; release gives the memory back.
func newWorths(t *models.Transcript) *worths {
	w := worthsPool.Get().(*worths)
	clear(w.ids)
	w.pairs.forget()
	if n := len(t.Turns); n > cap(w.turns) {
		w.turns = append(w.turns[:cap(w.turns)], make([]terms.Pieces, n-cap(w.turns))...)
	}
	w.turns = w.turns[:len(t.Turns)]
	for i := range t.Turns {
		w.turns[i].Cut(t.Turns[i].Text)
	}
	return w
}

func (w *worths) release() { worthsPool.Put(w) }

// id returns the number of a key, a new one for one not seen before.
func (w *worths) id(key string) int {
	id, ok := w.ids[key]
	if !ok {
		id = w.keys()
		w.ids[key] = id
	}
	return id
}

// numberID is id for the key of a number.
func (w *worths) numberID(key []byte) int {
	if id, ok := w.ids[string(key)]; ok {
		return id
	}
	return w.id(string(key))
}

// pairID is id for the key of two characters.
func (w *worths) pairID(key uint64) int { return w.pairs.id(key, w.keys()) }

// pairKey returns the key of two characters.
func pairKey(first, second string) uint64 {
	return uint64(firstRune(first))<<32 | uint64(firstRune(second))
}

// keys returns how many keys there are.
func (w *worths) keys() int { return len(w.ids) + w.pairs.taken }

// of appends what the terms of bytes from to to of turn i are worth.
func (w *worths) of(dst []weighted, i, from, to int) []weighted {
	all, _ := w.turns[i].Of(from, to)
	for k := range all {
		if key, ok := w.read(all, k); ok {
			dst = append(dst, key)
		}
	}
	return dst
}

// read returns the key of term i with its worth, for Chinese of each
// pair of characters, since one alone is seldom a word. ok is false where the
// term has none.
func (w *worths) read(all []terms.Term, i int) (key weighted, ok bool) {
	switch t := &all[i]; t.Kind {
	case terms.Number:
		w.key = append(append(w.key[:0], '#'), t.Text...)
		if i+1 < len(all) && all[i+1].Kind != terms.Mark {
			w.key = append(w.key, all[i+1].Text...)
		}
		return weighted{id: w.numberID(w.key), worth: worthOfNumber(all, i)}, true
	case terms.Word:
		if terms.Empty(t) {
			return weighted{}, false
		}
		worth, known := wordWorths[t.Text]
		switch {
		case known:
		case t.Capital && i > 0 && all[i-1].Kind != terms.Mark:
			worth = worthName
		default:
			worth = worthWord
		}
		return weighted{id: w.id(t.Text), worth: worth}, true
	case terms.Han:
		if i+1 >= len(all) || all[i+1].Kind != terms.Han {
			return weighted{}, false
		}
		first, second := terms.Empty(t), terms.Empty(&all[i+1])
		key := pairKey(t.Text, all[i+1].Text)
		worth, known := pairWorths.of(key)
		switch {
		case worth == worthTime:
		case first && second:
			return weighted{}, false
		case first || second || known:
			worth = worthCommonPair
		default:
			worth = worthPair
		}
		return weighted{id: w.pairID(key), worth: worth}, true
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

// wordWorths and pairWorths are what words and pairs of characters are worth
// that are worth something of their own.
var (
	wordWorths = worthsOf(commonWords, worthCommon, timeWords, worthTime)
	pairWorths = func() *pairValues {
		m := map[uint64]float64{}
		for pair, worth := range worthsOf(commonPairs, worthCommonPair, timePairs, worthTime) {
			m[pairKey(pair, pair[len(pair)/2:])] = worth
		}
		return newPairValues(m)
	}()
)

// worthsOf gives each of some terms one worth and each of others another, which
// counts where a term is of both.
func worthsOf(some map[string]bool, worth float64, others map[string]bool, other float64) map[string]float64 {
	m := map[string]float64{}
	for t := range some {
		m[t] = worth
	}
	for t := range others {
		m[t] = other
	}
	return m
}

var units = terms.Stems(`dollar buck cent hour minute day week month year percent pm am business working`)

// Words for a day or a part of it.
var (
	timeWords = terms.Stems(`monday tuesday wednesday thursday friday saturday sunday tomorrow yesterday tonight weekend noon midnight
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
