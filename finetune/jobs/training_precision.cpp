#include "finetune/jobs/training_precision.h"

#include <filesystem>

#include "core/file.h"
#include "engine/cpu/gemm.h"
#include "finetune/jobs/checkpoint_store.h"

namespace hearth::finetune {

namespace fs = std::filesystem;

namespace {

constexpr const char* kF32 = "f32\n";
constexpr const char* kBf16 = "bf16\n";

fs::path recordPath(const JobSpec& spec) {
    return fs::path(spec.checkpointDirectory()) / "precision";
}

/// Of rewards F32: the engine that answers computes in it, and what it says a token's probability
/// is would otherwise differ more from what the trainer says.
TrainingPrecision chosenFor(const std::string& method) {
    return engine::hasBf16Products() && method != "grpo" ? TrainingPrecision::Bf16
                                                         : TrainingPrecision::F32;
}

/// By a version that recorded no precision, since it had but one.
bool begunBefore(const JobSpec& spec) {
    return !CheckpointStore(spec.checkpointDirectory(), nullptr).steps().empty();
}

}  // namespace

engine::DType operandsOf(TrainingPrecision precision) {
    return precision == TrainingPrecision::Bf16 ? engine::DType::BF16 : engine::DType::F32;
}

core::Result<JobSpec> withChosenPrecision(JobSpec spec) {
    TrainingPrecision& precision = spec.hyperparameters.training_precision;
    if (precision != TrainingPrecision::Auto)
        return spec;
    const fs::path path = recordPath(spec);
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
        precision = begunBefore(spec) ? TrainingPrecision::F32 : chosenFor(spec.method);
        return spec;
    }
    CORE_ASSIGN(const std::string text, core::readTextFile(path));
    if (text != kF32 && text != kBf16)
        return core::Error{core::ErrorCode::DataCorrupt,
                           "the record of the job's precision is damaged", path.string()};
    precision = text == kBf16 ? TrainingPrecision::Bf16 : TrainingPrecision::F32;
    return spec;
}

core::Status recordPrecision(const JobSpec& spec) {
    const fs::path path = recordPath(spec);
    CORE_TRY(core::createDirectories(path.parent_path()));
    return core::writeFileAtomic(
        path, std::string_view(spec.hyperparameters.training_precision == TrainingPrecision::Bf16
                                   ? kBf16
                                   : kF32));
}

}  // namespace hearth::finetune
