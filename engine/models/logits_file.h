// Logits of given tokens as a file, to compare Hearth with other engines.
#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/result.h"
#include "engine/ops/backend.h"

namespace hearth::engine {

struct LogitsRequest {
    std::filesystem::path model;    // a Hugging Face directory
    std::filesystem::path adapter;  // a PEFT directory; empty: the base model
    std::vector<int32_t> ids;
    int64_t prefill = -1;  // ids that run as a prompt, the rest one by one; -1: all
    DType cache = DType::F32;
};

/// Runs the ids and writes float32 "logits" [tokens, vocab] to outFile as safetensors.
/// Errors: those of loadModel, loadAdapter, checkCacheType and writeSafetensors; InvalidArgument
/// for no ids, ids outside the vocabulary, or more than the context holds.
core::Status writeLogits(Backend& backend, const LogitsRequest& request,
                         const std::filesystem::path& outFile);

}  // namespace hearth::engine
