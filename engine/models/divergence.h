// How far one model's predictions are from another's, on a text.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "core/result.h"
#include "engine/models/model.h"

namespace hearth::engine {

/// Over the tokens of a text, each predicted from at most kWindow - 1 before it.
struct Divergence {
    int64_t tokens = 0;
    double kl_mean = 0;  // Kullback-Leibler divergence of the model from the reference, in nats
    double kl_p99 = 0;   // 99 of 100 tokens have at most this
    double perplexity = 0;
    double reference_perplexity = 0;
    double same_top = 0;  // share of tokens whose likeliest successor is the same
};

inline constexpr int64_t kDivergenceWindow = 128;

/// Runs both models over windows of the ids. Memory: two times a window's logits, the activations
/// of a window and a cache for it. progress(tokens done) false ends it. Errors: InvalidArgument for
/// fewer than two ids or an id outside of either vocabulary; Cancelled.
core::Result<Divergence> measureDivergence(Backend& backend, Model& reference, Model& model,
                                           std::span<const int32_t> ids,
                                           const std::function<bool(int64_t tokens)>& progress);

/// The text that models are compared on unless another is given: Korean and English prose of the
/// kind that an office writes, some code, some figures.
std::string_view measuringText();

}  // namespace hearth::engine
