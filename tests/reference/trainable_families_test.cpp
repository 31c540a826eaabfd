// Every architecture that serving knows can be trained: the trainable model predicts what the
// serving one does, and its gradients are the derivatives of its own loss, parameter by parameter.
#include <cmath>
#include <map>
#include <regex>

#include "engine/cpu/cpu_backend.h"
#include "finetune/methods/model_files.h"
#include "finetune/model/trainable_model.h"
#include "tests/reference/golden.h"
#include "tests/reference/trained_checkpoints.h"

namespace hearth::reference {
namespace {

using finetune::TrainableModel;
using finetune::TrainedPart;

class TrainableFamilyTest : public testing::TestWithParam<std::string> {
protected:
    std::unique_ptr<TrainableModel> trainable(const Checkpoint& checkpoint,
                                              TrainedPart part = TrainedPart::Full) const {
        return finetune::loadTrainableModel(*backend, checkpoint.config, *checkpoint.weights,
                                            {.part = part})
            .valueOrThrow();
    }
    /// Segments beyond the windows and original contexts of the tiny models, as far as they go.
    static finetune::PackedBatch batchFor(const engine::ModelConfig& config) {
        finetune::PackedBatch batch;
        for (const int64_t wanted : {11, 80}) {
            const int64_t length = std::min(wanted, config.max_position_embeddings);
            std::vector<int32_t> ids;
            for (int64_t t = 0; t < length; ++t)
                ids.push_back(int32_t((t * t + 3 * t + 1) % config.vocab_size));
            std::vector<int32_t> labels(ids.begin() + 1, ids.end());
            labels.push_back(finetune::kIgnoredLabel);
            batch.append(ids, labels);
        }
        return batch;
    }

    std::unique_ptr<engine::Backend> backend = engine::createCpuBackend({.threads = 2});
};

TEST_P(TrainableFamilyTest, PredictsAsTheServedModel) {
    const Checkpoint checkpoint = open(GetParam());
    const finetune::PackedBatch batch = batchFor(checkpoint.config);
    const std::vector<float> trained = trainable(checkpoint)->logits(batch);
    Runner runner(
        *backend,
        engine::loadModel(*backend, checkpoint.config, *checkpoint.weights).valueOrThrow());
    std::vector<float> served;
    float largest = 0.0f;
    for (const finetune::PackedSegment& segment : batch.segments) {
        Runner::Sequence sequence(runner, segment.len);
        const auto logits =
            sequence.run(std::span(batch.ids).subspan(size_t(segment.begin), size_t(segment.len)),
                         true, segment.len);
        served.insert(served.end(), logits.begin(), logits.end());
        for (const float logit : logits)
            largest = std::max(largest, std::abs(logit));
    }
    const double difference = maxDifference(trained, served) / double(largest);
    reportDifference("serving_minus_training", difference);
    // Both run the same ops on the same floats, in another order: sums of some hundred terms in
    // some ten branches, each off by 2^-24 of its terms.
    EXPECT_LE(difference, 1e-4);
}

/// A fully tuned model is written under the names that every family is read by: what is read back
/// is written alike, and served.
TEST_P(TrainableFamilyTest, IsReadFromWhatTrainingWrites) {
    const Checkpoint checkpoint = open(GetParam());
    const auto bytes = finetune::serializeModel(*trainable(checkpoint));
    const auto written = engine::parseSafetensors(bytes, "tuned").valueOrThrow();
    const auto again =
        finetune::loadTrainableModel(*backend, checkpoint.config, *written, {}).valueOrThrow();
    EXPECT_TRUE(finetune::serializeModel(*again) == bytes);
    EXPECT_TRUE(engine::loadModel(*backend, checkpoint.config, *written).ok());
}

/// "model.layers.2.mlp.experts.11.up_proj.weight" is one of "mlp.experts.up_proj.weight".
std::string kindOf(const std::string& name) {
    return std::regex_replace(name, std::regex("model\\.layers\\.\\d+\\.|(?:^|\\b)\\d+\\."), "");
}

/// Moves the parameters of each kind along their own gradient: the loss then changes by its norm.
/// Every token goes to every expert, since a choice that flips makes the loss jump.
TEST_P(TrainableFamilyTest, EachKindOfParameterHasItsGradient) {
    Checkpoint checkpoint = open(GetParam());
    checkpoint.config.n_group = checkpoint.config.topk_group = 1;
    checkpoint.config.num_experts_per_tok = checkpoint.config.n_routed_experts;
    const auto model = trainable(checkpoint);
    const finetune::PackedBatch batch = batchFor(checkpoint.config);
    model->zeroGradients();
    model->accumulate(batch);
    const double labels = double(batch.labelCount());
    std::map<std::string, std::vector<const finetune::Parameter*>> kinds;
    const std::string draftLayer =
        "model.layers." + std::to_string(checkpoint.config.num_hidden_layers) + ".";
    for (const finetune::Parameter& parameter : model->trained().entries())
        if (!parameter.name.starts_with(draftLayer))  // not in this loss
            kinds[kindOf(parameter.name)].push_back(&parameter);
    for (const auto& [kind, parameters] : kinds) {
        double squares = 0.0;
        for (const auto* parameter : parameters)
            for (const float g : model->trained().gradients(*parameter))
                squares += double(g) * double(g);
        const double norm = std::sqrt(squares);
        ASSERT_TRUE(std::isfinite(norm)) << kind;
        const auto lossAt = [&](double step) {
            for (const auto* parameter : parameters) {
                const auto values = model->trained().values(*parameter);
                const auto gradients = model->trained().gradients(*parameter);
                for (size_t i = 0; i < values.size(); ++i)
                    values[i] = float(double(values[i]) + step * double(gradients[i]) / norm);
            }
            return model->evaluate(batch).loss / labels;
        };
        if (norm < 1e-6) {
            ADD_FAILURE() << kind << " has no gradient";
            continue;
        }
        const double step = std::min(0.02, 1e-3 / norm);
        const double up = lossAt(step), down = lossAt(-2.0 * step);
        lossAt(step);  // back
        EXPECT_NEAR((up - down) / (2.0 * step) / norm, 1.0, 0.02) << kind << ", norm " << norm;
    }
}

INSTANTIATE_TEST_SUITE_P(Families, TrainableFamilyTest, testing::ValuesIn(checkpointNames()),
                         [](const auto& info) {
                             return std::regex_replace(info.param, std::regex("\\W"), "_");
                         });

}  // namespace
}  // namespace hearth::reference
