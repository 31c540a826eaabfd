// How far one model's predictions are from another's, on a text.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "core/result.h"
#include "engine/models/logits_of_sequence.h"

namespace hearth::engine {

/// Over the tokens of a text, each predicted from those before it in its window and itself.
struct Divergence {
    int64_t tokens = 0;
    double kl_mean = 0;  // Kullback-Leibler divergence of the model from the reference, in nats
    double kl_p99 = 0;   // 99 of 100 tokens have at most this
    double perplexity = 0;
    double reference_perplexity = 0;
    double same_top = 0;  // share of tokens whose likeliest successor is the same
};

/// A model and how it runs.
struct Predictor {
    Model& model;
    SequenceMode mode = {};
};

inline constexpr int64_t kDivergenceWindow = 128;

/// Runs both over windows of the ids, each with an empty cache. Memory: two times a window's
/// logits, the activations of a window and a cache for it. progress(tokens done) false ends it.
/// Errors: InvalidArgument for fewer than two ids or an id outside of either vocabulary; Cancelled.
/// REQUIRES: both models have one vocabulary, and a context of windowTokens; checkCacheType.
core::Result<Divergence> measureDivergence(Backend& backend, const Predictor& reference,
                                           const Predictor& predictor, std::span<const int32_t> ids,
                                           const std::function<bool(int64_t tokens)>& progress,
                                           int64_t windowTokens = kDivergenceWindow);

/// The text that models are compared on unless another is given: Korean and English prose of the
/// kind that an office writes, some code, some figures.
std::string_view measuringText();

}  // namespace hearth::engine
