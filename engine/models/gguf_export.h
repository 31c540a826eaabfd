// Writes a model as a GGUF file that llama.cpp runs, so that whoever leaves can take it along.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

/// What matrices become. Norms, biases, routers and sinks are F32 always; embedding, output and
/// the halves of kv_b_proj are Q8_0 in a Q4_0 file; rows that are no multiple of 32 are F16.
enum class GgufPrecision : uint8_t { F32, F16, Bf16, Q8_0, Q4_0 };

/// "f32", "f16", "bf16", "q8_0", "q4_0".
std::optional<GgufPrecision> parseGgufPrecision(const std::string& name);

struct GgufExport {
    const ModelConfig& config;
    const WeightSource& weights;  // canonical names
    /// tokenizer.json, tokenizer_config.json and, when there is one, chat_template.jinja.
    const std::map<std::string, std::string>& texts;
    std::string name;  // general.name
    GgufPrecision precision = GgufPrecision::F16;
};

struct GgufExportReport {
    int64_t tensors = 0;
    int64_t bytes = 0;               // of the file
    std::vector<std::string> notes;  // what llama.cpp does differently from the model's own code
};

/// progress: told of bytes written and of all; false cancels. Memory beside the mapping: about
/// 10 MB, or one head of kv_b_proj. Errors: Unsupported when llama.cpp cannot run the model or
/// GGUF has no word for its tokenizer; InvalidArgument naming a tensor that does not fit into F16;
/// DiskFull; Cancelled. Nothing is left behind.
core::Result<GgufExportReport> exportGguf(
    const GgufExport& model, const std::filesystem::path& file,
    const std::function<bool(int64_t done, int64_t total)>& progress = {});

}  // namespace hearth::engine
