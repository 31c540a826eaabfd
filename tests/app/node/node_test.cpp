#include <gmock/gmock.h>

#include "app/api/routes.h"
#include "core/file.h"
#include "storage/audit_repository.h"
#include "tests/app/node/node_fixture.h"
#include "tests/support/raw_client.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class NodeTest : public NodeFixture {
protected:
    json chat(const std::string& model, const json& extra = json::object()) {
        json body = {{"model", model}, {"messages", userMessage("Hello")}, {"max_tokens", 8}};
        body.update(extra);
        return body;
    }
    core::Error refusedChat(const json& body) {
        const auto answer = client()->post("/v1/chat/completions", body);
        EXPECT_FALSE(answer.ok());
        return answer ? core::Error{} : answer.error();
    }
    test::RawResponse anonymous(const std::string& method, const std::string& path) {
        test::RawClient raw(node->port(), dataDirectory / "tls/ca.pem");
        raw.send(method + " " + path +
                 " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return raw.readResponse();
    }
};

TEST_F(NodeTest, EveryRouteButThePublicOnesRefusesTheAnonymous) {
    const RouteTable table = makeRoutes(*node);
    for (const Route& route : table.routes()) {
        std::string path(*route.path);
        for (size_t open; (open = path.find('{')) != std::string::npos;)
            path.replace(open, path.find('}') - open + 1, "x");
        const int status = anonymous(std::string(*route.method), path).status;
        if (*route.permission == core::Permission::Public)
            EXPECT_NE(status, 401) << *route.method << " " << path;
        else
            EXPECT_EQ(status, 401) << *route.method << " " << path;
    }
}

