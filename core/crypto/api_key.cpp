#include "core/crypto/api_key.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/crypto/random.h"
#include "core/crypto/sha256.h"

namespace hearth::core {
namespace {

constexpr std::string_view kLead = "hk_";
constexpr std::size_t kRandomLength = 30;
constexpr std::size_t kChecksumLength = 6;  // 62^6 > 2^32
constexpr std::size_t kKeyLength = kLead.size() + kRandomLength + kChecksumLength;
constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

constexpr std::array<std::uint32_t, 256> makeCrcTable() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ ((value & 1) ? 0xEDB88320u : 0u);
        table[i] = value;
    }
    return table;
}

// CRC-32 as in ISO-HDLC (zlib, PNG).
std::uint32_t crc32(std::string_view text) {
    static constexpr auto kTable = makeCrcTable();
    std::uint32_t crc = 0xFFFFFFFFu;
    for (const char c : text)
        crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 0xFF] ^ (crc >> 8);
    return ~crc;
}

std::string checksum(std::string_view text) {
    std::uint32_t value = crc32(text);
    std::string digits(kChecksumLength, '0');
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, value /= 62)
        *digit = kBase62[value % 62];
    return digits;
}

}  // namespace

NewApiKey generateApiKey() {
    const std::string body = randomBase62(kRandomLength);
    NewApiKey key;
    key.secret = std::string(kLead) + body + checksum(body);
    key.prefix = apiKeyPrefix(key.secret);
    key.hash = apiKeyHash(key.secret);
    return key;
}

bool isWellFormedApiKey(std::string_view key) {
    if (key.size() != kKeyLength || !key.starts_with(kLead))
        return false;
    const std::string_view body = key.substr(kLead.size(), kRandomLength);
    return body.find_first_not_of(kBase62) == body.npos &&
           key.substr(kLead.size() + kRandomLength) == checksum(body);
}

std::string apiKeyPrefix(std::string_view key) {
    return std::string(key.substr(0, kLead.size() + 8));
}

std::string apiKeyHash(std::string_view key) {
    return sha256Hex(key);
}

std::string newSessionToken() {
    return randomBase62(43);
}

std::string sessionTokenHash(std::string_view token) {
    return sha256Hex(token);
}

}  // namespace hearth::core
