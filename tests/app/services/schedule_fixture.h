// A calendar over a data base, whose jobs are stored but never run and whose clock is set by hand.
#pragma once
#include "app/services/jobs/schedule_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/services/accounts/scope_of.h"
#include "core/crypto/random.h"
#include "core/log.h"
#include "storage/blob_repository.h"
#include "tests/storage/test_database.h"
#include "tests/support/manual_clock.h"

namespace hearth::app {

/// Names of these tests: `using namespace schedule_test`.
namespace schedule_test {

using core::ErrorCode;
using nlohmann::json;
using storage::JobStatus;
using storage::ScheduleStatus;
using testing::HasSubstr;
using namespace std::chrono_literals;

}  // namespace schedule_test

inline int64_t at(const char* utc) {
    return core::parseLocal(utc).value().time_since_epoch().count();
}

class ScheduleServiceTest : public testing::Test {
protected:
    ScheduleServiceTest() { restart(); }

    /// As a node that stops and starts again, with or without a clean end.
    void restart() {
        m_service = std::make_unique<ScheduleService>(
            *m_test.control, m_clock,
            [this](const Principal& owner, const JobRequest& request) {
                return prepare(owner, request);
            },
            [this] { ++m_wakes; });
        m_service->recompute();
    }
    core::Result<storage::JobRow> prepare(const Principal& owner, const JobRequest& request) {
        if (m_throw)
            throw core::Exception({core::ErrorCode::DiskFull, "no room", ""});
        if (m_refusal)
            return *m_refusal;
        return storage::JobRow{.id = m_nextJobId.value_or(core::randomId("ftjob-")),
                               .owner = ownerOf(owner),
                               .status = storage::JobStatus::Queued,
                               .modelId = request.model,
                               .trainingFile = request.trainingFile,
                               .spec = writeJobRequest(request),
                               .createdAt = m_clock.unixSeconds()};
    }
    static Principal user(const storage::Owner& owner) {
        return {PrincipalKind::User,
                owner.userId,
                owner.userId,
                owner.departmentId,
                {core::Permission::RunFineTuning, core::Permission::ReadFineTuning}};
    }
    static nlohmann::json body(const nlohmann::json& when,
                               const nlohmann::json& more = nlohmann::json::object()) {
        nlohmann::json object = {{"name", "nightly"},
                                 {"when", when},
                                 {"job", {{"model", "base"}, {"training_file", "file-1"}}}};
        object.update(more);
        return object;
    }
    core::Result<storage::ScheduleRow> tryCreate(const nlohmann::json& request) {
        CORE_ASSIGN(const auto parsed, parseScheduleRequest(request.dump()));
        return m_service->create(m_nora, parsed);
    }
    std::string create(const nlohmann::json& request) {
        return tryCreate(request).valueOrThrow().id;
    }
    storage::ScheduleRow row(const std::string& id) {
        return m_service->find(m_nora, id).valueOrThrow();
    }
    std::vector<storage::ScheduleStartRow> starts(const std::string& id) {
        return m_service->starts(m_nora, id, {.limit = 5000, .oldestFirst = true})
            .valueOrThrow()
            .items;
    }
    std::vector<storage::JobRow> jobs() {
        return m_jobs.list(m_test.seesAll, {.limit = 5000, .oldestFirst = true}).items;
    }
    void goTo(const char* utc) {
        m_clock.advance(std::chrono::seconds(at(utc) - m_clock.unixSeconds()));
    }
    /// Ticks as the node's thread does, only less often.
    void runUntil(const char* utc, std::chrono::seconds step) {
        while (m_clock.unixSeconds() < at(utc)) {
            m_clock.advance(step);
            m_service->tick();
        }
    }
    void upload(const std::string& id, const std::string& name, char content) {
        const std::string blob = std::string(60, 'b') + std::to_string(1000 + ++m_blobs);
        ASSERT_TRUE(storage::BlobRepository(*m_test.control)
                        .create({blob, m_test.north, std::vector<std::byte>(60), 3, 1})
                        .ok());
        ASSERT_TRUE(m_files
                        .create({.id = id,
                                 .owner = m_test.north,
                                 .blobId = blob,
                                 .filename = name,
                                 .bytes = 3,
                                 .purpose = "fine-tune",
                                 .status = storage::FileStatus::Processed,
                                 .sha256 = std::string(64, content),
                                 .createdAt = m_clock.unixSeconds()})
                        .ok());
    }
    void finish(const std::string& job, storage::JobStatus status) {
        ASSERT_TRUE(m_jobs.setStatus(job, storage::JobStatus::Queued, storage::JobStatus::Running,
                                     m_clock.unixSeconds()));
        ASSERT_TRUE(
            m_jobs.setStatus(job, storage::JobStatus::Running, status, m_clock.unixSeconds()).ok());
    }

    storage::TestDatabase m_test;
    test::ManualClock m_clock{at("2026-01-01T12:00")};
    storage::JobRepository m_jobs{*m_test.control};
    storage::FileRepository m_files{*m_test.control};
    storage::ScheduleRepository m_rows{*m_test.control};
    const Principal m_nora = user(m_test.north);
    std::optional<core::Error> m_refusal;
    std::optional<std::string> m_nextJobId;
    bool m_throw = false;
    int m_wakes = 0;
    int m_blobs = 0;
    std::unique_ptr<ScheduleService> m_service;
};

}  // namespace hearth::app
