#include "core/crypto/aead.h"

#include <openssl/evp.h>

#include "core/assert.h"
#include "core/result.h"
#include "core/unique_handle.h"

namespace hearth::core {
namespace {

using CipherContext = UniqueHandle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}
unsigned char* raw(std::byte* bytes) {
    return reinterpret_cast<unsigned char*>(bytes);
}

void require(bool done) {
    if (!done)
        throw Exception({ErrorCode::Internal, "AES-256-GCM failed", "OpenSSL"});
}

// Gives the cipher its key, nonce and associated data.
CipherContext start(const SecureBytes& key, const Nonce& nonce, std::span<const std::byte> aad,
                    bool encrypt) {
    CORE_ASSERT(key.size() == 32);
    CipherContext context(EVP_CIPHER_CTX_new());
    require(context != nullptr);
    require(EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, raw(key.data()),
                              raw(nonce.data()), encrypt ? 1 : 0) == 1);
    int length = 0;
    if (!aad.empty())
        require(EVP_CipherUpdate(context.get(), nullptr, &length, raw(aad.data()),
                                 static_cast<int>(aad.size())) == 1);
    return context;
}

void transform(EVP_CIPHER_CTX* context, std::span<const std::byte> in, std::byte* out) {
    int length = 0;
    if (!in.empty())
        require(EVP_CipherUpdate(context, raw(out), &length, raw(in.data()),
                                 static_cast<int>(in.size())) == 1);
}

}  // namespace

void aeadSeal(const SecureBytes& key, const Nonce& nonce, std::span<const std::byte> aad,
              std::span<const std::byte> plaintext, std::span<std::byte> out) {
    CORE_ASSERT(out.size() == plaintext.size() + kTagBytes);
    const CipherContext context = start(key, nonce, aad, true);
    transform(context.get(), plaintext, out.data());
    std::byte* const tag = out.data() + plaintext.size();
    int length = 0;
    require(EVP_CipherFinal_ex(context.get(), raw(tag), &length) == 1);
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag) == 1);
}

bool aeadOpen(const SecureBytes& key, const Nonce& nonce, std::span<const std::byte> aad,
              std::span<const std::byte> sealed, std::span<std::byte> out) {
    CORE_ASSERT(sealed.size() == out.size() + kTagBytes);
    const CipherContext context = start(key, nonce, aad, false);
    transform(context.get(), sealed.first(out.size()), out.data());
    std::array<std::byte, kTagBytes> tag;
    std::copy_n(sealed.end() - kTagBytes, kTagBytes, tag.begin());
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1);
    std::array<std::byte, kTagBytes> unused;
    int length = 0;
    if (EVP_CipherFinal_ex(context.get(), raw(unused.data()), &length) == 1)
        return true;
    wipe(out);
    return false;
}

}  // namespace hearth::core
