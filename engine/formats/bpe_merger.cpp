#include "engine/formats/bpe_merger.h"

#include <algorithm>
#include <queue>

namespace hearth::engine {

namespace {

// Up to this many symbols, looking at all of them is quicker than keeping a heap.
constexpr size_t kShort = 48;

void mergeShort(const BpeRules& rules, std::vector<int32_t>& ids, size_t first) {
    int32_t* symbols = ids.data() + first;
    size_t count = ids.size() - first;
    BpeRules::Rule next[kShort];  // next[i]: what merges symbols i and i + 1
    for (size_t i = 0; i + 1 < count; ++i)
        next[i] = rules.find(symbols[i], symbols[i + 1]);
    while (count > 1) {
        size_t best = 0;
        for (size_t i = 1; i + 1 < count; ++i) {
            if (next[i].rank < next[best].rank)
                best = i;
        }
        if (next[best].rank == BpeRules::kNever)
            break;
        symbols[best] = next[best].result;
        std::copy(symbols + best + 2, symbols + count, symbols + best + 1);
        --count;
        if (best + 1 < count) {
            std::copy(next + best + 2, next + count, next + best + 1);
            next[best] = rules.find(symbols[best], symbols[best + 1]);
        }
        if (best > 0)
            next[best - 1] = rules.find(symbols[best - 1], symbols[best]);
    }
    ids.resize(first + count);
}

/// A merge that was possible when it was found.
struct Candidate {
    uint32_t rank;
    int32_t position;
    int32_t left;
    int32_t right;
    int32_t result;

    /// Orders std::priority_queue: the earliest rule first, then the leftmost place.
    bool operator<(const Candidate& other) const {
        return rank != other.rank ? rank > other.rank : position > other.position;
    }
};

/// A long piece under way: a linked list of tokens and a heap of the merges that may be next.
class LongMerger {
public:
    LongMerger(const BpeRules& rules, const int32_t* symbols, size_t count) : m_rules(rules) {
        m_nodes.reserve(count);
        for (size_t i = 0; i < count; ++i) {
            const auto index = static_cast<int32_t>(i);
            m_nodes.push_back({symbols[i], index - 1, index + 1});
        }
        m_nodes.back().next = kEnd;
        for (size_t i = 0; i + 1 < count; ++i)
            offer(static_cast<int32_t>(i));
    }

    void run() {
        while (!m_candidates.empty()) {
            const Candidate candidate = m_candidates.top();
            m_candidates.pop();
            if (isCurrent(candidate))
                merge(candidate);
        }
    }

    void appendTo(std::vector<int32_t>& ids) const {
        for (int32_t i = 0; i != kEnd; i = m_nodes[i].next)
            ids.push_back(m_nodes[i].id);
    }

private:
    static constexpr int32_t kEnd = -1;
    static constexpr int32_t kGone = -1;  // id of a node that its left neighbour has swallowed
    struct Node {
        int32_t id;
        int32_t previous;
        int32_t next;
    };

    bool isCurrent(const Candidate& candidate) const {
        const Node& left = m_nodes[candidate.position];
        return left.id == candidate.left && left.next != kEnd &&
               m_nodes[left.next].id == candidate.right;
    }

    void merge(const Candidate& candidate) {
        Node& left = m_nodes[candidate.position];
        Node& right = m_nodes[left.next];
        left.id = candidate.result;
        right.id = kGone;
        left.next = right.next;
        if (left.next != kEnd) {
            m_nodes[left.next].previous = candidate.position;
            offer(candidate.position);
        }
        if (left.previous != kEnd)
            offer(left.previous);
    }

    void offer(int32_t position) {
        const Node& left = m_nodes[position];
        const int32_t right = m_nodes[left.next].id;
        const BpeRules::Rule rule = m_rules.find(left.id, right);
        if (rule.rank != BpeRules::kNever)
            m_candidates.push({rule.rank, position, left.id, right, rule.result});
    }

    const BpeRules& m_rules;
    std::vector<Node> m_nodes;
    std::priority_queue<Candidate> m_candidates;
};

}  // namespace

void mergeSymbols(const BpeRules& rules, std::vector<int32_t>& ids, size_t first) {
    const size_t count = ids.size() - first;
    if (count <= kShort)
        return mergeShort(rules, ids, first);
    LongMerger merger(rules, ids.data() + first, count);
    merger.run();
    ids.resize(first);
    merger.appendTo(ids);
}

}  // namespace hearth::engine
