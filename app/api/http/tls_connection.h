// One accepted connection: TLS over Poco's socket, with absolute deadlines.
// Private to app/api/http: it shows Poco's types.
#pragma once
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <string>
#include <string_view>

namespace hearth::app {

using Deadline = std::chrono::steady_clock::time_point;

enum class IoStatus { Ok, Closed, TimedOut };

/// A deadline is a point in time for the whole call, not for one read inside it: a peer
/// that sends a byte now and then does not move it.
/// Threading: one thread uses it; abort() may be called from any other.
class TlsConnection {
public:
    TlsConnection(const Poco::Net::StreamSocket& accepted, Poco::Net::Context::Ptr context);

    IoStatus handshake(Deadline deadline);

    /// Appends what has arrived to `buffer`, at least one byte.
    IoStatus read(std::string& buffer, Deadline deadline);

    /// All of `data`.
    IoStatus write(std::string_view data, Deadline deadline);

    /// False once the peer has closed its side or the connection broke. Sends nothing.
    bool peerConnected() const;

    /// Ends TLS properly, then reads what still comes for a moment: closing a socket with
    /// unread input would reset it, and the peer could lose the answer.
    void close(Deadline deadline);

    /// Ends every call at once, here and later.
    void abort() noexcept;

    const std::string& remoteAddress() const { return m_remoteAddress; }

private:
    /// One call of Poco's: bytes, or one of SecureStreamSocket::ERR_SSL_*.
    template <typename Operation>
    IoStatus retry(Operation operation, Deadline deadline, int& bytes);
    IoStatus waitFor(short events, Deadline deadline) const;

    Poco::Net::StreamSocket m_accepted;
    Poco::Net::Context::Ptr m_context;
    Poco::Net::SecureStreamSocket m_socket;
    std::string m_remoteAddress;
    int m_fd;
};

}  // namespace hearth::app
