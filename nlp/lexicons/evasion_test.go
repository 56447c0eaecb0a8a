package lexicons

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"earshot/models/fold"
)

// evader hides words the way people do.
type evader struct {
	*rand.Rand
	traditional map[rune][]rune
	homophones  map[rune][]rune
	split       map[rune][]rune
}

func newEvader(seed uint64) *evader {
	e := &evader{Rand: rand.New(rand.NewPCG(seed, 1)), traditional: map[rune][]rune{}, homophones: map[rune][]rune{}, split: map[rune][]rune{}}
	for r := rune(0x4E00); r < 0xA000; r++ {
		if s := []rune(fold.Simplify(string(r)))[0]; s != r {
			e.traditional[s] = append(e.traditional[s], r)
		}
	}
	common := map[rune]bool{} // characters of ordinary text
	for i := 0; i+4 <= len(bigramFile); i += 4 {
		common[rune(uint32(bigramFile[i+2])|uint32(bigramFile[i+3])<<8)] = true
	}
	byReading := map[string][]rune{}
	s := chineseSounds()
	for _, r := range slices.Sorted(maps.Keys(common)) {
		if readings := s.readings[r]; len(readings) == 1 { // one reading: no doubt how it is read
			byReading[readings[0]] = append(byReading[readings[0]], r)
		}
	}
	for _, all := range byReading {
		for _, r := range all {
			for _, other := range all {
				if other != r {
					e.homophones[r] = append(e.homophones[r], other)
				}
			}
		}
	}
	for p, c := range composed() {
		if _, taken := e.split[c]; !taken || p.a < e.split[c][0] {
			e.split[c] = []rune{p.a, p.b}
		}
	}
	return e
}

func (e *evader) one(of []rune) rune { return of[e.IntN(len(of))] }

// change replaces characters of a word by what of gives, at least one, each
// where the dice say so; ok is false where none can be.
func (e *evader) change(w string, of map[rune][]rune, most int, whole bool) (string, bool) {
	runes := []rune(w)
	var can []int
	for i, r := range runes {
		if len(of[r]) > 0 {
			can = append(can, i)
		}
	}
	if len(can) == 0 {
		return "", false
	}
	e.Shuffle(len(can), func(i, j int) { can[i], can[j] = can[j], can[i] })
	can = can[:min(len(can), 1+e.IntN(most))]
	var b strings.Builder
	for i, r := range runes {
		switch {
		case !slices.Contains(can, i):
			b.WriteRune(r)
		case whole:
			b.WriteString(string(of[r]))
		default:
			b.WriteRune(e.one(of[r]))
		}
	}
	return b.String(), true
}

var evasions = []string{"width", "case", "zero width", "symbols", "spaces", "repeats", "traditional", "leet", "pinyin", "pinyin apart", "one in pinyin", "homophone", "split", "emoji"}

// hide hides w; ok is false where the way does not suit the word.
func (e *evader) hide(w, way string) (string, bool) {
	runes := []rune(w)
	chinese := unicode.Is(unicode.Han, runes[0])
	between := func(gap string) string {
		parts := make([]string, len(runes))
		for i, r := range runes {
			parts[i] = string(r)
		}
		return strings.Join(parts, gap)
	}
	switch way {
	case "width":
		if chinese {
			return "", false
		}
		return strings.Map(func(r rune) rune {
			if r > ' ' && r < 0x7F {
				return r + 0xFEE0
			}
			return r
		}, w), true
	case "case":
		return strings.ToUpper(w), !chinese
	case "zero width":
		return between(string(e.one([]rune("\u200b\u200c\u200d\u2060\ufeff")))), true
	case "symbols":
		return between(string(e.one([]rune("*.-_~#&|/·+^=")))), chinese || !strings.Contains(w, " ")
	case "spaces":
		return between(" "), chinese || !strings.Contains(w, " ")
	case "emoji":
		return between(string(e.one([]rune("😀🔥⭐💰")))), chinese
	case "repeats":
		i := e.IntN(len(runes))
		return string(runes[:i]) + strings.Repeat(string(runes[i]), 3+e.IntN(3)) + string(runes[i+1:]), unicode.IsLetter(runes[i])
	case "traditional":
		return e.change(w, e.traditional, len(runes), false)
	case "homophone":
		if !chinese || len(runes) < 2 {
			return "", false
		}
		return e.change(w, e.homophones, max(1, len(runes)/2), false)
	case "split":
		return e.change(w, e.split, 1, true)
	case "leet":
		if chinese || len(runes) < 4 {
			return "", false
		}
		return e.change(w, map[rune][]rune{'a': []rune("@4"), 'e': []rune("3"), 'i': []rune("1!"), 'o': []rune("0"), 's': []rune("$5"), 't': []rune("7")}, 2, false)
	case "pinyin", "pinyin apart":
		gap := ""
		if way == "pinyin apart" {
			gap = " "
		}
		s, ok := inPinyin(runes, gap)
		return s, ok && len(s) >= 4
	case "one in pinyin":
		i := e.IntN(len(runes))
		s, ok := inPinyin(runes[i:i+1], "")
		return string(runes[:i]) + s + string(runes[i+1:]), ok && len(runes) > 1
	}
	panic(way)
}

