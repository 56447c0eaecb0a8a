package eval

import (
	"math/big"
	"strings"
)

// counting follows the words of a text and gathers those that make a number.
type counting struct {
	value  number
	prefix string
	out    []string
}

func (c *counting) emit(s string) {
	c.out = append(c.out, c.prefix+s)
	c.value, c.prefix = number{}, ""
}

func (c *counting) flush() {
	if !c.value.none() {
		c.emit(c.value.String())
	}
}

// word takes the next word, seeing those on either side; true means that the
// following one is used up, too.
func (c *counting) word(prev, w, next string) bool {
	nextCounts := isNumber.MatchString(next)
	switch {
	case c.figure(w):
	case !numberWords[w]:
		c.flush()
		c.emit(w)
	case has(zeroWords, w):
		c.value = number{digits: c.value.start() + "0"}
	case has(oneWords, w):
		c.value = c.one(prev, big.NewInt(oneWords[w]))
	case has(oneEndings, w):
		e := oneEndings[w]
		c.emit(c.one(prev, e.value).String() + e.suffix)
	case has(tenWords, w):
		c.value = c.ten(big.NewInt(tenWords[w]))
	case has(tenEndings, w):
		e := tenEndings[w]
		c.emit(c.ten(e.value).String() + e.suffix)
	case has(multiplierWords, w):
		c.multiply(multiplierWords[w])
	case has(multiplierEndings, w):
		e := multiplierEndings[w]
		c.multiply(e.value)
		c.emit(c.value.String() + e.suffix)
	case signsBefore[w] != "":
		c.flush()
		if numberWords[next] || nextCounts {
			c.prefix = signsBefore[w]
		} else {
			c.emit(w)
		}
	case signsAfter[w] != "":
		if c.value.none() {
			c.emit(w)
		} else {
			c.prefix = signsAfter[w]
			c.flush()
		}
	case w == "per" || w == "percent":
		return c.percent(w, next)
	default:
		return c.special(prev, w, next, nextCounts)
	}
	return false
}

// figure takes a number that is written in digits already.
func (c *counting) figure(w string) bool {
	sign, digits := "", w
	for _, s := range []string{"-", "+", "£", "€", "$", "¢"} {
		if rest, ok := strings.CutPrefix(w, s); ok {
			sign, digits = s, rest
			break
		}
	}
	if !isNumber.MatchString(digits) {
		return false
	}
	if !c.value.none() {
		if c.value.isDigits() && strings.HasSuffix(c.value.digits, ".") {
			c.value.digits += w // decimals, or the parts of an address
			return true
		}
		c.flush()
	}
	if sign != "" {
		c.prefix = sign
	}
	if f, ok := new(big.Rat).SetString(digits); ok && f.IsInt() {
		c.value = number{whole: new(big.Int).Set(f.Num())}
	} else {
		c.value = number{digits: digits}
	}
	return true
}

// one adds a value from one to nineteen.
func (c *counting) one(prev string, v *big.Int) number {
	small := v.Cmp(big.NewInt(10)) < 0
	switch {
	case c.value.none():
		return number{whole: v}
	case c.value.isDigits() || has(oneWords, prev):
		if s := c.value.String(); has(tenWords, prev) && small && strings.HasSuffix(s, "0") {
			return number{digits: s[:len(s)-1] + v.String()}
		}
		return number{digits: c.value.String() + v.String()}
	case small:
		return c.value.append(v, 10)
	}
	return c.value.append(v, 100)
}

func (c *counting) ten(v *big.Int) number {
	if c.value.none() {
		return number{whole: v}
	}
	return c.value.append(v, 100)
}

func (c *counting) multiply(m *big.Int) {
	if c.value.none() {
		c.value = number{whole: m}
		return
	}
	if v, ok := c.value.times(m); ok {
		c.value = v
		return
	}
	c.flush()
	c.value = number{whole: m}
}

func (c *counting) percent(w, next string) bool {
	switch {
	case c.value.none():
		c.emit(w)
	case w == "percent":
		c.emit(c.value.String() + "%")
	case next == "cent":
		c.emit(c.value.String() + "%")
		return true
	default:
		c.flush()
		c.emit(w)
	}
	return false
}

func (c *counting) special(prev, w, next string, nextCounts bool) bool {
	if !numberWords[next] && !nextCounts {
		c.flush()
		c.emit(w)
		return false
	}
	switch w {
	case "and":
		if !has(multiplierWords, prev) {
			c.flush()
			c.emit(w)
		}
	case "point":
		if isDecimal(next) || nextCounts {
			c.value = number{digits: c.value.start() + "."}
		}
	default: // double, triple
		if !has(oneWords, next) && !has(zeroWords, next) {
			c.flush()
			c.emit(w)
			return false
		}
		times := 2
		if w == "triple" {
			times = 3
		}
		c.value = number{digits: c.value.start() + strings.Repeat(big.NewInt(oneWords[next]).String(), times)}
		return true
	}
	return false
}
