// What GGUF calls the architectures and their tensors.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/models/model_config.h"

namespace hearth::engine {

/// One of Hearth's architectures in GGUF; several may share a GGUF architecture.
struct GgufFamily {
    const char* architecture;  // config.json's
    const char* model_type;
    const char* gguf;  // general.architecture
    /// Rows of q_proj and k_proj are reordered: llama.cpp rotates neighbours, Hugging Face the
    /// halves of a head.
    bool paired = false;
};

std::span<const GgufFamily> ggufFamilies();
/// Null for an architecture that GGUF import and export lack.
const GgufFamily* findGgufFamily(const std::string& architecture);

/// Where a GGUF file may keep a canonical tensor.
struct GgufPlace {
    std::string name;
    int64_t expert = -1;      // entry of dimension 0 that holds it; -1: the whole
    int64_t row_begin = 0;    // first row within the entry
    int64_t stored_rows = 0;  // rows of the entry; 0: as many as the tensor has
};

/// The places of a canonical tensor, the one that Hearth writes first: experts of a layer in one
/// tensor, or each by itself as old files have them; gate and up, and q, k and v, apart or joined.
std::vector<GgufPlace> ggufPlaces(const ModelConfig& config, const TensorSpec& spec);

/// kv_b_proj's two halves, as newer files keep them: k [heads, lora, nope] and v [heads, v, lora].
struct GgufSplitKv {
    std::string k;
    std::string v;
};
/// Empty unless it is a kv_b_proj.
std::optional<GgufSplitKv> ggufSplitKv(const std::string& canonical);

/// The order of rows in the file for q_proj and k_proj of a paired family, else empty: row r of
/// the canonical tensor is row order[r] of the file's.
std::vector<int32_t> ggufRowOrder(const ModelConfig& config, const TensorSpec& spec);

/// MLA normalises its latents with an epsilon of 1e-6, llama.cpp with rms_norm_eps. Latents this
/// many times as large make that the same; exports scale the rows that make them, and say so under
/// the key, which is ours.
double ggufLatentScale(const ModelConfig& config);
inline constexpr const char* kGgufLatentScale = "attention.hearth_latent_scale";
/// How many of the tensor's first rows make a latent; mostly 0.
int64_t ggufScaledRows(const ModelConfig& config, const TensorSpec& spec);

}  // namespace hearth::engine
