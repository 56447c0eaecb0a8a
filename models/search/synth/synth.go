// Package synth makes words and texts up to try searches on.
package synth

import "math/rand/v2"

// Words are n words in the proportions of real lists: mostly two to five
// Chinese characters, some English. The same seed gives the same words.
func Words(n int, seed uint64) [][]rune {
	random := rand.New(rand.NewPCG(seed, 1))
	words := make([][]rune, n)
	for i := range words {
		if random.IntN(10) == 0 {
			w := make([]rune, 4+random.IntN(8))
			for k := range w {
				w[k] = 'a' + rune(random.IntN(26))
			}
			words[i] = w
			continue
		}
		w := make([]rune, 2+random.IntN(4))
		for k := range w {
			// Common characters are far more common than rare ones.
			w[k] = 0x4E00 + rune(random.ExpFloat64()*900)%20000
		}
		words[i] = w
	}
	return words
}

// Text is a text of n characters in which the same are common. The same seed gives
// the same text.
func Text(n int, seed uint64) []rune {
	random := rand.New(rand.NewPCG(seed, 2))
	text := make([]rune, n)
	for i := range text {
		if random.IntN(12) == 0 {
			text[i] = []rune("，。 ,.ae")[random.IntN(7)]
			continue
		}
		text[i] = 0x4E00 + rune(random.ExpFloat64()*900)%20000
	}
	return text
}
