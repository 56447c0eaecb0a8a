package weights

import (
	"fmt"
	"math"
	"strings"
)

// melFilters is librosa.filters.mel(sr=16000, n_fft=400, n_mels=n): the
// triangles of Slaney's mel scale, which is linear up to 1 kHz.
func melFilters(n int) []float32 {
	const linearStep, breakHz, breakMel = 200.0 / 3, 1000.0, 15.0
	logStep := math.Log(6.4) / 27
	maxMel := breakMel + math.Log(8000/breakHz)/logStep
	hz := make([]float64, n+2)
	for i := range hz {
		mel := float64(i) * (maxMel / float64(n+1))
		if hz[i] = mel * linearStep; mel >= breakMel {
			hz[i] = breakHz * math.Exp(logStep*(mel-breakMel))
		}
	}
	hz[n+1] = 8000
	var out []float32
	for i := range n {
		for bin := range 201 {
			f := float64(bin) * 40
			w := min((f-hz[i])/(hz[i+1]-hz[i]), (hz[i+2]-f)/(hz[i+2]-hz[i+1]))
			out = append(out, float32(float64(float32(max(0, w)))*(2/(hz[i+2]-hz[i]))))
		}
	}
	return out
}

// vocabulary undoes GPT-2's byte-to-letter spelling in the first n lines of a
// CTranslate2 vocabulary.txt; the special tokens after them are whisper.cpp's.
func vocabulary(text []byte, n int) ([]byte, error) {
	decode, next := map[rune]byte{}, rune(256)
	for b := range rune(256) {
		if b > ' ' && b <= '~' || b >= 0xA1 && b != 0xAD {
			decode[b] = byte(b)
		} else {
			decode[next], next = byte(b), next+1
		}
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) < n {
		return nil, fmt.Errorf("vocabulary has %d lines, want %d", len(lines), n)
	}
	out := le.AppendUint32(nil, uint32(n))
	for _, line := range lines[:n] {
		var token []byte
		for _, r := range line {
			b, ok := decode[r]
			if !ok {
				return nil, fmt.Errorf("vocabulary: token %q", line)
			}
			token = append(token, b)
		}
		out = append(le.AppendUint32(out, uint32(len(token))), token...)
	}
	return out, nil
}
