package whispercpp

// What the Go binding of whisper.cpp lacks: silence on stderr, the logits of
// the last token, a fast way through them, and the voice detector.

/*
#cgo CFLAGS: -O3
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <whisper.h>

static void errors_only(enum ggml_log_level level, const char * text, void * user) {
	(void) user;
	// The refused start of the encoder is how a window is prepared, see encode.
	if (level == GGML_LOG_LEVEL_ERROR && !strstr(text, "encoder_begin_callback returned false")) fputs(text, stderr);
}

static void quiet(void) {
	whisper_log_set(errors_only, NULL);
	ggml_log_set(errors_only, NULL);
}

// exp for x <= 0, good to 1e-6; unlike expf the compiler can vectorise it.
static inline float exp_neg(float x) {
	x = x < -80.0f ? -80.0f : x;
	float t = x*1.44269504f;
	int k = (int) (t - 0.5f);
	float f = t - (float) k;
	float p = 1.0f + f*(0.69314718f + f*(0.24022651f + f*(0.05550411f + f*(0.00961813f + f*(0.00133336f + f*0.000154f)))));
	union { int32_t i; float f; } u;
	u.i = (k + 127) << 23;
	return p*u.f;
}

#define MOST 8 // tokens of text that pick finds

typedef struct {
	int   texts;          // how many of these there are
	int   text[MOST];     // best text tokens or end of text, the best first
	float text_log[MOST]; // their log probabilities
	int   stamp;          // best timestamp token, -1 if none is allowed
	float stamp_log;      // its log probability
	float stamp_all;      // log probability of all allowed timestamps together
} picked;

static inline void note(picked * r, int most, int token, float x) {
	int at = r->texts < most ? r->texts++ : most - 1;
	for (; at > 0 && r->text_log[at - 1] < x; at--) {
		r->text[at] = r->text[at - 1];
		r->text_log[at] = r->text_log[at - 1];
	}
	r->text[at] = token;
	r->text_log[at] = x;
}

// pick finds the best tokens among n logits: text below stop, where mask is
// not set, if text is allowed; stop, the end of the text, if stopping is; and
// timestamps from lo to hi. Of text it finds at most the given number.
static picked pick(const float * x, const uint8_t * mask, int stop, int text, int stopping, int lo, int hi, int most) {
	picked r = {.stamp = -1, .stamp_log = -INFINITY, .stamp_all = -INFINITY};
	float least = -INFINITY, stamp = -INFINITY;
	if (text) for (int i = 0; i < stop; i++) if (x[i] > least && !mask[i]) {
		note(&r, most, i, x[i]);
		if (r.texts == most) least = r.text_log[most - 1];
	}
	if (stopping && x[stop] > least) note(&r, most, stop, x[stop]);
	for (int i = lo; i < hi; i++) if (x[i] > stamp) { stamp = x[i]; r.stamp = i; }
	const float m = r.texts > 0 && r.text_log[0] > stamp ? r.text_log[0] : stamp;
	if (m == -INFINITY) return r;
	float sum_text = 0, sum_stamp = 0;
	if (text) for (int i = 0; i < stop; i++) sum_text += mask[i] ? 0.0f : exp_neg(x[i] - m);
	if (stopping) sum_text += exp_neg(x[stop] - m);
	for (int i = lo; i < hi; i++) sum_stamp += exp_neg(x[i] - m);
	const float all = m + logf(sum_text + sum_stamp);
	for (int i = 0; i < r.texts; i++) r.text_log[i] -= all;
	if (r.stamp >= 0) { r.stamp_log = stamp - all; r.stamp_all = m + logf(sum_stamp) - all; }
	return r;
}

// share returns the probability of token t among all n.
static float share(const float * x, int n, int t) {
	float m = x[0], sum = 0;
	for (int i = 1; i < n; i++) m = x[i] > m ? x[i] : m;
	for (int i = 0; i < n; i++) sum += exp_neg(x[i] - m);
	return exp_neg(x[t] - m)/sum;
}

static struct whisper_vad_context * voice_open(const char * path) {
	struct whisper_vad_context_params p = whisper_vad_default_context_params();
	p.n_threads = 1; // more only wait for each other
	p.use_gpu = false;
	return whisper_vad_init_from_file_with_params(path, p);
}
*/
import "C"

