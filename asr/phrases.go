package asr

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"earshot/models"
)

// Where several parties share a channel, phrases end at a short pause or at
// the end of a sentence: the next one may be another's.
const sharedPause = models.Millis(250)

// phrases puts the words of a channel to their true times and gathers those
// that follow each other without a pause.
func (s *Step) phrases(t *track, shared bool, voice []float32, speech []Span, ws []packed, heard []Heard) (heardTrack, error) {
	out := heardTrack{Language: mainLanguage(heard), Speech: seconds(speech)}
	for _, p := range s.gather(shared, voice, ws, heard) {
		if isGhost(p) {
			out.Ghosts = append(out.Ghosts, p)
		} else {
			out.Phrases = append(out.Phrases, p)
		}
	}
	var prints []*voiceprint
	for i := range out.Phrases {
		p := &out.Phrases[i]
		pcm, err := t.read(fromMillis(p.Start), fromMillis(p.End))
		if err != nil {
			return out, err
		}
		p.Tone = tone(pcm, p)
		if shared {
			prints = append(prints, takePrint(pcm))
		}
	}
	if len(prints) > 0 {
		var speakers []int
		speakers, out.TwoVoices = partVoices(prints)
		for i, speaker := range speakers {
			out.Phrases[i].Speaker = speaker
		}
	}
	return out, nil
}

// gather makes phrases of the words of all windows.
func (s *Step) gather(shared bool, voice []float32, ws []packed, heard []Heard) []phrase {
	var out []phrase
	pause := models.Millis(s.cfg.Pause.Milliseconds())
	if shared {
		pause = sharedPause
	}
	for i, w := range ws {
		for _, g := range heard[i].Segments {
			language := heard[i].languageOf(g)
			for _, word := range place(w, g, voice) {
				k := len(out) - 1
				if k < 0 || word.Start-out[k].End > pause || out[k].Language != language || shared && endsSentence(out[k]) {
					out = append(out, phrase{Start: word.Start, Language: language, NoSpeech: heard[i].NoSpeech})
					k++
					word.Text = strings.TrimLeft(word.Text, " ")
				}
				p := &out[k]
				p.Words = append(p.Words, word)
				p.End = max(p.End, word.End)
			}
		}
	}
	for i := range out {
		out[i].Voice = voiceOf(voice, out[i].Start, out[i].End)
	}
	return out
}

func endsSentence(p phrase) bool {
	text := p.Words[len(p.Words)-1].Text
	return strings.ContainsAny(text[max(0, len(text)-3):], ".?!。？！")
}

func fromMillis(m models.Millis) int { return int(int64(m) * Rate / 1000) }

// voiceOf returns the voice probability that the phrase's clearest third of
// frames reaches.
func voiceOf(voice []float32, start, end models.Millis) float64 {
	from, to := fromMillis(start)/VoiceFrame, min(len(voice), fromMillis(end)/VoiceFrame+1)
	if from >= to {
		return 0
	}
	frames := slices.Sorted(slices.Values(voice[from:to]))
	return float64(frames[len(frames)*2/3])
}

// mainLanguage is the one of most words.
func mainLanguage(heard []Heard) string {
	count, best := map[string]int{}, ""
	for _, h := range heard {
		for _, g := range h.Segments {
			l := h.languageOf(g)
			if count[l] += len(g.Words); count[l] > count[best] {
				best = l
			}
		}
	}
	return best
}

// place spreads a segment's words over its voiced time, in proportion to how
// long they take to say, and maps them back to the track. Recognisers know
// where a phrase lies, to 0.1 s or so, but little of the words inside it;
// keeping words out of silences is what matters to whoever measures those.
func place(w packed, g Segment, voice []float32) []timedWord {
	if len(g.Words) == 0 {
		return nil
	}
	frames := voiced(w, g, voice)
	total := 0.0
	for _, word := range g.Words {
		total += weight(word.Text)
	}
	out := make([]timedWord, len(g.Words))
	sum := 0.0
	for i, word := range g.Words {
		from := sum / total * float64(len(frames))
		sum += weight(word.Text)
		from, to := unbroken(frames, from, sum/total*float64(len(frames)))
		out[i] = timedWord{Word: word, Start: timeOf(frames, from, int(from)), End: timeOf(frames, to, int(math.Ceil(to))-1)}
	}
	return out
}

// maxBreak is a silence, in samples, that no word is spread over.
const maxBreak = Rate / 4

// unbroken narrows from to to, places among the frames, to the longest part
// that no silence breaks.
func unbroken(frames []int, from, to float64) (bestFrom, bestTo float64) {
	start := from
	for i := int(from); i < len(frames) && float64(i) < to; i++ {
		border := i+1 < len(frames) && frames[i+1]-frames[i] > maxBreak
		if !border && float64(i+1) < to {
			continue
		}
		if end := min(float64(i+1), to); end-start >= bestTo-bestFrom {
			bestFrom, bestTo = start, end
		}
		start = float64(i + 1)
	}
	return bestFrom, bestTo
}

// timeOf returns the time of place x among the frames, as a part of frame i:
// at a silence the end of one frame and the start of the next are one place.
func timeOf(frames []int, x float64, i int) models.Millis {
	i = min(max(i, 0), len(frames)-1)
	return toMillis(frames[i] + int((x-float64(i))*VoiceFrame))
}

// voiced returns the places in the track of the frames in which the segment
// is spoken, in order; at least one.
func voiced(w packed, g Segment, voice []float32) []int {
	var all, loud []int
	for at := g.From; at < max(g.To, g.From+1); at += VoiceFrame {
		in := false
		for _, p := range w.pieces {
			in = in || at >= p.dst && at < p.dst+p.n
		}
		if !in {
			continue
		}
		src := w.back(at)
		all = append(all, src)
		if f := src / VoiceFrame; f < len(voice) && voice[f] >= 0.35 {
			loud = append(loud, src)
		}
	}
	switch {
	case len(loud) > 0:
		return loud
	case len(all) > 0:
		return all
	}
	return []int{w.back(g.From)}
}

// weight says how long a word takes to say, in letters: a Chinese character
// about as long as three Latin ones.
func weight(text string) float64 {
	n := 0.0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			n += 3
		case unicode.IsNumber(r):
			n += 3
		case unicode.IsLetter(r):
			n++
		}
	}
	return max(n, 1)
}
