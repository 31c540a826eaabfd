#include "finetune/jobs/job_spec.h"

#include <gtest/gtest.h>

namespace hearth::finetune {
namespace {

constexpr const char* kMinimal =
    R"({"method": "sft", "output_directory": "/out", "inputs": [{"path": "/a.jsonl"}])";

std::string withField(const std::string& field) {
    return std::string(kMinimal) + ", " + field + "}";
}

TEST(JobSpec, AbsentFieldsTakeTheirDefaults) {
    const auto spec = parseJobSpec(std::string(kMinimal) + "}");
    ASSERT_TRUE(spec) << spec.error().text();
    EXPECT_EQ(spec->hyperparameters.batch_tokens, Hyperparameters().batch_tokens);
    EXPECT_EQ(spec->inputs[0].format, DataKind::Chat);
    EXPECT_EQ(spec->checkpointDirectory(), "/out.checkpoints");
}

TEST(JobSpec, RoundTripKeepsEveryField) {
    JobSpec spec;
    spec.job_id = "ftjob-1";
    spec.method = "sft";
    spec.model_directory = "/models/base";
    spec.tokenizer_directory = "/tok";
    spec.full = true;
    spec.inputs = {{"/a", DataKind::Text, "k1"}, {"/b", DataKind::Chat, ""}};
    spec.evaluations = {
        {"q", EvaluationKind::Questions, {"/q", DataKind::Chat, "k2"}, 7, 12, true, true},
        {.name = "c", .kind = EvaluationKind::MultipleChoice, .data = {.path = "/c"}}};
    spec.judges = {{"judge", "/models/judge"}};
    spec.hyperparameters.epochs = 2.5;
    spec.hyperparameters.learning_rate = 3.3e-4;
    spec.hyperparameters.seed = 18446744073709551615ull;
    spec.hyperparameters.lora = {.r = 4,
                                 .alpha = 3.0,
                                 .scaling = LoraScaling::RankRoot,
                                 .dora = true,
                                 .b_rate_ratio = 16.0,
                                 .targets = {"q_proj", "o_proj"}};
    spec.hyperparameters.base_storage = BaseKept::Source;
    spec.hyperparameters.training_precision = TrainingPrecision::Bf16;
    spec.hyperparameters.dpo.beta = 0.4;
    spec.adapter = true;
    spec.tokenizer.special_tokens = {"<s>"};
    spec.output_directory = "/out";
    spec.output_key = "k3";
    const std::string json = writeJobSpec(spec);
    const auto read = parseJobSpec(json);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(writeJobSpec(*read), json);
    EXPECT_EQ(read->hyperparameters.seed, spec.hyperparameters.seed);
    EXPECT_EQ(read->evaluations[0].kind, EvaluationKind::Questions);
    EXPECT_EQ(read->evaluations[1].kind, EvaluationKind::MultipleChoice);
    ASSERT_EQ(read->judges.size(), 1u);
    EXPECT_EQ(read->judges[0].name, "judge");
    EXPECT_EQ(read->judges[0].model_directory, "/models/judge");
    EXPECT_EQ(read->inputs[0].key, "k1");
    EXPECT_EQ(read->hyperparameters.lora.scaling, LoraScaling::RankRoot);
    EXPECT_EQ(read->hyperparameters.base_storage, BaseKept::Source);
    EXPECT_EQ(read->hyperparameters.training_precision, TrainingPrecision::Bf16);
    EXPECT_DOUBLE_EQ(read->hyperparameters.dpo.beta, 0.4);
}

struct BadField {
    const char* name;
    const char* field;
    const char* message;
};

class BadJobSpecTest : public testing::TestWithParam<BadField> {};

TEST_P(BadJobSpecTest, NamesTheField) {
    const auto spec = parseJobSpec(withField(GetParam().field));
    ASSERT_FALSE(spec);
    EXPECT_EQ(spec.error().code, core::ErrorCode::InvalidArgument);
    EXPECT_NE(spec.error().message.find(GetParam().message), std::string::npos)
        << spec.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Fields, BadJobSpecTest,
    testing::Values(
        BadField{"UnknownField", R"("hyperparameters": {"learning_rat": 1})",
                 "hyperparameters.learning_rat is not a known field"},
        BadField{"TooLarge", R"("hyperparameters": {"learning_rate": 2})",
                 "hyperparameters.learning_rate must be between 0 and 1"},
        BadField{"Negative", R"("hyperparameters": {"accumulation": -9223372036854775808})",
                 "hyperparameters.accumulation must be between 1 and"},
        BadField{"Beyond64Bits", R"("hyperparameters": {"max_steps": 18446744073709551615})",
                 "hyperparameters.max_steps must be between"},
        BadField{"Fraction", R"("hyperparameters": {"max_steps": 1.5})",
                 "hyperparameters.max_steps must be a whole number"},
        BadField{"NegativeSeed", R"("hyperparameters": {"seed": -1})",
                 "hyperparameters.seed must be"},
        BadField{"ZeroBeta", R"("hyperparameters": {"dpo": {"beta": 0}})",
                 "hyperparameters.dpo.beta"},
        BadField{"UnknownScaling", R"("hyperparameters": {"lora": {"scaling": "log"}})",
                 "hyperparameters.lora.scaling must be one of: lora, rslora"},
        BadField{"UnknownPrecision", R"("hyperparameters": {"training_precision": "fp16"})",
                 "hyperparameters.training_precision must be one of: auto, f32, bf16"},
        BadField{"ZeroRank", R"("hyperparameters": {"lora": {"r": 0}})",
                 "hyperparameters.lora.r must be between 1"},
        BadField{"TargetsNoStrings", R"("hyperparameters": {"lora": {"targets": [1]}})",
                 "hyperparameters.lora.targets must be a list of strings"},
        BadField{"WrongFormat", R"("evaluations": [{"name": "x", "kind": "vibes"}])",
                 "evaluations[0].kind must be one of: loss, questions"},
        BadField{"EvaluationWithoutPath", R"("evaluations": [{"name": "x"}])",
                 "evaluations[0].data.path is required"},
        BadField{"WrongType", R"("full": "yes")", "full must be true or false"}),
    [](const auto& info) { return info.param.name; });

TEST(JobSpec, RequiresWhatHasNoDefault) {
    EXPECT_NE(parseJobSpec("{}").error().message.find("method is required"), std::string::npos);
    EXPECT_NE(parseJobSpec(R"({"method": "sft", "output_directory": "/o"})")
                  .error()
                  .message.find("inputs is required"),
              std::string::npos);
}

}  // namespace
}  // namespace hearth::finetune
