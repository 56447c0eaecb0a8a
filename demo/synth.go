package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"earshot/models"
)

// soundVersion changes whenever the same script and voices give other sound,
// so that recordings made before are made again.
const soundVersion = "1"

// A synthesiser takes well under a second a sentence; a sentence is well
// under a minute.
const (
	sentenceTimeout = 30 * time.Second
	maxSentenceWAV  = 8 << 20
)

// toolset holds the version of each synthesiser that is installed.
type toolset map[string]string

// findTools looks for the synthesisers that the calls need. The second result
// is nil if there are all.
func findTools(ctx context.Context, calls []*Script) (toolset, *MissingToolsError, error) {
	found, missing := toolset{}, &MissingToolsError{}
	absent := map[string]bool{}
	for _, tool := range []string{flite, espeak} {
		if _, err := exec.LookPath(tool); err != nil {
			absent[tool] = true
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, sentenceTimeout)
		version, err := exec.CommandContext(ctx, tool, "--version").CombinedOutput()
		cancel()
		// Some builds print their version and exit with an error.
		if len(version) == 0 && err != nil {
			if ctx.Err() != nil {
				return nil, nil, ctx.Err()
			}
			absent[tool] = true
			continue
		}
		// Without its data folder, espeak-ng has none of our voices.
		if tool == espeak && !espeakFolder.Match(version) {
			absent[tool] = true
			continue
		}
		found[tool] = string(bytes.TrimSpace(version))
	}
	needed := map[string]bool{}
	for _, s := range calls {
		for _, v := range []voice{voices[s.Voices.Agent], voices[s.Voices.Customer]} {
			if !absent[v.tool] {
				continue
			}
			needed[v.tool] = true
			if !slices.Contains(missing.Calls, s.ID) {
				missing.Calls = append(missing.Calls, s.ID)
			}
		}
	}
	if len(needed) == 0 {
		return found, nil, nil
	}
	missing.Tools = slices.Sorted(maps.Keys(needed))
	return found, missing, nil
}

// key is a hash of all that decides how a call sounds.
func (t toolset) key(s *Script) string {
	h := sha256.New()
	a, c := voices[s.Voices.Agent], voices[s.Voices.Customer]
	fmt.Fprintf(h, "%s\n%s\n%+v %s\n%+v %s\n%s", soundVersion, s.source, a, t[a.tool], c, t[c.tool], wordsFile)
	for _, v := range []voice{a, c} {
		file, _ := voiceFiles.ReadFile("voices/" + v.name) // the English ones have none
		_, _ = h.Write(file)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// sentence ends at a full stop, a question mark or an exclamation mark.
var sentence = regexp.MustCompile(`[^。！？.!?]+[。！？.!?]*`)

// say returns a sentence said by the voice, with its files in dir. A raised voice is 6 dB
// louder, 7 % higher and 6 % faster, as people are who shout down a line.
func (v voice) say(ctx context.Context, dir, text string, raised bool) (samples, error) {
	pace, shift, level := 1.0, v.shift, -23.0
	if raised {
		pace, shift, level = 1.06, v.shift*1.07, -17
	}
	spoken := text
	if v.language == "zh" {
		var err error
		if spoken, err = pinyinOf(text); err != nil {
			return nil, err
		}
	}
	wav := filepath.Join(dir, "sentence.wav")
	ctx, cancel := context.WithTimeout(ctx, sentenceTimeout)
	defer cancel()
	command := v.command(dir, spoken, wav, pace/shift)
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w: %.200s", v.tool, err, out)
	}
	if info, err := os.Stat(wav); err != nil {
		return nil, fmt.Errorf("%s wrote no sound: %w", v.tool, err)
	} else if info.Size() > maxSentenceWAV {
		return nil, fmt.Errorf("%s: %w", v.tool, errTooLarge)
	}
	file, err := os.ReadFile(wav)
	if err != nil {
		return nil, err
	}
	sound, rate, err := decodeWAV(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", v.tool, err)
	}
	sound = resample(sound, float64(rate)*shift).trim()
	if len(sound) == 0 {
		return nil, models.BadInput("%s says nothing for %q", v.tool, text)
	}
	sound.treble(v.treble)
	sound.level(level)
	return sound, nil
}
