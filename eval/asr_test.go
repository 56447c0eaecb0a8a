package eval

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"

	"earshot/models"
)

// The expected forms are those of OpenAI's own normaliser.
func TestEnglishWords(t *testing.T) {
	e := English{Spelling: map[string]string{"colour": "color", "organise": "organize"}}
	for text, want := range map[string]string{
		"He paid $2 and 7 cents, i.e. 3.5% more.":                          "he paid $2.07 i e 3.5% more",
		"It's naïve – œuvre (really) [noise] uh can't won't":               "it is naive oeuvre can not will not",
		"Two and a half million people":                                    "2500000 people",
		"one hundred and twenty three thousand four hundred and fifty six": "123456",
		"nineteen eighty four":                                             "1984",
		"my number is double oh seven five five five one two one two":      "my number is 0075551212",
		"the twenty first of March, twenty twenty":                         "the 21st of march 2020",
		"Mr. Smith's colour; one day we organise it":                       "mister smith is color one day we organize it",
		"minus five degrees, fifty per cent":                               "-5 degrees 50%",
		"a point of order":                                                 "a point of order",
		"the 1960s, 32nd street and 1,234.5 dollars":                       "the 1960s 32nd street and $1234.5",
		"": "",
		"I'd gone, they'd been, she's got it, we'll see": "i had gone they had been she has got it we will see",
		"triple five two point one four":                 "5552.14",
	} {
		if got := strings.Join(e.Words(text), " "); got != want {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestChineseCharacters(t *testing.T) {
	c := Chinese{Script: strings.NewReplacer("國", "国", "電", "电").Replace}
	if got := strings.Join(c.Characters("中國電信，１００８６ 号！OK"), ""); got != "中国电信10086号ok" {
		t.Errorf("got %q", got)
	}
}

func TestAlign(t *testing.T) {
	for _, c := range []struct {
		reference, hypothesis string
		want                  Errors
	}{
		{"a b c", "a b c", Errors{}},
		{"a b c", "a x c", Errors{Substitutions: 1}},
		{"a b c", "a c", Errors{Deletions: 1}},
		{"a b c", "a b b c", Errors{Insertions: 1}},
		{"a b c", "", Errors{Deletions: 3}},
		{"", "a b", Errors{Insertions: 2}},
		{"a b c d", "b c d e", Errors{Deletions: 1, Insertions: 1}},
	} {
		if got := Align(strings.Fields(c.reference), strings.Fields(c.hypothesis)); got != c.want {
			t.Errorf("%q / %q: %+v, want %+v", c.reference, c.hypothesis, got, c.want)
		}
	}
}

func TestASR(t *testing.T) {
	clips := []Clip{
		{Reference: Reference{"a.wav", "en", "I want two refunds"}, Hypothesis: "I want 2 refunds.", SampleRate: 8000, Seconds: 2},
		{Reference: Reference{"b.wav", "en", "thank you very much"}, Hypothesis: "thank you much", SampleRate: 8000, Seconds: 2},
		{Reference: Reference{"c.wav", "zh", "我要退款。"}, Hypothesis: "我要推款", SampleRate: 16000, Seconds: 1},
		{Reference: Reference{"d.wav", "", "退款"}, Failed: "cut off", SampleRate: 16000},
	}
	r := ASR(clips, Cost{AudioSeconds: 5, WallSeconds: 1}, English{}, Chinese{})
	if len(r.Groups) != 2 || r.Groups[0].Measure != "WER" || r.Groups[1].Measure != "CER" {
		t.Fatalf("groups %+v", r.Groups)
	}
	if g := r.Groups[0]; g.Units != 8 || g.Deletions != 1 || g.ErrorRate != 0.125 || g.Clips != 2 {
		t.Errorf("English %+v", g)
	}
	if g := r.Groups[1]; g.Units != 6 || g.Sum() != 3 || g.ErrorRate != 0.5 {
		t.Errorf("Chinese %+v", g)
	}
	if r.RealTimeFactor != 0.2 || r.Units != 14 || r.ErrorRate != 4.0/14 {
		t.Errorf("report %+v", r)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{`"error_rate"`, `"groups"`, `"clips"`, `"hypothesis"`, `"peak_memory_bytes"`, `"cpu_seconds"`} {
		if !strings.Contains(string(b), field) {
			t.Errorf("the JSON has no %s", field)
		}
	}
}

func TestReadHeard(t *testing.T) {
	heard, err := ReadHeard(strings.NewReader("a.wav\thello there\nb.wav#L\t\n"), "heard.tsv")
	if err != nil || len(heard) != 2 || heard["a.wav"] != "hello there" || heard["b.wav#L"] != "" {
		t.Errorf("got %v, %v", heard, err)
	}
	if _, err := ReadHeard(strings.NewReader("a.wav\thello\nb.wav hello\n"), "heard.tsv"); !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), "heard.tsv:2") {
		t.Errorf("got %v", err)
	}
}

func TestInvented(t *testing.T) {
	r := ASR([]Clip{
		{Reference: Reference{"hold.wav", "en", ""}, Hypothesis: "Thank you for watching."},
		{Reference: Reference{"call.wav", "en", "hello"}, Hypothesis: "hello there"},
	}, Cost{}, English{}, Chinese{})
	if r.Invented != 4 {
		t.Errorf("%d words invented, want 4", r.Invented)
	}
}

func TestReadReferences(t *testing.T) {
	refs, err := ReadReferences(strings.NewReader("path\tlanguage\treference\n# comment\na.wav\ten\thello there\n\nb.wav#L\tzh\t你好\n"), "refs.tsv")
	if err != nil {
		t.Fatal(err)
	}
	if len(refs) != 2 || refs[1] != (Reference{"b.wav#L", "zh", "你好"}) {
		t.Errorf("got %+v", refs)
	}
	if refs, err := ReadReferences(strings.NewReader("hold.wav\ten\t\n"), "refs.tsv"); err != nil || refs[0].Text != "" {
		t.Errorf("a recording in which nobody speaks: %+v, %v", refs, err)
	}
	for _, text := range []string{"a.wav en hello", "\ten\thello\n", ""} {
		_, err := ReadReferences(strings.NewReader(text), "refs.tsv")
		if !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), "refs.tsv") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzEnglishWords(f *testing.F) {
	f.Add("two and a half $3 and 7 cents, one hundred point oh five per cent")
	f.Fuzz(func(t *testing.T, text string) {
		for _, w := range (English{}).Words(text) {
			if w == "" || strings.IndexFunc(w, unicode.IsSpace) >= 0 {
				t.Fatalf("word %q", w)
			}
		}
	})
}

func TestMixedErrorRate(t *testing.T) {
	clip := Clip{Reference: Reference{Path: "x", Language: "en+zh", Text: "Hello there 我要退款 thank you"}, Hypothesis: "hello 我要退宽，thank you"}
	r := ASR([]Clip{clip}, Cost{}, English{}, Chinese{})
	if g := r.Groups[0]; g.Measure != "MER" || g.Units != 8 || g.Substitutions != 1 || g.Deletions != 1 || g.Insertions != 0 {
		t.Errorf("%+v, want 1 character wrong and 1 word missing of 8", g)
	}
}

func TestDropped(t *testing.T) {
	clip := func(heard, unfiltered string) Clip {
		return Clip{Reference: Reference{"a.wav", "en", "yes I want my money back"}, Hypothesis: heard, Unfiltered: unfiltered}
	}
	r := ASR([]Clip{
		clip("I want my money", "yes I want my money back"),
		clip("I want my money back", "thank you I want my money back"), // invented: nothing was lost
		clip("I want my money", ""),                                    // nobody asked
	}, Cost{}, English{}, Chinese{})
	if r.Dropped != 2 || r.Clips[0].Dropped != 2 || r.Units != 18 {
		t.Errorf("%d dropped of %d", r.Dropped, r.Units)
	}
}
