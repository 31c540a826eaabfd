// The open connections of a server: how many, which of them only wait, and how to end them.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>

namespace hearth::app {

class TlsConnection;

/// Threading: everything from any thread.
class ConnectionRegistry {
public:
    explicit ConnectionRegistry(std::size_t capacity) : m_capacity(capacity) {}

    /// Waits a moment for a free place. When there is none, the connection that has waited
    /// longest without a request loses its own. False: every place is busy with a request.
    bool reserve(std::chrono::milliseconds patience);
    void release();

    void add(TlsConnection& connection);
    /// REQUIRES: before the connection is destroyed.
    void remove(TlsConnection& connection);

    /// Waiting: in the handshake, in a head or between requests, where ending it costs nobody
    /// an answer. False: the server is stopping and nothing more is to be waited for.
    bool setWaiting(TlsConnection& connection, bool waiting);

    /// From here on, waiting connections end; the others may finish their request.
    void drain();
    bool draining() const;
    /// True once all are gone.
    bool waitUntilEmpty(std::chrono::milliseconds patience);
    void abortAll();

    std::size_t size() const;

private:
    struct Entry {
        bool waiting = true;
        std::chrono::steady_clock::time_point since;
    };

    void evictLongestWaiting();

    const std::size_t m_capacity;
    mutable std::mutex m_mutex;  // all below
    std::condition_variable m_changed;
    std::map<TlsConnection*, Entry> m_connections;
    std::size_t m_places = 0;
    bool m_draining = false;
};

}  // namespace hearth::app
