package needle

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for expression, want := range map[string][]string{
		`退款`:                  {"退款"},
		`(银行|公司|消金)的`:         {"银行", "公司", "消金"},
		`\[card_[0-9]+\]`:     {"[card_"},
		`(?:call|ring) me ?b`: {"call", "ring"},
		`(?i)refund`:          nil,
		`[0-9]{3}`:            nil,
		`a?b*`:                nil,
		`refund|[0-9]`:        nil,
		`x*refund`:            {"refund"},
	} {
		if got := Of(expression); !slices.Equal(got, want) && !(len(want) > 1 && len(got) > 0) {
			t.Errorf("%s: got %q, want %q", expression, got, want)
		}
		// What matches holds a needle.
		re := regexp.MustCompile(expression)
		for _, text := range []string{"我要退款", "某某公司的", "the [card_12] is", "please call me b", "ring me back", "refund", "123", "xxrefund", ""} {
			all := Of(expression)
			if re.MatchString(text) && all != nil && !slices.ContainsFunc(all, func(n string) bool { return strings.Contains(text, n) }) {
				t.Errorf("%s matches %q, which holds none of %q", expression, text, all)
			}
		}
	}
}
