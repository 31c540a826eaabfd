#include <gtest/gtest.h>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "finetune/data/chat_dataset.h"
#include "finetune/eval/answer_match.h"

namespace hearth::finetune {
namespace {

using nlohmann::json;

const std::string kHandbook = HEARTH_TEST_DATA_DIR "/../../app/demo/handbook/";

std::string readAll(const std::string& name) {
    std::ifstream file(kHandbook + name);
    EXPECT_TRUE(file) << name;
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<json> readLines(const std::string& name) {
    std::istringstream text(readAll(name));
    std::vector<json> rows;
    for (std::string line; std::getline(text, line);)
        rows.push_back(json::parse(line));
    return rows;
}

struct Fact {
    json entry;
    std::vector<std::string> questions;  // that train.jsonl asks about it
};

/// Facts by id, their questions taken from train.jsonl: there the answer names the fact.
std::map<std::string, Fact> readFacts() {
    std::map<std::string, Fact> facts;
    std::map<std::string, std::string> idOfAnswer;
    const json document = json::parse(readAll("facts.json"));
    for (const json& entry : document["facts"]) {
        facts[entry["id"]].entry = entry;
        idOfAnswer[entry["answer"]] = entry["id"];
    }
    for (const json& row : readLines("train.jsonl")) {
        const auto found = idOfAnswer.find(row["messages"][1]["content"]);
        EXPECT_NE(found, idOfAnswer.end()) << row.dump();
        if (found != idOfAnswer.end())
            facts[found->second].questions.push_back(row["messages"][0]["content"]);
    }
    return facts;
}

/// The way of asking: the question without the thing that it names.
std::string pattern(std::string question, const json& fact) {
    const std::string entity = fact["entity"];
    const size_t at = question.find(entity);
    EXPECT_NE(at, std::string::npos) << question;
    question.replace(at, entity.size(), "{}");
    if (fact.contains("what"))
        for (const char* article : {"the ", "The "}) {
            const std::string named = article + fact["what"].get<std::string>() + " {}";
            if (const size_t begin = question.find(named); begin != std::string::npos)
                question.replace(begin, named.size(), "{}");
        }
    return question;
}

class HandbookTest : public testing::Test {
protected:
    std::map<std::string, Fact> m_facts = readFacts();
};

TEST_F(HandbookTest, HoldsAtLeast200FactsEachTrainedInSeveralWordings) {
    EXPECT_GE(m_facts.size(), 200u);
    for (const auto& [id, fact] : m_facts) {
        EXPECT_GE(std::set(fact.questions.begin(), fact.questions.end()).size(), 3u) << id;
        EXPECT_TRUE(answerContains(fact.entry["answer"].get<std::string>(),
                                   fact.entry["value"].get<std::string>()))
            << id;
    }
}

TEST_F(HandbookTest, TrainingDataPassesTheCheckOfUploads) {
    const auto examples = readChatDataset(readAll("train.jsonl"), "train.jsonl");
    ASSERT_TRUE(examples) << examples.error().text();
    EXPECT_GE(examples->size(), 3 * m_facts.size());
}

TEST_F(HandbookTest, TrainedQuestionsAreTrainedOnes) {
    std::set<std::string> tested;
    for (const json& row : readLines("test_trained.jsonl")) {
        const Fact& fact = m_facts.at(row["fact"]);
        EXPECT_EQ(row["expected"], fact.entry["value"]);
        EXPECT_EQ(std::ranges::count(fact.questions, row["question"].get<std::string>()), 1);
        tested.insert(row["fact"]);
    }
    EXPECT_EQ(tested.size(), m_facts.size());
}

TEST_F(HandbookTest, RewordedQuestionsAreFarFromEveryTrainedOneOfTheFact) {
    std::set<std::string> tested;
    for (const json& row : readLines("test_reworded.jsonl")) {
        const Fact& fact = m_facts.at(row["fact"]);
        const std::string question = row["question"];
        EXPECT_EQ(row["expected"], fact.entry["value"]);
        ASSERT_FALSE(fact.questions.empty());
        for (const std::string& trained : fact.questions)
            EXPECT_LT(rougeL(question, trained), 0.5) << question << " / " << trained;
        tested.insert(row["fact"]);
    }
    EXPECT_EQ(tested.size(), m_facts.size());
}

TEST_F(HandbookTest, StyleSaysWhetherTheWayOfAskingWasTrained) {
    std::set<std::string> trained;
    for (const auto& [id, fact] : m_facts)
        for (const std::string& question : fact.questions)
            trained.insert(pattern(question, fact.entry));
    std::map<std::string, int> styles;
    for (const json& row : readLines("test_reworded.jsonl")) {
        const bool seen = trained.contains(pattern(row["question"], m_facts.at(row["fact"]).entry));
        EXPECT_EQ(row["style"], seen ? "seen" : "unseen") << row["question"];
        ++styles[row["style"]];
    }
    EXPECT_GE(styles["unseen"], 100);
}

}  // namespace
}  // namespace hearth::finetune
