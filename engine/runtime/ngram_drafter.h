// Guesses how a text goes on by looking up where its last tokens stood before.
#pragma once
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace hearth::engine {

/// Of one sequence, whose tokens only grow.
class NgramDrafter {
public:
    // Two tokens recur by chance in ordinary text; three mostly in one that repeats itself.
    static constexpr size_t kTokens = 3;

    /// Up to `count` tokens that followed the latest earlier place of the last kTokens tokens;
    /// none when there is no such place.
    std::vector<int32_t> draft(std::span<const int32_t> tokens, int64_t count);

private:
    std::unordered_map<uint64_t, size_t> m_after;  // kTokens tokens: where the next one stands
    size_t m_indexed = kTokens;                    // places before it are in the map
};

}  // namespace hearth::engine
