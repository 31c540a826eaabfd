// AES-256-GCM (NIST SP 800-38D) with 96-bit nonces and 128-bit tags. Private to core/crypto and
// its tests: callers use sealed_file.h and key_wrap.h, which choose the nonces.
#pragma once
#include <array>
#include <cstddef>
#include <span>

#include "core/crypto/secure_bytes.h"

namespace hearth::core {

inline constexpr std::size_t kTagBytes = 16;
using Nonce = std::array<std::byte, 12>;

/// out: ciphertext then tag. REQUIRES: a 32-byte key, out.size() == plaintext.size() + kTagBytes.
void aeadSeal(const SecureBytes& key, const Nonce& nonce, std::span<const std::byte> aad,
              std::span<const std::byte> plaintext, std::span<std::byte> out);

/// False, with `out` wiped, when anything was changed.
/// REQUIRES: a 32-byte key, sealed.size() == out.size() + kTagBytes.
[[nodiscard]] bool aeadOpen(const SecureBytes& key, const Nonce& nonce,
                            std::span<const std::byte> aad, std::span<const std::byte> sealed,
                            std::span<std::byte> out);

}  // namespace hearth::core
