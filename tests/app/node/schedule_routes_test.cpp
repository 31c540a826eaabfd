#include <gmock/gmock.h>

#include "storage/audit_repository.h"
#include "tests/app/node/node_fixture.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsSupersetOf;

constexpr const char* kPath = "/api/v1/schedules";

class ScheduleRoutesTest : public NodeFixture {
protected:
    void SetUp() override {
        NodeFixture::SetUp();
        importReferenceModel();
        upload("door.jsonl", sampleConversations(12));
    }
    static json body() {
        return {{"name", "nightly"},
                {"when", {{"cron", "30 2 * * mon-fri"}}},
                {"time_zone", "Europe/Berlin"},
                {"windows", {"weekdays 20:00-06:00"}},
                {"data_set", "door.jsonl"},
                {"job", {{"model", "tiny"}, {"hearth", {{"max_steps", 4}}}}}};
    }
    std::string keyWith(const json& permissions) {
        return client()
            ->post("/api/v1/keys", {{"name", "k"}, {"permissions", permissions}})
            ->at("key");
    }
};

TEST_F(ScheduleRoutesTest, AScheduleIsMadeShownPausedAndDeleted) {
    auto api = client();
    const auto made = api->post(kPath, body());
    ASSERT_TRUE(made.ok()) << made.error().text();
    const std::string id = made->at("id");
    const std::string path = std::string(kPath) + "/" + id;
    EXPECT_EQ(made->at("object"), "hearth.schedule");
    EXPECT_EQ(made->at("status"), "active");
    EXPECT_EQ(made->at("when"), json({{"cron", "30 2 * * mon-fri"}}));
    EXPECT_EQ(made->at("job"), body().at("job"));
    EXPECT_EQ(made->at("missed"), "once");
    EXPECT_TRUE(made->at("last_start").is_null());

    const json coming = *api->get(path + "/coming?count=3");
    ASSERT_EQ(coming.at("data").size(), 3u);
    EXPECT_EQ(coming.at("time_zone"), "Europe/Berlin");
    EXPECT_EQ(coming.at("data")[0].at("at"), made->at("next_start"));
    EXPECT_THAT(coming.at("data")[0].at("local"), HasSubstr("T02:30"));
    const json preview =
        *api->post(std::string(kPath) + "/preview?count=2", {{"when", {{"at", "2100-01-01T00:00"}}},
                                                             {"time_zone", "Asia/Seoul"},
                                                             {"windows", {"02:00-03:00"}}});
    ASSERT_EQ(preview.at("data").size(), 1u);
    EXPECT_EQ(preview.at("data")[0].at("at"), 4'102'412'400);  // 2099-12-31T15:00Z
    EXPECT_EQ(preview.at("data")[0].at("runs_from_local"), "2100-01-01T02:00");

    EXPECT_EQ(api->post(path + "/pause", json::object())->at("status"), "paused");
    EXPECT_TRUE(api->get(path)->at("next_start").is_null());
    EXPECT_EQ(api->post(path + "/resume", json::object())->at("status"), "active");
    EXPECT_EQ(api->get(kPath)->at("data")[0].at("id"), id);
    EXPECT_TRUE(api->get(path + "/starts")->at("data").empty());
    EXPECT_EQ(api->remove(path)->at("deleted"), true);
    EXPECT_EQ(api->get(path).error().code, core::ErrorCode::NotFound);
    EXPECT_EQ(api->remove(path).error().code, core::ErrorCode::NotFound);

    std::vector<std::string> actions;
    for (const auto& row : storage::AuditRepository(node->data().control())
                               .list(storage::Scope::everything(), 0, 1000))
        actions.push_back(row.entry.action);
    EXPECT_THAT(actions, IsSupersetOf({"schedule.create", "schedule.pause", "schedule.resume",
                                       "schedule.delete"}));
}

TEST_F(ScheduleRoutesTest, AScheduleIsEditedFieldByField) {
    auto api = client();
    const json made = *api->post(kPath, body());
    const std::string path = std::string(kPath) + "/" + made.at("id").get<std::string>();
    const auto edited = api->post(path, {{"name", "weekly"}, {"when", {{"cron", "0 4 * * sun"}}}});
    ASSERT_TRUE(edited.ok()) << edited.error().text();
    EXPECT_EQ(edited->at("name"), "weekly");
    EXPECT_EQ(edited->at("when"), json({{"cron", "0 4 * * sun"}}));
    for (const char* kept : {"id", "time_zone", "windows", "data_set", "job", "created_at"})
        EXPECT_EQ(edited->at(kept), made.at(kept)) << kept;
    EXPECT_THAT(api->get(path + "/coming?count=1")->at("data")[0].at("local"), HasSubstr("T04:00"));

    EXPECT_THAT(api->post(path, {{"windows", nullptr}})->at("windows"), testing::IsEmpty());
    for (const auto& [change, word] : std::vector<std::pair<json, std::string>>{
             {{{"when", {{"cron", "0 25 * * *"}}}}, "0 to 23"},
             {{{"job", {{"model", "nobody"}}}}, "model"},
             {{{"colour", "red"}}, "colour"},
             {{{"name", nullptr}}, "name"},
             {json::array(), "object"}}) {
        const auto refused = api->post(path, change);
        ASSERT_FALSE(refused.ok()) << change;
        EXPECT_THAT(refused.error().text(), HasSubstr(word)) << change;
    }
    EXPECT_EQ(api->get(path)->at("name"), "weekly");
    EXPECT_EQ(api->post(std::string(kPath) + "/sched-none", json::object()).error().code,
              core::ErrorCode::NotFound);
    const auto denied = client(keyWith({"finetune.read"}))->post(path, {{"name", "mine"}});
    EXPECT_EQ(denied.error().code, core::ErrorCode::PermissionDenied);
    const auto urgent = client(keyWith({"finetune.run", "models.use"}));
    EXPECT_EQ(urgent->post(path, {{"priority", "urgent"}}).error().code,
              core::ErrorCode::PermissionDenied);

    const auto log = storage::AuditRepository(node->data().control())
                         .list(storage::Scope::everything(), 0, 1000);
    EXPECT_TRUE(std::any_of(log.begin(), log.end(),
                            [](const auto& row) { return row.entry.action == "schedule.edit"; }));
}

TEST_F(ScheduleRoutesTest, PermissionsAreThoseOfJobs) {
    const std::string id = client()->post(kPath, body())->at("id");
    const std::string path = std::string(kPath) + "/" + id;
    const auto denied = [](const core::Result<json>& answer) {
        return !answer && answer.error().code == core::ErrorCode::PermissionDenied;
    };
    auto nobody = client(keyWith({"models.use"}));
    EXPECT_TRUE(denied(nobody->get(kPath)));
    EXPECT_TRUE(denied(nobody->get(path)));
    auto reader = client(keyWith({"finetune.read"}));
    EXPECT_TRUE(reader->get(path).ok());
    EXPECT_TRUE(reader->get(path + "/coming").ok());
    EXPECT_TRUE(reader->post(std::string(kPath) + "/preview", {{"when", {{"at", "now"}}}}).ok());
    EXPECT_TRUE(denied(reader->post(kPath, body())));
    EXPECT_TRUE(denied(reader->post(path + "/pause", json::object())));
    EXPECT_TRUE(denied(reader->remove(path)));
    auto runner = client(keyWith({"finetune.run", "models.use"}));
    EXPECT_TRUE(runner->post(kPath, body()).ok());
    json urgent = body();
    urgent["priority"] = "urgent";
    EXPECT_TRUE(denied(runner->post(kPath, urgent)));
}

TEST_F(ScheduleRoutesTest, AJobThatCouldNotRunIsRefusedWhenTheScheduleIsMade) {
    for (const auto& [change, param] : std::vector<std::pair<json, std::string>>{
             {{{"job", {{"model", "nobody"}}}}, "model"},
             {{{"job", {{"model", "tiny"}, {"hearth", {{"learning_rate", -1}}}}}}, "hearth"},
             {{{"data_set", "window.jsonl"}}, "data_set"},
             {{{"when", {{"cron", "0 0 30 2 *"}}}}, "cron"}}) {
        json request = body();
        request.update(change);
        const auto made = client()->post(kPath, request);
        ASSERT_FALSE(made.ok()) << change;
        EXPECT_THAT(made.error().text(), HasSubstr(param)) << change;
    }
    EXPECT_TRUE(client()->get(kPath)->at("data").empty());
}

}  // namespace
}  // namespace hearth::app
