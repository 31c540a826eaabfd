// Private to core/crypto.
#pragma once

namespace hearth::core {
/// Makes libsodium usable; cheap after the first call. Throws where it cannot be.
void initSodium();
}  // namespace hearth::core
