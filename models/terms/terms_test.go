package terms

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func numbersOf(text string) string {
	var out []string
	for _, t := range Of(text) {
		if t.Kind == Number {
			out = append(out, strings.Join(t.Readings, "="))
		}
	}
	return strings.Join(out, " ")
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"three hundred and eighteen dollars":  "318",
		"one thousand and twenty":             "1020",
		"fifteen hundred dollars":             "1500",
		"eleven hundred bucks":                "1100",
		"seventeen ninety nine":               "17:99=1799=17.99",
		"nine forty tonight":                  "9:40=940=9.4",
		"$1,234.50 and 9:00 a.m.":             "1234.5 9:00=9",
		"fifty four dollars and ninety cents": "54=54.9 90=54.9",
		"the twenty second, a second time":    "22",
		"error four oh three":                 "403=4:03=4.03",
		"the 22nd and the fourth":             "22 4",
		"version nine point two":              "9.2",
		"two two zero":                        "220",
		"five to seven business days":         "5 7",
		"twenty four hours":                   "24",
		"四百六十五块钱":                             "465",
		"三千二百美元":                              "3200",
		"一万二":                                 "12000",
		"两百三":                                 "230",
		"一百零五":                                "105",
		"三零二六":                                "3026",
		"上个月二十八号":                             "28",
		"九点到十一点":                              "9=9:00 11=11:00",
		"八点半":                                 "8:30",
		"凌晨两点十分":                              "2:10",
		"百分之十":                                "10",
		"一样，一直，快一点，万一，千万":                     "",
		"一个工作日":                               "1",
		"半个月":                                 "0.5",
		"3万5千":                                "30000 5000",
		"１２３１５":                               "12315",
		"九千六":                                 "9600",
		"上周五，星期三":                             "",
		"十个G":                                 "10",
	} {
		if got := numbersOf(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestSame(t *testing.T) {
	for _, c := range [][2]string{
		{"seventeen ninety nine", "$17.99"}, {"nine forty", "9:40"}, {"二百一十", "two hundred and ten"}, {"it hasn't shipped", "shipping"}, {"下午四点", "4:00"},
	} {
		same := false
		b := Of(c[1])
		for _, x := range Of(c[0]) {
			for i := range b {
				same = same || b[i].Kind != Mark && x.Same(&b[i])
			}
		}
		if !same {
			t.Errorf("%q and %q have no term in common", c[0], c[1])
		}
	}
}

// FuzzOf: every term stands at its place, and they come in order.
func FuzzOf(f *testing.F) {
	f.Add("I paid $1,234.50 twice, that's 两千四百六十九块!")
	f.Add("九点半 9点 半 oh and point two hundred and")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		at := 0
		for _, term := range Of(text) {
			if term.From < at || term.To < term.From || term.To > len(text) || term.Text == "" && term.Kind == Number {
				t.Fatalf("%+v after %d", term, at)
			}
			at = term.From
		}
	})
}

func TestCountsIsWhetherThereIsANumber(t *testing.T) {
	for text, want := range map[string]bool{"": false, "周五见": false, "周五三点": true, "一下": false, "一天": true, "two of them": true, "the second one": true, "done": false, "半天": true, "order 12": true} {
		has := slices.ContainsFunc(Of(text), func(x Term) bool { return x.Kind == Number })
		if got := Counts(text); got != has || got != want {
			t.Errorf("%q: %v, and its terms %v; want %v", text, got, has, want)
		}
	}
}
