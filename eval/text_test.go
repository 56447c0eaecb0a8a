package eval

import (
	"errors"
	"math"
	"strings"
	"testing"

	"earshot/models"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestReadLines(t *testing.T) {
	items, err := ReadLines[WordsItem](strings.NewReader("{\"text\":\"a\",\"words\":[\"b\"]}\n\n{\"text\":\"c\"}\n"))
	if err != nil || len(items) != 2 || items[0].Words[0] != "b" {
		t.Fatal(items, err)
	}
	for in, want := range map[string]string{"": "no lines", "{}\nx": "line 2", `{"text":"` + strings.Repeat("x", maxLine) + `"}`: "longer"} {
		if _, err := ReadLines[WordsItem](strings.NewReader(in)); !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("want ErrBadInput with %q, got %v", want, err)
		}
	}
}

func TestWords(t *testing.T) {
	items := []WordsItem{
		{Text: "我要退款，退款", Words: []string{"退款", "退款"}},
		{Text: "退*款", Words: []string{"退款"}},
		{Text: "好的", Words: nil},
		{Text: "曝光你们", Words: []string{"曝光"}},
	}
	r := Words(items, [][]FoundWord{{{From: 0, To: 12}, {From: 15, To: 21}}, {{From: 0, To: 7}}, {{From: 0, To: 6}}, nil})
	if r.Expected != 4 || !near(r.Recall, 0.75) || r.FalseHits != 1 || r.Characters != 16 || !near(r.PerMillion, 1e6/16) || len(r.Missed) != 1 {
		t.Errorf("%+v", r)
	}
}

// Another word in the place of a hidden one counts if it is nearly the same or
// was found hidden; in clean texts everything is a false hit.
func TestHiddenWords(t *testing.T) {
	items := []WordsItem{
		{Text: "说鸡吧", Words: []string{"鸡巴"}},
		{Text: "tamade", Words: []string{"她妈的"}},
		{Text: "好人", Words: []string{"坏蛋"}},
		{Text: "她妈妈", Words: nil},
	}
	found := [][]FoundWord{{{From: 3, To: 9, Word: "鸡吧", Score: 1}}, {{From: 0, To: 6, Word: "他妈的", Score: 0.7}}, {{From: 0, To: 6, Word: "好人", Score: 1}}, {{From: 0, To: 6, Word: "她妈", Score: 1}}}
	r := Words(items, found)
	if !near(r.Recall, 2.0/3) || r.FalseHits != 2 || r.CleanHits != 1 || r.Clean != 3 {
		t.Errorf("%+v", r)
	}
	if v := Vocabulary(append(items, items...)); len(v) != 3 || v[0] != "鸡巴" {
		t.Error(v)
	}
	if got := Plainly("Shit, 退款退款", []string{"shit", "退款"}); len(got) != 3 || got[0].To != 4 || got[2].From != 12 {
		t.Error(got)
	}
}

func TestEmotion(t *testing.T) {
	items := []EmotionItem{{Label: "negative"}, {Label: "anger"}, {Label: "neutral"}, {Label: "positive"}, {Label: "surprise"}, {Label: "positive"}}
	r := Emotion(items, []FeltAs{{Label: "negative"}, {Label: "negative", Names: []string{"anger"}}, {Label: "neutral"}, {Label: "positive"}, {Label: "neutral"}, {Label: "neutral"}})
	// negative 1, neutral 2/3, positive 2/3.
	if r.N != 5 || r.Unknown != 1 || !near(r.MacroF1, (1+2.0/3+2.0/3)/3) || !near(r.Accuracy, 0.8) || r.Confusion["positive"]["neutral"] != 1 || r.Names["anger"].F1 != 1 {
		t.Errorf("%+v", r)
	}
}

func TestFacts(t *testing.T) {
	items := []FactsItem{{Language: "zh", Facts: []string{"word.greeting", "contact.reason=a/b"}}, {Language: "en", Facts: nil}}
	r := Facts(items, [][]string{{"word.greeting", "contact.reason=c/d", "word.other"}, {"word.greeting", "word.greeting"}})
	if r.N != 2 || !near(r.Recall, 0.5) || !near(r.Precision, 1.0/3) || r.Facts["contact.reason"].Missed != 1 || r.Facts["word.greeting"].False != 1 || len(r.Missed) != 1 || len(r.False) != 2 || r.Facts["word.other"] != nil || !near(r.ByLang["zh"], 0.5) {
		t.Errorf("%+v", r)
	}
}

func TestRedact(t *testing.T) {
	items := []RedactItem{
		{Text: "电话13800138000好", Spans: []PrivateSpan{{2, 13, "PHONE"}}},
		{Text: "call 1234 and 5678", Spans: []PrivateSpan{{5, 9, "CODE"}}},
	}
	r := Redact(items, [][]PrivateSpan{{{2, 13, "mobile"}}, {{14, 18, "code"}}})
	if r.Spans != 2 || !near(r.Recall, 0.5) || !near(r.Precision, 0.5) || r.Types["PHONE"].Recall != 1 || len(r.Missed) != 1 || len(r.Wrong) != 1 || !near(r.OverMasking, 4.0/17) || !near(r.Leaked, 4.0/15) {
		t.Errorf("%+v", r)
	}
}

func TestCorrelation(t *testing.T) {
	x, y := []float64{1, 2, 3, 4, 5}, []float64{2, 4, 6, 8, 100}
	if !near(Spearman(x, y), 1) || Pearson(x, y) > 0.9 || !near(Pearson(x, x), 1) {
		t.Error(Spearman(x, y), Pearson(x, y))
	}
	// Ties: by hand, ranks 1 2.5 2.5 4 against 1 2 3 4.
	if got := Spearman([]float64{1, 2, 2, 4}, []float64{1, 2, 3, 4}); !near(got, 4.5/math.Sqrt(4.5*5)) {
		t.Error(got)
	}
	if Spearman([]float64{1, 1}, []float64{1, 2}) != 0 {
		t.Error("a constant correlates")
	}
}
