#include "ui/pages/fine_tuning/record_card.h"

#include <gtest/gtest.h>

#include <QJsonArray>

#include "tests/ui/support/fake_session.h"
#include "ui/widgets/button.h"
#include "ui/widgets/facts_table.h"
#include "ui/widgets/progress_row.h"

namespace hearth::ui {
namespace {

constexpr int kWaitMs = 8000;

QJsonObject verification(const QString& status, const QJsonObject& result = {}) {
    return {{"id", "op-1"},       {"kind", "verification"},
            {"subject", "job-1"}, {"status", status},
            {"done", 4},          {"total", 10},
            {"result", result},   {"finished_at", 5}};
}

class RecordCardTest : public testing::Test {
protected:
    RecordCardTest() {
        fake.node.answer(
            "GET", "/api/v1/jobs/job-1/record",
            QJsonObject{
                {"record",
                 QJsonObject{
                     {"code",
                      QJsonObject{{"version", "1.2.3"}, {"worker_sha256", QString(64, 'a')}}},
                     {"method", "supervised"},
                     {"seed", 42},
                     {"training_precision", "bf16"},
                     {"data", QJsonObject{{"training", QJsonObject{{"name", "train.jsonl"},
                                                                   {"sha256", QString(64, 'b')}}}}},
                     {"base", QJsonObject{{"model", "m"}, {"sha256", QJsonValue()}}},
                     {"machine", QJsonObject{{"processor", "Zen"}, {"cores", 2}}},
                     {"result", QJsonObject{{"steps", 80}, {"peak_memory_bytes", 1e9}}}}}});
        answerOperations({});
        card.show();
    }
    void answerOperations(const QJsonArray& operations) {
        fake.node.answer("GET", "/api/v1/operations",
                         QJsonObject{{"data", operations}, {"has_more", false}});
    }
    QString value(const QString& label) {
        for (const Fact& fact : card.facts()->facts())
            if (fact.label == label)
                return fact.values.first();
        return {};
    }

    FakeSession fake;
    RecordCard card{fake.session.api()};
};

TEST_F(RecordCardTest, ShowsVersionsSeedAndHashes) {
    card.open("job-1", true);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !card.facts()->facts().isEmpty(); }, kWaitMs));
    EXPECT_EQ(value("Hearth"), "1.2.3");
    EXPECT_EQ(value("Seed"), "42");
    EXPECT_EQ(value("Precision"), "BF16");
    EXPECT_EQ(value("train.jsonl, SHA-256"), QString(12, 'b'));
    EXPECT_EQ(value("Base's SHA-256"), "");
    EXPECT_EQ(value("Machine"), "Zen, 2 cores");
    EXPECT_EQ(value("Most memory"), "1.0 GB");
}

TEST_F(RecordCardTest, VerifyingShowsProgressAndThenTheProof) {
    card.open("job-1", true);
    ASSERT_TRUE(QTest::qWaitFor([&] { return card.verifyButton()->isVisible(); }, kWaitMs));
    fake.node.answer("POST", "/api/v1/jobs/job-1/verification",
                     FakeAnswer{.status = 202, .json = {{"operation_id", "op-1"}}});
    fake.node.answer("GET", "/api/v1/operations/op-1", verification("running"));
    card.verifyButton()->click();
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return card.progress()->isVisible() && card.progress()->details().contains("40 %"); },
        kWaitMs));
    EXPECT_FALSE(card.verifyButton()->isVisible());
    fake.node.answer("GET", "/api/v1/operations/op-1",
                     verification("succeeded", {{"equal", true}}));
    ASSERT_TRUE(QTest::qWaitFor([&] { return card.verdict().startsWith("Verified"); }, kWaitMs));
    EXPECT_FALSE(card.progress()->isVisible());
}

TEST_F(RecordCardTest, TheLastProofIsRememberedByTheNode) {
    QJsonObject other = verification("succeeded", {{"equal", true}});
    other["subject"] = "job-2";
    answerOperations({other, verification("succeeded", {{"equal", false}, {"message", "step 3"}})});
    card.open("job-1", false);
    ASSERT_TRUE(QTest::qWaitFor([&] { return card.verdict().contains("step 3"); }, kWaitMs));
    EXPECT_FALSE(card.verifyButton()->isVisible());
}

TEST_F(RecordCardTest, ARefusalAndACancelAreTold) {
    answerOperations({verification("running")});
    fake.node.answer("GET", "/api/v1/operations/op-1", verification("running"));
    card.open("job-1", true);
    ASSERT_TRUE(QTest::qWaitFor([&] { return card.progress()->isVisible(); }, kWaitMs));
    fake.node.answer("POST", "/api/v1/operations/op-1/cancel", verification("cancelled"));
    fake.node.answer("GET", "/api/v1/operations/op-1", verification("cancelled"));
    card.progress()->cancelButton()->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return card.verifyButton()->isVisible(); }, kWaitMs));
    fake.node.answer("POST", "/api/v1/jobs/job-1/verification",
                     FakeAnswer::error(409, "conflict", "another one runs"));
    card.verifyButton()->click();
    EXPECT_TRUE(QTest::qWaitFor([&] { return card.verdict() == "another one runs"; }, kWaitMs));
}

TEST_F(RecordCardTest, WithoutARecordThereIsNoCard) {
    fake.node.answer("GET", "/api/v1/jobs/job-2/record", QJsonObject{});
    card.open("job-2", true);
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return fake.node.count("GET", "/api/v1/jobs/job-2/record") > 0; }, kWaitMs));
    QTest::qWait(50);
    EXPECT_FALSE(card.isVisible());
}

}  // namespace
}  // namespace hearth::ui
