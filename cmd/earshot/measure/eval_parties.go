package measure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"earshot/asr"
	"earshot/asr/whispercpp"
	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/eval"
	"earshot/models"
)

// evalPartiesCmd measures how well parties that share a channel are told apart.
type evalPartiesCmd struct {
	Files []string `arg:"" type:"existingfile" help:"Recordings: of two channels, a party each, or of one with an RTTM file of the same name beside it."`
	JSON  bool     `name:"json" help:"Print JSON."`
}

// Help implements kong's help provider.
func (evalPartiesCmd) Help() string {
	return "A recording of two channels says itself who speaks when: it is heard as it is and then with its channels mixed to one. Channels are taken as configured in asr.roles; a sidecar's roles go first."
}

type partyRow struct {
	File string `json:"file"`
	eval.PartyReport
	Named bool `json:"named"` // the reference names parties, not only speakers
}

func (c evalPartiesCmd) Run(ctx context.Context, a *app.App) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	pool, err := whispercpp.New(a.Config.Whisper, []string{program, "speech-worker"}, a.Log)
	if err != nil {
		return err
	}
	var files app.LocalFiles
	apart := a.Config.ASR
	apart.Cache = "" // nothing that was heard before may be used
	apart.Mix = false
	together := apart
	together.Mix = true
	var rows []partyRow
	err = func() error {
		plain, err := asr.New(apart, pool.Engine(), app.Opener{Media: &files}, a.Log)
		if err != nil {
			return err
		}
		mixing, err := asr.New(together, pool.Engine(), app.Opener{Media: &files}, a.Log)
		if err != nil {
			return err
		}
		for _, file := range c.Files {
			row, err := partiesOf(ctx, plain, mixing, &files, file)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			rows = append(rows, row)
		}
		return nil
	}()
	if err := errors.Join(err, pool.Close()); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(a.Out).Encode(rows)
	}
	return printParties(a, rows)
}

func partiesOf(ctx context.Context, plain, mixing *asr.Step, files *app.LocalFiles, file string) (row partyRow, err error) {
	row.File = filepath.Base(file)
	media, err := files.Add(file)
	if err != nil {
		return row, err
	}
	var reference []eval.Spoken
	rttm := strings.TrimSuffix(file, filepath.Ext(file)) + ".rttm"
	if f, openErr := os.Open(rttm); openErr == nil {
		reference, err = eval.ReadRTTM(f, rttm)
		if err := errors.Join(err, f.Close()); err != nil {
			return row, err
		}
	} else {
		row.Named = true
		side := struct{ Media models.Media }{}
		if b, err := os.ReadFile(strings.TrimSuffix(file, filepath.Ext(file)) + ".json"); err == nil {
			if err := json.Unmarshal(b, &side); err != nil {
				return row, models.BadInput("sidecar: %w", err)
			}
		}
		media.Roles = side.Media.Roles
		in := &models.Interaction{Channel: models.Phone, Media: media}
		if _, err := plain.Run(ctx, in); err != nil {
			return row, err
		}
		if in.Transcript.Grade != models.GradeStereo {
			return row, models.BadInput("its channels do not part the parties, and %s is not there", filepath.Base(rttm))
		}
		reference = spokenWords(in.Transcript)
		media.Roles = nil
	}
	in := &models.Interaction{Channel: models.Phone, Media: media}
	if _, err := mixing.Run(ctx, in); err != nil {
		return row, err
	}
	row.PartyReport = eval.Parties(reference, spokenWords(in.Transcript))
	return row, nil
}

func spokenWords(t *models.Transcript) []eval.Spoken {
	var out []eval.Spoken
	for _, turn := range t.Turns {
		for _, w := range turn.Words {
			out = append(out, eval.Spoken{Who: string(turn.Party), Start: w.Start, End: w.End})
		}
	}
	return out
}

func printParties(a *app.App, rows []partyRow) error {
	t := models.Table{Columns: terminal.Columns("recording", "words", "voices", "told apart %", "right party %", "unknown %")}
	share := func(n, of int) any { return 100 * float64(n) / float64(max(of, 1)) }
	var sum, named eval.PartyReport
	for _, r := range rows {
		right := any(nil)
		if r.Named {
			right = share(r.Right, r.Words)
			named.Words += r.Words
			named.Right += r.Right
		}
		t.Rows = append(t.Rows, []any{r.File, r.Words, r.Voices, share(r.Apart, r.Words), right, share(r.Unknown, r.Words)})
		sum.Words += r.Words
		sum.Apart += r.Apart
		sum.Unknown += r.Unknown
	}
	t.Rows = append(t.Rows, []any{"all", sum.Words, nil, share(sum.Apart, sum.Words), share(named.Right, named.Words), share(sum.Unknown, sum.Words)})
	return terminal.PrintTable(a.Out, t, "table")
}
