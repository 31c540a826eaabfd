// The HTTPS server: accepts, and gives each connection a thread of a bounded pool.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "app/api/http/head_check.h"
#include "core/result.h"

namespace hearth::app {

class Dispatcher;

/// Each is for the whole of its step, however the bytes trickle in.
struct HttpDeadlines {
    std::chrono::milliseconds handshake{10'000};
    std::chrono::milliseconds head{10'000};   // from its first byte, or from the handshake
    std::chrono::milliseconds idle{65'000};   // between two requests of a connection
    std::chrono::milliseconds write{30'000};  // for each 64 KiB of an answer
    std::chrono::milliseconds linger{1'000};  // to take in what a refused client still sends
};

struct ServerConfig {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;                 // 0: any free one
    std::filesystem::path certificateFile;  // PEM, with its chain
    std::filesystem::path keyFile;          // PEM
    std::filesystem::path spoolDirectory;   // for uploads; on the data directory's disk
    std::size_t maxConnections = 256;
    HeadLimits headLimits;
    HttpDeadlines deadlines;
};

class Server {
public:
    /// Listens and accepts when it returns. Unavailable names a port that is taken;
    /// InvalidArgument an address or certificate that cannot be used.
    /// REQUIRES: `dispatcher` outlives the server.
    static core::Result<std::unique_ptr<Server>> start(const ServerConfig& config,
                                                       const Dispatcher& dispatcher);
    ~Server();  // stop() without grace
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;
    std::size_t openConnections() const;

    /// Accepts no more, lets running requests and streams finish for `grace`, then ends them.
    /// Returns when every connection's thread has returned.
    void stop(std::chrono::milliseconds grace);

private:
    struct Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace hearth::app
