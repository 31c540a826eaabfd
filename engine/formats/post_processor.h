// Which tokens go around a text, as "post_processor" of tokenizer.json says.
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "core/result.h"

namespace hearth::engine {

struct PostProcessor {
    std::vector<int32_t> prefix;
    std::vector<int32_t> suffix;

    /// spec: nullptr, TemplateProcessing, ByteLevel or a Sequence of them. Of a template, what it
    /// says of a single text. Errors: Unsupported naming another; DataCorrupt.
    [[nodiscard]] static core::Result<PostProcessor> parse(const nlohmann::json* spec);

private:
    core::Status add(const nlohmann::json& spec);
    core::Status addTemplate(const nlohmann::json& spec);
};

}  // namespace hearth::engine
