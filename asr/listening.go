package asr

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"
)

// listening is the recognition of one recording's windows.
type listening struct {
	*Step
	tracks []*track
	cuts   []cutTrack
	done   *checkpoint
	slots  chan struct{} // one for each window that may be heard at once

	parties []party   // by channel
	heard   [][]Heard // by channel and window
}

// party is what is known of who speaks on a channel.
type party struct {
	language string // empty: not known yet
	switches bool   // to another language and back
}

// windowAt is the place of a window in a recording.
type windowAt struct{ channel, window int }

// windows hears all windows, of each channel first the longest: it decides which
// language the others are taken for where they do not sound like another one.
func (l *listening) windows(ctx context.Context) ([][]Heard, error) {
	l.parties, l.heard = make([]party, len(l.cuts)), make([][]Heard, len(l.cuts))
	for c, cut := range l.cuts {
		l.heard[c] = make([]Heard, len(cut.windows))
	}
	first := l.telling(l.cuts)
	if err := l.each(ctx, first); err != nil {
		return nil, err
	}
	for c := range l.parties {
		l.parties[c].language = l.cfg.Languages[0] // if there is but one
	}
	for _, job := range first {
		h := l.heard[job[0].channel][job[0].window]
		l.parties[job[0].channel] = party{h.mainLanguage(), h.mixed()}
	}
	rest := rest(l.cuts, first, l.parties)
	if err := l.each(ctx, rest); err != nil {
		return nil, err
	}
	l.effort.add(l.cuts, l.heard, len(first)+len(rest))
	return l.heard, nil
}

// telling returns the windows that decide a language, each a job: the longest of
// each channel, none if there is but one language.
func (s *Step) telling(cuts []cutTrack) (out [][]windowAt) {
	if len(s.cfg.Languages) == 1 {
		return nil
	}
	for c, cut := range cuts {
		longest := 0
		for i, w := range cut.windows {
			if w.n > cut.windows[longest].n {
				longest = i
			}
		}
		if len(cut.windows) > 0 {
			out = append(out, []windowAt{{c, longest}})
		}
	}
	return out
}

// each hears some windows, those of one job in one go.
func (l *listening) each(ctx context.Context, jobs [][]windowAt) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, job := range jobs {
		group.Go(func() error { return l.run(ctx, job) })
	}
	return group.Wait()
}

// run hears the windows of one job, unless they were heard before the recognition
// was interrupted.
func (l *listening) run(ctx context.Context, job []windowAt) error {
	windows, known := make([]packed, len(job)), true
	for i, at := range job {
		windows[i] = l.cuts[at.channel].windows[at.window]
		x, ok := l.done.get(windows[i])
		l.heard[at.channel][at.window] = x
		known = known && ok
	}
	if known {
		return nil
	}
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-l.slots }()
	heard, p := make([]Heard, len(job)), l.parties[job[0].channel]
	var err error
	if len(job) == 1 {
		heard[0], err = l.recognizeWindow(ctx, l.tracks[job[0].channel], windows[0], p.language, p.switches)
	} else {
		heard, err = l.recognizeTogether(ctx, windows, p.language)
	}
	if err != nil {
		w := windows[0]
		return fmt.Errorf("channel %d at %s: %w", w.channel+1, toMillis(w.pieces[0].src), err)
	}
	for i, at := range job {
		l.heard[at.channel][at.window] = heard[i]
		if err := l.done.put(windows[i], heard[i]); err != nil {
			return err
		}
	}
	return nil
}

// recognizeWindow hears one window. Where it holds several languages each is
// heard by itself; what is flawed is heard again in short pieces. switches tells
// that the party is known to change its language.
func (s *Step) recognizeWindow(ctx context.Context, t *track, w packed, language string, switches bool) (Heard, error) {
	heard, err := s.ask(ctx, t, w, language)
	if err != nil {
		return Heard{}, err
	}
	return s.check(ctx, t, w, heard, switches)
}

// check hears again what seems wrong in what was heard of a window.
func (s *Step) check(ctx context.Context, t *track, w packed, heard Heard, switches bool) (_ Heard, err error) {
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
	return s.askPCM(ctx, pcm, w.speech(), language)
}

func (s *Step) askPCM(ctx context.Context, pcm []float32, speech []Span, language string) (Heard, error) {
	heard, err := s.engine.Recognizer.Recognize(ctx, Window{
		PCM: pcm, Speech: speech, Language: language, Languages: s.cfg.Languages, Prompts: s.prompt,
	})
	if err != nil {
		return Heard{}, err
	}
	if s.isEcho(heard) {
		heard.Segments = nil
	}
	return heard, nil
}
