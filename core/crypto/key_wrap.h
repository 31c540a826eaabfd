// Keys under keys: each object has its own data key, stored wrapped by the node's master key.
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "core/crypto/secure_bytes.h"
#include "core/result.h"

namespace hearth::core {

inline constexpr std::size_t kDataKeyBytes = 32;
inline constexpr std::size_t kWrappedKeyBytes = 12 + kDataKeyBytes + 16;  // nonce, key, tag

/// AES-256-GCM with a random nonce. `objectId` is bound in: a wrapped key that is moved to
/// another object's row does not open. REQUIRES: both keys have 32 bytes.
std::vector<std::byte> wrapKey(const SecureBytes& masterKey, const SecureBytes& dataKey,
                               std::string_view objectId);

/// Errors: DataCorrupt for another master key, another object or a changed byte.
Result<SecureBytes> unwrapKey(const SecureBytes& masterKey, std::span<const std::byte> wrapped,
                              std::string_view objectId);

/// A new random key in `file` with mode 0600. Errors: AlreadyExists: it is never replaced, since
/// everything sealed under it would be lost.
Status createMasterKey(const std::filesystem::path& file);

/// Errors: PermissionDenied when group or others can reach the file; DataCorrupt.
Result<SecureBytes> loadMasterKey(const std::filesystem::path& file);

}  // namespace hearth::core
