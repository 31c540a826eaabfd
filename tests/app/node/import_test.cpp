#include <gmock/gmock.h>

#include <thread>

#include "app/services/models/import_process.h"
#include "app/worker/import_model.h"
#include "core/crypto/sha256.h"
#include "engine/models/gguf_export.h"
#include "engine/models/model_source.h"
#include "engine/models/source_reference.h"
#include "tests/app/node/node_fixture.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

const std::string kReferenceModel =
    std::string(HEARTH_TEST_DATA_DIR) + "/reference/models/deepseek_v3";

class ImportTest : public NodeFixture {
protected:
    core::Result<json> start(const std::string& name, const std::string& path,
                             const json& options = json::object()) {
        json body = {{"name", name}, {"path", path}};
        body.update(options);
        return client()->post("/api/v1/imports", body);
    }
    json finished(const std::string& name, const std::string& path, const json& options) {
        const auto started = start(name, path, options);
        EXPECT_TRUE(started.ok()) << started.error().text();
        return started ? waitForImport(started->at("id")) : json();
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
        test::spit(directory / "padding.model", "x");
        std::filesystem::resize_file(directory / "padding.model", 3'000'000'000);
        return directory.string();
    }
    size_t leftovers() {
        return test::countFiles(dataDirectory / "models") +
               test::countFiles(dataDirectory / "tmp") +
               test::countFiles(dataDirectory / "imports");
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
    EXPECT_EQ(import.at("bytes_total"), bytes);
    EXPECT_EQ(import.at("progress"), 1.0);
    EXPECT_EQ(test::countFiles(dataDirectory / "imports"), 0u);
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
    EXPECT_EQ(test::countFiles(dataDirectory / "models"), 0u);
    startNode();  // goes on with the first, not with the second
    const json list = client()->get("/api/v1/imports")->at("data");
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list.at(0).at("id"), first->at("id"));
    ASSERT_TRUE(client()
                    ->post("/api/v1/imports/" + first->at("id").get<std::string>() + "/cancel",
                           json::object())
                    .ok());
    waitForImport(first->at("id"));
    EXPECT_EQ(leftovers(), 0u);
    EXPECT_TRUE(client()->get("/api/v1/models")->at("data").empty());
}

TEST_F(ImportTest, ANodeThatStartsAgainGoesOn) {
    const std::string source = slowModel("slow");
    const auto started = start("tiny", source, {{"precision", "int8"}});
    ASSERT_TRUE(started.ok()) << started.error().text();
    stopNode();
    std::filesystem::resize_file(source + "/padding.model", 1);
    startNode();
    const json import = waitForImport(started->at("id"));
    EXPECT_EQ(import.at("status"), "succeeded") << import;
    EXPECT_EQ(import.at("created_at"), started->at("created_at"));
    EXPECT_EQ(client()->get("/api/v1/models/tiny")->at("precision"), "int8");
    EXPECT_EQ(test::countFiles(dataDirectory / "imports"), 0u);
}

TEST_F(ImportTest, AnImportThatTheNodeDiesOverIsGivenUp) {
    stopNode();
    const ImportRecords records(dataDirectory / "imports");
    ASSERT_TRUE(records
                    .save({.id = "import-x",
                           .request = {.name = "tiny", .source = kReferenceModel},
                           .owner = {"system", "default"},
                           .begun = ImportService::kMostBegun})
                    .ok());
    std::filesystem::create_directories(dataDirectory / "imports/import-broken");
    test::spit(dataDirectory / "imports/import-broken/import.json", "{}");
    startNode();
    const json list = client()->get("/api/v1/imports")->at("data");
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list.at(0).at("status"), "failed");
    EXPECT_THAT(list.at(0).at("error").at("message").get<std::string>(), HasSubstr("memory"));
    EXPECT_EQ(leftovers(), 0u);
}

