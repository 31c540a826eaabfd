#include "ui/models/node_watch.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "tests/ui/support/fake_session.h"

namespace hearth::ui {
namespace {

QJsonObject jobList(const QString& id, const QString& status) {
    return {{"data", QJsonArray{QJsonObject{{"id", id}, {"status", status}}}}, {"has_more", false}};
}

QJsonObject statusWith(int generatedTokens) {
    return {
        {"pid", 1},
        {"started_at", 1},
        {"models", QJsonArray{QJsonObject{{"id", "m"}, {"generated_tokens", generatedTokens}}}}};
}

TEST(NodeWatchTest, TellsOfStatusJobsAndAlarms) {
    FakeSession fake;
    fake.node.answer(
        "GET", "/api/v1/node/alarms",
        QJsonObject{{"data", QJsonArray{QJsonObject{{"id", "a"}, {"severity", "bad"}}}}});
    fake.node.answer("GET", "/v1/fine_tuning/jobs", jobList("ftjob-1", "running"));
    fake.watch.refresh();
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return fake.watch.alarms().size() == 1 && fake.watch.jobs().size() == 1; }, 5000));
    ASSERT_TRUE(fake.watch.status().has_value());
    EXPECT_EQ(fake.watch.status()->name, "fake-node");

    QSignalSpy ended(&fake.watch, &NodeWatch::jobEnded);
    fake.node.answer("GET", "/v1/fine_tuning/jobs", jobList("ftjob-1", "succeeded"));
    fake.watch.refresh();
    ASSERT_TRUE(QTest::qWaitFor([&] { return ended.size() == 1; }, 5000));
    EXPECT_EQ(ended[0][0].value<Job>().status, "succeeded");
    fake.watch.refresh();
    QTest::qWait(300);
    EXPECT_EQ(ended.size(), 1);
}

TEST(NodeWatchTest, JobsThatHadEndedBeforeAreNoNews) {
    FakeSession fake(FakeSession::Start::NotOpened);
    fake.node.answer("GET", "/v1/fine_tuning/jobs", jobList("ftjob-1", "succeeded"));
    QSignalSpy ended(&fake.watch, &NodeWatch::jobEnded);
    fake.addProfile();
    ASSERT_TRUE(QTest::qWaitFor([&] { return fake.watch.jobs().size() == 1; }, 5000));
    EXPECT_TRUE(ended.isEmpty());
}

TEST(NodeWatchTest, MeasuresTokensPerSecond) {
    FakeSession fake;
    fake.node.answer("GET", "/api/v1/node/status", statusWith(1'000));
    fake.watch.refresh();
    ASSERT_TRUE(QTest::qWaitFor([&] { return !fake.watch.status()->models.isEmpty(); }, 5000));
    QTest::qWait(500);
    fake.node.answer("GET", "/api/v1/node/status", statusWith(2'000));
    fake.watch.refresh();
    ASSERT_TRUE(QTest::qWaitFor([&] { return fake.watch.tokensPerSecond() > 0; }, 5000));
    EXPECT_LT(fake.watch.tokensPerSecond(), 4'000);
    fake.node.answer("GET", "/api/v1/node/status", statusWith(10));  // unloaded meanwhile
    fake.watch.refresh();
    ASSERT_TRUE(QTest::qWaitFor([&] { return fake.watch.tokensPerSecond() == 0; }, 5000));
}

TEST(NodeWatchTest, AsksForNothingItMayNotSee) {
    FakeSession fake;
    fake.permit({core::Permission::UseModels});
    fake.node.forgetRequests();
    fake.watch.refresh();
    QTest::qWait(2'500);
    EXPECT_TRUE(fake.node.requests().isEmpty());
    EXPECT_FALSE(fake.watch.status().has_value());
}

TEST(NodeWatchTest, NeverAsksTwiceAtOnce) {
    FakeSession fake;
    fake.node.answer("GET", "/api/v1/node/status", FakeAnswer{.delayMs = 1'500});
    fake.watch.refresh();
    QTest::qWait(200);
    fake.node.forgetRequests();
    for (int i = 0; i < 10; ++i)
        fake.watch.refresh();
    QTest::qWait(800);
    EXPECT_EQ(fake.node.count("GET", "/api/v1/node/status"), 0);
    QTest::qWait(1'200);
    EXPECT_EQ(fake.node.count("GET", "/api/v1/node/status"), 1) << "the hurried one follows";
}

TEST(NodeWatchTest, ForgetsWhenSignedOut) {
    FakeSession fake;
    ASSERT_TRUE(QTest::qWaitFor([&] { return fake.watch.status().has_value(); }, 5000));
    fake.session.signOut();
    EXPECT_FALSE(fake.watch.status().has_value());
    fake.node.forgetRequests();
    QTest::qWait(2'500);
    EXPECT_EQ(fake.node.count("GET", "/api/v1/node/status"), 0);
}

}  // namespace
}  // namespace hearth::ui
