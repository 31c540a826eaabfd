#include "engine/layers/step_batch.h"

#include <algorithm>

#include "engine/models/model.h"

namespace hearth::engine {
namespace {

/// Collects ints for one upload and hands out the pieces afterwards.
class IntPool {
public:
    struct Piece {
        int64_t begin = 0;
        int64_t end = 0;
    };

    /// Runs `fill`, which pushes to `values`, and returns what it added.
    template <typename Fill>
    Piece add(Fill fill) {
        const auto begin = int64_t(values.size());
        fill();
        return {begin, int64_t(values.size())};
    }
    void upload(Backend& backend) { m_all = uploadInts(backend, values); }
    Tensor tensor(Piece piece) const { return m_all.rows(piece.begin, piece.end); }

    StepVector<int32_t> values;

private:
    Tensor m_all;
};

int64_t keysOf(const StepSequence& sequence) {
    return sequence.start + int64_t(sequence.tokens.size());
}

void checkSequence(const StepSequence& sequence, const ModelConfig& config) {
    const auto count = int64_t(sequence.tokens.size());
    CORE_ASSERT(count > 0 && sequence.start >= 0);
    CORE_ASSERT(keysOf(sequence) <= config.max_position_embeddings);
    CORE_ASSERT(int64_t(sequence.pages.size()) >= KvCache::pagesFor(keysOf(sequence)));
    CORE_ASSERT(sequence.logits_rows >= 0 && sequence.logits_rows <= count);
    for (const int32_t id : sequence.tokens)
        CORE_ASSERT(id >= 0 && id < config.vocab_size);
}

using Order = StepVector<const StepSequence*>;

/// Prefill sequences, then decode sequences, each in the caller's order.
Order batchOrder(std::span<const StepSequence> sequences) {
    Order order;
    for (const bool prefill : {true, false}) {
        for (const StepSequence& sequence : sequences) {
            if (sequence.prefill == prefill)
                order.push_back(&sequence);
        }
    }
    return order;
}

/// Calls visit(sequence, position) for every token of the batch.
template <typename Visit>
void forEachToken(const Order& order, Visit visit) {
    for (const StepSequence* sequence : order) {
        for (int64_t i = 0; i < int64_t(sequence->tokens.size()); ++i)
            visit(*sequence, sequence->start + i);
    }
}

int32_t slotOf(const StepSequence& sequence, int64_t position) {
    const int32_t page = sequence.pages[size_t(position / KvCache::kPageTokens)];
    return int32_t(page * KvCache::kPageTokens + position % KvCache::kPageTokens);
}

/// The adapters of the sequences, without repetition, in the order of their first use.
StepVector<const Adapter*> adaptersOf(const Order& order) {
    StepVector<const Adapter*> adapters;
    for (const StepSequence* sequence : order) {
        if (sequence->adapter && std::ranges::find(adapters, sequence->adapter) == adapters.end())
            adapters.push_back(sequence->adapter);
    }
    return adapters;
}

int32_t ownerOf(const StepVector<const Adapter*>& adapters, const StepSequence& sequence) {
    const auto found = std::ranges::find(adapters, sequence.adapter);
    return found == adapters.end() ? -1 : int32_t(found - adapters.begin());
}

/// The batch's row of each sequence's first token.
StepVector<int64_t> firstRows(std::span<const StepSequence> sequences, const Order& order) {
    StepVector<int64_t> first(sequences.size());
    int64_t row = 0;
    for (const StepSequence* sequence : order) {
        first[size_t(sequence - sequences.data())] = row;
        row += int64_t(sequence->tokens.size());
    }
    return first;
}

void appendLogitsRows(std::span<const StepSequence> sequences, std::span<const int64_t> first_rows,
                      StepVector<int32_t>& out) {
    for (size_t i = 0; i < sequences.size(); ++i) {
        const int64_t end = first_rows[i] + int64_t(sequences[i].tokens.size());
        for (int64_t row = end - sequences[i].logits_rows; row < end; ++row)
            out.push_back(int32_t(row));
    }
}

/// One row a sequence, padded with page 0, which is never read.
void appendPageTables(const Order& order, int64_t maxPages, StepVector<int32_t>& out) {
    for (const StepSequence* sequence : order) {
        const int64_t used = KvCache::pagesFor(keysOf(*sequence));
        out.insert(out.end(), sequence->pages.begin(), sequence->pages.begin() + used);
        out.resize(out.size() + size_t(maxPages - used), 0);
    }
}

/// Lays the index values of a step side by side and cuts the tensors out of one upload.
class BatchBuilder {
public:
    BatchBuilder(const ModelConfig& config, std::span<const StepSequence> sequences,
                 StepBatch& batch)
        : m_config(config), m_order(batchOrder(sequences)), m_batch(batch) {
        for (const StepSequence* sequence : m_order)
            addSequence(*sequence);
        m_ids = perToken(m_order, [](const StepSequence& sequence, int64_t position) {
            return sequence.tokens[size_t(position - sequence.start)];
        });
        m_ropeRows = perToken(m_order, [&](const StepSequence& sequence, int64_t position) {
            return int32_t(position +
                           (sequence.long_context ? m_config.max_position_embeddings : 0));
        });
        m_sequences = m_pool.add([&] { appendSequenceNumbers(); });
        m_slots = perToken(m_order, slotOf);
        m_lengths = perToken(
            m_order, [](const StepSequence&, int64_t position) { return int32_t(position + 1); });
        m_pageTables = m_pool.add([&] { appendPageTables(m_order, m_maxPages, m_pool.values); });
        m_keyOwner = m_pool.add([&] { appendKeyOwners(); });
        m_batch.first_rows = firstRows(sequences, m_order);
        m_logitsRows =
            m_pool.add([&] { appendLogitsRows(sequences, m_batch.first_rows, m_pool.values); });
        addOwners(sequences);
    }

