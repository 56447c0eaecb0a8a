package asr

import (
	"math/rand/v2"
	"testing"
)

// Costs a second of speech, to hold against recognising it (tens of ms).
func BenchmarkSecondOfSpeech(b *testing.B) {
	pcm := hum(1, 140, 700, rand.New(rand.NewPCG(1, 1)))
	b.Run("tone", func(b *testing.B) {
		for b.Loop() {
			tone(pcm, &phrase{End: 1000})
		}
	})
	b.Run("voiceprint", func(b *testing.B) {
		for b.Loop() {
			takePrint(pcm)
		}
	})
	b.Run("sound", func(b *testing.B) {
		buf, power := make([]complex128, VoiceFrame), make([]float64, VoiceFrame/2)
		for b.Loop() {
			for at := 0; at+VoiceFrame <= len(pcm); at += VoiceFrame {
				listenTo(pcm[at:at+VoiceFrame], buf, power)
			}
		}
	})
	b.Run("resample 8 kHz", func(b *testing.B) {
		out := make([]float32, 0, 2*Rate)
		for b.Loop() {
			newResampler(8000).write(pcm[:8000], out)
		}
	})
}
