package measure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"earshot/asr"
	"earshot/asr/whispercpp"
	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/eval"
	"earshot/models"
	"earshot/models/weights"
)

type evalASRCmd struct {
	Refs    string `required:"" type:"existingfile" help:"Lines of audio path, language and reference, separated by tabs. A path that ends in #L or #R means one channel."`
	Root    string `type:"existingdir" help:"Folder the audio paths start from (default: that of the references)."`
	Model   string `help:"Recognition weights, from 'earshot models list' (default: as configured)."`
	Workers int    `help:"Worker processes (default: as configured)."`
	Heard   string `type:"existingfile" help:"Count the errors of another program instead: lines of the same audio paths and what it heard, separated by a tab."`
	Dropped bool   `help:"Count, too, the words that were said but left out as noise or invention: hears once more what was left out. Not part of the cost."`
	JSON    bool   `name:"json" help:"Print JSON: error_rate, groups, and clips with each hypothesis."`
}

func (c evalASRCmd) Run(ctx context.Context, a *app.App) error {
	refs, err := c.references()
	if err != nil {
		return err
	}
	cfg := a.Config.Whisper
	if c.Model != "" {
		cfg.Model = c.Model
	}
	if c.Workers > 0 {
		cfg.Workers = c.Workers
	}
	english, chinese, err := normalizers()
	if err != nil {
		return err
	}
	var clips []eval.Clip
	var cost eval.Cost
	if c.Heard != "" {
		cfg.Model = ""
		clips, err = c.heardElsewhere(refs)
	} else {
		clips, cost, err = hearAll(ctx, a, cfg, refs, c.root(), c.Dropped)
	}
	if err != nil {
		return err
	}
	report := eval.ASR(clips, cost, english, chinese)
	report.Model = cfg.Model
	if c.JSON {
		return json.NewEncoder(a.Out).Encode(report)
	}
	t := models.Table{Columns: terminal.Columns("language", "Hz", "measure", "clips", "seconds", "units", "error rate %")}
	for _, g := range report.Groups {
		t.Rows = append(t.Rows, []any{g.Language, g.SampleRate, g.Measure, g.Clips, g.Seconds, g.Units, 100 * g.ErrorRate})
	}
	if err := terminal.PrintTable(a.Out, t, "table"); err != nil {
		return err
	}
	for _, clip := range report.Clips {
		if clip.Failed != "" {
			fmt.Fprintf(a.Out, "not heard: %s: %s\n", clip.Path, clip.Failed)
		}
	}
	fmt.Fprintf(a.Out, "all: %.2f%%, %d invented\n", 100*report.ErrorRate, report.Invented)
	if c.Dropped {
		fmt.Fprintf(a.Out, "%d of %d wrongly left out (%.2f%%)\n", report.Dropped, report.Units, 100*float64(report.Dropped)/float64(max(report.Units, 1)))
	}
	if c.Heard == "" {
		fmt.Fprintf(a.Out, "%.0f s of audio, %.0f s of them speech, in %.1f s (%.3fx real time), %.1f CPU seconds, %d MB; %d windows, %d heard again, %d with more than 2.5 s of speech without text\n",
			cost.AudioSeconds, cost.SpeechSeconds, cost.WallSeconds, report.RealTimeFactor, cost.CPUSeconds, cost.PeakBytes>>20, cost.Encoded, cost.Redone, cost.Untold)
	}
	return nil
}

// heardElsewhere reads what another program heard of the references.
func (c evalASRCmd) heardElsewhere(refs []eval.Reference) ([]eval.Clip, error) {
	f, err := os.Open(c.Heard)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	texts, err := eval.ReadHeard(f, c.Heard)
	if err != nil {
		return nil, err
	}
	clips := make([]eval.Clip, len(refs))
	for i, ref := range refs {
		clips[i].Reference = ref
		text, ok := texts[ref.Path]
		if !ok {
			clips[i].Failed = "not in " + c.Heard
		}
		clips[i].Hypothesis = text
		path, _, _ := strings.Cut(ref.Path, "#")
		if info, err := probeFile(filepath.Join(c.root(), path)); err == nil {
			clips[i].SampleRate, clips[i].Seconds = info.Rate, info.Seconds()
		}
	}
	return clips, nil
}

