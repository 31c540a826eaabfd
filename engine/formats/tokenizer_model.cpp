#include "engine/formats/tokenizer_model.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "engine/formats/bpe_alphabet.h"
#include "engine/formats/bpe_model.h"
#include "engine/formats/byte_token.h"
#include "engine/formats/unigram_model.h"

namespace hearth::engine {

namespace {

using nlohmann::json;

constexpr std::string_view kSpaceMark = "\u2581";

core::Error corrupt(const std::string& what) {
    return {core::ErrorCode::DataCorrupt, what, "tokenizer.json, model"};
}

core::Error unsupported(const std::string& what) {
    return {core::ErrorCode::Unsupported, "the tokenizer needs " + what + ", which isn't supported",
            "tokenizer.json, model"};
}

/// The added tokens by id.
class AddedIds {
public:
    explicit AddedIds(const std::vector<AddedToken>& added) {
        for (const AddedToken& token : added) {
            if (token.id >= static_cast<int32_t>(m_kinds.size()))
                m_kinds.resize(static_cast<size_t>(token.id) + 1, Kind::Ordinary);
            const bool isWord = token.singleWord && !token.special;  // ordinary within a word
            m_kinds[static_cast<size_t>(token.id)] =
                token.isHarmless() || isWord ? Kind::Harmless : Kind::Barred;
        }
    }
    /// Whether ordinary text must not become it.
    bool isBarred(int32_t id) const {
        return id < static_cast<int32_t>(m_kinds.size()) &&
               m_kinds[static_cast<size_t>(id)] == Kind::Barred;
    }

private:
    enum class Kind : uint8_t { Ordinary, Harmless, Barred };
    std::vector<Kind> m_kinds;
};

void setToken(std::vector<std::string>& tokens, int32_t id, const std::string& text) {
    if (id >= static_cast<int32_t>(tokens.size()))
        tokens.resize(static_cast<size_t>(id) + 1);
    tokens[static_cast<size_t>(id)] = text;
}

/// Whether a space mark follows another character in the text.
bool hasInnerMark(std::string_view text) {
    while (text.starts_with(kSpaceMark))
        text.remove_prefix(kSpaceMark.size());
    return text.find(kSpaceMark) != std::string_view::npos;
}

class BpeReader {
public:
    BpeReader(const json& model, const std::vector<AddedToken>& added, bool isByteLevel)
        : m_model(model), m_added(added), m_isByteLevel(isByteLevel) {}

    core::Result<ReadModel> run() {
        CORE_TRY(checkOptions());
        CORE_ASSIGN(m_definition.byteFallback, core::readBool(m_model, "byte_fallback", false));
        CORE_ASSIGN(m_definition.fuseUnknown, core::readBool(m_model, "fuse_unk", false));
        CORE_ASSIGN(m_definition.ignoreMerges, core::readBool(m_model, "ignore_merges", false));
        m_definition.overBytes = m_isByteLevel;
        CORE_TRY(readVocabulary());
        CORE_TRY(readUnknown());
        m_definition.cutsAtSpaceMark = !m_isByteLevel && !m_definition.ignoreMerges &&
                                       m_definition.tokens.find(kSpaceMark) != BpeModel::kNone;
        CORE_TRY(readMerges());
        auto model = std::make_unique<const BpeModel>(std::move(m_definition));
        return ReadModel{std::move(model), std::move(m_tokens)};
    }

private:
    core::Status checkOptions() const {
        CORE_ASSIGN(const double dropout, core::readNumber(m_model, "dropout", 0, 1, 0.0));
        if (dropout != 0)
            return unsupported("BPE dropout");
        for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
            CORE_ASSIGN(const std::string text,
                        core::readString(m_model, affix, kMaxTokenBytes, ""));
            if (!text.empty())
                return unsupported(affix);
        }
        return {};
    }

    core::Status readVocabulary() {
        const json* vocabulary = core::findField(m_model, "vocab");
        if (!vocabulary || !vocabulary->is_object())
            return corrupt("model.vocab is missing");
        for (const auto& [spelling, value] : vocabulary->items())
            CORE_TRY(addToken(spelling, value));
        return {};
    }

    core::Status addToken(const std::string& spelling, const json& value) {
        if (!value.is_number_integer() || value < 0 || value > kMaxTokenId)
            return corrupt("the token \"" + spelling + "\" has no valid id");
        const auto id = value.get<int32_t>();
        m_spelled.insert(spelling, id);
        setToken(m_tokens, id, spelling);
        if (const auto byte = byteOfToken(spelling))
            m_definition.byteTokens[*byte] = id;
        const auto bytes = m_isByteLevel ? bpeBytesOfToken(spelling) : spelling;
        // A single byte must stay possible: nothing else stands for it.
        const bool isBarred = m_added.isBarred(id) && !(bytes && bytes->size() == 1);
        if (bytes && !bytes->empty() && !isBarred)
            m_definition.tokens.insert(*bytes, id);
        return {};
    }

