package eval

import (
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// The words numbers are made of.
var (
	zeroWords = map[string]int64{"o": 0, "oh": 0, "zero": 0}
	oneWords  = map[string]int64{
		"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
		"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
		"eighteen": 18, "nineteen": 19,
	}
	tenWords = map[string]int64{
		"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
	}
	multiplierWords = multipliers()

	oneEndings        = oneEnding()
	tenEndings        = tenEnding()
	multiplierEndings = multiplierEnding()

	signsBefore = map[string]string{"minus": "-", "negative": "-", "plus": "+", "positive": "+"}
	signsAfter  = map[string]string{
		"pound": "£", "pounds": "£", "euro": "€", "euros": "€", "dollar": "$", "dollars": "$", "cent": "¢", "cents": "¢",
	}
	specialWords = map[string]bool{"and": true, "double": true, "triple": true, "point": true}
	numberWords  = allNumberWords()
)

// ending is a number word with a suffix: sixth, twenties, millions.
type ending struct {
	value  *big.Int
	suffix string
}

func multipliers() map[string]*big.Int {
	out, v := map[string]*big.Int{"hundred": big.NewInt(100)}, big.NewInt(1)
	for _, name := range strings.Fields("thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion decillion") {
		v = new(big.Int).Mul(v, big.NewInt(1000))
		out[name] = v
	}
	return out
}

func oneEnding() map[string]ending {
	out := map[string]ending{
		"zeroth": {big.NewInt(0), "th"}, "first": {big.NewInt(1), "st"}, "second": {big.NewInt(2), "nd"},
		"third": {big.NewInt(3), "rd"}, "fifth": {big.NewInt(5), "th"}, "twelfth": {big.NewInt(12), "th"},
	}
	for name, v := range oneWords {
		plural := name + "s"
		if name == "six" {
			plural = "sixes"
		}
		out[plural] = ending{big.NewInt(v), "s"}
		if v > 3 && v != 5 && v != 12 {
			ordinal := name + "th"
			if strings.HasSuffix(name, "t") {
				ordinal = name + "h"
			}
			out[ordinal] = ending{big.NewInt(v), "th"}
		}
	}
	return out
}

func tenEnding() map[string]ending {
	out := map[string]ending{}
	for name, v := range tenWords {
		out[strings.Replace(name, "y", "ies", 1)] = ending{big.NewInt(v), "s"}
		out[strings.Replace(name, "y", "ieth", 1)] = ending{big.NewInt(v), "th"}
	}
	return out
}

func multiplierEnding() map[string]ending {
	out := map[string]ending{}
	for name, v := range multiplierWords {
		out[name+"s"], out[name+"th"] = ending{v, "s"}, ending{v, "th"}
	}
	return out
}

func allNumberWords() map[string]bool {
	out := map[string]bool{"per": true, "percent": true}
	maps.Copy(out, specialWords)
	for _, m := range []map[string]int64{zeroWords, oneWords, tenWords} {
		for w := range m {
			out[w] = true
		}
	}
	for w := range multiplierWords {
		out[w] = true
	}
	for _, m := range []map[string]ending{oneEndings, tenEndings, multiplierEndings} {
		for w := range m {
			out[w] = true
		}
	}
	for _, m := range []map[string]string{signsBefore, signsAfter} {
		for w := range m {
			out[w] = true
		}
	}
	return out
}

func has[V any](m map[string]V, w string) bool {
	_, ok := m[w]
	return ok
}

// number is a number as far as it was heard: a whole one that can still
// grow, or digits that can only be appended to. The zero value is none.
type number struct {
	whole  *big.Int
	digits string
}

func (n number) none() bool     { return n.whole == nil && n.digits == "" }
func (n number) isDigits() bool { return n.whole == nil }

func (n number) String() string {
	if n.whole != nil {
		return n.whole.String()
	}
	return n.digits
}

// start is the text that further digits are appended to; a plain zero counts
// as nothing, as it does in the reference.
func (n number) start() string {
	if n.whole != nil && n.whole.Sign() == 0 {
		return ""
	}
	return n.String()
}

func (n number) endsIn(modulus int64) bool {
	return new(big.Int).Mod(n.whole, big.NewInt(modulus)).Sign() == 0
}

// append puts a spoken value after what was heard: 20 and 3 are 23, but 21
// and 3 are 213. modulus is the one that leaves room for it.
func (n number) append(v *big.Int, modulus int64) number {
	if !n.isDigits() && n.endsIn(modulus) {
		return number{whole: new(big.Int).Add(n.whole, v)}
	}
	return number{digits: n.String() + v.String()}
}

// times multiplies: by thousands the part below a thousand, by others all.
func (n number) times(m *big.Int) (number, bool) {
	if n.isDigits() || n.whole.Sign() == 0 {
		f, ok := new(big.Rat).SetString(n.String())
		if !ok || strings.HasSuffix(n.String(), ".") {
			return number{}, false
		}
		if f.Mul(f, new(big.Rat).SetInt(m)); !f.IsInt() {
			return number{}, false
		}
		return number{whole: new(big.Int).Set(f.Num())}, true
	}
	thousand := big.NewInt(1000)
	rest := new(big.Int).Mod(n.whole, thousand)
	before := new(big.Int).Sub(n.whole, rest)
	return number{whole: before.Add(before, rest.Mul(rest, m))}, true
}

var (
	isNumber     = regexp.MustCompile(`^\d+(\.\d+)?$`)
	andAHalf     = regexp.MustCompile(`\band\s+a\s+half\b`)
	numberBefore = substitutions(
		`([a-z])([0-9])`, "$1 $2",
		`([0-9])([a-z])`, "$1 $2",
		`([0-9])\s+(st|nd|rd|th|s)\b`, "$1$2",
	)
	dollarsAndCents = regexp.MustCompile(`([€£$])([0-9]+) (?:and )?¢([0-9]{1,2})\b`)
	onlyCents       = regexp.MustCompile(`[€£$]0.([0-9]{1,2})\b`)
	literalOne      = regexp.MustCompile(`\b1(s?)\b`)
)

// numbers writes spoken numbers as digits, with currencies before and
// percent signs after them.
func numbers(s string) string {
	s = apply(halves(s), numberBefore)
	c := &counting{}
	words := strings.Fields(s)
	for i := 0; i < len(words); i++ {
		prev, next := "", ""
		if i > 0 {
			prev = words[i-1]
		}
		if i+1 < len(words) {
			next = words[i+1]
		}
		if c.word(prev, words[i], next) {
			i++
		}
	}
	c.flush()
	s = strings.Join(c.out, " ")
	s = dollarsAndCents.ReplaceAllStringFunc(s, func(m string) string {
		g := dollarsAndCents.FindStringSubmatch(m)
		cents, _ := strconv.Atoi(g[3])
		return fmt.Sprintf("%s%s.%02d", g[1], g[2], cents)
	})
	s = onlyCents.ReplaceAllStringFunc(s, func(m string) string {
		cents, _ := strconv.Atoi(onlyCents.FindStringSubmatch(m)[1])
		return fmt.Sprintf("¢%d", cents)
	})
	return literalOne.ReplaceAllString(s, "one$1")
}

// halves turns "two and a half" into "two point five".
func halves(s string) string {
	segments := andAHalf.Split(s, -1)
	var out []string
	for i, segment := range segments {
		if strings.TrimSpace(segment) == "" {
			continue
		}
		out = append(out, segment)
		if i == len(segments)-1 {
			continue
		}
		words := strings.Fields(segment)
		last := words[len(words)-1]
		if isDecimal(last) || has(multiplierWords, last) {
			out = append(out, "point five")
		} else {
			out = append(out, "and a half")
		}
	}
	return strings.Join(out, " ")
}

func isDecimal(w string) bool { return has(oneWords, w) || has(tenWords, w) || has(zeroWords, w) }
