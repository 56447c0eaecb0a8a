package feelings

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/goccy/go-yaml"

	"earshot/models/fold"
	"earshot/models/script"
	"earshot/models/search"
)

//go:embed polarity/*.yaml
var polarityFiles embed.FS

var folder = fold.New(fold.Search)

// polarity scores how the words of a text feel.
type polarity struct {
	matcher *search.Matcher
	words   []polarWord
	hash    string
}

type polarWord struct {
	letters []rune
	valence float64 // of a word
	factor  float64 // of an intensifier or a diminisher; 0: it is none
	negates bool
	prefix  bool
}

type polarityFile struct {
	ID           string           `yaml:"id"`
	Version      string           `yaml:"version"`
	Language     string           `yaml:"language"`
	Source       string           `yaml:"source"`
	Licence      string           `yaml:"licence"`
	Words        map[string][]any `yaml:"words"`
	Negators     []any            `yaml:"negators"`
	Intensifiers []any            `yaml:"intensifiers"`
	Diminishers  []any            `yaml:"diminishers"`
}

const (
	intensify = 1.5
	diminish  = 0.5
)

var polarities = sync.OnceValues(func() (*polarity, error) {
	p := &polarity{}
	sum := sha256.New()
	for _, name := range []string{"polarity/en.yaml", "polarity/zh.yaml"} {
		text, err := polarityFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		sum.Write(text)
		var f polarityFile
		if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&f); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for key, words := range f.Words {
			v, err := strconv.ParseFloat(key, 64)
			if err != nil {
				return nil, fmt.Errorf("%s: valence %q: %w", name, key, err)
			}
			p.add(words, polarWord{valence: v})
		}
		p.add(f.Negators, polarWord{negates: true})
		p.add(f.Intensifiers, polarWord{factor: intensify})
		p.add(f.Diminishers, polarWord{factor: diminish})
	}
	slices.SortFunc(p.words, func(a, b polarWord) int { return slices.Compare(a.letters, b.letters) })
	letters := make([][]rune, len(p.words))
	for i := range p.words {
		letters[i] = p.words[i].letters
	}
	p.matcher = search.NewMatcher(letters)
	p.hash = hex.EncodeToString(sum.Sum(nil)[:8])
	return p, nil
})

func (p *polarity) add(words []any, like polarWord) {
	for _, w := range words {
		s := fmt.Sprint(w)
		if w == false { // YAML reads no as a truth value
			s = "no"
		}
		if w == true {
			s = "yes"
		}
		like.prefix = s[len(s)-1] == '*'
		if like.prefix {
			s = s[:len(s)-1]
		}
		folded := folder.Fold(s)
		like.letters = slices.Clone(folded.Runes)
		p.words = append(p.words, like)
	}
}

// reach is how far a negator or an intensifier works, in characters.
const (
	reachHan   = 4
	reachLatin = 16
)

// valence returns the sums of what feels bad and what feels good in folded
// text, both from 0 up. It works in memory, which it returns.
func (p *polarity) valence(text *fold.Text, memory []search.Match) (bad, good float64, _ []search.Match) {
	matches := script.FindOutside(memory[:0], p.matcher, text.Runes)
	kept := matches[:0]
	for _, m := range matches {
		if script.Bounded(text.Runes, m, p.words[m.Word].prefix) {
			kept = append(kept, m)
		}
	}
	// Of words inside each other the longest counts: 不满意, not 满意.
	for i := 0; i < len(kept); { // by their start already
		n := i + 1
		for n < len(kept) && kept[n].From == kept[i].From {
			n++
		}
		if n > i+1 {
			slices.SortStableFunc(kept[i:n], func(a, b search.Match) int { return int(b.To - a.To) })
		}
		i = n
	}
	end := int32(0)
	var modifiers []search.Match
	for _, m := range kept {
		w := &p.words[m.Word]
		if w.valence == 0 {
			modifiers = append(modifiers, m)
			continue
		}
		if m.From < end {
			continue
		}
		end = m.To
		v := w.valence
		reach := int32(reachLatin)
		if !script.Alphabetic(text.Runes[m.From]) {
			reach = reachHan
		}
		for _, mod := range modifiers {
			if mod.To > m.From || m.From-mod.To > reach || script.SentenceEnds(text.Runes[mod.To:m.From]) {
				continue
			}
			if mw := &p.words[mod.Word]; mw.negates {
				v *= -0.7
			} else {
				v *= mw.factor
			}
		}
		if v < 0 {
			bad -= v
		} else {
			good += v
		}
	}
	return bad, good, matches
}
