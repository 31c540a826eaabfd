// Draft logits of the multi-token-prediction layer.
#include "engine/cpu/cpu_backend.h"
#include "tests/reference/golden.h"

namespace hearth::reference {
namespace {

constexpr const char* kModel = "deepseek_v3_mtp";

TEST(MtpTest, DraftLogitsAgree) {
    const auto backend = engine::createCpuBackend();
    Runner runner(*backend, kModel);
    ASSERT_EQ(runner.model().mtpLayers(), 1);
    const Golden golden(modelDir(kModel) / "golden.safetensors");
    const auto vocab = size_t(runner.model().config().vocab_size);
    double worst = 0.0;
    for (const std::string prompt : {"prompt0.", "prompt1.", "prompt2."}) {
        const auto logits = engine::downloadFloats(
            *backend, runner.model().mtpLogits(golden.ids(prompt + "input_ids"),
                                               golden.ids(prompt + "mtp.input_ids")));
        worst = std::max(worst, maxDifference(logits, golden.floats(prompt + "mtp.logits")));
        const auto drafts = golden.ids(prompt + "mtp.draft_ids");
        for (size_t i = 0; i < drafts.size(); ++i)
            EXPECT_EQ(argmax(std::span(logits).subspan(i * vocab, vocab)), drafts[i])
                << prompt << " row " << i;
    }
    reportDifference("mtp_logits", worst);
    EXPECT_LE(worst, suggestedTolerance(kModel).logits);
}

TEST(MtpTest, IsLeftOutOnRequest) {
    const auto backend = engine::createCpuBackend();
    const auto with = engine::loadModel(*backend, modelDir(kModel)).valueOrThrow();
    const auto without =
        engine::loadModel(*backend, modelDir(kModel), {.load_mtp = false}).valueOrThrow();
    EXPECT_EQ(without->mtpLayers(), 0);
    EXPECT_LT(without->weightBytes(), with->weightBytes());
}

}  // namespace
}  // namespace hearth::reference
