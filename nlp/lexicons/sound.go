package lexicons

import (
	_ "embed"
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"github.com/mozillazg/go-pinyin"

	"earshot/models/fold"
	"earshot/models/script"
)

// How sure a find by sound is.
const (
	scorePinyin    = 0.7
	scoreHomophone = 0.6
)

// sounds knows how Chinese characters sound. A syllable is a rune for private
// use, so that the matcher finds words by sound as it finds them by letters.
type sounds struct {
	syllable []uint16          // of a character: less firstSyllable, plus 1; 0: not known
	ids      map[string]rune   // of a syllable without tone, slips of the tongue made equal
	readings map[rune][]string // with tones
	spelled  spelling
}

const firstSyllable rune = 0xE000

var chineseSounds = sync.OnceValue(func() *sounds {
	s := &sounds{syllable: make([]uint16, 0x10000), ids: map[string]rune{}, readings: map[rune][]string{}, spelled: newSpelling()}
	for code, all := range pinyin.PinyinDict {
		if code >= len(s.syllable) {
			continue
		}
		s.readings[rune(code)] = strings.Split(all, ",")
	}
	codes := make([]rune, 0, len(s.readings))
	for r := range s.readings {
		codes = append(codes, r)
	}
	slices.Sort(codes)
	for _, r := range codes {
		syllable := bare(s.readings[r][0])
		id := s.id(syllable)
		s.syllable[r] = uint16(id-firstSyllable) + 1
		s.spelled.add(syllable, id)
	}
	return s
})

// id returns the rune of a syllable.
func (s *sounds) id(syllable string) rune {
	key := slurred(syllable)
	id, ok := s.ids[key]
	if !ok {
		id = firstSyllable + rune(len(s.ids))
		s.ids[key] = id
	}
	return id
}

// tones maps letters with a tone mark to the letter.
var tones = strings.NewReplacer("ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e", "ī", "i", "í", "i", "ǐ", "i", "ì", "i",
	"ō", "o", "ó", "o", "ǒ", "o", "ò", "o", "ū", "u", "ú", "u", "ǔ", "u", "ù", "u", "ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v", "ü", "v", "ń", "n", "ň", "n", "ǹ", "n", "ḿ", "m")

func bare(reading string) string { return tones.Replace(reading) }

// slurred makes syllables equal that many speakers, and so speech recognition,
// do not tell apart: zh z, ch c, sh s, ing in, eng en.
func slurred(s string) string {
	if len(s) > 1 && s[1] == 'h' {
		s = s[:1] + s[2:]
	}
	if strings.HasSuffix(s, "ing") || strings.HasSuffix(s, "eng") {
		s = s[:len(s)-1]
	}
	return s
}

// heard is one syllable of a text.
type heard struct {
	id       rune
	from, to int32 // bytes of the original
	han      rune  // 0: it is spelled
	digit    rune  // the character that a digit stands for; 0: it is none
	run      int32 // of letters it is spelled in; for the ends of runs
}

// listen appends to out the syllables of a text folded for search. What is neither a
// character nor spelled syllables is a syllable of no word.
func (s *sounds) listen(out []heard, text *fold.Text) []heard {
	run := int32(0)
	place := func(from, to int) (int32, int32) {
		from, to = text.Span(from, to)
		return int32(from), int32(to)
	}
	for i := 0; i < len(text.Runes); {
		r := text.Runes[i]
		switch {
		case script.Han(r):
			id := rune(0)
			if int(r) < len(s.syllable) && s.syllable[r] > 0 {
				id = firstSyllable + rune(s.syllable[r]) - 1
			}
			from, to := place(i, i+1)
			out = append(out, heard{id: id, from: from, to: to, han: r})
			i++
		case r >= 'a' && r <= 'z':
			k := i
			for k < len(text.Runes) && text.Runes[k] >= 'a' && text.Runes[k] <= 'z' {
				k++
			}
			run++
			var memory [longestSpelled]syllable
			spelled := s.spelled.split(memory[:0], text.Runes[i:k])
			if len(spelled) == 0 {
				f, t := place(i, k)
				out = append(out, heard{from: f, to: t, run: run})
			}
			for _, syllable := range spelled {
				f, t := place(i, i+syllable.letters)
				out = append(out, heard{id: syllable.id, from: f, to: t, run: run})
				i += syllable.letters
			}
			i = k
		case r == ' ' || r == '\'' || r == '-':
			i++ // sha bi
		case r >= '0' && r <= '9': // 王8蛋
			from, to := place(i, i+1)
			numeral := numeralsHan[r-'0']
			out = append(out, heard{id: firstSyllable + rune(s.syllable[numeral]) - 1, from: from, to: to, digit: numeral})
			i++
		default:
			from, to := place(i, i+1)
			out = append(out, heard{from: from, to: to})
			i++
		}
	}
	return out
}

