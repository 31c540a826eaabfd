#include "engine/formats/tokenizer_parts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "engine/formats/post_processor.h"
#include "engine/formats/tokenizer_model.h"

namespace hearth::engine {

namespace {

using nlohmann::json;

core::Error corrupt(const std::string& what) {
    return {core::ErrorCode::DataCorrupt, what, "tokenizer.json"};
}

core::Result<AddedToken> readAddedToken(const json& entry) {
    AddedToken token;
    CORE_ASSIGN(const int64_t id, core::readInt(entry, "id", 0, kMaxTokenId));
    token.id = static_cast<int32_t>(id);
    CORE_ASSIGN(token.content, core::readString(entry, "content", kMaxTokenBytes));
    CORE_ASSIGN(token.special, core::readBool(entry, "special", false));
    CORE_ASSIGN(token.stripLeft, core::readBool(entry, "lstrip", false));
    CORE_ASSIGN(token.stripRight, core::readBool(entry, "rstrip", false));
    CORE_ASSIGN(token.singleWord, core::readBool(entry, "single_word", false));
    CORE_ASSIGN(token.normalized, core::readBool(entry, "normalized", false));
    return token;
}

core::Result<std::vector<AddedToken>> readAddedTokens(const json* list) {
    std::vector<AddedToken> tokens;
    if (!list)
        return tokens;
    if (!list->is_array())
        return corrupt("added_tokens is not a list");
    for (const json& entry : *list) {
        CORE_ASSIGN(AddedToken token, readAddedToken(entry));
        tokens.push_back(std::move(token));
    }
    return tokens;
}

/// Those to look for in the normalised text, or in the raw one.
AddedTokenMatcher matcher(std::vector<AddedToken> tokens, bool normalized,
                          const TextNormalizer& normalizer) {
    std::erase_if(tokens, [&](const AddedToken& token) { return token.normalized != normalized; });
    for (AddedToken& token : tokens) {
        if (normalized)
            token.content = normalizer.apply(token.content);
    }
    return AddedTokenMatcher(tokens);
}

/// A token of tokenizer_config.json: "text" or {"content": "text", ...}.
std::optional<int32_t> configuredToken(const json& config, const std::string& key,
                                       const std::vector<AddedToken>& added,
                                       const std::vector<std::string>& tokens) {
    const json* value = core::findField(config, key);
    if (value && value->is_object())
        value = core::findField(*value, "content");
    if (!value || !value->is_string())
        return std::nullopt;
    const auto& text = value->get_ref<const std::string&>();
    for (const AddedToken& token : added) {
        if (token.content == text)
            return token.id;
    }
    const auto it = std::find(tokens.begin(), tokens.end(), text);
    return text.empty() || it == tokens.end()
               ? std::nullopt
               : std::optional(static_cast<int32_t>(it - tokens.begin()));
}

bool asks(const json& config, const std::string& key) {
    const json* value = core::findField(config, key);
    return value && value->is_boolean() && value->get<bool>();
}

void addAround(const json& config, std::optional<int32_t> bos, std::optional<int32_t> eos,
               PostProcessor& around) {
    const auto& [prefix, suffix] = around;
    if (asks(config, "add_bos_token") && bos && (prefix.empty() || prefix[0] != *bos))
        around.prefix.insert(around.prefix.begin(), *bos);
    if (asks(config, "add_eos_token") && eos && (suffix.empty() || suffix.back() != *eos))
        around.suffix.push_back(*eos);
}

bool areKnown(const std::vector<int32_t>& ids, size_t count) {
    return std::all_of(ids.begin(), ids.end(),
                       [&](int32_t id) { return static_cast<size_t>(id) < count; });
}

std::vector<std::string> decoded(const std::vector<std::string>& tokens,
                                 const TokenDecoder& decoder, bool isFirst) {
    std::vector<std::string> bytes;
    bytes.reserve(tokens.size());
    for (const std::string& token : tokens)
        bytes.push_back(decoder.bytesOf(token, isFirst));
    return bytes;
}

}  // namespace

core::Result<std::unique_ptr<const Tokenizer::Parts>> Tokenizer::Parts::read(const json& tokenizer,
                                                                             const json& config) {
    const auto field = [&](const char* name) { return core::findField(tokenizer, name); };
    const json* modelSpec = field("model");
    if (!modelSpec || !modelSpec->is_object())
        return corrupt("there is no model");
    CORE_ASSIGN(TextNormalizer normalizer, TextNormalizer::parse(field("normalizer")));
    CORE_ASSIGN(PreTokenizer preTokenizer, PreTokenizer::parse(field("pre_tokenizer")));
    CORE_ASSIGN(const TokenDecoder decoder, TokenDecoder::parse(field("decoder")));
    CORE_ASSIGN(PostProcessor around, PostProcessor::parse(field("post_processor")));
    CORE_ASSIGN(std::vector<AddedToken> added, readAddedTokens(field("added_tokens")));
    CORE_ASSIGN(ReadModel read, readTokenModel(*modelSpec, added, preTokenizer.isByteLevel()));

    const auto bos = configuredToken(config, "bos_token", added, read.tokens);
    const auto eos = configuredToken(config, "eos_token", added, read.tokens);
    addAround(config, bos, eos, around);
    for (const AddedToken& token : added) {
        if (static_cast<size_t>(token.id) >= read.tokens.size())
            read.tokens.resize(static_cast<size_t>(token.id) + 1);
        read.tokens[static_cast<size_t>(token.id)] = token.content;
    }
    const size_t count = read.tokens.size();
    if (!areKnown(around.prefix, count) || !areKnown(around.suffix, count))
        return corrupt("the post-processor adds an unknown token");
    std::vector<uint8_t> isAdded(count, 0);
    std::vector<uint8_t> isSpecial(count, 0);
    for (const AddedToken& token : added) {
        isAdded[static_cast<size_t>(token.id)] = 1;
        isSpecial[static_cast<size_t>(token.id)] = token.special;
    }
    AddedTokenMatcher inRaw = matcher(added, false, normalizer);
    AddedTokenMatcher inNormalized = matcher(added, true, normalizer);
    return std::unique_ptr<const Parts>(
        new Parts{.addedTokens = std::move(added),
                  .addedInRaw = std::move(inRaw),
                  .addedInNormalized = std::move(inNormalized),
                  .normalizer = std::move(normalizer),
                  .preTokenizer = std::move(preTokenizer),
                  .model = std::move(read.model),
                  .bytesOfToken = decoded(read.tokens, decoder, false),
                  .bytesOfFirstToken = decoder.firstDiffers() ? decoded(read.tokens, decoder, true)
                                                              : std::vector<std::string>(),
                  .isAdded = std::move(isAdded),
                  .isSpecial = std::move(isSpecial),
                  .leadingText = decoder.leadingText(),
                  .leadingCount = decoder.leadingCount(),
                  .prefix = std::move(around.prefix),
                  .suffix = std::move(around.suffix),
                  .bos = bos,
                  .eos = eos});
}

void Tokenizer::Parts::encodeOrdinary(std::string_view text, TextRange range,
                                      std::span<const TextRange> literal, PieceStart start,
                                      std::vector<int32_t>& ids) const {
    if (range.begin == range.end)
        return;
    const std::string_view part = text.substr(range.begin, range.end - range.begin);
    if (normalizer.changesNothing() && addedInNormalized.empty())
        return encodePieces(part, start, ids);
    std::vector<TextRange> marks;
    for (const TextRange& one : literal) {
        const TextRange cut{std::max(one.begin, range.begin), std::min(one.end, range.end)};
        if (cut.begin < cut.end && !addedInNormalized.empty())
            marks.push_back({cut.begin - range.begin, cut.end - range.begin});
    }
    FlaggedText changed(part, marks);
    normalizer.apply(changed, start == PieceStart::Middle);
    const std::string_view normal = changed.text;
    const std::vector<TextRange> ranges = changed.ranges();
    size_t done = 0;
    while (const auto match = addedInNormalized.find(normal, done, ranges)) {
        encodePieces(normal.substr(done, match->range.begin - done),
                     done == 0 ? start : PieceStart::Part, ids);
        ids.push_back(match->id);
        done = match->range.end;
    }
    encodePieces(normal.substr(done), done == 0 ? start : PieceStart::Part, ids);
}

void Tokenizer::Parts::encodePieces(std::string_view text, PieceStart start,
                                    std::vector<int32_t>& ids) const {
    if (text.empty())
        return;
    Pieces pieces;
    preTokenizer.split(text, start, pieces);
    for (const std::string_view piece : pieces.views)
        model->encodePiece(piece, ids);
}

}  // namespace hearth::engine
