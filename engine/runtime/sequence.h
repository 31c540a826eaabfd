// A request on its way through the scheduler.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "engine/layers/expanded_keys.h"
#include "engine/models/model.h"
#include "engine/runtime/draft_policy.h"
#include "engine/runtime/generation.h"
#include "engine/runtime/mtp_state.h"
#include "engine/runtime/ngram_drafter.h"
#include "engine/runtime/prefix_tree.h"

namespace hearth::engine {

using RequestId = uint64_t;  // counts up, so it is the order of arrival as well

/// tokens holds the prompt and then the answer; the first `cached` of them have been run and are
/// in the cache. A sequence that lost its pages starts over with cached = 0 and runs its prompt
/// with prefill arithmetic and its answer with decode arithmetic, as it did at first, so the
/// cache gets the same bits again. The sampler keeps its state meanwhile.
struct Sequence {
    static constexpr int64_t kReservedTokens = 1024;  // of an answer; a longer one grows

    const RequestId id;
    const GenerationRequest request;
    const std::shared_ptr<GenerationSink> sink;
    Sampler sampler;
    std::vector<int32_t> tokens;
    std::vector<int32_t> pages;
    PrefixTree::Node* root = nullptr;       // null: holds nothing of the prefix tree
    std::vector<PrefixTree::Node*> shared;  // held; the tree owns the first pages
    int64_t cached = 0;
    int64_t generated = 0;
    int64_t progress = 0;  // the most that `cached` was
    int64_t reused = 0;    // prompt tokens that came from the tree before they were ever run
    int64_t reported = 0;  // prompt tokens whose logits were reported
    bool long_context = false;
    bool done = false;
    NgramDrafter ngrams;
    DraftPolicy drafting;  // by ngrams
    MtpState mtp;
    std::unique_ptr<ExpandedKeys> expanded;  // while a long prompt enters
    /// While its next prompt tokens are on their way through the layers, beside those of the other
    /// sequences with the same one; null: they have not begun.
    std::shared_ptr<PromptPass> pass;
    int64_t pass_tokens = 0;

    Sequence(RequestId i, GenerationRequest r, std::shared_ptr<GenerationSink> s)
        : id(i),
          request(std::move(r)),
          sink(std::move(s)),
          sampler(request.sampling, request.prompt),
          tokens(request.prompt) {
        tokens.reserve(tokens.size() + size_t(std::min(request.max_tokens, kReservedTokens)));
    }

    int64_t promptSize() const { return int64_t(request.prompt.size()); }
    int64_t size() const { return int64_t(tokens.size()); }
    bool inPrefill() const { return cached < promptSize(); }
    /// Tokens that prefill arithmetic still has to run, or decode arithmetic: more than one
    /// only while an answer is replayed.
    int64_t pending() const { return (inPrefill() ? promptSize() : size()) - cached; }
    bool inDecode() const { return !inPrefill() && pending() == 1; }
    bool wantsPromptLogits() const { return request.prompt_logprobs && reported < promptSize(); }
    int64_t tokensLeft() const { return request.max_tokens - generated; }

    /// Who keeps its place when memory is short.
    bool outranks(const Sequence& other) const {
        return std::pair(request.priority, id) < std::pair(other.request.priority, other.id);
    }
};

}  // namespace hearth::engine
