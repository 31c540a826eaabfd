// Random numbers as a function of (key, index): any value can be made alone, in any order.
#pragma once
#include <cstdint>
#include <string_view>

namespace hearth::finetune {

class CounterRandom {
public:
    /// One stream per (seed, name), e.g. the name of a tensor.
    CounterRandom(uint64_t seed, std::string_view name);

    uint64_t bits(uint64_t index) const;
    /// In [0, 1).
    double uniform(uint64_t index) const;
    /// Mean 0, variance 1 (Box-Muller).
    double normal(uint64_t index) const;

private:
    uint64_t m_key;
};

}  // namespace hearth::finetune
