#include "engine/formats/bpe_merge_learner.h"

#include <algorithm>

namespace hearth::engine {

BpeMergeLearner::BpeMergeLearner(const std::vector<CountedPiece>& pieces) {
    for (int byte = 0; byte < kBytes; ++byte) {
        m_symbols.emplace_back(1, static_cast<char>(byte));
        m_symbolOf.emplace(m_symbols.back(), byte);
    }
    std::unordered_map<Pair, int64_t> counts;
    for (const CountedPiece& piece : pieces) {
        Word word{{}, piece.count};
        for (const char byte : piece.bytes)
            word.symbols.push_back(static_cast<unsigned char>(byte));
        const auto index = static_cast<uint32_t>(m_words.size());
        for (size_t i = 0; i + 1 < word.symbols.size(); ++i)
            m_pairs[pairOf(word.symbols[i], word.symbols[i + 1])].words.push_back(index);
        count(word, 1, counts);
        m_words.push_back(std::move(word));
    }
    apply(counts);
}

bool BpeMergeLearner::step(int64_t minCount) {
    while (!m_candidates.empty()) {
        const Candidate best = m_candidates.top();
        m_candidates.pop();
        const int64_t current = m_pairs[best.pair].count;
        if (current < minCount)
            continue;
        if (current != best.count) {
            m_candidates.push({current, best.pair});
            continue;
        }
        join(static_cast<Symbol>(best.pair >> 32), static_cast<Symbol>(best.pair & 0xFFFFFFFFu));
        return true;
    }
    return false;
}

BpeMergeLearner::Symbol BpeMergeLearner::symbolFor(Symbol left, Symbol right) {
    std::string bytes = m_symbols[left] + m_symbols[right];
    const auto fresh = static_cast<Symbol>(m_symbols.size());
    const auto [it, isNew] = m_symbolOf.emplace(bytes, fresh);
    if (isNew)
        m_symbols.push_back(std::move(bytes));
    return it->second;
}

void BpeMergeLearner::join(Symbol left, Symbol right) {
    const Symbol joined = symbolFor(left, right);
    m_merges.emplace_back(left, right);
    std::vector<uint32_t> words = std::move(m_pairs[pairOf(left, right)].words);
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());

    std::unordered_map<Pair, int64_t> changes;
    for (const uint32_t index : words) {
        Word& word = m_words[index];
        count(word, -1, changes);
        rewrite(word, left, right, joined);
        count(word, 1, changes);
        for (size_t i = 0; i + 1 < word.symbols.size(); ++i) {
            if (word.symbols[i] == joined || word.symbols[i + 1] == joined)
                m_pairs[pairOf(word.symbols[i], word.symbols[i + 1])].words.push_back(index);
        }
    }
    apply(changes);
}

void BpeMergeLearner::rewrite(Word& word, Symbol left, Symbol right, Symbol joined) const {
    std::vector<Symbol>& symbols = word.symbols;
    size_t out = 0;
    for (size_t in = 0; in < symbols.size(); ++out) {
        const bool isPair =
            in + 1 < symbols.size() && symbols[in] == left && symbols[in + 1] == right;
        symbols[out] = isPair ? joined : symbols[in];
        in += isPair ? 2 : 1;
    }
    symbols.resize(out);
}

void BpeMergeLearner::count(const Word& word, int64_t sign,
                            std::unordered_map<Pair, int64_t>& changes) const {
    for (size_t i = 0; i + 1 < word.symbols.size(); ++i)
        changes[pairOf(word.symbols[i], word.symbols[i + 1])] += sign * word.count;
}

void BpeMergeLearner::apply(const std::unordered_map<Pair, int64_t>& changes) {
    for (const auto& [pair, change] : changes) {
        if (change == 0)
            continue;
        const int64_t now = m_pairs[pair].count += change;
        if (change > 0)
            m_candidates.push({now, pair});
    }
}

}  // namespace hearth::engine
