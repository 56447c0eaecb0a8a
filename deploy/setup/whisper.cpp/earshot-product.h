// Products of bf16 and f16 matrices. ggml's own add up along the shared side, and at the
// end of each element the sixteen sums of a register, which takes as long as the rest
// where that side is as short as Whisper's. Here a register holds sixteen elements.
#pragma once

#include "ggml-impl.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#if defined(__AVX512F__) && defined(__AVX512BW__)
#include <immintrin.h>

namespace earshot {

constexpr int strip = 64; // columns that are worked on in one go

static inline __m512 widen(const ggml_fp16_t * x) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *) x)); }

// single and pairs are two ways to multiply: one number of a row at a time with those of
// sixteen columns, or two neighbours. A strip has for each step the words of its columns.
struct single {
    using number = float;
    using word = float;
    static constexpr int numbers = 1; // of a row, in a step

    static __m512 columns(const word * w) { return _mm512_loadu_ps(w); }
    static __m512 add(__m512 sum, const number * row, __m512 columns) { return _mm512_fmadd_ps(_mm512_set1_ps(*row), columns, sum); }
    static void store(number * to, __m512 low, __m512 high) {
        _mm512_storeu_ps(to, low);
        _mm512_storeu_ps(to + 16, high);
    }
};

#if defined(__AVX512BF16__)
struct pairs {
    using number = uint16_t;
    using word = uint32_t;
    static constexpr int numbers = 2;

    static __m512bh columns(const word * w) { return (__m512bh) _mm512_loadu_si512(w); }
    static __m512 add(__m512 sum, const number * row, __m512bh columns) {
        int32_t two;
        memcpy(&two, row, sizeof(two));
        return _mm512_dpbf16_ps(sum, (__m512bh) _mm512_set1_epi32(two), columns);
    }
    static void store(number * to, __m512 low, __m512 high) { _mm512_storeu_si512(to, (__m512i) _mm512_cvtne2ps_pbh(high, low)); }
};
using best = pairs;
#else
using best = single;
#endif

// add_tile adds the product of R rows, stride apart, with a strip to c.
template <int R, typename W>
static inline void add_tile(__m512 (&c)[R][4], const typename W::number * row, int64_t stride, const typename W::word * words, int64_t steps) {
    for (int64_t s = 0; s < steps; s++) {
        decltype(W::columns(words)) col[4];
        for (int j = 0; j < 4; j++) {
            col[j] = W::columns(words + s*strip + 16*j);
        }
        for (int i = 0; i < R; i++) {
            for (int j = 0; j < 4; j++) {
                c[i][j] = W::add(c[i][j], row + i*stride + s*W::numbers, col[j]);
            }
        }
    }
}

template <int R, typename W>
static inline void set_tile(float * c, int64_t ldc, const typename W::number * row, int64_t stride, const typename W::word * words, int64_t steps) {
    __m512 sum[R][4] = {};
    add_tile<R, W>(sum, row, stride, words, steps);
    for (int i = 0; i < R; i++) {
        for (int j = 0; j < 4; j++) {
            _mm512_storeu_ps(c + i*ldc + 16*j, sum[i][j]);
        }
    }
}

struct alignas(64) line { uint32_t word[16]; };

// room returns memory for n words that this thread keeps from call to call.
template <typename T> static inline T * room(std::vector<line> & lines, int64_t n) {
    lines.resize((n + 15)/16);
    return (T *) lines.data();
}

// share is a thread's part of n.
struct share {
    int64_t from, to;
    share(int64_t n, int ith, int nth) {
        const int64_t each = (n + nth - 1)/nth;
        from = std::min(n, each*ith);
        to = std::min(n, from + each);
    }
};

static inline bool tiles(int64_t m, int64_t n, int64_t k) { return n >= 16 && m % strip == 0 && k % 16 == 0; }

#if defined(__AVX512BF16__)
// product sets c[j][i] to the sum over l of a[i][l] b[j][l], for all i below m and this
// thread's share of all j below n; or returns false if it is not for this way.
static inline bool product(int ith, int nth, int64_t m, int64_t n, int64_t k,
        const ggml_bf16_t * a, int64_t lda, const ggml_bf16_t * b, int64_t ldb, float * c, int64_t ldc) {
    if (!tiles(m, n, k)) {
        return false;
    }
    static thread_local std::vector<line> lines;
    uint32_t * words = room<uint32_t>(lines, k/2*strip);
    const share own(n, ith, nth);
    const __m512i rows = _mm512_mullo_epi32(_mm512_set1_epi32(lda/2),
        _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    for (int64_t i = 0; i < m; i += strip) {
        for (int64_t l = 0; l < k; l += 2) {
            for (int s = 0; s < strip; s += 16) {
                _mm512_store_si512(words + l/2*strip + s, _mm512_i32gather_epi32(rows, a + (i + s)*lda + l, 4));
            }
        }
        const uint16_t * row = (const uint16_t *) b;
        int64_t j = own.from;
        for (; j + 6 <= own.to; j += 6) {
            set_tile<6, pairs>(c + j*ldc + i, ldc, row + j*ldb, ldb, words, k/2);
        }
        for (; j < own.to; j++) {
            set_tile<1, pairs>(c + j*ldc + i, ldc, row + j*ldb, ldb, words, k/2);
        }
    }
    return true;
}
#endif

// product, of f16.
static inline bool product(int ith, int nth, int64_t m, int64_t n, int64_t k,
        const ggml_fp16_t * a, int64_t lda, const ggml_fp16_t * b, int64_t ldb, float * c, int64_t ldc) {
    if (!tiles(m, n, k)) {
        return false;
    }
    static thread_local std::vector<line> lines, six;
    float * words = room<float>(lines, k*strip), * row = room<float>(six, 6*k);
    const share own(n, ith, nth);
    for (int64_t i = 0; i < m; i += strip) {
        for (int s = 0; s < strip; s++) {
            for (int64_t l = 0; l < k; l += 16) {
                alignas(64) float x[16];
                _mm512_store_ps(x, widen(a + (i + s)*lda + l));
                for (int d = 0; d < 16; d++) {
                    words[(l + d)*strip + s] = x[d];
                }
            }
        }
        for (int64_t j = own.from; j < own.to; j += 6) {
            const int64_t rows = std::min<int64_t>(6, own.to - j);
            for (int64_t r = 0; r < rows; r++) {
                for (int64_t l = 0; l < k; l += 16) {
                    _mm512_store_ps(row + r*k + l, widen(b + (j + r)*ldb + l));
                }
            }
            if (rows == 6) {
                set_tile<6, single>(c + j*ldc + i, ldc, row, k, words, k);
                continue;
            }
            for (int64_t r = 0; r < rows; r++) {
                set_tile<1, single>(c + (j + r)*ldc + i, ldc, row + r*k, k, words, k);
            }
        }
    }
    return true;
}

} // namespace earshot
#endif

namespace earshot {

// Of other types, and on other processors, products are ggml's own.
template <typename T>
static inline bool product(int, int, int64_t, int64_t, int64_t, const T *, int64_t, const T *, int64_t, float *, int64_t) { return false; }

} // namespace earshot
