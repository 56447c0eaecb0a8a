package whispercpp

import (
	"fmt"
	"math"
	"slices"
	"strings"

	whisper "github.com/ggerganov/whisper.cpp/bindings/go"

	"earshot/asr"
)

// ear is a loaded model and voice detector: what one worker works with.
type ear struct {
	ctx    *whisper.Context
	vocab  *vocabulary
	voice  *detector
	greedy whisper.Params
}

func openEar(l load) (*ear, error) {
	silence()
	ctx := whisper.Whisper_init(l.Model)
	if ctx == nil {
		return nil, fmt.Errorf("model %s cannot be loaded", l.Model)
	}
	voice, err := openDetector(l.Voice)
	if err != nil {
		ctx.Whisper_free()
		return nil, err
	}
	e := &ear{ctx: ctx, vocab: readVocabulary(ctx), voice: voice}
	e.greedy = ctx.Whisper_full_default_params(whisper.SAMPLING_GREEDY)
	e.plain(&e.greedy)
	// A language must be set, or the library runs the encoder to find one.
	if err := e.greedy.SetLanguage(0); err != nil {
		return nil, err
	}
	return e, nil
}

func (e *ear) plain(p *whisper.Params) {
	p.SetThreads(1)
	p.SetNoContext(true)
	p.SetPrintProgress(false)
	p.SetPrintRealtime(false)
	p.SetPrintSpecial(false)
	p.SetPrintTimestamps(false)
}

// Checks on a decoded window, from OpenAI's decoder where it has them.
const (
	minEntropy    = 2.4 // of the last 32 tokens: repetition
	minLog        = -1.0
	sureLanguage  = 0.8
	tokensASecond = 12.0 // faster than anybody speaks
)

// hear transcribes one window. A flawed answer to a narrow context is tried
// again with the full one: the decoder then sees where the speech ends.
func (e *ear) hear(pcm []float32, r *recognize) (asr.Heard, error) {
	width := contextWidth(len(pcm))
	if err := e.encode(pcm, width); err != nil {
		return asr.Heard{}, err
	}
	found, sure, noSpeech, err := e.listen(r.Languages)
	if err != nil {
		return asr.Heard{}, err
	}
	heard := asr.Heard{Language: found, Sure: sure, NoSpeech: noSpeech, Encoded: 1, Width: float64(width) / fullWidth}
	if r.OnlyLanguage {
		return heard, nil
	}
	if r.Language != "" && (sure < sureLanguage || !slices.Contains(r.Languages, found)) {
		heard.Language = r.Language
	}
	if heard.Language != found {
		heard.Sure = 1 - sure
	}
	text, err := e.read(pcm, heard.Language, r)
	if err != nil {
		return asr.Heard{}, err
	}
	if text.flaw != "" && width < fullWidth {
		if err := e.encode(pcm, fullWidth); err != nil {
			return asr.Heard{}, err
		}
		heard.Encoded++
		heard.Width++
		again, err := e.read(pcm, heard.Language, r)
		if err != nil {
			return asr.Heard{}, err
		}
		if again.flaw == "" || meanLog(again.tokens) > meanLog(text.tokens) {
			text = again
		}
	}
	heard.Flaw = text.flaw
	heard.Segments = e.segments(text.tokens, len(pcm))
	return heard, nil
}

// pathsOf says how many paths the search for a text follows, where that is more than
// one. Many Chinese characters sound alike, and only what follows tells which is meant.
var pathsOf = map[string]int{"zh": 4}

// reading is what the decoder made of a window, and what is wrong with it.
type reading struct {
	tokens []token
	flaw   string
}

func (e *ear) read(pcm []float32, language string, r *recognize) (reading, error) {
	prefix, err := e.prefix(language, r.Prompts[language])
	if err != nil {
		return reading{}, err
	}
	tokens, looped, err := e.transcribe(prefix, (len(pcm)+stampSamples-1)/stampSamples, max(1, pathsOf[language]))
	return reading{tokens, e.flaw(tokens, looped, pcm, r.Speech)}, err
}

// flaw says what is wrong with a transcription, or "".
func (e *ear) flaw(tokens []token, looped bool, pcm []float32, speech []asr.Span) string {
	text := e.textOf(tokens)
	seconds := float64(len(pcm)) / asr.Rate
	voiced := 0
	for _, s := range speech {
		voiced += s.Len()
	}
	switch {
	case len(text) == 0 && voiced > asr.Rate:
		return "no text"
	case looped, len(text) > 32 && entropy(text[len(text)-32:]) < minEntropy:
		return "repetition"
	case len(text) > 0 && meanLog(tokens) < minLog:
		return "low probability"
	case float64(len(tokens)) > tokensASecond*seconds+16:
		return "too many words"
	}
	return ""
}

func (e *ear) textOf(tokens []token) []token {
	return slices.DeleteFunc(slices.Clone(tokens), func(t token) bool { return t.id >= e.vocab.stop })
}

func meanLog(tokens []token) float64 {
	if len(tokens) == 0 {
		return 0
	}
	sum := 0.0
	for _, t := range tokens {
		sum += float64(t.log)
	}
	return sum / float64(len(tokens))
}

func entropy(tokens []token) float64 {
	counts := map[int]int{}
	for _, t := range tokens {
		counts[t.id]++
	}
	h := 0.0
	for _, n := range counts {
		p := float64(n) / float64(len(tokens))
		h -= p * math.Log(p)
	}
	return h
}

// segments cuts the tokens at their timestamps.
func (e *ear) segments(tokens []token, samples int) []asr.Segment {
	var out []asr.Segment
	var text []token
	from := 0
	flush := func(to int) {
		words := e.vocab.words(text)
		text = text[:0]
		if len(words) == 0 || strings.TrimSpace(words[0].Text) == "" && len(words) == 1 {
			return
		}
		out = append(out, asr.Segment{From: from, To: max(from, to), Words: words})
	}
	for _, t := range tokens {
		if !e.vocab.isStamp(t) {
			text = append(text, t)
			continue
		}
		at := min((t.id-e.vocab.stamps)*stampSamples, samples)
		if len(text) > 0 {
			flush(at)
		}
		from = at
	}
	if len(text) > 0 {
		flush(samples)
	}
	return out
}
