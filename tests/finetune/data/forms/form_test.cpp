// Every form: recognised from its rows, and mapped to what Hearth trains on.
#include "finetune/data/forms/form.h"

#include <gtest/gtest.h>

#include "finetune/data/chat_dataset.h"
#include "finetune/data/forms/recognise.h"
#include "finetune/data/preference_dataset.h"
#include "finetune/data/prompt_dataset.h"

namespace hearth::finetune {
namespace {

using nlohmann::json;

struct Spelling {
    const char* form;
    DataKind kind;
    const char* row;
    const char* mapped;
};

const Spelling kSpellings[] = {
    {"messages", DataKind::Chat,
     R"({"messages": [{"role": "user", "content": "밸브는?"}, {"role": "assistant", "content": "4417"}]})",
     R"({"messages": [{"role": "user", "content": "밸브는?"}, {"role": "assistant", "content": "4417"}]})"},
    {"prompt_messages", DataKind::Prompt,
     R"({"messages": [{"role": "user", "content": "1+2?"}], "sum": 3})",
     R"({"messages": [{"role": "user", "content": "1+2?"}], "sum": 3})"},
    {"openai_preference", DataKind::Preference,
     R"({"input": {"messages": [{"role": "user", "content": "a"}]}, "preferred_output": [{"role": "assistant", "content": "b"}], "non_preferred_output": [{"role": "assistant", "content": "c"}]})",
     R"({"input": {"messages": [{"role": "user", "content": "a"}]}, "preferred_output": [{"role": "assistant", "content": "b"}], "non_preferred_output": [{"role": "assistant", "content": "c"}]})"},
    {"trl_preference", DataKind::Preference, R"({"prompt": "a", "chosen": "b", "rejected": "c"})",
     R"({"prompt": "a", "chosen": "b", "rejected": "c"})"},
    {"sharegpt", DataKind::Chat,
     R"({"conversations": [{"from": "human", "value": "안녕"}, {"from": "gpt", "value": "안녕하세요"}], "system": "Be kind."})",
     R"({"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "안녕"}, {"role": "assistant", "content": "안녕하세요"}]})"},
    {"alpaca", DataKind::Chat,
     R"({"instruction": "Translate.", "input": "물", "output": "water", "history": [["q", "a"]]})",
     R"({"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a", "weight": 0}, {"role": "user", "content": "Translate.\n\n물"}, {"role": "assistant", "content": "water"}]})"},
    {"trl_completion", DataKind::Chat,
     R"({"prompt": "The pump is", "completion": " red", "id": 7})",
     R"({"prompt": "The pump is", "completion": " red"})"},
    {"trl_prompt", DataKind::Prompt, R"({"prompt": "1+2?", "sum": 3})",
     R"({"messages": [{"role": "user", "content": "1+2?"}], "sum": 3})"},
    {"text", DataKind::Text, R"({"text": "A document.", "source": "x"})",
     R"({"text": "A document."})"},
};

void PrintTo(const Spelling& spelling, std::ostream* out) {
    *out << spelling.form;
}

class FormTest : public testing::TestWithParam<Spelling> {};

TEST_P(FormTest, IsRecognisedAndMapped) {
    const json row = json::parse(GetParam().row);
    const auto found = recogniseForm(row.dump());
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_STREQ(found->form->name, GetParam().form);
    EXPECT_EQ(found->form->kind, GetParam().kind);
    const auto mapped = found->form->map(row);
    ASSERT_TRUE(mapped) << mapped.error().text();
    EXPECT_EQ(*mapped, json::parse(GetParam().mapped));
}

TEST_P(FormTest, IsReadByTheReaderOfItsKind) {
    const std::string text = json::parse(GetParam().row).dump();
    const DataKind kind = GetParam().kind;
    EXPECT_EQ(readChatDataset(text, "x").ok(), kind == DataKind::Chat);
    EXPECT_EQ(readPreferenceDataset(text, "x").ok(), kind == DataKind::Preference);
    EXPECT_EQ(readPromptDataset(text, "x").ok(), kind == DataKind::Prompt);
    if (kind == DataKind::Text)
        EXPECT_EQ(readDocuments(text, "x").valueOrThrow(), std::vector<std::string>{"A document."});
}

TEST_P(FormTest, MapsToARowOfItsOwnKindThatStaysAsItIs) {
    const auto again = recogniseForm(json::parse(GetParam().mapped).dump());
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(again->form->kind, GetParam().kind);
    EXPECT_EQ(again->form->map(json::parse(GetParam().mapped)).valueOrThrow(),
              json::parse(GetParam().mapped));
}

INSTANTIATE_TEST_SUITE_P(All, FormTest, testing::ValuesIn(kSpellings),
                         [](const auto& info) { return std::string(info.param.form); });