// numeralsHan are the characters that digits stand for.
var numeralsHan = [10]rune{'零', '一', '二', '三', '四', '五', '六', '七', '八', '九'}

// sameTone reports whether two characters share a reading with its tone.
func (s *sounds) sameTone(a, b rune) bool {
	for _, r := range s.readings[a] {
		if slices.Contains(s.readings[b], r) {
			return true
		}
	}
	return false
}

// sameSyllable reports whether two characters share a reading but for its tone,
// with no slip of the tongue.
func (s *sounds) sameSyllable(a, b rune) bool {
	return slices.ContainsFunc(s.readings[a], func(x string) bool {
		return slices.ContainsFunc(s.readings[b], func(y string) bool { return bare(x) == bare(y) })
	})
}

// functionCharacters stand next to nearly everything, so that a pair with one
// of them is never strange.
const functionCharacters = "吗吧呢的了么啊呀地得着过们我你他她它是不在有个这那就也都和说要会能把被给让为与及或"

// polyphones are the characters of which more than one reading is common.
// Dictionaries list rare readings for many more: by those 中带 would sound like
// 中毒.
const polyphones = `曝行重还长乐都得着调率朝传弹当倒度发干给好和划会几间角教降解尽卡看空量落没磨难宁曲塞散少舍盛数似宿提通为相兴血应要载扎炸涨只种转地的了大的叶车粘藏处创冲答恶佛更供冠号喝横晃奇强俩露绿论蒙模拧炮漂铺圈撒扇什说缩踏吓咽约晕折征症中作逼骑轧吐`

// spellings returns the syllables of a word, in each of its common readings up
// to a few; nil if it is not of characters only.
func (s *sounds) spellings(letters []rune) [][]rune {
	ways := [][]rune{nil}
	for _, r := range letters {
		readings := s.readings[r]
		if len(readings) == 0 {
			return nil
		}
		var ids []rune
		for _, reading := range readings {
			if id := s.id(bare(reading)); !slices.Contains(ids, id) && len(ids) < 2 {
				ids = append(ids, id)
			}
			if !strings.ContainsRune(polyphones, r) {
				break
			}
		}
		if len(ways)*len(ids) > 8 {
			ids = ids[:1]
		}
		var longer [][]rune
		for _, w := range ways {
			for _, id := range ids {
				longer = append(longer, append(slices.Clone(w), id))
			}
		}
		ways = longer
	}
	return ways
}

// bigrams.bin holds pairs of characters that stand next to each other in
// ordinary words and text, sorted, 32 bits each; nlp/train writes it. A word that only
// sounds right and is made of such pairs is another word.
//
//go:embed bigrams.bin
var bigramFile []byte

