package topics

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"earshot/models"
)

// topic describes a group.
func (g *group) topic(o Options) Topic {
	o = o.with(g.all)
	t := Topic{Language: g.language, Phrases: g.phrases(), Examples: []Example{}}
	t.Name = strings.Join(t.Phrases, " · ")
	by := map[string]int{}
	var now []*text
	for _, x := range g.texts {
		if x.Started.Before(o.Since) {
			t.Before++
			continue
		}
		t.Count++
		now = append(now, x)
		if x.By != "" {
			by[x.By]++
		}
	}
	for value, n := range by {
		t.By = append(t.By, Tally{value, n})
	}
	slices.SortFunc(t.By, func(a, b Tally) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value)) })
	if len(now) == 0 {
		now = g.texts // a topic of the past
	}
	t.Examples = g.examples(now, o.Examples)
	return t
}

// examples returns the conversations nearest to the centre, each with another
// sentence as far as there are others.
func (g *group) examples(texts []*text, most int) []Example {
	near := make(map[*text]float64, len(texts))
	for _, t := range texts {
		near[t] = t.vector.dot(g.centre)
	}
	sorted := slices.SortedStableFunc(slices.Values(texts), func(a, b *text) int {
		return cmp.Or(cmp.Compare(near[b], near[a]), cmp.Compare(a.ID, b.ID))
	})
	all := []Example{}
	seen := map[string]bool{}
	var again []Example
	for _, t := range sorted {
		s := g.shows(t)
		if s == nil {
			continue
		}
		u := t.Says[s.utterance]
		from, to := trim(u.Text, s.from, s.to)
		e := Example{ID: t.ID, Started: t.Started, Nearness: math.Round(1000*near[t]) / 1000, Evidence: models.Evidence{
			Turn: u.Turn, From: from, To: to, Quote: u.Text[from:to], Start: u.Start, End: u.End,
		}}
		said := fmt.Sprint(s.features) // other numbers and names in it do not make it another sentence
		if seen[said] {
			again = append(again, e)
			continue
		}
		seen[said] = true
		if all = append(all, e); len(all) == most {
			return all
		}
	}
	return append(all, again[:min(len(again), most-len(all))]...)
}

// shows returns the sentence that says most of the topic.
func (g *group) shows(t *text) *sentence {
	var best *sentence
	most := 0.0
	for i := range t.sentences {
		s := &t.sentences[i]
		sum := 0.0
		for at, f := range s.features {
			if !slices.Contains(s.features[:at], f) {
				sum += g.centre[f]
			}
		}
		if sum > most {
			best, most = s, sum
		}
	}
	return best
}

func trim(text string, from, to int) (int, int) {
	s := text[from:to]
	from += len(s) - len(strings.TrimLeft(s, " \t\r\n\u3000"))
	return from, from + len(strings.TrimSpace(text[from:to]))
}
