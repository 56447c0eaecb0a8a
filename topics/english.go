package topics

import (
	"strings"
	"unicode"

	"earshot/models/fold"
)

// englishStop are words that say nothing of the topic: function words, and
// what everybody says to a contact centre.
var englishStop = setOf(`a an the this that these those it its it's i i'm i've i'd i'll me my mine myself you you're you've you'll your yours we we're we've our ours us
he she him her his they they're them their theirs who whom whose which what what's that's there there's here where when why how
is isn't are aren't was wasn't were weren't be been being am do does don't doesn't did didn't done doing have has had haven't hasn't hadn't having
can can't cannot could couldn't will won't would wouldn't shall should shouldn't may might must let let's
and or but if then else so because as until while of at by for with about against between into through during before after above below to from in out on off over under again
further once both each few more most other some such no nor not only own same than too very just also still yet ever never even
one two any all every another much many lot lots really quite actually already now today yesterday tomorrow ago day days week weeks month months hour hours minute minutes time times
get got gets getting go goes going gone went come comes came say says said saying tell told tells know knows knew think thinks thought want wants wanted need needs needed make makes made take takes took taken
give gives gave given see saw seen look looks looking looked like thing things something anything nothing everything someone anyone anybody nobody everybody way
please thanks thank hello hi hey yes yeah yep ok okay oh well sorry sure right fine good great bye um uh er ah hmm help number call called calling phone`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// english passes the words of a sentence and their pairs. A pair may enclose
// stop words, which its name then shows, but no number and no mark.
func english(source string, add func(key, surface string)) {
	t := folder.Fold(source)
	unmasked(t.Runes)
	type word struct {
		stem     string
		from, to int
		gap      int // stop words before it; -1: something else is there
	}
	last := word{gap: -1}
	have, gap := false, 0
	for i := 0; i < len(t.Runes); {
		r := t.Runes[i]
		if r == ' ' || r == '-' {
			i++
			continue
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			have = false
			i++
			continue
		}
		j, digits := i, false
		for ; j < len(t.Runes); j++ {
			c := t.Runes[j]
			inside := (c == '\'' || c == '’') && j+1 < len(t.Runes) && unicode.IsLetter(t.Runes[j+1])
			if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !inside {
				break
			}
			digits = digits || unicode.IsDigit(c)
		}
		token := strings.ReplaceAll(string(t.Runes[i:j]), "’", "'")
		from := i
		i = j
		switch {
		case digits:
			have = false
			continue
		case englishStop[token] || j-from < 2:
			gap++
			continue
		}
		w := word{stem: stem(strings.TrimSuffix(token, "'s")), from: from, to: j, gap: gap}
		add(w.stem, strings.TrimSuffix(token, "'s"))
		if have && w.gap <= 2 && w.stem != last.stem {
			add(last.stem+" "+w.stem, shown(&t, source, last.from, w.to))
		}
		last, have, gap = w, true, 0
	}
}

// shown is the original of folded runes, in small letters.
func shown(t *fold.Text, source string, i, j int) string {
	from, to := t.Span(i, j)
	return strings.ToLower(strings.Join(strings.Fields(source[from:to]), " "))
}

// stem takes endings off: the first step of Porter's algorithm (1980), plurals
// and -ed and -ing, which is enough to count alike what is alike.
func stem(w string) string {
	switch {
	case strings.HasSuffix(w, "sses"):
		w = w[:len(w)-2]
	case strings.HasSuffix(w, "ies") && len(w) > 4:
		w = w[:len(w)-3] + "y"
	case strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && len(w) > 3:
		w = w[:len(w)-1]
	}
	for _, ending := range []string{"ing", "ed"} {
		base, ok := strings.CutSuffix(w, ending)
		if !ok || len(base) < 3 || !strings.ContainsAny(base, "aeiouy") {
			continue
		}
		n := len(base)
		if base[n-1] == base[n-2] && !strings.ContainsRune("lsz", rune(base[n-1])) {
			base = base[:n-1]
		}
		w = base
		break
	}
	// The e that -ed and -ing take away, and the y that -ies gives back.
	if len(w) > 4 {
		w = strings.TrimSuffix(w, "e")
	}
	return w
}
