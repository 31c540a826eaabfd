// Reports on data, versions of data sets and lineage, through the API.
#include <gmock/gmock.h>

#include <set>

#include "core/crypto/sha256.h"
#include "tests/app/node/node_fixture.h"
#include "tests/support/chat_row.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;

using test::chatRow;

class DatasetRoutesTest : public NodeFixture {
protected:
    json post(const std::string& path, const json& body) {
        const auto answer = client()->post(path, body);
        EXPECT_TRUE(answer.ok()) << answer.error().text();
        return answer ? *answer : json::object();
    }
    json get(const std::string& path) {
        const auto answer = client()->get(path);
        EXPECT_TRUE(answer.ok()) << answer.error().text();
        return answer ? *answer : json::object();
    }
    json commit(const std::string& name, const std::string& text) {
        return post("/api/v1/datasets", {{"name", name}, {"file_id", upload("data.jsonl", text)}});
    }
    static std::set<std::string> codesOf(const json& report) {
        std::set<std::string> codes;
        for (const json& finding : report.at("findings"))
            codes.insert(finding.at("code"));
        return codes;
    }
    /// Rows of a stored file, as text.
    std::vector<std::string> rowsOf(const std::string& fileId) {
        std::vector<std::string> rows;
        const json answer = get("/api/v1/files/" + fileId + "/rows?limit=500");
        for (const json& row : answer.at("data"))
            rows.push_back(row.at("row").dump());
        EXPECT_FALSE(rows.empty());
        return rows;
    }
};

TEST_F(DatasetRoutesTest, AReportShowsWhatTheModelLearnsAndWhatIsWrong) {
    importReferenceModel();
    const std::string id = upload(
        "data.jsonl", chatRow("Who is on duty?", "Frau Kim, kim@hearth.kr, 010-1234-5678") +
                          chatRow("Who is on duty?", "Frau Kim, kim@hearth.kr, 010-1234-5678"));
    const json report = get("/api/v1/files/" + id + "/report?model=tiny&preview=1");
    EXPECT_EQ(report.at("object"), "dataset.report");
    EXPECT_EQ(report.at("file_id"), id);
    EXPECT_EQ(report.at("trainable"), true);
    EXPECT_EQ(codesOf(report), (std::set<std::string>{"email", "phone", "duplicates"}));
    EXPECT_EQ(report.at("lengths").at("unit"), "tokens");
    EXPECT_GT(report.at("learned_tokens"), 0);
    ASSERT_EQ(report.at("masks").size(), 1u);
    EXPECT_THAT(report.dump(), Not(HasSubstr("kim@hearth.kr")));
    EXPECT_THAT(report.dump(), Not(HasSubstr("1234-5678")));

    EXPECT_EQ(get("/api/v1/files/" + id + "/report").at("lengths").at("unit"), "characters");
    const json narrow = get("/api/v1/files/" + id + "/report?model=tiny&max_seq_len=8");
    EXPECT_EQ(narrow.at("trainable"), false);
    EXPECT_TRUE(codesOf(narrow).count("too_long"));
    EXPECT_EQ(client()->get("/api/v1/files/" + id + "/report?model=nobody").error().code,
              core::ErrorCode::NotFound);
    EXPECT_EQ(client()->get("/api/v1/files/" + id + "/report?preview=21").error().context,
              "preview");
    EXPECT_EQ(client()->get("/api/v1/files/" + id + "/report?against=file-none").error().context,
              "against");
}

TEST_F(DatasetRoutesTest, AFileIsCheckedWithoutBeingStored) {
    test::spit(folder / "train.csv", "prompt,completion\nWhat is the code of door seven?,77\n");
    test::spit(folder / "test.jsonl",
               "{\"question\": \"What is the code of door seven?\", "
               "\"expected\": \"77\"}\n");
    const auto report =
        client()->postFiles("/api/v1/files/check",
                            {{"file", folder / "train.csv"}, {"against", folder / "test.jsonl"}});
    ASSERT_TRUE(report.ok()) << report.error().text();
    EXPECT_EQ(report->at("form"), "trl_completion");
    EXPECT_EQ(codesOf(*report), (std::set<std::string>{"overlap"}));
    EXPECT_TRUE(get("/v1/files").at("data").empty());
    EXPECT_EQ(test::countFiles(dataDirectory / "blobs"), 0u);
}

