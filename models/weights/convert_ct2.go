package weights

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

var le = binary.LittleEndian

// This file reads models in the format of CTranslate2, binary version 6:
// https://github.com/OpenNMT/CTranslate2/blob/master/python/ctranslate2/specs/model_spec.py

// variable is one CTranslate2 tensor; its values are little-endian.
type variable struct {
	shape []int
	dtype byte
	data  []byte
}

const (
	float16     = 4       // CTranslate2's data type number
	maxVariable = 1 << 28 // bytes; the largest tensor of large-v3 has 133 MB
)

// reader keeps the first error, so that a run of reads needs one check.
type reader struct {
	r   *bufio.Reader
	err error
}

func (r *reader) bytes(n int) []byte {
	if r.err != nil {
		return nil
	}
	if n < 0 || n > maxVariable {
		r.err = fmt.Errorf("a field of %d bytes", n)
		return nil
	}
	b := make([]byte, n)
	_, r.err = io.ReadFull(r.r, b)
	return b
}

func (r *reader) num(size int) int {
	b := r.bytes(size)
	if r.err != nil {
		return 0
	}
	return int(le.Uint32(append(b, 0, 0, 0)))
}

func (r *reader) text() string { return strings.TrimRight(string(r.bytes(r.num(2))), "\x00") }

var errFormat = errors.New("unexpected format")

// readCT2 reads CTranslate2's binary version 6.
func readCT2(in io.Reader) (map[string]variable, error) {
	r := &reader{r: bufio.NewReaderSize(in, 1<<20)}
	version, spec := r.num(4), r.text()
	r.num(4) // revision
	if r.err != nil || version != 6 || spec != "WhisperSpec" {
		return nil, fmt.Errorf("not a CTranslate2 version 6 Whisper model (%d %q): %w", version, spec, errors.Join(r.err, errFormat))
	}
	vars := map[string]variable{}
	for n := r.num(4); n > 0 && r.err == nil; n-- {
		name, shape := r.text(), make([]int, r.num(1))
		for i := range shape {
			shape[i] = r.num(4)
		}
		dtype := byte(r.num(1))
		vars[name] = variable{shape, dtype, r.bytes(r.num(4))}
	}
	return vars, r.err
}
