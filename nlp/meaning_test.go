package nlp

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"earshot/models"
	"earshot/nlp/lexicons"
)

// fakeEmbedder gives a sentence the vector of the first of its topics that it
// holds, else one that no head takes for anything.
type fakeEmbedder struct {
	topics map[string][]float32
	calls  [][]string
	fails  error
	after  func() // called before each answer
}

func (f *fakeEmbedder) By() models.By { return models.By{Name: "fake", Version: "1", Hash: "fa4e"} }

func (f *fakeEmbedder) Embed(ctx context.Context, sentences []string) ([][]float32, error) {
	f.calls = append(f.calls, sentences)
	if f.after != nil {
		f.after()
	}
	if err := errors.Join(f.fails, ctx.Err()); err != nil {
		return nil, err
	}
	out := make([][]float32, len(sentences))
	for i, s := range sentences {
		out[i] = make([]float32, Dims)
		for topic, v := range f.topics {
			if strings.Contains(s, topic) {
				copy(out[i], v)
			}
		}
	}
	return out, nil
}

// axis is a vector along one axis.
func axis(k int) []float32 {
	v := make([]float32, Dims)
	v[k] = 1
	return v
}

// headAlong is sure of what lies along an axis, and of nothing else.
func headAlong(label string, k int) Head {
	h := Head{Label: label, Least: 0.6, Bias: -3, Weights: make([]float64, Dims)}
	h.Weights[k] = 5
	return h
}

// meaningStep is a Step whose heads know a complaint, a promise and a threat.
func meaningStep(t testing.TB, mode string) (*Step, *fakeEmbedder) {
	t.Helper()
	fake := &fakeEmbedder{topics: map[string][]float32{"pan pipes": axis(0), "bin men": axis(1), "乌龟": axis(2)}}
	builtin := builtinStep(t)
	step := &Step{config: builtin.config, base: builtin.base, tells: builtin.tells, causes: builtin.causes, embed: fake}
	step.config.Meaning = mode
	d := *builtin.data.Load()
	d.config.Meaning = mode
	told, err := d.withMeaning(fake, AppendHeads(nil, []Head{headAlong("complaint", 0), headAlong("promise", 1), headAlong("threat", 2)}))
	if err != nil {
		t.Fatal(err)
	}
	step.data.Store(told)
	return step, fake
}

func meant(t testing.TB, step *Step, channel models.Channel, dialogue string) (*models.Interaction, []models.Finding) {
	t.Helper()
	in := &models.Interaction{ID: "m", Channel: channel, Transcript: models.MustParse(dialogue)}
	if _, err := step.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	var out []models.Finding
	for _, f := range in.Findings {
		if f.By.Name == "meaning" {
			out = append(out, f)
		}
	}
	return in, out
}

// TestMeaning: a sentence that no word list knows is found by what it means, with
// its own place, score and maker.
func TestMeaning(t *testing.T) {
	step, _ := meaningStep(t, MeaningAll)
	in, found := meant(t, step, models.WebChat, "A: Hello there\nC: I have that order number written down here somewhere, do bear with me. Ten minutes of pan pipes it was this morning.\nA: I see what you mean there")
	if len(found) != 1 {
		t.Fatalf("%d findings: %+v", len(found), found)
	}
	f := found[0]
	if f.Kind != "word.dissatisfied" || f.Party != models.Customer || f.Severity != 1 || f.Label != "by meaning" || math.Abs(f.Score-0.881) > 0.01 {
		t.Errorf("finding %+v", f)
	}
	if q := f.Evidence[0]; q.Turn != 1 || q.Quote != "Ten minutes of pan pipes it was this morning." || q.Check(in.Transcript) != nil {
		t.Errorf("evidence %+v", q)
	}
	if f.By.Version != Version || !strings.HasSuffix(f.By.Hash, "fa4e") {
		t.Errorf("made by %+v", f.By)
	}
}

// TestMeaningOnlyAdds: what a word list finds in the turn is not found again,
// what the other party says is not told, nor who is unknown or an announcement.
func TestMeaningOnlyAdds(t *testing.T) {
	step, fake := meaningStep(t, MeaningAll)
	for _, dialogue := range []string{
		"C: I want to complain about the pan pipes",
		"A: Those are our famous pan pipes that play",
		"S: You will now be hearing the pan pipes",
		"U: This is about those pan pipes of yours",
		"C: The bin men have been told about it already",
		"C: 我要在网上曝光你们，乌龟一样",
	} {
		if _, found := meant(t, step, models.WebChat, dialogue); len(found) > 0 {
			t.Errorf("%q: %+v", dialogue, found)
		}
	}
	for _, call := range fake.calls {
		for _, s := range call {
			if strings.Contains(s, "hearing") || strings.Contains(s, "yours") {
				t.Errorf("%q was embedded", s)
			}
		}
	}
}