func inPinyin(runes []rune, gap string) (string, bool) {
	var said []string
	for _, r := range runes {
		readings := chineseSounds().readings[r]
		if len(readings) != 1 {
			return "", false
		}
		said = append(said, bare(readings[0]))
	}
	return strings.Join(said, gap), true
}

// carriers are clean sentences around a hidden word.
var carriers = []string{"我跟你说，%s，听到没有", "今天下午 %s ，就这样吧", "「%s」", "%s！", "再这样下去：%s", "well, %s, you know", "(%s)", "I said: %s."}

// TestEvasions is the measure: 10,000 hidden words.
func TestEvasions(t *testing.T) {
	d := builtinDictionary(t)
	var all []*word
	for i := range d.words {
		w := &d.words[i]
		l := d.lexicons[w.lexicon]
		if (l.Category == "abuse" || l.Category == "threat" || l.Category == "safety" || l.Category == "forbidden") && w.parts == 1 && !l.Exact && !w.allow && w.severe && len(w.letters) >= 2 && len(w.letters) <= 8 && !strings.ContainsAny(string(w.letters), "0123456789'-") && (len(w.letters) >= 4 || w.letters[0] > 0x3000) {
			all = append(all, w)
		}
	}
	const n, goal = 10_000, 0.98
	e := newEvader(11)
	total, missed := map[string]int{}, map[string]int{}
	misses := 0
	for made := 0; made < n; {
		w := all[e.IntN(len(all))]
		way := evasions[e.IntN(len(evasions))]
		hidden, ok := e.hide(string(w.letters), way)
		if !ok {
			continue
		}
		made++
		total[way]++
		text := fmt.Sprintf(carriers[e.IntN(len(carriers))], hidden)
		at := strings.Index(text, hidden)
		if !slices.ContainsFunc(d.Words(text), func(m Match) bool { return m.From < at+len(hidden) && at < m.To }) {
			missed[way]++
			if misses++; missed[way] <= 3 {
				t.Logf("%s: %q in %q", way, string(w.letters), text)
			}
		}
	}
	recall := 1 - float64(misses)/n
	t.Logf("recall %.4f; missed %v of %v", recall, missed, total)
	if recall < goal {
		t.Errorf("recall %.4f, want at least %.2f", recall, goal)
	}
}

// TestCleanText counts what the search for hidden words finds in ordinary text
// beyond plain matching: nearly nothing, and what there is are mostly words
// that somebody did write so (Fuuuck, youre).
func TestCleanText(t *testing.T) {
	d := builtinDictionary(t)
	files := map[string]func(string) string{
		"text/train/cped_valid.tsv": func(l string) string { return l[strings.LastIndex(l, "\t")+1:] },
		"text/train/goemotions_ekman_train.tsv": func(l string) string {
			text, _, _ := strings.Cut(l, "\t")
			return text
		},
		"text/natcs_insurance_dev.jsonl": func(l string) string {
			var u struct{ Utterance string }
			if json.Unmarshal([]byte(l), &u) != nil {
				return ""
			}
			return u.Utterance
		},
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := os.Open(sharedData(t, name))
		if err != nil {
			t.Fatal(err)
		}
		s := bufio.NewScanner(f)
		s.Buffer(nil, 1<<20)
		characters, plain, extra, shown := 0, 0, 0, 0
		for n := 0; s.Scan() && n < 12_000; n++ {
			text := files[name](s.Text())
			characters += len([]rune(text))
			for _, m := range d.Words(text) {
				if m.Score == scorePlain {
					plain++
					continue
				}
				extra++
				if shown++; shown <= 12 {
					t.Logf("%s %.1f: %q as %q in %q", m.Lexicon, m.Score, text[m.From:m.To], m.Word, text)
				}
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		t.Logf("%s: %d characters, %d plain, %d hidden (%.1f a million)", name, characters, plain, extra, 1e6*float64(extra)/float64(characters))
		if plain == 0 || 100*extra > plain {
			t.Errorf("%s: %d hidden beside %d plain, want at most 1 in 100", name, extra, plain)
		}
	}
}

// sharedData returns a file of the labelled data beside the project; the test
// is skipped where there is none.
func sharedData(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("EARSHOT_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	file := filepath.Join(root, "data", name)
	if _, err := os.Stat(file); err != nil {
		t.Skipf("no labelled data: %v", err)
	}
	return file
}

// builtinDictionary returns the dictionary of the built-in lexicons.
func builtinDictionary(t testing.TB) *Dictionary {
	t.Helper()
	d, err := builtinDictionaryOnce()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var builtinDictionaryOnce = sync.OnceValues(func() (*Dictionary, error) {
	lexicons, err := Builtin()
	if err != nil {
		return nil, err
	}
	return NewDictionary(lexicons)
})
