#include "core/crypto/random.h"

#include <sodium.h>

#include "core/crypto/sodium_init.h"
#include "core/result.h"
#include "core/strings.h"

namespace hearth::core {

void initSodium() {
    static const bool ready = sodium_init() >= 0;
    if (!ready)
        throw Exception(
            {ErrorCode::Internal, "the cryptographic library cannot start", "libsodium"});
}

void randomBytes(std::span<std::byte> out) {
    initSodium();
    randombytes_buf(out.data(), out.size());
}

SecureBytes randomKey(std::size_t bytes) {
    SecureBytes key(bytes);
    randomBytes(key.span());
    return key;
}

std::string randomHex(std::size_t bytes) {
    return toHex(randomKey(bytes).span());
}

std::string randomBase62(std::size_t length) {
    constexpr std::string_view kAlphabet =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    initSodium();
    std::string text(length, '0');
    for (char& c : text)
        c = kAlphabet[randombytes_uniform(kAlphabet.size())];
    return text;
}

std::string randomId(std::string_view prefix) {
    return std::string(prefix) + randomBase62(24);
}

}  // namespace hearth::core
