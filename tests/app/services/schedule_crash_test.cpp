// A node that dies at any write while it starts jobs, and comes back.
#include <gtest/gtest.h>

#include "app/services/accounts/scope_of.h"
#include "app/services/jobs/schedule_service.h"
#include "core/crypto/random.h"
#include "core/log.h"
#include "tests/storage/test_database.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/manual_clock.h"

namespace hearth::app {
namespace {

constexpr int64_t kNoon = 1'767'268'800;  // 2026-01-01T12:00Z

core::Result<storage::JobRow> prepareJob(const Principal& owner, const JobRequest& request) {
    return storage::JobRow{.id = core::randomId("ftjob-"),
                           .owner = ownerOf(owner),
                           .status = storage::JobStatus::Queued,
                           .modelId = request.model,
                           .trainingFile = request.trainingFile};
}

class ScheduleCrashTest : public testing::Test {
protected:
    /// Makes a schedule, lets three of its starts go by, and dies after `operations` writes of
    /// the tick that would start them. True when it lived.
    bool runUntilCrash(const char* missed, int operations) {
        m_database = std::make_unique<storage::TestDatabase>();
        m_clock = std::make_unique<test::ManualClock>(kNoon);
        auto node = service();
        const auto request = parseScheduleRequest(
            std::string(R"({"name":"n","when":{"cron":"0 2 * * *"},"missed":")") + missed +
            R"(","job":{"model":"base","training_file":"file-1"}})");
        EXPECT_TRUE(node->create(m_nora, *request).ok());
        m_clock->advance(std::chrono::hours(72));
        m_vfs.failAfter(operations);
        try {
            node->tick();
        } catch (const core::Exception&) {
            // As for the thread: the next tick comes.
        }
        const bool lived = !m_vfs.hasFailed();
        m_vfs.heal();
        return lived;
    }
    /// The database as another process would find it.
    void restart() {
        const auto file = m_database->control->file();
        m_database->control.reset();
        m_database->control =
            storage::Connection::open(file, storage::Durability::Normal).valueOrThrow();
        auto node = service();
        node->recompute();
        node->tick();
        node->tick();
    }
    std::unique_ptr<ScheduleService> service() {
        return std::make_unique<ScheduleService>(*m_database->control, *m_clock, prepareJob, [] {});
    }
    int64_t count(const char* what) {
        auto query = m_database->control->prepare(std::string("SELECT count(*) FROM ") + what);
        query.step();
        return query.integer(0);
    }
    void expectStarts(const char* missed, int64_t expected) {
        core::initLogging({.level = core::LogLevel::Off}).orThrow();
        int crashes = 0;
        for (int operations = 0;; ++operations) {
            const bool lived = runUntilCrash(missed, operations);
            restart();
            ASSERT_EQ(count("jobs"), expected) << missed << " after " << operations;
            ASSERT_EQ(count("schedule_starts"), expected) << missed << " after " << operations;
            ASSERT_EQ(count("jobs JOIN schedule_starts ON jobs.id = job_id"), expected);
            ASSERT_EQ(count("audit WHERE action = 'schedule.start'"), expected);
            ASSERT_EQ(count("job_events"), expected);
            if (lived)
                break;
            ++crashes;
        }
        EXPECT_GE(crashes, expected);  // it did die between the starts as well
    }

    test::FaultVfs m_vfs;
    const Principal m_nora{
        PrincipalKind::User, "nora", "nora", "north", {core::Permission::RunFineTuning}};
    std::unique_ptr<storage::TestDatabase> m_database;
    std::unique_ptr<test::ManualClock> m_clock;
};

TEST_F(ScheduleCrashTest, OneMissedStartIsMadeUpForOnce) {
    expectStarts("once", 1);
}

TEST_F(ScheduleCrashTest, EachMissedStartIsMadeUpForOnce) {
    expectStarts("all", 3);
}

}  // namespace
}  // namespace hearth::app
