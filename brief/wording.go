package brief

import (
	"fmt"
	"math"
	"time"

	"earshot/models"
)

// wording turns numbers into parts of sentences.
type wording struct {
	period  time.Duration
	chinese bool
	first   bool // there was no conversation before: nothing to compare with
}

func (w wording) choose(en, zh string) string {
	if w.chinese {
		return zh
	}
	return en
}

// against compares a count with the one before; unit is the Chinese measure
// word.
func (w wording) against(c Count, unit string) string {
	if w.first && c.Before == 0 {
		return ""
	}
	if c.Before == 0 && c.Now > 0 {
		return w.choose(", none "+w.before(), "，"+w.before()+"没有")
	}
	return w.difference(float64(c.Now-c.Before), w.number(max(c.Now-c.Before, c.Before-c.Now)), unit, "more", "fewer", "多", "少")
}

func (w wording) difference(d float64, by, unit, more, fewer, moreZH, fewerZH string) string {
	switch {
	case math.Abs(d) < 1e-9:
		return w.choose(", the same as "+w.before(), "，与"+w.before()+"持平")
	case d < 0:
		more, moreZH = fewer, fewerZH
	}
	return w.choose(", "+by+" "+more+" than "+w.before(), "，比"+w.before()+moreZH+by+unit)
}

// before is what the time before is called.
func (w wording) before() string {
	switch days := w.period.Hours() / 24; {
	case math.Abs(days-1) < 0.1:
		return w.choose("the day before", "前一天")
	case math.Abs(days-7) < 0.1:
		return w.choose("the week before", "前一周")
	}
	return w.choose("the period before", "上一时段")
}

// many is a number with the English noun it counts.
func (w wording) many(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return w.number(n) + " " + noun + "s"
}

// number writes a number, in English with commas at the thousands.
func (w wording) number(n int) string {
	s := fmt.Sprint(n)
	if !w.chinese {
		for i := len(s) - 3; i > 0; i -= 3 {
			s = s[:i] + "," + s[i:]
		}
	}
	return s
}

// place is a value of a dimension in words, in English with the preposition
// that complaints stand before it with.
func (w wording) place(dimension, value string) string {
	if dimension == "cause" && value == models.CauseUnknown {
		return w.choose("without a known cause", "未归因")
	}
	if dimension == "cause" {
		return w.choose("about ", "") + CauseName(value, w.choose("en", "zh"))
	}
	names, ok := dimensions[dimension]
	if !ok {
		names = [2]string{"with the " + dimension, dimension}
	}
	return w.choose(names[0]+" ", names[1]) + "“" + value + "”"
}

// amount is a mean number of complaints.
func amount(n float64) string {
	if n < 10 {
		return fmt.Sprintf("%.1f", n)
	}
	return fmt.Sprintf("%.0f", n)
}

func clock(t time.Time) string { return t.Format("2006-01-02 15:04") }

// until is the end of a burst, by the clock alone on the same day.
func until(b Burst) string {
	if b.From.Format(time.DateOnly) == b.To.Format(time.DateOnly) {
		return b.To.Format("15:04")
	}
	return clock(b.To)
}

func percent(part, of int) string {
	return fmt.Sprintf("%.1f%%", 100*float64(part)/float64(max(of, 1)))
}

func was(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
