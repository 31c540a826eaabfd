#include "engine/formats/gguf_vocabulary.h"

#include <nlohmann/json.hpp>
#include <unordered_set>

#include "core/strings.h"
#include "engine/formats/gguf_merges.h"
#include "engine/formats/gguf_pre_tokenizer.h"

namespace hearth::engine {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSpaceMark = "\u2581";

core::Error corrupt(const std::string& key, const std::string& what) {
    return {core::ErrorCode::DataCorrupt, what, "tokenizer.ggml." + key};
}

/// The keys checked, and what they leave open filled in.
class Vocabulary {
public:
    explicit Vocabulary(const GgufVocabulary& source) : m_source(source) {}

    core::Status check() {
        if (m_source.model == "gpt2") {
            m_pre = findGgufPreTokenizer(m_source.pre);
            if (!m_pre)
                return unsupported("pre", "pre-tokenizer", m_source.pre);
        } else if (m_source.model != "llama") {
            return unsupported("model", "tokenizer model", m_source.model,
                               "; known are gpt2 (byte-level BPE) and llama (SentencePiece's BPE)");
        }
        CORE_TRY(checkTokens());
        const size_t count = m_source.tokens.size();
        if (!m_source.token_type.empty() && m_source.token_type.size() != count)
            return corrupt("token_type", "there is not one type for each token");
        if (!m_pre && m_source.scores.size() != count)
            return corrupt("scores", "there is not one score for each token");
        return checkIds();
    }

    const GgufPreTokenizer* pre() const { return m_pre; }
    size_t size() const { return m_tokens.size(); }
    const std::string& token(size_t id) const { return m_tokens[id]; }

    GgufTokenType type(size_t id) const {
        const auto type = m_source.token_type.empty()
                              ? GgufTokenType::Normal
                              : static_cast<GgufTokenType>(m_source.token_type[id]);
        const auto is = [&](const std::optional<int32_t>& named) {
            return named == static_cast<int32_t>(id);
        };
        // Whatever its type says, text must not be able to end or begin a sequence.
        return is(m_source.bos_token_id) || is(m_source.eos_token_id) ? GgufTokenType::Control
                                                                      : type;
    }
    bool isSpecial(size_t id) const {
        return type(id) == GgufTokenType::Control || type(id) == GgufTokenType::Unknown;
    }
    bool isAdded(size_t id) const {
        return isSpecial(id) || type(id) == GgufTokenType::UserDefined;
    }

    bool addsBos() const {
        return m_source.bos_token_id &&
               m_source.add_bos_token.value_or(m_pre ? m_pre->addBos : true);
    }
    bool addsEos() const { return m_source.eos_token_id && m_source.add_eos_token.value_or(false); }
    Json named(const std::optional<int32_t>& id) const {
        return id ? Json(token(static_cast<size_t>(*id))) : Json();
    }

private:
    static core::Error unsupported(const char* key, const char* what, const std::string& name,
                                   const char* known = "") {
        return {core::ErrorCode::Unsupported,
                std::string("the GGUF file has the ") + what + " \"" + name +
                    "\", which isn't supported" + known,
                std::string("tokenizer.ggml.") + key};
    }

    core::Status checkTokens() {
        if (m_source.tokens.empty())
            return corrupt("tokens", "there are no tokens");
        std::unordered_set<std::string_view> seen;
        m_tokens.reserve(m_source.tokens.size());
        for (size_t id = 0; id < m_source.tokens.size(); ++id) {
            const std::string& text = m_source.tokens[id];
            if (!core::isValidUtf8(text))
                return corrupt("tokens", "token " + std::to_string(id) + " is not UTF-8");
            m_tokens.push_back(text.empty() ? "[EMPTY_" + std::to_string(id) + "]" : text);
            if (!seen.insert(m_tokens.back()).second)
                return corrupt("tokens",
                               "the token \"" + core::printable(text) + "\" occurs twice");
        }
        return {};
    }

    core::Status checkIds() const {
        const std::pair<const char*, const std::optional<int32_t>*> ids[] = {
            {"bos_token_id", &m_source.bos_token_id},
            {"eos_token_id", &m_source.eos_token_id},
            {"unknown_token_id", &m_source.unknown_token_id},
            {"padding_token_id", &m_source.padding_token_id}};
        for (const auto& [key, id] : ids) {
            if (*id && (**id < 0 || static_cast<size_t>(**id) >= size()))
                return corrupt(key, "there is no token " + std::to_string(**id));
        }
        return {};
    }

