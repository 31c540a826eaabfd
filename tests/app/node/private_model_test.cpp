// What is tuned or merged on a node is private: encrypted at rest, served from memory, for its
// department alone.
#include <gmock/gmock.h>

#include <thread>

#include "core/crypto/sealed_file.h"
#include "core/file.h"
#include "engine/formats/weight_source.h"
#include "tests/app/node/node_fixture.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

const std::string kReferenceModel =
    std::string(HEARTH_TEST_DATA_DIR) + "/reference/models/deepseek_v3";

class PrivateModelNodeTest : public NodeFixture {
protected:
    void SetUp() override {
        NodeFixture::SetUp();
        importReferenceModel();
        m_file = upload("data.jsonl", sampleConversations(12));
    }
    json post(const std::string& path, const json& body) {
        const auto answer = client()->post(path, body);
        EXPECT_TRUE(answer.ok()) << path << ": " << answer.error().text();
        return answer ? *answer : json::object();
    }
    json get(const std::string& path) {
        const auto answer = client()->get(path);
        EXPECT_TRUE(answer.ok()) << path << ": " << answer.error().text();
        return answer ? *answer : json::object();
    }
    json succeeded(const std::string& base, json hearth) {
        hearth.update({{"checkpoint_every", 2},
                       {"batch_tokens", 256},
                       {"max_seq_len", 256},
                       {"max_steps", 3}});
        const json job =
            post("/v1/fine_tuning/jobs",
                 {{"model", base}, {"training_file", m_file}, {"seed", 5}, {"hearth", hearth}});
        const json ended = waitForJob(job.at("id"), isOver);
        EXPECT_EQ(ended.at("status"), "succeeded") << ended;
        return ended;
    }
    /// The name of a model with every weight trained.
    std::string tune(const std::string& base = "tiny") {
        m_job = succeeded(base, {{"full", true}});
        return m_job.at("fine_tuned_model");
    }
    /// A merged model as the node shows it.
    json merged(const std::string& adapter, const json& body) {
        const json ended =
            waitForOperation(client()->post("/api/v1/models/" + adapter + "/merge", body));
        EXPECT_EQ(ended.value("status", ""), "succeeded") << ended;
        EXPECT_EQ(ended.at("result"), json({{"model", body.at("name")}}));
        return get("/api/v1/models/" + body.at("name").get<std::string>());
    }
    /// Answer and log-probabilities.
    json ask(const std::string& model) {
        return post("/v1/chat/completions", {{"model", model},
                                             {"messages", userMessage("What is door 3?")},
                                             {"max_tokens", 8},
                                             {"temperature", 0},
                                             {"logprobs", true}})
            .value("choices", json::array({json::object()}))[0];
    }
    std::filesystem::path folderOf(const std::string& model) const {
        return dataDirectory / "models" / model;
    }
    /// What the command line's export does.
    std::filesystem::path exported(const std::string& model) {
        const auto target = folder / "exported";
        std::filesystem::remove_all(target);
        std::filesystem::create_directories(target);
        auto connection = client();
        const std::string path = "/api/v1/models/" + pathSegment(model);
        const json details = get(path);
        for (const json& file : details.at("files")) {
            std::string name = file.at("name");
            name = name == "model.hearth" ? "model.safetensors" : name;
            const auto status = connection->downloadTo(path + "/files/" + name, target / name);
            EXPECT_TRUE(status.ok()) << name << ": " << status.error().text();
        }
        return target;
    }
    /// Every file of the node that holds `needle`.
    std::vector<std::string> filesWith(const std::string& needle) const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(dataDirectory))
            if (entry.is_regular_file() &&
                test::slurp(entry.path()).find(needle) != std::string::npos)
                found.push_back(entry.path().string());
        return found;
    }
    void restart() {
        stopNode();
        startNode();
    }

    std::string m_file;
    json m_job;
};

/// A vector, which packing keeps in order, in F32.
std::string knownBytes(const std::filesystem::path& checkpoint) {
    const auto weights = engine::openSafetensors(checkpoint / "model.safetensors").valueOrThrow();
    const auto values = weights->find("model.norm.weight")->toFloats();
    return std::string(reinterpret_cast<const char*>(values.data()), 64);
}
/// Of the embedding, which is packed as it is, something that the base does not have.
std::string knownBf16(const std::filesystem::path& checkpoint) {
    const auto weights = engine::openSafetensors(checkpoint / "model.safetensors").valueOrThrow();
    const std::string base = test::slurp(kReferenceModel + "/model.safetensors");
    const std::string_view rows = core::asText(weights->find("model.embed_tokens.weight")->bytes);
    for (size_t at = 0; at + 64 <= rows.size(); at += 64)
        if (base.find(rows.substr(at, 64)) == std::string::npos)
            return std::string(rows.substr(at, 64));
    ADD_FAILURE() << "training has changed no embedding";
    return "";
}

