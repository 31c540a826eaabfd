#pragma once
#include <string>
#include <string_view>

#include "core/result.h"

namespace hearth::core {

inline constexpr std::size_t kMinPasswordBytes = 8;
inline constexpr std::size_t kRecommendedPasswordBytes = 15;
inline constexpr std::size_t kMaxPasswordBytes = 1024;

/// InvalidArgument unless the length is in range. There are no rules about the characters.
Status checkNewPassword(std::string_view password);

/// Argon2id (64 MiB, t = 3, p = 1) as a self-describing string with its own salt.
/// At most four hashes run at once in the process; more wait, so that logins cannot take all
/// memory. Throws where 64 MiB cannot be had.
std::string hashPassword(std::string_view password);

/// Takes as long for a wrong password as for the right one.
bool verifyPassword(std::string_view password, const std::string& hash);

/// Spends the time of a verification where there is no such user, so that a reply's delay does
/// not tell which names exist. Always false.
bool verifyForUnknownUser(std::string_view password);

/// True when `hash` was made with other parameters: hash again at the next successful login.
bool passwordNeedsRehash(const std::string& hash);

}  // namespace hearth::core
