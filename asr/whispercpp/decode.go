package whispercpp

import (
	"errors"
	"fmt"
	"math"

	whisper "github.com/ggerganov/whisper.cpp/bindings/go"

	"earshot/asr"
)

const (
	stampSamples  = asr.Rate / 50 // timestamps count in 20 ms
	firstStampMax = 50            // the first phrase begins within 1 s
	maxTokens     = 220           // a window; Whisper's text context is twice that
	fullWidth     = 1500          // of the encoder's context, 30 s in frames of 20 ms
)

// encode runs the encoder on a window. width is the part of its 30 s of
// context that is computed, in frames of 20 ms.
//
// The binding can set that width only through a full recognition, which also
// computes the spectrogram; refusing the encoder's start ends it there.
func (e *ear) encode(pcm []float32, width int) error {
	params := e.greedy
	params.SetAudioCtx(width)
	err := e.ctx.Whisper_full(params, pcm, func() bool { return false }, nil, nil)
	if err != nil {
		return fmt.Errorf("compute spectrogram: %w", err)
	}
	if err := e.ctx.Whisper_encode(0, 1); err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	return nil
}

// contextWidth returns the width that covers n samples with a margin. Flash
// attention reads the context in steps of 256 and masks nothing, so other
// widths let it read what an earlier, longer window left behind. Of a single
// step the decoder often does not find the end: it says a word again and again.
func contextWidth(n int) int {
	return min(fullWidth, max(2*256, (n/(2*160)+64+255)/256*256))
}

// listen returns the probability of every candidate language and that nobody
// speaks, from the decoder's first step.
func (e *ear) listen(candidates []string) (language string, sure, noSpeech float64, err error) {
	if err := e.step([]whisper.Token{whisper.Token(e.vocab.start)}, 0); err != nil {
		return "", 0, 0, err
	}
	x := logits(e.ctx, 0)
	noSpeech = share(x, e.vocab.noSpeech)
	best, sum := math.Inf(-1), 0.0
	for _, l := range candidates {
		id, ok := e.vocab.languages[l]
		if !ok {
			return "", 0, 0, fmt.Errorf("language %.20q is not one of this model's", l)
		}
		if v := float64(x[id]); v > best {
			sum = sum*math.Exp(best-v) + 1
			language, best = l, v
		} else {
			sum += math.Exp(v - best)
		}
	}
	return language, 1 / sum, noSpeech, nil
}

func (e *ear) step(tokens []whisper.Token, past int) error {
	if err := e.ctx.Whisper_decode(tokens, past, 1); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	return nil
}

// prefix returns the tokens that tell the decoder what to do: the prompt as
// text that went before, the language, and the task.
func (e *ear) prefix(language, prompt string) ([]whisper.Token, error) {
	var tokens []whisper.Token
	if prompt != "" {
		text, err := e.tokenize(prompt)
		if err != nil {
			return nil, err
		}
		tokens = append(append(tokens, whisper.Token(e.vocab.previous)), text...)
	}
	tokens = append(tokens, whisper.Token(e.vocab.start))
	if id, ok := e.vocab.languages[language]; ok {
		tokens = append(tokens, whisper.Token(id), whisper.Token(e.vocab.transcribe))
	}
	return tokens, nil
}

const maxPrompt = 200 // tokens; the rest of Whisper's text context is for the answer

func (e *ear) tokenize(text string) ([]whisper.Token, error) {
	tokens := make([]whisper.Token, 4*len(text)+8)
	n, err := e.ctx.Whisper_tokenize(text, tokens)
	if err != nil {
		return nil, errors.New("the prompt cannot be turned into tokens")
	}
	return tokens[max(0, n-maxPrompt):n], nil
}

func (v *vocabulary) isStamp(t token) bool { return t.id >= v.stamps }

// loop notices that the last tokens say the same thing over and over, whatever
// their timestamps and capitals, long before the window's tokens run out: a short phrase ten
// times, a sentence three times. It returns where the second time begins.
func (v *vocabulary) loop(out []token) (second int, found bool) {
	var text, at []int // text tokens and their places
	for i, t := range out {
		if !v.isStamp(t) {
			text, at = append(text, v.folded[t.id]), append(at, i)
		}
	}
	for size := 1; size <= len(text)/3; size++ {
		times := 3
		switch {
		case size < 3:
			times = 10
		case size <= 12:
			times = 4
		}
		start := len(text) - size*times
		if start < 0 {
			continue
		}
		same := true
		for i := start + size; i < len(text) && same; i++ {
			same = text[i] == text[i-size]
		}
		if same {
			return at[start+size], true
		}
	}
	return 0, false
}

func exp(x float64) float64 { return math.Exp(x) }
