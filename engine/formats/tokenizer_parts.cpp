#include "engine/formats/tokenizer_parts.h"

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "engine/formats/bpe_alphabet.h"

namespace hearth::engine {

namespace {

using nlohmann::json;

constexpr int64_t kMaxTokenId = (1 << 21) - 1;
constexpr size_t kMaxTokenBytes = 1 << 16;

core::Error corrupt(const std::string& what) {
    return {core::ErrorCode::DataCorrupt, what, "tokenizer.json"};
}

core::Error unsupported(const std::string& what) {
    return {core::ErrorCode::Unsupported, "the tokenizer needs " + what + ", which isn't supported",
            "tokenizer.json"};
}

std::string typeOf(const json& object) {
    const auto type = core::readString(object, "type", kMaxTokenBytes, "");
    return type ? *type : "";
}

/// Whether the normalizer is NFC; null and empty sequences do nothing.
core::Result<bool> readNormalizer(const json* spec) {
    if (!spec)
        return false;
    const std::string type = typeOf(*spec);
    if (type == "NFC")
        return true;
    const json* list = type == "Sequence" ? core::findField(*spec, "normalizers") : nullptr;
    if (!list || !list->is_array())
        return unsupported("the normalizer \"" + type + "\"");
    bool nfc = false;
    for (const json& element : *list) {
        CORE_ASSIGN(const bool one, readNormalizer(&element));
        nfc = nfc || one;
    }
    return nfc;
}

core::Status checkDecoder(const json* spec) {
    if (!spec)
        return unsupported("no decoder");
    const std::string type = typeOf(*spec);
    if (type == "ByteLevel")
        return {};
    const json* list = type == "Sequence" ? core::findField(*spec, "decoders") : nullptr;
    if (!list || !list->is_array() || list->size() != 1)
        return unsupported("the decoder \"" + type + "\"");
    return checkDecoder(&list->front());
}

core::Status checkModel(const json& model) {
    const std::string type = typeOf(model);
    if (type != "BPE")
        return unsupported("the model \"" + type + "\"");
    CORE_ASSIGN(const double dropout, core::readNumber(model, "dropout", 0, 1, 0.0));
    if (dropout != 0)
        return unsupported("BPE dropout");
    CORE_ASSIGN(const bool fallback, core::readBool(model, "byte_fallback", false));
    if (fallback)
        return unsupported("byte_fallback");
    for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
        CORE_ASSIGN(const std::string text, core::readString(model, affix, kMaxTokenBytes, ""));
        if (!text.empty())
            return unsupported(affix);
    }
    return {};
}

core::Result<std::vector<AddedToken>> readAddedTokens(const json* list) {
    std::vector<AddedToken> tokens;
    if (!list)
        return tokens;
    if (!list->is_array())
        return corrupt("added_tokens is not a list");
    for (const json& entry : *list) {
        AddedToken token;
        CORE_ASSIGN(const int64_t id, core::readInt(entry, "id", 0, kMaxTokenId));
        token.id = static_cast<int32_t>(id);
        CORE_ASSIGN(token.content, core::readString(entry, "content", kMaxTokenBytes));
        CORE_ASSIGN(token.special, core::readBool(entry, "special", false));
        CORE_ASSIGN(token.stripLeft, core::readBool(entry, "lstrip", false));
        CORE_ASSIGN(token.stripRight, core::readBool(entry, "rstrip", false));
        CORE_ASSIGN(const bool singleWord, core::readBool(entry, "single_word", false));
        if (singleWord)
            return unsupported("single_word in the added token " + token.content);
        tokens.push_back(std::move(token));
    }
    return tokens;
}

/// Collects the vocabulary and the merges of "model".
class ModelReader {
public:
    ModelReader(const json& model, const std::vector<AddedToken>& added) : m_model(model) {
        for (const AddedToken& token : added)
            setBytes(token.id, token.content);
        m_isAdded.resize(m_bytesOfToken.size(), false);
        for (const AddedToken& token : added)
            m_isAdded[token.id] = true;
    }

    core::Result<BpeModel::Definition> run() {
        CORE_TRY(readVocabulary());
        CORE_TRY(readMerges());
        CORE_ASSIGN(m_definition.ignoreMerges, core::readBool(m_model, "ignore_merges", false));
        return std::move(m_definition);
    }