TEST_F(PrivateModelNodeTest, AFullyTunedModelIsServedFromWhatIsEncrypted) {
    const std::string model = tune();
    EXPECT_EQ(m_job.at("hearth").at("full"), true);
    const json row = get("/api/v1/models/" + model);
    EXPECT_EQ(row.at("kind"), "base");
    EXPECT_EQ(row.at("private"), true);
    EXPECT_EQ(row.at("encrypted_at_rest"), true);
    EXPECT_EQ(row.at("derived_from"), "tiny");
    EXPECT_EQ(row.at("job"), m_job.at("id"));
    EXPECT_EQ(row.at("served"), true);
    EXPECT_EQ(row.at("precision"), "exact");
    EXPECT_EQ(get("/v1/models/" + model).at("encrypted_at_rest"), true);
    EXPECT_EQ(get("/v1/models/" + model).at("owned_by"), "default");
    EXPECT_EQ(get("/api/v1/models/tiny").at("encrypted_at_rest"), false);
    const json before = ask(model);
    EXPECT_NE(before, ask("tiny"));

    EXPECT_TRUE(core::isSealedFile(folderOf(model) / "model.hearth"));
    EXPECT_FALSE(std::filesystem::exists(folderOf(model) / "quantisation.json"));
    const auto plain = exported(model);
    for (const std::string& needle : {knownBytes(plain), knownBf16(plain)}) {
        ASSERT_THAT(test::slurp(plain / "model.safetensors") + needle, HasSubstr(needle));
        EXPECT_TRUE(filesWith(needle).empty()) << filesWith(needle).front();
    }
    EXPECT_EQ(test::countFiles(dataDirectory / "imports"), 0u);

    restart();
    EXPECT_EQ(ask(model), before);
}

TEST_F(PrivateModelNodeTest, WhatIsExportedAnswersAlike) {
    const std::string model = tune();
    const auto plain = exported(model);
    post("/api/v1/models", {{"name", "copy"}, {"path", plain.string()}});
    EXPECT_EQ(ask("copy"), ask(model));
    std::string audit;
    {  // a statement holds the database
        auto query = node->data().control().prepare("SELECT action || ' ' || object FROM audit");
        while (query.step())
            audit += query.text(0) + "\n";
    }
    EXPECT_THAT(audit, HasSubstr("model.export"));
    // Others have their checkpoint; names lead nowhere else.
    EXPECT_EQ(client()->download("/api/v1/models/tiny/files/config.json").error().code,
              core::ErrorCode::Conflict);
    for (const char* name : {"model.hearth", "nothing", "..%2f..%2fconfig.toml"})
        EXPECT_FALSE(client()->download("/api/v1/models/" + model + "/files/" + name).ok());
}

