#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace hearth::core {

/// Key material: cannot be copied by accident, wiped when freed, kept out of swap and core
/// dumps where the system's limits allow it.
class SecureBytes {
public:
    SecureBytes() = default;
    explicit SecureBytes(std::size_t size);  // zeroed
    SecureBytes(SecureBytes&& other) noexcept;
    SecureBytes& operator=(SecureBytes&& other) noexcept;
    ~SecureBytes();

    /// The only way to copy: says so.
    static SecureBytes copyOf(std::span<const std::byte> bytes);
    static SecureBytes copyOf(std::string_view text);

    std::byte* data() { return m_data; }
    const std::byte* data() const { return m_data; }
    std::size_t size() const { return m_size; }
    bool empty() const { return m_size == 0; }
    std::span<std::byte> span() { return {m_data, m_size}; }
    std::span<const std::byte> span() const { return {m_data, m_size}; }
    std::string_view view() const { return {reinterpret_cast<const char*>(m_data), m_size}; }

private:
    std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

/// Compares in a time that depends on the lengths only.
bool equalConstantTime(std::span<const std::byte> a, std::span<const std::byte> b);
/// Overwrites memory that is about to be freed; the compiler cannot drop it.
void wipe(std::span<std::byte> bytes);

}  // namespace hearth::core
