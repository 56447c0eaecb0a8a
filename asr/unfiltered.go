package asr

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"earshot/models"
)

// leastVoice is the voice probability, for one frame of it, of sound that may
// hold a word.
const leastVoice = 0.1

// Unfiltered returns the transcript of a recording that Run has transcribed, and
// which is still in the cache, with what the step would have left out: phrases
// taken for what nobody said, and what is heard in faint or short stretches,
// or beside signal tones. What stands in it and not in the other is mostly invented;
// where it was said, it was wrongly dropped. It is for measuring.
func (s *Step) Unfiltered(ctx context.Context, media *models.Media) (*models.Transcript, error) {
	key := s.cache.key(media)
	file, err := s.fetch(ctx, media)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // nothing is written to it any more
	h, err := s.cache.get(key, file.seal)
	if err != nil {
		return nil, err
	}
	if h == nil {
		return nil, errors.New("the recording has not been heard")
	}
	rec, err := s.load(ctx, file, media)
	if err != nil {
		return nil, err
	}
	for c, t := range rec.tracks {
		if c > 0 && fakeStereo(rec.same, len(rec.tracks)) {
			break
		}
		if err := s.addFaint(ctx, c, t, &h.Tracks[c]); err != nil {
			return nil, errors.Join(err, rec.close())
		}
	}
	return s.transcript(h, media), rec.close()
}

// addFaint adds to a track's phrases its ghosts, and what is heard outside the
// stretches of speech.
func (s *Step) addFaint(ctx context.Context, channel int, t *track, h *heardTrack) error {
	voice, err := s.voices(ctx, t)
	if err != nil {
		return err
	}
	cut, err := s.cut(ctx, t)
	if err != nil {
		return err
	}
	spans, pauses := faint(voice, cut.speech, t.n)
	ws := pack(channel, spans, pauses, windowMax, mostSlack)
	heard := make([]Heard, len(ws))
	for i, w := range ws {
		if heard[i], err = s.ask(ctx, t, w, h.Language); err != nil {
			return err
		}
	}
	h.Phrases = append(append(h.Phrases, h.Ghosts...), s.gather(false, voice, ws, heard)...)
	slices.SortStableFunc(h.Phrases, func(a, b phrase) int { return cmp.Compare(a.Start, b.Start) })
	return nil
}

// faint returns the stretches, outside those of speech, that may hold a word,
// padded as far as speech allows, and where they may be parted.
func faint(voice []float32, speech []Span, n int) (out, pauses []Span) {
	edge := 0
	within := func(gap Span) {
		first := len(out)
		for f := gap.From / VoiceFrame; f*VoiceFrame < gap.To && f < len(voice); f++ {
			if voice[f] < leastVoice {
				continue
			}
			s := Span{max(gap.From, f*VoiceFrame-padding), min(gap.To, (f+1)*VoiceFrame+padding)}
			if k := len(out) - 1; k >= first && s.From <= out[k].To {
				out[k].To = s.To
			} else {
				out = append(out, s)
			}
		}
		out = append(out[:first], slices.DeleteFunc(out[first:], func(s Span) bool { return s.Len() < VoiceFrame })...)
		for _, s := range out[first:] {
			pauses = append(pauses, weakest(s, voice)...)
		}
	}
	for _, s := range speech {
		within(Span{edge, s.From})
		edge = s.To
	}
	within(Span{edge, n})
	return out, pauses
}
