// What a client of a node that does not answer is told.
#include "app/cli/api_client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <nlohmann/json.hpp>

#include "core/unique_fd.h"
#include "tests/support/temp_dir.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A port that is taken and where nobody listens.
class ClosedPort {
public:
    ClosedPort() : m_socket(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        m_address.sin_family = AF_INET;
        m_address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* address = reinterpret_cast<sockaddr*>(&m_address);
        socklen_t size = sizeof m_address;
        EXPECT_EQ(bind(m_socket.get(), address, size), 0);
        EXPECT_EQ(getsockname(m_socket.get(), address, &size), 0);
    }
    std::string url() const {
        return "https://127.0.0.1:" + std::to_string(ntohs(m_address.sin_port));
    }

private:
    core::UniqueFd m_socket;
    sockaddr_in m_address{};
};

class ApiClientTest : public testing::Test {
protected:
    template <typename Answer>
    void expectRefused(const Answer& answer, const char* call) {
        ASSERT_FALSE(answer.ok()) << call;
        EXPECT_EQ(answer.error().code, core::ErrorCode::Unavailable) << call;
        EXPECT_THAT(answer.error().message,
                    AllOf(HasSubstr("cannot reach the node at " + m_port.url()),
                          HasSubstr("connection refused; start it with"), Not(HasSubstr("ssert"))))
            << call;
    }

    test::TempDir m_folder;
    ClosedPort m_port;
    ApiClient m_client{ClientProfile{m_port.url(), "", "key"}};
};

TEST_F(ApiClientTest, EachCallSaysThatTheNodeDoesNotRun) {
    const auto file = m_folder / "data.jsonl";
    test::spit(file, "{}");
    expectRefused(m_client.get("/v1/models"), "get");
    expectRefused(m_client.download("/v1/models"), "download");
    expectRefused(m_client.downloadTo("/v1/models", m_folder / "target"), "downloadTo");
    expectRefused(m_client.post("/v1/models", json::object()), "post");
    expectRefused(m_client.remove("/v1/models"), "remove");
    expectRefused(m_client.upload("/v1/files", "fine-tune", file), "upload");
    expectRefused(m_client.postFiles("/v1/files", {{"file", file}}), "postFiles");
    expectRefused(m_client.stream("/v1/models", json::object(), [](const json&) { return true; }),
                  "stream");
    EXPECT_FALSE(std::filesystem::exists(m_folder / "target"));
}

TEST_F(ApiClientTest, AFileThatCannotBeReadIsNotTheNodesFault) {
    const auto answer = m_client.upload("/v1/files", "fine-tune", m_folder / "missing.jsonl");
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, core::ErrorCode::InvalidArgument);
    EXPECT_THAT(answer.error().message, HasSubstr("missing.jsonl"));
}

}  // namespace
}  // namespace hearth::app
