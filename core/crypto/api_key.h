// API keys: "hk_", 30 random base62 characters (178 bits), 6 base62 digits of their CRC-32.
// The checksum lets a typing error, or a scanner for leaked keys, be told without the database.
#pragma once
#include <string>
#include <string_view>

namespace hearth::core {

struct NewApiKey {
    std::string secret;  // shown once, never stored
    std::string prefix;  // stored, for lists
    std::string hash;    // stored, for the look-up
};

NewApiKey generateApiKey();

/// Form and checksum only; says nothing about whether the key exists.
bool isWellFormedApiKey(std::string_view key);

/// "hk_" and the first eight characters: tells keys apart and leaves 131 secret bits.
std::string apiKeyPrefix(std::string_view key);

/// SHA-256 in hex. A fast hash is enough: the key is random, so there is nothing to guess.
std::string apiKeyHash(std::string_view key);

/// A login's token: 43 base62 characters (256 bits), stored as its SHA-256.
std::string newSessionToken();
std::string sessionTokenHash(std::string_view token);

}  // namespace hearth::core
