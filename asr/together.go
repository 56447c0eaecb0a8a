package asr

import (
	"context"
	"slices"
)

// The last window of a channel is half full on average. Those of parties that
// speak the same language are heard in one, one after the other.

const (
	mostSlack  = 3 * Rate // of a window that may stay empty for the sake of a longer pause
	leastSlack = Rate
)

// fill gathers the speech of all channels into windows, with as much slack as
// takes none more.
func (s *Step) fill(cuts []cutTrack) {
	fewest := 0
	for slack := mostSlack; slack >= leastSlack; slack -= Rate / 2 {
		trial := slices.Clone(cuts)
		for c, cut := range cuts {
			trial[c].windows = pack(c, cut.speech, cut.pauses, windowMax, slack)
		}
		first := s.telling(trial)
		n := len(first) + len(rest(trial, first, make([]party, len(cuts))))
		if fewest == 0 || n < fewest {
			fewest = n
			copy(cuts, trial)
		}
	}
}

// rest returns the windows that are not among first, those together that are
// heard in one go: the last of each channel where they fit.
func rest(cuts []cutTrack, first [][]windowAt, parties []party) (out [][]windowAt) {
	type shared struct{ job, room int }
	open := map[string]shared{} // by language
	for c, cut := range cuts {
		for i, w := range cut.windows {
			at, p := windowAt{c, i}, parties[c]
			if slices.ContainsFunc(first, func(job []windowAt) bool { return job[0] == at }) {
				continue
			}
			last := i == len(cut.windows)-1 && !p.switches
			if s, ok := open[p.language]; ok && last && w.n <= s.room {
				out[s.job] = append(out[s.job], at)
				open[p.language] = shared{s.job, s.room - w.n - maxGap}
				continue
			}
			if last {
				open[p.language] = shared{len(out), windowMax - w.n - maxGap}
			}
			out = append(out, []windowAt{at})
		}
	}
	return out
}

// recognizeTogether hears windows of several channels as one, and each by itself
// if there is any doubt of the text, its language or whose it is.
func (l *listening) recognizeTogether(ctx context.Context, windows []packed, language string) ([]Heard, error) {
	var pcm []float32
	var speech []Span
	from := make([]int, len(windows))
	for i, w := range windows {
		if from[i] = len(pcm); i > 0 {
			from[i] += maxGap
		}
		part, err := w.pcm(l.tracks[w.channel])
		if err != nil {
			return nil, err
		}
		if i > 0 { // the silence after the window before
			before := windows[i-1]
			end := before.pieces[len(before.pieces)-1]
			gap, err := l.tracks[before.channel].read(end.src+end.n, end.src+end.n+maxGap)
			if err != nil {
				return nil, err
			}
			pcm = append(pcm, gap...)
		}
		pcm = append(pcm, part...)
		for _, s := range w.speech() {
			speech = append(speech, Span{s.From + from[i], s.To + from[i]})
		}
	}
	whole, err := l.askPCM(ctx, pcm, speech, language)
	if err != nil {
		return nil, err
	}
	heard, ok := divide(whole, windows, from)
	ok = ok && whole.Flaw == "" && whole.Language == language && (len(l.cfg.Languages) == 1 || whole.Sure >= oneLanguage)
	for i, w := range windows {
		t := l.tracks[w.channel]
		if ok {
			heard[i], err = l.check(ctx, t, w, heard[i], false)
		} else {
			took := heard[i]
			heard[i], err = l.recognizeWindow(ctx, t, w, language, false)
			heard[i].addEffort(took)
		}
		if err != nil {
			return nil, err
		}
	}
	return heard, nil
}

// maxBeside is the part of a phrase, one in so many, that may lie beside the
// window it belongs to: timestamps are no better, and round in long phrases.
const maxBeside = 8

// divide gives each window what was heard of it, where they were heard as one
// beginning at from; ok is false if a phrase lies in more than one, or nothing but
// ghosts in one. What it took is told of the first.
func divide(whole Heard, windows []packed, from []int) (heard []Heard, ok bool) {
	heard, ok = make([]Heard, len(windows)), true
	for i := range windows {
		heard[i] = Heard{Language: whole.Language, Sure: whole.Sure, NoSpeech: whole.NoSpeech}
	}
	heard[0].Encoded, heard[0].Width = whole.Encoded, whole.Width
	for _, g := range whole.Segments {
		owner := 0
		for i := range windows {
			if from[i] <= (g.From+g.To)/2 {
				owner = i
			}
		}
		for i, w := range windows {
			beside := min(g.To, from[i]+w.n) - max(g.From, from[i])
			if i != owner && beside > max(padding, (g.To-g.From)/maxBeside) {
				ok = false
			}
		}
		n := windows[owner].n
		g.From, g.To = min(max(g.From-from[owner], 0), n), min(g.To-from[owner], n)
		heard[owner].Segments = append(heard[owner].Segments, g)
	}
	for _, h := range heard {
		ok = ok && !ghostly(h.Segments)
	}
	return heard, ok
}

// ghostly tells whether phrases are but what Whisper hears where nobody speaks:
// whether somebody did, only a hearing of that party alone tells.
func ghostly(phrases []Segment) bool {
	return !slices.ContainsFunc(phrases, func(g Segment) bool { return !ghosts[letters(g.Text())] })
}