    void upload(Backend& backend) {
        m_pool.upload(backend);
        m_batch.ids = m_pool.tensor(m_ids);
        m_batch.rope_rows = m_pool.tensor(m_ropeRows);
        m_batch.sequences = m_pool.tensor(m_sequences);
        m_batch.slots = m_pool.tensor(m_slots);
        const Tensor tables = m_pool.tensor(m_pageTables);
        const auto sequences = int64_t(m_order.size());
        m_batch.page_tables = tables.reshaped({sequences, m_maxPages});
        for (size_t i = 0; i < m_batch.segments.size(); ++i)
            m_batch.prefill.push_back(
                {m_batch.segments[i], m_batch.page_tables.at(int64_t(i)), m_order[i]->kept});
        m_batch.key_owner = m_pool.tensor(m_keyOwner);
        m_batch.lengths = m_pool.tensor(m_lengths);
        m_batch.logits_rows = m_pool.tensor(m_logitsRows);
        m_batch.owners = m_pool.tensor(m_owners);
        m_batch.context_owners = m_pool.tensor(m_contextOwners);
        m_batch.logits_owners = m_pool.tensor(m_logitsOwners);
    }

private:
    void addSequence(const StepSequence& sequence) {
        checkSequence(sequence, m_config);
        const auto count = int64_t(sequence.tokens.size());
        const int64_t keys = keysOf(sequence);
        m_maxPages = std::max(m_maxPages, KvCache::pagesFor(keys));
        m_batch.paged.push_back({m_batch.tokens, count, keys, int64_t(m_batch.paged.size())});
        if (sequence.prefill) {
            m_batch.segments.push_back({m_batch.tokens, count, m_batch.context_tokens, keys});
            m_batch.prefill_tokens += count;
            m_batch.context_tokens += keys;
        }
        m_batch.tokens += count;
    }
    template <typename Value>
    IntPool::Piece perToken(const Order& order, Value value) {
        return m_pool.add([&] {
            forEachToken(order, [&](const StepSequence& sequence, int64_t position) {
                m_pool.values.push_back(value(sequence, position));
            });
        });
    }
    void addOwners(std::span<const StepSequence> sequences) {
        m_batch.adapters = adaptersOf(m_order);
        const auto owner = [&](const StepSequence& sequence) {
            return ownerOf(m_batch.adapters, sequence);
        };
        for (const StepSequence* sequence : m_order)
            m_batch.mixed_adapters |= sequence->adapter != m_order.front()->adapter;
        m_owners = perToken(m_order,
                            [&](const StepSequence& sequence, int64_t) { return owner(sequence); });
        m_contextOwners = m_pool.add([&] {
            for (const StepSequence* sequence : m_order)
                if (sequence->prefill)
                    m_pool.values.insert(m_pool.values.end(), size_t(keysOf(*sequence)),
                                         owner(*sequence));
        });
        m_logitsOwners = m_pool.add([&] {
            for (const StepSequence& sequence : sequences)
                m_pool.values.insert(m_pool.values.end(), size_t(sequence.logits_rows),
                                     owner(sequence));
        });
    }
    void appendSequenceNumbers() {
        for (size_t i = 0; i < m_order.size(); ++i)
            m_pool.values.insert(m_pool.values.end(), m_order[i]->tokens.size(), int32_t(i));
    }
    void appendKeyOwners() {
        for (int64_t key = 0; key < m_batch.context_tokens; ++key)
            m_pool.values.insert(m_pool.values.end(), size_t(m_config.num_attention_heads),
                                 int32_t(key));
    }

    const ModelConfig& m_config;
    Order m_order;
    StepBatch& m_batch;
    int64_t m_maxPages = 0;
    IntPool m_pool;
    IntPool::Piece m_ids, m_ropeRows, m_sequences, m_slots, m_lengths, m_pageTables, m_keyOwner,
        m_logitsRows, m_owners, m_contextOwners, m_logitsOwners;
};

}  // namespace

StepBatch::StepBatch(Backend& backend, const ModelConfig& config,
                     std::span<const StepSequence> sequences) {
    BatchBuilder(config, sequences, *this).upload(backend);
}

}  // namespace hearth::engine
