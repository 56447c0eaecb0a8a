package eval

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"earshot/models"
)

// Reference is a recording with what is said in it, nothing where nobody
// speaks. The path may end in #L or #R: only the first or the second channel
// is meant.
type Reference struct {
	Path     string `json:"path"`
	Language string `json:"language"`
	Text     string `json:"reference"`
}

// ReadReferences reads lines of path, language and text, separated by tabs.
// Lines that are empty or begin with # are passed over, as is a first line
// that names the columns. An error names the line.
func ReadReferences(r io.Reader, name string) ([]Reference, error) {
	var out []Reference
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, models.MaxTurnBytes)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimPrefix(lines.Text(), "\ufeff")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if n == 1 && len(f) >= 3 && (f[0] == "path" || f[0] == "audio") {
			continue
		}
		if len(f) != 3 || strings.TrimSpace(f[0]) == "" {
			return nil, models.BadInput("%s:%d: want audio path, language and reference, separated by tabs; got %d columns", name, n, len(f))
		}
		out = append(out, Reference{strings.TrimSpace(f[0]), strings.TrimSpace(f[1]), strings.TrimSpace(f[2])})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(out) == 0 {
		return nil, models.BadInput("%s: no references: want a line each of audio path, language and reference, separated by tabs", name)
	}
	return out, nil
}

