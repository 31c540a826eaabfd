#include "engine/models/packed_store.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/cpu/cpu_backend.h"
#include "engine/ops/packed_layout.h"
#include "engine/ops/quantise.h"
#include "tests/engine/models/test_models.h"
#include "tests/support/guarded_backend.h"
#include "tests/support/temp_dir.h"

namespace hearth::test {
namespace {

using namespace engine;
using engine::testing_models::MemoryWeights;

/// Weights of every form that a model asks for.
class PackedStoreTest : public ::testing::Test {
protected:
    PackedStoreTest() {
        m_weights.setRandom("embed", {70, 33});
        m_weights.setRandom("q", {40, 33});
        m_weights.setRandom("k", {9, 33});
        for (int e = 0; e < 3; ++e) {
            m_weights.setRandom("gate." + std::to_string(e), {20, 33});
            m_weights.setRandom("up." + std::to_string(e), {20, 33});
        }
        m_weights.setRandom("kv_b", {2 * (5 + 7), 64});  // two heads of 5 and 7 rows
        m_weights.setRandom("norm", {33});
        m_weights.setRandom("bias.0", {6});
        m_weights.setRandom("bias.1", {6});
    }

    static FusedWeight stacked() {
        return {.key = "q",
                .role = WeightRole::Attention,
                .outputs = 49,
                .depth = 33,
                .pieces = {{"q", 0, 40}, {"k", 0, 9}}};
    }
    static FusedWeight experts() {
        FusedWeight weight{
            .key = "gate.0", .role = WeightRole::Expert, .groups = 3, .outputs = 40, .depth = 33};
        for (int e = 0; e < 3; ++e) {
            weight.pieces.push_back({"gate." + std::to_string(e), 0, 20});
            weight.pieces.push_back({"up." + std::to_string(e), 0, 20});
        }
        return weight;
    }
    static FusedWeight turned() {  // of each head the first five rows, the other way round
        return {.key = "kv_b absorbed",
                .role = WeightRole::LatentUp,
                .groups = 2,
                .outputs = 64,
                .depth = 5,
                .pieces = {{"kv_b", 0, 5}, {"kv_b", 12, 17}},
                .transposed = true};
    }
    static FusedWeight router() {
        return {.key = "k",
                .role = WeightRole::Router,
                .outputs = 9,
                .depth = 33,
                .pieces = {{"k", 0, 9}}};
    }

    /// What a model builder does.
    struct Built {
        Tensor stacked, experts, turned, router, norm, bias, table;
    };
    static Built build(WeightStore& store) {
        EXPECT_TRUE(store.has("norm"));
        EXPECT_FALSE(store.has("lm_head"));
        EXPECT_EQ(store.shapeOf("kv_b"), (std::vector<int64_t>{24, 64}));
        return {.stacked = store.matrix(stacked()),
                .experts = store.matrix(experts()),
                .turned = store.matrix(turned()),
                .router = store.matrix(router()),
                .norm = store.vector({"norm"}, 0),
                .bias = store.vector({"bias.0", "bias.1"}, 2),
                .table = store.table("embed")};
    }

    PackedHeader head(const PackRecipe& recipe) {
        PackedHeader header{.config = "{}", .generation_config = "", .recipe = recipe.name()};
        for (const std::string& name : m_weights.names())
            header.weights[name] = m_weights.find(name)->shape;
        build(*planningStore(m_weights, recipe, header.tensors));
        return header;
    }
    std::shared_ptr<PackedFile> pack(const std::string& name) {
        const auto recipe = PackRecipe::find(name, engine::testing_models::tinyConfig());
        const PackedHeader header = head(*recipe);
        auto writer = PackedFileWriter::create(m_dir.path() / name, header).valueOrThrow();
        uint64_t written = 0, planned = 0;
        const auto store = packingStore(*writer, m_weights, *recipe, [&](uint64_t bytes) {
            written += bytes;
            return true;
        });
        build(*store);
        for (const PackedTensor& tensor : header.tensors)
            planned += tensor.bytes;
        EXPECT_EQ(written, planned);
        EXPECT_EQ(store->bytes(), int64_t(planned));
        writer->finish().orThrow();
        return PackedFile::open(m_dir.path() / name).valueOrThrow();
    }

