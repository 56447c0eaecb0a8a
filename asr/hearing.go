package asr

import (
	"context"

	"golang.org/x/sync/errgroup"

	"earshot/models"
)

// hearing is all that was heard of a recording, before anybody decides who
// spoke. It is what the cache keeps.
type hearing struct {
	Info   Info          `json:"info"`
	Length models.Millis `json:"length_ms"`
	Same   float64       `json:"same"` // correlation of the first two channels
	Tracks []heardTrack  `json:"tracks"`
}

// heardTrack is one channel.
type heardTrack struct {
	Language string      `json:"language,omitempty"` // of most words
	Speech   float64     `json:"speech_s"`           // seconds in which somebody speaks
	Phrases  []phrase    `json:"phrases,omitempty"`
	Ghosts   []phrase    `json:"ghosts,omitempty"` // taken for what nobody said
	Events   []heardSpan `json:"events,omitempty"`

	// TwoVoices tells that the phrases of a shared channel come from two people.
	TwoVoices bool `json:"two_voices,omitempty"`
}

// heardSpan is a stretch that is not conversation.
type heardSpan struct {
	Kind  string        `json:"kind"`
	Start models.Millis `json:"start_ms"`
	End   models.Millis `json:"end_ms"`
}

// phrase is what one party says without a pause.
type phrase struct {
	Start    models.Millis `json:"start_ms"`
	End      models.Millis `json:"end_ms"`
	Language string        `json:"language"`
	NoSpeech float64       `json:"no_speech"`
	Voice    float64       `json:"voice"` // voice probability of its clearer frames
	Words    []timedWord   `json:"words"`
	Tone     *models.Tone  `json:"tone,omitempty"`
	Speaker  int           `json:"speaker,omitempty"` // 0 or 1, where several share the channel
}

type timedWord struct {
	Word
	Start models.Millis `json:"start_ms"`
	End   models.Millis `json:"end_ms"`
}

// recognize hears all channels of a recording.
func (s *Step) recognize(ctx context.Context, done *checkpoint, rec *recording) (*hearing, error) {
	h := &hearing{Info: rec.info, Length: rec.length(), Same: rec.same, Tracks: make([]heardTrack, len(rec.tracks))}
	tracks := rec.tracks
	if fakeStereo(rec.same, len(tracks)) {
		tracks = tracks[:1] // the other says the same
	}
	cuts := make([]cutTrack, len(tracks))
	first, cutting := errgroup.WithContext(ctx)
	for c, t := range tracks {
		first.Go(func() (err error) {
			cuts[c], err = s.cut(cutting, t)
			return err
		})
	}
	if err := first.Wait(); err != nil {
		return nil, err
	}
	s.fill(cuts)
	spoken := 0
	for _, cut := range cuts {
		if len(cut.speech) > 0 {
			spoken++
		}
	}
	l := &listening{Step: s, tracks: tracks, cuts: cuts, done: done, slots: make(chan struct{}, s.cfg.Parallel)}
	heard, err := l.windows(ctx)
	if err != nil {
		return nil, err
	}
	group := new(errgroup.Group)
	for c, t := range tracks {
		group.Go(func() (err error) {
			cut := cuts[c]
			// A channel beside which all others are empty may carry both parties.
			h.Tracks[c], err = s.phrases(t, spoken == 1, cut.voice, cut.speech, cut.windows, heard[c])
			h.Tracks[c].Events = cut.events
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return h, nil
}

// cutTrack is where somebody speaks on a channel, and what else sounds on it.
type cutTrack struct {
	voice   []float32
	events  []heardSpan
	speech  []Span
	pauses  []Span // at which it may be parted
	windows []packed
}

func (s *Step) cut(ctx context.Context, t *track) (c cutTrack, err error) {
	if c.voice, err = s.voices(ctx, t); err != nil {
		return c, err
	}
	if c.events, err = s.listenForEvents(t, c.voice); err != nil {
		return c, err
	}
	c.speech, c.pauses = s.stretches(c.voice, t.n)
	return c, nil
}
