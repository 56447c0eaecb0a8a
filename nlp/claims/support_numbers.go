package claims

import (
	"regexp"
	"strings"

	"earshot/models/script"
	"earshot/models/terms"
)

// numbersSupported: every number stands in a source, with the same unit where
// both have one.
func numbersSupported(claim, said []clause) error {
	for _, c := range claim {
		for i := range c.terms {
			n := &c.terms[i]
			if n.Kind != terms.Number {
				continue
			}
			unit := unitAfter(c.terms, i)
			found, loose := false, n.Text == "1" && !isUnit(unit) && script.HasHan(c.text)
			for _, s := range said {
				for k := range s.terms {
					if s.terms[k].Kind != terms.Number {
						continue
					}
					other := unitAfter(s.terms, k)
					if n.Same(&s.terms[k]) && sameUnit(unit, other) && (s.terms[k].Ordinal || !n.Ordinal) {
						found = true
					} else if unit == other && unit != "" {
						loose = false
					}
				}
			}
			// "a" and "one" are told apart only where something else is counted.
			if !found && !loose {
				return unsupported("number", "%s %s", n.Text, unit)
			}
		}
	}
	return nil
}

var periods = regexp.MustCompile(`(?:这|本|上|下)个?(?:月|周|星期|礼拜|季度)|今年|去年|明年|前年|(?i)\b(?:this|last|next) (?:week|month|year|quarter|weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b`)

// periodsIn returns the weeks, months and years that are told from the day of
// the conversation: 下个月, last week.
func periodsIn(text string) []string {
	all := periods.FindAllString(text, -1)
	for i := range all {
		all[i] = periodNames.Replace(strings.ToLower(all[i]))
	}
	return all
}

var periodNames = strings.NewReplacer("个", "", "这", "本", "星期", "周", "礼拜", "周")

// unitAfter returns the unit of the number at i, in one form for both
// languages; with ~ before it what else is counted; empty: nothing.
func unitAfter(all []terms.Term, i int) string {
	if i > 0 && all[i-1].Text == "dollar" { // $50
		return "money"
	}
	for k := i + 1; k < len(all); k++ {
		t := &all[k]
		u, ok := unitNames[t.Text]
		switch {
		case t.Kind == terms.Mark || t.Kind == terms.Number:
			return ""
		case ok:
			return u
		case unitModifiers[t.Text]:
		case t.Kind == terms.Word && !terms.Empty(t):
			return "~" + t.Text
		default:
			return ""
		}
	}
	return ""
}

var unitModifiers = map[string]bool{"busi": true, "work": true, "calendar": true, "full": true, "more": true, "个": true, "工": true, "作": true, "多": true, "to": true, "or": true, "到": true, "美": true}

func isUnit(u string) bool { return u != "" && u[0] != '~' }

// sameUnit: a unit against what is no unit is another thing; two things that
// are counted may be called by different words.
func sameUnit(a, b string) bool { return a == b || a == "" || b == "" || !isUnit(a) && !isUnit(b) }

var unitNames = map[string]string{
	"dollar": "money", "buck": "money", "usd": "money", "元": "money", "块": "money", "euro": "euro", "pound": "pound", "yuan": "money", "rmb": "money", "cent": "cent",
	"minut": "minute", "hour": "hour", "day": "day", "week": "week", "month": "month", "year": "year", "second": "second", "percent": "percent",
	"分": "minute", "小": "hour", "天": "day", "日": "day", "周": "week", "月": "month", "年": "year", "岁": "age", "折": "discount", "次": "time", "号": "date",
}
