#include "core/crypto/secure_bytes.h"

#include <sodium.h>

#include <cstring>
#include <new>
#include <utility>

#include "core/crypto/sodium_init.h"

namespace hearth::core {

SecureBytes::SecureBytes(std::size_t size) : m_size(size) {
    if (size == 0)
        return;
    initSodium();
    // Pages of its own, between guard pages; locked where RLIMIT_MEMLOCK allows it.
    m_data = static_cast<std::byte*>(sodium_malloc(size));
    if (!m_data)
        throw std::bad_alloc();
    std::memset(m_data, 0, size);
}

SecureBytes::SecureBytes(SecureBytes&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0)) {}

SecureBytes& SecureBytes::operator=(SecureBytes&& other) noexcept {
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

SecureBytes::~SecureBytes() {
    sodium_free(m_data);  // wipes; nothing to do for null
}

SecureBytes SecureBytes::copyOf(std::span<const std::byte> bytes) {
    SecureBytes copy(bytes.size());
    if (!bytes.empty())
        std::memcpy(copy.m_data, bytes.data(), bytes.size());
    return copy;
}

SecureBytes SecureBytes::copyOf(std::string_view text) {
    return copyOf(std::as_bytes(std::span(text.data(), text.size())));
}

bool equalConstantTime(std::span<const std::byte> a, std::span<const std::byte> b) {
    return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

void wipe(std::span<std::byte> bytes) {
    if (!bytes.empty())
        sodium_memzero(bytes.data(), bytes.size());
}

}  // namespace hearth::core
