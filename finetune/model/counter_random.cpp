#include "finetune/model/counter_random.h"

#include <cmath>
#include <numbers>

namespace hearth::finetune {
namespace {

/// The output function of splitmix64.
uint64_t scramble(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

constexpr uint64_t kGoldenGamma = 0x9e3779b97f4a7c15ULL;

/// FNV-1a.
uint64_t hashName(std::string_view name) {
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (unsigned char c : name)
        hash = (hash ^ c) * 0x100000001b3ULL;
    return hash;
}

}  // namespace

CounterRandom::CounterRandom(uint64_t seed, std::string_view name)
    : m_key(scramble(scramble(seed + kGoldenGamma) ^ hashName(name))) {}

uint64_t CounterRandom::bits(uint64_t index) const {
    return scramble(m_key + (index + 1) * kGoldenGamma);
}

double CounterRandom::uniform(uint64_t index) const {
    return double(bits(index) >> 11) * 0x1p-53;
}

double CounterRandom::normal(uint64_t index) const {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform(2 * index)));
    return radius * std::cos(2.0 * std::numbers::pi * uniform(2 * index + 1));
}

}  // namespace hearth::finetune
