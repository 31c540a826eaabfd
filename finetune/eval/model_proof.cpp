#include "finetune/eval/model_proof.h"

#include <algorithm>

#include "core/crypto/sha256.h"
#include "core/number_text.h"
#include "engine/float_bits.h"
#include "engine/formats/weight_source.h"
#include "finetune/eval/served_comparison.h"
#include "finetune/methods/model_files.h"

namespace hearth::finetune {

namespace {

constexpr size_t kPiece = 1 << 16;  // values that are hashed at once

core::Error refuse(const std::string& message) {
    return {core::ErrorCode::Internal, "the model is not published: " + message, {}};
}

std::string number(double value) {
    return core::significantText(value, 3);
}

}  // namespace

std::string publishedBits(TrainableModel& model) {
    core::Sha256 hash;
    std::vector<uint16_t> bits;
    model.forEachState([&](const std::string& name, std::span<float> values) {
        hash.update(name);
        if (publishedType(name) == engine::DType::F32)
            return hash.update(std::as_bytes(values));
        for (size_t first = 0; first < values.size(); first += kPiece) {
            bits.clear();
            for (const float value : values.subspan(first, std::min(kPiece, values.size() - first)))
                bits.push_back(engine::toBf16(value));
            hash.update(std::as_bytes(std::span(bits)));
        }
    });
    return hash.finishHex();
}

core::Result<ModelProof> proveModel(engine::Backend& backend, engine::Model& served,
                                    TrainableModel& trained, const std::string& before,
                                    const std::vector<std::vector<int32_t>>& texts) {
    CORE_ASSERT(trained.options().part == TrainedPart::Full);
    if (publishedBits(trained) == before)
        return refuse(
            "training has changed no bit of its weights in BF16; raise the learning rate or the "
            "number of steps");
    const SingleOperands f32(trained);
    for (float& value : trained.trained().values())
        value = engine::bf16ToFloat(engine::toBf16(value));
    CORE_ASSIGN(const ServedComparison comparison,
                compareServed(backend, served, nullptr, trained, Policy::Trained, texts));
    const ModelProof proof{.tokens = comparison.tokens(),
                           .disagreement = comparison.disagreement,
                           .bound = comparison.bound()};
    if (proof.disagreement <= proof.bound)
        return proof;
    return refuse("log-probabilities of serving and training differ by " +
                  number(proof.disagreement) + ", more than " + number(proof.bound));
}

std::string proofText(const ModelProof& proof) {
    return "Proof: log-probabilities of " + std::to_string(proof.tokens) +
           " tokens by serving and by training differ by at most " + number(proof.disagreement) +
           " (allowed " + number(proof.bound) + "); the weights are others than the base's";
}

}  // namespace hearth::finetune
