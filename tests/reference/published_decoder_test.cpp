// tests/support's double-precision decoder, held against Hugging Face's numbers.
#include <algorithm>

#include "tests/reference/golden.h"
#include "tests/support/reference_decoder.h"

namespace hearth::reference {
namespace {

using test::reference::DecoderRope;
using test::reference::DecoderSettings;
using test::reference::DecoderTensors;
using test::reference::Matrix;

void replace(std::string& text, const std::string& from, const std::string& to) {
    if (const auto at = text.find(from); at != std::string::npos)
        text.replace(at, from.size(), to);
}

/// Mixtral's and Granite MoE's names made Qwen3 MoE's, which are the reference's.
std::string plainName(std::string name) {
    replace(name, "block_sparse_moe.", "mlp.");
    replace(name, "router.layer.", "gate.");
    for (const auto& [from, to] :
         {std::pair(".w1.", ".gate_proj."), {".w3.", ".up_proj."}, {".w2.", ".down_proj."}})
        replace(name, from, to);
    return name;
}

/// Granite MoE keeps the experts of a layer in one tensor, input_linear's rows as [gate | up].
void addFused(DecoderTensors& out, const std::string& name, const Matrix& all, int64_t experts) {
    const int64_t rows = all.rows / experts;
    const std::string prefix = name.substr(0, name.find("mlp.")) + "mlp.experts.";
    for (int64_t e = 0; e < experts; ++e) {
        const std::string expert = prefix + std::to_string(e);
        const Matrix part = all.rowSlice(e * rows, (e + 1) * rows);
        if (name.ends_with("output_linear.weight")) {
            out[expert + ".down_proj.weight"] = part;
            continue;
        }
        out[expert + ".gate_proj.weight"] = part.rowSlice(0, rows / 2);
        out[expert + ".up_proj.weight"] = part.rowSlice(rows / 2, rows);
    }
}

DecoderTensors publishedTensors(const std::string& model, int64_t experts) {
    const auto source = engine::openWeightDirectory(modelDir(model)).valueOrThrow();
    DecoderTensors tensors;
    for (const std::string& stored : source->names()) {
        const engine::StoredTensor& t = *source->find(stored);
        const int64_t columns = t.shape.back();
        const std::vector<float> values = t.toFloats();
        Matrix m(int64_t(values.size()) / columns, columns);
        m.values.assign(values.begin(), values.end());
        const std::string name = plainName(stored);
        if (t.shape.size() == 3)
            addFused(tensors, name, m, experts);
        else
            tensors[name] = std::move(m);
    }
    return tensors;
}

struct Published {
    const char* model;
    DecoderSettings settings;
};

void PrintTo(const Published& published, std::ostream* out) {
    *out << published.model;
}

class ReferenceDecoderTest : public testing::TestWithParam<Published> {};

TEST_P(ReferenceDecoderTest, GivesHuggingFacesLogitsAtEveryPosition) {
    const auto& [model, settings] = GetParam();
    const DecoderTensors tensors = publishedTensors(model, settings.experts);
    const Golden golden(modelDir(model) / "golden.safetensors");
    double worst = 0.0;
    for (const std::string prompt : {"prompt0.", "prompt1.", "prompt2."}) {
        const Matrix logits = decoderLogits(settings, tensors, golden.ids(prompt + "input_ids"));
        const std::vector<float> rounded(logits.values.begin(), logits.values.end());
        worst = std::max(worst, maxDifference(rounded, golden.floats(prompt + "logits")));
    }
    reportDifference("reference_logits", worst);
    EXPECT_LE(worst, suggestedTolerance(model).logits);
}

INSTANTIATE_TEST_SUITE_P(Published, ReferenceDecoderTest,
                         testing::Values(Published{"mixtral",
                                                   {.layers = 3,
                                                    .heads = 8,
                                                    .kv_heads = 2,
                                                    .head_dim = 8,
                                                    .norm_eps = 0.01,
                                                    .rope = {.theta = 1e6},
                                                    .experts = 6,
                                                    .experts_per_token = 2}},
                                         Published{"qwen3_moe",
                                                   {.layers = 3,
                                                    .heads = 6,
                                                    .kv_heads = 2,
                                                    .head_dim = 24,
                                                    .norm_eps = 1e-6,
                                                    .rope = {.theta = 1e6},
                                                    .experts = 12,
                                                    .experts_per_token = 3}},
                                         Published{"granitemoe",
                                                   {.layers = 3,
                                                    .heads = 6,
                                                    .kv_heads = 3,
                                                    .head_dim = 12,
                                                    .norm_eps = 1e-6,
                                                    .softmax_scale = 0.09,
                                                    .embedding_multiplier = 1.5,
                                                    .residual_multiplier = 0.22,
                                                    .logits_scaling = 0.55,
                                                    .experts = 10,
                                                    .experts_per_token = 4}}),
                         [](const auto& info) { return info.param.model; });

TEST(ReferenceRopeTest, GivesHuggingFacesFrequenciesOfLlama31) {
    const Golden golden(referenceDir() / "unit" / "rope.safetensors");
    const auto expected = golden.floats("llama_31.inv_freq");
    const auto actual = test::reference::inverseFrequencies(
        {.kind = DecoderRope::Kind::Llama3, .theta = 500000.0, .factor = 8.0}, 128);
    ASSERT_EQ(actual.size(), expected.size());
    // Hugging Face computes in float; the blend subtracts nearly equal numbers once.
    for (size_t j = 0; j < actual.size(); ++j)
        EXPECT_NEAR(actual[j], expected[j], 1e-6 * actual[j]) << "pair " << j;
}

}  // namespace
}  // namespace hearth::reference
