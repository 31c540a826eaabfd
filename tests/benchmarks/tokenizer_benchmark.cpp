// How many megabytes a second one thread turns into tokens.
//   tokenizer_benchmark TEXT_FILE DIRECTORY...
// For each tokenizer: MB/s right after loading, when every word is new, and warm, the median of
// repeated runs (processor time of the thread, so that a busy machine counts for less); and the
// seconds for a single word of 20 kB without a space.
#include <time.h>

#include <cstdio>
#include <filesystem>

#include "core/file.h"
#include "engine/formats/tokenizer.h"
#include "tests/benchmarks/benchmark_support.h"

using namespace hearth;

namespace {

constexpr double kMega = 1e6;
constexpr int kRuns = 9;

double threadSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double secondsOf(const engine::Tokenizer& tokenizer, std::string_view text, size_t* tokens) {
    const double begin = threadSeconds();
    *tokens = tokenizer.encode(text).size();
    return threadSeconds() - begin;
}

/// Letters in no order, so that no token is long.
std::string longWord() {
    std::string word;
    uint32_t state = 1;
    while (word.size() < 20'000) {
        state = state * 1664525 + 1013904223;
        word += static_cast<char>('a' + (state >> 24) % 26);
    }
    return word;
}

void measure(const std::filesystem::path& dir, const std::string& text) {
    const double begin = threadSeconds();
    const auto tokenizer = engine::Tokenizer::load(dir).valueOrThrow();
    const double loading = threadSeconds() - begin;
    size_t tokens = 0;
    const double cold = secondsOf(*tokenizer, text, &tokens);
    std::vector<double> warm;
    for (int i = 0; i < kRuns; ++i)
        warm.push_back(secondsOf(*tokenizer, text, &tokens));
    std::nth_element(warm.begin(), warm.begin() + kRuns / 2, warm.end());
    size_t wordTokens = 0;
    const double word = secondsOf(*tokenizer, longWord(), &wordTokens);
    const auto size = static_cast<double>(text.size());
    std::printf(
        "%-14s load %.2f s, cold %6.1f MB/s, warm %6.1f MB/s, %.2f bytes a token, "
        "20 kB word %.2f ms\n",
        dir.filename().c_str(), loading, size / cold / kMega, size / warm[kRuns / 2] / kMega,
        size / static_cast<double>(tokens), word * 1e3);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: tokenizer_benchmark TEXT_FILE DIRECTORY...\n");
        return 2;
    }
    const std::string text = core::readTextFile(argv[1]).valueOrThrow();
    std::printf("%s, %zu bytes of text\n", benchmark::processorName().c_str(), text.size());
    for (int i = 2; i < argc; ++i)
        measure(argv[i], text);
    return 0;
}
