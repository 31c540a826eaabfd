// Cache pages of prompts, found again by the tokens they hold: a tree in which a path from a root
// spells a prompt, page by page.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/runtime/kv_cache.h"

namespace hearth::engine {

class Adapter;

/// What else a page's content depends on, and who may know of it. Pages are never shared between
/// scopes.
struct PrefixScope {
    std::string salt;
    std::weak_ptr<const Adapter> adapter;  // empty: the base model
    bool long_context = false;             // StepSequence::long_context

    bool operator<(const PrefixScope& other) const;
};

/// Holds whole pages that prefill made: only these have the same bits in every request. Whole pages
/// only, so that a shared page is never written again. REQUIRES: a caller that holds a page holds
/// its ancestors up to the root too, and lets go of the deepest first.
class PrefixTree {
public:
    struct Node {
        Node* parent = nullptr;  // null: a root, which has no page
        int32_t page = -1;
        int64_t holders = 0;
        uint64_t last_used = 0;
        uint64_t hash = 0;
        std::vector<int32_t> tokens;
        std::unordered_multimap<uint64_t, std::unique_ptr<Node>> children;
        const PrefixScope* scope = nullptr;  // of a root
    };

    /// Pages come from `cache` and go back to it.
    explicit PrefixTree(KvCache& cache) : m_cache(cache) {}

    /// The root of a scope, held once more.
    Node* holdRoot(const PrefixScope& scope);
    /// The page after `parent` with these tokens, held once more; null: there is none.
    /// REQUIRES: KvCache::kPageTokens tokens.
    Node* hold(Node* parent, std::span<const int32_t> tokens);
    /// Hands `page` over to the tree, held once. REQUIRES: hold(parent, tokens) gives null.
    Node* add(Node* parent, std::span<const int32_t> tokens, int32_t page);
    void letGo(Node* node);

    /// Gives back up to `pages` pages that nobody holds, those first that were let go of the
    /// longest ago. Returns how many.
    int64_t evict(int64_t pages);
    /// Pages that evict could give back.
    int64_t unheld() const { return m_unheld; }
    int64_t pages() const { return m_pages; }

private:
    void removeLeaf(Node* node);
    void becameIdle(Node* node);

    KvCache& m_cache;
    std::map<PrefixScope, std::unique_ptr<Node>> m_roots;
    std::set<std::pair<uint64_t, Node*>> m_evictable;  // unheld leaves by last_used
    int64_t m_unheld = 0;
    int64_t m_pages = 0;
    uint64_t m_clock = 0;
};

}  // namespace hearth::engine
