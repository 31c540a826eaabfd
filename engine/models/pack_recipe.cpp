#include "engine/models/pack_recipe.h"

#include <algorithm>
#include <array>

#include "core/strings.h"

namespace hearth::engine {
namespace {

constexpr std::array kNames = {"exact", "f32", "bf16", "int8", "mixed", "int4"};  // as Kind

DType sixteenBits(DType stored) {
    return stored == DType::F16 ? DType::F16 : DType::BF16;
}

}  // namespace

std::span<const char* const> PackRecipe::names() {
    return kNames;
}

core::Result<PackRecipe> PackRecipe::find(const std::string& name, const ModelConfig& config) {
    const auto found = std::ranges::find(kNames, name);
    if (found != kNames.end())
        return PackRecipe(Kind(found - kNames.begin()), name, config.n_routed_experts > 0);
    const std::vector<std::string> known(kNames.begin(), kNames.end());
    return core::Error{core::ErrorCode::InvalidArgument,
                       "there is no precision '" + core::printable(name) + "'; known are " +
                           core::join(known, ", "),
                       "precision"};
}

DType PackRecipe::matrixType(WeightRole role, DType stored) const {
    if (m_kind == Kind::Exact)
        return stored;
    if (m_kind == Kind::F32)
        return DType::F32;
    if (role == WeightRole::Router)
        return stored == DType::F32 ? DType::F32 : sixteenBits(stored);
    switch (m_kind) {
        case Kind::Bf16:
            return sixteenBits(stored);
        case Kind::Int8:
            return DType::Q8;
        case Kind::Int4:
            return role == WeightRole::Output || role == WeightRole::LatentUp ? DType::Q8
                                                                              : DType::Q4;
        default:
            break;
    }
    return role == (m_experts ? WeightRole::Expert : WeightRole::Dense) ? DType::Q4 : DType::Q8;
}

DType PackRecipe::tableType(DType stored) const {
    if (m_kind == Kind::Exact)
        return stored;
    return m_kind == Kind::F32 ? DType::F32 : sixteenBits(stored);
}

const char* weightRoleName(WeightRole role) {
    switch (role) {
        case WeightRole::Embedding:
            return "embedding";
        case WeightRole::Output:
            return "output";
        case WeightRole::Attention:
            return "attention";
        case WeightRole::LatentUp:
            return "latent up";
        case WeightRole::Indexer:
            return "indexer";
        case WeightRole::Router:
            return "router";
        case WeightRole::Dense:
            return "dense";
        case WeightRole::SharedExpert:
            return "shared expert";
        case WeightRole::Expert:
            return "expert";
        case WeightRole::Mtp:
            break;
    }
    return "mtp";
}

}  // namespace hearth::engine
