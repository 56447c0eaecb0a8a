// Products of a q8_0 matrix with a few columns, as the decoder has them when it follows
// several beams. What is computed of a block of the matrix serves all columns.
#pragma once

#include "ggml-quants.h"
#include "ggml-impl.h"
#include "simd-mappings.h"
#include "earshot-product.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VNNI__)
#include <immintrin.h>

namespace earshot {

constexpr int most_columns = 8;

// two are the numbers and the scales of two neighbouring blocks of a column. The
// processor multiplies unsigned numbers with signed ones: 128 is added to these.
struct alignas(64) two {
    uint8_t number[2*QK8_0];
    float   scale[16];
};

static inline void split(two * to, const block_q8_0 * from, int64_t pairs) {
    for (int64_t p = 0; p < pairs; p++) {
        for (int half = 0; half < 2; half++) {
            const block_q8_0 & b = from[2*p + half];
            std::fill_n(to[p].scale + 8*half, 8, GGML_CPU_FP16_TO_FP32(b.d));
            for (int i = 0; i < QK8_0; i++) {
                to[p].number[half*QK8_0 + i] = uint8_t(b.qs[i] + 128);
            }
        }
    }
}

// rows_by multiplies R rows, lda blocks apart, with N columns.
template <int R, int N>
static inline void rows_by(float * c, int64_t ldc, const block_q8_0 * a, int64_t lda, const two * b, int64_t pairs) {
    __m512 sum[R][N] = {};
    const __m512i offset = _mm512_set1_epi8(-128); // unsigned: 128
    for (int64_t p = 0; p < pairs; p++) {
        for (int i = 0; i < R; i++) {
            const block_q8_0 * row = a + i*lda + 2*p;
            const __m512i numbers = _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *) row[0].qs)), _mm256_loadu_si256((const __m256i *) row[1].qs), 1);
            const __m512 scale = _mm512_mask_blend_ps(0xff00, _mm512_set1_ps(GGML_CPU_FP16_TO_FP32(row[0].d)), _mm512_set1_ps(GGML_CPU_FP16_TO_FP32(row[1].d)));
            const __m512i excess = _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_dpbusd_epi32(_mm512_setzero_si512(), offset, numbers));
            for (int j = 0; j < N; j++) {
                const two & t = b[j*pairs + p];
                const __m512i product = _mm512_dpbusd_epi32(excess, _mm512_load_si512(t.number), numbers);
                sum[i][j] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(product), _mm512_mul_ps(scale, _mm512_load_ps(t.scale)), sum[i][j]);
            }
        }
    }
    for (int i = 0; i < R; i++) {
        for (int j = 0; j < N; j++) {
            c[j*ldc + i] = _mm512_reduce_add_ps(sum[i][j]);
        }
    }
}

template <int N>
static inline void all_rows(int64_t from, int64_t to, float * c, int64_t ldc, const block_q8_0 * a, int64_t lda, const two * b, int64_t pairs) {
    int64_t i = from;
    for (; i + 2 <= to; i += 2) {
        rows_by<2, N>(c + i, ldc, a + i*lda, lda, b, pairs);
    }
    if (i < to) {
        rows_by<1, N>(c + i, ldc, a + i*lda, lda, b, pairs);
    }
}

// few_columns computes C = A'B for m rows of A and n columns of B, k blocks long, or
// returns false if that is not for this kernel.
static inline bool few_columns(int ith, int nth, int64_t m, int64_t n, int64_t k, const block_q8_0 * a, int64_t lda, const block_q8_0 * b, int64_t ldb, float * c, int64_t ldc) {
    if (n < 2 || n > most_columns || k % 2 != 0) {
        return false;
    }
    static thread_local std::vector<line> memory;
    const int64_t pairs = k/2;
    two * const columns = room<two>(memory, n*pairs*sizeof(two)/sizeof(uint32_t));
    for (int64_t j = 0; j < n; j++) {
        split(columns + j*pairs, b + j*ldb, pairs);
    }
    const share own(m, ith, nth);
    for (int64_t j = 0; j < n; j += 4) {
        const auto by = [&](auto rows) { rows(own.from, own.to, c + j*ldc, ldc, a, lda, columns + j*pairs, pairs); };
        switch (std::min<int64_t>(n - j, 4)) {
        case 4: by(all_rows<4>); break;
        case 3: by(all_rows<3>); break;
        case 2: by(all_rows<2>); break;
        case 1: by(all_rows<1>); break;
        }
    }
    return true;
}

} // namespace earshot

#else

namespace earshot {
static inline bool few_columns(int, int, int64_t, int64_t, int64_t, const block_q8_0 *, int64_t, const block_q8_0 *, int64_t, float *, int64_t) { return false; }
} // namespace earshot

#endif
