// Compares the kernels beside this file, as they were built for this processor, with
// plain sums. Ends with 1 and says where they differ.
#include <ggml-cpu.h>
#include <ggml.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>
#include <vector>

namespace {

std::mt19937 random_bits(1);

// Room for one computation, which build describes.
std::vector<float> compute(int threads, const std::function<ggml_tensor *(ggml_context *)> & build) {
    ggml_context * ctx = ggml_init({size_t(256) << 20, nullptr, false});
    ggml_tensor * result = build(ctx);
    ggml_cgraph * graph = ggml_new_graph(ctx);
    ggml_build_forward_expand(graph, result);
    ggml_graph_compute_with_ctx(ctx, graph, threads);
    const float * data = static_cast<const float *>(result->data);
    std::vector<float> out(data, data + ggml_nelements(result));
    ggml_free(ctx);
    return out;
}

// made is a tensor of random numbers, which values gets as the type has them.
ggml_tensor * made(ggml_context * ctx, ggml_type type, std::vector<int64_t> size, float scale, std::vector<double> & values) {
    ggml_tensor * t = ggml_new_tensor(ctx, type, int(size.size()), size.data());
    std::normal_distribution<float> numbers(0, scale);
    values.resize(ggml_nelements(t));
    for (size_t i = 0; i < values.size(); i++) {
        const float x = numbers(random_bits);
        switch (type) {
        case GGML_TYPE_F16:
            values[i] = ggml_fp16_to_fp32(static_cast<ggml_fp16_t *>(t->data)[i] = ggml_fp32_to_fp16(x));
            break;
        case GGML_TYPE_BF16:
            values[i] = ggml_bf16_to_fp32(static_cast<ggml_bf16_t *>(t->data)[i] = ggml_fp32_to_bf16(x));
            break;
        case GGML_TYPE_Q8_0:
            values[i] = x;
            break;
        default:
            values[i] = static_cast<float *>(t->data)[i] = x;
        }
    }
    if (type == GGML_TYPE_Q8_0) {
        const ggml_type_traits * traits = ggml_get_type_traits(type);
        std::vector<float> x(values.begin(), values.end());
        traits->from_float_ref(x.data(), t->data, int64_t(x.size()));
        traits->to_float(t->data, x.data(), int64_t(x.size()));
        values.assign(x.begin(), x.end());
    }
    return t;
}

bool near(const char * what, const std::vector<float> & got, const std::vector<double> & want, double tolerance) {
    double most = 0, size = 0;
    for (double w : want) {
        size += w*w;
    }
    size = std::sqrt(size/double(want.size()));
    for (size_t i = 0; i < want.size(); i++) {
        const double off = std::abs(got[i] - want[i])/size;
        most = std::isfinite(off) ? std::max(most, off) : INFINITY;
    }
    if (got.size() == want.size() && most <= tolerance) {
        return true;
    }
    std::fprintf(stderr, "%s is off by %.4f of its usual size, at most %.4f is right\n", what, most, tolerance);
    return false;
}

// attention of n queries over some keys, masked like a decoder's or not.
bool attention(int n, int keys, bool masked, int threads) {
    const int width = 64, heads = 3;
    const float scale = 0.125f;
    std::vector<double> q, k, v;
    std::vector<float> mask(size_t(n)*keys, 0);
    const auto got = compute(threads, [&](ggml_context * ctx) {
        ggml_tensor * tq = made(ctx, GGML_TYPE_F32, {width, heads, n}, 1, q);
        ggml_tensor * tk = made(ctx, GGML_TYPE_F16, {width, heads, keys}, 2, k);
        ggml_tensor * tv = made(ctx, GGML_TYPE_F16, {width, heads, keys}, 1, v);
        ggml_tensor * tm = nullptr;
        if (masked) {
            tm = ggml_new_tensor_2d(ctx, GGML_TYPE_F16, keys, n);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < keys; j++) {
                    mask[size_t(i)*keys + j] = j > keys - n + i ? -INFINITY : 0;
                }
            }
            ggml_fp32_to_fp16_row(mask.data(), static_cast<ggml_fp16_t *>(tm->data), int64_t(mask.size()));
        }
        const auto turned = [&](ggml_tensor * t) { return ggml_permute(ctx, t, 0, 2, 1, 3); };
        return ggml_flash_attn_ext(ctx, turned(tq), turned(tk), turned(tv), tm, scale, 0, 0);
    });
    std::vector<double> want(got.size());
    for (int i = 0; i < n; i++) {
        for (int h = 0; h < heads; h++) {
            std::vector<double> score(keys);
            double most = -INFINITY, sum = 0;
            for (int j = 0; j < keys; j++) {
                for (int d = 0; d < width; d++) {
                    score[j] += q[(size_t(i)*heads + h)*width + d]*k[(size_t(j)*heads + h)*width + d];
                }
                score[j] = score[j]*scale + mask[size_t(i)*keys + j];
                most = std::max(most, score[j]);
            }
            double * out = &want[(size_t(i)*heads + h)*width];
            for (int j = 0; j < keys; j++) {
                const double p = std::exp(score[j] - most);
                sum += p;
                for (int d = 0; d < width; d++) {
                    out[d] += p*v[(size_t(j)*heads + h)*width + d];
                }
            }
            for (int d = 0; d < width; d++) {
                out[d] /= sum;
            }
        }
    }
    return near("attention", got, want, 0.1);
}

// product of an n by k matrix with a k by m one of a type of 16 or 8 bits.
bool product(ggml_type type, int m, int n, int k, int threads) {
    std::vector<double> a, b;
    const auto got = compute(threads, [&](ggml_context * ctx) {
        ggml_tensor * ta = made(ctx, type, {k, m}, 1, a);
        ggml_tensor * tb = made(ctx, GGML_TYPE_F32, {k, n}, 1, b);
        return ggml_mul_mat(ctx, ta, tb);
    });
    std::vector<double> want(got.size());
    for (int j = 0; j < n; j++) {
        for (int i = 0; i < m; i++) {
            for (int l = 0; l < k; l++) {
                want[size_t(j)*m + i] += a[size_t(i)*k + l]*b[size_t(j)*k + l];
            }
        }
    }
    return near("product", got, want, type == GGML_TYPE_Q8_0 ? 0.05 : 0.02);
}

bool gelu(int n) {
    std::vector<double> x;
    const auto got = compute(1, [&](ggml_context * ctx) { return ggml_gelu(ctx, made(ctx, GGML_TYPE_F32, {n}, 4, x)); });
    for (double & v : x) {
        v = 0.5*v*(1 + std::tanh(std::sqrt(2/M_PI)*v*(1 + 0.044715*v*v)));
    }
    return near("gelu", got, x, 0.002);
}

} // namespace

int main() {
    bool good = gelu(1) && gelu(16) && gelu(1001);
    for (int threads : {1, 2}) {
        for (int n : {1, 15, 16, 97}) {
            for (int m : {64, 65, 192}) {
                good = product(GGML_TYPE_BF16, m, n, 512, threads) && good;
                good = product(GGML_TYPE_F16, m, n, 240, threads) && good;
            }
        }
        for (int n = 1; n < 10; n++) {
            good = product(GGML_TYPE_Q8_0, 65, n, 512, threads) && good;
            good = product(GGML_TYPE_Q8_0, 64, n, 96, threads) && good;
        }
        for (int n : {1, 5, 64, 259}) {
            for (int keys : {1, 63, 64, 300, 700}) {
                good = attention(n, keys, false, threads) && good;
                good = (keys < n || attention(n, keys, true, threads)) && good;
            }
        }
    }
    return good ? 0 : 1;
}
