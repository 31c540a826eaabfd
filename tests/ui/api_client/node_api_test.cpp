#include "ui/api_client/node_api.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/ui/support/await.h"
#include "tests/ui/support/fake_node.h"

namespace hearth::ui {
namespace {

class NodeApiTest : public testing::Test {
protected:
    NodeApiTest() { client.setNode(node.url(), node.fingerprint()); }

    /// `count` jobs named job-0, job-1, ... in pages as the node makes them.
    void servePages(const QString& path, int count) {
        node.handle("GET", path, [count](const FakeRequest& request) {
            const int limit = request.queryValue("limit").toInt();
            const QString after = request.queryValue("after");
            const int first = after.isEmpty() ? 0 : after.mid(4).toInt() + 1;
            const int end = std::min(count, first + limit);
            QJsonArray data;
            for (int i = first; i < end; ++i)
                data.append(QJsonObject{{"id", "job-" + QString::number(i)}});
            return FakeAnswer{.json = {{"data", data},
                                       {"has_more", end < count},
                                       {"last_id", "job-" + QString::number(end - 1)}}};
        });
    }

    FakeNode node;
    ApiClient client;
    NodeApi api{client};
    QObject context;
};

TEST_F(NodeApiTest, ListsAreComplete) {
    servePages("/v1/fine_tuning/jobs", 250);
    Awaited<QVector<Job>> jobs;
    api.jobs(&context, jobs.then());
    ASSERT_TRUE(jobs.wait());
    ASSERT_EQ((**jobs).size(), 250);
    EXPECT_EQ((**jobs).last().id, "job-249");
    EXPECT_EQ(node.count("GET", "/v1/fine_tuning/jobs"), 3);
}

TEST_F(NodeApiTest, PollingTakesOnePage) {
    servePages("/v1/fine_tuning/jobs", 250);
    Awaited<QVector<Job>> jobs;
    api.newestJobs(&context, jobs.then());
    ASSERT_TRUE(jobs.wait());
    EXPECT_EQ((**jobs).size(), 100);
}

TEST_F(NodeApiTest, AMissingPageFailsTheList) {
    servePages("/v1/fine_tuning/jobs", 150);
    node.handle("GET", "/v1/files", [](const FakeRequest& request) {
        if (request.queryValue("after").isEmpty())
            return FakeAnswer{.json = {{"data", QJsonArray{QJsonObject{{"id", "file-1"}}}},
                                       {"has_more", true},
                                       {"last_id", "file-1"}}};
        return FakeAnswer::error(500, "internal_error", "broken");
    });
    Awaited<QVector<DataFile>> files;
    api.files(&context, files.then());
    ASSERT_TRUE(files.wait());
    EXPECT_FALSE(files->ok());
}

TEST_F(NodeApiTest, EventsFollowTheOnesThatAreKnown) {
    servePages("/v1/fine_tuning/jobs/ftjob-1/events", 120);
    Awaited<QVector<JobEvent>> events;
    api.jobEvents("ftjob-1", "job-9", &context, events.then());
    ASSERT_TRUE(events.wait());
    EXPECT_EQ((**events).size(), 110);
    EXPECT_EQ(node.requests().constFirst().queryValue("order"), "asc");
    EXPECT_EQ(node.requests().constFirst().queryValue("after"), "job-9");
}

TEST_F(NodeApiTest, ReadsStatus) {
    node.answer(
        "GET", "/api/v1/node/status",
        QJsonObject{
            {"status", "ready"},
            {"name", "seoul-1"},
            {"pid", 4711},
            {"started_at", 1'764'182'294},
            {"memory", QJsonObject{{"rss_bytes", 9.4e9}, {"total_bytes", 64e9}}},
            {"disk", QJsonObject{{"free_bytes", 5}, {"total_bytes", 10}}},
            {"processor", QJsonObject{{"name", "EPYC"}, {"cores", 64}}},
            {"certificate", QJsonObject{{"sha256", "ab"}, {"expires_at", 1}}},
            {"kv_cache", QJsonObject{{"bytes_total", 3}, {"bytes_used", 2}}},
            {"models", QJsonArray{QJsonObject{{"id", "m"},
                                              {"generated_tokens", qint64(9'007'199'254'740'993)},
                                              {"kv_bytes_per_token", 31'104}}}}});
    Awaited<NodeStatus> status;
    api.status(&context, status.then());
    ASSERT_TRUE(status.wait());
    EXPECT_EQ((**status).name, "seoul-1");
    EXPECT_EQ((**status).rssBytes, 9'400'000'000);
    EXPECT_EQ((**status).cores, 64);
    ASSERT_EQ((**status).models.size(), 1);
    EXPECT_EQ((**status).models[0].generatedTokens, 9'007'199'254'740'993);
    EXPECT_EQ((**status).models[0].kvBytesPerToken, 31'104);
}

// An older node leaves fields out, a newer one may change them.
TEST_F(NodeApiTest, MissingAndStrangeFieldsKeepTheirDefaults) {
    for (const QJsonObject& strange :
         {QJsonObject{}, QJsonObject{{"models", 7}, {"memory", "much"}, {"pid", "x"}},
          QJsonObject{{"models", QJsonArray{1, "a", QJsonValue()}}, {"pid", 1e300}}}) {
        node.answer("GET", "/api/v1/node/status", strange);
        Awaited<NodeStatus> status;
        api.status(&context, status.then());
        ASSERT_TRUE(status.wait());
        ASSERT_TRUE(status->ok());
        EXPECT_EQ((**status).pid, 0);
        EXPECT_TRUE((**status).models.isEmpty());
    }
    node.answer("GET", "/v1/fine_tuning/jobs/j", QJsonObject{{"id", "j"}, {"progress", {}}});
    Awaited<Job> job;
    api.job("j", &context, job.then());
    ASSERT_TRUE(job.wait());
    EXPECT_FALSE((**job).progress.has_value());
    EXPECT_FALSE((**job).finishedAt.has_value());
}

TEST_F(NodeApiTest, MetricsHaveColumnsOfOneLength) {
    node.answer("GET", "/api/v1/node/metrics",
                QJsonObject{{"interval_s", 60},
                            {"time", QJsonArray{1, 2, 3}},
                            {"cpu_share", QJsonArray{0.5, QJsonValue(), 0.25}},
                            {"running", QJsonArray{1}}});
    Awaited<NodeMetrics> metrics;
    api.metrics(10, 20, 300, &context, metrics.then());
    ASSERT_TRUE(metrics.wait());
    EXPECT_EQ((**metrics).intervalSeconds, 60);
    EXPECT_TRUE(std::isnan((**metrics).cpuShare[1]));
    ASSERT_EQ((**metrics).running.size(), 3);
    EXPECT_TRUE(std::isnan((**metrics).running[2]));
    EXPECT_EQ((**metrics).firstTokenMs.size(), 3);
    EXPECT_EQ(node.requests().constFirst().queryValue("points"), "300");
}

TEST_F(NodeApiTest, ReadsJobsWithProgressEvaluationsAndError) {
    node.answer(
        "GET", "/v1/fine_tuning/jobs/ftjob-1",
        QJsonObject{
            {"id", "ftjob-1"},
            {"status", "failed"},
            {"finished_at", 7},
            {"progress", QJsonObject{{"step", 3}, {"total_steps", 10}, {"eta_s", 8.5}}},
            {"error", QJsonObject{{"code", "c"}, {"message", "out of memory"}}},
            {"evaluations", QJsonArray{QJsonObject{{"name", "faq"},
                                                   {"n", 20},
                                                   {"before", QJsonObject{{"accuracy", 0.25}}},
                                                   {"after", QJsonValue()}}}},
            {"hearth", QJsonObject{{"learning_rate", 0.001}}}});
    Awaited<Job> job;
    api.job("ftjob-1", &context, job.then());
    ASSERT_TRUE(job.wait());
    EXPECT_EQ((**job).error, "out of memory");
    EXPECT_EQ((**job).progress->totalSteps, 10);
    ASSERT_EQ((**job).evaluations.size(), 1);
    EXPECT_EQ((**job).evaluations[0].before, 0.25);
    EXPECT_FALSE((**job).evaluations[0].after.has_value());
    EXPECT_EQ((**job).finishedAt, 7);
}

TEST_F(NodeApiTest, ReadsCurvesAndRows) {
    node.answer(
        "GET", "/api/v1/jobs/j/metrics",
        QJsonObject{
            {"series", QJsonObject{{"train_loss", QJsonObject{{"steps", QJsonArray{1, 2}},
                                                              {"values", QJsonArray{3, 2, 1}},
                                                              {"times_ms", QJsonArray{5, 6}}}}}}});
    Awaited<JobCurves> curves;
    api.jobCurves("j", 10, &context, curves.then());
    ASSERT_TRUE(curves.wait());
    EXPECT_EQ((**curves).value("train_loss").values.size(), 2);
    EXPECT_EQ(node.requests().constFirst().queryValue("after"), "10");

    node.answer(
        "GET", "/api/v1/files/f/rows",
        QJsonObject{
            {"total", 9},
            {"matched", 1},
            {"data", QJsonArray{QJsonObject{{"line", 4}, {"row", QJsonObject{{"a", 1}}}}}}});
    Awaited<DataRows> rows;
    api.rows("f", 0, 50, "a+b & 한글", &context, rows.then());
    ASSERT_TRUE(rows.wait());
    EXPECT_EQ((**rows).rows.first().line, 4);
    EXPECT_EQ(node.requests().constLast().queryValue("search"), "a+b & 한글");
    EXPECT_TRUE(node.requests().constLast().query.toString(QUrl::FullyEncoded).contains("a%2Bb"));
}

TEST_F(NodeApiTest, SignsInWithoutTheOldCredential) {
    client.setCredential("old");
    node.answer("POST", "/api/v1/sessions",
                QJsonObject{{"token", "hs_new"}, {"user", QJsonObject{{"name", "admin"}}}});
    Awaited<SignIn> signIn;
    api.signIn("admin", "pass", &context, signIn.then());
    ASSERT_TRUE(signIn.wait());
    EXPECT_EQ((**signIn).token, "hs_new");
    EXPECT_FALSE(node.requests().constFirst().headers.contains("authorization"));
    EXPECT_EQ(node.requests().constFirst().json().value("password").toString(), "pass");
}

TEST_F(NodeApiTest, KnowsPermissionsByName) {
    node.answer("GET", "/api/v1/me",
                QJsonObject{{"kind", "api_key"},
                            {"permissions", QJsonArray{"models.use", "from.the.future"}}});
    Awaited<Me> me;
    api.me(&context, me.then());
    ASSERT_TRUE(me.wait());
    EXPECT_TRUE((**me).permissions.has(core::Permission::UseModels));
    EXPECT_FALSE((**me).permissions.has(core::Permission::ManageKeys));
}

}  // namespace
}  // namespace hearth::ui
