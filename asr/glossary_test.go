package asr

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"earshot/models"
)

// heardWords makes words of text: Chinese characters one by one, others at
// spaces. A word that ends in ~ was heard unsurely.
func heardWords(text string) []timedWord {
	var out []timedWord
	add := func(w string) {
		confidence := 0.95
		if strings.Contains(w, "~") {
			w, confidence = strings.ReplaceAll(w, "~", ""), 0.5
		}
		n := models.Millis(100 * len(out))
		out = append(out, timedWord{Word: Word{Text: w, Confidence: confidence}, Start: n, End: n + 100})
	}
	for i, part := range strings.Split(text, " ") {
		if !isHan(part) {
			if i > 0 {
				part = " " + part
			}
			add(part)
			continue
		}
		runes := []rune(part)
		for i := 0; i < len(runes); i++ {
			w := string(runes[i])
			for i+1 < len(runes) && strings.ContainsRune("~，。！？", runes[i+1]) {
				i++
				w += string(runes[i])
			}
			add(w)
		}
	}
	return out
}

func textOf(words []timedWord) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.Text)
	}
	return b.String()
}

func TestGlossary(t *testing.T) {
	g := newGlossary([]string{"花呗", "平安好医生", "微粒贷", "张晓明", "Brightwell", "Nimbus Pro", "iCloud", "Kowalski", "fibre plan"}, nil)
	for _, c := range []struct{ heard, want string }{
		// Chinese: the same sound, slurred sounds, and one part of a longer term.
		{"我想关掉花~被~，可以吗", "我想关掉花呗，可以吗"},
		{"我在平~安~号~一~生~上面买的", "我在平安好医生上面买的"},
		{"威~力~带~怎么还", "微粒贷怎么还"},
		{"我叫章~小~明~。", "我叫张晓明。"},
		{"我叫脏~小~明~。", "我叫张晓明。"}, // zh and z
		{"微粒贷怎么还", "微粒贷怎么还"},
		// Sure, or nothing alike: as it was heard.
		{"威力带怎么还", "威力带怎么还"},
		{"我叫章晓~明", "我叫章晓~明"},
		{"花~钱~太多", "花~钱~太多"},
		{"我~要~退~款~", "我~要~退~款~"},
		{"花~，被~关了", "花~，被~关了"}, // not across a pause
		// English: split otherwise, misspelt by ear, with what surrounds it.
		{"I bought a bright~ well~ yesterday.", "I bought a Brightwell yesterday."},
		{"My bright~ well's~ broken.", "My Brightwell's broken."},
		{"The numbers~ pro, please", "The Nimbus Pro, please"},
		{"my icloud account", "my iCloud account"}, // how it is written needs no doubt
		{"Mrs Kovalsky~ called", "Mrs Kowalski called"},
		{"Fibre plan, yes", "Fibre plan, yes"},
		{"Mrs Kovalsky called", "Mrs Kovalsky called"},
		{"it went bright~ today", "it went bright~ today"},
		{"well~ I paid the number~ pro~ bono", "well~ I paid the number~ pro~ bono"},
		{"", ""},
	} {
		words := heardWords(c.heard)
		got, terms := g.correct(words)
		want := strings.ReplaceAll(c.want, "~", "")
		if textOf(got) != want || (len(terms) > 0) != (want != textOf(words)) {
			t.Errorf("%q: %q with %q, want %q", c.heard, textOf(got), terms, want)
		}
		for i := 1; i < len(got); i++ {
			if got[i].Start < got[i-1].Start || got[i].End < got[i].Start {
				t.Errorf("%q: word %d lies at %d-%d", c.heard, i, got[i].Start, got[i].End)
			}
		}
	}
}

func TestSyllablesApart(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"贷", "带", 0}, {"张", "脏", slurredPart}, {"明", "民", slurredPart}, {"是", "四", slurredPart}, {"花", "瓜", otherPart}, {"花", "退", 1}, {"行", "航", 0}} {
		if got := syllablesApart(readings([]rune(c.a)[0]), readings([]rune(c.b)[0])); got != c.want {
			t.Errorf("%s %s: %g, want %g", c.a, c.b, got, c.want)
		}
	}
}

func TestEditex(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"neal", "neal", 0}, {"cat", "hat", 2}, {"niall", "neil", 2}, {"aluminum", "catalan", 12}, {"atcg", "tagc", 6}, {"cat", "kat", 1}, {"abc", "", 6}} {
		if got := editex([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("%s %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestGlossaryInATranscript(t *testing.T) {
	f, s := &fakeEngine{}, shelf{}
	f.language = func(string) string { return "zh" }
	f.text = func(string) string { return "威力带" }
	media := s.put(callOf(10, 2, toneAt{0, 1, 3, 300}))
	step := newStep(t, f, s, func(c *Config) { c.Glossary, c.GlossaryPrompt = []string{"微粒贷", "Brightwell"}, true })
	f.sure = 0.5
	tr := hearCall(t, step, media)
	if len(tr.Turns) != 1 || tr.Turns[0].Text != "微粒贷" || len(tr.Notes) != 2 || !strings.Contains(tr.Notes[1], `"微粒贷"`) {
		t.Errorf("turns %s, notes %q", lines(tr), tr.Notes)
	}
	p := f.windows[0].Prompts
	if !strings.HasPrefix(p["zh"], "微粒贷。") || p["en"] != "Brightwell." {
		t.Errorf("prompts %q", p)
	}
	// Terms that are told to the recogniser are no speech when it says only them.
	f.text = func(string) string { return step.prompt["zh"] }
	other := s.put(callOf(11, 2, toneAt{0, 1, 3, 300}))
	if tr := hearCall(t, step, other); len(tr.Turns) != 0 {
		t.Errorf("turns %s", lines(tr))
	}
}

func TestBadGlossary(t *testing.T) {
	for _, term := range []string{"", "好", "abc", "VIP卡", strings.Repeat("长", 65)} {
		c := Default()
		c.Glossary = []string{term}
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "glossary") {
			t.Errorf("%q: %v", term, err)
		}
	}
}

// A glossary of a thousand names costs little beside recognition.
func BenchmarkGlossary(b *testing.B) {
	var terms []string
	for i := range 500 {
		terms = append(terms, fmt.Sprintf("Product %d Deluxe", i), string([]rune("赵钱孙李周吴郑王")[i%8])+string(rune(0x4e00+i))+"明")
	}
	g := newGlossary(terms, nil)
	words := heardWords(strings.Repeat("我~想~查~一~下~我~的~账~单~ and~ the~ order~ for~ my~ phone~ ", 10))
	started := time.Now()
	for b.Loop() {
		g.correct(words)
	}
	b.ReportMetric(float64(time.Since(started).Microseconds())/float64(b.N)/float64(len(words)), "µs/word")
}
