// Which cache pages a sequence has: its own, and those it shares by the prefix tree.
#pragma once
#include <cstdint>

#include "engine/runtime/kv_cache.h"
#include "engine/runtime/prefix_tree.h"
#include "engine/runtime/sequence.h"

namespace hearth::engine {

class PagePool {
public:
    struct Options {
        int64_t pages = 1;
        DType dtype = DType::F32;
        bool share_prefixes = true;
        bool with_drafts = false;  // KvCache's draft layer
    };

    PagePool(Backend& backend, const ModelConfig& config, const Options& options);

    KvCache& cache() { return m_cache; }
    const KvCache& cache() const { return m_cache; }
    /// Free pages, and those of the tree that nobody holds.
    int64_t available() const { return m_cache.freePages() + m_tree.unheld(); }
    int64_t unheld() const { return m_tree.unheld(); }
    /// Prompt tokens that were taken from the tree before their sequence ever ran them.
    int64_t reusedTokens() const { return m_reused; }

    /// Lets the sequence go on after what the tree holds of the rest of its prompt. At least
    /// one prompt token is left to run: its logits are needed.
    void adoptPrefix(Sequence& s);
    /// Hands the whole pages that prefill made to the tree, in the draft layer as well. Where
    /// another sequence was faster, its page takes the place of the own one: both have the same
    /// bits.
    void publishPrefix(Sequence& s);
    /// Sees to pages for `tokens` tokens. False: there are not so many, and nothing changed.
    bool reserve(Sequence& s, int64_t tokens);
    /// Takes all pages from the sequence, which has to start over.
    void release(Sequence& s);

private:
    PrefixTree::Node* deepest(Sequence& s);

    KvCache m_cache;
    PrefixTree m_tree;
    const Options m_options;
    int64_t m_reused = 0;
};

}  // namespace hearth::engine