// normalizers bring text to the forms in which words and characters are
// compared.
func normalizers() (eval.English, eval.Chinese, error) {
	var spelling map[string]string
	path, err := weights.Path("english")
	if err == nil {
		var text []byte
		if text, err = os.ReadFile(path); err == nil {
			err = json.Unmarshal(text, &spelling)
		}
	}
	if err != nil {
		return eval.English{}, eval.Chinese{}, fmt.Errorf("table of English spellings: %w", err)
	}
	script, err := asr.NewScript("simplified")
	return eval.English{Spelling: spelling}, eval.Chinese{Script: script.Convert}, err
}

func (c evalASRCmd) root() string {
	if c.Root != "" {
		return c.Root
	}
	return filepath.Dir(c.Refs)
}

func (c evalASRCmd) references() ([]eval.Reference, error) {
	f, err := os.Open(c.Refs)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return eval.ReadReferences(f, c.Refs)
}

// hearAll runs the speech step over every reference and adds up what it cost.
// With dropped it then hears what the step left out, too.
func hearAll(ctx context.Context, a *app.App, cfg whispercpp.Config, refs []eval.Reference, root string, dropped bool) ([]eval.Clip, eval.Cost, error) {
	cache, err := os.MkdirTemp("", "earshot-eval-")
	if err != nil {
		return nil, eval.Cost{}, err
	}
	defer os.RemoveAll(cache)
	clips := make([]eval.Clip, len(refs))
	var effort asr.Effort
	started, before, workers := time.Now(), cpuSeconds(), 0
	err = withSpeech(a, cfg, cache, func(pool *whispercpp.Pool, step *asr.Step, files *app.LocalFiles) error {
		workers = pool.Size()
		err := forEachRecording(ctx, a, workers, refs, func(ctx context.Context, i int) {
			clips[i] = hear(ctx, step, files, refs[i], root)
		})
		effort = step.Effort()
		return err
	})
	if err != nil {
		return nil, eval.Cost{}, err
	}
	cost := eval.Cost{
		WallSeconds: time.Since(started).Seconds(), CPUSeconds: cpuSeconds() - before, PeakBytes: peakBytes(workers),
		SpeechSeconds: effort.Speech, Windows: effort.Windows, Encoded: effort.Encoded, EncodedWidth: effort.Width, Redone: effort.Redone, Untold: effort.Untold,
	}
	once := map[string]bool{} // a file may be there for each of its channels
	for _, c := range clips {
		path, _, _ := strings.Cut(c.Path, "#")
		if !once[path] {
			cost.AudioSeconds += c.Seconds
		}
		once[path] = true
	}
	if dropped {
		err = withSpeech(a, cfg, cache, func(pool *whispercpp.Pool, step *asr.Step, files *app.LocalFiles) error {
			return forEachRecording(ctx, a, pool.Size(), refs, func(ctx context.Context, i int) {
				hearUnfiltered(ctx, step, files, &clips[i], root)
			})
		})
	}
	return clips, cost, err
}

// withSpeech runs do with a speech step that keeps what it hears in the folder
// cache, and its workers, which end after it.
func withSpeech(a *app.App, cfg whispercpp.Config, cache string, do func(*whispercpp.Pool, *asr.Step, *app.LocalFiles) error) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	pool, err := whispercpp.New(cfg, []string{program, "speech-worker"}, a.Log)
	if err != nil {
		return err
	}
	asrConfig := a.Config.ASR
	asrConfig.Cache = cache // nothing that was heard before may be used
	var files app.LocalFiles
	step, err := asr.New(asrConfig, pool.Engine(), app.Opener{Media: &files}, a.Log)
	if err == nil {
		err = do(pool, step, &files)
	}
	return errors.Join(err, pool.Close())
}

