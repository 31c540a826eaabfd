#include "engine/formats/bpe_model.h"

#include <bit>
#include <queue>

#include "core/assert.h"

namespace hearth::engine {

namespace {

uint64_t pairKey(int32_t left, int32_t right) {
    return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
}

size_t hashPair(uint64_t pair) {
    return static_cast<size_t>((pair * 0x9E3779B97F4A7C15u) >> 20);
}

}  // namespace

/// A merge that was possible when it was found.
struct BpeModel::Candidate {
    uint32_t rank;
    int32_t position;
    uint64_t pair;
    int32_t result;

    /// Orders std::priority_queue: the earliest rule first, then the leftmost place.
    bool operator<(const Candidate& other) const {
        return rank != other.rank ? rank > other.rank : position > other.position;
    }
};

/// A piece under way: a linked list of tokens and a heap of the merges that may be next.
class BpeModel::Merger {
public:
    Merger(const BpeModel& model, std::string_view piece) : m_model(model) {
        m_nodes.reserve(piece.size());
        for (const char byte : piece) {
            const auto index = static_cast<int32_t>(m_nodes.size());
            m_nodes.push_back(
                {m_model.m_byteIds[static_cast<unsigned char>(byte)], index - 1, index + 1});
        }
        m_nodes.back().next = kEnd;
        for (size_t i = 0; i + 1 < m_nodes.size(); ++i)
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
        return left.id != kGone && left.next != kEnd &&
               pairKey(left.id, m_nodes[left.next].id) == candidate.pair;
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
        if (const Rule* rule = m_model.findRule(left.id, right))
            m_candidates.push({rule->rank, position, rule->pair, rule->result});
    }

    const BpeModel& m_model;
    std::vector<Node> m_nodes;
    std::priority_queue<Candidate> m_candidates;
};

BpeModel::BpeModel(Definition definition)
    : m_tokens(std::move(definition.tokens)),
      m_ignoreMerges(definition.ignoreMerges),
      m_rules(std::bit_ceil(definition.merges.size() * 2 + 1)),
      m_cache(std::make_unique<BpeCache>()) {
    for (int byte = 0; byte < 256; ++byte) {
        const auto it = m_tokens.find(std::string(1, static_cast<char>(byte)));
        CORE_ASSERT(it != m_tokens.end());
        m_byteIds[byte] = it->second;
    }
    uint32_t rank = 0;
    for (const BpeMerge& merge : definition.merges)
        addRule(merge, rank++);
}

void BpeModel::addRule(const BpeMerge& merge, uint32_t rank) {
    const uint64_t pair = pairKey(merge.left, merge.right);
    size_t slot = hashPair(pair) & (m_rules.size() - 1);
    while (m_rules[slot].pair != kNoPair && m_rules[slot].pair != pair)
        slot = (slot + 1) & (m_rules.size() - 1);
    // A pair listed twice keeps its last place, as in Hugging Face's map of merges.
    m_rules[slot] = {pair, rank, merge.result};
}

const BpeModel::Rule* BpeModel::findRule(int32_t left, int32_t right) const {
    const uint64_t pair = pairKey(left, right);
    size_t slot = hashPair(pair) & (m_rules.size() - 1);
    while (m_rules[slot].pair != pair) {
        if (m_rules[slot].pair == kNoPair)
            return nullptr;
        slot = (slot + 1) & (m_rules.size() - 1);
    }
    return &m_rules[slot];
}

void BpeModel::encodePiece(std::string_view piece, std::vector<int32_t>& ids) const {
    if (piece.empty())
        return;
    const bool mayCache = piece.size() <= BpeCache::kMaxPieceBytes;
    if (mayCache && m_cache->find(piece, ids))
        return;
    if (m_ignoreMerges) {
        if (const auto it = m_tokens.find(piece); it != m_tokens.end()) {
            ids.push_back(it->second);
            return;
        }
    }
    const size_t first = ids.size();
    Merger merger(*this, piece);
    merger.run();
    merger.appendTo(ids);
    if (mayCache)
        m_cache->insert(piece, {ids.begin() + static_cast<ptrdiff_t>(first), ids.end()});
}

}  // namespace hearth::engine
