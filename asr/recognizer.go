package asr

import (
	"context"

	"earshot/models"
)

// Rate is the sample rate of all speech inside this package, in hertz.
const Rate = 16000

// VoiceFrame is the number of samples one voice probability stands for.
const VoiceFrame = 512

// A Recognizer turns the speech of one window into text. It may be called
// from many goroutines. The same window gives the same answer. When ctx ends
// it stops working on the window and returns ctx.Err().
type Recognizer interface {
	Recognize(ctx context.Context, w Window) (Heard, error)
}

// A VoiceDetector returns for every VoiceFrame samples, the last perhaps
// partial, the probability that somebody speaks in them. pcm is mono at Rate
// and at most 10 minutes long. It may be called from many goroutines.
type VoiceDetector interface {
	Voice(ctx context.Context, pcm []float32) ([]float32, error)
}

// Engine is what hears: a recogniser, a voice detector, and their versions
// and weights, which stand in every transcript and in the key of cached ones.
type Engine struct {
	Recognizer Recognizer
	Voice      VoiceDetector
	By         []models.By
}

// Window is at most 30 s of one party's speech.
type Window struct {
	PCM       []float32 // mono at Rate, -1 to 1
	Speech    []Span    // where the voice detector heard somebody, in samples of PCM
	Language  string    // the party's language so far; empty: not known yet
	Languages []string  // to choose from when Language is empty or seems wrong; not empty
	Prompts   Prompts

	// OnlyLanguage asks for Language and Sure alone, which takes no decoding of
	// text: Segments may stay empty.
	OnlyLanguage bool
}

// Prompts maps a language to text that primes the recogniser for it.
type Prompts map[string]string

// Span is a stretch of samples, From included, To not.
type Span struct{ From, To int }

// Len returns the span's length in samples.
func (s Span) Len() int { return s.To - s.From }

// Heard is what a recogniser made of a window.
type Heard struct {
	Segments []Segment `json:"segments,omitempty"`
	Language string    `json:"language,omitempty"` // of the window
	Sure     float64   `json:"sure,omitempty"`     // how sure the language is, 0 to 1
	NoSpeech float64   `json:"no_speech"`          // probability that nobody speaks, 0 to 1
	Flaw     string    `json:"flaw,omitempty"`     // what makes the recogniser doubt its text; empty if nothing does
	Encoded  int       `json:"encoded"`            // runs of the encoder it took
	Width    float64   `json:"width"`              // of its context that was computed, added up; 1 is all of it

	// Redone is why the asr step had the window heard again; empty if it had not.
	Redone string `json:"redone,omitempty"`
}

// Segment is a phrase, with its place in the window in samples.
type Segment struct {
	From  int    `json:"from"`
	To    int    `json:"to"`
	Words []Word `json:"words"`

	// Language is that of the segment where it is not the window's. The asr step
	// sets it, recognisers need not.
	Language string `json:"language,omitempty"`
}

// Word is one word as it stands in running text: in languages with spaces a
// word that follows one begins with a space.
type Word struct {
	Text       string  `json:"text"`
	Confidence float64 `json:"confidence"` // 0 to 1
}

// Text returns the segment's words as running text.
func (s Segment) Text() string {
	n := 0
	for _, w := range s.Words {
		n += len(w.Text)
	}
	b := make([]byte, 0, n)
	for _, w := range s.Words {
		b = append(b, w.Text...)
	}
	return string(b)
}
