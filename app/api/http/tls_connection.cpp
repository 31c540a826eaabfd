#include "app/api/http/tls_connection.h"

#include <Poco/Exception.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace hearth::app {
namespace {

using Clock = std::chrono::steady_clock;
using Poco::Net::SecureStreamSocket;

// One TLS record.
constexpr std::size_t kReadBytes = 16384;
// How much is read and thrown away before a socket is closed: enough for most clients to finish
// sending and read why they were refused. The linger deadline bounds the time.
constexpr std::size_t kDrainBytes = 8 << 20;

int millisecondsUntil(Deadline deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, 3'600'000));
}

}  // namespace

TlsConnection::TlsConnection(const Poco::Net::StreamSocket& accepted,
                             Poco::Net::Context::Ptr context)
    : m_accepted(accepted),
      m_context(context),
      m_remoteAddress(accepted.peerAddress().host().toString()),
      m_fd(accepted.impl()->sockfd()) {
    m_accepted.setBlocking(false);
    m_accepted.setNoDelay(true);
    m_accepted.setKeepAlive(true);
}

IoStatus TlsConnection::handshake(Deadline deadline) try {
    m_socket = SecureStreamSocket::attach(m_accepted, m_context);
    m_socket.setBlocking(false);
    int result = 0;
    return retry([this] { return m_socket.completeHandshake(); }, deadline, result);
} catch (const Poco::Exception&) {
    return IoStatus::Closed;
}

IoStatus TlsConnection::read(std::string& buffer, Deadline deadline) {
    std::array<char, kReadBytes> piece;
    int bytes = 0;
    const auto receive = [&] {
        return m_socket.receiveBytes(piece.data(), static_cast<int>(piece.size()));
    };
    const IoStatus status = retry(receive, deadline, bytes);
    if (status == IoStatus::Ok)
        buffer.append(piece.data(), static_cast<std::size_t>(bytes));
    return status;
}

IoStatus TlsConnection::write(std::string_view data, Deadline deadline) {
    while (!data.empty()) {
        int bytes = 0;
        // The same piece again after ERR_SSL_WANT_*: OpenSSL insists on it.
        const int size = static_cast<int>(std::min(data.size(), kReadBytes));
        const auto send = [&] { return m_socket.sendBytes(data.data(), size); };
        const IoStatus status = retry(send, deadline, bytes);
        if (status != IoStatus::Ok)
            return status;
        data.remove_prefix(static_cast<std::size_t>(bytes));
    }
    return IoStatus::Ok;
}

bool TlsConnection::peerConnected() const {
    pollfd state{.fd = m_fd, .events = POLLRDHUP, .revents = 0};
    return ::poll(&state, 1, 0) == 0;
}

void TlsConnection::close(Deadline deadline) try {
    m_socket.shutdown();
    ::shutdown(m_fd, SHUT_WR);
    std::array<char, kReadBytes> piece;
    for (std::size_t drained = 0; drained < kDrainBytes;) {
        const ssize_t bytes = ::recv(m_fd, piece.data(), piece.size(), 0);
        if (bytes > 0)
            drained += static_cast<std::size_t>(bytes);
        else if (bytes == 0 || (errno != EAGAIN && errno != EINTR) ||
                 waitFor(POLLIN, deadline) != IoStatus::Ok)
            return;
    }
} catch (const Poco::Exception&) {
    // The peer has gone already: nothing is left to end.
}

void TlsConnection::abort() noexcept {
    ::shutdown(m_fd, SHUT_RDWR);
}

template <typename Operation>
IoStatus TlsConnection::retry(Operation operation, Deadline deadline, int& bytes) try {
    while (true) {
        // Before each try, because a peer that always has a byte ready never makes us wait.
        if (Clock::now() >= deadline)
            return IoStatus::TimedOut;
        bytes = operation();
        if (bytes > 0)
            return IoStatus::Ok;
        if (bytes == 0)
            return IoStatus::Closed;
        const short events = bytes == SecureStreamSocket::ERR_SSL_WANT_WRITE ? POLLOUT : POLLIN;
        const IoStatus waited = waitFor(events, deadline);
        if (waited != IoStatus::Ok)
            return waited;
    }
} catch (const Poco::Exception&) {
    return IoStatus::Closed;
}

IoStatus TlsConnection::waitFor(short events, Deadline deadline) const {
    pollfd state{.fd = m_fd, .events = events, .revents = 0};
    while (true) {
        const int ready = ::poll(&state, 1, millisecondsUntil(deadline));
        if (ready > 0)
            return IoStatus::Ok;
        if (ready == 0)
            return IoStatus::TimedOut;
        if (errno != EINTR)
            return IoStatus::Closed;
    }
}

}  // namespace hearth::app
