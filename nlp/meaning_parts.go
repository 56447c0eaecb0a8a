package nlp

import "earshot/models/script"

// Sizes of a part of a turn in Chinese characters; some three letters count as
// one.
const (
	partLeast = 4  // what is shorter says nothing: yes, 好的
	partWhole = 10 // what is shorter goes together with its neighbour
)

// MeaningParts returns the bytes of the parts of a text that are told the
// meaning of, from and to: its sentences, short ones together with those beside
// them. A text that says next to nothing has none.
func MeaningParts(text string) (parts [][2]int) {
	size := 0.0
	for from := 0; from < len(text); {
		end := sentenceEnd(text, from)
		start, to := trim(text, from, end)
		from = end
		if to <= start {
			continue
		}
		own := sizeOf(text[start:to])
		if last := len(parts) - 1; last >= 0 && (size < partWhole || own < partLeast) {
			parts[last][1], size = to, size+own
			continue
		}
		parts, size = append(parts, [2]int{start, to}), own
	}
	if last := len(parts) - 1; last > 0 && size < partWhole {
		parts[last-1][1] = parts[last][1]
		parts = parts[:last]
	}
	if len(parts) == 1 && sizeOf(text[parts[0][0]:parts[0][1]]) < partLeast {
		return nil
	}
	return parts
}

// sizeOf returns how much a text says, in Chinese characters.
func sizeOf(text string) (size float64) {
	for _, r := range text {
		switch {
		case script.Han(r):
			size++
		case script.Letter(r):
			size += 1 / hanDensity
		}
	}
	return size
}
