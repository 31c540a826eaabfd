#include "tests/app/node/node_fixture.h"

#include <thread>

#include "app/services/node/node_setup.h"
#include "core/log.h"
#include "tests/support/chat_row.h"

namespace hearth::app {

using nlohmann::json;

void NodeFixture::SetUp() {
    NodeSetup setup{.directory = dataDirectory};
    setup.config.port = 0;
    setup.config.logLevel = "off";
    setup.config.requestsPerMinute = 1 << 30;  // a clock that stands still refills no bucket
    auto made = setUpNode(setup);
    ASSERT_TRUE(made.ok()) << made.error().text();
    localKey = made->localKey;
    password = made->password;
    startNode();
}

void NodeFixture::startNode() {
    auto started =
        Node::start(dataDirectory, {.workerProgram = HEARTH_WORKER_PROGRAM, .clock = clock});
    ASSERT_TRUE(started.ok()) << started.error().text();
    node = std::move(*started);
}

std::unique_ptr<ApiClient> NodeFixture::client(const std::string& key) {
    return std::make_unique<ApiClient>(
        ClientProfile{"https://127.0.0.1:" + std::to_string(node->port()),
                      (dataDirectory / "tls/ca.pem").string(), key.empty() ? localKey : key});
}

void NodeFixture::importReferenceModel() {
    const auto added = client()->post(
        "/api/v1/models",
        {{"name", "tiny"},
         {"path", std::string(HEARTH_TEST_DATA_DIR) + "/reference/models/deepseek_v3"}});
    ASSERT_TRUE(added.ok()) << added.error().text();
}

std::string NodeFixture::upload(const std::string& name, const std::string& text,
                                const std::string& purpose) {
    test::spit(folder / name, text);
    const auto file = client()->upload("/v1/files", purpose, folder / name);
    EXPECT_TRUE(file.ok()) << file.error().text();
    return file ? file->at("id").get<std::string>() : "";
}

json NodeFixture::waitForJob(const std::string& id,
                             const std::function<bool(const json&)>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(10);
    auto connection = client();
    json job;
    while (std::chrono::steady_clock::now() < deadline) {
        const auto answer = connection->get("/v1/fine_tuning/jobs/" + id);
        EXPECT_TRUE(answer.ok()) << answer.error().text();
        if (!answer)
            return job;
        job = *answer;
        if (condition(job))
            return job;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ADD_FAILURE() << "the job did not get there: " << job.dump();
    return job;
}

json NodeFixture::waitForOperation(const core::Result<json>& begun) {
    EXPECT_TRUE(begun.ok()) << (begun ? "" : begun.error().text());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(10);
    auto connection = client();
    while (begun && std::chrono::steady_clock::now() < deadline) {
        const auto answer =
            connection->get("/api/v1/operations/" + begun->at("id").get<std::string>());
        EXPECT_TRUE(answer.ok()) << answer.error().text();
        if (!answer || answer->at("status") != "running")
            return answer ? *answer : json::object();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ADD_FAILURE() << "the operation did not end";
    return json::object();
}

std::vector<std::string> NodeFixture::eventMessages(const std::string& jobId) {
    const std::string first = "/v1/fine_tuning/jobs/" + jobId + "/events?limit=100&order=asc";
    std::vector<std::string> messages;
    auto connection = client();
    for (std::string path = first; !path.empty();) {
        const auto page = connection->get(path);
        EXPECT_TRUE(page.ok()) << page.error().text();
        if (!page)
            return messages;
        for (const json& event : page->at("data"))
            messages.push_back(event.at("message"));
        const bool more = page->at("has_more");
        path = more ? first + "&after=" + page->at("data").back().at("id").get<std::string>() : "";
    }
    return messages;
}

Principal NodeFixture::administrator() const {
    return {PrincipalKind::User, "system", "system", "default", core::PermissionSet::all()};
}

std::string sampleConversations(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        const std::string n = std::to_string(i);
        text += test::chatRow("What is the code of door " + n + "?", "The code is " + n + n + ".");
    }
    return text;
}

bool isOver(const json& job) {
    const std::string status = job.at("status");
    return status == "succeeded" || status == "failed" || status == "cancelled";
}

json userMessage(const std::string& text) {
    return json::array({{{"role", "user"}, {"content", text}}});
}

}  // namespace hearth::app
