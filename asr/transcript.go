package asr

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"earshot/models"
)

// sameSignal is the correlation above which two channels carry one signal.
const sameSignal = 0.97

func fakeStereo(same float64, channels int) bool {
	return channels == 2 && (same > sameSignal || same < -sameSignal)
}

// transcript makes the conversation out of what was heard.
func (s *Step) transcript(h *hearing, media *models.Media) *models.Transcript {
	t := &models.Transcript{Grade: models.GradeStereo, Length: h.Length, Turns: []models.Turn{}}
	roles := s.roles(h, media)
	spoken, lone := 0, 0 // channels that somebody speaks on, and the last of them
	for c, track := range h.Tracks {
		if track.Speech > 0 {
			spoken, lone = spoken+1, c
		}
	}
	parties := func(channel, _ int) models.Party { return roles[channel] }
	switch {
	case len(h.Tracks) == 1:
		parties = attribute(t, h.Tracks[0], media.Roles)
	case fakeStereo(h.Same, len(h.Tracks)):
		t.Notes = append(t.Notes, "fake stereo: both channels carry the same signal; heard as one")
		parties = attribute(t, h.Tracks[0], nil)
	default:
		for c, track := range h.Tracks {
			if track.Speech == 0 {
				t.Notes = append(t.Notes, fmt.Sprintf("nobody speaks on channel %d (%s)", c+1, roles[c]))
			}
		}
		if spoken == 1 && h.Tracks[lone].TwoVoices {
			parties = attribute(t, h.Tracks[lone], nil)
		}
	}
	written := map[string]int{}
	for c, track := range h.Tracks {
		parts := make([]models.Party, len(track.Phrases))
		for i, byMachine := range machine(track.Phrases) {
			parts[i] = parties(c, i)
			if byMachine {
				parts[i] = models.System
			}
		}
		for i := 0; i < len(track.Phrases); {
			k := i + 1
			for k < len(parts) && parts[k] == parts[i] && s.follows(track.Phrases[k-1], track.Phrases[k]) {
				k++
			}
			turn, terms := s.turn(join(track.Phrases[i:k]), parts[i])
			for _, term := range terms {
				written[term]++
			}
			t.Turns = append(t.Turns, turn)
			if turn.Party == models.System {
				t.Events = append(t.Events, models.Event{Kind: prompts, Party: roles[c], Start: turn.Start, End: turn.End})
			}
			i = k
		}
		for _, e := range track.Events {
			t.Events = append(t.Events, models.Event{Kind: e.Kind, Party: roles[c], Start: e.Start, End: e.End})
		}
	}
	slices.SortStableFunc(t.Turns, func(a, b models.Turn) int { return cmp.Compare(a.Start, b.Start) })
	slices.SortStableFunc(t.Events, func(a, b models.Event) int { return cmp.Compare(a.Start, b.Start) })
	t.Language = language(t.Turns)
	for _, term := range slices.Sorted(maps.Keys(written)) {
		t.Notes = append(t.Notes, fmt.Sprintf("glossary: %q put for what sounds like it, %d times", term, written[term]))
	}
	return t
}

// follows tells whether b goes on where a stops, as part of one turn.
func (s *Step) follows(a, b phrase) bool {
	return b.Start-a.End <= models.Millis(s.cfg.Pause.Milliseconds()) && a.Language == b.Language
}

