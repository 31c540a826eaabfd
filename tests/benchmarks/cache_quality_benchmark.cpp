// How far a model's predictions move by the type of its cache, and by running tokens one by one as
// in decoding instead of as a prompt: each way from the F32 cache's prompt, on a text.
//   cache_quality_benchmark MODEL_DIRECTORY TEXT_FILE [WINDOW_TOKENS]
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "core/file.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/formats/tokenizer.h"
#include "engine/models/divergence.h"

namespace {

using namespace hearth;
using namespace hearth::engine;

struct Way {
    const char* cache;
    const char* run;
    SequenceMode mode;
};

constexpr int64_t kAsPrompt = -1, kOneByOne = 0;
const Way kWays[] = {{"f32", "one by one", {DType::F32, kOneByOne}},
                     {"bf16", "prompt", {DType::BF16, kAsPrompt}},
                     {"bf16", "one by one", {DType::BF16, kOneByOne}},
                     {"int8", "prompt", {DType::Q8, kAsPrompt}},
                     {"int8", "one by one", {DType::Q8, kOneByOne}}};

core::Result<std::vector<int32_t>> tokensOf(const std::filesystem::path& model,
                                            const std::filesystem::path& file) {
    CORE_ASSIGN(const std::string tokenizer, core::readTextFile(model / "tokenizer.json"));
    CORE_ASSIGN(const std::string config, core::readTextFile(model / "tokenizer_config.json"));
    CORE_ASSIGN(const std::string text, core::readTextFile(file));
    CORE_ASSIGN(const auto parsed, Tokenizer::parse(tokenizer, config));
    return parsed->encode(text);
}

core::Status measure(const std::filesystem::path& directory, const std::filesystem::path& text,
                     int64_t window) {
    const auto backend = createCpuBackend();
    CORE_ASSIGN(const auto ids, tokensOf(directory, text));
    CORE_ASSIGN(const auto model, loadModel(*backend, directory, {.load_mtp = false}));
    std::printf("%s, %zu tokens, windows of %ld\n", backend->description().c_str(), ids.size() - 1,
                long(window));
    std::printf("| cache | tokens run | mean KL | 99 %% below | same likeliest | perplexity |\n");
    std::printf("|---|---|---|---|---|---|\n");
    for (const Way& way : kWays) {
        CORE_TRY(checkCacheType(model->config(), way.mode.cache));
        CORE_ASSIGN(const Divergence d, measureDivergence(
                                            *backend, {*model}, {*model, way.mode}, ids,
                                            [](int64_t) { return true; }, window));
        std::printf("| %s | %s | %.3g | %.3g | %.2f %% | %.4f (%.4f) |\n", way.cache, way.run,
                    d.kl_mean, d.kl_p99, 100 * d.same_top, d.perplexity, d.reference_perplexity);
        std::fflush(stdout);
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: cache_quality_benchmark MODEL_DIRECTORY TEXT_FILE [WINDOW_TOKENS]\n";
        return 2;
    }
    const auto status =
        measure(argv[1], argv[2], argc > 3 ? std::atoll(argv[3]) : kDivergenceWindow);
    if (!status.ok())
        std::cerr << status.error().text() << "\n";
    return status.ok() ? 0 : 1;
}
