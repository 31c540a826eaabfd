// Families without goldens, held against tests/support's double-precision decoder.
#include <algorithm>
#include <cmath>
#include <set>

#include "engine/cpu/cpu_backend.h"
#include "engine/models/registry.h"
#include "tests/reference/dense_families.h"
#include "tests/reference/golden.h"

namespace hearth::reference {
namespace {

using test::reference::Matrix;

std::vector<float> rounded(const Matrix& values) {
    return {values.values.begin(), values.values.end()};
}

struct Case {
    size_t family;
    uint32_t seed;
};

std::string caseName(const Case& c) {
    return denseFamilies()[c.family].name + "_" + std::to_string(c.seed);
}

void PrintTo(const Case& c, std::ostream* out) {
    *out << caseName(c);
}

class DenseFamilyTest : public testing::TestWithParam<Case> {
protected:
    DenseFamilyTest()
        : family(denseFamilies()[GetParam().family]),
          drawn(drawModel(family, 1000 * uint32_t(GetParam().family) + GetParam().seed)),
          expected(decoderLogits(drawn.settings, drawn.tensors, drawn.tokens)) {}

    /// What float arithmetic can be off by. A float sum of n terms is off by at most n * 2^-24 of
    /// its terms' magnitudes; a model of L layers adds 2L branches and the head, and each
    /// branch starts from a normalised vector, so that their errors add up and aren't multiplied.
    /// Taken relative to the largest logit, with n the longest sum that occurs.
    double tolerance() const {
        size_t longest = drawn.tokens.size();
        for (const auto& [name, tensor] : drawn.tensors)
            longest = std::max(longest, size_t(tensor.columns));
        double largest = 0.0;
        for (const double logit : expected.values)
            largest = std::max(largest, std::abs(logit));
        return double(2 * drawn.settings.layers + 1) * double(longest) * std::exp2(-24) * largest;
    }

    double spread() const {
        double sum = 0.0, squares = 0.0;
        for (const double logit : expected.values) {
            sum += logit;
            squares += logit * logit;
        }
        const double n = double(expected.values.size());
        return std::sqrt(squares / n - sum / n * sum / n);
    }

    /// The first `prefilled` tokens in one step, the others one by one.
    std::vector<float> engineLogits(size_t prefilled) const {
        const auto backend = engine::createCpuBackend();
        const auto config = engine::parseModelConfig(drawn.config).valueOrThrow();
        Runner runner(
            *backend,
            engine::loadModel(*backend, config, *checkpoint(drawn.tensors)).valueOrThrow());
        Runner::Sequence sequence(runner, int64_t(drawn.tokens.size()));
        const std::span<const int32_t> tokens(drawn.tokens);
        std::vector<float> logits;
        if (prefilled > 0)
            logits = sequence.run(tokens.first(prefilled), true, int64_t(prefilled));
        for (size_t t = prefilled; t < tokens.size(); ++t) {
            const auto row = sequence.run(tokens.subspan(t, 1), false, 1);
            logits.insert(logits.end(), row.begin(), row.end());
        }
        return logits;
    }

    void expectReferenceLogits(const std::string& what, size_t prefilled) const {
        const double difference = maxDifference(engineLogits(prefilled), rounded(expected));
        reportDifference(what + "_of_tolerance", difference / tolerance());
        EXPECT_LE(difference, tolerance()) << drawn.config;
        EXPECT_LT(tolerance(), spread() / 1000);
    }

    const DenseFamily& family;
    const DenseModel drawn;
    const Matrix expected;
};

TEST_P(DenseFamilyTest, PrefillGivesTheReferencesLogits) {
    expectReferenceLogits("prefill", drawn.tokens.size());
}

TEST_P(DenseFamilyTest, DecodeGivesTheReferencesLogits) {
    expectReferenceLogits("decode", 0);
}

TEST_P(DenseFamilyTest, DecodeBehindAPromptGivesTheReferencesLogits) {
    expectReferenceLogits("decode_behind_prompt", drawn.tokens.size() / 2);
}

/// Otherwise the comparisons above couldn't tell whether the engine does these things.
TEST_P(DenseFamilyTest, EveryMistakeWouldShow) {
    double least = INFINITY;
    for (const Mistake& mistake : mistakes(family)) {
        DenseModel wrong = drawn;
        mistake.make(wrong);
        const double difference = maxDifference(
            rounded(decoderLogits(wrong.settings, wrong.tensors, wrong.tokens)), rounded(expected));
        EXPECT_GT(difference, 100 * tolerance()) << mistake.what;
        least = std::min(least, difference / tolerance());
    }
    reportDifference("least_mistake_in_tolerances", least);
}

std::vector<Case> cases() {
    std::vector<Case> list;
    for (size_t family = 0; family < denseFamilies().size(); ++family) {
        for (const uint32_t seed : {1u, 2u, 3u})
            list.push_back({family, seed});
    }
    return list;
}

INSTANTIATE_TEST_SUITE_P(Families, DenseFamilyTest, testing::ValuesIn(cases()),
                         [](const auto& info) { return caseName(info.param); });

TEST(RegistryTest, ArchitecturesWithoutGoldensAreHeldAgainstTheReference) {
    std::set<std::string> covered;
    for (const DenseFamily& family : denseFamilies()) {
        const auto config = engine::parseModelConfig(drawModel(family, 1).config);
        ASSERT_TRUE(config.ok()) << family.name << ": " << config.error().text();
        EXPECT_EQ(config->architecture, family.architecture);
        covered.insert(config->architecture);
    }
    for (const engine::Architecture& architecture : engine::architectures()) {
        EXPECT_TRUE(architecture.golden || covered.contains(architecture.name))
            << architecture.name << " has neither goldens nor a DenseFamily";
    }
}

}  // namespace
}  // namespace hearth::reference