TEST_F(NodeTest, AWrongKeyIs401InTheErrorShape) {
    for (const char* key : {"nonsense", "hk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        const auto models = client(key)->get("/v1/models");
        ASSERT_FALSE(models.ok());
        EXPECT_EQ(models.error().code, core::ErrorCode::Unauthenticated);
    }
    const auto response = anonymous("GET", "/v1/models");
    const json body = json::parse(response.body);
    EXPECT_TRUE(body.at("error").at("message").is_string());
    EXPECT_EQ(body.at("error").at("code"), "invalid_api_key");
}

TEST_F(NodeTest, ARevokedKeyStopsAtOnce) {
    auto admin = client();
    const auto key = admin->post("/api/v1/keys", {{"name", "app"}});
    ASSERT_TRUE(key.ok()) << key.error().text();
    const std::string secret = key->at("key");
    EXPECT_TRUE(client(secret)->get("/v1/models").ok());
    EXPECT_FALSE(admin->get("/api/v1/keys")->dump().find(secret) != std::string::npos);
    ASSERT_TRUE(admin->remove("/api/v1/keys/" + key->at("id").get<std::string>()).ok());
    EXPECT_FALSE(client(secret)->get("/v1/models").ok());
}

TEST_F(NodeTest, AKeyCannotGiveWhatItDoesNotHave) {
    const auto key = client()->post(
        "/api/v1/keys", {{"name", "k"}, {"permissions", {"keys.manage", "models.use"}}});
    ASSERT_TRUE(key.ok()) << key.error().text();
    const auto more = client(key->at("key"))
                          ->post("/api/v1/keys", {{"name", "m"}, {"permissions", {"node.manage"}}});
    ASSERT_FALSE(more.ok());
    EXPECT_EQ(more.error().code, core::ErrorCode::PermissionDenied);
}

TEST_F(NodeTest, AnAdministratorLogsInAndOut) {
    const auto login =
        client()->post("/api/v1/sessions", {{"name", "admin"}, {"password", password}});
    ASSERT_TRUE(login.ok()) << login.error().text();
    const std::string token = login->at("token");
    EXPECT_EQ(login->at("user").at("role"), "admin");
    EXPECT_TRUE(client(token)->get("/api/v1/node/status").ok());
    EXPECT_TRUE(client(token)->remove("/api/v1/sessions/current").ok());
    EXPECT_FALSE(client(token)->get("/api/v1/node/status").ok());
}

TEST_F(NodeTest, AWrongPasswordAndAnUnknownNameLookTheSame) {
    const auto wrong = node->accounts().login("admin", "not the password", "127.0.0.1");
    const auto unknown = node->accounts().login("nobody", "not the password", "127.0.0.1");
    ASSERT_FALSE(wrong.ok());
    ASSERT_FALSE(unknown.ok());
    EXPECT_EQ(wrong.error().text(), unknown.error().text());
    EXPECT_EQ(wrong.error().code, core::ErrorCode::Unauthenticated);
}

TEST_F(NodeTest, ManyFailedLoginsMustWait) {
    for (int i = 0; i < 4; ++i)
        EXPECT_FALSE(node->accounts().login("admin", "wrong password", "127.0.0.1").ok());
    const auto blocked = node->accounts().login("admin", password, "127.0.0.1");
    ASSERT_FALSE(blocked.ok());
    EXPECT_EQ(blocked.error().code, core::ErrorCode::ResourceExhausted);
}

TEST_F(NodeTest, ServesAModelAndAnswers) {
    importReferenceModel();
    const auto answer = client()->post("/v1/chat/completions", chat("tiny"));
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    EXPECT_EQ(answer->at("object"), "chat.completion");
    EXPECT_GT(answer->at("usage").at("completion_tokens"), 0);
}

TEST_F(NodeTest, AStreamGivesTheTextOfTheWholeAnswer) {
    importReferenceModel();
    const json body = chat("tiny", {{"temperature", 0}, {"max_tokens", 20}});
    const auto whole = client()->post("/v1/chat/completions", body);
    ASSERT_TRUE(whole.ok());
    json streamed = body;
    streamed["stream"] = true;
    std::string text;
    ASSERT_TRUE(client()
                    ->stream("/v1/chat/completions", streamed,
                             [&](const json& chunk) {
                                 text += chunk["choices"][0]["delta"].value("content", "");
                                 return true;
                             })
                    .ok());
    EXPECT_EQ(text, whole->at("choices")[0].at("message").at("content"));
}

TEST_F(NodeTest, ARepeatedPromptIsReportedAsCached) {
    importReferenceModel();
    std::string question;
    for (int i = 0; i < 60; ++i)
        question += "pump " + std::to_string(i) + ", ";
    const auto cached = [&](const std::string& text) {
        const auto answer =
            client()->post("/v1/chat/completions",
                           {{"model", "tiny"}, {"messages", userMessage(text)}, {"max_tokens", 2}});
        EXPECT_TRUE(answer.ok());
        return answer->at("usage").at("prompt_tokens_details").at("cached_tokens").get<int64_t>();
    };
    EXPECT_EQ(cached(question), 0);
    EXPECT_GT(cached(question), 0);
    EXPECT_GT(cached(question + " which of them leaks?"), 0);
    EXPECT_EQ(cached("Which of them leaks? " + question), 0);
    const auto status = client()->get("/api/v1/node/status");
    ASSERT_TRUE(status.ok());
    EXPECT_GT(status->at("models")[0].at("cached_prompt_tokens"), 0);
}

TEST_F(NodeTest, RequestsOutOfRangeNameTheirParameter) {
    importReferenceModel();
    const std::vector<std::pair<json, std::string>> cases = {
        {{{"temperature", 3}}, "temperature"},
        {{{"temperature", "warm"}}, "temperature"},
        {{{"top_p", -0.1}}, "top_p"},
        {{{"n", 0}}, "n"},
        {{{"n", 2147483647}}, "n"},
        {{{"max_tokens", -2147483648}}, "max_tokens"},
        {{{"stop", {1}}}, "stop"},
        {{{"logit_bias", {{"x", 1}}}}, "logit_bias"},
        {{{"logit_bias", {{"99999", 1}}}}, "logit_bias"},
        {{{"top_logprobs", 3}}, "top_logprobs"},
        {{{"messages", "hi"}}, "messages"},
        {{{"messages", json::array()}}, "messages"},
        {{{"messages", {{{"role", "robot"}, {"content", "x"}}}}}, "messages[0].role"},
        {{{"tools", {{{"type", "function"}}}}}, "tools"},
        {{{"temprature", 1}}, "temprature"},
    };
    for (const auto& [extra, parameter] : cases) {
        const core::Error error = refusedChat(chat("tiny", extra));
        EXPECT_EQ(error.code, core::ErrorCode::InvalidArgument) << extra;
        EXPECT_EQ(error.context, parameter) << extra << error.message;
    }
}

TEST_F(NodeTest, AnUnknownModelIs404AndALongPrompt400WithBothLengths) {
    importReferenceModel();
    EXPECT_EQ(refusedChat(chat("nobody")).code, core::ErrorCode::NotFound);
    std::string words;
    for (int i = 0; i < 4000; ++i)
        words += "word ";
    const core::Error error = refusedChat(chat("tiny", {{"messages", userMessage(words)}}));
    EXPECT_EQ(error.code, core::ErrorCode::InvalidArgument);
    EXPECT_THAT(error.message, HasSubstr("2560"));
}

TEST_F(NodeTest, ABadLineIsNumberedAndNothingIsStored) {
    test::spit(folder / "bad.jsonl", sampleConversations(2) + "{broken\n");
    const auto file = client()->upload("/v1/files", "fine-tune", folder / "bad.jsonl");
    ASSERT_FALSE(file.ok());
    EXPECT_THAT(file.error().message, HasSubstr("line 3"));
    ASSERT_EQ(file.error().problems.size(), 1u);
    EXPECT_EQ(file.error().problems[0].line, 3);
    EXPECT_FALSE(file.error().problems[0].message.empty());
    EXPECT_TRUE(client()->get("/v1/files")->at("data").empty());
    EXPECT_EQ(test::countFiles(dataDirectory / "blobs"), 0u);
}

TEST_F(NodeTest, DataSetsAreEncryptedAtRestAndComeBackWhole) {
    const std::string text = sampleConversations(20);
    const std::string id = upload("data.jsonl", text);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dataDirectory))
        if (entry.is_regular_file()) {
            EXPECT_EQ(test::slurp(entry.path()).find("code of door"), std::string::npos)
                << entry.path();
        }
    const auto content = node->files().content(administrator(), id);
    ASSERT_TRUE(content.ok());
    EXPECT_EQ(core::asText(*content), text);
}

