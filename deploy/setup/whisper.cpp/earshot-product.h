// Products of bf16 matrices. ggml's own add up along the shared side, and at the end of
// each element the sixteen sums of a register, which takes as long as the rest where
// that side is as short as Whisper's. Here a register holds sixteen elements.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#if defined(__AVX512F__) && defined(__AVX512BF16__)
#include <immintrin.h>

namespace earshot {

constexpr int strip = 64; // columns that are worked on in one go

// add_tile adds the product of R rows of a, stride apart, with a strip of columns to c.
// The strip stands in pairs: two neighbours of a column, then those of the next column.
template <int R> static inline void add_tile(__m512 (&c)[R][4], const uint16_t * a, int64_t stride, const uint32_t * b, int64_t pairs) {
    for (int64_t p = 0; p < pairs; p++) {
        __m512bh col[4];
        for (int j = 0; j < 4; j++) {
            col[j] = (__m512bh) _mm512_loadu_si512(b + p*strip + 16*j);
        }
        for (int i = 0; i < R; i++) {
            int32_t two;
            memcpy(&two, a + i*stride + 2*p, sizeof(two));
            const __m512bh row = (__m512bh) _mm512_set1_epi32(two);
            for (int j = 0; j < 4; j++) {
                c[i][j] = _mm512_dpbf16_ps(c[i][j], row, col[j]);
            }
        }
    }
}

template <int R> static inline void set_tile(float * c, int64_t ldc, const uint16_t * a, int64_t stride, const uint32_t * b, int64_t pairs) {
    __m512 sum[R][4] = {};
    add_tile<R>(sum, a, stride, b, pairs);
    for (int i = 0; i < R; i++) {
        for (int j = 0; j < 4; j++) {
            _mm512_storeu_ps(c + i*ldc + 16*j, sum[i][j]);
        }
    }
}

// product sets c[j][i] to the sum over l of a[i][l] b[j][l], for all i below m and this
// thread's share of all j below n; or returns false if it is not for this way.
static inline bool product(int ith, int nth, int64_t m, int64_t n, int64_t k,
        const uint16_t * a, int64_t lda, const uint16_t * b, int64_t ldb, float * c, int64_t ldc) {
    if (n < 16 || m % strip != 0 || k % 2 != 0) {
        return false;
    }
    struct alignas(64) line { uint32_t pair[16]; };
    static thread_local std::vector<line> room;
    room.resize(k/2*strip/16);
    uint32_t * columns = room[0].pair;
    const int64_t each = (n + nth - 1)/nth, from = std::min(n, each*ith), to = std::min(n, from + each);
    const __m512i rows = _mm512_mullo_epi32(_mm512_set1_epi32(lda/2),
        _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    for (int64_t i = 0; i < m; i += strip) {
        for (int64_t l = 0; l < k; l += 2) {
            for (int s = 0; s < strip; s += 16) {
                _mm512_store_si512(columns + l/2*strip + s, _mm512_i32gather_epi32(rows, a + (i + s)*lda + l, 4));
            }
        }
        int64_t j = from;
        for (; j + 6 <= to; j += 6) {
            set_tile<6>(c + j*ldc + i, ldc, b + j*ldb, ldb, columns, k/2);
        }
        for (; j < to; j++) {
            set_tile<1>(c + j*ldc + i, ldc, b + j*ldb, ldb, columns, k/2);
        }
    }
    return true;
}

} // namespace earshot
#endif
