// Attention for the two shapes Whisper has: many queries over all keys, in the
// encoder, and one query or few, in the decoder. Heads are 64 wide, keys and values
// f16, one pass over the keys with a running maximum
// (https://arxiv.org/abs/2205.14135, algorithm 1).
#pragma once

#include "earshot-product.h"
#include "ggml-cpu-impl.h"
#include "vec.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__AVX512F__) && defined(__AVX512BW__)
#include <immintrin.h>

namespace earshot {

constexpr int head = 64;  // of a query, a key, a value
constexpr int block = 64; // keys that are looked at in one go

// heads are the tensors of one attention and what they have in common.
struct heads {
    const ggml_tensor * q, * k, * v, * mask;
    ggml_tensor * out;
    float scale;

    explicit heads(ggml_tensor * dst) : q(dst->src[0]), k(dst->src[1]), v(dst->src[2]), mask(dst->src[3]), out(dst) {
        memcpy(&scale, dst->op_params, sizeof(scale));
    }

    // fits tells whether this is an attention as Whisper has it: no sinks, no bias
    // by position, no cap on the scores.
    bool fits() const {
        float other[2];
        memcpy(other, (const float *) out->op_params + 1, sizeof(other));
        return q->type == GGML_TYPE_F32 && k->type == GGML_TYPE_F16 && v->type == GGML_TYPE_F16 &&
            k->ne[0] == head && v->ne[0] == head && q->ne[3] == 1 && k->ne[2] == q->ne[2] && v->ne[2] == q->ne[2] &&
            out->src[4] == nullptr && other[0] == 0 && other[1] == 0;
    }

    const float * query(int64_t h, int64_t i) const { return (const float *) ((const char *) q->data + i*q->nb[1] + h*q->nb[2]); }
    const ggml_fp16_t * key  (int64_t h, int64_t i) const { return (const ggml_fp16_t *) ((const char *) k->data + i*k->nb[1] + h*k->nb[2]); }
    const ggml_fp16_t * value(int64_t h, int64_t i) const { return (const ggml_fp16_t *) ((const char *) v->data + i*v->nb[1] + h*v->nb[2]); }
    const ggml_fp16_t * masks(int64_t h, int64_t i) const {
        return mask ? (const ggml_fp16_t *) ((const char *) mask->data + i*mask->nb[1] + (h % mask->ne[2])*mask->nb[2]) : nullptr;
    }
    float * output(int64_t h, int64_t i) const { return (float *) out->data + (h + i*out->ne[1])*head; }
};

// running is a softmax over the scores seen so far.
struct running {
    float most = -INFINITY, sum = 0;

