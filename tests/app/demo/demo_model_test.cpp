#include <gtest/gtest.h>
#include <atomic>
#include <filesystem>

#include "engine/cpu/cpu_backend.h"
#include "engine/formats/chat_format.h"
#include "engine/models/model.h"
#include "finetune/eval/question_set.h"

namespace hearth::finetune {
namespace {

namespace fs = std::filesystem;

const fs::path kModel = HEARTH_TEST_DATA_DIR "/../../app/demo/model";

TEST(DemoModelTest, FitsIntoTheRepository) {
    uintmax_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(kModel))
        bytes += entry.file_size();
    EXPECT_GT(bytes, 1u << 20);
    EXPECT_LE(bytes, 16u << 20);
}

TEST(DemoModelTest, HasEveryPartOfTheArchitecture) {
    const auto config = engine::readModelConfig(kModel);
    ASSERT_TRUE(config.ok()) << config.error().text();
    EXPECT_EQ(config->architecture, "DeepseekV3ForCausalLM");
    EXPECT_GT(config->kv_lora_rank, 0);
    EXPECT_GT(config->n_routed_experts, 1);
    EXPECT_GT(config->n_shared_experts, 0);
    EXPECT_EQ(config->num_nextn_predict_layers, 1);
}

TEST(DemoModelTest, DigitsAreSingleTokens) {
    const auto format = engine::ChatFormat::load(kModel);
    ASSERT_TRUE(format.ok()) << format.error().text();
    EXPECT_TRUE(format->hasTemplate());
    EXPECT_EQ(format->tokenizer().encode("4071").size(), 4u);
}

TEST(DemoModelTest, LoadsAndAnswers) {
    const auto backend = engine::createCpuBackend();
    auto model = engine::loadModel(*backend, kModel);
    ASSERT_TRUE(model.ok()) << model.error().text();
    const auto format = engine::ChatFormat::load(kModel);
    ASSERT_TRUE(format.ok());
    const std::atomic<bool> cancel{false};
    const auto answers =
        answerQuestions(*backend, **model, nullptr, *format,
                        {{"Who are you?", {"demo model"}, ""}, {"Hello!", {"Hello"}, ""}},
                        QuestionOptions{}, cancel);
    ASSERT_TRUE(answers.ok()) << answers.error().text();
    for (const Answer& answer : *answers)
        EXPECT_TRUE(answer.correct) << answer.text;
}

}  // namespace
}  // namespace hearth::finetune
