package asr

import (
	"context"
	"fmt"
	"strings"
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

// mayMix tells whether a window is worth asking for several languages.
func (s *Step) mayMix(w packed, heard Heard, switches bool) bool {
	limit := oneLanguage
	if switches {
		limit = knownSwitch
	}
	return len(s.cfg.Languages) > 1 && len(w.pieces) > 1 && (heard.Sure < limit || saysTwice(heard))
}

const twice = 18 // letters, as weight counts them: people do repeat less

// saysTwice tells whether a window's text says the same thing twice running:
// where a recogniser comes to speech in a language it does not expect, it often
// says the sentence before again.
func saysTwice(h Heard) bool {
	var b strings.Builder
	for _, g := range h.Segments {
		b.WriteString(g.Text())
	}
	text := []rune(letters(b.String()))
	for period := twice / 3; period <= len(text)/2; period++ {
		same := 0
		for i := period; i < len(text); i++ {
			if same++; text[i] != text[i-period] {
				same = 0
			}
			if same >= period && weight(string(text[i+1-period:i+1])) >= twice {
				return true
			}
		}
	}
	return false
}

// languageRun is a part of a window in one language: pieces from to to.
type languageRun struct {
	language string
	from, to int
}

// languageRuns asks every piece for its language. Neighbours of one language
// make one run. encoded counts what it took.
func (s *Step) languageRuns(ctx context.Context, t *track, w packed, main string) (runs []languageRun, encoded int, err error) {
	languages := make([]string, len(w.pieces))
	known := ""
	for i, p := range w.pieces {
		if p.n < tellingPiece {
			continue
		}
		pcm, err := t.read(p.src, p.src+p.n)
		if err != nil {
			return nil, 0, err
		}
		heard, err := s.engine.Recognizer.Recognize(ctx, Window{PCM: pcm, Speech: []Span{{0, p.n}}, Languages: s.cfg.Languages, OnlyLanguage: true})
		if err != nil {
			return nil, 0, fmt.Errorf("language: %w", err)
		}
		encoded += heard.Encoded
		if heard.Sure >= surePiece {
			languages[i] = heard.Language
			if known == "" {
				known = heard.Language
			}
		}
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
	return runs, encoded, nil
}

// unmix hears a window again, run by run, if it holds several languages or
// another one than was heard. changed is false if what was heard stands.
func (s *Step) unmix(ctx context.Context, t *track, w packed, heard Heard) (_ Heard, changed bool, err error) {
	runs, encoded, err := s.languageRuns(ctx, t, w, heard.Language)
	if err != nil {
		return Heard{}, false, err
	}
	heard.Encoded += encoded
	if len(runs) == 1 && runs[0].language == heard.Language {
		return heard, false, nil
	}
	out := Heard{Language: heard.Language, Sure: heard.Sure, NoSpeech: heard.NoSpeech, Encoded: heard.Encoded, Redone: "several languages"}
	for _, r := range runs {
		var spans []Span
		for _, p := range w.pieces[r.from:r.to] {
			spans = append(spans, Span{p.src, p.src + p.n})
		}
		if err := s.hearParts(ctx, t, w, pack(w.channel, spans, windowMax), r.language, &out); err != nil {
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
		out.Encoded += x.Encoded
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
