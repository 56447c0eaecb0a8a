package asr

import (
	"context"
	"fmt"
	"slices"

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
			cuts[c], err = s.cut(cutting, c, t)
			return err
		})
	}
	if err := first.Wait(); err != nil {
		return nil, err
	}
	spoken := 0
	for _, cut := range cuts {
		if len(cut.speech) > 0 {
			spoken++
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	windows := make(chan struct{}, s.cfg.Parallel)
	for c, t := range tracks {
		group.Go(func() error {
			cut := cuts[c]
			heard, err := s.recognizeTrack(ctx, t, cut.windows, done, windows)
			if err != nil {
				return err
			}
			// A channel beside which all others are empty may carry both parties.
			h.Tracks[c], err = s.phrases(t, spoken == 1, cut.voice, cut.speech, cut.windows, heard)
			h.Tracks[c].Events = cut.events
			s.effort.add(cut.speech, heard)
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
	windows []packed
}

func (s *Step) cut(ctx context.Context, channel int, t *track) (c cutTrack, err error) {
	if c.voice, err = s.voices(ctx, t); err != nil {
		return c, err
	}
	if c.events, err = s.listenForEvents(t, c.voice); err != nil {
		return c, err
	}
	speech, pauses := s.stretches(c.voice, t.n)
	c.speech, c.windows = speech, pack(channel, speech, pauses, windowMax)
	return c, nil
}

// recognizeTrack hears the windows of one channel, the longest first: it
// decides which language the others are taken for where they do not sound
// like another one.
func (s *Step) recognizeTrack(ctx context.Context, t *track, ws []packed, done *checkpoint, slots chan struct{}) ([]Heard, error) {
	heard := make([]Heard, len(ws))
	if len(ws) == 0 {
		return heard, nil
	}
	first := 0
	for i, w := range ws {
		if w.n > ws[first].n {
			first = i
		}
	}
	run := func(ctx context.Context, i int, language string, switches bool) (err error) {
		if x, ok := done.get(ws[i]); ok {
			heard[i] = x
			return nil
		}
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		defer func() { <-slots }()
		if heard[i], err = s.recognizeWindow(ctx, t, ws[i], language, switches); err != nil {
			return fmt.Errorf("channel %d at %s: %w", ws[i].channel+1, toMillis(ws[i].pieces[0].src), err)
		}
		return done.put(ws[i], heard[i])
	}
	if err := run(ctx, first, "", false); err != nil {
		return nil, err
	}
	language := heard[first].mainLanguage()
	group, all := errgroup.WithContext(ctx)
	for i := range ws {
		if i != first {
			group.Go(func() error { return run(all, i, language, heard[first].mixed()) })
		}
	}
	return heard, group.Wait()
}

// recognizeWindow hears one window. Where it holds several languages each is
// heard by itself; what is flawed is heard again in short pieces. switches tells
// that the party is known to change its language.
func (s *Step) recognizeWindow(ctx context.Context, t *track, w packed, language string, switches bool) (Heard, error) {
	heard, err := s.ask(ctx, t, w, language)
	if err != nil {
		return Heard{}, err
	}
	if suspected, some := s.suspects(w, heard, switches); some {
		changed := false
		if heard, changed, err = s.unmix(ctx, t, w, suspected, heard); err != nil || changed {
			return heard, err
		}
	}
	if heard.Flaw == "" && skipped(w.speech(), heard.Segments) <= maxSkipped || w.n <= shortWindow {
		return heard, nil
	}
	return s.hearAgain(ctx, t, w, heard)
}

// place maps a place in the track to one in the window.
func (p packed) place(at int) int {
	for _, pc := range slices.Backward(p.pieces) {
		if at >= pc.src {
			return pc.dst + min(at-pc.src, pc.n)
		}
	}
	return 0
}

func (s *Step) ask(ctx context.Context, t *track, w packed, language string) (Heard, error) {
	pcm, err := w.pcm(t)
	if err != nil {
		return Heard{}, err
	}
	heard, err := s.engine.Recognizer.Recognize(ctx, Window{
		PCM: pcm, Speech: w.speech(), Language: language, Languages: s.cfg.Languages, Prompts: s.prompt,
	})
	if err != nil {
		return Heard{}, err
	}
	if s.isEcho(heard) {
		heard.Segments = nil
	}
	return heard, nil
}
