// A node with a tiny model that is tuned on a few chats.
#pragma once
#include <gmock/gmock.h>

#include "tests/app/node/node_fixture.h"

namespace hearth::app {

/// Steps of jobs that are stopped, however slow their watcher.
inline constexpr int kEndless = 100'000;

class JobTest : public NodeFixture {
protected:
    void SetUp() override {
        NodeFixture::SetUp();
        importReferenceModel();
        m_file = upload("data.jsonl", sampleConversations(12));
    }
    nlohmann::json jobBody(const nlohmann::json& settings) {
        nlohmann::json hearth = {{"checkpoint_every", 5},
                                 {"batch_tokens", 256},
                                 {"max_seq_len", 256},
                                 {"lora", {{"r", 4}}}};
        hearth.update(settings);
        return {{"model", "tiny"}, {"training_file", m_file}, {"seed", 5}, {"hearth", hearth}};
    }
    std::string createJob(const nlohmann::json& settings) {
        const auto job = client()->post("/v1/fine_tuning/jobs", jobBody(settings));
        EXPECT_TRUE(job.ok()) << job.error().text();
        return job ? job->at("id").get<std::string>() : "";
    }
    /// Waits for the first checkpoint and returns the worker's process.
    pid_t runningWorker(const std::string& id) {
        waitForJob(id, [&](const nlohmann::json& job) {
            const auto list = client()->get("/v1/fine_tuning/jobs/" + id + "/checkpoints");
            return isOver(job) || (list && !list->at("data").empty());
        });
        const auto row = node->jobs().find(administrator(), id);
        return row && row->workerPid ? pid_t(*row->workerPid) : 0;
    }

    std::string m_file;
};

}  // namespace hearth::app