TEST(FormRegistry, EveryFormHasASpellingHere) {
    for (const Form* form : allForms()) {
        EXPECT_EQ(findForm(form->name), form);
        EXPECT_TRUE(std::any_of(std::begin(kSpellings), std::end(kSpellings), [&](const auto& s) {
            return s.form == std::string(form->name);
        })) << form->name;
    }
    EXPECT_EQ(findForm("robot"), nullptr);
}

std::string errorOf(const char* row) {
    const json value = json::parse(row);
    const Form* form = formOfRow(value);
    if (!form)
        return "no form";
    const auto mapped = form->map(value);
    return mapped ? "" : mapped.error().message;
}

TEST(FormErrors, NameWhatIsWrong) {
    EXPECT_NE(errorOf(R"({"conversations": [{"from": "robot", "value": "x"}]})").find("'robot'"),
              std::string::npos);
    EXPECT_NE(errorOf(R"({"conversations": []})").find("at least one"), std::string::npos);
    EXPECT_NE(errorOf(R"({"conversations": [{"from": "gpt"}]})").find("conversations[0]"),
              std::string::npos);
    EXPECT_NE(errorOf(R"({"instruction": 3, "output": "x"})").find("instruction"),
              std::string::npos);
    EXPECT_NE(errorOf(R"({"instruction": "", "input": "", "output": "x"})").find("both empty"),
              std::string::npos);
    EXPECT_NE(errorOf(R"({"instruction": "a", "output": "x", "history": [["b"]]})").find("history"),
              std::string::npos);
    EXPECT_EQ(errorOf(R"({"prompt": "a", "completion": ""})"), "completion is empty");
    EXPECT_NE(errorOf(R"({"prompt": "a", "completion": ["b"]})").find("two texts"),
              std::string::npos);
    EXPECT_NE(errorOf(R"({"prompt": ""})").find("prompt must be"), std::string::npos);
    EXPECT_EQ(errorOf(R"({"text": " "})"), "text is empty");
    EXPECT_EQ(errorOf(R"({"question": "x"})"), "no form");
}

TEST(FormErrors, BadCompletionsOfUnpairedPreferencesAreNotLearned) {
    EXPECT_NE(errorOf(R"({"prompt": "a", "completion": "b", "label": false})").find("unpaired"),
              std::string::npos);
}

TEST(CompletionForm, OfAConversationOnlyTheCompletionIsLearned) {
    const auto examples = readChatDataset(
        R"({"prompt": [{"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}], "completion": [{"role": "assistant", "content": "c"}]})",
        "x");
    ASSERT_TRUE(examples) << examples.error().text();
    EXPECT_EQ((*examples)[0].learned, (std::vector<bool>{false, true}));
}

TEST(CompletionForm, OfTextOnlyTheCompletionIsLearned) {
    const auto examples = readChatDataset(R"({"prompt": "a", "completion": "b"})", "x");
    ASSERT_TRUE(examples) << examples.error().text();
    ASSERT_TRUE((*examples)[0].text);
    EXPECT_EQ((*examples)[0].text->prompt, "a");
    EXPECT_EQ((*examples)[0].text->answer, "b");
}

TEST(ShareGptForm, KeepsToolsAndWeights) {
    const auto examples = readChatDataset(
        R"({"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b", "weight": 0}, {"from": "observation", "value": "7"}, {"from": "gpt", "value": "c"}], "tools": "[{\"type\": \"function\"}]"})",
        "x");
    ASSERT_TRUE(examples) << examples.error().text();
    EXPECT_EQ((*examples)[0].learned, (std::vector<bool>{false, true}));
    EXPECT_EQ((*examples)[0].messages[2]["role"], "tool");
    EXPECT_EQ((*examples)[0].tools.size(), 1u);
}

TEST(Recognise, MostOfTheFirstRowsDecide) {
    const auto found = recogniseForm(
        "{\"text\": \"x\"}\n{\"instruction\": \"a\", \"output\": \"b\"}\nbroken\n"
        "{\"instruction\": \"c\", \"output\": \"d\"}\n");
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_STREQ(found->form->name, "alpaca");
}

TEST(Recognise, AnUnknownFormIsNamedByItsFieldsWithTheKnownOnes) {
    const auto found = recogniseForm("\n{\"question\": \"a\", \"answer\": \"b\"}\n");
    ASSERT_FALSE(found);
    EXPECT_NE(found.error().message.find("line 2: has the fields (answer, question)"),
              std::string::npos);
    EXPECT_NE(found.error().message.find("instruction, input, output"), std::string::npos);
    ASSERT_EQ(found.error().problems.size(), 1u);
    EXPECT_EQ(found.error().problems[0].line, 2);
}

}  // namespace
}  // namespace hearth::finetune
