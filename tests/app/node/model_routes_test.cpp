#include <gmock/gmock.h>

#include <thread>

#include "core/crypto/sha256.h"
#include "engine/formats/packed_stamp.h"
#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"
#include "tests/app/node/node_fixture.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string kReferenceModel =
    std::string(HEARTH_TEST_DATA_DIR) + "/reference/models/deepseek_v3";

class ModelRoutesTest : public NodeFixture {
protected:
    json get(const std::string& path) {
        const auto answer = client()->get(path);
        EXPECT_TRUE(answer.ok()) << path << ": " << answer.error().text();
        return answer ? *answer : json();
    }
    /// Adds the reference model's adapter as a job would have published it.
    void addAdapter(const std::string& name) {
        storage::ModelRepository rows(node->data().control());
        const storage::Owner owner{"system", "default"};
        std::vector<storage::ModelFile> files;
        for (const char* file : {"adapter_config.json", "adapter_model.safetensors"}) {
            auto blob = node->data().blobs().putFile(owner, kReferenceModel + "/lora/" + file);
            ASSERT_TRUE(blob.ok()) << blob.error().text();
            files.push_back({file, *blob});
        }
        ASSERT_TRUE(rows.create({.id = name,
                                 .owner = owner,
                                 .kind = storage::ModelKind::Adapter,
                                 .baseModelId = "tiny",
                                 .createdAt = 1},
                                files)
                        .ok());
    }
    core::Result<json> chat(const std::string& model) {
        return client()->post(
            "/v1/chat/completions",
            {{"model", model}, {"messages", userMessage("Hi")}, {"max_tokens", 2}});
    }
    void restart() {
        stopNode();
        startNode();
    }
};

TEST_F(ModelRoutesTest, AListEntrySaysHowAModelStands) {
    importReferenceModel();
    const json row = get("/api/v1/models").at("data").at(0);
    EXPECT_EQ(row.at("id"), "tiny");
    EXPECT_EQ(row.at("served"), true);
    EXPECT_EQ(row.at("wanted"), true);
    EXPECT_TRUE(row.at("load_error").is_null());
    EXPECT_EQ(row.at("architecture"), "DeepseekV3ForCausalLM");
    EXPECT_EQ(row.at("tunable"), true);
    EXPECT_GT(row.at("bytes"), std::filesystem::file_size(kReferenceModel + "/model.safetensors"));
}

TEST_F(ModelRoutesTest, DetailsNameEveryFileWithItsHash) {
    importReferenceModel();
    const json model = get("/api/v1/models/tiny");
    int64_t bytes = 0;
    bool weights = false, packed = false;
    for (const json& file : model.at("files")) {
        const std::string name = file.at("name");
        bytes += file.at("bytes").get<int64_t>();
        weights = weights || name == "model.safetensors";
        packed = packed || name == "model.hearth";
        const std::filesystem::path original = std::filesystem::path(kReferenceModel) / name;
        EXPECT_EQ(file.at("sha256"),
                  *core::sha256HexOfFile(std::filesystem::exists(original)
                                             ? original
                                             : dataDirectory / "models/tiny" / name))
            << name;
    }
    EXPECT_TRUE(weights);
    EXPECT_TRUE(packed);
    EXPECT_EQ(model.at("bytes"), bytes);
    storage::ModelRepository rows(node->data().control());
    EXPECT_EQ(rows.contents(storage::Scope::everything(), "tiny").size(), model.at("files").size());
}

TEST_F(ModelRoutesTest, DetailsHaveTheSizesOfTheArchitecture) {
    importReferenceModel();
    const json model = get("/api/v1/models/tiny");
    const auto config = *engine::readModelConfig(kReferenceModel);
    EXPECT_EQ(model.at("heads"), config.num_attention_heads);
    EXPECT_EQ(model.at("kv_lora_rank"), config.kv_lora_rank);
    EXPECT_EQ(model.at("moe_layers"), config.num_hidden_layers - config.first_k_dense_replace);
    const auto weights = *engine::openWeightDirectory(kReferenceModel);
    int64_t parameters = 0;
    for (const auto& name : weights->names()) {
        const auto* tensor = weights->find(name);
        parameters += int64_t(tensor->bytes.size()) / engine::dtypeSize(tensor->dtype);
    }
    EXPECT_EQ(model.at("parameters"), parameters);
    const int64_t idle = (config.n_routed_experts - config.num_experts_per_tok) * 3 *
                         config.moe_intermediate_size * config.hidden_size *
                         model.at("moe_layers").get<int64_t>();
    EXPECT_EQ(model.at("active_parameters"), parameters - idle);
    EXPECT_EQ(model.at("dtype"), "BF16");
    EXPECT_GT(model.at("kv_bytes_per_token_as_mha"), model.at("kv_bytes_per_token"));
}

