#include <gmock/gmock.h>

#include <thread>

#include "tests/app/node/node_fixture.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string kReferenceModel =
    std::string(HEARTH_TEST_DATA_DIR) + "/reference/models/deepseek_v3";

class ImportTest : public NodeFixture {
protected:
    core::Result<json> start(const std::string& name, const std::string& path) {
        return client()->post("/api/v1/imports", {{"name", name}, {"path", path}});
    }
    json waitForImport(const std::string& id) {
        auto connection = client();
        for (int i = 0; i < 6000; ++i) {
            const auto import = connection->get("/api/v1/imports/" + id);
            EXPECT_TRUE(import.ok()) << import.error().text();
            if (!import || !import->at("finished_at").is_null())
                return import ? *import : json();
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ADD_FAILURE() << "the import did not end";
        return {};
    }
    /// The reference model with a further file that takes a while to copy. It is sparse.
    std::string slowModel(const std::string& name) {
        const auto directory = folder / name;
        std::filesystem::copy(kReferenceModel, directory);
        test::spit(directory / "padding.txt", "x");
        std::filesystem::resize_file(directory / "padding.txt", 3'000'000'000);
        return directory.string();
    }
    size_t leftovers() {
        return test::countFiles(dataDirectory / "models") + test::countFiles(dataDirectory / "tmp");
    }
};

TEST_F(ImportTest, AnImportIsWatchedUntilItServes) {
    const auto started = start("tiny", kReferenceModel);
    ASSERT_TRUE(started.ok()) << started.error().text();
    EXPECT_EQ(started->at("object"), "hearth.import");
    EXPECT_EQ(started->at("model"), "tiny");
    EXPECT_EQ(started->at("path"), kReferenceModel);
    const json import = waitForImport(started->at("id"));
    ASSERT_EQ(import.at("status"), "succeeded") << import;
    EXPECT_GT(import.at("bytes_total"), 0);
    EXPECT_EQ(import.at("bytes_done"), import.at("bytes_total"));
    EXPECT_TRUE(import.at("error").is_null());
    EXPECT_TRUE(import.at("eta_s").is_null());
    EXPECT_TRUE(client()
                    ->post("/v1/chat/completions",
                           {{"model", "tiny"}, {"messages", userMessage("Hi")}, {"max_tokens", 2}})
                    .ok());
    EXPECT_FALSE(std::filesystem::exists(dataDirectory / "models/tiny/.importing"));
    storage::ModelRepository rows(node->data().control());
    int64_t bytes = 0;
    for (const auto& content : rows.contents(storage::Scope::everything(), "tiny"))
        bytes += content.bytes;
    EXPECT_EQ(import.at("bytes_total"), bytes);  // hashed while it was copied
}

TEST_F(ImportTest, WhatCanBeSeenAtOnceIsRefusedAtOnce) {
    importReferenceModel();
    std::filesystem::create_directories(folder / "empty");
    const auto refusal = [&](const std::string& name, const std::string& path) {
        const auto refused = start(name, path);
        EXPECT_FALSE(refused.ok()) << name;
        return refused ? core::Error{} : refused.error();
    };
    EXPECT_EQ(refusal("a/b", kReferenceModel).context, "name");
    EXPECT_THAT(refusal("tiny", kReferenceModel).message, HasSubstr("already"));
    EXPECT_THAT(refusal("x", "/nowhere").message, HasSubstr("no directory"));
    EXPECT_THAT(refusal("x", (folder / "empty").string()).message, HasSubstr("config.json"));
    EXPECT_TRUE(client()->get("/api/v1/imports")->at("data").size() == 1u);  // that of "tiny"
}

TEST_F(ImportTest, ABrokenModelFailsWithItsReasonAndLeavesNothing) {
    std::filesystem::create_directories(folder / "broken");
    test::spit(folder / "broken/config.json", R"({"architectures": ["NobodyForCausalLM"]})");
    const auto started = start("broken", (folder / "broken").string());
    ASSERT_TRUE(started.ok()) << started.error().text();
    const json import = waitForImport(started->at("id"));
    EXPECT_EQ(import.at("status"), "failed");
    EXPECT_THAT(import.at("error").at("message"), HasSubstr("DeepseekV3ForCausalLM"));
    EXPECT_TRUE(import.at("error").at("code").is_string());
    EXPECT_EQ(leftovers(), 0u);
    EXPECT_TRUE(start("broken", kReferenceModel).ok());  // the name is free again
}

TEST_F(ImportTest, OthersWaitAndNamesAreTakenMeanwhile) {
    const auto first = start("first", slowModel("slow"));
    ASSERT_TRUE(first.ok()) << first.error().text();
    const auto second = start("second", kReferenceModel);
    ASSERT_TRUE(second.ok()) << second.error().text();
    EXPECT_EQ(second->at("status"), "queued");
    EXPECT_THAT(start("second", kReferenceModel).error().message, HasSubstr("being imported"));
    const json list = client()->get("/api/v1/imports")->at("data");
    ASSERT_EQ(list.size(), 2u);
    EXPECT_EQ(list.at(0).at("id"), second->at("id"));

    const std::string path = "/api/v1/imports/" + first->at("id").get<std::string>() + "/cancel";
    ASSERT_TRUE(client()->post(path, json::object()).ok());
    EXPECT_EQ(waitForImport(first->at("id")).at("status"), "cancelled");
    EXPECT_EQ(waitForImport(second->at("id")).at("status"), "succeeded");
    EXPECT_EQ(client()->post(path, json::object()).error().code, core::ErrorCode::Conflict);
    EXPECT_FALSE(std::filesystem::exists(dataDirectory / "models/first"));
    EXPECT_EQ(test::countFiles(dataDirectory / "tmp"), 0u);
}

TEST_F(ImportTest, AWaitingImportIsCancelledAtOnce) {
    const auto first = start("first", slowModel("slow"));
    const auto second = start("second", kReferenceModel);
    ASSERT_TRUE(first.ok() && second.ok());
    const auto cancelled = client()->post(
        "/api/v1/imports/" + second->at("id").get<std::string>() + "/cancel", json::object());
    ASSERT_TRUE(cancelled.ok()) << cancelled.error().text();
    EXPECT_EQ(cancelled->at("status"), "cancelled");
    stopNode();  // in the middle of the first
    EXPECT_EQ(leftovers(), 0u);
    startNode();
    EXPECT_TRUE(client()->get("/api/v1/imports")->at("data").empty());
    EXPECT_TRUE(client()->get("/api/v1/models")->at("data").empty());
}

TEST_F(ImportTest, AStartRemovesWhatAKilledImportLeft) {
    importReferenceModel();
    stopNode();
    std::filesystem::create_directories(dataDirectory / "models/half");
    test::spit(dataDirectory / "models/half/config.json", "{}");
    test::spit(dataDirectory / "models/half/.importing", "");
    test::spit(dataDirectory / "models/tiny/.importing", "");
    std::filesystem::create_directories(dataDirectory / "models/by-hand");
    std::filesystem::create_directories(dataDirectory / "tmp/import-x");
    test::spit(dataDirectory / "tmp/import-x/config.json", "{}");
    startNode();
    EXPECT_FALSE(std::filesystem::exists(dataDirectory / "models/half"));
    EXPECT_FALSE(std::filesystem::exists(dataDirectory / "models/tiny/.importing"));
    EXPECT_TRUE(std::filesystem::exists(dataDirectory / "models/by-hand"));
    EXPECT_EQ(test::countFiles(dataDirectory / "tmp"), 0u);
    EXPECT_TRUE(client()->get("/v1/models/tiny").ok());
}

TEST_F(ImportTest, OnlyThoseWhoManageModelsImport) {
    const auto key =
        client()->post("/api/v1/keys", {{"name", "k"}, {"permissions", {"models.use"}}});
    ASSERT_TRUE(key.ok());
    const std::string secret = key->at("key");
    EXPECT_EQ(client(secret)->get("/api/v1/imports").error().code,
              core::ErrorCode::PermissionDenied);
    EXPECT_EQ(client(secret)
                  ->post("/api/v1/imports", {{"name", "x"}, {"path", kReferenceModel}})
                  .error()
                  .code,
              core::ErrorCode::PermissionDenied);
    EXPECT_EQ(client()->get("/api/v1/imports/import-none").error().code, core::ErrorCode::NotFound);
}

}  // namespace
}  // namespace hearth::app