func ordinary(a, b rune) bool {
	key := BigramKey(a, b)
	n := len(bigramFile) / 4
	lo, hi := 0, n
	for lo < hi {
		mid := (lo + hi) / 2
		if binary.LittleEndian.Uint32(bigramFile[4*mid:]) < key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo < n && binary.LittleEndian.Uint32(bigramFile[4*lo:]) == key
}

// BigramKey is how bigrams.bin names a pair of characters of the basic plane.
func BigramKey(a, b rune) uint32 { return uint32(a)<<16 | uint32(b)&0xFFFF }

// findBySound appends the words that only sound as if they stood in text: said
// in pinyin, or recognised or written with other characters.
func (d *Dictionary) findBySound(hits []Hit, folded *fold.Text) []Hit {
	if len(d.soundIDs) == 0 || !slices.ContainsFunc(folded.Runes, spellable) {
		return hits
	}
	s := chineseSounds()
	mem := scratches.Get().(*scratch)
	defer scratches.Put(mem)
	mem.heard, mem.ids = s.listen(mem.heard[:0], folded), mem.ids[:0]
	said := mem.heard
	for i := range said {
		mem.ids = append(mem.ids, said[i].id)
	}
	before := len(hits)
	mem.matches = d.sound.Find(mem.matches[:0], mem.ids)
	for _, m := range mem.matches {
		w := &d.words[d.soundIDs[m.Word]]
		part := said[m.From:m.To]
		from, to := int(part[0].from), int(part[len(part)-1].to)
		if found(hits[:before], w.lexicon, from, to) {
			continue
		}
		if score := s.judge(w, said, int(m.From), int(m.To)); score > 0 && (score != scorePinyin || inChinese(said) || unmistakable(w, part)) {
			hits = append(hits, Hit{word: w, From: from, To: to, Score: score})
		}
	}
	return hits
}

// unmistakable reports whether syllables mean Chinese wherever they stand:
// three or more of a severe word, written in one: caonima.
func unmistakable(w *word, part []heard) bool {
	return w.severe && len(part) >= 3 && part[0].run > 0 && !slices.ContainsFunc(part, func(h heard) bool { return h.run != part[0].run })
}

func spellable(r rune) bool { return r >= 'a' && r <= 'z' || script.Han(r) }

// inChinese reports whether spelled syllables in a text are meant as Chinese:
// it has characters, or is short and spelled throughout.
func inChinese(said []heard) bool {
	if slices.ContainsFunc(said, func(h heard) bool { return h.han != 0 }) {
		return true
	}
	words, last := 0, int32(0)
	for _, h := range said {
		switch {
		case h.run == 0:
		case h.id == 0:
			return false
		case h.run != last:
			words, last = words+1, h.run
		}
	}
	return words <= 4
}

// judge returns how sure it is that syllables from to to are the word; 0: it
// is another.
func (s *sounds) judge(w *word, said []heard, from, to int) float64 {
	part := said[from:to]
	if slices.ContainsFunc(part, func(h heard) bool { return h.digit != 0 }) {
		return w.counted(said, from, to)
	}
	spelled, other, toned, exact := 0, 0, 0, 0
	strange := false    // a pair with another character that is in no ordinary text
	functional := false // another character is one of those that stand everywhere
	for i, h := range part {
		switch {
		case h.han == 0:
			spelled++
		case h.han != w.letters[i]:
			other++
			if s.sameTone(h.han, w.letters[i]) {
				toned++
			}
			if s.sameSyllable(h.han, w.letters[i]) {
				exact++
			}
			functional = functional || strings.ContainsRune(functionCharacters, h.han)
			if i > 0 && part[i-1].han != 0 && !ordinary(part[i-1].han, h.han) || i+1 < len(part) && part[i+1].han != 0 && !ordinary(h.han, part[i+1].han) {
				strange = true
			}
		}
	}
	n := len(part)
	if spelled > 0 {
		// The letters belong to this word alone.
		if first := part[0]; first.han == 0 && from > 0 && said[from-1].run == first.run && first.run > 0 {
			return 0
		}
		if last := part[n-1]; last.han == 0 && to < len(said) && said[to].run == last.run && last.run > 0 {
			return 0
		}
		letters := 0
		for _, h := range part {
			if h.han == 0 {
				letters += int(h.to - h.from)
			}
		}
		if other > 0 && n < 4 || letters < 2 || spelled == n && letters < 4 {
			return 0
		}
		return scorePinyin
	}
	switch {
	case other == 0 || !strange || n < 4 && s.belongs(w, said, from, to):
		return 0
	case n == 2 && other == 1 && (toned == 1 || exact == 1 && !functional),
		n == 2 && other == 2 && w.severe && toned > 0 && exact == 2,
		n == 3 && (other < 3 || toned > 0),
		n > 3:
		return scoreHomophone
	}
	return 0
}

// counted returns how sure it is that syllables from to to, some of which are
// digits, are the word with numerals: all other characters are its own, and the
// digits are no part of a longer number.
func (w *word) counted(said []heard, from, to int) float64 {
	han := 0
	for i, h := range said[from:to] {
		switch w.letters[i] {
		case h.han:
			han++
		case h.digit:
		default:
			return 0
		}
	}
	longer := said[from].digit != 0 && from > 0 && said[from-1].digit != 0 || said[to-1].digit != 0 && to < len(said) && said[to].digit != 0
	if han == 0 || longer {
		return 0
	}
	return scorePinyin
}

// belongs reports whether another character at an end of syllables from to to
// makes an ordinary pair with the character outside: 作为|一, 内|漫游.
func (s *sounds) belongs(w *word, said []heard, from, to int) bool {
	first, last := said[from].han, said[to-1].han
	if first != w.letters[0] && from > 0 && said[from-1].han != 0 && ordinary(said[from-1].han, first) {
		return true
	}
	return last != w.letters[to-from-1] && to < len(said) && said[to].han != 0 && ordinary(last, said[to].han)
}
