// A step that decodes asks the system for no memory, once some like it ran.
#include "engine/step_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <future>
#include <new>

#include "engine/cpu/cpu_backend.h"
#include "engine/runtime/scheduler.h"

// Both of a pair are replaced below, which GCC does not see where it inlines one of them.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace {

std::atomic<int64_t> allocations{0};

void* counted(size_t bytes, size_t alignment) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    void* block = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (!block)
        throw std::bad_alloc();
    return block;
}

}  // namespace

// The whole test program's: what this file counts is what every part of a step asks for.
void* operator new(size_t bytes) {
    return counted(std::max<size_t>(bytes, 1), alignof(std::max_align_t));
}
void* operator new(size_t bytes, std::align_val_t alignment) {
    return counted(std::max<size_t>(bytes, 1), size_t(alignment));
}
// std::stable_sort() asks by this one; the address sanitiser's own does not go with free().
void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
    try {
        return operator new(bytes);
    } catch (...) {
        return nullptr;
    }
}
void operator delete(void* block) noexcept {
    std::free(block);
}
void operator delete(void* block, size_t) noexcept {
    std::free(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
    std::free(block);
}
void operator delete(void* block, size_t, std::align_val_t) noexcept {
    std::free(block);
}

namespace hearth::engine {
namespace {

struct ModelCase {
    std::string name;
    std::string directory;  // below the reference models
    DType cache = DType::F32;
};

/// Notes what was allocated by the time that each token came.
class Watch : public GenerationSink {
public:
    static constexpr int64_t kTokens = 26;  // with the prompt, all in one page of the cache

    bool token(const SampledToken&) override {
        at[size_t(m_count++)] = allocations.load(std::memory_order_relaxed);
        return true;
    }
    void finished(const GenerationResult&) override { m_done.set_value(); }
    void wait() { m_done.get_future().wait(); }

    std::array<int64_t, kTokens> at{};

private:
    int64_t m_count = 0;
    std::promise<void> m_done;
};

class StepMemoryTest : public testing::TestWithParam<ModelCase> {};

TEST_P(StepMemoryTest, ADecodeStepAllocatesNothing) {
#if defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "with this sanitiser every block comes from the system";
#endif
    const auto backend = createCpuBackend({.threads = 2});
    const auto model = loadModel(*backend, std::filesystem::path(HEARTH_TEST_DATA_DIR) /
                                               "reference/models" / GetParam().directory)
                           .valueOrThrow();
    Scheduler scheduler(*backend, *model,
                        {.cache_bytes = int64_t{8} << 20,
                         .cache_dtype = GetParam().cache,
                         .speculation = Speculation::Off});
    std::array<std::shared_ptr<Watch>, 4> streams;
    scheduler.runBetweenSteps([&] {
        for (size_t i = 0; i < streams.size(); ++i) {
            GenerationRequest request;
            request.prompt = {1, 2, 3, int32_t(i)};
            request.max_tokens = Watch::kTokens;
            request.sampling.temperature = i % 2 == 0 ? 0.0f : 0.8f;
            streams[i] = std::make_shared<Watch>();
            scheduler.submit(std::move(request), streams[i]).valueOrThrow();
        }
    });
    for (const auto& stream : streams)
        stream->wait();
    constexpr size_t kWarm = 12;  // lists and scratch of all threads have their size
    for (const auto& stream : streams)
        EXPECT_EQ(stream->at[Watch::kTokens - 1] - stream->at[kWarm], 0);
    EXPECT_GT(streams[0]->at[0], 0) << "nothing was counted";
}

INSTANTIATE_TEST_SUITE_P(Models, StepMemoryTest,
                         testing::Values(ModelCase{"Latent", "deepseek_v3", DType::F32},
                                         ModelCase{"LatentInBf16", "deepseek_v2_lite", DType::BF16},
                                         ModelCase{"LatentInt8", "deepseek_v2_lite", DType::Q8},
                                         ModelCase{"ChosenKeys", "deepseek_v32", DType::F32},
                                         ModelCase{"Grouped", "qwen3_moe", DType::F32},
                                         ModelCase{"SinksAndWindows", "gpt_oss", DType::BF16}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace hearth::engine
