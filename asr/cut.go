package asr

import (
	"context"
	"fmt"
)

const (
	windowMax   = 28 * Rate // longer ones lose words at Whisper's 30 s border
	padding     = Rate / 4  // kept before and after a stretch of speech
	maxGap      = Rate / 10 // between two padded stretches; longer silences are shortened to it
	minSpeech   = Rate / 5  // shorter stretches are clicks
	hysteresis  = 0.15      // speech goes on down to this much below the threshold
	voiceChunk  = 60 * Rate / VoiceFrame * VoiceFrame
	voiceWarmUp = 2 * Rate / VoiceFrame * VoiceFrame // before a chunk, for the detector's memory
)

// voices returns the voice probability of every VoiceFrame of the track.
func (s *Step) voices(ctx context.Context, t *track) ([]float32, error) {
	var all []float32
	for from := 0; from < t.n; from += voiceChunk {
		lead := min(from, voiceWarmUp)
		pcm, err := t.read(from-lead, min(from+voiceChunk, t.n))
		if err != nil {
			return nil, err
		}
		p, err := s.engine.Voice.Voice(ctx, pcm)
		if err != nil {
			return nil, err
		}
		if lead/VoiceFrame > len(p) {
			return nil, fmt.Errorf("voice detector: %d frames for %d samples", len(p), len(pcm))
		}
		all = append(all, p[lead/VoiceFrame:]...)
	}
	return all, nil
}

// stretches returns where somebody speaks among n samples, with padding on
// both sides, and the pauses at which a stretch may be parted: short silences
// in it and, where windowMax goes by without one, the place where the voice is
// weakest.
func (s *Step) stretches(voice []float32, n int) (speech, pauses []Span) {
	on := float32(s.cfg.VoiceThreshold)
	off := on - hysteresis
	quiet := max(1, int(s.cfg.MinSilence.Seconds()*Rate)/VoiceFrame)
	var raw []Span // in frames
	start, silent := -1, 0
	for i, p := range voice {
		switch {
		case start < 0 && p >= on:
			start, silent = i, 0
		case start >= 0 && p >= off:
			silent = 0
		case start >= 0:
			if silent++; silent >= quiet {
				raw = append(raw, Span{start, i - silent + 1})
				start = -1
			}
		}
	}
	if start >= 0 {
		raw = append(raw, Span{start, len(voice) - silent})
	}
	last := 0 // where the speech before ends
	for _, r := range raw {
		if r.Len()*VoiceFrame < minSpeech {
			continue
		}
		r = Span{r.From * VoiceFrame, min(n, r.To*VoiceFrame)}
		from, to := max(0, r.From-padding), min(n, r.To+padding)
		if k := len(speech) - 1; k >= 0 && from <= speech[k].To {
			speech[k].To = to
			pauses = append(pauses, Span{last, r.From})
		} else {
			speech = append(speech, Span{from, to})
		}
		pauses = append(pauses, weakest(r, voice)...)
		last = r.To
	}
	return speech, pauses
}

// weakest returns the places, each in the frame of the weakest voice, at which
// to part speech without a pause that is too long for a window.
func weakest(s Span, voice []float32) (out []Span) {
	const longest = windowMax - 2*padding
	for s.Len() > longest {
		// The place lies in the later half.
		best, low := s.From+longest, float32(2)
		for f := (s.From + longest/2) / VoiceFrame; (f+1)*VoiceFrame < s.From+longest && f < len(voice); f++ {
			if voice[f] <= low {
				best, low = f*VoiceFrame+VoiceFrame/2, voice[f]
			}
		}
		out = append(out, Span{best, best})
		s.From = best
	}
	return out
}

// A letter takes at most this long to say, a Chinese character three times as
// long, a word at least as long as a character.
const slowestLetter = Rate / 5

// skipped returns the longest run of speech, in samples, that the recogniser
// jumped over: that no segment covers, or that one covers with too few words
// for anybody to speak so slowly. Silences between do not end a run.
func skipped(speech []Span, segments []Segment) int {
	longest, run := 0, 0
	for _, s := range speech {
		at := s.From
		for _, g := range segments {
			if g.To <= s.From || g.From >= s.To {
				continue
			}
			longest = max(longest, run+max(0, g.From-at))
			run = 0
			at = max(at, min(g.To, s.To))
		}
		run += s.To - at
		longest = max(longest, run)
	}
	for _, g := range segments {
		longest = max(longest, g.slow(speech))
	}
	return longest
}

// slow returns how much more speech a segment covers, in samples, than saying
// its words takes anybody.
func (g Segment) slow(speech []Span) int {
	n := -Rate / 2
	for _, s := range speech {
		n += max(0, min(g.To, s.To)-max(g.From, s.From))
	}
	for _, w := range g.Words {
		n -= int(max(weight(w.Text), 3) * slowestLetter)
	}
	return n
}
