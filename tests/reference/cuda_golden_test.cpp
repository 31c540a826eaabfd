// Whole models on a GPU: the bits of the CPU, for prompts and for tokens one by one, with every
// type of cache.
#include "engine/cpu/cpu_backend.h"
#include "engine/cuda/cuda_backend.h"
#include "tests/reference/golden.h"

namespace hearth::reference {
namespace {

class CudaModelTest : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        auto created = engine::createCudaBackend();
        if (!created.ok())
            GTEST_SKIP() << created.error().text();
        m_gpu = std::move(*created);
    }

    /// A prompt's logits, then those of eight tokens that follow it.
    static std::vector<float> logits(engine::Backend& backend, engine::DType cache) {
        Runner runner(backend, GetParam(), cache);
        const Golden golden(modelDir(GetParam()) / "golden.safetensors");
        const std::vector<int32_t> prompt = golden.ids("prompt2.input_ids");
        Runner::Sequence sequence(runner, int64_t(prompt.size()) + 8);
        std::vector<float> all = sequence.run(prompt, true, int64_t(prompt.size()));
        for (int32_t token = 3; token < 11; ++token) {
            const std::vector<float> row = sequence.run(std::span(&token, 1), false, 1);
            all.insert(all.end(), row.begin(), row.end());
        }
        return all;
    }

    std::unique_ptr<engine::Backend> m_gpu;
};

TEST_P(CudaModelTest, GivesTheBitsOfTheCpu) {
    const auto cpu = engine::createCpuBackend();
    const auto config = engine::readModelConfig(modelDir(GetParam())).valueOrThrow();
    for (const engine::DType cache : {engine::DType::F32, engine::DType::BF16, engine::DType::Q8}) {
        if (!engine::checkCacheType(config, cache).ok())
            continue;  // 8 bits are for MLA
        SCOPED_TRACE(engine::dtypeName(cache));
        EXPECT_EQ(logits(*m_gpu, cache), logits(*cpu, cache));
    }
}

INSTANTIATE_TEST_SUITE_P(Models, CudaModelTest, testing::ValuesIn(knownModels()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace hearth::reference
