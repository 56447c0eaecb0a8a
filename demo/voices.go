package demo

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

// A voice is how one party of a call sounds.
type voice struct {
	language string
	tool     string
	name     string  // for the Chinese ones a file in voices
	shift    float64 // moves pitch and formants: above 1 for a smaller speaker
	treble   float64 // decibels added above 2.5 kHz
}

// The voices are ones that base Whisper understands over a telephone line. The
// Chinese ones are espeak-ng's pinyin voice with formants of our own, nearer to
// its plain ones than its female variants are, and with more treble, since a
// line takes away what tells many consonants apart.
var voices = map[string]voice{
	"zh-1": {language: "zh", tool: espeak, name: "zh1", shift: 1, treble: 7},
	"zh-2": {language: "zh", tool: espeak, name: "zh2", shift: 0.96, treble: 7},
	"zh-3": {language: "zh", tool: espeak, name: "zh3", shift: 0.98, treble: 7},
	"en-1": {language: "en", tool: flite, name: "slt", shift: 1},
	"en-2": {language: "en", tool: flite, name: "rms", shift: 1},
}

const (
	espeak = "espeak-ng"
	flite  = "flite"
)

// espeakPace is words a minute as espeak-ng counts them, about three Chinese
// characters a second; 80 of 200 keeps its loudest vowels from clipping.
const espeakPace, espeakLoudness = 140, 80

// command returns the program and arguments that say text into a WAV file,
// pace times as fast as usual. The voices of espeak-ng lie in folder data.
func (v voice) command(data, text, wav string, pace float64) []string {
	if v.tool == flite {
		stretch := strconv.FormatFloat(1/pace, 'f', 3, 64)
		return []string{flite, "-voice", v.name, "--setf", "duration_stretch=" + stretch, "-t", text, "-o", wav}
	}
	words := strconv.Itoa(int(espeakPace*pace + 0.5))
	return []string{espeak, "--path=" + data, "-v", "cmn-latn-pinyin+" + v.name, "-s", words, "-a", strconv.Itoa(espeakLoudness), "-w", wav, text}
}

//go:embed voices
var voiceFiles embed.FS

// espeakFolder finds the folder of espeak-ng's data in what it says of itself.
var espeakFolder = regexp.MustCompile(`(?m)Data at: (\S.*?)\s*$`)

// espeakData makes a data folder for espeak-ng in dir that has our voices
// beside all of its own: espeak-ng takes voices from its data folder only.
func espeakData(dir, installed string) error {
	ours := filepath.Join(dir, "espeak-ng-data")
	variants := filepath.Join(ours, "voices", "!v")
	if err := os.MkdirAll(variants, 0o755); err != nil {
		return err
	}
	for _, folder := range []string{"", "voices"} {
		entries, err := os.ReadDir(filepath.Join(installed, folder))
		if err != nil {
			return fmt.Errorf("read the data of espeak-ng: %w", err)
		}
		for _, e := range entries {
			if e.Name() == "voices" || e.Name() == "!v" {
				continue
			}
			if err := os.Symlink(filepath.Join(installed, folder, e.Name()), filepath.Join(ours, folder, e.Name())); err != nil {
				return err
			}
		}
	}
	entries, err := voiceFiles.ReadDir("voices")
	if err != nil {
		return err
	}
	for _, e := range entries {
		text, err := voiceFiles.ReadFile("voices/" + e.Name())
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(variants, e.Name()), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