TEST_F(DatasetRoutesTest, VersionsCountUpAndNeverChange) {
    const json first = commit("handbook", chatRow("a?", "1") + chatRow("b?", "2"));
    EXPECT_EQ(first.at("object"), "dataset.version");
    EXPECT_EQ(first.at("dataset"), "handbook");
    EXPECT_EQ(first.at("number"), 1);
    EXPECT_EQ(first.at("rows"), 2);
    EXPECT_EQ(first.at("kind"), "chat");
    EXPECT_EQ(first.at("source").at("form"), "messages");
    const json same = commit("handbook", chatRow("a?", "1") + chatRow("b?", "2"));
    EXPECT_EQ(same.at("id"), first.at("id"));  // the same content is the same version
    const json second =
        commit("handbook", chatRow("b?", "3") + chatRow("c?", "4") + chatRow("d?", "5"));
    EXPECT_EQ(second.at("number"), 2);
    EXPECT_NE(second.at("sha256"), first.at("sha256"));

    EXPECT_EQ(get("/api/v1/datasets").at("data").size(), 1u);
    EXPECT_EQ(get("/api/v1/datasets/handbook").at("newest").at("number"), 2);
    EXPECT_EQ(get("/api/v1/datasets/handbook/versions").at("data").size(), 2u);
    const auto refused = client()->remove("/v1/files/" + first.at("file_id").get<std::string>());
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, core::ErrorCode::Conflict);
    EXPECT_EQ(rowsOf(first.at("file_id")).size(), 2u);

    const json diff = get("/api/v1/datasets/handbook/diff?from=1&to=2&limit=1");
    EXPECT_EQ(diff.at("added"), 2);
    EXPECT_EQ(diff.at("removed"), 1);
    EXPECT_EQ(diff.at("changed"), 1);
    EXPECT_EQ(diff.at("unchanged"), 0);
    EXPECT_EQ(diff.at("added_rows").size(), 1u);
    EXPECT_THAT(diff.at("changed_rows").at(0).at("before").dump(), HasSubstr("\"2\""));
    EXPECT_THAT(diff.at("changed_rows").at(0).at("after").dump(), HasSubstr("\"3\""));
}

TEST_F(DatasetRoutesTest, AVersionIsTheSameInWhateverFormItsRowsCame) {
    const json chats = commit("one", chatRow("물?", "water"));
    test::spit(folder / "alpaca.json", R"([{"instruction": "물?", "output": "water"}])");
    const auto file = client()->upload("/v1/files", "fine-tune", folder / "alpaca.json");
    ASSERT_TRUE(file.ok()) << file.error().text();
    const json alpaca = post("/api/v1/datasets", {{"name", "two"}, {"file_id", file->at("id")}});
    EXPECT_EQ(alpaca.at("sha256"), chats.at("sha256"));
    EXPECT_EQ(alpaca.at("source").at("container"), "json");
}

TEST_F(DatasetRoutesTest, OtherKindsNamesAndFilesAreRefused) {
    commit("handbook", chatRow("a?", "1"));
    const std::string pairs =
        upload("p.jsonl", R"({"prompt": "a", "chosen": "b", "rejected": "c"})");
    const auto refused = [&](const json& body) {
        const auto answer = client()->post("/api/v1/datasets", body);
        return answer ? core::Error{} : answer.error();
    };
    EXPECT_THAT(refused({{"name", "handbook"}, {"file_id", pairs}}).message,
                HasSubstr("of kind chat"));
    EXPECT_EQ(refused({{"name", "a/b"}, {"file_id", pairs}}).context, "name");
    EXPECT_EQ(refused({{"name", ""}, {"file_id", pairs}}).context, "name");
    EXPECT_EQ(refused({{"name", "x"}, {"file_id", "file-none"}}).context, "file_id");
    EXPECT_EQ(client()->get("/api/v1/datasets/nobody").error().code, core::ErrorCode::NotFound);
    EXPECT_EQ(client()->get("/api/v1/datasets/handbook/diff?from=7").error().code,
              core::ErrorCode::NotFound);
    // What was refused left nothing but the two uploads and the one version with its row hashes.
    EXPECT_EQ(test::countFiles(dataDirectory / "blobs"), 4u);
}

