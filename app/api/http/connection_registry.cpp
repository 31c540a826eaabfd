#include "app/api/http/connection_registry.h"

#include "app/api/http/tls_connection.h"
#include "core/assert.h"

namespace hearth::app {

using Clock = std::chrono::steady_clock;

namespace {
constexpr std::chrono::milliseconds kEvictionPause{10};
}

bool ConnectionRegistry::reserve(std::chrono::milliseconds patience) {
    std::unique_lock lock(m_mutex);
    const auto free = [this] { return m_places < m_capacity; };
    const auto end = Clock::now() + patience;
    while (!free()) {
        if (Clock::now() >= end)
            return false;
        // Again each time: a place may belong to a thread that has not added its connection yet.
        evictLongestWaiting();
        m_changed.wait_for(lock, kEvictionPause, free);
    }
    ++m_places;
    return true;
}

void ConnectionRegistry::release() {
    const std::lock_guard lock(m_mutex);
    --m_places;
    m_changed.notify_all();
}

void ConnectionRegistry::add(TlsConnection& connection) {
    const std::lock_guard lock(m_mutex);
    m_connections[&connection] = Entry{.waiting = true, .since = Clock::now()};
    if (m_draining)
        connection.abort();
}

void ConnectionRegistry::remove(TlsConnection& connection) {
    const std::lock_guard lock(m_mutex);
    m_connections.erase(&connection);
}

bool ConnectionRegistry::setWaiting(TlsConnection& connection, bool waiting) {
    const std::lock_guard lock(m_mutex);
    const auto found = m_connections.find(&connection);
    CORE_ASSERT(found != m_connections.end());
    found->second = Entry{.waiting = waiting, .since = Clock::now()};
    return !(waiting && m_draining);
}

void ConnectionRegistry::drain() {
    const std::lock_guard lock(m_mutex);
    m_draining = true;
    for (auto& [connection, entry] : m_connections)
        if (entry.waiting)
            connection->abort();
}

bool ConnectionRegistry::draining() const {
    const std::lock_guard lock(m_mutex);
    return m_draining;
}

bool ConnectionRegistry::waitUntilEmpty(std::chrono::milliseconds patience) {
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, patience, [this] { return m_places == 0; });
}

void ConnectionRegistry::abortAll() {
    const std::lock_guard lock(m_mutex);
    for (auto& [connection, entry] : m_connections)
        connection->abort();
}

std::size_t ConnectionRegistry::size() const {
    const std::lock_guard lock(m_mutex);
    return m_places;
}

void ConnectionRegistry::evictLongestWaiting() {
    auto longest = m_connections.end();
    for (auto entry = m_connections.begin(); entry != m_connections.end(); ++entry)
        if (entry->second.waiting &&
            (longest == m_connections.end() || entry->second.since < longest->second.since))
            longest = entry;
    if (longest != m_connections.end())
        longest->first->abort();
}

}  // namespace hearth::app
