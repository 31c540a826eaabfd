#include "finetune/data/versions/row_key.h"

#include "core/crypto/sha256.h"

namespace hearth::finetune {

uint64_t rowKey(std::string_view purpose, uint64_t seed, const std::string& rowHash) {
    core::Sha256 hash;
    hash.update(purpose);
    hash.update("\n" + std::to_string(seed) + "\n" + rowHash);
    const core::Digest digest = hash.finish();
    uint64_t key = 0;
    for (size_t i = 0; i < sizeof(key); ++i)
        key = key << 8 | uint64_t(digest[i]);
    return key;
}

}  // namespace hearth::finetune
