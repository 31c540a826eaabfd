#include "core/crypto/password.h"

#include <sodium.h>

#include <semaphore>

#include "core/crypto/sodium_init.h"

namespace hearth::core {
namespace {

constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemoryBytes = std::size_t{64} << 20;
constexpr int kMaxAtOnce = 4;

// Held while one hash is computed.
class HashSlot {
public:
    HashSlot() {
        initSodium();
        slots().acquire();
    }
    ~HashSlot() { slots().release(); }
    HashSlot(const HashSlot&) = delete;
    HashSlot& operator=(const HashSlot&) = delete;

private:
    static std::counting_semaphore<kMaxAtOnce>& slots() {
        static std::counting_semaphore<kMaxAtOnce> semaphore{kMaxAtOnce};
        return semaphore;
    }
};

}  // namespace

Status checkNewPassword(std::string_view password) {
    if (password.size() < kMinPasswordBytes || password.size() > kMaxPasswordBytes)
        return Error{ErrorCode::InvalidArgument,
                     "a password has " + std::to_string(kMinPasswordBytes) + " to " +
                         std::to_string(kMaxPasswordBytes) + " bytes; 15 or more are recommended",
                     "password"};
    return {};
}

std::string hashPassword(std::string_view password) {
    const HashSlot slot;
    char hash[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(hash, password.data(), password.size(), kPasses, kMemoryBytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw Exception({ErrorCode::ResourceExhausted, "no memory to hash a password", "Argon2id"});
    return hash;
}

bool verifyPassword(std::string_view password, const std::string& hash) {
    if (password.size() > kMaxPasswordBytes)
        return false;
    const HashSlot slot;
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool verifyForUnknownUser(std::string_view password) {
    static const std::string dummy = hashPassword("nobody has this password");
    (void)verifyPassword(password, dummy);
    return false;
}

bool passwordNeedsRehash(const std::string& hash) {
    initSodium();
    return crypto_pwhash_str_needs_rehash(hash.c_str(), kPasses, kMemoryBytes) != 0;
}

}  // namespace hearth::core
