// Prompt tokens that stop between layers, beside decodes, against whole steps.
#include <gtest/gtest.h>

#include <array>

#include "engine/cpu/cpu_backend.h"
#include "engine/layers/expanded_keys.h"
#include "engine/models/model.h"

namespace hearth::engine {
namespace {

struct ModelCase {
    std::string name;
    std::string directory;
    DType cache = DType::F32;
};

/// Two prompts of two chunks each, and a sequence that decodes beside the second ones.
class PromptPassTest : public testing::TestWithParam<ModelCase> {
protected:
    static constexpr int64_t kFirst = 40, kAll = 70;  // of the prompts

    struct Run {
        KvCache cache;
        std::array<ExpandedKeys, 2> kept;
        std::vector<float> decoded;  // logits of the decodes
        std::vector<float> prompts;  // of the prompts' last tokens
        std::vector<float> states;
    };

    PromptPassTest() {
        for (int64_t i = 0; i < kAll; ++i)
            m_tokens.push_back(int32_t((i * i * 7 + i * 3) % 90));
    }

    std::unique_ptr<Run> begin() {
        auto run = std::make_unique<Run>(
            Run{KvCache(*backend, model->config(), 12, GetParam().cache), {}, {}, {}, {}});
        for (ExpandedKeys& kept : run->kept) {
            kept.capacity = kAll;
            if (expandsKeys(model->config(), GetParam().cache))
                kept.layers.resize(size_t(layers()));
        }
        const std::array parts{prompt(*run, 0, 0, kFirst), prompt(*run, 1, 0, kFirst),
                               StepSequence{.tokens = span(0, 9), .pages = pagesOf(2)}};
        model->step(parts, run->cache);
        return run;
    }
    /// The second chunk of the prompts beside the n-th decode.
    std::vector<StepSequence> second(Run& run, int64_t n, Tensor* states) {
        std::vector<StepSequence> parts{decode(n), prompt(run, 0, kFirst, kAll),
                                        prompt(run, 1, kFirst, kAll - 3)};
        parts[2].hidden = states;
        return parts;
    }
    StepSequence decode(int64_t n) const {
        return {
            .tokens = span(9 + n, 10 + n), .start = 9 + n, .pages = pagesOf(2), .prefill = false};
    }
    StepSequence prompt(Run& run, int64_t index, int64_t first, int64_t end) const {
        return {
            .tokens = span(first, end),
            .start = first,
            .pages = pagesOf(index),
            .kept = run.kept[size_t(index)].layers.empty() ? nullptr : &run.kept[size_t(index)]};
    }
    std::span<const int32_t> span(int64_t first, int64_t end) const {
        return std::span(m_tokens).subspan(size_t(first), size_t(end - first));
    }
    std::span<const int32_t> pagesOf(int64_t sequence) const {
        return std::span(m_pages).subspan(size_t(sequence * 4), 4);
    }
    int64_t layers() const { return model->config().num_hidden_layers; }
    std::vector<float> floats(const Tensor& t) { return downloadFloats(*backend, t); }
    void add(std::vector<float>& to, const Tensor& logits, int64_t begin, int64_t end) {
        const auto more = floats(logits.rows(begin, end));
        to.insert(to.end(), more.begin(), more.end());
    }

    std::unique_ptr<Backend> backend = createCpuBackend({.threads = 2});
    std::unique_ptr<Model> model =
        loadModel(*backend, std::filesystem::path(HEARTH_TEST_DATA_DIR) / "reference/models" /
                                GetParam().directory)
            .valueOrThrow();

private:
    std::vector<int32_t> m_tokens;
    std::vector<int32_t> m_pages{3, 1, 5, 7, 0, 2, 4, 6, 11, 10, 9, 8};
};

TEST_P(PromptPassTest, StopsChangeNoBit) {
    // Whole: the prompts go through beside the first decode, the others follow.
    const auto whole = begin();
    Tensor states;
    const Tensor logits = model->step(second(*whole, 0, &states), whole->cache);
    whole->states = floats(states);
    add(whole->decoded, logits, 0, 1);
    add(whole->prompts, logits, 1, 3);
    for (int64_t n = 1; n < layers(); ++n) {
        const StepSequence next = decode(n);
        add(whole->decoded, model->step(std::span(&next, 1), whole->cache), 0, 1);
    }

    // A layer a step, each beside one of the decodes.
    const auto cut = begin();
    PromptPass pass;
    for (int64_t n = 0; n < layers(); ++n) {
        states = {};
        const auto parts = second(*cut, n, &states);
        pass.goes_on = [&](int64_t layer) { return layer == n; };
        const Tensor out = model->stepWith(parts, cut->cache, pass);
        ASSERT_EQ(pass.layer, n + 1);
        const bool through = n + 1 == layers();
        ASSERT_EQ(out.dim(0), through ? 3 : 1);
        EXPECT_EQ(states.defined(), through);
        EXPECT_EQ(cut->kept[0].tokens, through && !cut->kept[0].layers.empty() ? kAll
                                       : cut->kept[0].layers.empty()           ? 0
                                                                               : kFirst);
        add(cut->decoded, out, 0, 1);
        if (through)
            add(cut->prompts, out, 1, 3);
    }
    cut->states = floats(states);
    EXPECT_FALSE(pass.hidden.defined());
    EXPECT_EQ(cut->decoded, whole->decoded);
    EXPECT_EQ(cut->prompts, whole->prompts);
    EXPECT_EQ(cut->states, whole->states);
}

TEST_P(PromptPassTest, GoesOnWithoutDecodes) {
    const auto whole = begin();
    const auto all = second(*whole, 0, nullptr);
    const Tensor logits = model->step(std::span(all).subspan(1), whole->cache);
    add(whole->prompts, logits, 0, 2);

    const auto cut = begin();
    const auto parts = second(*cut, 0, nullptr);
    PromptPass pass;
    pass.goes_on = [](int64_t layer) { return layer < 1; };
    EXPECT_EQ(model->stepWith(std::span(parts).subspan(1), cut->cache, pass).dim(0), 0);
    pass.goes_on = [](int64_t) { return true; };
    add(cut->prompts, model->stepWith(std::span(parts).subspan(1), cut->cache, pass), 0, 2);
    EXPECT_EQ(cut->prompts, whole->prompts);
}

INSTANTIATE_TEST_SUITE_P(Models, PromptPassTest,
                         testing::Values(ModelCase{"Latent", "deepseek_v3", DType::F32},
                                         ModelCase{"LatentInBf16", "deepseek_v2_lite", DType::BF16},
                                         ModelCase{"LatentInt8", "deepseek_v2_lite", DType::Q8},
                                         ModelCase{"ChosenKeys", "deepseek_v32", DType::F32},
                                         ModelCase{"SinksAndWindows", "gpt_oss", DType::BF16}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace hearth::engine