TEST_F(ImportTest, APrecisionIsPackedServedAndReported) {
    const json import = finished("tiny", kReferenceModel, {{"precision", "int8"}});
    ASSERT_EQ(import.at("status"), "succeeded") << import;
    EXPECT_EQ(import.at("precision"), "int8");
    const json model = *client()->get("/api/v1/models/tiny");
    EXPECT_EQ(model.at("precision"), "int8");
    EXPECT_EQ(model.at("dtype"), "Q8");
    const json& report = model.at("quantisation");
    EXPECT_GT(report.at("divergence").at("kl_mean"), 0.0);
    ASSERT_FALSE(report.at("tensors").empty());
    EXPECT_TRUE(std::ranges::any_of(report.at("tensors"), [](const json& tensor) {
        return tensor.at("relative_rms_error").get<double>() > 0;
    }));
    EXPECT_LT(model.at("weight_bytes"),
              std::filesystem::file_size(kReferenceModel + "/model.safetensors"));
}

TEST_F(ImportTest, AReferencedSourceStaysWhereItIs) {
    const json import = finished("tiny", kReferenceModel, {{"source", "reference"}});
    ASSERT_EQ(import.at("status"), "succeeded") << import;
    const auto folder = dataDirectory / "models/tiny";
    EXPECT_FALSE(std::filesystem::exists(folder / "model.safetensors"));
    EXPECT_EQ(*engine::findSource(folder), kReferenceModel);
    EXPECT_TRUE(client()->get("/v1/models/tiny").ok());
}

TEST_F(ImportTest, ABudgetPicksThePrecision) {
    const auto weights = std::filesystem::file_size(kReferenceModel + "/model.safetensors");
    const json fits = finished("small", kReferenceModel, {{"size_budget", weights / 2}});
    ASSERT_EQ(fits.at("status"), "succeeded") << fits;
    const json small = *client()->get("/api/v1/models/small");
    EXPECT_LE(small.at("quantisation").at("bytes"), weights / 2 + (1 << 20));  // and the header
    EXPECT_NE(small.at("precision"), "exact");
    const json none = finished("none", kReferenceModel, {{"size_budget", 1000}});
    EXPECT_EQ(none.at("status"), "failed");
    EXPECT_THAT(none.at("error").at("message").get<std::string>(), HasSubstr("int4"));
    EXPECT_EQ(test::countFiles(dataDirectory / "imports"), 0u);
    const auto both = start("x", kReferenceModel, {{"size_budget", 1000}, {"precision", "int8"}});
    EXPECT_EQ(both.error().context, "precision");
    EXPECT_EQ(start("x", kReferenceModel, {{"precision", "int3"}}).error().context, "precision");
}

TEST_F(ImportTest, ADamagedShardIsRefusedByName) {
    const auto source = folder / "damaged";
    std::filesystem::copy(kReferenceModel, source);
    const std::string good = *core::sha256HexOfFile(source / "model.safetensors");
    test::spit(source / "SHA256SUMS", good + "  model.safetensors\n");
    std::string weights = test::slurp(source / "model.safetensors");
    weights.back() = char(weights.back() ^ 1);
    test::spit(source / "model.safetensors", weights);
    const json import = finished("damaged", source.string(), json::object());
    EXPECT_EQ(import.at("status"), "failed");
    EXPECT_EQ(import.at("error").at("code"), "data_corrupt");
    EXPECT_THAT(import.at("error").at("message").get<std::string>(),
                AllOf(HasSubstr("model.safetensors"), HasSubstr(good)));
    EXPECT_EQ(leftovers(), 0u);
}

TEST_F(ImportTest, APackedDirectoryIsTakenAsItIs) {
    ASSERT_EQ(finished("tiny", kReferenceModel, {{"precision", "mixed"}, {"source", "reference"}})
                  .at("status"),
              "succeeded");
    const std::string packed = (folder / "packed").string();
    std::filesystem::copy(dataDirectory / "models/tiny", packed);
    std::filesystem::remove(packed + "/source.json");
    const json again = finished("again", packed, json::object());
    ASSERT_EQ(again.at("status"), "succeeded") << again;
    const json model = *client()->get("/api/v1/models/again");
    EXPECT_EQ(model.at("precision"), "mixed");
    EXPECT_EQ(test::slurp(dataDirectory / "models/again/model.hearth"),
              test::slurp(packed + "/model.hearth"));
    const json other = finished("other", packed, {{"precision", "bf16"}});
    EXPECT_EQ(other.at("status"), "failed");
    EXPECT_EQ(other.at("error").at("param"), "precision");

    std::string bytes = test::slurp(packed + "/model.hearth");
    bytes[8192] = char(bytes[8192] ^ 1);
    test::spit(packed + "/model.hearth", bytes);
    EXPECT_EQ(finished("bad", packed, json::object()).at("error").at("code"), "data_corrupt");
}