TEST_F(NodeTest, AnUploadSaysWhichFormItHasAndHowItsFirstRowsAreMapped) {
    test::spit(folder / "faq.csv",
               "instruction,input,output\n\"Open the valve, please.\",,\"It is open.\"\n");
    const auto file = client()->upload("/v1/files", "fine-tune", folder / "faq.csv");
    ASSERT_TRUE(file.ok()) << file.error().text();
    EXPECT_EQ(file->at("container"), "csv");
    EXPECT_EQ(file->at("form"), "alpaca");
    EXPECT_EQ(file->at("kind"), "chat");
    EXPECT_EQ(file->at("lines"), 1);
    const json& row = file->at("preview").at(0);
    EXPECT_EQ(row.at("line"), 2);
    EXPECT_EQ(row.at("row").at("messages").at(0).at("content"), "Open the valve, please.");
    const std::string id = file->at("id");
    const auto again = client()->get("/v1/files/" + id);
    EXPECT_EQ(again->at("form"), "alpaca");
    const auto rows = client()->get("/api/v1/files/" + id + "/rows");
    EXPECT_EQ(rows->at("data").at(0), row);
}

TEST_F(NodeTest, AFileOfPromptsIsTaken) {
    const std::string id =
        upload("sums.jsonl",
               "{\"messages\": [{\"role\": \"user\", \"content\": \"1+2?\"}], \"sum\": 3}\n");
    EXPECT_EQ(client()->get("/v1/files/" + id)->at("kind"), "prompt");
}

TEST_F(NodeTest, AFileThatIsNotWhatItsNameOrEncodingPromisesIsRefused) {
    const auto refused = [&](const char* name, const std::string& text) {
        test::spit(folder / name, text);
        const auto file = client()->upload("/v1/files", "fine-tune", folder / name);
        return file ? core::Error{} : file.error();
    };
    EXPECT_THAT(refused("a.csv", "frage,antwort\na,b\n").message, HasSubstr("header"));
    EXPECT_THAT(refused("a.jsonl", "only words\n").message, HasSubstr("line 1"));
    EXPECT_THAT(refused("korean.csv", "prompt,completion\n\xB9\xEB\xBA\xEA,a\n").message,
                HasSubstr("line 2: is no UTF-8"));
}