    const GgufVocabulary& m_source;
    const GgufPreTokenizer* m_pre = nullptr;
    std::vector<std::string> m_tokens;
};

Json byteLevel() {
    return {{"type", "ByteLevel"},
            {"add_prefix_space", false},
            {"trim_offsets", true},
            {"use_regex", false}};
}

Json addedTokens(const Vocabulary& vocabulary) {
    Json list = Json::array();
    for (size_t id = 0; id < vocabulary.size(); ++id) {
        if (vocabulary.isAdded(id))
            list.push_back({{"id", id},
                            {"content", vocabulary.token(id)},
                            {"single_word", false},
                            {"lstrip", false},
                            {"rstrip", false},
                            {"normalized", false},
                            {"special", vocabulary.isSpecial(id)}});
    }
    return list;
}

Json preTokenizer(const GgufPreTokenizer& pre) {
    Json list = Json::array();
    for (const std::string_view pattern : pre.patterns)
        list.push_back({{"type", "Split"},
                        {"pattern", {{"Regex", pattern}}},
                        {"behavior", "Isolated"},
                        {"invert", false}});
    list.push_back(byteLevel());
    return {{"type", "Sequence"}, {"pretokenizers", std::move(list)}};
}

/// bos, the text, eos: as far as they are asked for.
Json postProcessor(const GgufVocabulary& source, const Vocabulary& vocabulary) {
    Json single = Json::array();
    Json special = Json::object();
    const auto add = [&](int32_t id) {
        const std::string& text = vocabulary.token(static_cast<size_t>(id));
        single.push_back({{"SpecialToken", {{"id", text}, {"type_id", 0}}}});
        special[text] = {{"id", text}, {"ids", Json::array({id})}, {"tokens", Json::array({text})}};
    };
    if (vocabulary.addsBos())
        add(*source.bos_token_id);
    single.push_back({{"Sequence", {{"id", "A"}, {"type_id", 0}}}});
    if (vocabulary.addsEos())
        add(*source.eos_token_id);
    if (special.empty())
        return nullptr;
    Json pair = single;
    pair.push_back({{"Sequence", {{"id", "B"}, {"type_id", 1}}}});
    return {{"type", "TemplateProcessing"},
            {"single", std::move(single)},
            {"pair", std::move(pair)},
            {"special_tokens", std::move(special)}};
}

Json replace(const char* from, const char* to) {
    return {{"type", "Replace"}, {"pattern", {{"String", from}}}, {"content", to}};
}

Json sentencePieceNormalizer(bool prefix) {
    Json list = Json::array();
    if (prefix)
        list.push_back({{"type", "Prepend"}, {"prepend", kSpaceMark}});
    list.push_back(replace(" ", kSpaceMark));
    return {{"type", "Sequence"}, {"normalizers", std::move(list)}};
}

Json sentencePieceDecoder(bool prefix) {
    Json list =
        Json::array({replace(kSpaceMark, " "), {{"type", "ByteFallback"}}, {{"type", "Fuse"}}});
    if (prefix)
        list.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
    return {{"type", "Sequence"}, {"decoders", std::move(list)}};
}

core::Result<Json> model(const GgufVocabulary& source, const Vocabulary& vocabulary) {
    const bool sentencePiece = !vocabulary.pre();
    Json ids = Json::object();
    // Every key is new: without looking for it, ordered_json stays linear.
    auto& entries = ids.get_ref<Json::object_t&>();
    for (size_t id = 0; id < vocabulary.size(); ++id) {
        if (sentencePiece || !vocabulary.isAdded(id))
            entries.push_back({vocabulary.token(id), id});
    }
    Json merges = Json::array();
    if (sentencePiece) {
        CORE_ASSIGN(const std::vector<TokenPair> pairs, mergesOfScores(source));
        for (const auto& [left, right] : pairs)
            merges.push_back(Json::array({left, right}));
    } else {
        for (const std::string& merge : source.merges) {
            if (!core::isValidUtf8(merge))
                return corrupt("merges", "a merge is not UTF-8");
            merges.push_back(merge);
        }
    }
    return Json{{"type", "BPE"},
                {"dropout", nullptr},
                {"unk_token", sentencePiece ? vocabulary.named(source.unknown_token_id) : Json()},
                {"continuing_subword_prefix", nullptr},
                {"end_of_word_suffix", nullptr},
                {"fuse_unk", sentencePiece},
                {"byte_fallback", sentencePiece},
                {"ignore_merges", !sentencePiece && vocabulary.pre()->ignoreMerges},
                {"vocab", std::move(ids)},
                {"merges", std::move(merges)}};
}

std::string dump(const Json& json) {
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

core::Result<std::string> tokenizerJson(const GgufVocabulary& source) {
    Vocabulary vocabulary(source);
    CORE_TRY(vocabulary.check());
    CORE_ASSIGN(Json bpe, model(source, vocabulary));
    const bool sentencePiece = !vocabulary.pre();
    const bool prefix = source.add_space_prefix.value_or(true);
    return dump({{"version", "1.0"},
                 {"truncation", nullptr},
                 {"padding", nullptr},
                 {"added_tokens", addedTokens(vocabulary)},
                 {"normalizer", sentencePiece ? sentencePieceNormalizer(prefix) : Json()},
                 {"pre_tokenizer", sentencePiece ? Json() : preTokenizer(*vocabulary.pre())},
                 {"post_processor", postProcessor(source, vocabulary)},
                 {"decoder", sentencePiece ? sentencePieceDecoder(prefix) : byteLevel()},
                 {"model", std::move(bpe)}});
}

core::Result<std::string> tokenizerConfigJson(const GgufVocabulary& source) {
    Vocabulary vocabulary(source);
    CORE_TRY(vocabulary.check());
    Json config = {{"tokenizer_class", "PreTrainedTokenizerFast"},
                   {"add_bos_token", vocabulary.addsBos()},
                   {"add_eos_token", vocabulary.addsEos()},
                   {"bos_token", vocabulary.named(source.bos_token_id)},
                   {"eos_token", vocabulary.named(source.eos_token_id)},
                   {"unk_token", vocabulary.named(source.unknown_token_id)},
                   {"pad_token", vocabulary.named(source.padding_token_id)},
                   {"clean_up_tokenization_spaces", false}};
    if (!source.chat_template.empty())
        config["chat_template"] = source.chat_template;
    return dump(config);
}

}  // namespace hearth::engine