TEST_F(ModelRoutesTest, AModelThatCannotBeLoadedSaysWhyAndKeepsItsFacts) {
    importReferenceModel();
    stopNode();
    std::filesystem::resize_file(dataDirectory / "models/tiny/model.hearth", 1000);
    startNode();
    const json row = get("/api/v1/models").at("data").at(0);
    EXPECT_EQ(row.at("served"), false);
    EXPECT_EQ(row.at("wanted"), true);
    EXPECT_TRUE(row.at("load_error").is_string());
    const json model = get("/api/v1/models/tiny");
    EXPECT_EQ(model.at("architecture"), "DeepseekV3ForCausalLM");
    EXPECT_GT(model.at("parameters"), 0);
    EXPECT_TRUE(model.at("dtype").is_null());
    EXPECT_FALSE(model.contains("backend"));
}

TEST_F(ModelRoutesTest, AnAdapterHasRankTargetsAndPlainHashes) {
    importReferenceModel();
    addAdapter("ft:tiny:x");
    restart();
    const json model = get("/api/v1/models/ft:tiny:x");
    EXPECT_EQ(model.at("kind"), "adapter");
    EXPECT_EQ(model.at("served"), true);
    EXPECT_EQ(model.at("architecture"), "DeepseekV3ForCausalLM");
    const json config = json::parse(test::slurp(kReferenceModel + "/lora/adapter_config.json"));
    EXPECT_EQ(model.at("rank"), config.at("r"));
    EXPECT_EQ(model.at("alpha"), config.at("lora_alpha"));
    EXPECT_EQ(model.at("targets").size(), config.at("target_modules").size());
    ASSERT_EQ(model.at("files").size(), 2u);
    for (const json& file : model.at("files"))
        EXPECT_EQ(file.at("sha256"), *core::sha256HexOfFile(kReferenceModel + "/lora/" +
                                                            file.at("name").get<std::string>()));
    EXPECT_EQ(client()->get("/api/v1/models/nobody").error().code, core::ErrorCode::NotFound);
}

TEST_F(ModelRoutesTest, AnUnloadedModelStaysUnloadedUntilItIsLoaded) {
    importReferenceModel();
    const auto unloaded = client()->post("/api/v1/models/tiny/unload", json::object());
    ASSERT_TRUE(unloaded.ok()) << unloaded.error().text();
    EXPECT_EQ(unloaded->at("served"), false);
    EXPECT_EQ(unloaded->at("wanted"), false);
    EXPECT_EQ(chat("tiny").error().code, core::ErrorCode::NotFound);
    restart();
    EXPECT_EQ(chat("tiny").error().code, core::ErrorCode::NotFound);
    const json model = get("/api/v1/models/tiny");
    EXPECT_TRUE(model.at("load_error").is_null());
    EXPECT_GT(model.at("parameters"), 0);

    const auto loaded = client()->post("/api/v1/models/tiny/load", json::object());
    ASSERT_TRUE(loaded.ok()) << loaded.error().text();
    EXPECT_EQ(loaded->at("served"), true);
    EXPECT_TRUE(chat("tiny").ok());
    EXPECT_TRUE(client()->post("/api/v1/models/tiny/load", json::object()).ok());  // once more
    restart();
    EXPECT_TRUE(chat("tiny").ok());
}

TEST_F(ModelRoutesTest, ABaseTakesItsAdaptersAlong) {
    importReferenceModel();
    addAdapter("ft:tiny:kept");
    addAdapter("ft:tiny:not");
    restart();
    ASSERT_TRUE(client()->post("/api/v1/models/ft:tiny:not/unload", json::object()).ok());
    EXPECT_TRUE(chat("tiny").ok());
    ASSERT_TRUE(client()->post("/api/v1/models/tiny/unload", json::object()).ok());
    EXPECT_FALSE(chat("ft:tiny:kept").ok());
    EXPECT_EQ(get("/api/v1/models/ft:tiny:kept").at("wanted"), true);

    const auto alone = client()->post("/api/v1/models/ft:tiny:kept/load", json::object());
    ASSERT_FALSE(alone.ok());
    EXPECT_EQ(alone.error().code, core::ErrorCode::Conflict);
    EXPECT_THAT(alone.error().message, HasSubstr("load the base first"));

    ASSERT_TRUE(client()->post("/api/v1/models/tiny/load", json::object()).ok());
    EXPECT_TRUE(chat("ft:tiny:kept").ok());
    EXPECT_FALSE(chat("ft:tiny:not").ok());
    ASSERT_TRUE(client()->post("/api/v1/models/ft:tiny:not/load", json::object()).ok());
    EXPECT_TRUE(chat("ft:tiny:not").ok());
}

