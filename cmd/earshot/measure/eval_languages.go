package measure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-audio/audio"
	"github.com/go-audio/wav"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/eval"
	"earshot/models"
)

// evalLanguagesCmd measures what changing the language in the middle of a
// recording costs.
type evalLanguagesCmd struct {
	Refs  string `required:"" type:"existingfile" help:"References as for 'eval asr', in several languages. WAV files of 16 bits and one channel at 16 kHz are used."`
	Root  string `type:"existingdir" help:"Folder the audio paths start from (default: that of the references)."`
	Seed  uint64 `default:"1" help:"Of the order in which clips are joined."`
	Model string `help:"Recognition weights, from 'earshot models list' (default: as configured)."`
	JSON  bool   `name:"json" help:"Print JSON: both reports, with each hypothesis."`
}

// Help implements kong's help provider.
func (evalLanguagesCmd) Help() string {
	return "Clips of different languages are joined to recordings of one speaker's channel, up to a minute, half a second of silence between two. Of the language with fewer clips each is used several times. Their error rate is printed beside that of the same clips heard one by one."
}

const (
	joinRate  = 16000
	joinMax   = 60 * joinRate
	joinPause = joinRate / 2
)

func (c evalLanguagesCmd) Run(ctx context.Context, a *app.App) error {
	asrCmd := evalASRCmd{Refs: c.Refs, Root: c.Root}
	refs, err := asrCmd.references()
	if err != nil {
		return err
	}
	english, chinese, err := normalizers()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "earshot-languages-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	used, joined, err := joinClips(refs, asrCmd.root(), dir, c.Seed)
	if err != nil {
		return err
	}
	if len(joined) == 0 {
		return models.BadInput("%s: no two clips of different languages that can be joined: want WAV of 16 bits, one channel, %d Hz", c.Refs, joinRate)
	}
	cfg := a.Config.Whisper
	if c.Model != "" {
		cfg.Model = c.Model
	}
	reports := map[string]eval.ASRReport{}
	table := models.Table{Columns: terminal.Columns("heard", "recordings", "seconds", "units", "mixed error rate %", "cpu seconds")}
	for _, set := range []struct {
		name string
		refs []eval.Reference
		root string
	}{{"one by one", used, asrCmd.root()}, {"joined", joined, dir}} {
		clips, cost, err := hearAll(ctx, a, cfg, set.refs, set.root, false)
		if err != nil {
			return err
		}
		for i := range clips {
			clips[i].Language = mixedLanguage // one measure for both
		}
		report := eval.ASR(clips, cost, english, chinese)
		reports[strings.ReplaceAll(set.name, " ", "_")] = report
		table.Rows = append(table.Rows, []any{set.name, len(clips), cost.AudioSeconds, report.Units, 100 * report.ErrorRate, cost.CPUSeconds})
	}
	if c.JSON {
		return json.NewEncoder(a.Out).Encode(reports)
	}
	return terminal.PrintTable(a.Out, table, "table")
}

const mixedLanguage = "en+zh"

// joinClips writes recordings in which the language changes from clip to clip,
// and returns the clips that went into them and the recordings.
func joinClips(refs []eval.Reference, root, dir string, seed uint64) (used, joined []eval.Reference, err error) {
	type clip struct {
		eval.Reference
		data []int
	}
	byLanguage := map[bool][]clip{}
	for _, r := range refs {
		data, err := readJoinable(filepath.Join(root, r.Path))
		if err != nil {
			return nil, nil, err
		}
		if data != nil && (r.Language == "zh" || r.Language == "en") && len(data) < joinMax {
			byLanguage[r.Language == "zh"] = append(byLanguage[r.Language == "zh"], clip{r, data})
		}
	}
	random := rand.New(rand.NewPCG(seed, 0))
	for _, list := range byLanguage {
		random.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
	}
	most := max(len(byLanguage[false]), len(byLanguage[true]))
	if min(len(byLanguage[false]), len(byLanguage[true])) == 0 {
		return nil, nil, nil
	}
	next, turn := map[bool]int{}, false
	for max(next[false], next[true]) < most {
		var data []int
		var text []string
		for max(next[false], next[true]) < most {
			list := byLanguage[turn]
			x := list[next[turn]%len(list)]
			if len(text) > 1 && len(data)+len(x.data) > joinMax {
				break
			}
			next[turn]++
			data = append(append(data, x.data...), make([]int, joinPause)...)
			text = append(text, x.Text)
			used = append(used, x.Reference)
			turn = !turn
		}
		name := fmt.Sprintf("joined-%03d.wav", len(joined)+1)
		if err := writeJoined(filepath.Join(dir, name), data); err != nil {
			return nil, nil, err
		}
		joined = append(joined, eval.Reference{Path: name, Language: mixedLanguage, Text: strings.Join(text, " ")})
	}
	return used, joined, nil
}

// readJoinable returns nil for a file in another form.
func readJoinable(path string) ([]int, error) {
	info, err := probeFile(path)
	if err != nil || info.Format != "wav pcm 16 bit" || info.Rate != joinRate || info.Channels != 1 {
		return nil, nil //nolint:nilerr // what cannot be read is not joined
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	buf, err := wav.NewDecoder(f).FullPCMBuffer()
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return buf.Data, nil
}

func writeJoined(path string, data []int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	out := wav.NewEncoder(f, joinRate, 16, 1, 1)
	err = out.Write(&audio.IntBuffer{Format: &audio.Format{NumChannels: 1, SampleRate: joinRate}, Data: data, SourceBitDepth: 16})
	return errors.Join(err, out.Close(), f.Close())
}
