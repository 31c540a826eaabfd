#include "engine/models/gguf_tokenizer.h"

#include <algorithm>

#include "engine/models/gguf_keys.h"

namespace hearth::engine {
namespace {

constexpr const char* kTokens = "tokenizer.ggml.tokens";

/// What follows tokenizer.ggml. and where it goes.
struct TokenField {
    const char* name;
    std::optional<int32_t> GgufVocabulary::*member;
};
constexpr TokenField kTokenFields[] = {
    {"tokenizer.ggml.bos_token_id", &GgufVocabulary::bos_token_id},
    {"tokenizer.ggml.eos_token_id", &GgufVocabulary::eos_token_id},
    {"tokenizer.ggml.unknown_token_id", &GgufVocabulary::unknown_token_id},
    {"tokenizer.ggml.padding_token_id", &GgufVocabulary::padding_token_id},
};

struct FlagField {
    const char* name;
    std::optional<bool> GgufVocabulary::*member;
};
constexpr FlagField kFlagFields[] = {
    {"tokenizer.ggml.add_bos_token", &GgufVocabulary::add_bos_token},
    {"tokenizer.ggml.add_eos_token", &GgufVocabulary::add_eos_token},
    {"tokenizer.ggml.add_space_prefix", &GgufVocabulary::add_space_prefix},
};

void readTokenIds(GgufKeys& keys, GgufVocabulary& out) {
    for (const TokenField& field : kTokenFields) {
        if (!keys.has(field.name))
            continue;
        const int64_t id = keys.integer(field.name);
        // Converters have written -1, and ids of tokens that were cut off, for "none".
        if (id >= 0 && id < int64_t(out.tokens.size()))
            out.*field.member = int32_t(id);
    }
}

}  // namespace

core::Result<GgufVocabulary> readGgufVocabulary(const GgufFile& file) {
    GgufKeys keys(file);
    GgufVocabulary out;
    out.model = keys.text("tokenizer.ggml.model", "");
    out.pre = keys.text("tokenizer.ggml.pre", "");
    out.chat_template = keys.text("tokenizer.chat_template", "");
    if (const auto* tokens = keys.list<std::string>(kTokens))
        out.tokens = *tokens;
    else
        keys.fail(kTokens, "is missing: the file has no tokenizer");
    if (const auto* merges = keys.list<std::string>("tokenizer.ggml.merges"))
        out.merges = *merges;
    if (const auto* scores = keys.list<double>("tokenizer.ggml.scores"))
        out.scores.assign(scores->begin(), scores->end());
    if (const auto* types = keys.list<int64_t>("tokenizer.ggml.token_type"))
        out.token_type.assign(types->begin(), types->end());
    readTokenIds(keys, out);
    for (const FlagField& field : kFlagFields) {
        if (keys.has(field.name))
            out.*field.member = keys.flag(field.name, false);
    }
    CORE_TRY(keys.status());
    return out;
}

GgufMetadata ggufVocabularyKeys(const GgufVocabulary& vocabulary,
                                const std::vector<int32_t>& eosTokenIds) {
    GgufMetadata out;
    out["tokenizer.ggml.model"] = GgufValue::text(vocabulary.model);
    out[kTokens] = GgufValue::texts(vocabulary.tokens);
    if (vocabulary.model == "gpt2") {
        out["tokenizer.ggml.pre"] =
            GgufValue::text(vocabulary.pre.empty() ? "default" : vocabulary.pre);
        out["tokenizer.ggml.merges"] = GgufValue::texts(vocabulary.merges);
    }
    if (!vocabulary.scores.empty())
        out["tokenizer.ggml.scores"] = GgufValue::f32s(vocabulary.scores);
    if (!vocabulary.token_type.empty())
        out["tokenizer.ggml.token_type"] = GgufValue::i32s(vocabulary.token_type);
    if (!vocabulary.chat_template.empty())
        out["tokenizer.chat_template"] = GgufValue::text(vocabulary.chat_template);
    for (const TokenField& field : kTokenFields) {
        if (const auto& id = vocabulary.*field.member)
            out[field.name] = GgufValue::u32(*id);
    }
    for (const FlagField& field : kFlagFields) {
        if (const auto& flag = vocabulary.*field.member)
            out[field.name] = GgufValue::flag(*flag);
    }
    // GGUF has names for three tokens that end an answer; llama.cpp stops at each of them.
    constexpr const char* kEnds[] = {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id",
                                     "tokenizer.ggml.eom_token_id"};
    std::vector<int32_t> ends;
    if (vocabulary.eos_token_id)
        ends.push_back(*vocabulary.eos_token_id);
    for (const int32_t id : eosTokenIds) {
        if (std::ranges::find(ends, id) == ends.end())
            ends.push_back(id);
    }
    for (size_t i = 0; i < std::min(ends.size(), std::size(kEnds)); ++i)
        out[kEnds[i]] = GgufValue::u32(ends[i]);
    return out;
}

}  // namespace hearth::engine
