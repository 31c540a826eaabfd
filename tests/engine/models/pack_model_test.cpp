// Packing a whole model: what is loaded from the packed file, and what the report says.
#include "engine/models/pack_model.h"

#include <numeric>

#include "core/file.h"
#include "core/json.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/models/model_source.h"
#include "engine/models/source_reference.h"
#include "tests/engine/formats/text_fixtures.h"
#include "tests/engine/models/test_models.h"
#include "tests/support/temp_dir.h"

namespace hearth::engine {
namespace {

using testing_models::MemoryWeights;

/// Logits of a prompt and of some steps of decoding, and MTP drafts where there are some.
std::vector<float> outputsOf(Backend& backend, Model& model) {
    std::vector<int32_t> ids(20);
    for (size_t i = 0; i < ids.size(); ++i)
        ids[i] = int32_t((i * 7 + 3) % size_t(model.config().vocab_size));
    KvCache cache(backend, model.config(), 1, DType::F32);
    const std::vector<int32_t> pages = {0};
    std::vector<float> out;
    const auto step = [&](int64_t begin, int64_t end, bool prefill) {
        const StepSequence sequence{
            .tokens = std::span(ids).subspan(size_t(begin), size_t(end - begin)),
            .start = begin,
            .pages = pages,
            .prefill = prefill,
            .logits_rows = end - begin};
        const auto rows =
            downloadFloats(backend, model.step(std::span(&sequence, 1), cache, nullptr));
        out.insert(out.end(), rows.begin(), rows.end());
    };
    step(0, 15, true);
    for (int64_t i = 15; i < 20; ++i)
        step(i, i + 1, false);
    if (model.mtpLayers() > 0) {
        const auto drafts = downloadFloats(
            backend, model.mtpLogits(std::span(ids).first(19), std::span(ids).last(19)));
        out.insert(out.end(), drafts.begin(), drafts.end());
    }
    return out;
}

class PackModelTest : public ::testing::Test {
protected:
    /// A checkpoint of the tiny architecture with the tiny tokenizer. dtype: F32 or BF16.
    std::filesystem::path checkpoint(const std::string& name, DType dtype) {
        ModelConfig config = testing_models::tinyConfig();
        config.vocab_size = tinyTokenizer().vocabSize();
        config.hidden_size = 64;
        config.moe_intermediate_size = 64;
        MemoryWeights weights(config);
        const auto directory = m_dir.path() / name;
        std::filesystem::create_directories(directory);
        testing_models::writeCheckpoint(directory, config, weights);
        if (dtype == DType::BF16)
            rewriteAsBf16(directory / "model.safetensors");
        core::writeFileAtomic(directory / "tokenizer.json", tinyTokenizerJson().dump()).orThrow();
        return directory;
    }
    static void rewriteAsBf16(const std::filesystem::path& file) {
        const auto source = openSafetensors(file).valueOrThrow();
        std::vector<std::vector<uint16_t>> bits;
        std::vector<TensorToWrite> tensors;
        for (const std::string& name : source->names()) {
            auto& values = bits.emplace_back();
            for (const float v : source->find(name)->toFloats())
                values.push_back(toBf16(v));
            tensors.push_back({name, DType::BF16, source->find(name)->shape, {}});
        }
        for (size_t i = 0; i < tensors.size(); ++i)
            tensors[i].bytes = std::as_bytes(std::span(bits[i]));
        writeSafetensors(file, tensors).orThrow();
    }

    core::Result<PackReport> pack(PackRequest request) {
        request.directory = m_dir.path() / "packed";
        request.text = measuringText().substr(0, 3000);
        return packModel(*m_backend, request, {});
    }
    std::filesystem::path packedFile() { return m_dir.path() / "packed" / kPackedFileName; }
    std::vector<float> packedOutputs() {
        const auto model = loadPackedModel(*m_backend, packedFile()).valueOrThrow();
        return outputsOf(*m_backend, *model);
    }

