// PEFT adapters: what is accepted, what is refused, and that they act where they should.
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/cpu/cpu_backend.h"
#include "engine/layers/adapter.h"
#include "engine/models/adapter_config.h"
#include "engine/models/adapter_merge.h"
#include "engine/models/model.h"
#include "tests/engine/models/test_models.h"

namespace hearth::engine {
namespace {

using nlohmann::json;
using testing_models::MemoryWeights;
using testing_models::tinyConfig;

const std::string kRoot = "base_model.model.model.layers.";

class AdapterTest : public testing::Test {
protected:
    AdapterTest()
        : model(loadModel(*backend, tinyConfig(), MemoryWeights(tinyConfig())).valueOrThrow()) {}

    void addPair(const std::string& module, int64_t out, int64_t in, int64_t r = 2) {
        adapter.setRandom(kRoot + module + ".lora_A.weight", {r, in});
        adapter.setRandom(kRoot + module + ".lora_B.weight", {out, r});
    }
    /// DoRA: lengths around those of tinyConfig's rows, which are about 1.
    void addMagnitude(const std::string& module, int64_t out) {
        std::vector<float> values(static_cast<size_t>(out));
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = 0.5f + 0.125f * float(i % 8);
        adapter.set(kRoot + module + ".lora_magnitude_vector", {out}, values);
        config["use_dora"] = true;
    }
    core::Result<std::shared_ptr<const Adapter>> load() {
        return loadAdapter(*backend, *model, config.dump(), adapter);
    }
    core::Error refusal() {
        const auto loaded = load();
        EXPECT_FALSE(loaded.ok());
        return loaded.ok() ? core::Error{} : loaded.error();
    }
    /// Logits of a prompt's last token, prefilled whole or decoded token by token.
    std::vector<float> logits(const Adapter* with, bool prefill) {
        return logits(*model, with, prefill);
    }
    std::vector<float> logits(Model& of, const Adapter* with, bool prefill) {
        KvCache cache(*backend, of.config(), 1, DType::F32);
        const std::vector<int32_t> ids{3, 9, 27, 5, 31}, pages{0};
        const size_t chunk = prefill ? ids.size() : 1;
        std::vector<float> out;
        for (size_t i = 0; i < ids.size(); i += chunk) {
            const StepSequence sequence{.tokens = std::span(ids).subspan(i, chunk),
                                        .start = int64_t(i),
                                        .pages = pages,
                                        .prefill = prefill};
            out = downloadFloats(*backend, of.step(std::span(&sequence, 1), cache, with));
        }
        return out;
    }
    /// The model with the adapter merged into its weights.
    std::unique_ptr<Model> merged() {
        const MemoryWeights base(tinyConfig());
        const auto weights =
            mergeAdapter(tinyConfig(), base, config.dump(), adapter).valueOrThrow();
        return loadModel(*backend, tinyConfig(), *weights).valueOrThrow();
    }