// TestMeaningBringsNoCause: a contact is a complaint for what was said in so many
// words, not for what a sentence seems to mean.
func TestMeaningBringsNoCause(t *testing.T) {
	step, _ := meaningStep(t, MeaningAll)
	for dialogue, want := range map[string]bool{
		"C: My parcel has not arrived. Ten minutes of pan pipes it was.\nA: Let me look":                        false,
		"C: My parcel has not arrived. Ten minutes of pan pipes it was.\nA: Let me look\nC: I want to complain": true,
	} {
		in, found := meant(t, step, models.WebChat, dialogue)
		kinds := map[string]bool{}
		for _, f := range in.Findings {
			kinds[f.Kind] = true
		}
		if len(found) != 1 || !kinds["contact.reason"] || kinds["complaint.cause"] != want {
			t.Errorf("%q: by meaning %+v, of all %v", dialogue, found, kinds)
		}
	}
}

// TestMeaningOfPromises: a promise has the due time that its sentence names.
func TestMeaningOfPromises(t *testing.T) {
	step, _ := meaningStep(t, MeaningAll)
	_, found := meant(t, step, models.WebChat, "A: The bin men do your street again inside 2 days")
	if len(found) != 1 || found[0].Kind != "promise.made" || found[0].Label != "P2D" {
		t.Errorf("findings %+v", found)
	}
	_, found = meant(t, step, models.WebChat, "A: The bin men do your street again")
	if len(found) != 1 || found[0].Label != "" || found[0].Value != 0 {
		t.Errorf("without a time: %+v", found)
	}
}

