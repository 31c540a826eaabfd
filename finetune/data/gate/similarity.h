// Texts that are nearly the same: Jaccard similarity of their sets of three words in a row, found
// by MinHash with locality-sensitive hashing (Broder 1997; Leskovec, Rajaraman and Ullman, "Mining
// of Massive Datasets", chapter 3). The same texts give the same answer on every machine.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hearth::finetune {

inline constexpr int kShingleWords = 3;
inline constexpr int kMinHashes = 120;
inline constexpr int kBands = 24;  // of kMinHashes / kBands hashes each
inline constexpr double kSimilar = 0.8;
// What the bands find is compared exactly, so nothing is called similar that is not. A pair at the
// threshold is missed when no band agrees: (1 - 0.8^5)^24.
inline constexpr double kMissedAtThreshold = 7.3e-5;
// Rows that share most of their words with all others would be compared with each.
inline constexpr int kMostComparisons = 256;

/// Hashes of the words in a row, ascending, each once. Case, punctuation and spacing do not count;
/// a character of Chinese or Japanese script is a word. A shorter text is one shingle; one without
/// words has none. Two different shingles have the same hash once in 2^32.
std::vector<uint32_t> shinglesOf(std::string_view text);

/// |a and b| / |a or b|; 0 when both are empty.
double jaccard(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b);

/// Texts that others are compared with. add() all, then build(), then find().
class SimilarityIndex {
public:
    void add(std::vector<uint32_t> shingles);
    void build();

    struct Similar {
        size_t index = 0;  // in the order of add
        double similarity = 0;
    };
    /// The first of the texts before `end` that is similar.
    std::optional<Similar> find(const std::vector<uint32_t>& shingles, size_t end) const;
    std::optional<Similar> find(size_t index) const { return find(m_shingles[index], index); }

    size_t size() const { return m_shingles.size(); }
    /// Searches that gave up after kMostComparisons, so that they may have missed some.
    int64_t givenUp() const { return m_givenUp; }

private:
    struct Entry {
        uint64_t key;
        uint32_t index;
        auto operator<=>(const Entry&) const = default;
    };
    std::vector<std::vector<uint32_t>> m_shingles;
    std::array<std::vector<Entry>, kBands> m_bands;  // sorted by build
    mutable int64_t m_givenUp = 0;
};

}  // namespace hearth::finetune
