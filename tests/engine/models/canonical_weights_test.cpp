// The same tensors out of every family's checkpoints, and what is said of checkpoints that do not
// fit.
#include "engine/models/canonical_weights.h"

#include "tests/engine/models/checkpoint_dialects.h"

namespace hearth::engine {
namespace {

using testing_models::DialectCheckpoint;
using testing_models::writeDialect;

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

class DialectTest : public testing::TestWithParam<std::string> {};

TEST_P(DialectTest, GivesTheCanonicalFloats) {
    for (const uint32_t seed : {1u, 2u}) {
        const DialectCheckpoint checkpoint = writeDialect(GetParam(), seed);
        const auto found =
            canonicalWeights(checkpoint.config, checkpoint.specs, checkpoint.weights);
        ASSERT_TRUE(found.ok()) << found.error().text();
        EXPECT_EQ((*found)->names().size(), checkpoint.specs.size());
        for (const TensorSpec& spec : checkpoint.specs) {
            const StoredTensor* tensor = (*found)->find(spec.name);
            ASSERT_NE(tensor, nullptr) << spec.name;
            EXPECT_EQ(tensor->name, spec.name);
            EXPECT_EQ(tensor->shape, spec.shape) << spec.name;
            EXPECT_TRUE(tensor->toFloats() == checkpoint.truth.at(spec.name)) << spec.name;
        }
    }
}

TEST_P(DialectTest, ReadsAnyRangeOfRows) {
    const DialectCheckpoint checkpoint = writeDialect(GetParam());
    const auto found =
        canonicalWeights(checkpoint.config, checkpoint.specs, checkpoint.weights).valueOrThrow();
    for (const TensorSpec& spec : checkpoint.specs) {
        const StoredTensor& tensor = *found->find(spec.name);
        const auto& truth = checkpoint.truth.at(spec.name);
        const int64_t begin = tensor.rows() / 3, end = tensor.rows() - tensor.rows() / 5;
        std::vector<float> rows(size_t((end - begin) * tensor.columns()));
        tensor.readRows(begin, end, rows.data());
        const auto expected = truth.begin() + begin * tensor.columns();
        EXPECT_TRUE(std::equal(rows.begin(), rows.end(), expected)) << spec.name;
    }
}

TEST_P(DialectTest, ReadsItsOwnResultAgain) {
    const DialectCheckpoint checkpoint = writeDialect(GetParam());
    const auto once =
        canonicalWeights(checkpoint.config, checkpoint.specs, checkpoint.weights).valueOrThrow();
    const auto twice = canonicalWeights(checkpoint.config, checkpoint.specs, *once);
    ASSERT_TRUE(twice.ok()) << twice.error().text();
    for (const TensorSpec& spec : checkpoint.specs)
        EXPECT_TRUE((*twice)->find(spec.name)->toFloats() == checkpoint.truth.at(spec.name));
}

TEST_P(DialectTest, NamesEveryTensorThatIsTakenAway) {
    const DialectCheckpoint whole = writeDialect(GetParam());
    for (const std::string& name : whole.weights.names()) {
        DialectCheckpoint checkpoint = writeDialect(GetParam());
        checkpoint.weights.erase(name);
        const auto found =
            canonicalWeights(checkpoint.config, checkpoint.specs, checkpoint.weights);
        ASSERT_FALSE(found.ok()) << name;
        EXPECT_EQ(found.error().code, core::ErrorCode::InvalidArgument);
        // The only router of its kind: no other says which of the family's names to ask for.
        const bool router = name.find("experts") == std::string::npos;
        EXPECT_SAYS(found.error().message, "missing " + (router ? "" : name + ", expected "));
    }
}

TEST_P(DialectTest, NamesATensorOfAnotherShape) {
    const DialectCheckpoint whole = writeDialect(GetParam());
    for (const std::string& name : whole.weights.names()) {
        DialectCheckpoint checkpoint = writeDialect(GetParam());
        checkpoint.weights.tensor(name).shape.push_back(1);
        const auto found =
            canonicalWeights(checkpoint.config, checkpoint.specs, checkpoint.weights);
        ASSERT_FALSE(found.ok()) << name;
        EXPECT_SAYS(found.error().message, "(1 problem): " + name + " has shape [");
    }
}

std::vector<std::string> dialectNames() {
    std::vector<std::string> names;
    for (const auto& dialect : testing_models::dialects())
        names.push_back(dialect.name);
    return names;
}

INSTANTIATE_TEST_SUITE_P(All, DialectTest, testing::ValuesIn(dialectNames()),
                         [](const auto& info) { return info.param; });

std::string problem(const DialectCheckpoint& checkpoint) {
    const auto found = canonicalWeights(checkpoint.config, checkpoint.specs, checkpoint.weights);
    EXPECT_FALSE(found.ok());
    return found.ok() ? "" : found.error().message;
}

TEST(CanonicalWeightsTest, KeepsWholeRowsPlain) {
    const DialectCheckpoint granite = writeDialect("granite");
    const auto found =
        canonicalWeights(granite.config, granite.specs, granite.weights).valueOrThrow();
    for (const TensorSpec& spec : granite.specs)
        EXPECT_TRUE(found->find(spec.name)->isPlain()) << spec.name;
}

TEST(CanonicalWeightsTest, ExpertsShareOneOrderOfRows) {
    const DialectCheckpoint oss = writeDialect("gpt_oss");
    const auto found = canonicalWeights(oss.config, oss.specs, oss.weights).valueOrThrow();
    const std::string prefix = "model.layers.4.mlp.experts.";
    EXPECT_EQ(found->find(prefix + "0.up_proj.weight")->row_order,
              found->find(prefix + "2.up_proj.weight")->row_order);
}

TEST(CanonicalWeightsTest, AsksForWhatTheFamilyPublishes) {
    DialectCheckpoint empty = writeDialect("mixtral");
    empty.weights = {};
    EXPECT_SAYS(problem(empty),
                "missing model.layers.4.block_sparse_moe.experts.0.w1.weight, expected [160, 192]");
    empty.config.architecture = "GraniteMoeForCausalLM";
    EXPECT_SAYS(
        problem(empty),
        "missing model.layers.4.block_sparse_moe.input_linear.weight, expected [3, 320, 192]");
    EXPECT_SAYS(problem(empty), "(3 problems)") << "a joined tensor is missing once";
    empty.config.architecture = "GptOssForCausalLM";
    EXPECT_SAYS(problem(empty),
                "missing model.layers.4.mlp.experts.gate_up_proj_blocks, expected [3, 320, 6, 16]");
    empty.config.architecture = "SomethingElse";
    EXPECT_SAYS(problem(empty),
                "missing model.layers.4.mlp.experts.0.gate_proj.weight, expected [160, 192]");
}

TEST(CanonicalWeightsTest, RefusesScalesWithoutCodes) {
    DialectCheckpoint plain = writeDialect("per_expert");
    const std::string name = "model.layers.4.mlp.gate.weight_scale_inv";
    plain.weights.set(name, DType::F32, {1, 2}, std::vector<std::byte>(8));
    EXPECT_SAYS(problem(plain), "unexpected " + name);
}

TEST(CanonicalWeightsTest, RefusesASecondCopyOfATensor) {
    DialectCheckpoint twice = writeDialect("per_expert");
    twice.weights.set("model.layers.4.mlp.experts.down_proj", DType::BF16, {3, 192, 160},
                      std::vector<std::byte>(3 * 192 * 160 * 2));
    EXPECT_SAYS(problem(twice), "unexpected model.layers.4.mlp.experts.down_proj");
}

TEST(CanonicalWeightsTest, RefusesScalesThatAreNoNumbers) {
    DialectCheckpoint oss = writeDialect("gpt_oss_mxfp4");
    oss.weights.byte("model.layers.4.mlp.experts.down_proj_scales", 77) = std::byte(255);
    EXPECT_SAYS(problem(oss),
                "model.layers.4.mlp.experts.down_proj_scales holds 255 (NaN) at index 77");
    DialectCheckpoint fp8 = writeDialect("fp8");
    const std::string name = "model.layers.4.mlp.experts.1.up_proj.weight_scale_inv";
    fp8.weights.byte(name, 4 * 3 + 3) = std::byte(0x7f);
    fp8.weights.byte(name, 4 * 3 + 2) = std::byte(0x80);
    EXPECT_SAYS(problem(fp8), name + " holds ");
    EXPECT_SAYS(problem(fp8), " at index 3");
}

TEST(CanonicalWeightsTest, RefusesDtypesThatAreNoWeights) {
    DialectCheckpoint plain = writeDialect("per_expert");
    const std::string router = "model.layers.4.mlp.gate.weight";
    plain.weights.tensor(router).dtype = DType::U8;
    EXPECT_SAYS(problem(plain), router + " has dtype U8, expected F32, BF16 or F16");
    DialectCheckpoint oss = writeDialect("gpt_oss");
    oss.weights.tensor("model.layers.4.mlp.router.bias").dtype = DType::F8E4M3;
    EXPECT_SAYS(problem(oss), "model.layers.4.mlp.router.bias has dtype F8_E4M3");
    DialectCheckpoint mxfp4 = writeDialect("gpt_oss_mxfp4");
    mxfp4.weights.tensor("model.layers.4.mlp.experts.down_proj_blocks").dtype = DType::F8E4M3;
    EXPECT_SAYS(problem(mxfp4), "down_proj_blocks has dtype F8_E4M3, expected U8");
    mxfp4 = writeDialect("gpt_oss_mxfp4");
    mxfp4.weights.tensor("model.layers.4.mlp.experts.down_proj_scales").dtype = DType::F8E4M3;
    EXPECT_SAYS(problem(mxfp4), "down_proj_scales has dtype F8_E4M3, expected U8");
}

}  // namespace
}  // namespace hearth::engine
