#include <gmock/gmock.h>

#include "core/crypto/tls_certificate.h"
#include "storage/metrics_repository.h"
#include "tests/app/node/node_fixture.h"

namespace hearth::app {
namespace {

using nlohmann::json;

class NodeMetricsTest : public NodeFixture {
protected:
    json get(const std::string& path) {
        const auto answer = client()->get(path);
        EXPECT_TRUE(answer.ok()) << path << ": " << answer.error().text();
        return answer ? *answer : json();
    }
    json answerOnce() {
        const auto answer = client()->post(
            "/v1/chat/completions",
            {{"model", "tiny"}, {"messages", userMessage("Hello")}, {"max_tokens", 8}});
        EXPECT_TRUE(answer.ok()) << answer.error().text();
        return answer ? *answer : json();
    }
    std::string keyFor(const std::string& permission) {
        const auto key =
            client()->post("/api/v1/keys", {{"name", "k"}, {"permissions", {permission}}});
        EXPECT_TRUE(key.ok()) << key.error().text();
        return key ? key->at("key").get<std::string>() : "";
    }
};

TEST_F(NodeMetricsTest, TheStatusDescribesTheMachine) {
    importReferenceModel();
    const json status = get("/api/v1/node/status");
    EXPECT_FALSE(status.at("name").get<std::string>().empty());
    const json& memory = status.at("memory");
    EXPECT_GT(memory.at("rss_bytes"), 0);
    EXPECT_LT(memory.at("rss_bytes"), memory.at("total_bytes"));
    EXPECT_LT(memory.at("available_bytes"), memory.at("total_bytes"));
    EXPECT_LE(status.at("disk").at("free_bytes"), status.at("disk").at("total_bytes"));
    EXPECT_GE(status.at("processor").at("cores"), 1);
    EXPECT_TRUE(status.at("gpus").is_array());
    const auto certificate = core::inspectCertificate(dataDirectory / "tls/server.pem");
    EXPECT_EQ(status.at("certificate").at("sha256"), certificate->fingerprint);
    EXPECT_EQ(status.at("certificate").at("expires_at"), certificate->notAfter);
}

TEST_F(NodeMetricsTest, TheStatusSumsTheCachesOfItsModels) {
    EXPECT_EQ(get("/api/v1/node/status").at("kv_cache").at("bytes_total"), 0);
    importReferenceModel();
    const json status = get("/api/v1/node/status");
    const json& model = status.at("models").at(0);
    EXPECT_GT(model.at("kv_bytes_total"), 0);
    EXPECT_EQ(status.at("kv_cache").at("bytes_total"), model.at("kv_bytes_total"));
    EXPECT_EQ(status.at("kv_cache").at("bytes_used"), 0);
    EXPECT_EQ(model.at("kv_bytes_used_as_mha"), 0);
    EXPECT_GT(model.at("kv_bytes_per_token_as_mha"), model.at("kv_bytes_per_token"));
}

TEST_F(NodeMetricsTest, ASampleHasWhatWasServed) {
    importReferenceModel();
    node->sampler().sample();
    const json answer = answerOnce();
    node->sampler().sample();
    const json history = get("/api/v1/node/metrics?points=2000");
    EXPECT_EQ(history.at("object"), "hearth.node_metrics");
    const size_t n = history.at("time").size();
    ASSERT_GE(n, 1u);
    double requests = 0, tokens = 0;
    for (const char* column :
         {"prompt_tokens_per_s", "generated_tokens_per_s", "requests_per_s", "running", "waiting",
          "kv_bytes_used", "rss_bytes", "cpu_share", "first_token_ms"})
        EXPECT_EQ(history.at(column).size(), n) << column;
    bool measured = false;
    for (size_t i = 0; i < n; ++i) {
        requests += history.at("requests_per_s")[i].get<double>();
        tokens += history.at("generated_tokens_per_s")[i].get<double>();
        measured = measured || history.at("first_token_ms")[i].is_number();
        EXPECT_GT(history.at("rss_bytes")[i], 0);
        EXPECT_LE(history.at("cpu_share")[i], 1.0);
    }
    EXPECT_GT(requests, 0);
    EXPECT_GT(tokens, 0);
    EXPECT_TRUE(measured);
}

TEST_F(NodeMetricsTest, HistoryIsThinnedToThePointsAskedFor) {
    storage::NodeSampleRepository rows(node->data().metrics());
    for (int64_t time = 1000; time <= 2000; time += 10)
        rows.add({.time = time, .intervalMs = 10'000, .requests = 20, .running = 3}, 0);
    const json fine = get("/api/v1/node/metrics?from=1000&to=2000");
    EXPECT_EQ(fine.at("interval_s"), 10);
    EXPECT_EQ(fine.at("time").size(), 101u);
    const json coarse = get("/api/v1/node/metrics?from=1000&to=2000&points=5");
    EXPECT_LE(coarse.at("time").size(), 5u);
    EXPECT_GE(coarse.at("time").size(), 4u);
    for (const json& rate : coarse.at("requests_per_s"))
        EXPECT_EQ(rate, 2.0);
    for (const json& running : coarse.at("running"))
        EXPECT_EQ(running, 3.0);
    for (const json& none : coarse.at("first_token_ms"))
        EXPECT_TRUE(none.is_null());
}

TEST_F(NodeMetricsTest, RangesThatMakeNoSenseAreRefused) {
    for (const char* query : {"from=x", "to=-1", "from=20&to=10", "points=1", "points=2001"}) {
        const auto refused = client()->get(std::string("/api/v1/node/metrics?") + query);
        ASSERT_FALSE(refused.ok()) << query;
        EXPECT_EQ(refused.error().code, core::ErrorCode::InvalidArgument) << query;
    }
}

TEST_F(NodeMetricsTest, UsageIsSummedByModel) {
    storage::MetricsRepository metrics(node->data().metrics());
    const storage::Owner north{"n", "north"}, south{"s", "south"};
    metrics.addUsage({{"r1", north, "k", "a", 10, 1, 5, 100'000},
                      {"r2", south, "k", "a", 20, 2, 5, 200'999},
                      {"r3", south, "k", "b", 40, 4, 5, 200'000},
                      {"r4", south, "k", "b", 80, 8, 5, 201'000}});
    const json usage = get("/api/v1/node/usage?from=100&to=200");
    EXPECT_EQ(usage.at("from"), 100);
    EXPECT_EQ(usage.at("to"), 200);
    EXPECT_EQ(usage.at("requests"), 3);
    EXPECT_EQ(usage.at("prompt_tokens"), 70);
    EXPECT_EQ(usage.at("completion_tokens"), 7);
    ASSERT_EQ(usage.at("models").size(), 2u);
    EXPECT_EQ(
        usage.at("models").at(0),
        (json{{"model", "a"}, {"requests", 2}, {"prompt_tokens", 30}, {"completion_tokens", 3}}));
}

TEST_F(NodeMetricsTest, AlarmsComeAndGoWithTheirCause) {
    const auto codes = [&] {
        std::map<std::string, json> found;
        const json list = get("/api/v1/node/alarms");
        for (const json& alarm : list.at("data"))
            found[alarm.at("code")] = alarm;
        return found;
    };
    const auto key = client()->post("/api/v1/keys", {{"name", "short"}, {"expires_in_days", 3}});
    ASSERT_TRUE(key.ok());
    auto before = codes();
    ASSERT_TRUE(before.contains("no_model"));
    ASSERT_TRUE(before.contains("key_expires"));
    EXPECT_EQ(before["no_model"].at("severity"), "information");
    EXPECT_GT(before["no_model"].at("since"), 0);
    EXPECT_EQ(before["no_model"].at("since"), codes()["no_model"].at("since"));
    EXPECT_EQ(before["key_expires"].at("subject").at("id"), key->at("id"));
    EXPECT_EQ(before["key_expires"].at("values").at("name"), "short");
    importReferenceModel();
    ASSERT_TRUE(client()->remove("/api/v1/keys/" + key->at("id").get<std::string>()).ok());
    const auto after = codes();
    EXPECT_FALSE(after.contains("no_model"));
    EXPECT_FALSE(after.contains("key_expires"));
}

TEST_F(NodeMetricsTest, TheLogIsForThoseWhoManageTheNode) {
    test::spit(node->logFile(), "one\ntwo\nthree\n");
    const json log = get("/api/v1/node/log?lines=2");
    EXPECT_EQ(log.at("object"), "hearth.log");
    EXPECT_EQ(log.at("lines"), json({"two", "three"}));
    EXPECT_EQ(client()->get("/api/v1/node/log?lines=2001").error().context, "lines");
    EXPECT_EQ(client(keyFor("node.read"))->get("/api/v1/node/log").error().code,
              core::ErrorCode::PermissionDenied);
}

TEST_F(NodeMetricsTest, OnlyThoseWhoMayReadTheNodeSeeItsNumbers) {
    const std::string reader = keyFor("node.read");
    const std::string stranger = keyFor("models.use");
    for (const char* path : {"/api/v1/node/status", "/api/v1/node/metrics", "/api/v1/node/usage",
                             "/api/v1/node/alarms"}) {
        EXPECT_TRUE(client(reader)->get(path).ok()) << path;
        EXPECT_EQ(client(stranger)->get(path).error().code, core::ErrorCode::PermissionDenied)
            << path;
    }
}

}  // namespace
}  // namespace hearth::app
