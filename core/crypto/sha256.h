#pragma once
#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/crypto/secure_bytes.h"
#include "core/result.h"

namespace hearth::core {

using Digest = std::array<std::byte, 32>;

/// SHA-256 (FIPS 180-4) of data that comes in pieces. finish() once, at the end.
class Sha256 {
public:
    Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    ~Sha256();

    void update(std::span<const std::byte> bytes);
    void update(std::string_view text);
    Digest finish();
    std::string finishHex();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

Digest sha256(std::span<const std::byte> bytes);
std::string sha256Hex(std::span<const std::byte> bytes);
std::string sha256Hex(std::string_view text);
/// Reads in pieces, so a file of any size.
Result<std::string> sha256HexOfFile(const std::filesystem::path& path);

/// HMAC-SHA-256 (RFC 2104), for derived keys and tokens.
Digest hmacSha256(const SecureBytes& key, std::span<const std::byte> message);

}  // namespace hearth::core
