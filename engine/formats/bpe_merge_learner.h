// The training loop of BPE: joins the most frequent pair of tokens, again and again.
#pragma once
#include <cstdint>
#include <queue>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hearth::engine {

/// A piece of text and how often it occurs.
struct CountedPiece {
    std::string bytes;
    int64_t count = 0;
};

/// Counts are kept up to date instead of taken anew, so that a merge costs as much as the
/// pieces that contain it. Among equally frequent pairs the one of the older tokens is joined
/// first, which makes the result independent of hash order.
class BpeMergeLearner {
public:
    using Symbol = int32_t;
    static constexpr Symbol kBytes = 256;  // symbols below are bytes, those from here on merges

    explicit BpeMergeLearner(const std::vector<CountedPiece>& pieces);

    /// Joins the best pair; false if none occurs minCount times.
    bool step(int64_t minCount);

    /// What every symbol stands for, by symbol.
    const std::vector<std::string>& symbols() const { return m_symbols; }
    /// The pairs joined so far. Two pairs may give the same symbol (a+bc, ab+c).
    const std::vector<std::pair<Symbol, Symbol>>& merges() const { return m_merges; }

private:
    using Pair = uint64_t;
    struct Word {
        std::vector<Symbol> symbols;
        int64_t count;
    };
    struct PairState {
        int64_t count = 0;
        std::vector<uint32_t> words;  // where it was seen; may be outdated or repeated
    };
    struct Candidate {
        int64_t count;
        Pair pair;
        bool operator<(const Candidate& other) const {
            return count != other.count ? count < other.count : pair > other.pair;
        }
    };

    static Pair pairOf(Symbol left, Symbol right) {
        return static_cast<Pair>(left) << 32 | static_cast<uint32_t>(right);
    }
    Symbol symbolFor(Symbol left, Symbol right);
    void join(Symbol left, Symbol right);
    void rewrite(Word& word, Symbol left, Symbol right, Symbol joined) const;
    void count(const Word& word, int64_t sign, std::unordered_map<Pair, int64_t>& changes) const;
    void apply(const std::unordered_map<Pair, int64_t>& changes);

    std::vector<std::string> m_symbols;
    std::unordered_map<std::string, Symbol> m_symbolOf;
    std::vector<std::pair<Symbol, Symbol>> m_merges;
    std::vector<Word> m_words;
    std::unordered_map<Pair, PairState> m_pairs;
    std::priority_queue<Candidate> m_candidates;  // counts may be outdated: too high, never low
};

}  // namespace hearth::engine