TEST_F(PrivateModelNodeTest, AMergedModelIsPrivateToo) {
    const std::string adapter = succeeded("tiny", {{"lora", {{"r", 4}}}}).at("fine_tuned_model");
    const auto refused = [&](const json& body) {
        return client()->post("/api/v1/models/" + adapter + "/merge", body).error();
    };
    EXPECT_THAT(refused({{"name", "tiny"}}).message, HasSubstr("already"));
    EXPECT_EQ(refused({{"name", "../x"}}).code, core::ErrorCode::InvalidArgument);
    EXPECT_EQ(refused({{"name", "m"}, {"precision", "int3"}}).context, "precision");
    EXPECT_EQ(client()->post("/api/v1/models/tiny/merge", {{"name", "m"}}).error().code,
              core::ErrorCode::InvalidArgument);

    const json row = merged(adapter, {{"name", "merged"}});
    EXPECT_EQ(row.at("encrypted_at_rest"), true);
    EXPECT_EQ(row.at("derived_from"), "tiny");
    EXPECT_EQ(get("/api/v1/models/merged").at("precision"), "bf16");
    const auto plain = exported("merged");
    EXPECT_TRUE(filesWith(knownBytes(plain)).empty() ||
                knownBytes(plain) == knownBytes(kReferenceModel));
    EXPECT_TRUE(core::isSealedFile(folderOf("merged") / "model.hearth"));
    merged(adapter, {{"name", "small"}, {"precision", "int4"}});
    EXPECT_EQ(get("/api/v1/models/small").at("precision"), "int4");
    // The adapter alone is exported as PEFT has it.
    const auto peft = exported(adapter);
    EXPECT_EQ(test::countFiles(peft), 2u);
    EXPECT_TRUE(engine::openSafetensors(peft / "adapter_model.safetensors").ok());
    // A node that stops ends what is being merged, and says so when it runs again.
    const json late = post("/api/v1/models/" + adapter + "/merge", {{"name", "late"}});
    stopNode();
    EXPECT_FALSE(std::filesystem::exists(folderOf("late")));
    startNode();
    const json told = get("/api/v1/operations/" + late.at("id").get<std::string>());
    EXPECT_EQ(told.at("status"), "failed");
    EXPECT_THAT(told.at("error").at("message").get<std::string>(), HasSubstr("start it again"));
    EXPECT_FALSE(client()->get("/api/v1/models/late").ok());
    // And the adapter may go.
    EXPECT_TRUE(client()->remove("/api/v1/models/" + adapter).ok());
    EXPECT_FALSE(ask("merged").empty());
}

TEST_F(PrivateModelNodeTest, ItIsABaseLikeAnyOther) {
    const std::string model = tune();
    const json job = succeeded(model, {{"lora", {{"r", 4}}}});
    const std::string adapter = job.at("fine_tuned_model");
    EXPECT_EQ(get("/api/v1/models/" + adapter).at("base"), model);
    const json answer = ask(adapter);
    EXPECT_NE(answer, ask(model));
    const std::string verification =
        "/api/v1/jobs/" + job.at("id").get<std::string>() + "/verification";
    post(verification, {{"steps", 1}});
    json verified;
    waitForJob(job.at("id"), [&](const json&) {
        verified = get(verification);
        return verified.value("status", "running") != "running";
    });
    EXPECT_EQ(verified.at("status"), "equal") << verified;
    restart();
    EXPECT_EQ(ask(adapter), answer);

    const std::string again = tune(model);
    EXPECT_EQ(get("/api/v1/models/" + again).at("derived_from"), model);
    EXPECT_EQ(merged(adapter, {{"name", "both"}}).at("derived_from"), model);
    EXPECT_TRUE(client()->remove("/api/v1/models/" + adapter).ok());
    EXPECT_TRUE(client()->remove("/api/v1/models/" + model).ok());
    restart();
    EXPECT_FALSE(ask("both").empty());
    EXPECT_FALSE(ask(again).empty());
}

TEST_F(PrivateModelNodeTest, DamageAndAnotherKeyAreRefused) {
    const std::string model = tune();
    const auto file = folderOf(model) / "model.hearth";
    const std::string whole = test::slurp(file);
    const auto loadError = [&] {
        restart();
        const json row = get("/api/v1/models/" + model);
        EXPECT_EQ(row.at("served"), false);
        return row.at("load_error").is_string() ? row.at("load_error").get<std::string>() : "";
    };
    stopNode();
    std::string flipped = whole;
    flipped[flipped.size() / 2] ^= 1;
    test::spit(file, flipped);
    EXPECT_THAT(loadError(), HasSubstr("changed, cut or sealed with another key"));
    EXPECT_EQ(
        client()->download("/api/v1/models/" + model + "/files/model.safetensors").error().code,
        core::ErrorCode::Internal);  // nothing of it is given away
    test::spit(file, whole.substr(0, whole.size() - 5));
    EXPECT_THAT(loadError(), HasSubstr("changed, cut or sealed with another key"));
    test::spit(file, whole);
    node->data().control().execute("UPDATE models SET wrapped_key = ?2 WHERE id = ?1", model,
                                   std::vector<std::byte>(60, std::byte{7}));
    EXPECT_THAT(loadError(), HasSubstr("key"));
    EXPECT_EQ(get("/api/v1/models/tiny").at("served"), true);
}

