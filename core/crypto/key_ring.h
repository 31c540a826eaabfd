// The keys of sealed files that this process may open now, by the folder that they lie in. It lets
// an encrypted model be opened by whatever opens a model: whoever is entitled to the key puts it
// here for as long as the work takes, and the one place that opens weights finds it.
#pragma once
#include <filesystem>
#include <list>
#include <mutex>
#include <string>
#include <utility>

#include "core/crypto/secure_bytes.h"
#include "core/result.h"

namespace hearth::core {

/// Threading: every method may be called from any thread.
class KeyRing {
    struct Key {
        std::string folder;
        SecureBytes bytes;
    };

public:
    /// A key on the ring; taken off when this is destroyed.
    class Held {
    public:
        Held() = default;  // holds none
        Held(Held&& other) noexcept
            : m_ring(std::exchange(other.m_ring, nullptr)), m_key(other.m_key) {}
        Held& operator=(Held&&) = delete;
        ~Held();

    private:
        friend class KeyRing;
        Held(KeyRing& ring, std::list<Key>::iterator key) : m_ring(&ring), m_key(key) {}

        KeyRing* m_ring = nullptr;
        std::list<Key>::iterator m_key;
    };

    /// The process's own.
    static KeyRing& instance();

    /// Opens the sealed files that lie in `folder` itself.
    [[nodiscard]] Held hold(const std::filesystem::path& folder, const SecureBytes& key);
    /// Errors: PermissionDenied: no key for the file's folder is held.
    Result<SecureBytes> find(const std::filesystem::path& file) const;

private:
    mutable std::mutex m_mutex;  // guards m_keys
    std::list<Key> m_keys;
};

}  // namespace hearth::core
