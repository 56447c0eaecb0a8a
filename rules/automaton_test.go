package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"earshot/models"
)

// naive finds what the automaton should find, one phrase at a time.
func naive(text string, phrases []string) []string {
	sc := scanner{source: text}
	folded := sc.text()
	var out []string
	for _, p := range slices.Compact(slices.Sorted(slices.Values(phrases))) {
		left, right := strings.HasPrefix(p, "*"), strings.HasSuffix(p, "*")
		runes := normal(strings.Trim(p, "*"))
		for i := 0; i+len(runes) <= len(folded); i++ {
			if !slices.Equal(folded[i:i+len(runes)], runes) {
				continue
			}
			end := i + len(runes)
			if !left && isWord(runes[0]) && i > 0 && isWord(folded[i-1]) || !right && isWord(runes[len(runes)-1]) && end < len(folded) && isWord(folded[end]) {
				continue
			}
			from, to := sc.span(i, end)
			out = append(out, fmt.Sprintf("%s %d-%d", p, from, to))
		}
	}
	slices.Sort(out)
	return out
}

func TestAutomatonFindsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letter := rapid.SampledFrom([]rune("ab退款 國国AＢ'1"))
		drawn := rapid.Custom(func(t *rapid.T) string {
			p := strings.TrimSpace(string(rapid.SliceOfN(letter, 1, 4).Draw(t, "runes")))
			if p == "" {
				p = "a"
			}
			if rapid.IntRange(0, 3).Draw(t, "open") == 0 {
				p += "*"
			}
			return p
		})
		phrases := rapid.SliceOfN(drawn, 1, 8).Draw(t, "phrases")
		text := string(rapid.SliceOfN(letter, 0, 30).Draw(t, "text"))
		set := &Set{}
		set.automaton.byKey = map[string]int32{}
		var unique []string
		for _, p := range phrases {
			if slices.Contains(unique, p) {
				continue
			}
			// A source of its own for each phrase, so that none hides another.
			if err := set.automaton.add(p, len(set.sources), 0, false); err != nil {
				t.Fatal(err)
			}
			unique = append(unique, p)
			set.sources = append(set.sources, wordSource{})
		}
		set.automaton.build()
		s := set.Begin(&models.Interaction{})
		s.turns = []models.Turn{{Party: models.Agent, Text: text}}
		s.facts = []turnFacts{{party: agentBit}}
		var got []string
		s.scan.reset(text)
		set.automaton.search(s, 0)
		for i, list := range s.noticed {
			for _, f := range list {
				got = append(got, fmt.Sprintf("%s %d-%d", unique[i], f.from, f.to))
			}
		}
		slices.Sort(got)
		if want := naive(text, unique); !slices.Equal(got, want) {
			t.Fatalf("%q in %q: got %v, want %v", unique, text, got, want)
		}
	})
}

func TestAutomatonOffsets(t *testing.T) {
	set := mustCompile(t, "rules:\n  - {id: a1, version: \"1\", name: a, when: {words: {any: [退款, go to the press, \"don't\"]}}}\n")
	for text, quote := range map[string]string{
		"我要退 款吗":                     "退 款",
		"我要退\u200b款":                 "退\u200b款",
		"要求 ＧＯ  to the\npress now":   "ＧＯ  to the\npress",
		"Please DON’T":               "DON’T",
		"去退款！":                       "退款",
		"go to the pressing machine": "",
	} {
		in := &models.Interaction{Channel: models.Phone, Transcript: &models.Transcript{Turns: []models.Turn{{Party: models.Agent, Text: text, End: 100}}}}
		v := set.Evaluate(in)[0]
		if quote == "" {
			if v.Outcome != models.Miss {
				t.Errorf("%q: hit %v", text, v.Evidence)
			}
			continue
		}
		if len(v.Evidence) != 1 || v.Evidence[0].Quote != quote {
			t.Errorf("%q: evidence %v, want %q", text, v.Evidence, quote)
		}
	}
}
