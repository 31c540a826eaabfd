// Adapters added to weights, against the same sum in double precision.
#include "engine/models/adapter_merge.h"

#include <cmath>

#include "engine/models/model_source.h"
#include "tests/support/temp_dir.h"

namespace hearth::engine {
namespace {

const std::filesystem::path kModel =
    std::filesystem::path(HEARTH_TEST_DATA_DIR) / "reference/models/deepseek_v3";
constexpr double kScale = 2.0;  // alpha 8, r 4
constexpr size_t kRank = 4;

class AdapterMergeTest : public testing::Test {
protected:
    AdapterMergeTest()
        : m_model(openModelSource(kModel).valueOrThrow()),
          m_adapter(openSafetensors(kModel / "lora/adapter_model.safetensors").valueOrThrow()),
          m_config(test::slurp(kModel / "lora/adapter_config.json")) {}

    std::unique_ptr<WeightSource> merged() {
        return mergeAdapter(m_model.config, *m_model.weights, m_config, *m_adapter).valueOrThrow();
    }

    ModelSource m_model;
    std::unique_ptr<WeightSource> m_adapter;
    std::string m_config;
};

TEST_F(AdapterMergeTest, AddsTheProductToEveryTarget) {
    const auto merged = this->merged();
    size_t touched = 0;
    for (const std::string& name : m_model.weights->names()) {
        const StoredTensor* base = m_model.weights->find(name);
        const StoredTensor* sum = merged->find(name);
        ASSERT_NE(sum, nullptr) << name;
        const std::string module =
            "base_model.model." + name.substr(0, name.size() - std::string(".weight").size());
        const StoredTensor* a = m_adapter->find(module + ".lora_A.weight");
        const StoredTensor* b = m_adapter->find(module + ".lora_B.weight");
        if (!a) {
            EXPECT_EQ(sum, base) << name << " is not the base's own";
            continue;
        }
        ++touched;
        const auto weights = base->toFloats(), left = b->toFloats(), right = a->toFloats();
        const auto values = sum->toFloats();
        const size_t columns = size_t(base->columns());
        for (size_t i = 0; i < weights.size(); ++i) {
            double delta = 0, size = std::abs(double(weights[i]));
            for (size_t j = 0; j < kRank; ++j) {
                const double term =
                    kScale * left[i / columns * kRank + j] * right[j * columns + i % columns];
                delta += term;
                size += std::abs(term);
            }
            // Each of the r products, r sums, the scale and the last sum rounds once.
            const double tolerance = (2 * kRank + 2) * std::ldexp(1.0, -24) * size;
            ASSERT_NEAR(values[i], weights[i] + delta, tolerance) << name << " " << i;
        }
    }
    EXPECT_EQ(touched * 2, m_adapter->names().size());
}

TEST_F(AdapterMergeTest, RefusesWhatServingRefuses) {
    m_config = R"({"peft_type": "LORA", "r": 4, "lora_alpha": 8, "target_modules": ["nothing"]})";
    const auto none = parseSafetensors(serializeSafetensors({}), "none").valueOrThrow();
    const auto merged = mergeAdapter(m_model.config, *m_model.weights, m_config, *none);
    ASSERT_FALSE(merged.ok());
    EXPECT_EQ(merged.error().code, core::ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace hearth::engine
