// Package needle tells which words a text must hold for a regular expression to
// match in it. To look for them is much faster than to match, and most texts
// hold none.
package needle

import "regexp/syntax"

// maxWords is how many words are worth looking for.
const maxWords = 400

// Of returns words of which every match of an expression holds one, nil if
// there are none that are known.
func Of(expression string) []string {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil
	}
	all := needlesOf(re.Simplify())
	if len(all) > maxWords || len(all) > 0 && shortest(all) == 0 {
		return nil
	}
	return all
}

func needlesOf(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 {
			return nil
		}
		return []string{string(re.Rune)}
	case syntax.OpCapture, syntax.OpPlus:
		return needlesOf(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needlesOf(re.Sub[0])
		}
	case syntax.OpConcat: // the part whose shortest word is longest
		var best, run []string // run: all that the parts so far can match, if that is a few words
		keep := func(all []string) {
			if len(all) > 0 && (best == nil || shortest(all) > shortest(best)) {
				best = all
			}
		}
		for _, sub := range re.Sub {
			if words := wordsOf(sub); words != nil && max(1, len(run))*len(words) <= maxWords {
				run = product(run, words)
				continue
			}
			keep(run)
			run = nil
			keep(needlesOf(sub))
		}
		keep(run)
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			part := needlesOf(sub)
			if part == nil {
				return nil
			}
			all = append(all, part...)
		}
		return all
	}
	return nil
}

// wordsOf returns all that an expression can match, nil if that is more than a
// few words.
func wordsOf(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return needlesOf(re)
	case syntax.OpCapture:
		return wordsOf(re.Sub[0])
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			part := wordsOf(sub)
			if part == nil {
				return nil
			}
			all = append(all, part...)
		}
		return all
	case syntax.OpConcat:
		var run []string
		for _, sub := range re.Sub {
			part := wordsOf(sub)
			if part == nil || max(1, len(run))*len(part) > maxWords {
				return nil
			}
			run = product(run, part)
		}
		return run
	case syntax.OpEmptyMatch:
		return []string{""}
	}
	return nil
}

func product(before, after []string) []string {
	if before == nil {
		return after
	}
	var all []string
	for _, a := range before {
		for _, b := range after {
			all = append(all, a+b)
		}
	}
	return all
}

func shortest(words []string) int {
	n := len(words[0])
	for _, w := range words {
		n = min(n, len(w))
	}
	return n
}
