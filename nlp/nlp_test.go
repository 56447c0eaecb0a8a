package nlp

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"earshot/models"
	"earshot/models/search/synth"
	"earshot/nlp/lexicons"
)

// sayings are turns that many detectors speak up for.
var sayings = []string{
	"C: 我要退款，不然我就曝光你们", "A: 非常抱歉，我理解您的心情", "A: 我们会在24小时内给您回电", "C: 已经打了三次电话了，太过分了", "... 12s", "... 45s",
	"A: 请您稍等，我帮您查一下", "C: I want to speak to your manager", "A: I will call you back by Friday", "C: thank you so much", "A: 您好，很高兴为您服务",
	"C: f u c k", "C: 嗯", "A: that's not my problem", "C: 我住在派出所附近", "A: 请问还有其他问题吗，再见", "S: 请按一", "C: 退*款", "A: 百分之百能下款", "C: 謝謝您",
}

// TestTurnByTurnEqualsWhole: a running conversation and a finished one give
// the same findings, and what a later turn says changes nothing before it.
func TestTurnByTurnEqualsWhole(t *testing.T) {
	step := builtinStep(t)
	rapid.Check(t, func(t *rapid.T) {
		dialogue := strings.Join(rapid.SliceOfN(rapid.SampledFrom(sayings), 1, 12).Draw(t, "turns"), "\n")
		whole := &models.Interaction{ID: "w", Channel: models.Phone, Started: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Transcript: models.MustParse(dialogue)}
		all := whole.Transcript.Turns
		if _, err := step.Run(t.Context(), whole); err != nil {
			t.Fatal(err)
		}
		growing := &models.Interaction{ID: "w", Channel: models.Phone, Started: whole.Started, Transcript: &models.Transcript{}}
		session := step.Open(t.Context(), growing)
		said := 0
		for i := range all {
			growing.Transcript.Turns = append(growing.Transcript.Turns, all[i])
			growing.Transcript.Length = all[i].End
			said += len(session.Turn(i))
		}
		growing.Transcript.Length = whole.Transcript.Length
		said += len(session.Close())
		if session.Err() != nil || session.Close() != nil {
			t.Fatal("closing twice finds something, or: ", session.Err())
		}
		a, b := marshal(t, whole.Findings), marshal(t, session.Findings())
		if a != b || said != len(session.Findings()) {
			t.Fatalf("whole:\n%s\nturn by turn:\n%s", a, b)
		}
	})
}

func marshal(t interface{ Fatal(...any) }, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRunTwiceIsRunOnce(t *testing.T) {
	step := builtinStep(t)
	in := &models.Interaction{ID: "w", Channel: models.Phone, Transcript: models.MustParse(strings.Join(sayings, "\n"))}
	in.Findings = []models.Finding{{Kind: "private.card", Score: 1}}
	text := marshal(t, in.Transcript)
	by, err := step.Run(t.Context(), in)
	if err != nil || len(by) == 0 || by[0].Hash == "" {
		t.Fatal(by, err)
	}
	once := marshal(t, in.Findings)
	if _, err := step.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if twice := marshal(t, in.Findings); twice != once {
		t.Errorf("once:\n%s\ntwice:\n%s", once, twice)
	}
	if in.Findings[0].Kind != "private.card" {
		t.Error("a finding of another step is gone")
	}
	if marshal(t, in.Transcript) != text {
		t.Error("the transcript was changed")
	}
	for _, f := range in.Findings {
		for _, e := range f.Evidence {
			if err := e.Check(in.Transcript); err != nil {
				t.Errorf("%s: %v", f.Kind, err)
			}
		}
		if f.Kind != "private.card" && (f.By.Name == "" || f.By.Version == "" || f.Score <= 0 || f.Score > 1) {
			t.Errorf("%+v", f)
		}
	}
}

func TestRunWithoutTranscript(t *testing.T) {
	step := builtinStep(t)
	in := &models.Interaction{ID: "n", Channel: models.Phone}
	if _, err := step.Run(t.Context(), in); err != nil || in.Findings != nil {
		t.Error(in.Findings, err)
	}
	in.Transcript = &models.Transcript{}
	if _, err := step.Run(t.Context(), in); err != nil {
		t.Error(err)
	}
}

// TestReload swaps lexicons under searches: none waits, none sees half.
func TestReload(t *testing.T) {
	step, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	own, err := lexicons.Parse("own.yaml", []byte(ownLexicon))
	if err != nil {
		t.Fatal(err)
	}
	var stop atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		for !stop.Load() {
			in := &models.Interaction{ID: "r", Channel: models.Phone, Transcript: models.MustParse("C: I'll ruin you, 我要退款")}
			if _, err := step.Run(t.Context(), in); err != nil || len(in.Findings) == 0 {
				t.Error(in.Findings, err)
				return
			}
		}
	})
	reloads := 6
	if testing.Short() {
		reloads = 2
	}
	for i := range reloads {
		var lexicons []*lexicons.Lexicon
		if i%2 == 0 {
			lexicons = append(lexicons, own)
		}
		if err := step.Reload(lexicons...); err != nil {
			t.Fatal(err)
		}
	}
	stop.Store(true)
	wg.Wait()
	if err := step.Reload(own, own); !errors.Is(err, models.ErrBadInput) {
		t.Errorf("got %v", err)
	}
	if f := findingsOf(t, step, own, "C: I'll ruin you"); len(f) != 0 {
		t.Error("a failed reload changed the lexicons")
	}
}

