// A whole node in the test's process, on a port of its own, with the small reference model.
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "app/cli/api_client.h"
#include "app/services/node/node.h"
#include "tests/support/temp_dir.h"

namespace hearth::app {

class NodeFixture : public testing::Test {
protected:
    void SetUp() override;

    /// Opens the data directory again, as a restart does.
    void startNode();
    void stopNode() { node.reset(); }
    /// A client with the local key, or with another one.
    std::unique_ptr<ApiClient> client(const std::string& key = "");

    void importReferenceModel();
    /// Uploads text as a file; the id. Fails the test when it is refused.
    std::string upload(const std::string& name, const std::string& text,
                       const std::string& purpose = "fine-tune");
    /// Polls a job until `condition`; fails the test after ten minutes.
    nlohmann::json waitForJob(const std::string& id,
                              const std::function<bool(const nlohmann::json&)>& condition);
    /// The operation that an answer began, once it has ended.
    nlohmann::json waitForOperation(const core::Result<nlohmann::json>& begun);
    std::vector<std::string> eventMessages(const std::string& jobId);

    Principal administrator() const;

    const core::Clock* clock = &core::SystemClock::instance();
    test::TempDir folder;
    std::filesystem::path dataDirectory = folder / "node";
    std::string localKey;
    std::string password;  // of the administrator "admin"
    std::unique_ptr<Node> node;
};

/// Chat JSONL with `count` examples.
std::string sampleConversations(int count);
/// The job has succeeded, failed or been cancelled.
bool isOver(const nlohmann::json& job);
nlohmann::json userMessage(const std::string& text);

}  // namespace hearth::app
