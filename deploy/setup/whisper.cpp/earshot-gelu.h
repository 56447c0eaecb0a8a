// GELU by its formula, sixteen at a time, where ggml looks each value up in a table.
#pragma once

#include "vec.h"

#if defined(__AVX512F__)
#include <immintrin.h>

namespace earshot {

// gelu(x) = x/2 (1 + tanh u) = x/(1 + exp -2u), u = sqrt(2/pi) (x + 0.044715 x^3)
static inline __m512 gelu(__m512 x) {
    const __m512 one = _mm512_set1_ps(1);
    const __m512 cube = _mm512_fmadd_ps(_mm512_mul_ps(x, x), _mm512_set1_ps(0.044715f), one);
    const __m512 u = _mm512_mul_ps(_mm512_mul_ps(x, cube), _mm512_set1_ps(-2*0.79788456080286535588f));
    return _mm512_div_ps(x, _mm512_add_ps(one, ggml_v_expf(u)));
}

static inline void gelu(int n, float * y, const float * x) {
    for (int i = 0; i < n; i += 16) {
        const __mmask16 there = n - i < 16 ? (1u << (n - i)) - 1 : 0xffff;
        _mm512_mask_storeu_ps(y + i, there, gelu(_mm512_maskz_loadu_ps(there, x + i)));
    }
}

} // namespace earshot

#else

namespace earshot {
static inline void gelu(int n, float * y, const float * x) { ggml_vec_gelu_f32(n, y, x); }
} // namespace earshot

#endif
