package ask

import (
	"testing"
)

func TestAround(t *testing.T) {
	for _, c := range []struct{ sentence, quote, want string }{
		{"short", "short", "short"},
		{"a\n b\t c", "b", "a b c"},
		{"0123456789012345678901234567890", "56", "…123456789012…"},
		{"今天不退款我就找媒体曝光你们还要打一二三一五投诉你们公司", "曝光", "…就找媒体曝光你们还要打一…"},
		{"今天不退款我就找媒体曝光你们还要打一二三一五投诉你们公司", "公司", "…打一二三一五投诉你们公司"},
	} {
		if got := around(c.sentence, c.quote, 12); got != c.want {
			t.Errorf("%q around %q: %q, want %q", c.sentence, c.quote, got, c.want)
		}
	}
}
