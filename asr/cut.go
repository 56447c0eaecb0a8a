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
// both sides. None is longer than windowMax: such a one is cut where the
// voice is weakest.
func (s *Step) stretches(voice []float32, n int) []Span {
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
	var out []Span
	for _, r := range raw {
		if r.Len()*VoiceFrame < minSpeech {
			continue
		}
		from, to := max(0, r.From*VoiceFrame-padding), min(n, r.To*VoiceFrame+padding)
		if k := len(out) - 1; k >= 0 && from <= out[k].To {
			from = out[k].From
			out = out[:k]
		}
		out = appendCut(out, Span{from, to}, voice)
	}
	return out
}

// appendCut appends the stretch, in pieces no longer than windowMax.
func appendCut(out []Span, s Span, voice []float32) []Span {
	for s.Len() > windowMax {
		// The cut lies in the later half, in the frame of the weakest voice.
		best, low := s.From+windowMax, float32(2)
		for f := (s.From + windowMax/2) / VoiceFrame; (f+1)*VoiceFrame < s.From+windowMax && f < len(voice); f++ {
			if voice[f] <= low {
				best, low = f*VoiceFrame+VoiceFrame/2, voice[f]
			}
		}
		out = append(out, Span{s.From, best})
		s.From = best
	}
	return append(out, s)
}

// piece is a stretch of speech in a window: src in the track, dst in the
// window, n samples long.
type piece struct{ src, dst, n int }

// packed is speech of one channel, gathered into one window.
type packed struct {
	channel int
	pieces  []piece
	n       int // samples
}

// pack gathers stretches, in order, into windows of at most limit samples.
// Long silences between them are shortened.
func pack(channel int, speech []Span, limit int) []packed {
	var out []packed
	for i, s := range speech {
		gap := 0
		if i > 0 {
			gap = min(s.From-speech[i-1].To, maxGap)
		}
		if k := len(out) - 1; k >= 0 && out[k].n+gap+s.Len() <= limit {
			out[k].pieces = append(out[k].pieces, piece{s.From, out[k].n + gap, s.Len()})
			out[k].n += gap + s.Len()
			continue
		}
		out = append(out, packed{channel, []piece{{s.From, 0, s.Len()}}, s.Len()})
	}
	return out
}

// pcm assembles the window's samples. A shortened silence is the beginning of
// the real one: the call's own background, which no recogniser stumbles over.
func (p packed) pcm(t *track) ([]float32, error) {
	out := make([]float32, 0, p.n)
	for i, pc := range p.pieces {
		end := pc.src + pc.n
		if i+1 < len(p.pieces) {
			end += p.pieces[i+1].dst - (pc.dst + pc.n)
		}
		part, err := t.read(pc.src, end)
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	return out, nil
}

// speech returns the window's pieces as spans of the window.
func (p packed) speech() []Span {
	out := make([]Span, len(p.pieces))
	for i, pc := range p.pieces {
		out[i] = Span{pc.dst, pc.dst + pc.n}
	}
	return out
}

// back maps a place in the window to one in the track. Places in a silence
// belong to the piece before it.
func (p packed) back(at int) int {
	best := p.pieces[0]
	for _, pc := range p.pieces {
		if pc.dst > at {
			break
		}
		best = pc
	}
	return best.src + min(max(at-best.dst, 0), best.n)
}

// A letter takes at most this long to say, a Chinese character three times as
// long, a word at least as long as a character.
const slowestLetter = Rate / 5

// skipped returns the longest run of speech, in samples, that the recogniser
// jumped over: that no segment covers, or that one covers with too few words
// for anybody to speak so slowly. Silences between do not end a run.
func skipped(speech []Span, segments []Segment) int {
	longest, run := 0, 0
	spoken := make([]int, len(segments))
	for _, s := range speech {
		at := s.From
		for i, g := range segments {
			if g.To <= s.From || g.From >= s.To {
				continue
			}
			longest = max(longest, run+max(0, g.From-at))
			run = 0
			spoken[i] += min(g.To, s.To) - max(g.From, s.From)
			at = max(at, min(g.To, s.To))
		}
		run += s.To - at
		longest = max(longest, run)
	}
	for i, g := range segments {
		room := Rate / 2
		for _, w := range g.Words {
			room += int(max(weight(w.Text), 3) * slowestLetter)
		}
		longest = max(longest, spoken[i]-room)
	}
	return longest
}