TEST_F(DatasetRoutesTest, ASplitKeepsRowsInTheirPartsWhenOthersCome) {
    std::string few = sampleConversations(200), more = few;
    for (int i = 0; i < 50; ++i)
        more += chatRow("new " + std::to_string(i), "x");
    commit("doors", few);
    const json request = {{"seed", 3}, {"parts", {{"train", 0.8}, {"test", 0.2}}}};
    const json before = post("/api/v1/datasets/doors/split", request);
    ASSERT_EQ(before.at("data").size(), 2u);
    EXPECT_EQ(before.at("data").at(0).at("dataset"), "doors.test");
    EXPECT_EQ(before.at("data").at(1).at("source").at("split").at("share"), 0.8);
    EXPECT_EQ(before.at("data").at(0).at("rows").get<int>() +
                  before.at("data").at(1).at("rows").get<int>(),
              200);
    commit("doors", more);
    const json after = post("/api/v1/datasets/doors/split", request);
    const auto old = rowsOf(before.at("data").at(0).at("file_id"));
    const auto now = rowsOf(after.at("data").at(0).at("file_id"));
    const std::set<std::string> nowSet(now.begin(), now.end());
    for (const std::string& row : old)
        EXPECT_TRUE(nowSet.count(row)) << row;
    EXPECT_EQ(client()
                  ->post("/api/v1/datasets/doors/split", {{"parts", {{"a", 0.7}, {"b", 0.4}}}})
                  .error()
                  .context,
              "parts");
}

TEST_F(DatasetRoutesTest, ASplitStoresAllPartsOrNone) {
    commit("doors", sampleConversations(100));
    commit("doors.b", R"({"prompt": "Door?", "chosen": "Red.", "rejected": "Blue."})"
                      "\n");
    const auto refused = client()->post("/api/v1/datasets/doors/split",
                                        {{"seed", 3}, {"parts", {{"a", 0.5}, {"b", 0.5}}}});
    EXPECT_THAT(refused.error().message, HasSubstr("holds data of kind preference"));
    EXPECT_EQ(client()->get("/api/v1/datasets/doors.a").error().code, core::ErrorCode::NotFound);
}

TEST_F(DatasetRoutesTest, AMixHasItsSourcesSharesAndIsTheSameAgain) {
    std::string other;
    for (int i = 0; i < 40; ++i)
        other += chatRow("other " + std::to_string(i), "y");
    commit("doors", sampleConversations(40));
    commit("others", other);
    const json request = {{"name", "mixed"},
                          {"seed", 1},
                          {"sources",
                           {{{"dataset", "doors"}, {"weight", 3}},
                            {{"dataset", "others"}, {"version", 1}, {"weight", 1}}}}};
    const json mixed = post("/api/v1/datasets/mix", request);
    EXPECT_EQ(mixed.at("rows"), 53);  // 40 / 0.75
    EXPECT_EQ(mixed.at("source").at("mix").at("sources").size(), 2u);
    EXPECT_EQ(post("/api/v1/datasets/mix", request).at("id"), mixed.at("id"));
    int64_t doors = 0;
    for (const std::string& row : rowsOf(mixed.at("file_id")))
        doors += row.find("door") != std::string::npos;
    EXPECT_EQ(doors, 40);
}

TEST_F(DatasetRoutesTest, AVersionTrainsAndLineageSaysWhoSawARow) {
    importReferenceModel();
    const json version = commit("doors", sampleConversations(8));
    const std::string file = version.at("file_id");
    const json job =
        post("/v1/fine_tuning/jobs",
             {{"model", "tiny"}, {"training_file", file}, {"hearth", {{"max_steps", 2}}}});
    const std::string id = job.at("id");
    const json done = waitForJob(id, [](const json& j) {
        return j.at("status") == "succeeded" || j.at("status") == "failed";
    });
    ASSERT_EQ(done.at("status"), "succeeded") << done;
    const json row = get("/api/v1/files/" + file + "/rows").at("data").at(3);
    const std::string hash = row.at("hash");
    EXPECT_EQ(hash, core::sha256Hex(row.at("row").dump()));
    const json seen = get("/api/v1/lineage/" + hash);
    ASSERT_EQ(seen.at("files").size(), 1u);
    EXPECT_EQ(seen.at("files").at(0).at("dataset"), "doors");
    EXPECT_EQ(seen.at("files").at(0).at("version"), 1);
    ASSERT_EQ(seen.at("jobs").size(), 1u);
    EXPECT_EQ(seen.at("jobs").at(0).at("job_id"), id);
    EXPECT_EQ(seen.at("jobs").at(0).at("role"), "training");
    EXPECT_EQ(seen.at("jobs").at(0).at("fine_tuned_model"), done.at("fine_tuned_model"));
    EXPECT_EQ(seen.at("jobs").at(0).at("model_exists"), true);
    EXPECT_TRUE(get("/api/v1/lineage/" + std::string(64, '0')).at("jobs").empty());
    EXPECT_EQ(client()->get("/api/v1/lineage/abc").error().context, "row_hash");

    // It is known after the data is gone.
    ASSERT_TRUE(client()->remove("/api/v1/datasets/doors").ok());
    const json after = get("/api/v1/lineage/" + hash);
    ASSERT_EQ(after.at("files").size(), 1u);
    EXPECT_EQ(after.at("files").at(0).at("deleted"), true);
    EXPECT_EQ(after.at("jobs").size(), 1u);
}