    test::TempDir m_dir;
    std::unique_ptr<Backend> m_backend = createCpuBackend({.threads = 2});
};

TEST_F(PackModelTest, ExactAndItsOwnPrecisionGiveTheSourcesBits) {
    for (const auto& [dtype, precision] : {std::pair(DType::F32, "exact"),
                                           {DType::F32, "f32"},
                                           {DType::BF16, "exact"},
                                           {DType::BF16, "bf16"}}) {
        SCOPED_TRACE(testing::Message() << dtypeName(dtype) << " as " << precision);
        const auto source = checkpoint("source", dtype);
        const auto report = pack({.source = source, .directory = {}, .precision = precision});
        ASSERT_TRUE(report.ok()) << report.error().text();
        const auto model = loadModel(*m_backend, source).valueOrThrow();
        EXPECT_EQ(packedOutputs(), outputsOf(*m_backend, *model));
        EXPECT_FALSE(report->divergence);
        EXPECT_FALSE(report->not_measured.empty());
    }
}

TEST_F(PackModelTest, EveryReferenceModelPacksToItsOwnBits) {
    for (const auto& entry : std::filesystem::directory_iterator(referenceDir("models"))) {
        if (!std::filesystem::exists(entry.path() / "config.json"))
            continue;
        SCOPED_TRACE(entry.path().filename());
        const auto report = pack({.source = entry.path(), .directory = {}, .precision = "exact"});
        ASSERT_TRUE(report.ok()) << report.error().text();
        const auto model = loadModel(*m_backend, entry.path()).valueOrThrow();
        EXPECT_EQ(packedOutputs(), outputsOf(*m_backend, *model));
    }
}

TEST_F(PackModelTest, APackedFileGivesBackEveryTensorOfItsCheckpoint) {
    for (const auto& entry : std::filesystem::directory_iterator(referenceDir("models"))) {
        if (!std::filesystem::exists(entry.path() / "config.json"))
            continue;
        SCOPED_TRACE(entry.path().filename());
        pack({.source = entry.path(), .directory = {}, .precision = "exact"}).valueOrThrow();
        const auto source = openModelSource(entry.path()).valueOrThrow();
        const auto packed = openModelSource(m_dir.path() / "packed").valueOrThrow();
        EXPECT_EQ(packed.config.num_nextn_predict_layers, source.config.num_nextn_predict_layers);
        for (const TensorSpec& spec : tensorSpecs(source.config)) {
            const StoredTensor* before = source.weights->find(spec.name);
            const StoredTensor* after = packed.weights->find(spec.name);
            ASSERT_EQ(after != nullptr, before != nullptr) << spec.name;
            if (!before)
                continue;
            ASSERT_EQ(after->toFloats(), before->toFloats()) << spec.name;
        }
    }
}

TEST_F(PackModelTest, OnlyFinePacksStandForTheirCheckpoint) {
    const auto source = checkpoint("source", DType::BF16);
    pack({.source = source, .directory = {}, .precision = "bf16"}).valueOrThrow();
    EXPECT_EQ(findSource(packedFile().parent_path()).valueOrThrow(), packedFile().parent_path());
    pack({.source = source, .directory = {}, .precision = "int4"}).valueOrThrow();
    const auto coarse = findSource(packedFile().parent_path());
    ASSERT_FALSE(coarse.ok());
    EXPECT_NE(coarse.error().message.find("packed in int4"), std::string::npos);
}

TEST_F(PackModelTest, ADirectoryIsServedFromItsPackedFile) {
    const auto source = checkpoint("source", DType::F32);
    ASSERT_TRUE(pack({.source = source, .directory = {}, .precision = "int8"}).ok());
    EXPECT_EQ(test::slurp(source / "config.json"),
              test::slurp(m_dir.path() / "packed" / "config.json"));
    const auto model = loadModel(*m_backend, m_dir.path() / "packed").valueOrThrow();
    EXPECT_EQ(outputsOf(*m_backend, *model), packedOutputs());
    EXPECT_EQ(model->config().eos_token_ids, std::vector<int32_t>{1});
}

TEST_F(PackModelTest, TheReportTellsSizeErrorsAndDivergence) {
    const auto source = checkpoint("source", DType::BF16);
    double last = 0;
    for (const char* precision : {"int8", "int4"}) {
        const auto report = pack({.source = source, .directory = {}, .precision = precision});
        ASSERT_TRUE(report.ok()) << report.error().text();
        ASSERT_TRUE(report->divergence) << report->not_measured;
        EXPECT_GT(report->divergence->tokens, 300);
        EXPECT_GT(report->divergence->kl_mean, last);  // coarser: farther
        EXPECT_GE(report->divergence->kl_p99, report->divergence->kl_mean);
        last = report->divergence->kl_mean;
        const auto text = core::readTextFile(m_dir.path() / "packed" / kPackReportName);
        const auto json = core::parseJson(*text, "report").valueOrThrow();
        EXPECT_EQ(json["precision"], precision);
        EXPECT_EQ(json["bytes"], std::filesystem::file_size(packedFile()));
        EXPECT_EQ(json["source_bytes"], std::filesystem::file_size(source / "model.safetensors"));
        EXPECT_EQ(json["divergence"]["kl_mean"], report->divergence->kl_mean);
        EXPECT_EQ(json["tensors"].size(), report->tensors.size());
        EXPECT_GT(json["bits_per_weight"], 4.5);
        EXPECT_LT(json["bits_per_weight"], 16);
    }
    EXPECT_FALSE(std::filesystem::exists(m_dir.path() / "packed" / "reference.tmp"));
}

TEST_F(PackModelTest, WithoutATokenizerTheReportSaysWhyNothingWasMeasured) {
    const auto source = checkpoint("source", DType::BF16);
    std::filesystem::remove(source / "tokenizer.json");
    const auto report = pack({.source = source, .directory = {}, .precision = "int4"});
    ASSERT_TRUE(report.ok());
    EXPECT_FALSE(report->divergence);
    EXPECT_NE(report->not_measured.find("no tokens"), std::string::npos) << report->not_measured;
}

TEST_F(PackModelTest, ASizeBudgetPicksTheFinestThatFits) {
    const auto source = checkpoint("source", DType::F32);
    const auto opened = openPackSource(source, {});
    ASSERT_TRUE(opened.ok());
    const auto bytesOf = [&](const char* name) {
        return plannedBytes(planPacking(*opened, *PackRecipe::find(name, opened->model.config)));
    };
    const auto picked = [&](uint64_t budget) {
        const auto report = pack({.source = source,
                                  .directory = {},
                                  .size_budget = budget,
                                  .kl_budget = {},
                                  .measure = false});
        return report ? report->precision : report.error().message;
    };
    EXPECT_EQ(picked(bytesOf("bf16")), "bf16");
    EXPECT_EQ(picked(bytesOf("bf16") - 1), "int8");
    EXPECT_EQ(picked(bytesOf("mixed")), "mixed");
    EXPECT_EQ(picked(bytesOf("int4")), "int4");
    EXPECT_NE(picked(bytesOf("int4") - 1).find(std::to_string(bytesOf("int4"))), std::string::npos);
}

TEST_F(PackModelTest, ADivergenceBudgetPicksTheCoarsestWithinIt) {
    const auto source = checkpoint("source", DType::BF16);
    const auto klOf = [&](const char* name) {
        return pack({.source = source, .directory = {}, .precision = name})->divergence->kl_mean;
    };
    const double int8 = klOf("int8"), mixed = klOf("mixed");
    ASSERT_LT(int8, mixed);
    const auto picked = [&](double budget) {
        const auto report =
            pack({.source = source, .directory = {}, .size_budget = {}, .kl_budget = budget});
        EXPECT_TRUE(report.ok()) << report.error().text();
        return report ? report->precision : "";
    };
    EXPECT_EQ(picked(100.0), "int4");
    EXPECT_EQ(picked(mixed), "mixed");
    EXPECT_EQ(picked((int8 + mixed) / 2), "int8");
    EXPECT_EQ(PackedFile::open(packedFile()).valueOrThrow()->header().recipe, "int8");
    EXPECT_EQ(picked(int8 / 2), "bf16");
    // Weights, report, config and tokenizer alone.
    EXPECT_EQ(test::countFiles(m_dir.path() / "packed"), 4u);
    // F32 weights lose something in BF16 too.
    const auto wide = checkpoint("wide", DType::F32);
    const auto none =
        pack({.source = wide, .directory = {}, .size_budget = {}, .kl_budget = 1e-15});
    ASSERT_FALSE(none.ok());
    EXPECT_NE(none.error().message.find("bf16 has"), std::string::npos) << none.error().text();
}

TEST_F(PackModelTest, ADamagedChunkIsAnErrorNotAModel) {
    const auto source = checkpoint("source", DType::F32);
    ASSERT_TRUE(pack({.source = source, .directory = {}, .precision = "exact"}).ok());
    std::string bytes = test::slurp(packedFile());
    bytes[10'000] ^= 1;
    test::spit(packedFile(), bytes);
    const auto model = loadPackedModel(*m_backend, packedFile());
    ASSERT_FALSE(model.ok());
    EXPECT_EQ(model.error().code, core::ErrorCode::DataCorrupt);
}

TEST_F(PackModelTest, ACancelledImportLeavesNothingThatLoadsAndGoesOn) {
    const auto source = checkpoint("source", DType::F32);
    ASSERT_TRUE(pack({.source = source, .directory = {}, .precision = "mixed"}).ok());
    const std::string whole = test::slurp(packedFile());
    const PackRequest request{.source = source,
                              .directory = m_dir.path() / "again",
                              .precision = "mixed",
                              .size_budget = {},
                              .kl_budget = {},
                              .measure = false};
    int calls = 0;
    for (int limit = 0; limit < 1000; limit += 3) {
        int left = limit;
        ++calls;
        const auto report =
            packModel(*m_backend, request, [&](const PackProgress&) { return left-- > 0; });
        if (report.ok())
            break;
        ASSERT_EQ(report.error().code, core::ErrorCode::Cancelled) << report.error().text();
        ASSERT_FALSE(std::filesystem::exists(request.directory / kPackedFileName));
    }
    EXPECT_GT(calls, 10);
    EXPECT_EQ(test::slurp(request.directory / kPackedFileName), whole);
}

TEST_F(PackModelTest, RefusesWhatIsNoModelAndContradictoryBudgets) {
    EXPECT_EQ(pack({.source = m_dir.path() / "none", .directory = {}}).error().code,
              core::ErrorCode::NotFound);
    const auto source = checkpoint("source", DType::F32);
    EXPECT_FALSE(pack({.source = source, .directory = {}, .precision = "int3"}).ok());
    EXPECT_FALSE(
        pack({.source = source, .directory = {}, .size_budget = 1, .kl_budget = 0.1}).ok());
}

class DivergenceTest : public ::testing::Test {
protected:
    DivergenceTest() {
        for (size_t i = 0; i < m_ids.size(); ++i)
            m_ids[i] = int32_t(i * i % 40);
    }
    std::unique_ptr<Model> load() {
        const ModelConfig config = testing_models::tinyConfig();
        return loadModel(*m_backend, config, MemoryWeights(config)).valueOrThrow();
    }
    core::Result<Divergence> measure(const SequenceMode& reference, const SequenceMode& mode,
                                     std::span<const int32_t> ids) {
        return measureDivergence(
            *m_backend, {*m_a, reference}, {*m_b, mode}, ids, [](int64_t) { return true; }, 100);
    }

    std::unique_ptr<Backend> m_backend = createCpuBackend({.threads = 1});
    std::unique_ptr<Model> m_a = load(), m_b = load();
    std::vector<int32_t> m_ids = std::vector<int32_t>(300);
};

TEST_F(DivergenceTest, OfAModelFromItselfIsNothing) {
    const auto same = measure({}, {}, m_ids);
    ASSERT_TRUE(same.ok());
    EXPECT_EQ(same->tokens, 299);
    EXPECT_LT(same->kl_p99, 1e-12);
    EXPECT_EQ(same->perplexity, same->reference_perplexity);
    EXPECT_EQ(same->same_top, 1.0);
    EXPECT_GT(same->perplexity, 1.0);
    EXPECT_FALSE(measure({}, {}, std::vector<int32_t>{1}).ok());
    EXPECT_FALSE(measure({}, {}, std::vector<int32_t>{1, 40}).ok());
}

TEST_F(DivergenceTest, SeesTheCacheAndHowTokensRun) {
    const SequenceMode decode{.prefill = 0}, rounded{.cache = DType::BF16},
        roundedDecode{.cache = DType::BF16, .prefill = 0};
    // Absorbed and materialised attention add up in other orders, in F32.
    EXPECT_LT(measure({}, decode, m_ids)->kl_mean, 1e-9);
    const double rows = measure({}, rounded, m_ids)->kl_mean;
    EXPECT_GT(rows, 1e-8);
    // Decode over the BF16 cache rounds queries and weights, too: more than its rows alone.
    EXPECT_GT(measure(rounded, roundedDecode, m_ids)->kl_mean, 1e-9);
    EXPECT_LT(measure({}, roundedDecode, m_ids)->kl_mean, 1e-2);
}

}  // namespace
}  // namespace hearth::engine