    // raise takes a block's largest score in and returns what all before shrinks by.
    float raise(float score) {
        if (score <= most) {
            return 1;
        }
        const float by = expf(most - score);
        most = score;
        sum *= by;
        return by;
    }
};

// answer answers query i of head h; out is not yet divided by the sum.
static inline running answer(const heads & t, int64_t h, int64_t i, float * out) {
    __m512 q[4], o[4];
    for (int d = 0; d < 4; d++) {
        q[d] = _mm512_mul_ps(_mm512_loadu_ps(t.query(h, i) + 16*d), _mm512_set1_ps(t.scale));
        o[d] = _mm512_setzero_ps();
    }
    const ggml_fp16_t * mask = t.masks(h, i);
    running r;
    for (int64_t start = 0; start < t.k->ne[1]; start += block) {
        const int n = std::min<int64_t>(block, t.k->ne[1] - start);
        alignas(64) float score[block];
        for (int j = 0; j < n; j++) {
            const ggml_fp16_t * k = t.key(h, start + j);
            const __m512 a = _mm512_fmadd_ps(q[1], widen(k + 16), _mm512_mul_ps(q[0], widen(k)));
            const __m512 b = _mm512_fmadd_ps(q[3], widen(k + 48), _mm512_mul_ps(q[2], widen(k + 32)));
            score[j] = _mm512_reduce_add_ps(_mm512_add_ps(a, b));
            if (mask) {
                score[j] += GGML_CPU_FP16_TO_FP32(mask[start + j]);
            }
        }
        std::fill(score + n, score + block, -INFINITY);
        __m512 s[4], top = _mm512_load_ps(score);
        for (int d = 0; d < 4; d++) {
            s[d] = _mm512_load_ps(score + 16*d);
            top = _mm512_max_ps(top, s[d]);
        }
        const float most = _mm512_reduce_max_ps(top);
        if (most == -INFINITY) {
            continue; // all are masked
        }
        const __m512 by = _mm512_set1_ps(r.raise(most));
        __m512 sum = _mm512_setzero_ps();
        for (int d = 0; d < 4; d++) {
            o[d] = _mm512_mul_ps(o[d], by);
            s[d] = ggml_v_expf(_mm512_sub_ps(s[d], _mm512_set1_ps(r.most)));
            sum = _mm512_add_ps(sum, s[d]);
            _mm512_store_ps(score + 16*d, s[d]);
        }
        r.sum += _mm512_reduce_add_ps(sum);
        for (int j = 0; j < n; j++) {
            const ggml_fp16_t * v = t.value(h, start + j);
            const __m512 p = _mm512_set1_ps(score[j]);
            for (int d = 0; d < 4; d++) {
                o[d] = _mm512_fmadd_ps(p, widen(v + 16*d), o[d]);
            }
        }
    }
    for (int d = 0; d < 4; d++) {
        _mm512_storeu_ps(out + 16*d, o[d]);
    }
    return r;
}

// few answers queries from to to, counted through all heads.
static inline void few(const heads & t, int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) {
        const int64_t h = row/t.q->ne[1], i = row % t.q->ne[1];
        float * out = t.output(h, i);
        const running r = answer(t, h, i, out);
        ggml_vec_scale_f32(head, out, r.sum == 0 ? 0 : 1/r.sum);
    }
}

constexpr int rows = 256; // queries that share a block of keys and values once it is packed

// packed is the room that many works in, in numbers and words of the best way to multiply.
struct packed {
    best::number query[rows*head]; // scaled
    float        out[rows*head];
    running      soft[rows];
    best::word   key[block*head/best::numbers];
    best::word   value[block*head/best::numbers];
};

#if defined(__AVX512BF16__)

static inline void pack_keys(packed & to, const heads & t, int64_t h, int64_t start, int n) {
    for (int j = 0; j < n; j++) {
        const ggml_fp16_t * k = t.key(h, start + j);
        alignas(64) uint32_t pair[head/2];
        pairs::store((uint16_t *) pair,      widen(k),      widen(k + 16));
        pairs::store((uint16_t *) pair + 32, widen(k + 32), widen(k + 48));
        for (int d = 0; d < head/2; d++) {
            to.key[d*block + j] = pair[d];
        }
    }
}

