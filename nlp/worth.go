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
	id    int     // of its key: terms of one key are the same
	worth float64 // the first time it is told
	plain float64 // by itself, however often it is spoken of
}

// worths tells what the terms of a transcript are worth: numbers and names
// most, then what is spoken of more than once, then any other word that is not
// common in every such conversation.
type worths struct {
	turns []turnWorths
	count []int // by id of a key: the turns that speak of it
	last  []int // by id of a key: the turn that spoke of it last, plus 1
	ids   map[string]int
	pairs pairTable  // ids of pairs of characters
	key   []byte     // memory to work in
	apart []weighted // what of returns that is not part of a turn's keys
	draft draft
}

// draft is memory for the choice of passages.
type draft struct {
	said       []byte
	parts      [][2]int
	clauses    [][2]int
	sentences  []sentence
	weights    []weight
	passages   []passage
	candidates []*passage
	told       []bool
}

// worthsPool keeps the memory of worths that are done with.
var worthsPool = sync.Pool{New: func() any { return &worths{ids: map[string]int{}} }}

// turnWorths is the terms of a turn, worked out once: each stretch of it has a
// part of them.
type turnWorths struct {
	pieces terms.Pieces
	keys   []weighted
	at     []int32 // by piece: how many of keys come before it
	keyed  bool    // keys and at are
	ready  bool    // what the keys are worth is
}

// newWorths works out the worths of t; release gives their memory back.
func newWorths(t *models.Transcript) *worths {
	w := worthsPool.Get().(*worths)
	clear(w.ids)
	w.pairs.forget()
	w.count, w.last, w.apart = w.count[:0], w.last[:0], w.apart[:0]
	if n := len(t.Turns); n > cap(w.turns) {
		w.turns = append(w.turns[:cap(w.turns)], make([]turnWorths, n-cap(w.turns))...)
	}
	w.turns = w.turns[:len(t.Turns)]
	for i := range t.Turns {
		turn := &w.turns[i]
		turn.pieces.Cut(t.Turns[i].Text)
		all, first := turn.pieces.Of(0, len(t.Turns[i].Text))
		turn.ready, turn.keyed = false, first == 0
		if !turn.keyed {
			w.apart = w.readAll(w.apart[:0], all)
			w.note(i, w.apart)
			continue
		}
		w.keyTurn(turn)
		w.note(i, turn.keys)
	}
	return w
}

// note counts that turn i speaks of keys.
func (w *worths) note(i int, keys []weighted) {
	for _, key := range keys {
		for key.id >= len(w.last) {
			w.last, w.count = append(w.last, 0), append(w.count, 0)
		}
		if w.last[key.id] != i+1 {
			w.last[key.id] = i + 1
			w.count[key.id]++
		}
	}
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
	// turn, where it has neighbours: a word with a capital at the beginning is no
	// name for that, and the last character makes no pair.
	keys := t.keys[t.at[first]:t.at[first+n]]
	named := t.at[first+1] > t.at[first] && keys[0].plain == worthName
	paired := all[n-1].Kind == terms.Han && t.at[first+n] > t.at[first+n-1]
	if !named && !paired {
		return keys
	}
	from = len(w.apart)
	w.apart = append(w.apart, keys...)
	keys = w.apart[from:len(w.apart):len(w.apart)]
	if named {
		keys[0].plain = worthWord
		keys[0].worth = w.worth(keys[0])
	}
	if paired {
		keys = keys[:len(keys)-1]
	}
	return keys
}

// mayCount reports whether a number may begin in bytes from to to of turn i.
func (w *worths) mayCount(i, from, to int) bool { return w.turns[i].pieces.MayCount(from, to) }

func (w *worths) prepare(t *turnWorths) {
	if !t.keyed {
		w.keyTurn(t)
	}
	for k := range t.keys {
		t.keys[k].worth = w.worth(t.keys[k])
	}
	t.ready = true
}

// keyTurn reads the keys of a turn.
func (w *worths) keyTurn(t *turnWorths) {
	all := t.pieces.Singles()
	t.keyed = true
	t.at, t.keys = append(t.at[:0], 0), t.keys[:0]
	for k := range all {
		if key, ok := w.read(all, k); ok {
			t.keys = append(t.keys, key)
		}
		t.at = append(t.at, int32(len(t.keys)))
	}
}

// weighed returns what terms are worth by themselves.
func (w *worths) weighed(all []terms.Term) []weighted {
	from := len(w.apart)
	w.apart = w.readAll(w.apart, all)
	out := w.apart[from:len(w.apart):len(w.apart)]
	for k := range out {
		out[k].worth = w.worth(out[k])
	}
	return out
}

func (w *worths) readAll(dst []weighted, all []terms.Term) []weighted {
	for k := range all {
		if key, ok := w.read(all, k); ok {
			dst = append(dst, key)
		}
	}
	return dst
}

// worth returns what a key is worth the first time it is told.
func (w *worths) worth(key weighted) float64 {
	if key.id < len(w.count) && w.count[key.id] > 1 {
		return key.plain * (1 + centralWorth*math.Log(float64(w.count[key.id])))
	}
	return key.plain
}

// read returns the key of term i with its worth by itself, for Chinese of each
// pair of characters, since one alone is seldom a word. ok is false where the
// term has none.
func (w *worths) read(all []terms.Term, i int) (key weighted, ok bool) {
	switch t := &all[i]; t.Kind {
	case terms.Number:
		w.key = append(append(w.key[:0], '#'), t.Text...)
		if i+1 < len(all) && all[i+1].Kind != terms.Mark {
			w.key = append(w.key, all[i+1].Text...)
		}
		return weighted{id: w.numberID(w.key), plain: worthOfNumber(all, i)}, true
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
		return weighted{id: w.id(t.Text), plain: worth}, true
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
		return weighted{id: w.pairID(key), plain: worth}, true
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
