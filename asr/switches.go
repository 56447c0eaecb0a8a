package asr

import (
	"context"
	"fmt"
	"slices"
)

// A window of several stretches of speech may hold several languages, and a
// recogniser then writes all of it in one: English comes out as Chinese that
// nobody said. The language's probability shows it: a window of one language is
// all but sure of it, one of two is not. Such a window's stretches are asked for
// their languages one by one, and those of one language are heard together.
const (
	oneLanguage  = 0.99   // a window less sure than this may hold two languages
	knownSwitch  = 0.9995 // the same once the party has been heard to switch
	surePiece    = 0.8    // a stretch less sure of its language goes with its neighbours
	tellingPiece = Rate * 4 / 5
)

// suspects tells which pieces of a window may be in another language than was
// heard: all where the recogniser is not sure of the window's, those where it
// says the same again, or none. switches tells that the party is known to change
// its language.
func (s *Step) suspects(w packed, heard Heard, switches bool) (pieces []bool, some bool) {
	pieces = make([]bool, len(w.pieces))
	if len(s.cfg.Languages) < 2 || len(w.pieces) < 2 {
		return pieces, false
	}
	limit := oneLanguage
	if switches {
		limit = knownSwitch
	}
	again, ok := saysTwice(heard)
	if heard.Sure < limit {
		again, ok = Span{0, w.n}, true
	}
	for i, p := range w.pieces {
		pieces[i] = ok && p.dst < again.To && p.dst+p.n > again.From
		some = some || pieces[i]
	}
	return pieces, some
}

const twice = 18 // letters, as weight counts them: people do repeat less

// saysTwice tells where in a window the recogniser says again what it has just
// said: it often does so where it comes to speech in a language it does not
// expect.
func saysTwice(h Heard) (again Span, ok bool) {
	var text []rune
	var segment []int // of each letter
	for i, g := range h.Segments {
		for _, r := range letters(g.Text()) {
			text, segment = append(text, r), append(segment, i)
		}
	}
	for period := twice / 3; period <= len(text)/2; period++ {
		same := 0
		for i := period; i < len(text); i++ {
			if same++; text[i] != text[i-period] {
				same = 0
			}
			if same >= period && weight(string(text[i+1-period:i+1])) >= twice {
				return Span{h.Segments[segment[i+1-period]].From, h.Segments[segment[i]].To}, true
			}
		}
	}
	return Span{}, false
}

// languageRun is a part of a window in one language: pieces from to to.
type languageRun struct {
	language string
	from, to int
}

// languageRuns asks the suspected pieces for their languages, and all if one of
// them is in another than main. Neighbours of one language make one run. What it
// took is added to took.
func (s *Step) languageRuns(ctx context.Context, t *track, w packed, suspected []bool, main string, took *Heard) (runs []languageRun, err error) {
	languages := make([]string, len(w.pieces))
	other := false
	for _, turn := range []bool{true, false} {
		for i, p := range w.pieces {
			if p.n < tellingPiece || suspected[i] != turn || !turn && !other {
				continue
			}
			pcm, err := t.read(p.src, p.src+p.n)
			if err != nil {
				return nil, err
			}
			heard, err := s.engine.Recognizer.Recognize(ctx, Window{PCM: pcm, Speech: []Span{{0, p.n}}, Languages: s.cfg.Languages, OnlyLanguage: true})
			if err != nil {
				return nil, fmt.Errorf("language: %w", err)
			}
			took.addEffort(heard)
			if heard.Sure >= surePiece {
				languages[i] = heard.Language
				other = other || heard.Language != main
			}
		}
	}
	known := ""
	if i := slices.IndexFunc(languages, func(l string) bool { return l != "" }); i >= 0 {
		known = languages[i]
	}
	if known == "" {
		known = main
	}
	for i, l := range languages { // what is not sure goes with the piece before
		if l == "" {
			l = known
		}
		known = l
		if k := len(runs) - 1; k >= 0 && runs[k].language == l {
			runs[k].to = i + 1
			continue
		}
		runs = append(runs, languageRun{l, i, i + 1})
	}
	return runs, nil
}

// unmix hears a window again, run by run, if it holds several languages or
// another one than was heard. changed is false if what was heard stands.
func (s *Step) unmix(ctx context.Context, t *track, w packed, suspected []bool, heard Heard) (_ Heard, changed bool, err error) {
	runs, err := s.languageRuns(ctx, t, w, suspected, heard.Language, &heard)
	if err != nil {
		return Heard{}, false, err
	}
	if len(runs) == 1 && runs[0].language == heard.Language {
		return heard, false, nil
	}
	out := Heard{Language: heard.Language, Sure: heard.Sure, NoSpeech: heard.NoSpeech, Encoded: heard.Encoded, Width: heard.Width, Redone: "several languages"}
	for _, r := range runs {
		var spans []Span
		for _, p := range w.pieces[r.from:r.to] {
			spans = append(spans, Span{p.src, p.src + p.n})
		}
		if err := s.hearParts(ctx, t, w, pack(w.channel, spans, nil, windowMax, 0), r.language, &out); err != nil {
			return Heard{}, false, err
		}
	}
	return out, true, nil
}

// hearParts hears parts of a window by themselves and adds what was heard to
// out, at its places in the window.
func (s *Step) hearParts(ctx context.Context, t *track, w packed, parts []packed, language string, out *Heard) error {
	for _, part := range parts {
		x, err := s.ask(ctx, t, part, language)
		if err != nil {
			return err
		}
		out.addEffort(x)
		for _, g := range x.Segments {
			g.From, g.To = w.place(part.back(g.From)), w.place(part.back(g.To))
			if g.Language = ""; x.Language != out.Language {
				g.Language = x.Language
			}
			out.Segments = append(out.Segments, g)
		}
	}
	return nil
}

// languageOf returns the language of one of a window's segments.
func (h Heard) languageOf(g Segment) string {
	if g.Language != "" {
		return g.Language
	}
	return h.Language
}

// mixed tells whether a window held several languages.
func (h Heard) mixed() bool {
	for _, g := range h.Segments {
		if h.languageOf(g) != h.languageOf(h.Segments[0]) {
			return true
		}
	}
	return false
}

// mainLanguage is the window's language of most words.
func (h Heard) mainLanguage() string {
	if l := mainLanguage([]Heard{h}); l != "" {
		return l
	}
	return h.Language
}