    std::vector<std::string> takeBytes() { return std::move(m_bytesOfToken); }

private:
    bool isAdded(int32_t id) const {
        return id < static_cast<int32_t>(m_isAdded.size()) && m_isAdded[id];
    }

    void setBytes(int32_t id, std::string bytes) {
        if (id >= static_cast<int32_t>(m_bytesOfToken.size()))
            m_bytesOfToken.resize(id + 1);
        m_bytesOfToken[id] = std::move(bytes);
    }

    core::Status readVocabulary() {
        const json* vocabulary = core::findField(m_model, "vocab");
        if (!vocabulary || !vocabulary->is_object())
            return corrupt("model.vocab is missing");
        m_spelled.reserve(vocabulary->size());
        for (const auto& [spelling, value] : vocabulary->items())
            CORE_TRY(addToken(spelling, value));
        for (int byte = 0; byte < 256; ++byte) {
            if (!m_definition.tokens.contains(std::string(1, static_cast<char>(byte))))
                return unsupported("no token for the byte " + std::to_string(byte));
        }
        return {};
    }

    core::Status addToken(const std::string& spelling, const json& value) {
        if (!value.is_number_integer() || value < 0 || value > kMaxTokenId)
            return corrupt("the token \"" + spelling + "\" has no valid id");
        const auto id = value.get<int32_t>();
        m_spelled.emplace(spelling, id);
        std::optional<std::string> bytes = bpeBytesOfToken(spelling);
        // An added token never comes out of ordinary text, unless it is a byte that must.
        if (isAdded(id) && !(bytes && bytes->size() == 1))
            return {};
        setBytes(id, bytes ? *bytes : spelling);
        if (bytes)
            m_definition.tokens.emplace(std::move(*bytes), id);
        return {};
    }

    core::Status readMerges() {
        const json* merges = core::findField(m_model, "merges");
        if (!merges || !merges->is_array())
            return corrupt("model.merges is missing");
        m_definition.merges.reserve(merges->size());
        for (size_t i = 0; i < merges->size(); ++i) {
            if (!addMerge((*merges)[i]))
                return corrupt("merge " + std::to_string(i) + " is not made of known tokens");
        }
        return {};
    }

    /// "a b" or ["a", "b"].
    bool addMerge(const json& merge) {
        if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
            return addMerge(merge[0].get_ref<const std::string&>(),
                            merge[1].get_ref<const std::string&>());
        if (!merge.is_string())
            return false;
        const std::string_view text = merge.get_ref<const std::string&>();
        const size_t space = text.find(' ');
        return space != std::string_view::npos &&
               addMerge(text.substr(0, space), text.substr(space + 1));
    }

    bool addMerge(std::string_view left, std::string_view right) {
        const auto end = m_spelled.end();
        const auto leftToken = m_spelled.find(left);
        const auto rightToken = m_spelled.find(right);
        const auto result = m_spelled.find(std::string(left) + std::string(right));
        if (leftToken == end || rightToken == end || result == end)
            return false;
        if (!isAdded(result->second))
            m_definition.merges.push_back({leftToken->second, rightToken->second, result->second});
        return true;
    }

