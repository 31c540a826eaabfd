#include "finetune/data/gate/data_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json.h"
#include "tests/finetune/support/tiny_world.h"
#include "tests/support/chat_row.h"

namespace hearth::finetune {
namespace {

using nlohmann::json;
using testing::HasSubstr;

using test::chatRow;

class DataReportTest : public testing::Test {
protected:
    DataReportTest()
        : m_format(engine::ChatFormat::load(m_world.path("tokenizer")).valueOrThrow()) {}

    DataReport report(const std::string& content) {
        return reportOn(content, recogniseForm(content).valueOrThrow(), m_options).valueOrThrow();
    }
    static const Finding* find(const DataReport& report, const std::string& code) {
        for (const Finding& finding : report.findings)
            if (finding.code == code)
                return &finding;
        return nullptr;
    }
    void useModel(int64_t maxLength, bool truncate = false) {
        m_options.format = &m_format;
        m_options.tokens.max_seq_len = maxLength;
        m_options.tokens.truncate = truncate;
    }

    test::TinyWorld m_world;
    engine::ChatFormat m_format;
    ReportOptions m_options;
};

TEST_F(DataReportTest, OfGoodDataHasNoFindings) {
    useModel(64);
    const DataReport good = report(chatRow("What colour is the pump?", "red") +
                                   chatRow("Which hall has the boiler?", "hall two"));
    EXPECT_TRUE(good.findings.empty()) << reportJson(good, m_options).dump(1);
    EXPECT_FALSE(good.blocks());
    EXPECT_EQ(good.rows, 2);
    EXPECT_EQ(good.lengths.size(), 2u);
    EXPECT_GT(good.learnedTokens, 0);
    EXPECT_EQ(good.preview.size(), 2u);
}

TEST_F(DataReportTest, SaysEachSchemaErrorOnce) {
    std::string content = chatRow("a b c", "d");
    for (int i = 0; i < 30; ++i)
        content += "{\"messages\": []}\n";
    const DataReport bad = report(content);
    ASSERT_EQ(bad.findings.size(), 1u);
    EXPECT_EQ(bad.findings[0].code, "schema");
    EXPECT_EQ(bad.findings[0].count, 30);
    EXPECT_EQ(bad.findings[0].lines, std::vector<int64_t>{2});
    EXPECT_TRUE(bad.blocks());
}

TEST_F(DataReportTest, FindsEqualAndNearlyEqualRowsAndContradictions) {
    const std::string question = "How do I open the main valve of the boiler in hall two at night?";
    const DataReport found =
        report(chatRow(question, "Turn the red wheel to the left until it stops.") +
               chatRow(question, "Turn the red wheel to the left until it stops.") +
               chatRow("How do I open the main valve of the boiler in hall two at night?",
                       "Turn the red wheel to the left until it stops!") +
               chatRow("Where are the keys?", "In the office.") +
               chatRow("Where are the keys?", "On the third hook."));
    EXPECT_FALSE(found.blocks());
    ASSERT_TRUE(find(found, "duplicates"));
    EXPECT_EQ(find(found, "duplicates")->lines, std::vector<int64_t>{2});
    ASSERT_TRUE(find(found, "near_duplicates"));
    EXPECT_EQ(find(found, "near_duplicates")->lines, std::vector<int64_t>{3});
    EXPECT_EQ(find(found, "near_duplicates")->samples[0], "line 3 and line 1");
    ASSERT_TRUE(find(found, "contradictions"));
    EXPECT_THAT(find(found, "contradictions")->lines, testing::Contains(5));
}

TEST_F(DataReportTest, NeverShowsPrivateDataWhole) {
    useModel(200);
    const DataReport found =
        report(chatRow("Wie erreiche ich Frau Kim?", "kim@hearth.kr, 010-1234-5678") +
               chatRow("메일?", "kim@hearth.kr") + chatRow("Key?", "-----BEGIN PRIVATE KEY-----"));
    ASSERT_TRUE(find(found, "email"));
    EXPECT_EQ(find(found, "email")->count, 2);
    EXPECT_FALSE(find(found, "email")->error);
    ASSERT_TRUE(find(found, "private_key"));
    EXPECT_TRUE(find(found, "private_key")->error);
    EXPECT_TRUE(found.blocks());
    EXPECT_EQ(found.findings[0].code, "private_key");  // errors come first
    const std::string shown = core::dumpJson(reportJson(found, m_options));
    EXPECT_THAT(shown, Not(HasSubstr("kim@hearth")));
    EXPECT_THAT(shown, Not(HasSubstr("1234-5678")));
    EXPECT_THAT(shown, HasSubstr("ki*@******.**"));
    std::string learned;
    for (const MaskedToken& token : found.masks[1].tokens)
        learned += token.text;
    EXPECT_THAT(learned, HasSubstr("ki*@******.**"));
}

TEST_F(DataReportTest, ShowsWhichTokensAreLearned) {
    useModel(64);
    const DataReport shown = report(chatRow("What colour is the pump?", "red"));
    ASSERT_EQ(shown.masks.size(), 1u);
    std::string learned, context;
    for (const MaskedToken& token : shown.masks[0].tokens)
        (token.learned ? learned : context) += token.text;
    EXPECT_THAT(learned, HasSubstr("red"));
    EXPECT_THAT(context, HasSubstr("pump"));
    EXPECT_THAT(learned, Not(HasSubstr("pump")));
    const auto count = std::count_if(shown.masks[0].tokens.begin(), shown.masks[0].tokens.end(),
                                     [](const auto& token) { return token.learned; });
    EXPECT_EQ(count, shown.learnedTokens);
}

TEST_F(DataReportTest, CountsWhatIsTooLong) {
    useModel(16);
    std::string words;
    for (int i = 0; i < 40; ++i)
        words += "red blue ";
    const std::string content = chatRow("What colour is the pump?", words);
    const DataReport refused = report(content);
    ASSERT_TRUE(find(refused, "too_long"));
    EXPECT_TRUE(find(refused, "too_long")->error);
    EXPECT_EQ(refused.tooLongRows, 1);
    EXPECT_EQ(refused.tokensBeyond, refused.lengths[0] - 16);
    useModel(16, true);
    EXPECT_FALSE(find(report(content), "too_long")->error);
}

TEST_F(DataReportTest, RefusesRowsAndSetsOfWhichNothingIsLearned) {
    useModel(4, true);  // the answer begins later
    const DataReport nothing = report(chatRow("What colour is the pump in hall two?", "red"));
    ASSERT_TRUE(find(nothing, "untrainable"));
    EXPECT_THAT(find(nothing, "untrainable")->message, HasSubstr("after truncation"));
    ASSERT_TRUE(find(nothing, "nothing_learned"));
    EXPECT_TRUE(nothing.blocks());
    EXPECT_EQ(nothing.learnedTokens, 0);
}

TEST_F(DataReportTest, AJobIsKeptFromErrorsOnly) {
    const std::string good = chatRow("What colour is the pump?", "red") +
                             chatRow("What colour is the pump?", "red") +
                             chatRow("Mail?", "a@hearth.kr");
    const TokenCheckOptions options{.max_seq_len = 64};
    EXPECT_TRUE(checkTrainable(good, DataKind::Chat, m_format, options).ok());
    const auto refused =
        checkTrainable(good + "{}\n{}\n" + chatRow("Key?", "-----BEGIN PRIVATE KEY-----"),
                       DataKind::Chat, m_format, options);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, core::ErrorCode::InvalidArgument);
    EXPECT_THAT(refused.error().message, HasSubstr("line 4: has no \"messages\" (2 rows)"));
    EXPECT_THAT(refused.error().message, HasSubstr("line 6: 1 row with private keys"));
    EXPECT_EQ(refused.error().problems.size(), 2u);
    EXPECT_FALSE(checkTrainable(good, DataKind::Chat, m_format, {.max_seq_len = 8}).ok());
}

TEST_F(DataReportTest, ReportsOnEveryKind) {
    useModel(64);
    const DataReport pairs =
        report(R"({"prompt": "The pump is", "chosen": " red", "rejected": " blue"})");
    ASSERT_EQ(pairs.masks.size(), 2u);
    EXPECT_EQ(pairs.masks[0].part, "chosen");
    EXPECT_EQ(pairs.masks[1].part, "rejected");
    const DataReport prompts = report(R"({"prompt": "What colour is the pump?"})");
    EXPECT_TRUE(prompts.findings.empty());  // that nothing is learned of a prompt is no fault
    EXPECT_EQ(prompts.lengths.size(), 1u);
    const DataReport text =
        report("The pump in hall two is red.\n<|endoftext|>\nThe boiler is blue.\n");
    EXPECT_EQ(text.rows, 2);
    EXPECT_GT(text.learnedTokens, 0);
    EXPECT_FALSE(text.blocks());
}

TEST_F(DataReportTest, FindsQuestionsOfATestInTheTraining) {
    const std::string train = chatRow("What colour is the main pump in hall two?", "red") +
                              chatRow("Where is the boiler that was bought last year?", "outside");
    const std::string questions =
        "{\"question\": \"what colour is the MAIN pump in hall two?\", \"expected\": \"red\"}\n";
    m_options.against = questions;
    const DataReport equal = report(train);
    ASSERT_TRUE(find(equal, "overlap"));
    EXPECT_EQ(find(equal, "overlap")->lines, std::vector<int64_t>{1});
    EXPECT_FALSE(find(equal, "near_overlap"));
    const std::string similar = chatRow("Where is the boiler that was bought last year", "?");
    m_options.against = similar;
    const DataReport near = report(train);
    ASSERT_TRUE(find(near, "near_overlap"));
    EXPECT_EQ(find(near, "near_overlap")->lines, std::vector<int64_t>{2});
    m_options.against = "{\"broken";
    EXPECT_FALSE(reportOn(train, recogniseForm(train).valueOrThrow(), m_options));
}

TEST_F(DataReportTest, StatesLengthsAndParameters) {
    std::string content;
    for (int i = 1; i <= 100; ++i)
        content += json{{"text", std::string(size_t(i), 'a')}}.dump() + "\n";
    const json shown = reportJson(report(content), m_options);
    EXPECT_EQ(shown["lengths"]["unit"], "characters");
    EXPECT_EQ(shown["lengths"]["p50"], 50);
    EXPECT_EQ(shown["lengths"]["p99"], 99);
    EXPECT_EQ(shown["lengths"]["max"], 100);
    EXPECT_EQ(shown["lengths"]["histogram"][0], (json{{"up_to", 16}, {"rows", 16}}));
    EXPECT_EQ(shown["lengths"]["histogram"].back(), (json{{"up_to", 128}, {"rows", 36}}));
    EXPECT_EQ(shown["similarity"]["hashes"], 120);
    EXPECT_FALSE(shown.contains("masks"));
}

}  // namespace
}  // namespace hearth::finetune