// ReadHeard reads what a program heard: lines of audio path, as the references
// have it, and text, separated by a tab. An error names the line.
func ReadHeard(r io.Reader, name string) (map[string]string, error) {
	out := map[string]string{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, models.MaxTurnBytes)
	for n := 1; lines.Scan(); n++ {
		path, text, ok := strings.Cut(lines.Text(), "\t")
		if !ok {
			return nil, models.BadInput("%s:%d: want audio path and what was heard, separated by a tab", name, n)
		}
		out[path] = text
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return out, nil
}

// Clip is a reference with what was heard.
type Clip struct {
	Reference
	Hypothesis string  `json:"hypothesis"`
	SampleRate int     `json:"sample_rate,omitempty"` // of the file, in hertz
	Seconds    float64 `json:"seconds,omitempty"`
	Failed     string  `json:"failed,omitempty"` // why nothing could be heard

	// Unfiltered is what would have been heard had nothing been left out as noise
	// or invention; empty if nobody asked.
	Unfiltered string `json:"unfiltered,omitempty"`
	Dropped    int    `json:"dropped,omitempty"` // words or characters said that only Unfiltered has

	Units     int     `json:"units"` // words or characters in the reference
	ErrorRate float64 `json:"error_rate"`
	Errors
}

// Cost is what hearing all clips took.
type Cost struct {
	AudioSeconds  float64 `json:"audio_seconds"`  // of the recordings
	SpeechSeconds float64 `json:"speech_seconds"` // that the recogniser was given, of all channels
	WallSeconds   float64 `json:"wall_seconds"`
	CPUSeconds    float64 `json:"cpu_seconds"`
	PeakBytes     int64   `json:"peak_memory_bytes"`
	Windows       int     `json:"windows"`       // that the speech was gathered into
	Encoded       int     `json:"encoded"`       // runs of the recogniser's encoder
	EncodedWidth  float64 `json:"encoded_width"` // of its context that they computed; a run over all of it counts 1
	Redone        int     `json:"redone"`        // windows that needed a second try
	Untold        int     `json:"untold"`        // windows in which more than 2.5 s of speech stayed without text
}

// ASRGroup sums up the clips of one language and sample rate. Its error rate
// counts words, or characters where the language is Chinese.
type ASRGroup struct {
	Language   string  `json:"language"`
	SampleRate int     `json:"sample_rate"`
	Measure    string  `json:"measure"` // WER, CER or MER
	Clips      int     `json:"clips"`
	Seconds    float64 `json:"seconds"`
	Units      int     `json:"units"`
	ErrorRate  float64 `json:"error_rate"`
	Errors
}

// ASRReport is the outcome of a measurement.
type ASRReport struct {
	Model     string     `json:"model,omitempty"`
	ErrorRate float64    `json:"error_rate"` // over all clips: errors by words, for Chinese by characters
	Units     int        `json:"units"`
	Invented  int        `json:"invented"` // words or characters heard in clips in which nobody speaks
	Dropped   int        `json:"dropped"`  // words or characters that were said and left out as noise or invention
	Groups    []ASRGroup `json:"groups"`
	Clips     []Clip     `json:"clips"`
	Cost
	RealTimeFactor float64 `json:"real_time_factor"` // wall seconds a second of audio
}

// ASR counts the errors of what was heard: words for English and other
// languages with spaces, in the form Whisper's authors compare, characters
// for Chinese, and both where a clip is in both (such as en+zh: the mixed error
// rate). A clip that failed counts as heard empty.
func ASR(clips []Clip, cost Cost, english English, chinese Chinese) ASRReport {
	r := ASRReport{Clips: slices.Clone(clips), Cost: cost}
	type group struct {
		language string
		rate     int
	}
	groups := map[group]*ASRGroup{}
	errors := 0
	for i := range r.Clips {
		c := &r.Clips[i]
		language, measure := c.Language, "WER"
		split := english.Words
		switch {
		case strings.Contains(c.Language, "zh") && strings.Contains(c.Language, "+"):
			measure, split = "MER", func(text string) []string { return mixedUnits(text, english, chinese) }
		case isChinese(c.Reference):
			language, measure, split = "zh", "CER", chinese.Characters
		}
		want := split(c.Text)
		c.Errors = Align(want, split(c.Hypothesis))
		c.Units, c.ErrorRate = len(want), rate(c.Sum(), len(want))
		if len(want) == 0 {
			r.Invented += c.Insertions
		}
		if c.Unfiltered != "" {
			all := Align(want, split(c.Unfiltered))
			c.Dropped = max(0, c.Substitutions+c.Deletions-all.Substitutions-all.Deletions)
			r.Dropped += c.Dropped
		}
		k := group{language, c.SampleRate}
		g := groups[k]
		if g == nil {
			g = &ASRGroup{Language: language, SampleRate: c.SampleRate, Measure: measure}
			groups[k] = g
		}
		g.Clips++
		g.Seconds += c.Seconds
		g.Units += c.Units
		g.Errors = g.add(c.Errors)
		r.Units += c.Units
		errors += c.Sum()
	}
	for _, g := range groups {
		g.ErrorRate = rate(g.Sum(), g.Units)
		r.Groups = append(r.Groups, *g)
	}
	slices.SortFunc(r.Groups, func(a, b ASRGroup) int {
		return cmp.Or(cmp.Compare(a.Language, b.Language), cmp.Compare(a.SampleRate, b.SampleRate))
	})
	r.ErrorRate = rate(errors, r.Units)
	if cost.AudioSeconds > 0 {
		r.RealTimeFactor = cost.WallSeconds / cost.AudioSeconds
	}
	return r
}

// mixedUnits splits text of several languages: Chinese into characters, the
// rest into words.
func mixedUnits(text string, english English, chinese Chinese) []string {
	var out []string
	for len(text) > 0 {
		han := strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
		if han < 0 {
			han = len(text)
		}
		out = append(out, english.Words(text[:han])...)
		text = text[han:]
		other := strings.IndexFunc(text, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Han, r) })
		if other < 0 {
			other = len(text)
		}
		out = append(out, chinese.Characters(text[:other])...)
		text = text[other:]
	}
	return out
}

func rate(errors, units int) float64 {
	if units == 0 {
		return 0
	}
	return float64(errors) / float64(units)
}

// isChinese goes by the language given and, where none is, by the script.
func isChinese(r Reference) bool {
	if r.Language != "" {
		return r.Language == "zh" || strings.HasPrefix(r.Language, "zh-") || r.Language == "cmn" || r.Language == "yue"
	}
	han, other := 0, 0
	for _, c := range r.Text {
		if unicode.Is(unicode.Han, c) {
			han++
		} else if unicode.IsLetter(c) {
			other++
		}
	}
	return han*3 > other
}
