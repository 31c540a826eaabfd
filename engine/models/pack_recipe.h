// Which precision a packed model keeps each weight in.
#pragma once
#include <span>
#include <string>

#include "core/result.h"
#include "engine/models/model_config.h"
#include "engine/models/weight_store.h"

namespace hearth::engine {

/// Norms, biases and sinks are F32 and routers keep 16 or 32 bits in every recipe: they are small,
/// and an expert chosen wrongly costs more than any rounding.
class PackRecipe {
public:
    /// From the finest to the coarsest:
    ///   exact  as stored; F32 what a checkpoint keeps in blocks (FP8, MXFP4, GGUF's)
    ///   f32    F32
    ///   bf16   BF16, or F16 where the checkpoint has F16
    ///   int8   Q8
    ///   mixed  routed experts Q4, everything else Q8; in a model without experts the
    ///          feed-forward layers Q4
    ///   int4   Q4, but Q8 for the output and the latent's way up: every answer goes through them
    /// Tables of int8, mixed and int4 have 16 bits.
    static std::span<const char* const> names();
    /// Errors: InvalidArgument listing the names.
    static core::Result<PackRecipe> find(const std::string& name, const ModelConfig& config);

    const std::string& name() const { return m_name; }
    /// stored: the common dtype of the pieces; F32 where they differ or are in blocks.
    DType matrixType(WeightRole role, DType stored) const;
    DType tableType(DType stored) const;

private:
    enum class Kind : uint8_t { Exact, F32, Bf16, Int8, Mixed, Int4 };
    PackRecipe(Kind kind, std::string name, bool experts)
        : m_kind(kind), m_name(std::move(name)), m_experts(experts) {}

    Kind m_kind;
    std::string m_name;
    bool m_experts;
};

/// "attention", "shared expert", ...
const char* weightRoleName(WeightRole role);

}  // namespace hearth::engine