    core::Status readUnknown() {
        CORE_ASSIGN(const std::string text,
                    core::readString(m_model, "unk_token", kMaxTokenBytes, ""));
        if (text.empty())
            return {};
        m_definition.unknown = m_spelled.find(text);
        if (m_definition.unknown == BpeModel::kNone)
            return corrupt("unk_token is none of the tokens");
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
        std::string whole(left);
        whole += right;
        const BpeMerge merge{m_spelled.find(left), m_spelled.find(right), m_spelled.find(whole)};
        if (merge.left < 0 || merge.right < 0 || merge.result < 0)
            return false;
        if (m_added.isBarred(merge.result))
            return true;
        m_definition.merges.push_back(merge);
        m_definition.cutsAtSpaceMark = m_definition.cutsAtSpaceMark && !hasInnerMark(whole);
        return true;
    }

    const json& m_model;
    AddedIds m_added;
    bool m_isByteLevel;
    TokenTable m_spelled;  // as the file spells them
    std::vector<std::string> m_tokens;
    BpeModel::Definition m_definition;
};

/// The double that Rust's serde_json makes of a number's shortest digits: it divides by a power of
/// ten, which may be off by the last bit. Of two ways to cut a run of equal characters the scores
/// differ by no more than that, and Hugging Face's choice is the reference.
double asReadBySerde(double value) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
    uint64_t digits = 0;
    int exponent = 0;
    bool afterPoint = false;
    const char* at = text + (value < 0);
    for (; at < end.ptr && *at != 'e'; ++at) {
        if (*at == '.') {
            afterPoint = true;
            continue;
        }
        digits = digits * 10 + static_cast<uint64_t>(*at - '0');
        exponent -= afterPoint;
    }
    constexpr int kMaxPower = 300;
    int power = 0;
    at += at < end.ptr && at[1] == '+' ? 2 : 1;
    std::from_chars(at, end.ptr, power);
    exponent += power;
    if (std::abs(exponent) > kMaxPower)
        return value;
    const double scale = std::pow(10.0, std::abs(exponent));
    const double size = static_cast<double>(digits);
    return std::copysign(exponent < 0 ? size / scale : size * scale, value);
}

core::Result<UnigramModel::Token> readUnigramToken(const json& entry) {
    constexpr double kMaxScore = 1e30;
    const bool isPair =
        entry.is_array() && entry.size() == 2 && entry[0].is_string() && entry[1].is_number();
    if (!isPair)
        return corrupt("model.vocab has an entry that isn't a text and a score");
    UnigramModel::Token token{.text = entry[0], .score = entry[1].get<double>()};
    if (!(std::abs(token.score) < kMaxScore))
        return corrupt("the token \"" + token.text + "\" has no valid score");
    token.score = asReadBySerde(token.score);
    return token;
}

core::Result<ReadModel> readUnigram(const json& model, const std::vector<AddedToken>& added) {
    const json* vocabulary = core::findField(model, "vocab");
    if (!vocabulary || !vocabulary->is_array() ||
        vocabulary->size() > static_cast<size_t>(kMaxTokenId))
        return corrupt("model.vocab is missing");
    UnigramModel::Definition definition;
    CORE_ASSIGN(definition.byteFallback, core::readBool(model, "byte_fallback", false));
    const int64_t last = static_cast<int64_t>(vocabulary->size()) - 1;
    CORE_ASSIGN(const int64_t unknown,
                core::readInt(model, "unk_id", 0, last, int64_t{UnigramModel::kNone}));
    definition.unknown = static_cast<int32_t>(unknown);
    const AddedIds addedIds(added);
    std::vector<std::string> tokens;
    for (const json& entry : *vocabulary) {
        CORE_ASSIGN(UnigramModel::Token token, readUnigramToken(entry));
        const auto id = static_cast<int32_t>(tokens.size());
        token.fromText = !addedIds.isBarred(id) && id != definition.unknown;
        tokens.push_back(token.text);
        definition.tokens.push_back(std::move(token));
    }
    return ReadModel{std::make_unique<const UnigramModel>(std::move(definition)),
                     std::move(tokens)};
}

}  // namespace

core::Result<ReadModel> readTokenModel(const json& model, const std::vector<AddedToken>& added,
                                       bool isByteLevel) {
    CORE_ASSIGN(const std::string type, core::readString(model, "type", kMaxTokenBytes, ""));
    // Files from before "type" existed are told by what they have.
    const bool hasMerges = core::findField(model, "merges") != nullptr;
    if (type == "BPE" || (type.empty() && hasMerges))
        return BpeReader(model, added, isByteLevel).run();
    if (type != "Unigram")
        return unsupported("the model \"" + type + "\"");
    if (isByteLevel)
        return unsupported("a Unigram model over bytes");
    return readUnigram(model, added);
}

}  // namespace hearth::engine
