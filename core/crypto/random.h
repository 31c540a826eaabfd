#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/crypto/secure_bytes.h"

namespace hearth::core {

/// From the system's cryptographic generator. Safe from any thread.
void randomBytes(std::span<std::byte> out);
SecureBytes randomKey(std::size_t bytes = 32);
/// 2 * `bytes` hexadecimal digits.
std::string randomHex(std::size_t bytes);
/// `length` characters of 0-9A-Za-z, each equally likely (5.95 bits each).
std::string randomBase62(std::size_t length);
/// "ftjob-3kTMd0..." : prefix and 24 base62 characters (142 bits).
std::string randomId(std::string_view prefix);

}  // namespace hearth::core
