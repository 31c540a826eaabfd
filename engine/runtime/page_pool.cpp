#include "engine/runtime/page_pool.h"

namespace hearth::engine {
namespace {

std::span<const int32_t> pageTokens(const Sequence& s, size_t page) {
    return std::span(s.tokens).subspan(page * size_t(KvCache::kPageTokens),
                                       size_t(KvCache::kPageTokens));
}

int64_t tokensOfPages(size_t pages) {
    return int64_t(pages) * KvCache::kPageTokens;
}

}  // namespace

PagePool::PagePool(Backend& backend, const ModelConfig& config, const Options& options)
    : m_cache(backend, config, options.pages, options.dtype, options.with_drafts),
      m_tree(m_cache),
      m_options(options) {}

/// Of the sequence's path in the tree.
PrefixTree::Node* PagePool::deepest(Sequence& s) {
    if (!s.root)
        s.root = m_tree.holdRoot({s.request.cache_salt, s.request.adapter, s.long_context});
    return s.shared.empty() ? s.root : s.shared.back();
}

void PagePool::adoptPrefix(Sequence& s) {
    if (!m_options.share_prefixes || s.wantsPromptLogits())
        return;
    while (s.cached == tokensOfPages(s.shared.size()) &&
           s.cached + KvCache::kPageTokens < s.promptSize()) {
        const size_t index = s.shared.size();
        PrefixTree::Node* node = m_tree.hold(deepest(s), pageTokens(s, index));
        if (!node)
            return;
        if (index < s.pages.size()) {
            m_cache.giveBack(std::span(s.pages).subspan(index, 1));
            s.pages[index] = node->page;
        } else {
            s.pages.push_back(node->page);
        }
        s.shared.push_back(node);
        s.cached += KvCache::kPageTokens;
        s.mtp.startAt(s.cached);
        const int64_t gained = std::max<int64_t>(0, s.cached - s.progress);
        s.reused += gained;
        m_reused += gained;
        s.progress = std::max(s.progress, s.cached);
    }
}

void PagePool::publishPrefix(Sequence& s) {
    if (!m_options.share_prefixes)
        return;
    int64_t ready = std::min(s.cached, s.promptSize());
    if (m_options.with_drafts)
        ready = std::min(ready, s.mtp.rows);
    while (tokensOfPages(s.shared.size() + 1) <= ready) {
        const size_t index = s.shared.size();
        PrefixTree::Node* parent = deepest(s);
        PrefixTree::Node* node = m_tree.hold(parent, pageTokens(s, index));
        if (node) {
            m_cache.giveBack(std::span(s.pages).subspan(index, 1));
            s.pages[index] = node->page;
        } else {
            node = m_tree.add(parent, pageTokens(s, index), s.pages[index]);
        }
        s.shared.push_back(node);
    }
}

bool PagePool::reserve(Sequence& s, int64_t tokens) {
    const int64_t missing = KvCache::pagesFor(tokens) - int64_t(s.pages.size());
    if (missing <= 0)
        return true;
    if (missing > available())
        return false;
    m_tree.evict(missing - m_cache.freePages());
    auto taken = m_cache.take(missing);
    CORE_ASSERT(taken.ok());
    s.pages.insert(s.pages.end(), taken->begin(), taken->end());
    return true;
}

void PagePool::release(Sequence& s) {
    m_cache.giveBack(std::span(s.pages).subspan(s.shared.size()));
    for (auto node = s.shared.rbegin(); node != s.shared.rend(); ++node)
        m_tree.letGo(*node);
    if (s.root)
        m_tree.letGo(s.root);
    s.root = nullptr;
    s.shared.clear();
    s.pages.clear();
    s.cached = 0;
    s.mtp.startAt(0);
    s.expanded.reset();
    s.pass.reset();
}

}  // namespace hearth::engine