TEST_F(DatasetRoutesTest, ErrorsKeepAJobFromStartingAndWarningsDoNot) {
    importReferenceModel();
    const auto start = [&](const std::string& text) {
        return client()->post("/v1/fine_tuning/jobs", {{"model", "tiny"},
                                                       {"training_file", upload("d.jsonl", text)},
                                                       {"hearth", {{"max_steps", 1}}}});
    };
    const auto refused = start(chatRow("Key?", "-----BEGIN PRIVATE KEY-----"));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().context, "training_file");
    EXPECT_THAT(refused.error().message, HasSubstr("line 1: 1 row with private keys"));
    EXPECT_TRUE(start(chatRow("Mail?", "kim@hearth.kr") + chatRow("Mail?", "kim@hearth.kr")).ok());
}

TEST_F(DatasetRoutesTest, RowsOfSeveralLinesTrain) {
    importReferenceModel();
    const std::string lines = "\"one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\"";
    test::spit(folder / "long.csv", "prompt,completion\n" + lines + "," + lines + "\n");
    const auto file = client()->upload("/v1/files", "fine-tune", folder / "long.csv");
    ASSERT_TRUE(file.ok()) << file.error().text();
    const json job = post(
        "/v1/fine_tuning/jobs",
        {{"model", "tiny"}, {"training_file", file->at("id")}, {"hearth", {{"max_steps", 1}}}});
    const json done = waitForJob(job.at("id"), [](const json& j) {
        return j.at("status") == "succeeded" || j.at("status") == "failed";
    });
    EXPECT_EQ(done.at("status"), "succeeded") << done;
}

TEST_F(DatasetRoutesTest, LineageKnowsFilesThatWereTrainedOnDirectly) {
    importReferenceModel();
    const std::string text = sampleConversations(4);
    const std::string file = upload("plain.jsonl", text);
    const json row = get("/api/v1/files/" + file + "/rows").at("data").at(0);
    EXPECT_TRUE(get("/api/v1/lineage/" + row.at("hash").get<std::string>()).at("files").empty());
    const json job =
        post("/v1/fine_tuning/jobs",
             {{"model", "tiny"}, {"training_file", file}, {"hearth", {{"max_steps", 1}}}});
    waitForJob(job.at("id"), [](const json& j) { return j.at("status") == "succeeded"; });
    ASSERT_TRUE(client()->remove("/v1/files/" + file).ok());
    const json seen = get("/api/v1/lineage/" + row.at("hash").get<std::string>());
    ASSERT_EQ(seen.at("jobs").size(), 1u);
    EXPECT_EQ(seen.at("files").at(0).at("deleted"), true);
}

TEST_F(DatasetRoutesTest, AnotherDepartmentSeesNeitherVersionsNorLineage) {
    const json version = commit("doors", sampleConversations(2));
    const Principal stranger{PrincipalKind::User, "u", "u", "other", defaultKeyPermissions()};
    EXPECT_EQ(node->datasets().find(stranger, "doors").error().code, core::ErrorCode::NotFound);
    EXPECT_EQ(node->datasets().version(stranger, {version.at("dataset_id"), 1}).error().code,
              core::ErrorCode::NotFound);
    EXPECT_TRUE(node->datasets().list(stranger, {}).items.empty());
    const std::string hash =
        get("/api/v1/files/" + version.at("file_id").get<std::string>() + "/rows")
            .at("data")
            .at(0)
            .at("hash");
    const auto seen = node->lineage().of(stranger, hash);
    ASSERT_TRUE(seen.ok());
    EXPECT_TRUE(seen->holders.empty());
}

}  // namespace
}  // namespace hearth::app
