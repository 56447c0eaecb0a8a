// Package words measures the search for words beside Go's Aho-Corasick
// libraries: the same 60,000 words, the same texts, all overlaps, one core.
package words

import (
	"bufio"
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	bobusumisu "github.com/BobuSumisu/aho-corasick"
	anknown "github.com/anknown/ahocorasick"
	cloudflare "github.com/cloudflare/ahocorasick"
	petar "github.com/petar-dambovaliev/aho-corasick"

	"earshot/models/search"
)

const size = 60_000

// vocabulary is in the proportions of real lists: mostly two to five Chinese
// characters, some English. Each word is there once.
func vocabulary() []string {
	random := rand.New(rand.NewPCG(7, 1))
	seen := map[string]bool{}
	for len(seen) < size {
		w := make([]rune, 2+random.IntN(4))
		for k := range w {
			w[k] = character(random) // common ones are far more common
		}
		if random.IntN(10) == 0 {
			w = make([]rune, 4+random.IntN(8))
			for k := range w {
				w[k] = 'a' + rune(random.IntN(26))
			}
		}
		seen[string(w)] = true
	}
	words := make([]string, 0, size)
	for w := range seen {
		words = append(words, w)
	}
	slices.Sort(words)
	return words
}

func character(random *rand.Rand) rune { return 0x4E00 + rune(random.ExpFloat64()*900)%20000 }

// texts are random characters, every fiftieth place a word; English letters;
// and the file that EARSHOT_BENCH_TEXT names.
func texts(t testing.TB, words []string) map[string]string {
	random := rand.New(rand.NewPCG(8, 2))
	var chinese, english strings.Builder
	for chinese.Len() < 1<<20 {
		if random.IntN(50) == 0 {
			chinese.WriteString(words[random.IntN(len(words))])
		}
		chinese.WriteRune(character(random))
	}
	for english.Len() < 1<<20 {
		for range 1 + random.IntN(9) {
			english.WriteByte("eeeeettttaaaoooiiinnnssshhhrrrdddlllcuumwfgypbvkjxqz"[random.IntN(52)])
		}
		english.WriteByte(' ')
	}
	out := map[string]string{"chinese": chinese.String(), "english": english.String()}
	if name := os.Getenv("EARSHOT_BENCH_TEXT"); name != "" {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var given strings.Builder
		for s := bufio.NewScanner(f); s.Scan() && given.Len() < 1<<20; {
			given.WriteString(strings.ToValidUTF8(s.Text(), "?") + "\n")
		}
		out["given"] = given.String()
	}
	return out
}

type occurrence = search.Match

// library is one of those compared: it returns what it finds, in bytes, or only how much
// where it does not tell places.
type library struct {
	name  string
	exact bool // it finds every occurrence, with its place
	find  func(dst []occurrence, text string) []occurrence
}

func libraries(words []string) []library {
	ours := search.NewExact(words)
	builder := petar.NewAhoCorasickBuilder(petar.Opts{MatchKind: petar.StandardMatch, DFA: true})
	dfa := builder.Build(words)
	trie := bobusumisu.NewTrieBuilder().AddStrings(words).Build()
	machine := new(anknown.Machine)
	runes := make([][]rune, len(words))
	number := map[string]int32{}
	for i, w := range words {
		runes[i], number[w] = []rune(w), int32(i)
	}
	if err := machine.Build(runes); err != nil {
		panic(err)
	}
	contains := cloudflare.NewStringMatcher(words)
	return []library{
		{"earshot", true, ours.Find},
		{"petar-dambovaliev", true, func(dst []occurrence, text string) []occurrence {
			for iter := dfa.IterOverlapping(text); ; {
				m := iter.Next()
				if m == nil {
					return dst
				}
				dst = append(dst, occurrence{Word: int32(m.Pattern()), From: int32(m.Start()), To: int32(m.End())})
			}
		}},
		{"BobuSumisu", true, func(dst []occurrence, text string) []occurrence {
			for _, m := range trie.MatchString(text) {
				dst = append(dst, occurrence{Word: int32(m.Pattern()), From: int32(m.Pos()), To: int32(m.Pos()) + int32(len(m.Match()))})
			}
			return dst
		}},
		{"anknown", false, func(dst []occurrence, text string) []occurrence { // its places are runes
			for _, m := range machine.MultiPatternSearch([]rune(text), false) {
				dst = append(dst, occurrence{Word: number[string(m.Word)], From: int32(m.Pos)})
			}
			return dst
		}},
		{"cloudflare", false, func(dst []occurrence, text string) []occurrence { // which words, not where
			for _, w := range contains.MatchThreadSafe([]byte(text)) {
				dst = append(dst, occurrence{Word: int32(w)})
			}
			return dst
		}},
	}
}

// naive looks for every word at every place.
func naive(words []string, text string) []occurrence {
	number, longest := map[string]int32{}, 0
	for i, w := range words {
		number[w], longest = int32(i), max(longest, len(w))
	}
	var out []occurrence
	for from := range text {
		for to := from + 1; to <= min(len(text), from+longest); to++ {
			if to < len(text) && !utf8.RuneStart(text[to]) {
				continue
			}
			if w, ok := number[text[from:to]]; ok {
				out = append(out, occurrence{Word: w, From: int32(from), To: int32(to)})
			}
		}
	}
	return out
}

func TestEqual(t *testing.T) {
	words := vocabulary()
	all := libraries(words)
	for name, text := range texts(t, words) {
		want := naive(words, text)
		sorted(want)
		for _, s := range all {
			if !s.exact {
				continue
			}
			got := s.find(nil, text)
			sorted(got)
			equal := slices.Equal(got, want)
			t.Logf("%s: %s finds %d, the oracle %d, equal %v", name, s.name, len(got), len(want), equal)
			if s.name == "earshot" && !equal {
				t.Error("earshot does not find what the oracle does")
			}
		}
	}
}

func sorted(o []occurrence) {
	slices.SortFunc(o, func(a, b occurrence) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Word, b.Word))
	})
}

func BenchmarkFind(b *testing.B) {
	words := vocabulary()
	all := libraries(words)
	for name, text := range texts(b, words) {
		for _, s := range all {
			b.Run(fmt.Sprintf("%s/%s", name, s.name), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				var found []occurrence
				for b.Loop() {
					found = s.find(found[:0], text)
				}
				b.ReportMetric(float64(len(found)), "found")
			})
		}
	}
}