TEST_F(NodeTest, AFileShowsItsRows) {
    const std::string id = upload("data.jsonl", sampleConversations(20));
    const std::string path = "/api/v1/files/" + id + "/rows";
    const auto found = client()->get(path + "?search=DOOR%201&offset=1&limit=3");
    ASSERT_TRUE(found.ok()) << found.error().text();
    EXPECT_EQ(found->at("object"), "list");
    EXPECT_EQ(found->at("total"), 20);
    EXPECT_EQ(found->at("matched"), 11);  // 1 and 10 to 19
    ASSERT_EQ(found->at("data").size(), 3u);
    EXPECT_EQ(found->at("data").at(0).at("line"), 11);
    EXPECT_EQ(found->at("data").at(0).at("row").at("messages").at(0).at("content"),
              "What is the code of door 10?");
    EXPECT_EQ(client()->get(path + "?limit=501").error().context, "limit");
    EXPECT_EQ(client()->get("/api/v1/files/file-none/rows").error().code,
              core::ErrorCode::NotFound);
    Principal stranger{PrincipalKind::User, "u", "u", "other", defaultKeyPermissions()};
    EXPECT_EQ(node->files().rows(stranger, id, {}).error().code, core::ErrorCode::NotFound);
}

TEST_F(NodeTest, AnotherDepartmentSeesNeitherFilesNorJobs) {
    const std::string id = upload("data.jsonl", sampleConversations(2));
    Principal stranger{PrincipalKind::User, "u", "u", "other", defaultKeyPermissions()};
    EXPECT_EQ(node->files().find(stranger, id).error().code, core::ErrorCode::NotFound);
    EXPECT_TRUE(node->files().list(stranger, {}, "").items.empty());
    EXPECT_TRUE(node->jobs().list(stranger, {}).items.empty());
}

TEST_F(NodeTest, ABrokenModelIsRefusedAndLeavesNothing) {
    std::filesystem::create_directories(folder / "broken");
    test::spit(folder / "broken/config.json", R"({"architectures": ["NobodyForCausalLM"]})");
    const auto added = client()->post("/api/v1/models",
                                      {{"name", "broken"}, {"path", (folder / "broken").string()}});
    ASSERT_FALSE(added.ok());
    EXPECT_THAT(added.error().message, HasSubstr("DeepseekV3ForCausalLM"));
    EXPECT_EQ(test::countFiles(dataDirectory / "models"), 0u);
    EXPECT_EQ(test::countFiles(dataDirectory / "tmp"), 0u);
}

TEST_F(NodeTest, ModelsAreServedAgainAfterARestart) {
    importReferenceModel();
    stopNode();
    startNode();
    EXPECT_TRUE(client()->post("/v1/chat/completions", chat("tiny")).ok());
}

TEST_F(NodeTest, ASecondProcessOnTheSameDataIsRefused) {
    const auto second = Node::start(dataDirectory, {});
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, core::ErrorCode::Conflict);
    EXPECT_THAT(second.error().text(), HasSubstr(std::to_string(getpid())));
}

TEST_F(NodeTest, ActionsAreAuditedInAnUnbrokenChain) {
    upload("data.jsonl", sampleConversations(2));
    storage::AuditRepository audit(node->data().control());
    EXPECT_TRUE(audit.verify().ok());
    bool found = false;
    for (const auto& row : audit.list(storage::Scope::everything(), 0, 100))
        found = found || row.entry.action == "file.create";
    EXPECT_TRUE(found);
}

TEST_F(NodeTest, UsageIsAccountedToTheKey) {
    importReferenceModel();
    const auto answer = client()->post("/v1/chat/completions", chat("tiny"));
    ASSERT_TRUE(answer.ok());
    stopNode();  // writes what is pending
    startNode();
    storage::MetricsRepository metrics(node->data().metrics());
    const auto totals = metrics.usageTotals(storage::Scope::everything(), 0, INT64_MAX);
    ASSERT_EQ(totals.size(), 1u);
    EXPECT_EQ(totals[0].promptTokens, answer->at("usage").at("prompt_tokens"));
    EXPECT_EQ(totals[0].completionTokens, answer->at("usage").at("completion_tokens"));
}

}  // namespace
}  // namespace hearth::app
