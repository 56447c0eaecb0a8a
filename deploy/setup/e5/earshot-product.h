// Products of 4-bit weights with 8-bit activations for many rows of weights at
// once, one row a lane: no lane is ever added to another, and a block of
// activations is loaded once for all rows. Beside the product of e5.c, which
// takes its place on other processors, a sentence takes a third of the time.
//
// The weights of a group of rows are unpacked once for all tokens, so that four
// neighbours of each row lie side by side, as the dot product instructions of
// the processor take them.
#if defined(__AVX512F__) && defined(__AVX512VNNI__)
#define EARSHOT_ROWS 16
typedef __m512i earshot_ints;
typedef __m512 earshot_floats;
#define EARSHOT_OF(name) _mm512_##name
#define earshot_load(p) _mm512_load_si512((const void *)(p))
static inline earshot_ints earshot_dot(earshot_ints sum, earshot_ints weights, earshot_ints acts) {
    return _mm512_dpbusd_epi32(sum, weights, acts);
}
#elif defined(__AVX2__) && defined(__FMA__)
#define EARSHOT_ROWS 8
typedef __m256i earshot_ints;
typedef __m256 earshot_floats;
#define EARSHOT_OF(name) _mm256_##name
#define earshot_load(p) _mm256_load_si256((const __m256i *)(p))
// Weights are at most 15, so that no sum of two products leaves 16 bits.
static inline earshot_ints earshot_dot(earshot_ints sum, earshot_ints weights, earshot_ints acts) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(weights, acts), _mm256_set1_epi16(1)));
}
#endif

#ifdef EARSHOT_ROWS
#define EARSHOT_WIDEST 1536 // numbers in a row of weights
#define EARSHOT_TOKENS 4    // that share the loads of weights

static inline int32_t earshot_four(const int8_t *p) {
    int32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

// One group of rows, unpacked, times `count` tokens from token t on.
static inline __attribute__((always_inline)) void earshot_tokens(
    const uint8_t *rows, const float *scales, earshot_floats bias,
    const int8_t *aq, const float *ad, const int32_t *as,
    float *Y, int t, const int count, int o, int nout, int nin) {
    const int nb = nin / QK;
    earshot_floats sum[EARSHOT_TOKENS];
    for (int j = 0; j < count; j++) sum[j] = bias;
    for (int b = 0; b < nb; b++) {
        earshot_ints dot[EARSHOT_TOKENS];
        for (int j = 0; j < count; j++) dot[j] = EARSHOT_OF(set1_epi32)(-8 * as[(size_t)(t + j) * nb + b]);
        for (int k = 0; k < QK; k += 4) {
            const earshot_ints w = earshot_load(rows + (size_t)(b * QK + k) * EARSHOT_ROWS);
            for (int j = 0; j < count; j++)
                dot[j] = earshot_dot(dot[j], w, EARSHOT_OF(set1_epi32)(earshot_four(aq + (size_t)(t + j) * nin + b * QK + k)));
        }
        const earshot_floats scale = EARSHOT_OF(load_ps)(scales + b * EARSHOT_ROWS);
        for (int j = 0; j < count; j++)
            sum[j] = EARSHOT_OF(fmadd_ps)(EARSHOT_OF(cvtepi32_ps)(dot[j]), EARSHOT_OF(mul_ps)(scale, EARSHOT_OF(set1_ps)(ad[(size_t)(t + j) * nb + b])), sum[j]);
    }
    for (int j = 0; j < count; j++) EARSHOT_OF(storeu_ps)(Y + (size_t)(t + j) * nout + o, sum[j]);
}

static void earshot_product(const block_q4_0 *W, const float *bias,
                            const int8_t *aq, const float *ad, const int32_t *as,
                            float *Y, int L, int nout, int nin) {
    const int nb = nin / QK;
    _Alignas(64) uint8_t rows[EARSHOT_WIDEST * EARSHOT_ROWS];
    _Alignas(64) float scales[EARSHOT_WIDEST / QK * EARSHOT_ROWS];
    for (int o = 0; o < nout; o += EARSHOT_ROWS) {
        for (int r = 0; r < EARSHOT_ROWS; r++) {
            const block_q4_0 *w = W + (size_t)(o + r) * nb;
            for (int b = 0; b < nb; b++) {
                scales[b * EARSHOT_ROWS + r] = fp16_to_fp32(w[b].d);
                uint8_t *to = rows + (size_t)b * QK * EARSHOT_ROWS + r * 4;
                for (int j = 0; j < QK / 2; j++) {
                    const size_t at = (size_t)(j / 4) * 4 * EARSHOT_ROWS + j % 4;
                    to[at] = w[b].qs[j] & 0x0F;
                    to[at + (size_t)QK / 2 * EARSHOT_ROWS] = w[b].qs[j] >> 4;
                }
            }
        }
        const earshot_floats first = bias ? EARSHOT_OF(loadu_ps)(bias + o) : EARSHOT_OF(setzero_ps)();
        int t = 0;
        for (; t + EARSHOT_TOKENS <= L; t += EARSHOT_TOKENS)
            earshot_tokens(rows, scales, first, aq, ad, as, Y, t, EARSHOT_TOKENS, o, nout, nin);
        for (; t < L; t++)
            earshot_tokens(rows, scales, first, aq, ad, as, Y, t, 1, o, nout, nin);
    }
}
#endif
