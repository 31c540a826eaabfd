// A row's place by chance: uniform, the same on every machine, and independent of the other rows.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace hearth::finetune {

/// The first 64 bits of SHA-256 over purpose, seed and row hash. purpose keeps draws apart.
uint64_t rowKey(std::string_view purpose, uint64_t seed, const std::string& rowHash);

}  // namespace hearth::finetune
