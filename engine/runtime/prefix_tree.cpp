#include "engine/runtime/prefix_tree.h"

#include <algorithm>
#include <tuple>

#include "engine/runtime/random.h"

namespace hearth::engine {
namespace {

uint64_t hashOf(std::span<const int32_t> tokens) {
    uint64_t hash = 0;
    for (const int32_t token : tokens)
        hash = mixBits(hash ^ uint64_t(uint32_t(token)));
    return hash;
}

PrefixTree::Node* findChild(const PrefixTree::Node& parent, uint64_t hash,
                            std::span<const int32_t> tokens) {
    const auto [first, last] = parent.children.equal_range(hash);
    for (auto it = first; it != last; ++it)
        if (std::ranges::equal(it->second->tokens, tokens))
            return it->second.get();
    return nullptr;
}

}  // namespace

/// Adapters compare by ownership: an address may come again, a control block that a root still
/// refers to may not.
bool PrefixScope::operator<(const PrefixScope& other) const {
    if (adapter.owner_before(other.adapter) || other.adapter.owner_before(adapter))
        return adapter.owner_before(other.adapter);
    return std::tie(salt, long_context) < std::tie(other.salt, other.long_context);
}

PrefixTree::Node* PrefixTree::holdRoot(const PrefixScope& scope) {
    auto& [key, root] = *m_roots.try_emplace(scope).first;
    if (!root) {
        root = std::make_unique<Node>();
        root->scope = &key;
    }
    ++root->holders;
    return root.get();
}

PrefixTree::Node* PrefixTree::hold(Node* parent, std::span<const int32_t> tokens) {
    CORE_ASSERT(int64_t(tokens.size()) == KvCache::kPageTokens);
    Node* node = findChild(*parent, hashOf(tokens), tokens);
    if (node && node->holders++ == 0) {
        --m_unheld;
        m_evictable.erase({node->last_used, node});
    }
    return node;
}

PrefixTree::Node* PrefixTree::add(Node* parent, std::span<const int32_t> tokens, int32_t page) {
    CORE_ASSERT(parent->holders > 0 && int64_t(tokens.size()) == KvCache::kPageTokens);
    auto node = std::make_unique<Node>();
    node->parent = parent;
    node->page = page;
    node->holders = 1;
    node->hash = hashOf(tokens);
    node->tokens.assign(tokens.begin(), tokens.end());
    ++m_pages;
    return parent->children.emplace(node->hash, std::move(node))->second.get();
}

void PrefixTree::letGo(Node* node) {
    CORE_ASSERT(node->holders > 0);
    if (--node->holders > 0)
        return;
    node->last_used = ++m_clock;
    if (node->parent)
        ++m_unheld;
    becameIdle(node);
}

/// REQUIRES: nobody holds the node.
void PrefixTree::becameIdle(Node* node) {
    if (!node->children.empty())
        return;
    if (node->parent)
        m_evictable.insert({node->last_used, node});
    else
        m_roots.erase(m_roots.find(*node->scope));
}

int64_t PrefixTree::evict(int64_t pages) {
    int64_t evicted = 0;
    for (; evicted < pages && !m_evictable.empty(); ++evicted)
        removeLeaf(m_evictable.begin()->second);
    return evicted;
}

void PrefixTree::removeLeaf(Node* node) {
    Node* parent = node->parent;
    m_evictable.erase({node->last_used, node});
    m_cache.giveBack(std::span(&node->page, 1));
    --m_unheld;
    --m_pages;
    const auto [first, last] = parent->children.equal_range(node->hash);
    parent->children.erase(std::find_if(
        first, last, [node](const auto& child) { return child.second.get() == node; }));
    if (parent->holders == 0)
        becameIdle(parent);
}

}  // namespace hearth::engine
