#include "app/api/http/server.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Runnable.h>
#include <Poco/Thread.h>
#include <Poco/ThreadPool.h>

#include <atomic>
#include <functional>

#include "app/api/http/session.h"
#include "core/log.h"

namespace hearth::app {
namespace {

using core::ErrorCode;
using Poco::Net::Context;

constexpr int kBacklog = 256;
const Poco::Timespan kAcceptPoll(0, 100'000);
constexpr std::chrono::milliseconds kPlacePatience{250};

// TLS 1.2 with forward secrecy and authenticated encryption only; TLS 1.3 has nothing else.
// OpenSSL 3 has compression and renegotiation by the client off unless asked for.
constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

core::Result<Context::Ptr> makeContext(const ServerConfig& config) try {
    Context::Params params;
    params.privateKeyFile = config.keyFile.string();
    params.certificateFile = config.certificateFile.string();
    params.verificationMode = Context::VERIFY_NONE;  // clients authenticate by key, not certificate
    params.cipherList = kCiphers;
    Context::Ptr context = new Context(Context::TLS_SERVER_USE, params);
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    context->preferServerCiphers();
    return context;
} catch (const Poco::Exception& exception) {
    return core::Error{ErrorCode::InvalidArgument,
                       "The TLS certificate or its key cannot be used: " + exception.displayText(),
                       config.certificateFile.string()};
}

core::Result<Poco::Net::ServerSocket> listenOn(const ServerConfig& config) {
    const std::string place = config.address + ":" + std::to_string(config.port);
    try {
        Poco::Net::ServerSocket socket;
        // Without reusePort: two nodes must not share a port unnoticed.
        socket.bind(Poco::Net::SocketAddress(config.address, config.port), true, false);
        socket.listen(kBacklog);
        return socket;
    } catch (const Poco::Exception& exception) {
        if (exception.code() == POCO_EADDRINUSE)
            return core::Error{ErrorCode::Unavailable,
                               "Port " + std::to_string(config.port) +
                                   " is in use by another program: stop that one or set another "
                                   "port in config.toml.",
                               place};
        return core::Error{ErrorCode::InvalidArgument,
                           "Cannot listen there: " + exception.displayText(), place};
    }
}

}  // namespace

struct Server::Impl : Poco::Runnable {
    Impl(const ServerConfig& serverConfig, const Dispatcher& serverDispatcher,
         Context::Ptr tlsContext, Poco::Net::ServerSocket serverSocket)
        : config(serverConfig),
          dispatcher(serverDispatcher),
          context(std::move(tlsContext)),
          socket(std::move(serverSocket)),
          port(socket.address().port()),
          registry(config.maxConnections),
          // Some more threads than places: a thread gives up its place just before it is free.
          pool("https", 2, static_cast<int>(config.maxConnections) + 16) {}

    void run() override;
    void acceptOne();
    void serve(const Poco::Net::StreamSocket& accepted);

    const ServerConfig config;
    const Dispatcher& dispatcher;
    Context::Ptr context;
    Poco::Net::ServerSocket socket;
    const std::uint16_t port;
    ConnectionRegistry registry;
    Poco::ThreadPool pool;
    Poco::Thread acceptor;
    std::atomic<bool> stopping{false};
};

namespace {

/// Owns itself from the start of its thread on, as Poco's pool takes bare pointers.
class ConnectionTask : public Poco::Runnable {
public:
    explicit ConnectionTask(std::function<void()> work) : m_work(std::move(work)) {}
    void run() override {
        const std::unique_ptr<ConnectionTask> self(this);
        m_work();
    }

private:
    std::function<void()> m_work;
};

}  // namespace

void Server::Impl::run() {
    while (!stopping) {
        try {
            if (socket.poll(kAcceptPoll, Poco::Net::Socket::SELECT_READ))
                acceptOne();
        } catch (const std::exception& exception) {
            // Out of descriptors, or a peer that left before it was accepted.
            core::logWarn("a connection was not accepted", {{"error", exception.what()}});
            Poco::Thread::sleep(10);
        }
    }
}

void Server::Impl::acceptOne() {
    const Poco::Net::StreamSocket accepted = socket.acceptConnection();
    if (!registry.reserve(kPlacePatience)) {
        core::logWarn("too many connections: one was refused");
        return;
    }
    auto task = std::make_unique<ConnectionTask>([this, accepted] { serve(accepted); });
    try {
        pool.start(*task);
        task.release();  // NOLINT: the task owns itself now
    } catch (...) {
        registry.release();
        throw;
    }
}

void Server::Impl::serve(const Poco::Net::StreamSocket& accepted) {
    try {
        TlsConnection connection(accepted, context);
        registry.add(connection);
        try {
            Session(connection, registry, config, dispatcher).run();
        } catch (const std::exception& exception) {
            core::logError("a connection failed", {{"error", exception.what()}});
        }
        registry.remove(connection);
    } catch (const std::exception& exception) {
        core::logDebug("a connection ended early", {{"error", exception.what()}});
    }
    registry.release();
}

core::Result<std::unique_ptr<Server>> Server::start(const ServerConfig& config,
                                                    const Dispatcher& dispatcher) {
    CORE_ASSIGN(auto context, makeContext(config));
    CORE_ASSIGN(auto socket, listenOn(config));
    auto impl = std::make_unique<Impl>(config, dispatcher, context, socket);
    impl->acceptor.setName("https-accept");
    impl->acceptor.start(*impl);
    return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Server::~Server() {
    stop(std::chrono::milliseconds(0));
}

std::uint16_t Server::port() const {
    return m_impl->port;
}

std::size_t Server::openConnections() const {
    return m_impl->registry.size();
}

void Server::stop(std::chrono::milliseconds grace) {
    if (m_impl->stopping.exchange(true))
        return;
    m_impl->acceptor.join();
    m_impl->socket.close();
    m_impl->registry.drain();
    if (!m_impl->registry.waitUntilEmpty(grace))
        m_impl->registry.abortAll();
    m_impl->pool.joinAll();
}

}  // namespace hearth::app
