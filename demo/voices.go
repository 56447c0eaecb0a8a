package demo

import "strconv"

// A voice is a synthesiser's voice, moved in pitch so that the two parties of
// a call do not sound like one person.
type voice struct {
	language string
	tool     string
	name     string
	pace     float64 // 1 is the synthesiser's own
	shift    float64 // moves pitch and formants: above 1 for a smaller speaker
}

var voices = map[string]voice{
	"zh-1": {language: "zh", tool: espeak, name: "cmn-latn-pinyin+Annie", pace: 1, shift: 1},
	"zh-2": {language: "zh", tool: espeak, name: "cmn-latn-pinyin+Annie", pace: 1, shift: 0.9},
	"zh-3": {language: "zh", tool: espeak, name: "cmn-latn-pinyin+Annie", pace: 1, shift: 0.9},
	"en-1": {language: "en", tool: flite, name: "slt", pace: 1, shift: 1},
	"en-2": {language: "en", tool: flite, name: "rms", pace: 1, shift: 1},
}

const (
	espeak = "espeak-ng"
	flite  = "flite"
)

// espeakPace is the words a minute at which base Whisper understands the
// Chinese voice best; 80 of 200 keeps the loudest vowels from clipping.
const espeakPace, espeakLoudness = 120, 80

// command returns the arguments that make the tool say the text it is given
// and write a WAV file, faster by raised's pace where the voice is raised.
func (v voice) command(text, wav string, pace float64) []string {
	if v.tool == flite {
		stretch := strconv.FormatFloat(1/(v.pace*pace/v.shift), 'f', 3, 64)
		return []string{flite, "-voice", v.name, "--setf", "duration_stretch=" + stretch, "-t", text, "-o", wav}
	}
	words := strconv.Itoa(int(espeakPace*v.pace*pace/v.shift + 0.5))
	return []string{espeak, "-v", v.name, "-s", words, "-a", strconv.Itoa(espeakLoudness), "-w", wav, text}
}