import (
	"errors"
	"fmt"
	"unsafe"

	whisper "github.com/ggerganov/whisper.cpp/bindings/go"
)

// silence keeps all but errors of the library off stderr.
func silence() { C.quiet() }

func native(ctx *whisper.Context) *C.struct_whisper_context {
	return (*C.struct_whisper_context)(unsafe.Pointer(ctx))
}

// logits returns those of token n, counted from 0, of the tokens or beams that
// were decoded. They are the library's memory, valid until the next call.
func logits(ctx *whisper.Context, n int) []float32 {
	vocabulary := ctx.Whisper_n_vocab()
	all := unsafe.Slice((*float32)(unsafe.Pointer(C.whisper_get_logits(native(ctx)))), (n+1)*vocabulary)
	return all[n*vocabulary:]
}

// decodeBeams decodes one more token, at past, of each beam of a search: beam i
// goes on where beam parents[i] of the last call was. After a decoding of several
// tokens there is but beam 0.
func decodeBeams(ctx *whisper.Context, tokens []whisper.Token, parents []int32, past int) error {
	if C.whisper_decode_beams(native(ctx), (*C.whisper_token)(unsafe.Pointer(&tokens[0])), (*C.int)(unsafe.Pointer(&parents[0])), C.int(len(tokens)), C.int(past), 1) != 0 {
		return errors.New("decode: the library failed")
	}
	return nil
}

// picks is what pick found.
type picks struct {
	texts    []token // text or the end of it, the likeliest first
	stamp    token   // id -1: none is allowed
	stampAll float32 // log probability of all timestamps together
}

// maxPicked is how many tokens of text pick finds at most.
const maxPicked = C.MOST

func pick(x []float32, mask []uint8, stop int, text, stopping bool, lo, hi, most int) picks {
	flag := func(b bool) C.int {
		if b {
			return 1
		}
		return 0
	}
	r := C.pick((*C.float)(&x[0]), (*C.uint8_t)(&mask[0]), C.int(stop), flag(text), flag(stopping), C.int(lo), C.int(min(hi, len(x))), C.int(min(most, maxPicked)))
	p := picks{stamp: token{int(r.stamp), float32(r.stamp_log)}, stampAll: float32(r.stamp_all)}
	for i := range int(r.texts) {
		p.texts = append(p.texts, token{int(r.text[i]), float32(r.text_log[i])})
	}
	return p
}

func share(x []float32, token int) float64 {
	return float64(C.share((*C.float)(&x[0]), C.int(len(x)), C.int(token)))
}

func noSpeechToken(ctx *whisper.Context) int { return int(C.whisper_token_nosp(native(ctx))) }

// detector is whisper.cpp's Silero voice detector.
type detector struct{ ctx *C.struct_whisper_vad_context }

func openDetector(path string) (*detector, error) {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	ctx := C.voice_open(name)
	if ctx == nil {
		return nil, fmt.Errorf("voice detector %s cannot be loaded", path)
	}
	return &detector{ctx}, nil
}

// voice returns a probability for every asr.VoiceFrame samples.
func (d *detector) voice(pcm []float32) ([]float32, error) {
	if !C.whisper_vad_detect_speech(d.ctx, (*C.float)(&pcm[0]), C.int(len(pcm))) {
		return nil, errors.New("voice detector failed")
	}
	n := int(C.whisper_vad_n_probs(d.ctx))
	out := make([]float32, n)
	copy(out, unsafe.Slice((*float32)(unsafe.Pointer(C.whisper_vad_probs(d.ctx))), n))
	return out, nil
}
