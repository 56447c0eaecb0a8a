package feelings

import (
	"bytes"
	"slices"
	"testing"
)

func labelOf(c *Classifier, text string) string {
	folded := folder.Fold(text)
	return c.Score(&folded).Label()
}

func TestBuiltin(t *testing.T) {
	c, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"我要投诉你们": "negative", "质量太差": "negative", "这个服务太差了，我非常生气": "negative", "东西不好用": "negative", "请问多久能到": "neutral", "谢谢你，服务态度特别好": "positive", "我想查一下我的订单": "neutral",
		"This is the worst service I have ever had.": "negative", "Thank you so much, that was wonderful!": "positive", "My order number is on the receipt.": "neutral",
	} {
		if got := labelOf(c, text); got != want {
			t.Errorf("%q feels %s, want %s", text, got, want)
		}
	}
}

// The same lines and settings give the same weights, which are read as written.
func TestTrain(t *testing.T) {
	var lines []Labelled
	for i, text := range []string{"好 棒", "坏 糟", "查 订单", "good fine", "bad awful", "order number"} {
		lines = append(lines, Labelled{Text: text, Label: []int{positive, negative, neutral}[i%3], Weight: 1})
	}
	settings := Training{Epochs: 20, Rate: 0.3, Seed: 1, Runs: 2}
	first := Train(lines, settings, settings).AppendBinary(nil)
	if again := Train(lines, settings, settings).AppendBinary(nil); !bytes.Equal(first, again) {
		t.Error("other weights the second time")
	}
	c, err := readClassifier(first)
	if err != nil {
		t.Fatal(err)
	}
	if got := []string{labelOf(c, "棒"), labelOf(c, "糟"), labelOf(c, "awful"), labelOf(c, "fine")}; !slices.Equal(got, []string{"positive", "negative", "negative", "positive"}) {
		t.Errorf("learned %q", got)
	}
	if _, err := readClassifier(first[:len(first)-1]); err == nil {
		t.Error("weights that are cut off are read")
	}
}
