// The sequences that share steps: who joins, and who has to stand back when memory is short.
#pragma once
#include <cstdint>
#include <list>
#include <memory>

#include "engine/runtime/fair_queue.h"
#include "engine/runtime/page_pool.h"

namespace hearth::engine {

/// Pages are taken as sequences grow. When there are none, the sequence that everyone outranks
/// (Sequence::outranks) goes back into the queue. The first in rank is never sent back, and every
/// request fits into the cache alone, so there is always one that gets on.
class ActiveSet {
public:
    using Sequences = std::list<std::unique_ptr<Sequence>>;

    ActiveSet(PagePool& pool, FairQueue& queue, int64_t maxSequences)
        : m_pool(pool), m_queue(queue), m_maxSequences(maxSequences) {}

    /// Lets the next ones in while there is a place and memory for what they have to run now.
    /// An interactive request takes the place of a batch one if need be.
    void admit();
    /// Sees to pages for `tokens` tokens. False: the sequence had to stand back itself.
    bool reserve(Sequence& s, int64_t tokens);
    void removeFinished();

    Sequences& sequences() { return m_sequences; }
    int64_t size() const { return int64_t(m_sequences.size()); }
    int64_t preemptions() const { return m_preemptions; }

private:
    bool hasRoom(const Sequence& next) const;
    bool makeRoom(const Sequence& next);
    bool releasePaused(const Sequence& except);
    Sequences::iterator lowest();
    void preempt(Sequences::iterator at);

    PagePool& m_pool;
    FairQueue& m_queue;
    const int64_t m_maxSequences;
    Sequences m_sequences;
    int64_t m_preemptions = 0;
};

}  // namespace hearth::engine