static inline void pack_values(packed & to, const heads & t, int64_t h, int64_t start, int n) {
    for (int j = 0; j < n; j += 2) {
        for (int d = 0; d < head; d += 16) {
            const __m512 b = j + 1 < n ? widen(t.value(h, start + j + 1) + d) : _mm512_setzero_ps();
            const __m512i low  = _mm512_cvtepu16_epi32((__m256i) _mm512_cvtneps_pbh(widen(t.value(h, start + j) + d)));
            const __m512i high = _mm512_cvtepu16_epi32((__m256i) _mm512_cvtneps_pbh(b));
            _mm512_storeu_si512(to.value + j/2*head + d, _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
        }
    }
}

#else

static inline void pack_keys(packed & to, const heads & t, int64_t h, int64_t start, int n) {
    for (int j = 0; j < n; j++) {
        alignas(64) float k[head];
        for (int d = 0; d < head; d += 16) {
            _mm512_store_ps(k + d, widen(t.key(h, start + j) + d));
        }
        for (int d = 0; d < head; d++) {
            to.key[d*block + j] = k[d];
        }
    }
}

static inline void pack_values(packed & to, const heads & t, int64_t h, int64_t start, int n) {
    for (int j = 0; j < n; j++) {
        for (int d = 0; d < head; d += 16) {
            _mm512_storeu_ps(to.value + j*head + d, widen(t.value(h, start + j) + d));
        }
    }
}

#endif

// attend lets four queries look at the block of n keys that is packed.
static inline void attend(packed & w, int row, int n) {
    __m512 s[4][4] = {};
    add_tile<4, best>(s, w.query + row*head, head, w.key, head/best::numbers);
    if (n < block) {
        for (int j = 0; j < 4; j++) {
            const __mmask16 none = 0xffffu << std::clamp(n - 16*j, 0, 16);
            for (int i = 0; i < 4; i++) {
                s[i][j] = _mm512_mask_mov_ps(s[i][j], none, _mm512_set1_ps(-INFINITY));
            }
        }
    }
    __m512 o[4][4];
    alignas(64) best::number weight[4*block];
    for (int i = 0; i < 4; i++) {
        running & r = w.soft[row + i];
        const float most = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_max_ps(s[i][0], s[i][1]), _mm512_max_ps(s[i][2], s[i][3])));
        const __m512 by = _mm512_set1_ps(r.raise(most)), top = _mm512_set1_ps(r.most);
        for (int j = 0; j < 4; j++) {
            s[i][j] = ggml_v_expf(_mm512_sub_ps(s[i][j], top));
            o[i][j] = _mm512_mul_ps(by, _mm512_loadu_ps(w.out + (row + i)*head + 16*j));
        }
        r.sum += _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(s[i][0], s[i][1]), _mm512_add_ps(s[i][2], s[i][3])));
        best::store(weight + i*block,      s[i][0], s[i][1]);
        best::store(weight + i*block + 32, s[i][2], s[i][3]);
    }
    add_tile<4, best>(o, weight, block, w.value, block/best::numbers);
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
            _mm512_storeu_ps(w.out + (row + i)*head + 16*j, o[i][j]);
        }
    }
}

// many answers queries from to to, counted through all heads, without a mask.
static inline void many(const heads & t, int64_t from, int64_t to, packed & w) {
    while (from < to) {
        const int64_t h = from/t.q->ne[1], i = from % t.q->ne[1];
        const int n = std::min({(int64_t) rows, to - from, t.q->ne[1] - i});
        const int whole = (n + 3)/4*4;
        memset(w.query + n*head, 0, (whole - n)*head*sizeof(w.query[0]));
        for (int r = 0; r < n; r++) {
            const float * q = t.query(h, i + r);
            const __m512 scale = _mm512_set1_ps(t.scale);
            for (int d = 0; d < head; d += 32) {
                best::store(w.query + r*head + d, _mm512_mul_ps(scale, _mm512_loadu_ps(q + d)), _mm512_mul_ps(scale, _mm512_loadu_ps(q + d + 16)));
            }
        }
        memset(w.out, 0, whole*head*sizeof(w.out[0]));
        std::fill(w.soft, w.soft + whole, running());
        for (int64_t start = 0; start < t.k->ne[1]; start += block) {
            const int keys = std::min<int64_t>(block, t.k->ne[1] - start);
            if (keys < block) { // the last: nothing may be left of the one before
                memset(w.key, 0, sizeof(w.key));
                memset(w.value, 0, sizeof(w.value));
            }
            pack_keys(w, t, h, start, keys);
            pack_values(w, t, h, start, keys);
            for (int r = 0; r < whole; r += 4) {
                attend(w, r, keys);
            }
        }
        for (int r = 0; r < n; r++) {
            ggml_vec_scale_f32(head, w.out + r*head, 1/w.soft[r].sum);
            memcpy(t.output(h, i + r), w.out + r*head, head*sizeof(float));
        }
        from += n;
    }
}

// attention computes dst, or returns false if it is not for these kernels.
static inline bool attention(const ggml_compute_params * params, ggml_tensor * dst) {
    const heads t(dst);
    if (!t.fits()) {
        return false;
    }
    const share own(t.q->ne[1]*t.q->ne[2], params->ith, params->nth);
    if (t.q->ne[1] < block) {
        few(t, own.from, own.to);
        return true;
    }
    if (t.mask) {
        return false;
    }
    GGML_ASSERT(params->wsize >= params->nth*sizeof(packed));
    many(t, own.from, own.to, ((packed *) params->wdata)[params->ith]);
    return true;
}

} // namespace earshot

#else

namespace earshot {
static inline bool attention(const ggml_compute_params *, ggml_tensor *) { return false; }
} // namespace earshot

#endif
