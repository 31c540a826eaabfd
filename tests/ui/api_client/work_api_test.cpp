// Schedules, reports, versions and operations as the console reads them.
#include <gtest/gtest.h>

#include <QJsonArray>

#include "tests/ui/support/await.h"
#include "tests/ui/support/fake_node.h"
#include "ui/api_client/node_api.h"

namespace hearth::ui {
namespace {

class WorkApiTest : public testing::Test {
protected:
    WorkApiTest() { client.setNode(node.url(), node.fingerprint()); }

    FakeNode node;
    ApiClient client;
    NodeApi api{client};
    QObject context;
};

TEST_F(WorkApiTest, AScheduleSaysWhatItWaitsFor) {
    node.answer("POST", "/api/v1/schedules/s1/pause",
                QJsonObject{{"id", "s1"},
                            {"when", QJsonObject{{"after", "ftjob-1"}}},
                            {"windows", QJsonArray{"22:00-05:00"}},
                            {"next_start", QJsonValue()},
                            {"last_start", QJsonObject{{"due_at", 7}, {"job_id", "ftjob-2"}}}});
    Awaited<Schedule> schedule;
    api.pauseSchedule("s1", &context, schedule.then());
    ASSERT_TRUE(schedule.wait());
    ASSERT_TRUE(schedule->ok());
    EXPECT_EQ((**schedule).whenKind, "after");
    EXPECT_EQ((**schedule).whenValue, "ftjob-1");
    EXPECT_EQ((**schedule).windows, QStringList{"22:00-05:00"});
    EXPECT_FALSE((**schedule).nextStart.has_value());
    EXPECT_EQ((**schedule).lastStart->jobId, "ftjob-2");
}

TEST_F(WorkApiTest, APreviewCountsAndKeepsWhatNeverRuns) {
    node.answer("POST", "/api/v1/schedules/preview",
                QJsonObject{{"time_zone", "Asia/Seoul"},
                            {"data", QJsonArray{QJsonObject{{"at", 10},
                                                            {"local", "2026-12-01T02:00"},
                                                            {"runs_from", QJsonValue()}}}}});
    Awaited<ComingStarts> coming;
    api.previewStarts({{"time_zone", "Asia/Seoul"}}, 5, &context, coming.then());
    ASSERT_TRUE(coming.wait());
    ASSERT_EQ((**coming).starts.size(), 1);
    EXPECT_FALSE((**coming).starts[0].runsFrom.has_value());
    EXPECT_EQ(node.requests().constFirst().queryValue("count"), "5");
    EXPECT_EQ(node.requests().constFirst().json(), (QJsonObject{{"time_zone", "Asia/Seoul"}}));
}

TEST_F(WorkApiTest, AReportWithoutAModelHasNoTruncation) {
    node.answer("GET", "/api/v1/files/f/report",
                QJsonObject{{"rows", 3},
                            {"trainable", true},
                            {"findings", QJsonArray{QJsonObject{{"severity", "error"},
                                                                {"lines", QJsonArray{1, "x", 9}}}}},
                            {"lengths", QJsonObject{{"unit", "characters"}, {"max", 12}}}});
    Awaited<DataReport> report;
    api.fileReport("f", {}, &context, report.then());
    ASSERT_TRUE(report.wait());
    EXPECT_TRUE((**report).findings[0].blocks);
    EXPECT_EQ((**report).findings[0].lines, (QVector<qint64>{1, 9}));
    EXPECT_FALSE((**report).lengths->tokens);
    EXPECT_FALSE((**report).truncation.has_value());
    EXPECT_FALSE(node.requests().constFirst().query.hasQueryItem("model"));
}

TEST_F(WorkApiTest, OperationsAndVersionsAreRead) {
    node.answer("GET", "/api/v1/operations/op",
                QJsonObject{{"id", "op"},
                            {"status", "failed"},
                            {"error", QJsonObject{{"message", "no room"}}},
                            {"result", QJsonValue()}});
    Awaited<Operation> operation;
    api.operation("op", &context, operation.then());
    ASSERT_TRUE(operation.wait());
    EXPECT_FALSE((**operation).runs());
    EXPECT_EQ((**operation).error, "no room");
    node.answer("GET", "/api/v1/datasets/d/diff",
                QJsonObject{{"from", 1}, {"to", 2}, {"added", 3}, {"unchanged", 9}});
    Awaited<VersionDiff> diff;
    api.versionDiff("d", 1, 2, &context, diff.then());
    ASSERT_TRUE(diff.wait());
    EXPECT_EQ((**diff).added, 3);
    EXPECT_EQ((**diff).unchanged, 9);
}

}  // namespace
}  // namespace hearth::ui
