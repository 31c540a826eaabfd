// A TLS client that sends exactly the bytes it is told to: for requests that no proper
// client would send.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace hearth::test {

struct RawResponse {
    int status = 0;                              // 0: nothing came before the end
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;                            // chunks already joined
    bool complete = false;                       // the body has its whole length, or its last chunk

    std::string header(const std::string& name) const;
};

class RawClient {
public:
    /// Connects to 127.0.0.1, verifies the certificate against `caFile`; throws when it fails.
    RawClient(std::uint16_t port, const std::filesystem::path& caFile,
              std::chrono::milliseconds timeout = std::chrono::seconds(10));
    ~RawClient();
    RawClient(RawClient&&) noexcept;

    /// False once the server has closed the connection.
    bool send(std::string_view bytes);

    /// One response; later bytes stay for the next call. `headOnly` for the answer to HEAD.
    RawResponse readResponse(bool headOnly = false);

    /// What has arrived by the time `text` is in it, or the end or the timeout came.
    std::string readUntil(std::string_view text);

    /// True when the server closes, without sending more, before the timeout.
    bool closedByServer();

    /// Ends our sending side only, without a word in TLS.
    void closeSending();

private:
    /// False at the end and at the timeout.
    bool receive();

    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace hearth::test