TEST_F(PrivateModelNodeTest, OtherDepartmentsNeitherSeeNorTakeIt) {
    const std::string model = tune();
    node->data().control().executeScript(
        "INSERT INTO departments(id, name, created_at) VALUES('south', 'South', 1);"
        "INSERT INTO users(id, department_id, name, password_hash, role, created_at) "
        "VALUES('sven', 'south', 'sven', '', 'user', 1);");
    const Principal sven{PrincipalKind::User,
                         "sven",
                         "sven",
                         "south",
                         {core::Permission::UseModels, core::Permission::RunFineTuning,
                          core::Permission::ManageModels}};
    using core::ErrorCode;
    EXPECT_EQ(node->library().find(sven, model).error().code, ErrorCode::NotFound);
    EXPECT_EQ(node->models().find(model, sven).error().code, ErrorCode::NotFound);
    EXPECT_EQ(node->library().unload(sven, model).error().code, ErrorCode::NotFound);
    EXPECT_EQ(node->library().remove(sven, model).error().code, ErrorCode::NotFound);
    for (const ModelInfo& info : node->models().list(sven))
        EXPECT_NE(info.id, model);
    const auto file = node->files().add(sven, "south.jsonl", "fine-tune", sampleConversations(12));
    const json body = {{"model", model}, {"training_file", file->file.id}};
    EXPECT_EQ(node->jobs().create(sven, *parseJobRequest(body.dump())).error().code,
              ErrorCode::NotFound);
    const std::string adapter = succeeded("tiny", {{"lora", {{"r", 4}}}}).at("fine_tuned_model");
    EXPECT_EQ(node->library().prepareMerge(sven, adapter, "theirs", "").error().code,
              ErrorCode::NotFound);
}

TEST_F(PrivateModelNodeTest, DeletionTakesKeyWeightsAndCheckpoints) {
    const std::string model = tune();
    const auto job = dataDirectory / "jobs" / m_job.at("id").get<std::string>();
    ASSERT_TRUE(std::filesystem::exists(job / "checkpoints"));
    ASSERT_TRUE(client()->remove("/api/v1/models/" + model).ok());
    EXPECT_FALSE(std::filesystem::exists(folderOf(model)));
    EXPECT_FALSE(std::filesystem::exists(job));
    {
        auto keys = node->data().control().prepare(
            "SELECT count(*) FROM models WHERE wrapped_key IS NOT NULL");
        ASSERT_TRUE(keys.step());
        EXPECT_EQ(keys.integer(0), 0);
    }
    restart();
    EXPECT_EQ(client()->get("/api/v1/models/" + model).error().code, core::ErrorCode::NotFound);
}

TEST_F(PrivateModelNodeTest, ANodeThatStopsWhileItPublishesDoesSoAgain) {
    const json job =
        post("/v1/fine_tuning/jobs",
             {{"model", "tiny"},
              {"training_file", m_file},
              {"hearth",
               {{"full", true}, {"batch_tokens", 256}, {"max_seq_len", 256}, {"max_steps", 2}}}});
    const std::string id = job.at("id");
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(5);
    while (!std::filesystem::exists(dataDirectory / "jobs" / id / "result") &&
           std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    restart();
    const json ended = waitForJob(id, isOver);
    ASSERT_EQ(ended.at("status"), "succeeded") << ended;
    EXPECT_FALSE(ask(ended.at("fine_tuned_model")).empty());
    EXPECT_EQ(test::countFiles(dataDirectory / "imports"), 0u);
}

TEST_F(PrivateModelNodeTest, AJobSaysWhatItCannotDo) {
    const auto refused = [&](const std::string& base, const json& hearth) {
        return client()
            ->post("/v1/fine_tuning/jobs",
                   {{"model", base}, {"training_file", m_file}, {"hearth", hearth}})
            .error();
    };
    EXPECT_EQ(refused("tiny", {{"precision", "int8"}}).context, "hearth.precision");
    EXPECT_EQ(refused("tiny", {{"full", true}, {"precision", "int3"}}).context, "hearth.precision");
    post("/api/v1/models", {{"name", "coarse"}, {"path", kReferenceModel}, {"precision", "int4"}});
    std::vector<std::filesystem::path> sources;  // the fixture's folder has some more
    for (const auto& entry : std::filesystem::directory_iterator(folderOf("coarse")))
        if (entry.path().extension() == ".safetensors")
            sources.push_back(entry.path());
    for (const auto& source : sources)
        std::filesystem::remove(source);
    const core::Error error = refused("coarse", {{"full", true}});
    EXPECT_EQ(error.context, "model");
    EXPECT_THAT(error.message, HasSubstr("import the model again"));
}

}  // namespace
}  // namespace hearth::app
