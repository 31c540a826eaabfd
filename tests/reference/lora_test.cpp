// A PEFT adapter against its goldens, on prefill and on absorbed decode.
#include "engine/cpu/cpu_backend.h"
#include "tests/reference/golden.h"

namespace hearth::reference {
namespace {

struct AdapterCase {
    const char* model;
    const char* folder;
};

class LoraTest : public testing::TestWithParam<AdapterCase> {
protected:
    LoraTest()
        : backend(engine::createCpuBackend()),
          runner(*backend, GetParam().model),
          batch(modelDir(GetParam().model) / "train.safetensors"),
          golden(directory() / "golden.safetensors"),
          adapter(runner.adapter(directory())) {}

    static std::filesystem::path directory() {
        return modelDir(GetParam().model) / GetParam().folder;
    }

    /// The unpadded tokens of one row of the training batch.
    std::vector<int32_t> tokens(size_t rowIndex) const {
        const auto ids = batch.ids("input_ids"), mask = batch.ids("attention_mask");
        const auto width = size_t(batch.shape("input_ids")[1]);
        std::vector<int32_t> out;
        for (size_t i = rowIndex * width; i < (rowIndex + 1) * width; ++i) {
            if (mask[i] != 0)
                out.push_back(ids[i]);
        }
        return out;
    }

    double worstDifference(bool prefill) {
        const auto expected = golden.floats("logits");
        const auto shape = golden.shape("logits");
        const auto vocab = size_t(shape[2]);
        double worst = 0.0;
        for (size_t r = 0; r < size_t(shape[0]); ++r) {
            const auto ids = tokens(r);
            Runner::Sequence sequence(runner, int64_t(ids.size()));
            std::vector<float> logits;
            const size_t chunk = prefill ? ids.size() : 1;
            for (size_t i = 0; i < ids.size(); i += chunk) {
                const auto part = sequence.run(std::span(ids).subspan(i, chunk), prefill,
                                               int64_t(chunk), adapter.get());
                logits.insert(logits.end(), part.begin(), part.end());
            }
            const auto begin = expected.begin() + std::ptrdiff_t(r * size_t(shape[1]) * vocab);
            worst = std::max(worst,
                             maxDifference(logits, {begin, begin + std::ptrdiff_t(logits.size())}));
        }
        return worst;
    }

    std::unique_ptr<engine::Backend> backend;
    Runner runner;
    Golden batch, golden;
    std::shared_ptr<const engine::Adapter> adapter;
};

TEST_P(LoraTest, PrefillAgrees) {
    const double worst = worstDifference(true);
    reportDifference("lora_prefill_logits", worst);
    EXPECT_LE(worst, suggestedTolerance(GetParam().model).logits);
}

TEST_P(LoraTest, AbsorbedDecodeAgrees) {
    const double worst = worstDifference(false);
    reportDifference("lora_decode_logits", worst);
    EXPECT_LE(worst, suggestedTolerance(GetParam().model).logits);
}

TEST_P(LoraTest, LeavesTheBaseModelUnchanged) {
    const auto ids = tokens(0);
    Runner fresh(*backend, GetParam().model);
    Runner::Sequence before(fresh, 32), with(runner, 32), after(runner, 32);
    const auto adapted = with.run(ids, true, 1, adapter.get());
    const auto base = after.run(ids, true, 1);
    EXPECT_EQ(base, before.run(ids, true, 1));
    EXPECT_GT(maxDifference(adapted, base), 0.1);
}

INSTANTIATE_TEST_SUITE_P(
    Adapters, LoraTest,
    testing::Values(AdapterCase{"deepseek_v3", "lora"}, AdapterCase{"deepseek_v2_lite", "lora"},
                    AdapterCase{"qwen3_moe", "lora"}, AdapterCase{"granitemoe", "lora"},
                    AdapterCase{"granitemoe", "lora_experts"}),
    [](const auto& info) { return std::string(info.param.model) + "_" + info.param.folder; });

}  // namespace
}  // namespace hearth::reference