// forEachRecording calls do for each reference, several recordings at once, and
// shows how far it is. Those of one recording follow each other: it is heard but
// once, and whoever came second would only wait.
func forEachRecording(ctx context.Context, a *app.App, parallel int, refs []eval.Reference, do func(ctx context.Context, ref int)) error {
	var recordings [][]int
	known := map[string]int{}
	for i, ref := range refs {
		path, _, _ := strings.Cut(ref.Path, "#")
		r, ok := known[path]
		if !ok {
			r = len(recordings)
			known[path] = r
			recordings = append(recordings, nil)
		}
		recordings[r] = append(recordings[r], i)
	}
	var done atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	for _, recording := range recordings {
		g.Go(func() error {
			for _, i := range recording {
				do(ctx, i)
			}
			if k := done.Add(1); terminal.IsTerminal(a.Err) {
				fmt.Fprintf(a.Err, "\r%d of %d recordings", k, len(recordings))
			}
			return ctx.Err()
		})
	}
	return g.Wait()
}

// evalInput is the interaction that a reference's recording makes.
func evalInput(files *app.LocalFiles, path, language string) (*models.Interaction, error) {
	media, err := files.Add(path)
	if err != nil {
		return nil, err
	}
	media.Roles = []models.Party{models.Agent, models.Customer}
	return &models.Interaction{Channel: models.Phone, Language: language, Media: media}, nil
}

// hear transcribes one reference. A recording that cannot be heard is part of
// the outcome, no error.
func hear(ctx context.Context, step *asr.Step, files *app.LocalFiles, ref eval.Reference, root string) eval.Clip {
	clip := eval.Clip{Reference: ref}
	path, channel, _ := strings.Cut(ref.Path, "#")
	path = filepath.Join(root, path)
	info, err := probeFile(path)
	if err == nil {
		clip.SampleRate, clip.Seconds = info.Rate, info.Seconds()
		var in *models.Interaction
		if in, err = evalInput(files, path, ref.Language); err == nil {
			if _, err = step.Run(ctx, in); err == nil {
				clip.Hypothesis = said(in.Transcript, channel)
				return clip
			}
		}
	}
	clip.Failed = err.Error()
	return clip
}

// hearUnfiltered adds what would have been heard had nothing been left out.
func hearUnfiltered(ctx context.Context, step *asr.Step, files *app.LocalFiles, clip *eval.Clip, root string) {
	if clip.Failed != "" {
		return
	}
	path, channel, _ := strings.Cut(clip.Path, "#")
	in, err := evalInput(files, filepath.Join(root, path), clip.Language)
	if err == nil {
		var t *models.Transcript
		if t, err = step.Unfiltered(ctx, in.Media); err == nil {
			clip.Unfiltered = said(t, channel)
			return
		}
	}
	clip.Failed = err.Error()
}

// said joins what was said on one channel, L or R, or on all.
func said(t *models.Transcript, channel string) string {
	on := map[string]models.Party{"L": models.Agent, "R": models.Customer}[channel]
	var text []string
	for _, turn := range t.Turns {
		party := turn.Party
		if party == models.System { // an announcement, whose event tells the channel
			for _, e := range t.Events {
				if e.Kind == "prompt" && e.Start == turn.Start && e.End == turn.End {
					party = e.Party
				}
			}
		}
		if channel == "" || party == on {
			text = append(text, turn.Text)
		}
	}
	return strings.Join(text, " ")
}

func probeFile(path string) (asr.Info, error) {
	f, err := os.Open(path)
	if err != nil {
		return asr.Info{}, err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return asr.Info{}, err
	}
	return asr.Probe(f, stat.Size(), path, "")
}

// cpuSeconds is what this process and its ended children have used.
func cpuSeconds() float64 {
	total := 0.0
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} {
		var u unix.Rusage
		if unix.Getrusage(who, &u) == nil {
			total += float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
		}
	}
	return total
}

// peakBytes is the peak memory of this process and of its workers, each
// counted as the largest of them.
func peakBytes(workers int) int64 {
	var self, children unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &self) != nil || unix.Getrusage(unix.RUSAGE_CHILDREN, &children) != nil {
		return 0
	}
	return 1024 * (self.Maxrss + int64(workers)*children.Maxrss)
}
