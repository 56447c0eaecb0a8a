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
	beams  map[string]whisper.Params // by prompt: the binding leaks a string for each one set
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
	e := &ear{ctx: ctx, vocab: readVocabulary(ctx), voice: voice, beams: map[string]whisper.Params{}}
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

// hear transcribes one window.
func (e *ear) hear(pcm []float32, r *recognize) (asr.Heard, error) {
	width := contextWidth(len(pcm))
	if err := e.encode(pcm, width); err != nil {
		return asr.Heard{}, err
	}
	found, sure, noSpeech, err := e.listen(r.Languages)
	if err != nil {
		return asr.Heard{}, err
	}
	if r.OnlyLanguage {
		return asr.Heard{Language: found, Sure: sure, NoSpeech: noSpeech, Encoded: 1}, nil
	}
	language := r.Language
	if language == "" || sure >= sureLanguage && slices.Contains(r.Languages, found) {
		language = found
	}
	heard := asr.Heard{Language: language, Sure: sure, NoSpeech: noSpeech, Encoded: 1}
	if language != found {
		heard.Sure = 1 - sure
	}
	limit := (len(pcm) + stampSamples - 1) / stampSamples
	prefix, err := e.prefix(language, r.Prompts[language])
	if err != nil {
		return asr.Heard{}, err
	}
	tokens, err := e.transcribe(prefix, limit)
	if err != nil {
		return asr.Heard{}, err
	}
	heard.Redone = e.flaw(tokens, pcm, r.Speech)
	if heard.Redone != "" {
		again, runs, err := e.search(pcm, width, language, r.Prompts[language])
		if err != nil {
			return asr.Heard{}, err
		}
		heard.Encoded += runs
		if better(again, tokens) {
			tokens = again
		}
	}
	heard.Segments = e.segments(tokens, len(pcm))
	return heard, nil
}

// flaw says what is wrong with a transcription, or "".
func (e *ear) flaw(tokens []token, pcm []float32, speech []asr.Span) string {
	text := e.textOf(tokens)
	seconds := float64(len(pcm)) / asr.Rate
	voiced := 0
	for _, s := range speech {
		voiced += s.Len()
	}
	switch {
	case len(text) == 0 && voiced > asr.Rate:
		return "no text"
	case len(text) > 32 && entropy(text[len(text)-32:]) < minEntropy, looping(tokens):
		return "repetition"
	case len(text) > 0 && meanLog(tokens) < minLog:
		return "low probability"
	case float64(len(tokens)) > tokensASecond*seconds+16:
		return "too many words"
	}
	return ""
}

// better prefers a transcription that does not loop, then the likelier one.
func better(a, b []token) bool {
	if len(a) == 0 {
		return false
	}
	if la, lb := looping(a), looping(b); la != lb {
		return lb
	}
	return len(b) == 0 || meanLog(a) >= meanLog(b) || looping(b)
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

// search transcribes the window again with the library's beam search and its
// temperature fall-back, which costs several times as much as transcribe.
func (e *ear) search(pcm []float32, width int, language, prompt string) (tokens []token, encoded int, err error) {
	params, ok := e.beams[prompt]
	if !ok {
		params = e.ctx.Whisper_full_default_params(whisper.SAMPLING_BEAM_SEARCH)
		e.plain(&params)
		params.SetBeamSize(5)
		params.SetTemperatureFallback(0.2)
		if prompt != "" {
			params.SetInitialPrompt(prompt)
		}
		e.beams[prompt] = params
	}
	params.SetAudioCtx(width)
	if err := params.SetLanguage(e.ctx.Whisper_lang_id(language)); err != nil {
		return nil, 0, err
	}
	count := func() bool { encoded++; return true }
	if err := e.ctx.Whisper_full(params, pcm, count, nil, nil); err != nil {
		return nil, encoded, fmt.Errorf("beam search: %w", err)
	}
	stamp := func(centis int64) token {
		return token{id: e.vocab.stamps + int(centis)/2}
	}
	for i := range e.ctx.Whisper_full_n_segments() {
		tokens = append(tokens, stamp(e.ctx.Whisper_full_get_segment_t0(i)))
		for k := range e.ctx.Whisper_full_n_tokens(i) {
			id := int(e.ctx.Whisper_full_get_token_id(i, k))
			if id < e.vocab.stop && e.vocab.mask[id] == 0 {
				p := math.Max(float64(e.ctx.Whisper_full_get_token_p(i, k)), 1e-10)
				tokens = append(tokens, token{id, float32(math.Log(p))})
			}
		}
		tokens = append(tokens, stamp(e.ctx.Whisper_full_get_segment_t1(i)))
	}
	return tokens, encoded, nil
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
