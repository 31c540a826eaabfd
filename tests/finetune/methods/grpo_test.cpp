#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "engine/cpu/cpu_backend.h"
#include "finetune/methods/training_data.h"
#include "finetune/rl/answer_sampler.h"
#include "tests/finetune/support/stopping_sink.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

namespace fs = std::filesystem;
using test::RecordingSink;
using test::TinyWorld;
using test::valueOf;
using testing::HasSubstr;

/// Of ten steps.
double meanReward(const std::vector<ProgressEvent>& progress, size_t first) {
    double sum = 0.0;
    for (size_t i = first; i < first + 10; ++i)
        sum += valueOf(progress[i].metrics, "reward") / 10.0;
    return sum;
}

class GrpoTest : public testing::Test {
protected:
    std::string undecided() { return m_world.undecidedModel(); }

    TinyWorld m_world;
};

TEST_F(GrpoTest, EveryLossRaisesTheReward) {
    const std::string base = undecided();
    for (const auto& [loss, name] : {std::pair{PolicyLossKind::Grpo, "grpo"},
                                     {PolicyLossKind::DrGrpo, "dr_grpo"},
                                     {PolicyLossKind::Dapo, "dapo"},
                                     {PolicyLossKind::Gspo, "gspo"}}) {
        JobSpec spec = m_world.grpoSpec(base, name, 60);
        spec.hyperparameters.policy.loss = loss;
        // At twice this rate the order of sums decides where 60 steps end.
        spec.hyperparameters.learning_rate = 5e-3;
        const RecordingSink sink = TinyWorld::run(spec);
        const auto progress = sink.all<ProgressEvent>();
        ASSERT_GE(progress.size(), 20u);
        // Answers are right half of the time at first. A question that is never answered right
        // teaches nothing, so not all of them become so.
        EXPECT_GT(meanReward(progress, progress.size() - 10), meanReward(progress, 0)) << name;
        EXPECT_GT(sink.metric("graded_reward_after"), sink.metric("graded_reward_before")) << name;
        // The engine and the trainer compute the same log-probabilities in another order.
        EXPECT_LT(valueOf(progress.back().metrics, "logp_difference_largest"), 1e-3) << name;
    }
}

TEST_F(GrpoTest, AKilledJobResumesToTheSameBits) {
    const std::string base = undecided();
    JobSpec whole = m_world.grpoSpec(base, "whole");
    JobSpec killed = m_world.grpoSpec(base, "killed");
    whole.hyperparameters.policy.beta = killed.hyperparameters.policy.beta = 0.04;
    whole.hyperparameters.accumulation = killed.hyperparameters.accumulation = 2;
    TinyWorld::run(whole);
    test::runAndKill(killed, 3);
    test::runAndKill(killed, 6);
    const RecordingSink sink = TinyWorld::run(killed);
    EXPECT_EQ(sink.all<StartedEvent>()[0].resumed_step, 4);
    EXPECT_EQ(test::adapterBytes(killed), test::adapterBytes(whole));
}

TEST_F(GrpoTest, TakesSeveralStepsOnTheSameAnswersAndClipsThem) {
    JobSpec spec = m_world.grpoSpec(undecided(), "out", 10);
    spec.hyperparameters.policy.num_iterations = 4;
    spec.hyperparameters.policy.clip_low = spec.hyperparameters.policy.clip_high = 0.01;
    const auto progress = TinyWorld::run(spec).all<ProgressEvent>();
    ASSERT_EQ(progress.size(), 10u) << "max_steps counts steps; the last answers serve two";
    double clipped = 0.0;
    for (size_t i = 0; i < progress.size(); ++i) {
        const auto value = [&](size_t step, const char* name) {
            return valueOf(progress[step].metrics, name);
        };
        const size_t first = i / 4 * 4;
        EXPECT_EQ(value(i, "reward"), value(first, "reward"));
        EXPECT_EQ(value(i, "logp_difference"), value(first, "logp_difference"))
            << "of the policy that answered";
        EXPECT_LT(value(i, "logp_difference_largest"), 1e-3);
        if (i == first)
            EXPECT_EQ(value(i, "clipped"), 0.0);
        else
            clipped += value(i, "clipped");
    }
    EXPECT_GT(clipped, 0.0) << "the policy has left the one that answered";
    EXPECT_NE(valueOf(progress[0].metrics, "logp_difference"),
              valueOf(progress[4].metrics, "logp_difference"))
        << "new answers";
}