    const json& m_model;
    std::vector<bool> m_isAdded;
    std::vector<std::string> m_bytesOfToken;
    TokenIds m_spelled;  // as the file spells them
    BpeModel::Definition m_definition;
};

struct Surroundings {
    std::vector<int32_t> prefix;
    std::vector<int32_t> suffix;
};

core::Status readTemplate(const json& spec, Surroundings& out) {
    const json* single = core::findField(spec, "single");
    const json* special = core::findField(spec, "special_tokens");
    if (!single || !single->is_array() || !special || !special->is_object())
        return corrupt("post_processor: TemplateProcessing lacks single or special_tokens");
    bool before = true;
    for (const json& piece : *single) {
        if (piece.contains("Sequence")) {
            before = false;
            continue;
        }
        const json* token = core::findField(piece, "SpecialToken");
        if (!token)
            return corrupt("post_processor: an unknown piece in TemplateProcessing");
        CORE_ASSIGN(const std::string name, core::readString(*token, "id", kMaxTokenBytes));
        const json* entry = core::findField(*special, name);
        const json* ids = entry ? core::findField(*entry, "ids") : nullptr;
        if (!ids || !ids->is_array())
            return corrupt("post_processor: no ids for " + name);
        for (const json& id : *ids) {
            if (!id.is_number_integer() || id < 0 || id > kMaxTokenId)
                return corrupt("post_processor: a bad id for " + name);
            (before ? out.prefix : out.suffix).push_back(id.get<int32_t>());
        }
    }
    return {};
}

core::Status readPostProcessor(const json* spec, Surroundings& out) {
    if (!spec)
        return {};
    const std::string type = typeOf(*spec);
    if (type == "ByteLevel")
        return {};  // moves offsets only
    if (type == "TemplateProcessing")
        return readTemplate(*spec, out);
    const json* list = type == "Sequence" ? core::findField(*spec, "processors") : nullptr;
    if (!list || !list->is_array())
        return unsupported("the post-processor \"" + type + "\"");
    for (const json& element : *list)
        CORE_TRY(readPostProcessor(&element, out));
    return {};
}

/// A token of tokenizer_config.json: "text" or {"content": "text", ...}.
std::optional<int32_t> configuredToken(const json& config, const std::string& key,
                                       const std::vector<AddedToken>& added) {
    const json* value = core::findField(config, key);
    if (value && value->is_object())
        value = core::findField(*value, "content");
    if (!value || !value->is_string())
        return std::nullopt;
    for (const AddedToken& token : added) {
        if (token.content == value->get_ref<const std::string&>())
            return token.id;
    }
    return std::nullopt;
}

bool asks(const json& config, const std::string& key) {
    const json* value = core::findField(config, key);
    return value && value->is_boolean() && value->get<bool>();
}

}  // namespace

core::Result<std::unique_ptr<const Tokenizer::Parts>> Tokenizer::Parts::read(const json& tokenizer,
                                                                             const json& config) {
    const auto field = [&](const char* name) { return core::findField(tokenizer, name); };
    const json* modelSpec = field("model");
    if (!modelSpec || !modelSpec->is_object())
        return corrupt("there is no model");
    CORE_TRY(checkModel(*modelSpec));
    CORE_TRY(checkDecoder(field("decoder")));
    CORE_ASSIGN(const bool nfc, readNormalizer(field("normalizer")));
    if (!field("pre_tokenizer"))
        return unsupported("no pre-tokenizer");
    CORE_ASSIGN(PreTokenizer preTokenizer, PreTokenizer::parse(*field("pre_tokenizer")));
    Surroundings around;
    CORE_TRY(readPostProcessor(field("post_processor"), around));
    CORE_ASSIGN(std::vector<AddedToken> added, readAddedTokens(field("added_tokens")));
    ModelReader reader(*modelSpec, added);
    CORE_ASSIGN(BpeModel::Definition definition, reader.run());

    const auto bos = configuredToken(config, "bos_token", added);
    const auto eos = configuredToken(config, "eos_token", added);
    if (asks(config, "add_bos_token") && bos && (around.prefix.empty() || around.prefix[0] != *bos))
        around.prefix.insert(around.prefix.begin(), *bos);
    if (asks(config, "add_eos_token") && eos &&
        (around.suffix.empty() || around.suffix.back() != *eos))
        around.suffix.push_back(*eos);

    std::vector<std::string> bytes = reader.takeBytes();
    for (const std::vector<int32_t>* ids : {&around.prefix, &around.suffix}) {
        if (std::any_of(ids->begin(), ids->end(),
                        [&](int32_t id) { return id >= static_cast<int32_t>(bytes.size()); }))
            return corrupt("the post-processor adds an unknown token");
    }
    std::vector<uint8_t> isAdded(bytes.size(), 0);
    std::vector<uint8_t> isSpecial(bytes.size(), 0);
    for (const AddedToken& token : added) {
        isAdded[token.id] = 1;
        isSpecial[token.id] = token.special;
    }
    return std::unique_ptr<const Parts>(new Parts{
        AddedTokenMatcher(std::move(added)), std::move(preTokenizer),
        BpeModel(std::move(definition)), nfc, std::move(bytes), std::move(isAdded),
        std::move(isSpecial), std::move(around.prefix), std::move(around.suffix), bos, eos});
}

}  // namespace hearth::engine
