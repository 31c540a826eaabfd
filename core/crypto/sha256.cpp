#include "core/crypto/sha256.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "core/file.h"
#include "core/strings.h"
#include "core/unique_handle.h"

namespace hearth::core {
namespace {

unsigned char* raw(std::byte* bytes) {
    return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}

void require(bool worked) {
    if (!worked)
        throw Exception({ErrorCode::Internal, "SHA-256 is not available from OpenSSL", ""});
}

}  // namespace

// OpenSSL uses the processor's SHA instructions; libsodium does not, and is four times slower at
// the gigabytes of a model.
struct Sha256::State {
    UniqueHandle<EVP_MD_CTX, EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : m_state(std::make_unique<State>()) {
    // Fetched once: a search by name costs more than hashing a short text.
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    require(algorithm && m_state->context &&
            EVP_DigestInit_ex(m_state->context.get(), algorithm, nullptr) == 1);
}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(std::span<const std::byte> bytes) {
    require(EVP_DigestUpdate(m_state->context.get(), bytes.data(), bytes.size()) == 1);
}

void Sha256::update(std::string_view text) {
    update(asBytes(text));
}

Digest Sha256::finish() {
    Digest digest;
    require(EVP_DigestFinal_ex(m_state->context.get(), raw(digest.data()), nullptr) == 1);
    return digest;
}

std::string Sha256::finishHex() {
    return toHex(finish());
}

Digest sha256(std::span<const std::byte> bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

std::string sha256Hex(std::span<const std::byte> bytes) {
    return toHex(sha256(bytes));
}

std::string sha256Hex(std::string_view text) {
    return sha256Hex(asBytes(text));
}

Result<std::string> sha256HexOfFile(const std::filesystem::path& path) {
    CORE_ASSIGN(const UniqueFd fd, openFile(path, O_RDONLY));
    Sha256 hash;
    std::vector<std::byte> buffer(256 * 1024);
    for (;;) {
        const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errnoError(errno, "read", path);
        if (got == 0)
            return hash.finishHex();
        hash.update(std::span(buffer).first(static_cast<std::size_t>(got)));
    }
}

Digest hmacSha256(const SecureBytes& key, std::span<const std::byte> message) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, raw(key.data()), key.size());
    crypto_auth_hmacsha256_update(&state, raw(message.data()), message.size());
    Digest digest;
    crypto_auth_hmacsha256_final(&state, raw(digest.data()));
    sodium_memzero(&state, sizeof state);
    return digest;
}

}  // namespace hearth::core
