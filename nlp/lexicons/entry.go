package lexicons

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	maxExpansions = 2000 // of one part of an entry
	maxParts      = 4    // of one entry, with gaps between
	maxPartRunes  = 64
)

// literal is one way to say a part of an entry.
type literal struct {
	text   string
	prefix bool // it may go on to the end of the word
}

// Words are lists of phrases by the name that stands for any of them.
type Words map[string][]string

var (
	wordsName = regexp.MustCompile(`^[a-z][a-z0-9 _-]*$`)
	wordsUsed = regexp.MustCompile(`<([a-z][a-z0-9 _-]*)>`)
)

// expand returns the orders in which the parts of an entry may stand, and each
// part with the ways to say it:
//
//	go(ing|) to the (press|media)   alternatives, one of which may be empty
//	refund*                         the rest of the word may be anything
//	退...不退                        up to 10 characters (en: 30) between, in one sentence
//	parcel<->late                   the same, in either order
//	<parcel> is late                any of the words of that name
func (w Words) expand(text string) ([][][]literal, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("it is not UTF-8")
	}
	for _, m := range wordsUsed.FindAllStringSubmatch(text, -1) {
		if w[m[1]] == nil {
			return nil, fmt.Errorf("there are no words named %s", m[0])
		}
		text = strings.ReplaceAll(text, m[0], "("+strings.Join(w[m[1]], "|")+")")
	}
	before, after, either := strings.Cut(text, "<->")
	if !either {
		parts, err := partsOf(text)
		return [][][]literal{parts}, err
	}
	if strings.Contains(after, "<->") {
		return nil, errors.New("<-> may stand in it once")
	}
	forth, err := partsOf(before + "..." + after)
	if err != nil {
		return nil, err
	}
	back, err := partsOf(after + "..." + before)
	return [][][]literal{forth, back}, err
}

// partsOf returns the parts of a phrase in their order.
func partsOf(text string) ([][]literal, error) {
	texts := strings.Split(text, "...")
	if len(texts) > maxParts {
		return nil, fmt.Errorf("%d parts: at most %d", len(texts), maxParts)
	}
	parts := make([][]literal, len(texts))
	for i, t := range texts {
		ways, err := alternatives(t)
		if err != nil {
			return nil, err
		}
		for _, way := range ways {
			way, prefix := strings.CutSuffix(strings.TrimSpace(way), "*")
			way = strings.Join(strings.Fields(way), " ")
			switch {
			case way == "":
				return nil, errors.New("it, or a part of it, may be empty")
			case strings.Contains(way, "*"):
				return nil, errors.New("* may stand only at the end")
			case utf8.RuneCountInString(way) > maxPartRunes:
				return nil, fmt.Errorf("%.20q… is longer than %d characters", way, maxPartRunes)
			}
			parts[i] = append(parts[i], literal{way, prefix})
		}
	}
	return parts, nil
}

// alternatives returns the texts that text stands for. Groups may be nested.
func alternatives(text string) ([]string, error) {
	p := alternation{text: text}
	ways, err := p.sequence()
	if err == nil && p.at < len(text) {
		err = fmt.Errorf("%q outside of ( and )", text[p.at])
	}
	return ways, err
}

type alternation struct {
	text string
	at   int
}

// sequence reads up to a | or ) of the group it is in.
func (p *alternation) sequence() ([]string, error) {
	ways := []string{""}
	for p.at < len(p.text) {
		n := strings.IndexAny(p.text[p.at:], "()|")
		if n < 0 {
			n = len(p.text) - p.at
		}
		options := []string{p.text[p.at : p.at+n]}
		if p.at += n; n == 0 {
			if p.text[p.at] != '(' {
				break
			}
			var err error
			if options, err = p.group(); err != nil {
				return nil, err
			}
		}
		if len(ways)*len(options) > maxExpansions {
			return nil, fmt.Errorf("it stands for more than %d phrases: split it", maxExpansions)
		}
		longer := make([]string, 0, len(ways)*len(options))
		for _, w := range ways {
			for _, o := range options {
				longer = append(longer, w+o)
			}
		}
		ways = longer
	}
	return ways, nil
}

// group reads ( … | … ).
func (p *alternation) group() ([]string, error) {
	var ways []string
	for {
		p.at++ // the ( or the |
		option, err := p.sequence()
		if err != nil {
			return nil, err
		}
		if ways = append(ways, option...); len(ways) > maxExpansions {
			return nil, fmt.Errorf("it stands for more than %d phrases: split it", maxExpansions)
		}
		if p.at == len(p.text) {
			return nil, errors.New("a ( without its )")
		}
		if p.text[p.at] == ')' {
			p.at++
			return ways, nil
		}
	}
}

// Phrases returns how many phrases the entries stand for, all ways to say their
// parts counted. It returns an error if an entry cannot be read.
func (l *Lexicon) Phrases() (n int, err error) {
	for _, e := range l.Entries {
		orders, err := l.Words.expand(e.Text)
		if err != nil {
			return 0, err
		}
		for _, parts := range orders {
			ways := 1
			for _, p := range parts {
				ways *= len(p)
			}
			n += ways
		}
	}
	return n, nil
}