TEST_F(ImportTest, AModelThatCannotFitIsRefusedWithWhatWould) {
    ASSERT_EQ(finished("tiny", kReferenceModel, {{"precision", "f32"}}).at("status"), "succeeded");
    const auto directory = dataDirectory / "models/tiny";
    const auto load = [&](int64_t bytes) {
        return LoadedModel::load(directory, {.threads = 1, .scheduler = {}, .memoryBytes = bytes});
    };
    const auto large = load(8'000'000);
    ASSERT_FALSE(large.ok());
    EXPECT_EQ(large.error().code, core::ErrorCode::ResourceExhausted);
    EXPECT_THAT(large.error().message, AllOf(HasSubstr("precision f32"), HasSubstr("would fit: ")));
    const auto none = load(100'000);
    ASSERT_FALSE(none.ok());
    EXPECT_THAT(none.error().message, HasSubstr("in int4 its weights alone"));
    EXPECT_TRUE(load(1'000'000'000).ok());
}

TEST_F(ImportTest, WhatIsReferencedOrAGgufFileCanBeTuned) {
    const std::filesystem::path reference = kReferenceModel;
    const auto model = engine::openModelSource(reference).valueOrThrow();
    const auto texts = engine::modelTextFiles(reference).valueOrThrow();
    const auto gguf = folder / "any.gguf";
    engine::exportGguf(
        {.config = model.config, .weights = *model.weights, .texts = texts, .name = "x"}, gguf)
        .valueOrThrow();
    ASSERT_EQ(finished("file", gguf.string(), json::object()).at("status"), "succeeded");
    ASSERT_EQ(finished("far", kReferenceModel, {{"source", "reference"}}).at("status"),
              "succeeded");
    const std::string data = upload("data.jsonl", sampleConversations(4));
    for (const char* base : {"file", "far"}) {
        const auto job = client()->post("/v1/fine_tuning/jobs", {{"model", base},
                                                                 {"training_file", data},
                                                                 {"hearth",
                                                                  {{"max_steps", 2},
                                                                   {"batch_tokens", 256},
                                                                   {"max_seq_len", 256},
                                                                   {"lora", {{"r", 2}}}}}});
        ASSERT_TRUE(job.ok()) << job.error().text();
        const json ended =
            waitForJob(job->at("id"), [](const json& j) { return !j.at("finished_at").is_null(); });
        EXPECT_EQ(ended.at("status"), "succeeded") << ended;
    }
}

TEST(ImportProcessTest, AWorkerThatDiesEndsTheImportOnly) {
    const std::atomic<bool> cancel = false;
    test::TempDir folder;
    const auto died = importInWorker(
        "/bin/false",
        writeImportStartLine({{.name = "x", .source = kReferenceModel}, folder / "model"}), cancel,
        [](const ImportEvent&) {});
    ASSERT_FALSE(died.ok());
    EXPECT_THAT(died.error().message, HasSubstr("exit status 1"));
}

TEST(ImportModelTest, WhatIsCopiedAlreadyIsNotCopiedAgain) {
    test::TempDir folder;
    const ImportJob job{{.name = "x", .source = kReferenceModel}, folder / "import/model"};
    const auto stopped = importModel(
        job, [](const char* stage, uint64_t, uint64_t) { return std::string(stage) != "packing"; });
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, core::ErrorCode::Cancelled);
    const auto weights = folder / "import/model/model.safetensors";
    const auto before = std::filesystem::last_write_time(weights);
    test::spit(folder / "import/model/adamw_full.safetensors", "half");  // cut: copied again
    const auto done = importModel(job, [](const char*, uint64_t, uint64_t) { return true; });
    ASSERT_TRUE(done.ok()) << done.error().text();
    EXPECT_EQ(std::filesystem::last_write_time(weights), before);
    for (const auto& file : *done)
        EXPECT_EQ(file.sha256, *core::sha256HexOfFile(folder / "import/model" / file.name));
    EXPECT_EQ(done->size(), test::countFiles(folder / "import/model"));
    EXPECT_EQ(std::filesystem::file_size(folder / "import/model/adamw_full.safetensors"),
              std::filesystem::file_size(kReferenceModel + "/adamw_full.safetensors"));
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