TEST_F(ModelRoutesTest, ARequestThatRunsOutlivesItsModel) {
    importReferenceModel();
    bool unloaded = false;
    size_t pieces = 0;
    const auto streamed = client()->stream(
        "/v1/chat/completions",
        {{"model", "tiny"},
         {"messages", userMessage("Hello")},
         {"max_tokens", 64},
         {"ignore_eos", true},
         {"stream", true}},
        [&](const json& chunk) {
            EXPECT_FALSE(chunk.contains("error")) << chunk;
            ++pieces;
            if (!unloaded)
                unloaded = client()->post("/api/v1/models/tiny/unload", json::object()).ok();
            return true;
        });
    EXPECT_TRUE(streamed.ok());
    EXPECT_TRUE(unloaded);
    EXPECT_GT(pieces, 1u);
    EXPECT_FALSE(chat("tiny").ok());
}

TEST_F(ModelRoutesTest, AModelThatCannotBeLoadedIsAConflictThatSaysWhy) {
    importReferenceModel();
    ASSERT_TRUE(client()->post("/api/v1/models/tiny/unload", json::object()).ok());
    std::filesystem::resize_file(dataDirectory / "models/tiny/model.hearth", 1000);
    const auto refused = client()->post("/api/v1/models/tiny/load", json::object());
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, core::ErrorCode::Conflict);
    EXPECT_TRUE(get("/api/v1/models/tiny").at("load_error").is_string());
    const json alarm = get("/api/v1/node/alarms").at("data").at(0);
    EXPECT_EQ(alarm.at("code"), "model_not_served");
    EXPECT_EQ(alarm.at("severity"), "bad");
    EXPECT_EQ(alarm.at("subject"), (json{{"kind", "model"}, {"id", "tiny"}}));
    EXPECT_EQ(client()->post("/api/v1/models/nobody/load", json::object()).error().code,
              core::ErrorCode::NotFound);
}

TEST_F(ModelRoutesTest, AModelFoundDamagedWhileItServesIsTakenOutUntilItIsRestored) {
    importReferenceModel();
    addAdapter("ft:tiny:x");
    ASSERT_TRUE(client()->post("/api/v1/models/tiny/unload", json::object()).ok());
    const auto file = dataDirectory / "models/tiny/model.hearth";
    const std::string whole = test::slurp(file);
    std::string damaged = whole;
    damaged[5000] ^= 1;
    test::spit(file, damaged);
    std::this_thread::sleep_for(engine::kStampAge * 2);
    // As if it had been hashed, and the byte had gone wrong on the disk since.
    engine::stamp(*engine::PackedFile::open(file).valueOrThrow());
    const auto loaded = client()->post("/api/v1/models/tiny/load", json::object());
    ASSERT_TRUE(loaded.ok()) << loaded.error().text();

    json row;
    for (int tries = 0; tries < 500 && (row.is_null() || row.at("served") == true); ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        row = get("/api/v1/models/tiny");
    }
    EXPECT_EQ(row.at("served"), false);
    EXPECT_THAT(row.at("load_error").get<std::string>(), HasSubstr("is damaged"));
    for (const char* model : {"tiny", "ft:tiny:x"})
        EXPECT_FALSE(chat(model).ok()) << model;
    EXPECT_EQ(get("/api/v1/node/alarms").at("data").at(0).at("code"), "model_not_served");

    const auto again = client()->post("/api/v1/models/tiny/load", json::object());
    ASSERT_FALSE(again.ok()) << "the stamp is gone, so it is hashed before it is used";
    EXPECT_THAT(again.error().message, HasSubstr("is damaged"));
    test::spit(file, whole);
    const auto restored = client()->post("/api/v1/models/tiny/load", json::object());
    ASSERT_TRUE(restored.ok()) << restored.error().text();
    EXPECT_TRUE(chat("tiny").ok());
    EXPECT_TRUE(chat("ft:tiny:x").ok());
}

}  // namespace
}  // namespace hearth::app
