// Logits of given tokens as a file, to compare Hearth with other engines.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>

#include "core/result.h"
#include "engine/ops/backend.h"

namespace hearth::engine {

/// Runs `ids` through the model in modelDir and writes float32 "logits" [tokens, vocab] to
/// outFile as safetensors. Errors: those of loadModel and writeSafetensors; InvalidArgument
/// for no ids, ids outside the vocabulary, or more than the context holds.
core::Status writeLogits(Backend& backend, const std::filesystem::path& modelDir,
                         std::span<const int32_t> ids, const std::filesystem::path& outFile);

}  // namespace hearth::engine
