#include "ui/models/alarm_texts.h"

#include <gtest/gtest.h>

namespace hearth::ui {
namespace {

TEST(AlarmTexts, KnownCodesSpeakOurLanguage) {
    const AlarmTexts texts = textsOf({.code = "disk_low",
                                      .message = "the node's words",
                                      .values = {{"free_bytes", 3e9}, {"total_bytes", 1e12}}});
    EXPECT_EQ(texts.message, "3.0 GB of 1.0 TB are free on the node's disk.");
    EXPECT_FALSE(texts.action.isEmpty());
}

TEST(AlarmTexts, CountsAndEndsReadRight) {
    const auto certificate = [](int days) {
        return textsOf({.code = "certificate_expires", .values = {{"days", days}}}).message;
    };
    EXPECT_EQ(certificate(12), "The node's certificate expires in 12 days.");
    EXPECT_EQ(certificate(1), "The node's certificate expires in 1 day.");
    EXPECT_EQ(certificate(0), "The node's certificate has expired; clients refuse it.");
    EXPECT_EQ(textsOf({.code = "queue_full",
                       .values = {{"waiting", 1}, {"model", "m"}, {"max_waiting", 1}}})
                  .message,
              "1 request waits for m, of at most 1.");
}

TEST(AlarmTexts, UnknownCodesKeepTheNodesWords) {
    const AlarmTexts texts =
        textsOf({.code = "moon_phase", .message = "The moon is full.", .action = "Wait."});
    EXPECT_EQ(texts.message, "The moon is full.");
    EXPECT_EQ(texts.action, "Wait.");
}

TEST(AlarmTexts, EveryCodeLeadsToItsPage) {
    EXPECT_EQ(targetOf({.subjectKind = "job", .subjectId = "ftjob-1"}).item, "ftjob-1");
    EXPECT_EQ(targetOf({.subjectKind = "model", .subjectId = "m"}).page, "models");
    EXPECT_EQ(targetOf({.subjectKind = "key", .subjectId = "k"}).page, "api_keys");
    EXPECT_EQ(targetOf({.code = "memory_low", .subjectKind = "node"}).page, "settings");
}

TEST(AlarmTexts, TheWorstDecides) {
    EXPECT_EQ(worstTone({}), Tone::Good);
    EXPECT_EQ(worstTone({{.severity = "information"}}), Tone::Good);
    EXPECT_EQ(worstTone({{.severity = "attention"}, {.severity = "information"}}), Tone::Attention);
    EXPECT_EQ(worstTone({{.severity = "attention"}, {.severity = "bad"}}), Tone::Bad);
}

}  // namespace
}  // namespace hearth::ui
