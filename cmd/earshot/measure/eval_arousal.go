package measure

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"earshot/asr"
	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/eval"
	"earshot/models"
	"earshot/nlp"
)

// evalArousalCmd measures whether scores of voice.aroused can be taken at their
// word.
type evalArousalCmd struct {
	Clips string `required:"" type:"existingfile" help:"Lines of speaker, audio path and the words spoken, separated by tabs."`
	Root  string `type:"existingdir" help:"Folder the audio paths start from (default: that of the clips)."`
	Calls int    `default:"40" help:"Calls to make of each speaker."`
	Seed  uint64 `default:"1" help:"Other seeds make other calls."`
	Fit   bool   `help:"Print the weights that fit these calls best, for nlp/arousal.go. Judge them on other speakers."`
	JSON  bool   `name:"json" help:"Print JSON."`
}

// Help implements kong's help provider.
func (evalArousalCmd) Help() string {
	return "Makes calls out of clips of one speaker each: some turns are changed as arousal changes a voice, others by what is no arousal (line gain, microphone, questions, fast reading), the rest a little, as calm speech varies. What is measured is whether Earshot tells the changes apart and how far its scores can be trusted about them. Whether people would call the turns excited is not."
}

// voiceClip is a clip as it is made into turns.
type voiceClip struct {
	pcm   []float32
	words []string
}

// arousalReport is what the command answers.
type arousalReport struct {
	eval.Reliability
	Speakers map[string]eval.Reliability `json:"speakers"`
	Kinds    []kindShare                 `json:"kinds"`
	Weights  []float64                   `json:"weights,omitempty"` // by --fit
}

// kindShare is how often turns that something was done to are found aroused.
type kindShare struct {
	Kind    string  `json:"kind"`
	Aroused bool    `json:"aroused"`
	N       int     `json:"n"`
	Found   float64 `json:"found"` // share with a score of 0.5 or more
	Mean    float64 `json:"mean"`  // probability
}

// heardVoice is a turn after the acoustics.
type heardVoice struct {
	eval.VoiceTurn
	shift nlp.VoiceShift
}

func (c evalArousalCmd) Run(ctx context.Context, a *app.App) error {
	clips, err := c.read()
	if err != nil {
		return err
	}
	report := arousalReport{Speakers: map[string]eval.Reliability{}}
	var all []eval.Claim
	var rows [][]float64
	var truths []bool
	kinds := map[string]*kindShare{}
	for number, speaker := range slices.Sorted(maps.Keys(clips)) {
		turns, err := c.hear(ctx, clips[speaker], c.Seed+uint64(number)*1000)
		if err != nil {
			return err
		}
		var own []eval.Claim
		for _, t := range turns {
			p := t.shift.Aroused()
			own = append(own, eval.Claim{Probability: p, True: t.Aroused})
			rows, truths = append(rows, t.shift.Features()), append(truths, t.Aroused)
			k := kinds[t.Kind]
			if k == nil {
				k = &kindShare{Kind: t.Kind, Aroused: t.Aroused}
				kinds[t.Kind] = k
			}
			k.N++
			k.Mean += p
			if p >= 0.5 {
				k.Found++
			}
		}
		report.Speakers[speaker] = eval.Reliable(own, 10)
		all = append(all, own...)
	}
	report.Reliability = eval.Reliable(all, 10)
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		k := kinds[name]
		k.Found, k.Mean = k.Found/float64(k.N), k.Mean/float64(k.N)
		report.Kinds = append(report.Kinds, *k)
	}
	slices.SortStableFunc(report.Kinds, func(x, y kindShare) int { return boolOrder(y.Aroused) - boolOrder(x.Aroused) })
	if c.Fit {
		report.Weights = eval.FitLogistic(rows, truths)
	}
	return c.print(a, report)
}

func boolOrder(b bool) int {
	if b {
		return 1
	}
	return 0
}

// read reads the clips of each speaker. Clips of less than 1.5 s are put
// together with those that follow, as digits to a number.
func (c evalArousalCmd) read() (map[string][]voiceClip, error) {
	text, err := os.ReadFile(c.Clips)
	if err != nil {
		return nil, err
	}
	root := c.Root
	if root == "" {
		root = filepath.Dir(c.Clips)
	}
	out, open := map[string][]voiceClip{}, map[string]*voiceClip{}
	for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		column := strings.Split(line, "\t")
		if len(column) != 3 {
			return nil, models.BadInput("%s:%d: want a speaker, an audio path and the words, separated by tabs", c.Clips, n+1)
		}
		pcm, err := readClip(filepath.Join(root, column[1]))
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", c.Clips, n+1, err)
		}
		clip := open[column[0]]
		if clip == nil {
			clip = &voiceClip{}
		} else {
			clip.pcm = append(clip.pcm, make([]float32, asr.Rate/10)...)
		}
		clip.pcm, clip.words = append(clip.pcm, pcm...), append(clip.words, clipWords(column[2])...)
		if open[column[0]] = clip; 2*len(clip.pcm) >= 3*asr.Rate {
			out[column[0]], open[column[0]] = append(out[column[0]], *clip), nil
		}
	}
	for speaker, clips := range out {
		if len(clips) < leastClips {
			return nil, models.BadInput("%s: speaker %s has speech for %d turns, want %d or more", c.Clips, speaker, len(clips), leastClips)
		}
	}
	return out, nil
}

