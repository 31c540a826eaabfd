#include "engine/runtime/active_set.h"

#include <algorithm>

namespace hearth::engine {
namespace {

/// Pages that a sequence still needs for what it has to run now, and one to grow.
int64_t pagesToCome(const Sequence& s) {
    return KvCache::pagesFor(s.size()) + 1 - int64_t(s.pages.size());
}

}  // namespace

void ActiveSet::admit() {
    while (Sequence* next = m_queue.front()) {
        while (!hasRoom(*next))
            if (!makeRoom(*next))
                return;
        m_sequences.push_back(m_queue.popFront());
    }
}

/// Pages are not set aside for those who run, but counted, so that they need not send a
/// newcomer back at once.
bool ActiveSet::hasRoom(const Sequence& next) const {
    if (m_sequences.empty())
        return true;
    int64_t needed = pagesToCome(next);
    for (const auto& s : m_sequences)
        needed += std::max<int64_t>(0, pagesToCome(*s));
    return size() < m_maxSequences && needed <= m_pool.available();
}

bool ActiveSet::makeRoom(const Sequence& next) {
    const bool full = size() >= m_maxSequences;
    if (!full && releasePaused(next))
        return true;
    const auto last = lowest();
    if (last == m_sequences.end() || next.request.priority >= (*last)->request.priority)
        return false;
    // It keeps its pages while nobody needs them.
    preempt(last);
    return true;
}

bool ActiveSet::reserve(Sequence& s, int64_t tokens) {
    while (!m_pool.reserve(s, tokens)) {
        if (releasePaused(s))
            continue;
        const auto last = lowest();
        const bool itself = last->get() == &s;
        m_pool.release(**last);
        preempt(last);
        if (itself)
            return false;
    }
    return true;
}

/// Takes the pages of the lowest in rank that waits with pages.
bool ActiveSet::releasePaused(const Sequence& except) {
    Sequence* last = nullptr;
    m_queue.forEach([&](Sequence& s) {
        if (&s != &except && !s.pages.empty() && (!last || last->outranks(s)))
            last = &s;
    });
    if (last)
        m_pool.release(*last);
    return last != nullptr;
}

ActiveSet::Sequences::iterator ActiveSet::lowest() {
    return std::max_element(m_sequences.begin(), m_sequences.end(),
                            [](const auto& a, const auto& b) { return a->outranks(*b); });
}

void ActiveSet::preempt(Sequences::iterator at) {
    ++m_preemptions;
    m_queue.push(std::move(*at));
    m_sequences.erase(at);
}

void ActiveSet::removeFinished() {
    std::erase_if(m_sequences, [this](const auto& s) {
        if (s->done)
            m_pool.release(*s);
        return s->done;
    });
}

}  // namespace hearth::engine
