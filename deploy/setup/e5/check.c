// Compares the products of earshot-product.h, as they are built for this
// processor, with plain sums. Ends with 1 where they differ.
#include "e5.c"

// One product of random numbers: L tokens, nin numbers each, nout rows of weights.
static int differs(int L, int nout, int nin) {
    const int nb = nin / QK;
    block_q4_0 *W = malloc(sizeof(block_q4_0) * nout * nb);
    float *bias = malloc(sizeof(float) * nout), *X = malloc(sizeof(float) * L * nin), *Y = malloc(sizeof(float) * L * nout);
    int8_t *aq = malloc((size_t)L * nin);
    float *ad = malloc(sizeof(float) * L * nb);
    int32_t *as = malloc(sizeof(int32_t) * L * nb);
    if (!W || !bias || !X || !Y || !aq || !ad || !as) return 1;
    for (int i = 0; i < nout * nb; i++) {
        W[i].d = (uint16_t)(0x2000 + rand() % 0x400);
        for (int j = 0; j < QK / 2; j++) W[i].qs[j] = (uint8_t)rand();
    }
    for (int i = 0; i < nout; i++) bias[i] = (float)rand() / RAND_MAX;
    for (int i = 0; i < L * nin; i++) X[i] = 2.f * rand() / RAND_MAX - 1;
    quantize_acts(X, L, nin, aq, ad, as);
    matmul_q4q8(W, bias, aq, ad, as, Y, L, nout, nin);
    int bad = 0;
    float row[1536];
    for (int o = 0; o < nout; o++) {
        deq_row(W + (size_t)o * nb, nin, row);
        for (int t = 0; t < L; t++) {
            double want = bias[o];
            for (int i = 0; i < nin; i++) want += (double)row[i] * aq[(size_t)t * nin + i] * ad[(size_t)t * nb + i / QK];
            bad |= fabs(want - Y[(size_t)t * nout + o]) > 1e-3;
        }
    }
    free(W), free(bias), free(X), free(Y), free(aq), free(ad), free(as);
    return bad;
}

int main(void) { return differs(1, 384, 384) | differs(7, 1536, 384) | differs(6, 384, 1536); }