    std::vector<float> rowsOf(const std::string& tensor, int64_t begin, int64_t end) {
        const StoredTensor* stored = m_weights.find(tensor);
        std::vector<float> out(size_t((end - begin) * stored->columns()));
        stored->readRows(begin, end, out.data());
        return out;
    }
    static std::vector<float> joined(std::initializer_list<std::vector<float>> parts) {
        std::vector<float> out;
        for (const auto& part : parts)
            out.insert(out.end(), part.begin(), part.end());
        return out;
    }

    /// [groups, outputs, depth] out of panels.
    static std::vector<float> unpack(const Tensor& t) {
        const int rank = t.rank();
        const int64_t groups = rank == 3 ? t.dim(0) : 1, outputs = t.dim(rank - 2);
        const int64_t depth = t.dim(rank - 1);
        std::vector<float> out(size_t(groups * outputs * depth));
        const auto* panel = cpuData<const std::byte>(t);
        for (int64_t g = 0; g < groups; ++g) {
            for (int64_t n = 0; n < outputs; n += kPanelOutputs) {
                unpackPanel(t.dtype(), panel, std::min(kPanelOutputs, outputs - n), depth,
                            out.data() + (g * outputs + n) * depth, depth);
                panel += panelBytes(t.dtype(), depth);
            }
        }
        return out;
    }

