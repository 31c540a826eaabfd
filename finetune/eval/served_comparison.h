// Serving and the trainer asked about the same texts.
//
// How near. Both (the trainer with operands in F32, whatever it trained with) evaluate one function
// with sums in another order. Rounding errors of an F32 sum of
// n terms are about sqrt(n) u of the terms' size (u = 2^-24), those of independent products add in
// quadrature, and a log-probability is the difference of two functions of the logits:
//     expected = 2 sqrt(products) sqrt(longest sum) u (largest logit).
// kSafety times that is allowed: for the largest of a sample, and for what layers amplify.
#pragma once
#include <vector>

#include "core/result.h"
#include "engine/models/model.h"
#include "finetune/model/trainable_model.h"

namespace hearth::finetune {

/// Log-probabilities of both programs on all texts: of the tokens that follow and of drawn ones,
/// with the experts that the engine chose (a router amplifies without bound where two experts tie).
struct ServedComparison {
    static constexpr double kSafety = 8.0;

    std::vector<double> trained;
    std::vector<double> served;
    std::vector<char> answers;  // of each, whether the engine's arithmetic was that of answers
    double disagreement = 0.0;  // the largest difference; no number if one of them is none
    double expected = 0.0;      // see above

    /// Each token is asked about twice.
    int64_t tokens() const { return int64_t(trained.size()) / 2; }
    double bound() const { return kSafety * expected; }
};

/// For a comparison, the trainer's products in F32, as serving has them.
class SingleOperands {
public:
    explicit SingleOperands(TrainableModel& model) : m_model(model) {
        model.setOperands(engine::DType::F32);
    }
    ~SingleOperands() { m_model.setOperands(m_model.options().operands); }
    SingleOperands(const SingleOperands&) = delete;
    SingleOperands& operator=(const SingleOperands&) = delete;

private:
    TrainableModel& m_model;
};

/// adapter: null for the base. texts: of at least two ids within the context. Errors: of serveText.
core::Result<ServedComparison> compareServed(engine::Backend& backend, engine::Model& served,
                                             const engine::Adapter* adapter,
                                             TrainableModel& trained, Policy policy,
                                             const std::vector<std::vector<int32_t>>& texts);

}  // namespace hearth::finetune