TEST_F(GrpoTest, SeveralStepsOnTheSameAnswersResumeToTheSameBits) {
    const std::string base = undecided();
    JobSpec whole = m_world.grpoSpec(base, "whole", 11);
    JobSpec killed = m_world.grpoSpec(base, "killed", 11);
    for (JobSpec* spec : {&whole, &killed}) {
        spec->hyperparameters.policy.num_iterations = 3;
        spec->hyperparameters.policy.beta = 0.04;
        spec->hyperparameters.accumulation = 2;
        spec->hyperparameters.checkpoint_every = 4;  // is taken at 6, 9 and the end
    }
    TinyWorld::run(whole);
    test::runAndKill(killed, 5);
    test::runAndKill(killed, 8);
    const RecordingSink sink = TinyWorld::run(killed);
    EXPECT_EQ(sink.all<StartedEvent>()[0].resumed_step, 6);
    EXPECT_EQ(test::adapterBytes(killed), test::adapterBytes(whole));
}

TEST_F(GrpoTest, IsStoppedBetweenAnswersOnly) {
    JobSpec spec = m_world.grpoSpec(undecided(), "out", 12);
    spec.hyperparameters.policy.num_iterations = 3;
    std::atomic<bool> cancel{false};
    test::StoppingSink stopped(4, &cancel);
    EXPECT_FALSE(runJob(spec, JobKeys(), stopped, cancel));
    EXPECT_EQ(stopped.all<ProgressEvent>().back().step, 6);
    EXPECT_EQ(TinyWorld::run(spec).all<StartedEvent>()[0].resumed_step, 6);
}

TEST_F(GrpoTest, TakesTheBalanceLossAlong) {
    JobSpec spec = m_world.grpoSpec(undecided(), "out", 3);
    spec.full = true;
    spec.hyperparameters.balance_alpha = 0.1;
    // At the least about 0.1 for each layer with experts.
    EXPECT_GT(valueOf(TinyWorld::run(spec).all<ProgressEvent>().back().metrics, "balance_loss"),
              0.09);
}

TEST_F(GrpoTest, GivesWayBetweenTheTokensOfAnswers) {
    const JobSpec spec = m_world.grpoSpec(undecided(), "out");
    const JobKeys keys;
    RecordingSink sink;
    const std::atomic<bool> never{false};
    std::atomic<bool> paused{false};
    const JobContext context{spec, keys, sink, never, &paused};
    const auto format = engine::ChatFormat::load(spec.model_directory).valueOrThrow();
    const auto dataset = loadInputs(context, format).valueOrThrow();
    const auto backend = engine::createCpuBackend({.threads = 1});
    const auto weights = engine::openWeightDirectory(spec.model_directory).valueOrThrow();
    const auto model =
        loadTrainableModel(*backend, engine::readModelConfig(spec.model_directory).valueOrThrow(),
                           *weights, {.part = TrainedPart::Lora})
            .valueOrThrow();
    AnswerSampler sampler(context, format, *model, dataset);
    ASSERT_TRUE(sampler.load().ok());
    paused = true;
    std::atomic<bool> ended{false};
    std::thread job([&] {
        EXPECT_TRUE(sampler.sample({0}, 0).ok());
        ended = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_FALSE(ended) << "a batch that was begun waits as well";
    paused = false;
    job.join();
    EXPECT_GT(context.paused_seconds, 0.0);
}

TEST_F(GrpoTest, TrainsEveryWeightToo) {
    JobSpec spec = m_world.grpoSpec(undecided(), "tuned", 15);
    spec.full = true;
    spec.hyperparameters.learning_rate = 2e-3;
    const RecordingSink sink = TinyWorld::run(spec);
    EXPECT_GT(sink.metric("graded_reward_after"), sink.metric("graded_reward_before") - 1e-9);
    EXPECT_GT(valueOf(sink.all<ProgressEvent>().back().metrics, "reward"),
              valueOf(sink.all<ProgressEvent>().front().metrics, "reward"));
    EXPECT_TRUE(fs::exists(fs::path(spec.output_directory) / "model.safetensors"));
}

/// A judge that finds one colour likelier than another behind the answer.
JobSpec judgedSpec(const TinyWorld& world, const std::string& base, const std::string& output) {
    JobSpec spec = world.grpoSpec(base, output);
    spec.judges = {{"judge", base}};
    spec.hyperparameters.policy.grader =
        R"({"type": "label_model", "model": "judge", "labels": ["red", "green", "blue", "grey"],
            "passing_labels": ["red", "blue"],
            "input": [{"role": "user", "content": "{{sample.output_text}} {{item.colour}}"}]})";
    return spec;
}