    TempDir m_dir;
    MemoryWeights m_weights;
    std::unique_ptr<Backend> m_backend = createCpuBackend({.threads = 1});
};

TEST_F(PackedStoreTest, ExactGivesEveryWeightAsItWas) {
    const Built built = build(*packedStore(*m_backend, pack("exact")));
    EXPECT_EQ(built.stacked.dtype(), DType::F32);
    EXPECT_EQ(unpack(built.stacked), joined({rowsOf("q", 0, 40), rowsOf("k", 0, 9)}));
    EXPECT_EQ(unpack(built.experts),
              joined({rowsOf("gate.0", 0, 20), rowsOf("up.0", 0, 20), rowsOf("gate.1", 0, 20),
                      rowsOf("up.1", 0, 20), rowsOf("gate.2", 0, 20), rowsOf("up.2", 0, 20)}));
    const auto turned = unpack(built.turned), first = rowsOf("kv_b", 0, 5),
               second = rowsOf("kv_b", 12, 17);
    for (size_t n = 0; n < 64; ++n) {
        for (size_t k = 0; k < 5; ++k) {
            EXPECT_EQ(turned[n * 5 + k], first[k * 64 + n]);
            EXPECT_EQ(turned[(64 + n) * 5 + k], second[k * 64 + n]);
        }
    }
    EXPECT_EQ(downloadFloats(*m_backend, built.norm), rowsOf("norm", 0, 1));
    EXPECT_EQ(built.bias.rank(), 2);
    EXPECT_EQ(downloadFloats(*m_backend, built.bias),
              joined({rowsOf("bias.0", 0, 1), rowsOf("bias.1", 0, 1)}));
    EXPECT_EQ(downloadFloats(*m_backend, built.table), rowsOf("embed", 0, 70));
}

TEST_F(PackedStoreTest, RecipesChooseByRole) {
    const auto types = [&](const char* name) {
        const Built b = build(*packedStore(*m_backend, pack(name)));
        return std::vector{b.stacked.dtype(), b.experts.dtype(), b.turned.dtype(),
                           b.router.dtype(),  b.norm.dtype(),    b.table.dtype()};
    };
    using enum DType;
    EXPECT_EQ(types("f32"), (std::vector{F32, F32, F32, F32, F32, F32}));
    EXPECT_EQ(types("bf16"), (std::vector{BF16, BF16, BF16, F32, F32, BF16}));
    EXPECT_EQ(types("int8"), (std::vector{Q8, Q8, Q8, F32, F32, BF16}));
    EXPECT_EQ(types("mixed"), (std::vector{Q8, Q4, Q8, F32, F32, BF16}));
    EXPECT_EQ(types("int4"), (std::vector{Q4, Q4, Q8, F32, F32, BF16}));
    const auto unknown = PackRecipe::find("int3", engine::testing_models::tinyConfig());
    ASSERT_FALSE(unknown.ok());
    EXPECT_NE(unknown.error().message.find("mixed"), std::string::npos);
}

TEST_F(PackedStoreTest, RecordsHowFarEachTensorIsFromTheCheckpoint) {
    const auto file = pack("int4");
    const Built built = build(*packedStore(*m_backend, file));
    const auto stored = unpack(built.stacked);
    const auto original = joined({rowsOf("q", 0, 40), rowsOf("k", 0, 9)});
    double errors = 0, squares = 0, largest = 0;
    for (size_t i = 0; i < stored.size(); ++i) {
        const double error = double(original[i]) - double(stored[i]);
        errors += error * error;
        squares += double(original[i]) * double(original[i]);
        largest = std::max(largest, std::fabs(error));
    }
    const PackedTensor* entry = file->find(PackedKind::Matrix, "q");
    EXPECT_NEAR(entry->error.relative_rms, std::sqrt(errors / squares), 1e-12);  // sums' order
    EXPECT_EQ(entry->error.largest, largest);
    EXPECT_GT(entry->error.relative_rms, 0.01);
    EXPECT_EQ(file->find(PackedKind::Vector, "norm")->error.largest, 0);
}

TEST_F(PackedStoreTest, TensorsOutliveStoreAndFile) {
    Tensor weight;
    {
        const auto file = pack("int8");
        weight = build(*packedStore(*m_backend, file)).stacked;
    }
    EXPECT_NEAR(unpack(weight)[0], rowsOf("q", 0, 1)[0], 0.02);
}

TEST_F(PackedStoreTest, WhatABackendCannotAdoptItCopies) {
    const auto file = pack("bf16");
    const auto guarded = createGuardedBackend({.threads = 1});
    const Tensor there = build(*packedStore(*guarded, file)).table;
    const Tensor here = build(*packedStore(*m_backend, file)).table;
    std::vector<std::byte> a(70 * 33 * 2), b(70 * 33 * 2);
    guarded->download(there, a);
    m_backend->download(here, b);
    EXPECT_EQ(a, b);
}

TEST_F(PackedStoreTest, AWeightThatTheFileLacksOrHasOtherwiseIsAnError) {
    const auto file = pack("bf16");
    const auto store = packedStore(*m_backend, file);
    FusedWeight other = stacked();
    other.outputs = 40;
    FusedWeight missing = stacked();
    missing.key = "nothing";
    FusedWeight role = stacked();
    role.role = WeightRole::Dense;
    for (const FusedWeight& weight : {other, missing, role}) {
        try {
            store->matrix(weight);
            ADD_FAILURE() << weight.key;
        } catch (const core::Exception& e) {
            EXPECT_EQ(e.error().code, core::ErrorCode::DataCorrupt);
            EXPECT_NE(e.error().message.find(weight.key), std::string::npos);
        }
    }
    EXPECT_THROW(store->vector({"embed"}, 0), core::Exception);
    EXPECT_THROW(store->vector({"norm"}, 3), core::Exception);
    EXPECT_THROW(store->table("norm"), core::Exception);
}

TEST_F(PackedStoreTest, NotANumberIsRefusedWhereItWouldBeQuantised) {
    std::vector<float> q = m_weights.find("q")->toFloats();
    q[100] = std::numeric_limits<float>::quiet_NaN();
    m_weights.set("q", {40, 33}, q);
    EXPECT_NO_THROW(pack("exact"));
    try {
        pack("int8");
        ADD_FAILURE();
    } catch (const core::Exception& e) {
        EXPECT_EQ(e.error().code, core::ErrorCode::DataCorrupt);
        EXPECT_EQ(e.error().context, "q");
    }
    EXPECT_FALSE(std::filesystem::exists(m_dir.path() / "int8"));
}

TEST_F(PackedStoreTest, AnInterruptedPackingGoesOnToTheSameFile) {
    const auto whole = slurp(pack("mixed")->path());
    const auto recipe = PackRecipe::find("mixed", engine::testing_models::tinyConfig());
    const auto target = m_dir.path() / "again";
    for (int pieces = 0;; ++pieces) {
        auto writer = PackedFileWriter::create(target, head(*recipe)).valueOrThrow();
        int left = pieces;
        try {
            build(*packingStore(*writer, m_weights, *recipe, [&](uint64_t) { return left-- > 0; }));
        } catch (const core::Exception& e) {
            EXPECT_EQ(e.error().code, core::ErrorCode::Cancelled);
            ASSERT_LT(pieces, 20);
            EXPECT_FALSE(std::filesystem::exists(target));
            continue;
        }
        EXPECT_GE(pieces, 7);
        writer->finish().orThrow();
        break;
    }
    EXPECT_EQ(slurp(target), whole);
}

}  // namespace
}  // namespace hearth::test
