// Prints the processor time, in milliseconds, that the encoder takes for a full
// window of 30 s on one thread: the least of all rounds.
//
// encoder MODEL ROUNDS
#include <whisper.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

static void quiet(ggml_log_level, const char *, void *) {}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    whisper_log_set(quiet, nullptr);
    whisper_context_params params = whisper_context_default_params();
    params.use_gpu = false;
    whisper_context *ctx = whisper_init_from_file_with_params(argv[1], params);
    if (!ctx) return 1;
    std::mt19937 random(1);
    std::normal_distribution<float> noise(0, 0.1f);
    std::vector<float> pcm(30 * WHISPER_SAMPLE_RATE);
    std::generate(pcm.begin(), pcm.end(), [&] { return noise(random); });
    if (whisper_pcm_to_mel(ctx, pcm.data(), int(pcm.size()), 1) != 0) return 1;
    double best = 1e9;
    for (int round = std::atoi(argv[2]); round >= 0; round--) {  // one more, to warm up
        const std::clock_t before = std::clock();
        if (whisper_encode(ctx, 0, 1) != 0) return 1;
        best = std::min(best, 1000.0 * double(std::clock() - before) / CLOCKS_PER_SEC);
    }
    std::printf("%.1f\n", best);
    whisper_free(ctx);
}