// TestMeaningWhere: off, in recordings, everywhere; what made the findings tells.
func TestMeaningWhere(t *testing.T) {
	const said = "C: Ten minutes of pan pipes it was"
	hash := map[bool]string{}
	for _, c := range []struct {
		mode    string
		channel models.Channel
		told    bool
	}{
		{MeaningOff, models.Phone, false}, {MeaningOff, models.WebChat, false}, {MeaningCalls, models.Phone, true},
		{MeaningCalls, models.WebChat, false}, {MeaningAll, models.Phone, true}, {MeaningAll, models.WebChat, true},
	} {
		step, fake := meaningStep(t, c.mode)
		in := &models.Interaction{Channel: c.channel, Transcript: models.MustParse(said)}
		by, err := step.Run(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if told := len(fake.calls) > 0; told != c.told {
			t.Errorf("%s, %s: told %t", c.mode, c.channel, told)
		}
		if h := hash[c.told]; h != "" && h != by[0].Hash {
			t.Errorf("%s, %s: hash %s, elsewhere %s", c.mode, c.channel, by[0].Hash, h)
		}
		hash[c.told] = by[0].Hash
	}
	if hash[true] == hash[false] {
		t.Error("what made the findings does not tell that the meaning was told")
	}
}

// TestMeaningLive: turn by turn the same is found as in the whole, and long
// conversations are embedded in pieces.
func TestMeaningLive(t *testing.T) {
	step, fake := meaningStep(t, MeaningAll)
	var lines []string
	for range 70 {
		lines = append(lines, "C: Ten minutes of pan pipes it was", "A: Let me tell the bin men about it", "C: ok")
	}
	in, found := meant(t, step, models.WebChat, strings.Join(lines, "\n"))
	if len(found) != 140 {
		t.Errorf("%d findings, want 140", len(found))
	}
	if len(fake.calls) != 3 || len(fake.calls[0]) > batchParts+1 {
		t.Errorf("%d calls, the first of %d sentences", len(fake.calls), len(fake.calls[0]))
	}
	growing := &models.Interaction{Channel: models.WebChat, Transcript: &models.Transcript{}}
	session := step.Open(t.Context(), growing)
	n := 0
	for i, turn := range in.Transcript.Turns {
		growing.Transcript.Turns = append(growing.Transcript.Turns, turn)
		for _, f := range session.Turn(i) {
			if f.By.Name == "meaning" {
				if f.Kind != found[n].Kind || f.Evidence[0].Turn != found[n].Evidence[0].Turn {
					t.Fatalf("live finding %d is %+v, in the whole %+v", n, f, found[n])
				}
				n++
			}
		}
	}
	if n != len(found) {
		t.Errorf("%d findings live, %d in the whole", n, len(found))
	}
}

// TestMeaningFails: where vectors cannot be had, nothing is stored as if they could.
func TestMeaningFails(t *testing.T) {
	step, fake := meaningStep(t, MeaningAll)
	in := &models.Interaction{ID: "m", Channel: models.WebChat, Transcript: models.MustParse("C: Ten minutes of pan pipes it was\nC: and some more of those pan pipes")}
	fake.fails = errors.New("no memory")
	if _, err := step.Run(t.Context(), in); !errors.Is(err, fake.fails) || !strings.Contains(err.Error(), "turn 1") || in.Findings != nil {
		t.Errorf("error %v, findings %v", err, in.Findings)
	}
	fake.fails = nil
	ctx, cancel := context.WithCancel(t.Context())
	fake.after = cancel
	if _, err := step.Run(ctx, in); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestMeaningNotWanted: who leaves out the word lists of a kind, the detector of
// promises or the meaning itself is told nothing of the sort.
func TestMeaningNotWanted(t *testing.T) {
	step, fake := meaningStep(t, MeaningAll)
	heads := AppendHeads(nil, []Head{headAlong("complaint", 0), headAlong("churn", 1), headAlong("promise", 2)})
	for _, c := range []struct {
		disabled []string
		kinds    string
	}{
		{nil, "word.dissatisfied word.churn promise.made"},
		{[]string{"churn-en"}, "word.dissatisfied word.churn promise.made"},
		{[]string{"churn-en", "churn-zh", "promise"}, "word.dissatisfied"},
		{[]string{"meaning"}, ""},
	} {
		d := *step.data.Load()
		d.meaning, d.config.Disabled = nil, c.disabled
		kept, err := lexicons.Choose(step.base, nil, c.disabled)
		if err != nil {
			t.Fatal(err)
		}
		if d.dictionary, err = lexicons.NewDictionary(kept); err != nil {
			t.Fatal(err)
		}
		told, err := d.withMeaning(fake, heads)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		if told.meaning != nil {
			for _, h := range told.meaning.heads {
				kinds = append(kinds, h.meaning.Kind)
			}
		}
		if got := strings.Join(kinds, " "); got != c.kinds {
			t.Errorf("without %v: %s, want %s", c.disabled, got, c.kinds)
		}
	}
}

func TestReloadKeepsMeaning(t *testing.T) {
	step, _ := meaningStep(t, MeaningAll)
	before := step.data.Load().meaning
	if err := step.Reload(); err != nil {
		t.Fatal(err)
	}
	if after := step.data.Load().meaning; after == nil || after.embedder != before.embedder {
		t.Errorf("after a reload the meaning is %+v", after)
	}
}

func TestMeaningParts(t *testing.T) {
	for text, want := range map[string][]string{
		"":         nil,
		"好的":       nil,
		"yes, ok.": nil,
		"我要退款":     {"我要退款"},
		"我的快递三天了还没有送到。你们客服电话打了五次都没有人接": {"我的快递三天了还没有送到。", "你们客服电话打了五次都没有人接"},
		"嗯。我的快递三天了还没有送到":               {"我的快递三天了还没有送到"},
		"我的快递三天了还没有送到。唉":               {"我的快递三天了还没有送到。唉"},
		"The parcel never came and I have been waiting in all day. Who do I speak to about getting my money back?": {
			"The parcel never came and I have been waiting in all day.", "Who do I speak to about getting my money back?"},
	} {
		var got []string
		for _, p := range MeaningParts(text) {
			got = append(got, text[p[0]:p[1]])
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestHeads: what is written is read, to a 127th of the largest weight; other
// files are refused.
func TestHeads(t *testing.T) {
	h := headAlong("repeat", 7)
	h.Weights[8] = -1.3
	file := AppendHeads(nil, []Head{h, headAlong("promise", 9)})
	heads, err := readHeads(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := heads[0]; got.meaning.Kind != "word.repeat" || got.least != 0.6 || got.bias != -3 || math.Abs(float64(got.weights[7])-5) > 0.001 || math.Abs(float64(got.weights[8])+1.3) > 0.02 {
		t.Errorf("head %+v", got.meaning)
	}
	for name, bad := range map[string][]byte{
		"nothing": nil, "another magic": append([]byte("esm0"), file[4:]...), "cut off": file[:len(file)-1],
		"a label that nobody knows": AppendHeads(nil, []Head{headAlong("sunshine", 1)}),
	} {
		if _, err := readHeads(bad); !errors.Is(err, errHeads) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestBuiltinHeads: what ships is small, and the findings are of kinds that word
// lists or the detector of promises give, too.
func TestBuiltinHeads(t *testing.T) {
	heads, err := readHeads(meaningFile)
	if err != nil {
		t.Fatal(err)
	}
	if len(heads) != len(Meanings) || len(meaningFile) > 4<<10 {
		t.Errorf("%d heads in %d bytes", len(heads), len(meaningFile))
	}
	builtin, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{"promise.made": true}
	for _, l := range builtin {
		kinds["word."+l.Category] = true
	}
	for _, h := range heads {
		if h.least < 0.5 || h.least >= 1 || !kinds[h.meaning.Kind] {
			t.Errorf("%s: least probability %g, kind %s", h.meaning.Label, h.least, h.meaning.Kind)
		}
	}
}

func TestMeaningSetting(t *testing.T) {
	c := Default()
	c.Meaning = "chats"
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "want off, calls or all") {
		t.Errorf("error %v", err)
	}
}