// join makes one phrase of several that follow each other. How it sounds is
// the mean of how they do, weighted by their length.
func join(ps []phrase) phrase {
	if len(ps) == 1 {
		return ps[0]
	}
	out := ps[0]
	out.Words = nil
	var tone models.Tone
	var total, pitched float64
	for _, p := range ps {
		words := slices.Clone(p.Words)
		if n := len(out.Words); n > 0 && needsSpace(out.Words[n-1].Text, words[0].Text) {
			words[0].Text = " " + words[0].Text
		}
		out.Words = append(out.Words, words...)
		out.End = max(out.End, p.End)
		if p.Tone == nil {
			continue
		}
		n := max((p.End - p.Start).Seconds(), 0.01)
		total += n
		tone.Loudness += n * p.Tone.Loudness
		tone.Voiced += n * p.Tone.Voiced
		if p.Tone.Pitch > 0 {
			tone.Pitch += n * p.Tone.Pitch
			pitched += n
		}
	}
	if total > 0 {
		tone.Loudness, tone.Voiced = round(tone.Loudness/total, 10), round(tone.Voiced/total, 1000)
		tone.Pitch = round(tone.Pitch/max(pitched, 0.01), 10)
		tone.Pace = pace(&out)
		out.Tone = &tone
	}
	return out
}

// roles returns who speaks on each channel: as the recording says, or as
// configured; channels that neither names are unknown.
func (s *Step) roles(h *hearing, media *models.Media) []models.Party {
	named := media.Roles
	if len(named) == 0 {
		named = s.cfg.Roles
	}
	roles := make([]models.Party, len(h.Tracks))
	for i := range roles {
		if roles[i] = models.Unknown; i < len(named) {
			roles[i] = named[i]
		}
	}
	return roles
}

// turn makes a turn of a phrase, and tells which terms of the glossary were put
// into it.
func (s *Step) turn(p phrase, party models.Party) (models.Turn, []string) {
	words, terms := s.terms.correct(s.script.words(p.Words))
	t := models.Turn{Party: party, Start: p.Start, End: p.End, Language: p.Language, NoSpeech: round(p.NoSpeech, 1000), Tone: p.Tone}
	var b strings.Builder
	sum := 0.0
	for _, w := range words {
		text := strings.TrimLeft(widen(w.Text), " ")
		if len(text) < len(w.Text) && b.Len() > 0 {
			b.WriteByte(' ')
		}
		from := b.Len()
		b.WriteString(text)
		t.Words = append(t.Words, models.Word{From: from, To: b.Len(), Start: w.Start, End: w.End, Confidence: round(w.Confidence, 1000)})
		sum += w.Confidence
	}
	t.Text = b.String()
	t.Confidence = round(sum/float64(max(1, len(words))), 1000)
	return t, terms
}

// wide are the Chinese forms of punctuation that Whisper writes in Latin.
var wide = map[rune]rune{',': '，', '?': '？', '!': '！', ':': '：', ';': '；', '.': '。'}

// widen gives Chinese words Chinese punctuation.
func widen(text string) string {
	afterHan := false
	return strings.Map(func(r rune) rune {
		if w, ok := wide[r]; ok && afterHan {
			return w
		}
		afterHan = unicode.Is(unicode.Han, r)
		return r
	}, text)
}

// needsSpace tells whether two words of a script with spaces meet.
func needsSpace(before, after string) bool {
	a, _ := utf8.DecodeLastRuneInString(before)
	b, _ := utf8.DecodeRuneInString(after)
	return a < 0x2e80 && b < 0x2e80 && a > ' ' && b > ' '
}

// language is the one in which most was said.
func language(turns []models.Turn) string {
	count, best := map[string]int{}, ""
	for _, t := range turns {
		count[t.Language] += len(t.Words)
		if count[t.Language] > count[best] {
			best = t.Language
		}
	}
	return best
}

// isEcho tells whether a recogniser only repeated its prompt, as Whisper does
// with speech that it does not understand.
func (s *Step) isEcho(h Heard) bool {
	if len(h.Segments) == 0 {
		return false
	}
	var b strings.Builder
	for _, g := range h.Segments {
		b.WriteString(g.Text())
	}
	text := letters(b.String())
	for _, prompt := range []string{s.cfg.Prompts[h.Language], s.prompt[h.Language]} {
		if prompt != "" && text == letters(prompt) {
			return true
		}
	}
	return false
}