// leastClips keeps a call from saying the same over and over.
const leastClips = 6

// readClip decodes a clip without the silence at its ends, at 30 dB below full
// scale.
func readClip(name string) ([]float32, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	pcm, err := asr.Samples(f, info.Size(), name)
	if err != nil {
		return nil, err
	}
	return eval.Trimmed(pcm, asr.Rate), nil
}

// clipWords splits a text into words, Chinese into characters.
func clipWords(text string) []string {
	var out []string
	for _, field := range strings.Fields(text) {
		from := 0
		for i, r := range field {
			if r >= 0x4E00 && r <= 0x9FFF {
				if i > from {
					out = append(out, field[from:i])
				}
				out = append(out, string(r))
				from = i + len(string(r))
			}
		}
		if from < len(field) {
			out = append(out, field[from:])
		}
	}
	return out
}

// hear makes a speaker's calls and measures how their turns sound.
func (c evalArousalCmd) hear(ctx context.Context, clips []voiceClip, seed uint64) ([]heardVoice, error) {
	calls := eval.MakeVoiceCalls(len(clips), c.Calls, seed)
	heard := make([][]heardVoice, len(calls))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	for i, call := range calls {
		group.Go(func() error {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			var turns []models.Turn
			at := models.Millis(0)
			for _, t := range call.Turns {
				if err := ctx.Err(); err != nil {
					return err
				}
				pcm := t.Change.Apply(clips[t.Clip].pcm, asr.Rate)
				if call.Telephone {
					pcm = eval.OverTelephone(pcm, asr.Rate, call.Noise, func() float64 { return 2*r.Float64() - 1 })
				}
				length := models.Millis(1000 * len(pcm) / asr.Rate)
				turns = append(turns, models.Turn{Party: models.Customer, Start: at, End: at + length, Tone: asr.ToneOf(pcm, clips[t.Clip].words)})
				at += length + 3000
			}
			for k, shift := range nlp.VoiceShifts(turns) {
				if shift.Known {
					heard[i] = append(heard[i], heardVoice{call.Turns[k], shift})
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return slices.Concat(heard...), err
}

func (c evalArousalCmd) print(a *app.App, r arousalReport) error {
	if c.JSON {
		return labelled{JSON: true}.print(a, r, models.Table{})
	}
	bins := models.Table{Columns: terminal.Columns("score", "turns", "mean score", "aroused")}
	for _, b := range r.Bins {
		if b.N > 0 {
			bins.Rows = append(bins.Rows, []any{fmt.Sprintf("%.1f to %.1f", b.From, b.To), b.N, b.Stated, b.True})
		}
	}
	kinds := models.Table{Columns: terminal.Columns("changed", "aroused", "turns", "mean score", "found")}
	for _, k := range r.Kinds {
		kinds.Rows = append(kinds.Rows, []any{k.Kind, k.Aroused, k.N, k.Mean, k.Found})
	}
	voices := models.Table{Columns: terminal.Columns("speaker", "turns", "aroused", "Brier", "calibration error", "AUC")}
	for _, name := range slices.Sorted(maps.Keys(r.Speakers)) {
		s := r.Speakers[name]
		voices.Rows = append(voices.Rows, []any{name, s.N, s.Rate, s.Brier, s.ECE, s.AUC})
	}
	for _, t := range []models.Table{bins, kinds, voices} {
		if err := terminal.PrintTable(a.Out, t, "table"); err != nil {
			return err
		}
		fmt.Fprintln(a.Out)
	}
	fmt.Fprintf(a.Out, "%d turns, %.3f aroused; Brier %.4f (skill %.3f), expected calibration error %.4f, log loss %.4f, AUC %.3f; from 0.5: precision %.3f, recall %.3f\n",
		r.N, r.Rate, r.Brier, r.Skill, r.ECE, r.LogLoss, r.AUC, r.Asserted.Precision, r.Asserted.Recall)
	if c.Fit {
		fmt.Fprintf(a.Out, "weights: %.3f\n", r.Weights)
	}
	return nil
}