    std::unique_ptr<Backend> backend = createCpuBackend();
    std::unique_ptr<Model> model;
    MemoryWeights adapter;
    json config = {{"peft_type", "LORA"},
                   {"r", 2},
                   {"lora_alpha", 4},
                   {"target_modules", {"o_proj"}},
                   {"layers_to_transform", {1}}};
};

double distance(const std::vector<float>& a, const std::vector<float>& b) {
    double worst = 0.0;
    for (size_t i = 0; i < a.size(); ++i)
        worst = std::max(worst, double(std::abs(a[i] - b[i])));
    return worst;
}

struct Module {
    const char* name;
    int64_t out;
    int64_t in;
};

/// Every module a checkpoint can be adapted in acts on both paths, and equally.
class AdapterModuleTest : public AdapterTest, public testing::WithParamInterface<Module> {};

TEST_P(AdapterModuleTest, ActsOnPrefillAndOnDecode) {
    addPair(GetParam().name, GetParam().out, GetParam().in);
    const auto loaded = load();
    ASSERT_TRUE(loaded.ok()) << loaded.error().text();
    const auto base = logits(nullptr, true);
    const auto prefilled = logits(loaded->get(), true);
    const auto decoded = logits(loaded->get(), false);
    EXPECT_GT(distance(prefilled, base), 1e-3);
    EXPECT_LT(distance(prefilled, decoded), 1e-4);
    EXPECT_EQ(logits(nullptr, true), base);
}

TEST_P(AdapterModuleTest, DoraActsAsTheMergedModel) {
    addPair(GetParam().name, GetParam().out, GetParam().in);
    const auto plain = load();
    ASSERT_TRUE(plain.ok()) << plain.error().text();
    const auto lora = logits(plain->get(), true);
    addMagnitude(GetParam().name, GetParam().out);
    const auto loaded = load();
    ASSERT_TRUE(loaded.ok()) << loaded.error().text();
    const auto whole = merged();
    for (const bool prefill : {true, false}) {
        const auto served = logits(loaded->get(), prefill);
        EXPECT_GT(distance(served, lora), 1e-3);
        // As prefill and decode of one adapter: float32 sums in another order.
        EXPECT_LT(distance(served, logits(*whole, nullptr, prefill)), 1e-4);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Modules, AdapterModuleTest,
    testing::Values(Module{"1.self_attn.q_a_proj", 12, 24}, Module{"1.self_attn.q_b_proj", 24, 12},
                    Module{"1.self_attn.kv_a_proj_with_mqa", 20, 24},
                    Module{"1.self_attn.kv_b_proj", 28, 16}, Module{"1.self_attn.o_proj", 24, 12},
                    Module{"0.mlp.gate_proj", 32, 24}, Module{"0.mlp.up_proj", 32, 24},
                    Module{"0.mlp.down_proj", 24, 32},
                    Module{"1.mlp.shared_experts.gate_proj", 12, 24},
                    Module{"1.mlp.shared_experts.up_proj", 12, 24},
                    Module{"1.mlp.shared_experts.down_proj", 24, 12}));

TEST_F(AdapterTest, ExpertPairsActOnTheirExpertOnly) {
    const auto base = logits(nullptr, true);
    int changed = 0;
    for (int e = 0; e < 8; ++e) {
        adapter = MemoryWeights();
        const std::string expert = "2.mlp.experts." + std::to_string(e);
        addPair(expert + ".up_proj", 12, 24);
        addPair(expert + ".down_proj", 24, 12);
        const auto loaded = load();
        ASSERT_TRUE(loaded.ok()) << loaded.error().text();
        const auto with = logits(loaded->get(), true);
        changed += distance(with, base) > 1e-4;
        EXPECT_LT(distance(with, logits(loaded->get(), false)), 1e-4);
    }
    // Only the experts that the last token chose, or that its context did, can move its logits.
    EXPECT_GE(changed, 2);
}

TEST_F(AdapterTest, DoraOfExpertsActsAsTheMergedModel) {
    // Expert 3 has none, expert 5 has no up_proj: their rows keep the base's lengths.
    for (const int e : {0, 1, 2, 4, 5, 6, 7}) {
        const std::string expert = "2.mlp.experts." + std::to_string(e);
        for (const char* leaf : {".gate_proj", ".up_proj", ".down_proj"}) {
            const bool down = leaf == std::string(".down_proj");
            if (e == 5 && leaf == std::string(".up_proj"))
                continue;
            addPair(expert + leaf, down ? 24 : 12, down ? 12 : 24);
            addMagnitude(expert + leaf, down ? 24 : 12);
        }
    }
    const auto loaded = load();
    ASSERT_TRUE(loaded.ok()) << loaded.error().text();
    const auto whole = merged();
    for (const bool prefill : {true, false})
        EXPECT_LT(distance(logits(loaded->get(), prefill), logits(*whole, nullptr, prefill)), 1e-4);
}

TEST_F(AdapterTest, DoraLeavesTheBitsOfOthersInItsStepAlone) {
    const auto adapt = [&](bool dora) {
        adapter = MemoryWeights();
        config.erase("use_dora");
        for (const Module& module :
             {Module{"1.self_attn.o_proj", 24, 12}, Module{"1.self_attn.kv_b_proj", 28, 16},
              Module{"0.mlp.up_proj", 32, 24}, Module{"2.mlp.experts.1.down_proj", 24, 12}}) {
            addPair(module.name, module.out, module.in);
            if (dora)
                addMagnitude(module.name, module.out);
        }
        return load().valueOrThrow();
    };
    const auto lora = adapt(false), dora = adapt(true);
    const std::vector<const Adapter*> users = {dora.get(), lora.get(), nullptr};
    const std::vector<int32_t> ids{3, 9, 27, 5, 31};
    for (const bool prefill : {true, false}) {
        const size_t chunk = prefill ? ids.size() : 1;
        KvCache cache(*backend, model->config(), int64_t(users.size()), DType::F32);
        std::vector<float> together;
        for (size_t i = 0; i < ids.size(); i += chunk) {
            std::vector<std::vector<int32_t>> pages;
            std::vector<StepSequence> sequences;
            for (size_t u = 0; u < users.size(); ++u)
                pages.push_back({int32_t(u)});
            for (size_t u = 0; u < users.size(); ++u)
                sequences.push_back({.tokens = std::span(ids).subspan(i, chunk),
                                     .start = int64_t(i),
                                     .pages = pages[u],
                                     .prefill = prefill,
                                     .adapter = users[u]});
            together = downloadFloats(*backend, model->step(sequences, cache));
        }
        const size_t vocab = together.size() / users.size();
        for (size_t u = 0; u < users.size(); ++u)
            EXPECT_EQ(std::vector<float>(together.begin() + long(u * vocab),
                                         together.begin() + long((u + 1) * vocab)),
                      logits(users[u], prefill))
                << u << (prefill ? " prefilled" : " decoded");
    }
}

TEST_F(AdapterTest, DoraNeedsItsMagnitudes) {
    addPair("1.self_attn.o_proj", 24, 12);
    config["use_dora"] = true;
    EXPECT_NE(refusal().message.find("o_proj.lora_magnitude_vector"), std::string::npos);
    addMagnitude("1.self_attn.o_proj", 23);
    EXPECT_NE(refusal().message.find("has shape [23], expected [24]"), std::string::npos);
    config.erase("use_dora");
    adapter.setRandom(kRoot + "1.self_attn.o_proj.lora_magnitude_vector", {24});
    EXPECT_NE(refusal().message.find("no place for tensor"), std::string::npos);
}

/// The same adapter of all experts of layer 2, one by one and in PEFT's fused layout.
class FusedAdapterTest : public AdapterTest {
protected:
    static constexpr int64_t kExperts = 8, kHidden = 24, kWidth = 12, kRank = 2;

    void addOneByOne(const std::string& leaf, int64_t out, int64_t in) {
        for (int64_t e = 0; e < kExperts; ++e)
            addPair("2.mlp.experts." + std::to_string(e) + leaf, out, in);
    }
    std::vector<float> pairOf(int64_t expert, const std::string& leaf, const char* matrix) {
        return adapter
            .find(kRoot + "2.mlp.experts." + std::to_string(expert) + leaf + matrix + ".weight")
            ->toFloats();
    }
    /// `leaves` stacked along the output, each with its own rows of A and columns of B.
    void fuse(MemoryWeights& fused, const std::string& module,
              const std::vector<std::string>& leaves, int64_t out, int64_t in) {
        const auto parts = int64_t(leaves.size()), rank = kRank * parts;
        std::vector<float> a(size_t(kExperts * rank * in)),
            b(size_t(parts * out * rank * kExperts));
        for (int64_t e = 0; e < kExperts; ++e) {
            for (int64_t p = 0; p < parts; ++p) {
                const auto partA = pairOf(e, leaves[size_t(p)], ".lora_A");
                const auto partB = pairOf(e, leaves[size_t(p)], ".lora_B");
                std::copy(partA.begin(), partA.end(), a.begin() + (e * rank + p * kRank) * in);
                for (int64_t row = 0; row < out; ++row) {
                    for (int64_t j = 0; j < kRank; ++j)
                        b[size_t(((p * out + row) * rank + p * kRank + j) * kExperts + e)] =
                            partB[size_t(row * kRank + j)];
                }
            }
        }
        fused.set(kRoot + module + ".lora_A.weight", {kExperts * rank, in}, a);
        fused.set(kRoot + module + ".lora_B.weight", {parts * out, rank * kExperts}, b);
    }
    /// Logits with the adapter one by one, then with what `fused` holds instead.
    void expectEqual(MemoryWeights fused) {
        const json oneByOne = std::exchange(config, fusedConfig);
        std::swap(adapter, fused);
        const auto loadedFused = load();
        ASSERT_TRUE(loadedFused.ok()) << loadedFused.error().text();
        std::swap(adapter, fused);
        config = oneByOne;
        const auto loaded = load();
        ASSERT_TRUE(loaded.ok()) << loaded.error().text();
        const auto expected = logits(loaded->get(), true);
        EXPECT_GT(distance(expected, logits(nullptr, true)), 1e-3);
        // The same products; a joined pair adds them in another order.
        EXPECT_LT(distance(logits(loadedFused->get(), true), expected), 1e-5);
    }

    json fusedConfig = {{"peft_type", "LORA"},
                        {"r", kRank},
                        {"lora_alpha", 4},
                        {"target_modules", json::array()},
                        {"layers_to_transform", {2}}};
};

TEST_F(FusedAdapterTest, BothParametersEqualExpertsOneByOne) {
    addOneByOne(".gate_proj", kWidth, kHidden);
    addOneByOne(".up_proj", kWidth, kHidden);
    addOneByOne(".down_proj", kHidden, kWidth);
    MemoryWeights fused;
    fuse(fused, "2.mlp.experts.base_layer", {".gate_proj", ".up_proj"}, kWidth, kHidden);
    fuse(fused, "2.mlp.experts", {".down_proj"}, kHidden, kWidth);
    fusedConfig["target_parameters"] = {"gate_up_proj", "down_proj"};
    fusedConfig["rank_pattern"] = {{".*\\.gate_up_proj", 2 * kRank}};
    fusedConfig["alpha_pattern"] = {{".*\\.gate_up_proj", 8}};
    expectEqual(std::move(fused));
}

TEST_F(FusedAdapterTest, OneParameterHasNoInnerWrapper) {
    addOneByOne(".down_proj", kHidden, kWidth);
    MemoryWeights fused;
    fuse(fused, "2.mlp.experts", {".down_proj"}, kHidden, kWidth);
    fusedConfig["target_parameters"] = {"mlp.experts.down_proj"};
    expectEqual(std::move(fused));
}

TEST_F(FusedAdapterTest, MixtralsOldNamesAreUnderstood) {
    addOneByOne(".down_proj", kHidden, kWidth);
    MemoryWeights renamed;
    for (int64_t e = 0; e < kExperts; ++e) {
        const std::string expert = "2.block_sparse_moe.experts." + std::to_string(e) + ".w2";
        renamed.set(kRoot + expert + ".lora_A.weight", {kRank, kWidth},
                    pairOf(e, ".down_proj", ".lora_A"));
        renamed.set(kRoot + expert + ".lora_B.weight", {kHidden, kRank},
                    pairOf(e, ".down_proj", ".lora_B"));
    }
    expectEqual(std::move(renamed));
}

TEST_F(FusedAdapterTest, RefusesParametersWithoutTensors) {
    addPair("2.self_attn.o_proj", 24, 12);
    config = fusedConfig;
    config.erase("layers_to_transform");
    config["target_parameters"] = {"experts.down_proj"};
    EXPECT_NE(refusal().message.find("mlp.experts.down_proj has no tensors"), std::string::npos);
}

TEST_F(AdapterTest, PatternsGiveAModuleItsOwnRankAndAlpha) {
    addPair("1.self_attn.o_proj", 24, 12, 3);
    config["rank_pattern"] = {{"self_attn.o_proj", 3}};
    config["alpha_pattern"] = {{"model.layers.1.self_attn.o_proj", 6}};
    const auto own = load();
    ASSERT_TRUE(own.ok()) << own.error().text();
    config.erase("rank_pattern");
    config.erase("alpha_pattern");
    config["r"] = 3;
    config["lora_alpha"] = 6;
    EXPECT_EQ(logits(own->get(), true), logits(load()->get(), true));
    config["rank_pattern"] = {{"o_proj", 2}, {"self_attn.o_proj", 3}};
    EXPECT_NE(refusal().message.find("overlapping"), std::string::npos);
    config["rank_pattern"] = {{"o_proj", 2}, {".*\\.o_proj", 3}};
    EXPECT_NE(refusal().message.find("overlapping"), std::string::npos);
    config["rank_pattern"] = {{"o_proj", 0}};
    EXPECT_NE(refusal().message.find("rank_pattern.o_proj"), std::string::npos);
}

// All pairs of them took minutes to compare.
TEST_F(AdapterTest, ManyPatternsAreCheckedInOneGo) {
    json patterns = json::object();
    for (int i = 0; i < 60'000; ++i)
        patterns["a." + std::to_string(i)] = 1 + i % 7;
    config["rank_pattern"] = patterns;
    const auto parsed = parseAdapterConfig(config.dump());
    ASSERT_TRUE(parsed.ok()) << parsed.error().text();
    EXPECT_EQ(parsed->rank_pattern.size(), 60'000u);
    patterns["x.a.59999"] = 4000;
    config["rank_pattern"] = patterns;
    EXPECT_NE(parseAdapterConfig(config.dump()).error().message.find("overlapping"),
              std::string::npos);
}

TEST_F(AdapterTest, RsloraScalesByTheRootOfTheRank) {
    addPair("1.self_attn.o_proj", 24, 12);
    config["lora_alpha"] = 4;
    const auto plain = load();
    config["use_rslora"] = true;
    config["lora_alpha"] = 4.0 / std::sqrt(2.0);
    const auto rslora = load();
    ASSERT_TRUE(plain.ok() && rslora.ok());
    EXPECT_LT(distance(logits(plain->get(), true), logits(rslora->get(), true)), 1e-5);
}

TEST_F(AdapterTest, RefusesOneThatMatchesNothing) {
    adapter.setRandom("base_model.model.transformer.h.0.attn.lora_A.weight", {2, 24});
    EXPECT_NE(refusal().message.find("none of its tensors"), std::string::npos);
    adapter = MemoryWeights();
    EXPECT_NE(refusal().message.find("none of its tensors"), std::string::npos);
}

TEST_F(AdapterTest, RefusesTensorsWithoutAPlace) {
    addPair("1.self_attn.o_proj", 24, 12);
    addPair("9.self_attn.o_proj", 24, 12);
    EXPECT_NE(refusal().message.find("no place for tensor " + kRoot + "9.self_attn.o_proj"),
              std::string::npos);
}

TEST_F(AdapterTest, RefusesAnAdaptedRouterButNotItsMention) {
    addPair("1.self_attn.o_proj", 24, 12);
    config["target_parameters"] = {"gate.weight"};
    EXPECT_TRUE(load().ok());
    addPair("1.mlp.gate", 8, 24);
    EXPECT_NE(refusal().message.find("adapts a router"), std::string::npos);
}

TEST_F(AdapterTest, RefusesWrongShapesAndHalfPairs) {
    addPair("1.self_attn.o_proj", 24, 13);
    EXPECT_NE(refusal().message.find("has shape [2, 13], expected [2, 12]"), std::string::npos);
    addPair("1.self_attn.o_proj", 24, 12, 3);
    EXPECT_NE(refusal().message.find("has shape [3, 12], expected [2, 12]"), std::string::npos);
    addPair("1.self_attn.o_proj", 24, 12);
    adapter.erase(kRoot + "1.self_attn.o_proj.lora_B.weight");
    EXPECT_NE(refusal().message.find("missing " + kRoot + "1.self_attn.o_proj.lora_B.weight"),
              std::string::npos);
}

TEST_F(AdapterTest, RefusesOneWithoutEffect) {
    addPair("1.self_attn.o_proj", 24, 12);
    adapter.set(kRoot + "1.self_attn.o_proj.lora_B.weight", {24, 2}, std::vector<float>(48, 0.0f));
    EXPECT_NE(refusal().message.find("every lora_B is zero"), std::string::npos);
    adapter.set(kRoot + "1.self_attn.o_proj.lora_B.weight", {24, 2}, std::vector<float>(48, NAN));
    EXPECT_NE(refusal().message.find("not finite"), std::string::npos);
}

TEST_F(AdapterTest, RefusesATargetThatTheFileLeavesOut) {
    addPair("1.self_attn.o_proj", 24, 12);
    config.erase("layers_to_transform");
    EXPECT_NE(refusal().message.find("model.layers.0.self_attn.o_proj has no tensors"),
              std::string::npos);
    addPair("0.self_attn.o_proj", 24, 12);
    addPair("2.self_attn.o_proj", 24, 12);
    EXPECT_TRUE(load().ok());
}

TEST_F(AdapterTest, RefusesConfigsItCannotHonour) {
    addPair("1.self_attn.o_proj", 24, 12);
    const std::pair<const char*, json> cases[] = {{"peft_type", "IA3"},
                                                  {"bias", "all"},
                                                  {"fan_in_fan_out", true},
                                                  {"rank_pattern", {{"(q|o)_proj", 4}}},
                                                  {"alpha_pattern", {{"layers.[01].o_proj", 4}}},
                                                  {"modules_to_save", {"lm_head"}},
                                                  {"target_parameters", {"experts"}}};
    for (const auto& [field, value] : cases) {
        const json before = config;
        config[field] = value;
        const core::Error error = refusal();
        EXPECT_EQ(error.code, core::ErrorCode::Unsupported) << field;
        EXPECT_NE(error.message.find(field), std::string::npos) << error.message;
        config = before;
    }
    for (const auto& [field, value] : {std::pair<const char*, json>{"r", 0},
                                       {"r", 1LL << 40},
                                       {"r", nullptr},
                                       {"lora_alpha", -1},
                                       {"lora_alpha", "x"},
                                       {"target_modules", 3}}) {
        const json before = config;
        config[field] = value;
        EXPECT_NE(refusal().message.find(field), std::string::npos) << field;
        config = before;
    }
    EXPECT_EQ(loadAdapter(*backend, *model, "nonsense", adapter).error().code,
              core::ErrorCode::DataCorrupt);
}

}  // namespace
}  // namespace hearth::engine