// TestReloadUnderLoad swaps 60,000 words under searches: none of them takes
// anywhere near as long as the swap.
func TestReloadUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("builds 60,000 words several times")
	}
	words := make([]string, 60_000)
	for i, w := range synth.Words(len(words), 7) {
		words[i] = string(w)
	}
	step, err := New(Default(), lexicons.Vocabulary("own", "zh", words))
	if err != nil {
		t.Fatal(err)
	}
	text := string(synth.Text(400, 8))
	var stop atomic.Bool
	var took []time.Duration
	var wg sync.WaitGroup
	wg.Go(func() {
		for !stop.Load() {
			started := time.Now()
			step.Words(text)
			took = append(took, time.Since(started))
		}
	})
	swaps, slowest := 4, time.Duration(0)
	for i := range swaps {
		started := time.Now()
		if err := step.Reload(lexicons.Vocabulary("own", "zh", words[i:])); err != nil {
			t.Fatal(err)
		}
		slowest = max(slowest, time.Since(started))
	}
	stop.Store(true)
	wg.Wait()
	slices.Sort(took)
	t.Logf("%d searches during %d swaps of at most %s: p50 %s, p99 %s, longest %s", len(took), swaps, slowest, took[len(took)/2], took[len(took)*99/100], took[len(took)-1])
	if len(took) < 10*swaps || took[len(took)*99/100] > slowest/2 {
		t.Errorf("searches wait for swaps")
	}
}

// TestUnsure: where neither the words nor the voice say anything, no feeling
// is found, and the score of the parties stays at 0.
func TestUnsure(t *testing.T) {
	step := builtinStep(t)
	for _, said := range []string{"嗯", "我的订单号是四四二一", "请问几点开门", "yes", "the account number is on the letter", "what time do you open"} {
		in := &models.Interaction{ID: "u", Channel: models.Phone, Transcript: models.MustParse("C: " + said + "\nA: " + said)}
		if _, err := step.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		for _, f := range in.Findings {
			switch {
			case f.Kind == "emotion.score" && f.Value != 0:
				t.Errorf("%q: score %v", said, f.Value)
			case strings.HasPrefix(f.Kind, "emotion.") && f.Kind != "emotion.score":
				t.Errorf("%q: %s %.2f", said, f.Kind, f.Score)
			}
		}
	}
}

// TestConfig holds values that can never work.
func TestConfig(t *testing.T) {
	for _, change := range []func(*Config){
		func(c *Config) { c.Silence.Long = 0 },
		func(c *Config) { c.Silence.Serious = c.Silence.Long - 1 },
		func(c *Config) { c.Talkover.Least = -1 },
	} {
		c := Default()
		change(&c)
		if _, err := New(c); !errors.Is(err, models.ErrBadInput) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

var newBuiltin = sync.OnceValues(func() (*Step, error) { return New(Default()) })

// builtinStep returns a Step with the built-in lexicons, made once.
func builtinStep(t testing.TB) *Step {
	t.Helper()
	step, err := newBuiltin()
	if err != nil {
		t.Fatal(err)
	}
	return step
}

func FuzzRun(f *testing.F) {
	step := builtinStep(f)
	f.Add("我要退*款 24小时内回电", "I will call you by Friday, f u c k")
	f.Add("百分之百\u200b", "sh1t!!! ①②")
	f.Fuzz(func(t *testing.T, a, b string) {
		in := &models.Interaction{ID: "f", Channel: models.Phone, Transcript: &models.Transcript{Turns: []models.Turn{
			{Party: models.Customer, Text: strings.ToValidUTF8(a, "?"), End: 1000}, {Party: models.Agent, Text: strings.ToValidUTF8(b, "?"), Start: 500, End: 30_000}}}}
		if _, err := step.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(Default()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRun(b *testing.B) {
	step := builtinStep(b)
	in := &models.Interaction{ID: "b", Channel: models.Phone, Started: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Transcript: models.MustParse(strings.Join(sayings, "\n"))}
	bytes := 0
	for _, turn := range in.Transcript.Turns {
		bytes += len(turn.Text)
	}
	b.SetBytes(int64(bytes))
	for b.Loop() {
		if _, err := step.Run(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}
