// Counter-based random numbers: a draw depends on its key alone, never on what was drawn
// before, so that a sequence samples the same tokens alone, in a batch or after a replay.
#pragma once
#include <cstdint>

namespace hearth::engine {

/// Mixes 64 bits (the finaliser of SplitMix64, Steele et al. 2014).
constexpr uint64_t mixBits(uint64_t x) {
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

/// Uniform in [0, 1) with 53 bits, keyed by (seed, position).
constexpr double uniformAt(uint64_t seed, uint64_t position) {
    return double(mixBits(mixBits(seed) ^ mixBits(~position)) >> 11) * 0x1.0p-53;
}

}  // namespace hearth::engine
