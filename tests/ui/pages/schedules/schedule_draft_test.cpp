#include "ui/pages/schedules/schedule_draft.h"

#include <gtest/gtest.h>

#include <QJsonArray>

#include "ui/pages/schedules/schedule_texts.h"

namespace hearth::ui {
namespace {

ScheduleDraft goodDraft() {
    ScheduleDraft draft;
    draft.name = "nightly";
    draft.model = "hearth-demo";
    draft.dataSet = "handbook.jsonl";
    draft.timeZone = "Europe/Berlin";
    draft.cron.every = Every::Weekdays;
    draft.time = "02:30";
    draft.windows = {{"weekdays", "20:00", "06:00"}};
    draft.blackouts = "2026-12-24..2027-01-02, 12-25";
    return draft;
}

std::vector<ScheduleField> faulty(const ScheduleDraft& draft) {
    std::vector<ScheduleField> fields;
    for (const ScheduleProblem& problem : problemsOf(draft))
        fields.push_back(problem.field);
    return fields;
}

TEST(ScheduleDraftTest, SaysInTheNodesTermsWhatWasEntered) {
    EXPECT_TRUE(faulty(goodDraft()).empty());
    const QJsonObject body = bodyOf(goodDraft());
    EXPECT_EQ(body["when"].toObject(), (QJsonObject{{"cron", "30 2 * * mon-fri"}}));
    EXPECT_EQ(body["windows"].toArray(), QJsonArray{"weekdays 20:00-06:00"});
    EXPECT_EQ(body["blackouts"].toArray(), (QJsonArray{"2026-12-24..2027-01-02", "12-25"}));
    EXPECT_EQ(body["data_set"], "handbook.jsonl");
    EXPECT_EQ(body["job"].toObject(), (QJsonObject{{"model", "hearth-demo"}}));
    const auto preview = previewOf(goodDraft());
    ASSERT_TRUE(preview);
    EXPECT_FALSE(preview->contains("name"));
    EXPECT_FALSE(preview->contains("job"));
}

TEST(ScheduleDraftTest, EachFieldHasItsOwnProblem) {
    using F = ScheduleField;
    const auto changed = [](auto change) {
        ScheduleDraft draft = goodDraft();
        change(draft);
        return faulty(draft);
    };
    using Fields = std::vector<ScheduleField>;
    EXPECT_EQ(changed([](auto& d) { d.name = "  "; }), Fields{F::Name});
    EXPECT_EQ(changed([](auto& d) { d.model.clear(); }), Fields{F::Model});
    EXPECT_EQ(changed([](auto& d) { d.dataSet.clear(); }), Fields{F::Data});
    EXPECT_EQ(changed([](auto& d) { d.suffix = "a b"; }), Fields{F::Suffix});
    EXPECT_EQ(changed([](auto& d) { d.epochs = "0.5"; }), Fields{F::Epochs});
    EXPECT_EQ(changed([](auto& d) { d.time = "2:30"; }), Fields{F::Repeat});
    EXPECT_EQ(changed([](auto& d) { d.time = "24:00"; }), Fields{F::Repeat});
    EXPECT_EQ(changed([](auto& d) { d.cron.every = Every::SomeDays; }), Fields{F::Repeat});
    EXPECT_EQ(changed([](auto& d) { d.cron = {.every = Every::Custom}; }), Fields{F::Repeat});
    EXPECT_EQ(changed([](auto& d) { d.timeZone = "Europe/Nowhere"; }), Fields{F::Zone});
    EXPECT_EQ(changed([](auto& d) { d.windows[0].to = "6"; }), Fields{F::Windows});
    EXPECT_EQ(changed([](auto& d) { d.windows[0].to = d.windows[0].from; }), Fields{F::Windows});
    EXPECT_TRUE(changed([](auto& d) { d.windows[0].to = "24:00"; }).empty());
    EXPECT_EQ(changed([](auto& d) { d.blackouts = "2026-02-30"; }), Fields{F::Blackouts});
    EXPECT_EQ(changed([](auto& d) { d.blackouts = "12-24..2027-01-02"; }), Fields{F::Blackouts});
    EXPECT_EQ(changed([](auto& d) { d.whenKind = "at"; }), Fields{F::At});
    EXPECT_EQ(changed([](auto& d) { d.whenKind = "at", d.at = "2026-13-01 02:00"; }),
              Fields{F::At});
    EXPECT_TRUE(changed([](auto& d) { d.whenKind = "at", d.at = "2026-12-01 02:00"; }).empty());
    EXPECT_EQ(changed([](auto& d) { d.whenKind = "after"; }), Fields{F::After});
}

// What the form does not show must not be lost by a change.
TEST(ScheduleDraftTest, AScheduleGoesThroughTheFormUnchanged) {
    const QJsonObject job{{"model", "hearth-demo"},
                          {"training_file", "file-1"},
                          {"suffix", "support"},
                          {"seed", 7},
                          {"hearth", QJsonObject{{"epochs", 3}, {"max_steps", 40}}}};
    for (const auto& [kind, value] :
         std::vector<std::pair<QString, QString>>{{"cron", "0 4 * * wed,sun"},
                                                  {"cron", "*/15 8-18 * * *"},
                                                  {"cron", "35 * * * *"},
                                                  {"at", "2026-12-01T02:00"},
                                                  {"at", "2026-12-01T02:00Z"},
                                                  {"after", "ftjob-1"}}) {
        const Schedule schedule{.id = "sched-1",
                                .name = "n",
                                .whenKind = kind,
                                .whenValue = value,
                                .afterStatus = "ended",
                                .timeZone = "Asia/Seoul",
                                .windows = {"mon,wed 08:00-12:00", "22:00-05:00"},
                                .blackouts = {"12-25"},
                                .missed = "all",
                                .missedLimit = 4,
                                .overlap = "skip",
                                .priority = "high",
                                .job = job};
        const QJsonObject body = bodyOf(draftOf(schedule));
        EXPECT_EQ(body["when"].toObject(), (QJsonObject{{kind, value}}));
        EXPECT_EQ(body["job"].toObject(), job);
        EXPECT_EQ(body["windows"].toArray(),
                  (QJsonArray{"mon,wed 08:00-12:00", "daily 22:00-05:00"}));
        EXPECT_TRUE(body["data_set"].isNull());
        EXPECT_EQ(body["missed_limit"].toInt(), 4);
        EXPECT_EQ(body["priority"], "high");
        EXPECT_TRUE(problemsOf(draftOf(schedule)).isEmpty()) << value.toStdString();
    }
}

TEST(ScheduleDraftTest, RefusalsFindTheirField) {
    EXPECT_EQ(scheduleFieldOf("cron", "cron"), ScheduleField::Repeat);
    EXPECT_EQ(scheduleFieldOf("when", "at"), ScheduleField::At);
    EXPECT_EQ(scheduleFieldOf("when", "after"), ScheduleField::After);
    EXPECT_EQ(scheduleFieldOf("time_zone", "cron"), ScheduleField::Zone);
    EXPECT_EQ(scheduleFieldOf("data_set", "cron"), ScheduleField::Data);
    EXPECT_FALSE(scheduleFieldOf("retry", "cron"));
}

TEST(ScheduleTextsTest, SayWhatAScheduleDoes) {
    const Schedule after{.whenKind = "after", .whenValue = "s1", .afterStatus = "ended"};
    EXPECT_EQ(whenText(after, {{"s1", "nightly"}}), "After nightly, however it ends");
    EXPECT_EQ(whenText({.whenKind = "on_change", .whenValue = "a.jsonl"}), "When a.jsonl changes");
    EXPECT_EQ(windowText("weekdays 20:00-06:00"), "Weekdays 20:00–06:00");
    EXPECT_EQ(windowText("22:00-05:00"), "Every day 22:00–05:00");
    EXPECT_EQ(windowText("mon,wed 08:00-12:00"), "Mon, Wed 08:00–12:00");
    EXPECT_EQ(windowsText({}), "At any time");
    EXPECT_EQ(localText("2099-12-01T02:30"), "Tue, 1 Dec 2099, 02:30");
    EXPECT_EQ(localText("not a time"), "not a time");
    EXPECT_EQ(comingText(4'102'412'400, "Asia/Seoul"), "Fri, 1 Jan 2100, 00:00");
    EXPECT_EQ(comingText(4'102'412'400, "Nowhere/At all"), comingText(4'102'412'400));
}

}  // namespace
}  // namespace hearth::ui
