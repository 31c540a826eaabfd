// Reads the header of a GGUF file front to back; every step checks what is left.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>

namespace hearth::engine {

/// After the first failure every read gives zeros and empty strings; see failed().
class GgufCursor {
public:
    explicit GgufCursor(std::span<const std::byte> file) : m_file(file) {}

    bool failed() const { return m_failed; }
    uint64_t position() const { return m_position; }
    uint64_t left() const { return m_file.size() - m_position; }

    template <typename T>
    T number() {
        T value{};
        if (const auto bytes = take(sizeof(T)); !bytes.empty())
            std::memcpy(&value, bytes.data(), sizeof(T));
        return value;
    }
    /// At most maxBytes long.
    std::string text(uint64_t maxBytes) {
        const uint64_t size = number<uint64_t>();
        if (size > maxBytes)
            m_failed = true;
        const auto bytes = take(size);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    void skip(uint64_t bytes) { take(bytes); }

private:
    std::span<const std::byte> take(uint64_t bytes) {
        if (m_failed || bytes > left()) {
            m_failed = true;
            return {};
        }
        const auto taken = m_file.subspan(m_position, bytes);
        m_position += bytes;
        return taken;
    }

    std::span<const std::byte> m_file;
    uint64_t m_position = 0;
    bool m_failed = false;
};

}  // namespace hearth::engine
