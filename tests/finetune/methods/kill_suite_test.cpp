// kill -9 at random points of a job, from loading to the renaming of its result: what continues has
// the bits of a job that nobody killed. HEARTH_KILL_POINTS sets the number of kills (5),
// HEARTH_KILL_SEED where they fall; tests/long/kill_suite.sh makes a hundred of them.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

#include "core/crypto/random.h"
#include "core/crypto/sealed_file.h"
#include "core/file.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

namespace fs = std::filesystem;
using test::TinyWorld;

const std::atomic<bool> kNever{false};

int64_t fromEnvironment(const char* name, int64_t otherwise) {
    const char* text = std::getenv(name);
    return text ? std::strtoll(text, nullptr, 10) : otherwise;
}

/// Tells another process of each event.
class CountingSink : public EventSink {
public:
    explicit CountingSink(int fd) : m_fd(fd) {}
    void emit(const JobEvent&) override {
        const char byte = 0;
        if (::write(m_fd, &byte, 1) != 1)
            std::abort();
    }

private:
    int m_fd;
};

/// A job of each method. Its result and its steps when nobody kills it.
struct Expected {
    std::string result;
    std::string journal;
    int64_t events = 0;
};

class KillSuite : public testing::Test {
protected:
    KillSuite() { EXPECT_TRUE(m_keys.add("job", core::SecureBytes::copyOf(m_key.span()))); }

    JobSpec spec(const std::string& method, const std::string& output) {
        JobSpec spec = method == "pretrain" ? m_world.pretrainSpec(output)
                       : method == "dpo"    ? m_world.dpoSpec(m_world.baseModel(), output)
                       : method == "grpo"   ? m_world.grpoSpec(m_world.undecidedModel(), output)
                                            : m_world.sftSpec(m_world.baseModel(), output);
        spec.hyperparameters.checkpoint_every = 3;
        if (method == "grpo")
            spec.hyperparameters.policy.num_iterations = 2;  // so that kills fall between them, too
        if (method == "pretrain" || method == "dpo")
            spec.hyperparameters.load_best_model_at_end = true;
        spec.keep_checkpoints = true;
        spec.output_key = "job";
        return spec;
    }

    std::string resultOf(const JobSpec& spec) const {
        const fs::path output = spec.output_directory;
        const bool adapter = fs::exists(output / "adapter_model.safetensors");
        const auto bytes = core::readSealed(
            output / (adapter ? "adapter_model.safetensors" : "model.safetensors"), m_key);
        EXPECT_TRUE(bytes) << bytes.error().text();
        return bytes ? std::string(core::asText(*bytes)) : std::string();
    }

    static std::string journalOf(const JobSpec& spec) {
        return test::slurp(fs::path(spec.checkpointDirectory()) / "steps.log");
    }

    const Expected& expected(const std::string& method) {
        Expected& known = m_expected[method];
        if (known.events == 0) {
            const JobSpec whole = spec(method, "whole-" + method);
            known.events = int64_t(TinyWorld::run(whole, m_keys).events.size());
            known.result = resultOf(whole);
            known.journal = journalOf(whole);
        }
        return known;
    }

    /// Runs the job in a process that dies `delay` after it has reported so many events. Returns
    /// whether it did: it may have come to its end before.
    bool runAndKill(const JobSpec& spec, int64_t events, std::chrono::microseconds delay) {
        int ends[2];
        EXPECT_EQ(pipe(ends), 0);
        const pid_t child = fork();
        if (child == 0) {
            ::close(ends[0]);
            CountingSink sink(ends[1]);
            (void)runJob(spec, m_keys, sink, kNever);
            _exit(0);
        }
        ::close(ends[1]);
        char byte = 0;
        while (events > 0 && ::read(ends[0], &byte, 1) == 1)
            --events;
        usleep(useconds_t(delay.count()));
        EXPECT_EQ(::kill(child, SIGKILL), 0);
        int status = 0;
        EXPECT_EQ(waitpid(child, &status, 0), child);
        ::close(ends[0]);
        return WIFSIGNALED(status);
    }

    int64_t draw(int64_t from, int64_t to) {
        return std::uniform_int_distribution<int64_t>(from, to)(m_random);
    }

    TinyWorld m_world;
    core::SecureBytes m_key = core::randomKey();
    JobKeys m_keys;
    std::map<std::string, Expected> m_expected;
    std::mt19937_64 m_random{uint64_t(fromEnvironment("HEARTH_KILL_SEED", 1))};
};

TEST_F(KillSuite, WhateverIsKilledContinuesWithTheSameBits) {
    const int64_t points = fromEnvironment("HEARTH_KILL_POINTS", 5);
    const char* const methods[] = {"sft", "dpo", "grpo", "pretrain"};
    int64_t kills = 0, jobs = 0, resumed = 0;
    while (kills < points) {
        const std::string method = methods[jobs % 4];
        const Expected& whole = expected(method);
        const JobSpec killed = spec(method, "killed-" + std::to_string(jobs++));
        // Most jobs are killed more than once. A job that ended before its kill is compared, too.
        for (int64_t left = draw(1, 3); left > 0 && kills < points; --left) {
            if (!runAndKill(killed, draw(0, whole.events),
                            std::chrono::microseconds(draw(0, 5000))))
                break;
            ++kills;
        }
        if (!fs::exists(killed.output_directory)) {
            const auto sink = TinyWorld::run(killed, m_keys);
            resumed += sink.all<StartedEvent>().at(0).resumed_step > 0 ? 1 : 0;
        }
        ASSERT_EQ(resultOf(killed), whole.result) << method << ", job " << jobs;
        ASSERT_EQ(journalOf(killed), whole.journal) << method << ", job " << jobs;
        fs::remove_all(killed.output_directory);
        fs::remove_all(killed.checkpointDirectory());
    }
    std::cout << kills << " kills in " << jobs << " jobs, " << resumed
              << " of which went on from a checkpoint at last\n";
}

}  // namespace
}  // namespace hearth::finetune