TEST_F(GrpoTest, AModelJudgesTheSameWayAfterAKill) {
    const std::string base = undecided();
    const JobSpec whole = judgedSpec(m_world, base, "whole");
    const JobSpec killed = judgedSpec(m_world, base, "killed");
    const auto progress = TinyWorld::run(whole).all<ProgressEvent>();
    double spread = 0.0;  // of the rewards; all alike, they would teach nothing
    for (const ProgressEvent& event : progress) {
        const double reward = valueOf(event.metrics, "reward");
        spread += reward * (1.0 - reward);
    }
    EXPECT_GT(spread, 0.0);
    test::runAndKill(killed, 6);
    TinyWorld::run(killed);
    EXPECT_EQ(test::adapterBytes(killed), test::adapterBytes(whole));
}

TEST_F(GrpoTest, SaysWhatTheJudgeSaidInsteadOfANumber) {
    JobSpec spec = m_world.grpoSpec(undecided(), "out");
    spec.evaluations.clear();
    spec.judges = {{"judge", spec.model_directory}};
    spec.hyperparameters.policy.grader =
        R"({"type": "score_model", "model": "judge",
            "input": [{"role": "user", "content": "Colour of the pump?"}]})";
    EXPECT_THAT(TinyWorld::fail(spec).message, HasSubstr("the judge \"judge\" answered \""));
    spec.judges.clear();
    EXPECT_THAT(TinyWorld::fail(spec).message, HasSubstr("is not among the job's judges"));
}

TEST_F(GrpoTest, SaysThatNothingIsLearned) {
    JobSpec spec = m_world.grpoSpec(m_world.baseModel(), "out", 12);
    spec.hyperparameters.policy.grader = R"({"type": "regex", "pattern": "never 12345"})";
    RecordingSink sink;
    const std::atomic<bool> never{false};
    EXPECT_FALSE(runJob(spec, JobKeys(), sink, never));
    const auto logs = sink.all<LogEvent>();
    ASSERT_EQ(logs.size(), 1u);
    EXPECT_THAT(logs[0].message, HasSubstr("got the same reward, so nothing was learned"));
}

TEST_F(GrpoTest, SaysWhatIsWrongWithASpecification) {
    JobSpec spec = m_world.grpoSpec(m_world.baseModel(), "out");
    spec.inputs = {{m_world.path("chats.jsonl"), DataKind::Chat, ""}};
    EXPECT_EQ(TinyWorld::fail(spec).message, "inputs[0].format must be prompt for method grpo");

    spec = m_world.grpoSpec(m_world.baseModel(), "out");
    spec.inputs[0].path = m_world.path("chats.jsonl");
    EXPECT_THAT(TinyWorld::fail(spec).message, HasSubstr("must end before the assistant's answer"));

    spec = m_world.grpoSpec(m_world.baseModel(), "out");
    spec.hyperparameters.policy.grader.clear();
    EXPECT_THAT(TinyWorld::fail(spec).message, HasSubstr("policy.grader is required"));

    spec = m_world.grpoSpec(m_world.baseModel(), "out");
    spec.hyperparameters.policy.grader = R"({"type": "python"})";
    EXPECT_THAT(TinyWorld::fail(spec).message, HasSubstr("known are: string_check"));

    spec = m_world.grpoSpec(m_world.baseModel(), "out");
    spec.hyperparameters.policy.max_completion_tokens = 120;
    EXPECT_THAT(TinyWorld::fail(spec).message, HasSubstr("raise that, or lower policy.group_size"));

    spec = m_world.grpoSpec(m_world.baseModel(), "out");
    spec.full = true;
    spec.hyperparameters.policy.beta = 0.1;
    EXPECT_THAT(TinyWorld::fail(spec).message, HasSubstr("leave beta 0, or train an adapter"));
}

}  // namespace
}  // namespace hearth::finetune
