#include "engine/layers/step_batch.h"

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

    std::vector<int32_t> values;

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

using Order = std::vector<const StepSequence*>;

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

void appendLogitsRows(std::span<const StepSequence> sequences, const Order& order,
                      std::vector<int32_t>& out) {
    for (const StepSequence& sequence : sequences) {
        int64_t end = 0;
        for (const StepSequence* other : order) {
            end += int64_t(other->tokens.size());
            if (other == &sequence)
                break;
        }
        for (int64_t row = end - sequence.logits_rows; row < end; ++row)
            out.push_back(int32_t(row));
    }
}

/// One row of the decode page tables a token, padded with page 0, which is never read.
void appendPageTables(const Order& decode, int64_t maxPages, std::vector<int32_t>& out) {
    forEachToken(decode, [&](const StepSequence& sequence, int64_t) {
        const size_t used = size_t(KvCache::pagesFor(keysOf(sequence)));
        out.insert(out.end(), sequence.pages.begin(), sequence.pages.begin() + int64_t(used));
        out.resize(out.size() + size_t(maxPages) - used, 0);
    });
}

}  // namespace

StepBatch::StepBatch(Backend& backend, const ModelConfig& config,
                     std::span<const StepSequence> sequences) {
    const Order order = batchOrder(sequences);
    Order decode;
    std::vector<IntPool::Piece> tables;
    int64_t maxPages = 0;
    IntPool pool;
    for (const StepSequence* sequence : order) {
        checkSequence(*sequence, config);
        const auto count = int64_t(sequence->tokens.size());
        const int64_t keys = keysOf(*sequence);
        if (sequence->prefill) {
            segments.push_back({tokens, count, context_tokens, keys});
            tables.push_back(pool.add([&] {
                pool.values.insert(pool.values.end(), sequence->pages.begin(),
                                   sequence->pages.begin() + KvCache::pagesFor(keys));
            }));
            prefill_tokens += count;
            context_tokens += keys;
        } else {
            decode.push_back(sequence);
            maxPages = std::max(maxPages, KvCache::pagesFor(keys));
        }
        tokens += count;
    }
    const auto perToken = [&](const Order& which, auto value) {
        return pool.add([&] {
            forEachToken(which, [&](const StepSequence& sequence, int64_t position) {
                pool.values.push_back(value(sequence, position));
            });
        });
    };
    const auto idPiece = perToken(order, [](const StepSequence& s, int64_t position) {
        return s.tokens[size_t(position - s.start)];
    });
    const auto positionPiece =
        perToken(order, [](const StepSequence&, int64_t position) { return int32_t(position); });
    const auto slotPiece = perToken(order, slotOf);
    const auto lengthPiece = perToken(
        decode, [](const StepSequence&, int64_t position) { return int32_t(position + 1); });
    const auto tablePiece = pool.add([&] { appendPageTables(decode, maxPages, pool.values); });
    const auto ownerPiece = pool.add([&] {
        for (int64_t key = 0; key < context_tokens; ++key)
            pool.values.insert(pool.values.end(), size_t(config.num_attention_heads), int32_t(key));
    });
    const auto logitsPiece = pool.add([&] { appendLogitsRows(sequences, order, pool.values); });

    pool.upload(backend);
    ids = pool.tensor(idPiece);
    positions = pool.tensor(positionPiece);
    slots = pool.tensor(slotPiece);
    for (size_t i = 0; i < segments.size(); ++i)
        prefill.push_back({segments[i], pool.tensor(tables[i])});
    key_owner = pool.tensor(ownerPiece);
    lengths = pool.tensor(lengthPiece);
    page_tables = pool.tensor(tablePiece).reshaped({decode_tokens(), maxPages});
    logits_rows = pool.tensor(logitsPiece);
}

}  // namespace hearth::engine
